"""Page of a paragraph to adjudicate: all codings side by side, its gold, notes and the codebook's rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from textwrap import wrap
from typing import NamedTuple

from textual.content import Content

from annotator.codebook.model import Category, Codebook
from annotator.records import ParagraphRecord, StatementRecord
from annotator.reports.differences.adjudication import gold_lines
from annotator.reports.differences.disagreements import STATE
from annotator.reports.differences.side_by_side import STANDS, Row, SideBySide, Unit
from annotator.store.changes.adjudication import GoldParagraph
from annotator.text.quotation import quoted
from annotator.text.terminal_text import one_line, plain

MAJORITY = "●"
_SIGNS = ("‹›", "[]", "{}", "«»", "⟨⟩", "⌈⌉")
"""What stands around the evidence of each coder; more than six coders have none."""
_STYLES = ("underline $ink-primary", "reverse")
_TITLE, _NARROWEST = 14, 13
"""Width of the titles, and of the narrowest column; with less room the answers stand below each other."""

_GUESSED = " (guessed)"
"""Behind a label that differs from others, where its coder left what the program had guessed."""


class CodingsPage(NamedTuple):
    """What the page shows.

    Attributes:
        side: All codings of the paragraph.
        text: The text of the paragraph.
        gold: Its gold, if it has any.
        codebook: The codebook in force.
        width: The width of the page in cells.
    """

    side: SideBySide
    text: str
    gold: GoldParagraph | None
    codebook: Codebook
    width: int

    def content(self) -> Content:
        """The whole page."""
        place = self.side.place
        parts = [
            Content.assemble(
                (f"{one_line(place.article_name)} ¶{place.position + 1}", "bold $ink-accent"),
                (f"  {place.corrected_role}\n", "$text-muted"),
            ),
            self._legend(),
            self._marked_text(),
            Content("\n"),
            *self._gold(),
        ]
        for n, unit in enumerate(self.side.units):
            parts += self._unit(n, unit)
        parts += self._notes()
        parts += self._rules()
        return Content("").join(parts)

    def _legend(self) -> Content:
        """Each coder's digit, and the signs around their evidence."""
        parts: list[tuple[str, str]] = [("evidence: ", "")]
        for n, coder in enumerate(self.side.coders, 1):
            parts += [(f"{n} ", "bold $ink-primary"), (self._named(n - 1, coder), _style(n - 1)), ("  ", "")]
        has_majority = len(self.side.coders) > 2
        parts.append((f"{MAJORITY} more than half of the coders\n\n" if has_majority else "\n\n", "$text-muted"))
        return Content.assemble(*parts)

    def _named(self, n: int, coder: str) -> str:
        signs = _SIGNS[n] if n < len(_SIGNS) and len(self.side.coders) <= len(_SIGNS) else ("", "")
        return f"{signs[0]}{one_line(coder)}{signs[1]}"

    def _marked_text(self) -> Content:
        """The paragraph with every coder's evidence, marked by brackets; that of the first two by style too."""
        if len(self.side.coders) > len(_SIGNS):
            return Content(plain(self.text))
        text = self.text
        marks: list[tuple[int, int, str]] = []
        styles: list[tuple[int, int, str]] = []
        for n, coder in enumerate(self.side.coders):
            for statement in self.side.place.statements_of(coder):
                start, end = _inside(self.side.place, statement)
                if start < end:
                    marks += [(start, 1, _SIGNS[n][0]), (end, 0, _SIGNS[n][1])]
                    if n < len(_STYLES):
                        styles.append((start, end, _STYLES[n]))
        cuts = sorted({0, len(text), *(at for at, _, _ in marks)})
        parts: list[Content] = []
        for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
            for _, _, sign in sorted((m for m in marks if m[0] == start), key=lambda mark: mark[1]):
                parts.append(Content.styled(sign, "bold"))
            piece = Content(plain(text[start:end]))
            for low, high, style in styles:
                if low <= start and end <= high:
                    piece = piece.stylize(style)
            parts.append(piece)
        return Content("").join(parts)

    def _gold(self) -> Iterator[Content]:
        """The gold of the paragraph, its adjudicator and the reason."""
        gold = self.gold
        if gold is None:
            return
        parts: list[tuple[str, str]] = [(f"\n✓ gold by {one_line(gold.decided_by)}: ", "bold $ink-success")]
        parts.append((f"{gold.state}{f', {one_line(gold.reason)}' if gold.reason else ''}\n", ""))
        spans = [*([None] if gold.labels else []), *(one.evidence for one in gold.statements)]
        for line, span in zip(gold_lines(gold, self.codebook), spans, strict=True):
            parts += [(f"  {one_line(line)}", ""), (f"{self._quoted(span)}\n", "$text-muted")]
        yield Content.assemble(*parts)

    def _quoted(self, span: tuple[int, int] | None) -> str:
        """The words of gold evidence; nothing for the whole paragraph."""
        start = self.side.place.start
        return "" if span is None else f" {quoted(one_line(self.text[max(span[0] - start, 0) : span[1] - start]))}"

    def _unit(self, n: int, unit: Unit) -> Iterator[Content]:
        """A table of the paragraph itself or of a statement: a row for each variable that somebody labelled."""
        rows = [row for row in unit.rows if row.differs or row.answers[0].value is not None]
        if unit.stands is not None and unit.stands.differs:
            rows.insert(0, unit.stands)
        if n == 0 and self.side.statements:
            rows = [row for row in rows if row.name != STATE]
        if not rows:
            return
        title = "paragraph" if n == 0 else f"statement {n}"
        n_coders = len(self.side.coders)
        column = (self.width - _TITLE - 2) // n_coders - 1
        yield Content("\n")
        if column < min(_NARROWEST, max(len(coder) for coder in self.side.coders) + 2):
            yield Content.styled(f"  {title}\n", "bold")
            yield from (_stacked(row, unit.guessed_by(row.name)) for row in rows)
            return
        names = [f"{i} {self._named(i - 1, coder)}" for i, coder in enumerate(self.side.coders, 1)]
        yield _cells(" ", title, names, column, "bold")
        for row in rows:
            guessed = unit.guessed_by(row.name) if row.differs else ()
            cells = [_answer(row, coder) + _GUESSED * (coder in guessed) for coder in self.side.coders]
            style = "bold $ink-warning" if row.differs else "$text-muted"
            yield _cells("≠" if row.differs else " ", row.title, cells, column, style)

    def _notes(self) -> Iterator[Content]:
        """The notes of all coders, on the paragraph and on its statements."""
        place = self.side.place
        said = [(review.coder, review.note) for review in self.side.reviews if review.note]
        said += [(coder, one.note) for coder in self.side.coders for one in place.statements_of(coder) if one.note]
        for coder, note in said:
            yield Content.assemble((f"\n{one_line(coder)} noted: ", "bold"), plain(note or ""))
        if said:
            yield Content("\n")

    def _rules(self) -> Iterator[Content]:
        """The codebook's rules for the categories in question."""
        found: dict[tuple[str, str], Category] = {}
        for unit in self.side.units:
            for row in unit.differing:
                variable = self.codebook.variable(row.name)
                for answer in row.answers if variable is not None else ():
                    names = answer.value if isinstance(answer.value, list) else [str(answer.value)]
                    for name in names:
                        category = variable.category(name) if variable is not None else None
                        if category is not None and (category.definition or category.use or category.avoid):
                            found[row.title, name] = category
        if found:
            yield Content.styled("\nThe codebook says\n", "bold $ink-accent")
        for (title, name), category in found.items():
            yield Content.assemble((f"{one_line(title)} {one_line(name)}: ", "bold"), (_rule(category), "$text-muted"))


