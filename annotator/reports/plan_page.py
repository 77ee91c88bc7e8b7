"""A plan for double coding as a page: how many units, what their interval would be, and the published rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotator.agreement.planning import ALIKE, RULE, Plan
from annotator.reports.words.blocks import Block, Heading, Items, Prose, Table
from annotator.reports.words.number_text import decimal, interval, percent
from annotator.text.counted import counted


def plan_page(plans: Sequence[Plan]) -> Iterator[Block]:
    """The plan that was asked for, first; then what wider intervals would take."""
    one, design = plans[0], plans[0].design
    yield Heading(f"Have {counted(one.n_units, 'unit')} coded by {_coders(design.n_coders)}", 1)
    yield Prose(
        f"Then the 95 % interval of an α of {decimal(design.alpha, 2)} is ± {decimal(one.half_width)} wide on average, "
        f"about {interval(one.mean_interval)}, and at most ± {decimal(one.half_width_most)} in nine of ten studies. "
        f"Its lower limit reaches .667 in {percent(one.above[0])} of them and .800, as the verdict “reliable” needs, "
        f"in {percent(one.above[1])}."
    )
    rows = ((f"± {decimal(p.design.precision)}", str(p.n_units), interval(p.mean_interval)) for p in plans)
    yield Table(
        "Units by the half width of the interval", ("interval", "units", "about"), tuple(rows), frozenset({1, 2})
    )
    shares = (
        (str(name), percent(share), str(round(share * one.n_units)))
        for name, share in zip(design.categories, design.shares, strict=True)
    )
    yield Table("Categories", ("category", "share", "units with it"), tuple(shares), frozenset({1, 2}))
    yield Prose(
        f"By {one.n_studies} simulated studies (seed {one.seed}) at the {design.level} level, each with its interval "
        "as in a report. A coder sees a unit's category with probability √α and guesses by the shares otherwise."
        f"{_articles(one)}"
    )
    if one.rule is not None:
        yield Prose(
            f"Beside it the published rule: {one.rule[0]} units for .667, {one.rule[1]} for .800. {RULE}. It asks for "
            "less: not how wide the interval is, but whether α lies above a limit."
        )
    notes = []
    if design.per_article == 1:
        notes.append(
            "Units of one article resemble each other and count for less. For paragraphs, give --per-article: a few of "
            "many articles are worth more than many of a few."
        )
    if one.n_undefined:
        notes.append(f"In {one.n_undefined} of the studies α was undefined, because one category alone was used.")
    if notes:
        yield Items(tuple(notes), is_warning=True)


def _coders(n: int) -> str:
    return "two coders" if n == 2 else f"{n} coders"


def _articles(one: Plan) -> str:
    per_article = one.design.per_article
    if per_article == 1:
        return ""
    return (
        f" The units stand in {counted(one.n_units // per_article, 'article')} of {per_article}, whose difficulty"
        f" differs (intraclass correlation {decimal(ALIKE, 1)}), and the intervals keep articles whole."
    )
