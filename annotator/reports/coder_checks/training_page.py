"""The report on coders in training as blocks: figures, categories, confusions, articles, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.reports.coder_checks.training import Round, Score, Trainee
from annotator.reports.pages import shown
from annotator.reports.words.blocks import Block, Heading, Prose, Table
from annotator.reports.words.number_text import decimal, interval, listed, percent
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

_MOST = 10
"""Confusions of one variable that are listed."""

_RULE = (
    "α: Krippendorff's, of the coder and gold; its interval keeps articles whole. As gold: share of gold's labels that"
    " the coder has. Precision: share of the coder's uses that gold confirms. Recall: share of gold's uses that the"
    " coder has."
)


def training_page(trainee: Trainee, mark: float | None = None) -> Iterator[Block]:
    """A coder's training: the last round in full, and every article.

    Args:
        trainee: The coder.
        mark: The pass mark, if there is one.
    """
    last = trainee.last
    name = one_line(trainee.coder)
    yield Heading(f"{name} against gold", 1)
    which = f"Round {len(trainee.rounds)}, batch {one_line(last.batch)} of the phase {last.phase}"
    yield Prose(
        f"{which}: {last.n_done} of {counted(last.n_given, 'paragraph')} done, {last.n_compared} of them with gold."
    )
    if last.n_compared:
        yield _figures(last)
        yield from _categories(last)
        yield from _confusions(last)
    yield from _articles(trainee)
    if last.n_compared:
        yield Prose(_RULE)
    if mark is not None:
        yield from _verdict(trainee, mark)


def _figures(last: Round) -> Table:
    rows: list[tuple[str, ...]] = []
    if last.f1 is not None:
        matched, only_coder, only_gold = last.counts
        said = f"{matched} found, {only_coder} not in gold, {only_gold} missed"
        rows.append(("which statements exist", said, str(sum(last.counts)), f"F1 {decimal(last.f1.value)}", "", ""))
    rows += [_row(one) for one in last.scores]
    return Table("", ("", "level", "units", "as gold", "α", "95 % CI"), tuple(rows), frozenset({2, 3, 4, 5}))


def _row(one: Score) -> tuple[str, ...]:
    title = one.measure.title + (f" ({one.n_without} without a label)" if one.n_without else "")
    alpha = one.alpha
    value = decimal(alpha.value) if alpha.value is not None else "undefined"
    return (title, one.measure.level, str(one.n), percent(one.share), value, interval(alpha.ci))


def _categories(last: Round) -> Iterator[Block]:
    rows = tuple(
        (
            one.measure.title,
            shown(category.category),
            str(category.n_reference),
            str(category.n_model),
            decimal(category.precision.value, 2),
            decimal(category.recall.value, 2),
            decimal(category.f1.value, 2),
            interval(category.f1.ci),
        )
        for one in last.scores
        if one.measure.variable and one.measure.categories
        for category in one.categories
    )
    if rows:
        columns = ("variable", "category", "in gold", "by the coder", "precision", "recall", "F1", "95 % CI")
        yield Table("Each category", columns, rows, frozenset(range(2, 8)))


def _confusions(last: Round) -> Iterator[Block]:
    rows = tuple(
        (one.measure.title, shown(each.criterion), shown(each.coder), str(each.n))
        for one in last.scores
        if one.measure.variable
        for each in one.confusions[:_MOST]
    )
    if rows:
        yield Table("What was taken for what", ("variable", "gold", "the coder", "times"), rows, frozenset({3}))


def _articles(trainee: Trainee) -> Iterator[Block]:
    rows = tuple(
        (one_line(one.article), one_line(one.batch), str(one.n_paragraphs), decimal(one.f1, 2), percent(one.share))
        for each in trainee.rounds
        for one in each.articles
    )
    if rows:
        columns = ("article, in the coder's order", "batch", "paragraphs", "F1", "labels as gold")
        yield Table("Trend", columns, rows, frozenset({2, 3, 4}))


def _verdict(trainee: Trainee, mark: float) -> Iterator[Block]:
    last, name = trainee.last, one_line(trainee.coder)
    reasons = last.below(mark)
    if not reasons:
        on = counted(last.n_compared, "paragraph")
        untested = f" Not tested, because α is undefined: {listed(last.untested)}." if last.untested else ""
        yield Prose(f"{name} passes: on {on}, F1 and every α reach {decimal(mark, 2)}.{untested}")
        return
    yield Prose(f"{name} does not pass {decimal(mark, 2)}: {'; '.join(reasons)}.", is_warning=True)
    if last.n_done < last.n_given:
        return
    command = f"annotator assign draw --phase {last.phase} --feedback --coder '{name}' --number {len(last.articles)}"
    yield Prose(f"New articles: `{command}`")