def _rule(category: Category) -> str:
    """A category's definition, when to use it and when not."""
    said = [category.definition or ""]
    said += [f"use: {category.use}"] if category.use else []
    said += [f"not: {category.avoid}"] if category.avoid else []
    return plain(" · ".join(filter(None, said))) + "\n"


def _answer(row: Row, coder: str) -> str:
    """A coder's answer in a cell; the majority's carries a sign."""
    answer = row.of(coder)
    if answer is None:
        return ""
    return f"{MAJORITY if row.differs and answer.is_majority else ' '} {_words(row, answer.shown)}"


def _words(row: Row, shown: str) -> str:
    if row.name == "statement":
        return "has it" if shown == STANDS else "has it not"
    return one_line(shown)


def _stacked(row: Row, guessed: Collection[str]) -> Content:
    """A row for narrow windows: the coders' answers below each other, each with the coder's name."""
    if not row.differs:
        return Content.styled(f"  {one_line(row.title)}: {_words(row, row.answers[0].shown)}\n", "$text-muted")
    parts = [(f"≠ {one_line(row.title)}\n", "bold $ink-warning")]
    for answer in row.answers:
        sign = MAJORITY if answer.is_majority else " "
        who = ", ".join(one_line(coder) + _GUESSED * (coder in guessed) for coder in answer.coders)
        parts.append((f"    {sign} {_words(row, answer.shown)}: {who}\n", "$ink-warning"))
    return Content.assemble(*parts)


def _cells(sign: str, title: str, cells: list[str], column: int, style: str) -> Content:
    """A title and a value for each coder; what does not fit goes on below."""
    wrapped = [_wrapped(title, _TITLE), *(_wrapped(cell, column) for cell in cells)]
    lines = []
    for i in range(max(map(len, wrapped))):
        parts = [part[i] if i < len(part) else "" for part in wrapped]
        padded = [_pad(parts[0], _TITLE), *(_pad(part, column) for part in parts[1:])]
        lines.append(f"{sign if i == 0 else ' '} {' '.join(padded).rstrip()}\n")
    return Content.styled("".join(lines), style)


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of a cell; those after the first stand under its text, not under its sign."""
    indent = "  " if text[:2].strip() in ("", MAJORITY) and text.strip() else ""
    lines = wrap(text[len(indent) :], max(width - len(indent), 1), break_long_words=True) or [""]
    return [f"{text[: len(indent)] if i == 0 else indent}{line}" for i, line in enumerate(lines)]


def _pad(text: str, width: int) -> str:
    """Text with blanks up to a width in cells, wide characters counted as two."""
    return text + " " * max(0, width - Content(text).cell_length)


def _style(n: int) -> str:
    return _STYLES[n] if n < len(_STYLES) else "bold"


def _inside(place: ParagraphRecord, statement: StatementRecord) -> tuple[int, int]:
    """A statement's evidence within the paragraph; none for the whole paragraph, which needs no mark."""
    if statement.evidence_start is None or statement.evidence_end is None:
        return 0, 0
    start, end = max(statement.evidence_start, place.start), min(statement.evidence_end, place.end)
    return start - place.start, end - place.start
