"""What to do next, in sentences: short, plain, and without naming what chance may have done."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.agreement.intervals.rate_difference import RateDifference
from annotator.reports.next_steps.confused import Confusion
from annotator.reports.next_steps.drift import Drift, told
from annotator.reports.next_steps.outliers import ArticleCost
from annotator.reports.next_steps.steps import NextSteps
from annotator.text.counted import counted

_MUCH_ALONE = 0.1
"""Share of statements that one coder has alone from which on it is said."""
_LONGEST = 260
"""Characters of a rule that are quoted."""
_MOST_DRIFTS = 3


def advice(steps: NextSteps) -> Iterator[str]:
    """One sentence or two for each thing to do, the most important first."""
    if steps.n_alone and steps.n_alone >= _MUCH_ALONE * steps.n_statements:
        yield (
            f"In {steps.n_alone} of {counted(steps.n_statements, 'comparison')} of statements,"
            " one of the two coders has none: "
            "agree on what counts as a statement (`annotator disagreements --variable statement`)."
        )
    for confusion in steps.confusions:
        yield _confused(confusion)
    for one in steps.names:
        yield (
            f"{one.title}: coders differ in {one.n_differing} of {counted(one.n_compared, 'comparison')}, most often"
            f" about {one.name} ({one.n})."
        )
    if steps.coder is not None:
        rates = steps.coder.rates
        if rates.is_told_from_chance and rates.value > 0:
            yield (
                f"{steps.coder.coder} differs from the others in {_percent(rates.first)} of comparisons, the "
                f"others among themselves in {_percent(rates.second)} ({_interval(rates)}): go through some paragraphs "
                "together."
            )
        elif rates.ci is not None:
            yield "No coder differs from the others more than chance would have it."
    if steps.article is not None:
        yield _article(steps.article)
    yield from _drift(steps)
    if steps.confusions or steps.names or steps.n_alone:
        yield "`annotator disagreements` lists every unit on which coders differ, the costliest first."


def _confused(one: Confusion) -> str:
    said = (
        f"{one.title}: {one.categories[0]} and {one.categories[1]} were confused in {one.n} of "
        f"{counted(one.n_compared, 'comparison')}, {_percent(one.share)} of the disagreement in {one.title}."
    )
    if one.is_of_registry:
        return f"{said} If they are the same, merge them (`annotator speakers merge`)."
    if not one.rules:
        return f"{said} The codebook does not tell them apart: add a rule to it."
    rules = " ".join(f"“{_short(rule)}”" for rule in one.rules)
    return f"{said} The codebook says: {rules}"


def _short(rule: str) -> str:
    if len(rule) <= _LONGEST:
        return rule
    return rule[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _article(one: ArticleCost) -> str:
    found = (
        f"coders differ in {_percent(one.rate)} of comparisons in its {counted(one.n_paragraphs, 'paragraph')}, "
        f"elsewhere in {_percent(one.other_rate)}"
    )
    if one.stands_out:
        return f"Read {one.name} together: {found}."
    return f"No article stands out more than chance would have it; the furthest is {one.name}: {found}."


def _drift(steps: NextSteps) -> Iterator[str]:
    if not steps.drift:
        return
    found = told(steps.drift)
    whole = steps.drift[0]
    several = [*found.get("all", []), *found.get("variable", []), *found.get("coder", [])]
    for one in several[:_MOST_DRIFTS]:
        yield _drifted(one)
    if not several and whole.rates.ci is not None:
        yield (
            f"No drift can be told from chance: coders differ in {_percent(whole.rates.second)} of comparisons until "
            f"{whole.until.isoformat()}, and in {_percent(whole.rates.first)} after it ({_interval(whole.rates)})."
        )


def _drifted(one: Drift) -> str:
    who = {"all": "Coders differ", "variable": f"{one.what}: coders differ", "coder": f"{one.what} differs"}[one.kind]
    more = "more often" if one.rates.value > 0 else "less often"
    return (
        f"{who} {more} after {one.until.isoformat()}: in {_percent(one.rates.first)} of comparisons, before in "
        f"{_percent(one.rates.second)} ({_interval(one.rates)})."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _interval(rates: RateDifference) -> str:
    """The difference with its interval, in percentage points."""
    difference = f"difference {_points(rates.value)} points"
    if rates.ci is None:
        return difference
    return f"{difference}, interval {_points(rates.ci[0])} to {_points(rates.ci[1])}"


def _points(share: float) -> str:
    return f"{100 * share:+.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0")
