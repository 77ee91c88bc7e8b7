"""Figures as reports print them: .743, [.60, .85], 91.2 %, and undefined in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from annotator.agreement import Coefficient

NAMES = {
    "percent_agreement": "percent agreement",
    "krippendorff_alpha": "Krippendorff's α",
    "fleiss_kappa": "Fleiss' κ",
    "cohen_kappa": "Cohen's κ, mean of pairs",
    "scott_pi": "Scott's π, mean of pairs",
    "gwet_ac1": "Gwet's AC1",
    "gwet_ac2": "Gwet's AC2",
    "brennan_prediger": "Brennan–Prediger",
}
"""The coefficients as readers know them."""

BESIDE = {
    "nominal_all_categories": "nominal, categories outside the scale included",
    "jaccard": "by Jaccard distance instead of MASI",
    "identical_sets": "sets equal or not",
    "unmatched_as_disagreement": "unmatched statements counted as disagreement",
}
"""What stands beside a figure, in words."""

ORIGINS = {
    "coder": "keyed",
    "sticky": "carried on",
    "inherited": "taken over from the statement before",
    "guess": "guessed from the text and left so",
    "import": "imported",
}
"""How labels that count came about, in words."""


def decimal(value: float | None, places: int = 3) -> str:
    """A number between -1 and 1 without its leading zero: .743, −.020, 1.000; a dash for none."""
    if value is None:
        return "–"
    text = f"{abs(value):.{places}f}"
    shown = text[1:] if text.startswith("0.") else text
    return f"−{shown}" if value < 0 and float(text) else shown


def percent(value: float | None) -> str:
    """A share in percent: 91.2 %."""
    return "–" if value is None else f"{100 * value:.1f} %"


def interval(ci: tuple[float, float] | None, places: int = 2) -> str:
    """An interval: [.60, .85]; with more places where its ends would look the same."""
    if ci is None:
        return "–"
    low, high = decimal(ci[0], places), decimal(ci[1], places)
    if low == high and ci[0] != ci[1] and places < 4:
        return interval(ci, places + 1)
    return f"[{low}, {high}]"


def verdict(one: Coefficient) -> str:
    """The verdict, or why there is no value."""
    return one.undefined or "undefined" if one.value is None else one.verdict


def interval_methods(figures: Iterable[Coefficient]) -> list[str]:
    """How the intervals of some figures were made; methods that differ in their numbers alone are said once."""
    found: dict[str, list[list[int]]] = {}
    for one in figures:
        if one.ci is not None and one.ci_method:
            scale = one.ci_method.find(" on θ")
            head, tail = (one.ci_method, "") if scale < 0 else (one.ci_method[:scale], one.ci_method[scale:])
            template = re.sub(r"\d+", "{}", head) + tail
            found.setdefault(template, []).append([int(n) for n in re.findall(r"\d+", head)])
    return sorted(_with_ranges(template, numbers) for template, numbers in found.items())


def _with_ranges(template: str, numbers: Sequence[Sequence[int]]) -> str:
    parts = template.split("{}")
    said = parts[0]
    for part, several in zip(parts[1:], zip(*numbers, strict=True), strict=True):
        low, high = min(several), max(several)
        said += (f"{low}" if low == high else f"{low}–{high}") + part
    return said


def tallied(counts: Mapping[str, int]) -> str:
    """Reasons with their counts: 3 open, 2 furniture."""
    return "; ".join(f"{n} {what}" for what, n in counts.items() if n)


def listed(names: tuple[str, ...]) -> str:
    """Names in a sentence: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nobody"
