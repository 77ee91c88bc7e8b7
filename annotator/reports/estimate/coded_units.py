"""What each unit of a project counts for a share: the human coders' mean counts, the model's, article and group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from annotator.codebook.model import Codebook, Variable
from annotator.errors import UsageError
from annotator.records import ArticleRecord, LabelRecord, ParagraphRecord
from annotator.reports.compared.measures import CLAIM, Reader
from annotator.text.terminal_text import one_line

By = Literal["outlet", "month", "speaker"]

NO_MODEL = "the model is not done with it"
NO_DRAW = "it could not be drawn for coding"

Key = tuple[str, str]
"""Group and category."""


class Question(NamedTuple):
    """What is counted."""

    name: str
    variable: Variable | None
    """None for claim: whether a paragraph holds a statement."""
    by: By | None

    @property
    def of(self) -> str:
        """Of what shares are taken, in the plural."""
        return "paragraphs" if self.variable is None else f"{self.variable.scope}s"


def question(codebook: Codebook, name: str, by: By | None) -> Question:
    """The variable asked for.

    Raises:
        UsageError: There is no such variable, it has no categories, or it cannot be divided so.
    """
    variable = codebook.variable(name)
    if variable is None and not (name == CLAIM.name and codebook.has_statements):
        known = [one.name for one in codebook.variables if _has_categories(one)]
        known += [CLAIM.name] if codebook.has_statements else []
        raise UsageError(f"there is no variable {one_line(name)} in the codebook; choose one of {', '.join(known)}")
    if variable is not None and not _has_categories(variable):
        raise UsageError(f"{one_line(name)} has no categories of which there could be shares")
    if by == "speaker" and (variable is None or variable.scope != "statement" or variable is codebook.speaker):
        raise UsageError("--by speaker works with variables of statements, other than the speaker")
    return Question(name, variable, by)


def _has_categories(variable: Variable) -> bool:
    return variable.level in ("nominal", "ordinal", "set", "entity")


@dataclass
class CodedUnit:
    """A paragraph or an article: how much of what it holds."""

    article: str
    """Id of the article, or of its group of reprints."""
    row: int
    """Row of the paragraph, or of the article's first one."""
    group: str
    """Outlet or month; empty without."""
    n_coders: int = 0
    """Human coders behind the counts."""
    human: Counter[Key] = field(default_factory=Counter)
    """By group and category, summed over the coders."""
    human_whole: Counter[str] = field(default_factory=Counter)
    """By group."""
    model: Counter[Key] = field(default_factory=Counter)
    model_whole: Counter[str] = field(default_factory=Counter)

    def add(self, items: Iterable[_Item], *, is_model: bool) -> None:
        """Count what one coder has here."""
        parts, wholes = (self.model, self.model_whole) if is_model else (self.human, self.human_whole)
        self.n_coders += not is_model
        for groups, categories in items:
            wholes.update(groups)
            parts.update((group, category) for group in groups for category in categories)


class _Item(NamedTuple):
    """One thing that counts: a statement, a paragraph, an article."""

    groups: tuple[str, ...]
    categories: tuple[str, ...]


class UnitCounter:
    """Counts the units of a project, article by article."""

    def __init__(
        self,
        asked: Question,
        reader: Reader,
        humans: Sequence[str],
        model: str | None,
        frame: Mapping[int, float] | None,
    ) -> None:
        """Take the question.

        Args:
            asked: What is counted.
            reader: Knows the codebook in force.
            humans: Names of the human coders.
            model: Name of the model; None without one.
            frame: By row, the paragraphs that could be drawn for coding; None where nothing is known of draws.
        """
        self._asked = asked
        self._reader = reader
        self._humans = humans
        self._model = model
        self._frame = frame
        self.left_out: Counter[str] = Counter()
        """Units that cannot be in the estimate, by reason."""
        self.counted_humans: set[str] = set()
        """Human coders with a coding that counts."""
        self.n_coded_left_out = 0
        """Those of them that a human coded."""

    def count(self, article: ArticleRecord, paragraphs: Iterable[ParagraphRecord]) -> Iterator[CodedUnit]:
        """The units of an article."""
        unit = CodedUnit(article.reprint_group or article.article_id, 0, self._group(article))
        if self._asked.variable is not None and self._asked.variable.scope == "article":
            yield from self._article(article, list(paragraphs), unit)
            return
        for paragraph in paragraphs:
            yield from self._paragraph(paragraph, CodedUnit(unit.article, paragraph.id, unit.group))

    def _group(self, article: ArticleRecord) -> str:
        if self._asked.by == "outlet":
            return article.source or "(no outlet)"
        return (article.date or "")[:7] or "(no date)" if self._asked.by == "month" else ""

    def _paragraph(self, paragraph: ParagraphRecord, unit: CodedUnit) -> Iterator[CodedUnit]:
        done = paragraph.done
        humans = [name for name in self._humans if name in done]
        if self._is_left_out(unit.row, has_model=self._model in done, is_coded=bool(humans)):
            return
        self.counted_humans.update(humans)
        for name in humans:
            unit.add(self._items(paragraph, name, unit.group), is_model=False)
        if self._model is not None:
            unit.add(self._items(paragraph, self._model, unit.group), is_model=True)
        yield unit

    def _items(self, paragraph: ParagraphRecord, coder: str, group: str) -> Iterator[_Item]:
        review, made = paragraph.done[coder], paragraph.statements_of(coder)
        variable = self._asked.variable
        if variable is None:
            if not review.is_set_aside:
                yield _Item((group,), ("claim" if made else "no claim",))
            return
        if variable.scope == "paragraph":
            if not review.is_set_aside:
                yield from self._item(*self._reader.of_label(variable, review.labels.get(variable.name)), (group,))
            return
        for statement in made:
            groups = tuple(dict.fromkeys(statement.speakers)) if self._asked.by == "speaker" else (group,)
            yield from self._item(*self._reader.of_statement(variable, statement), groups)

    @staticmethod
    def _item(label: Any, reason: str | None, groups: tuple[str, ...]) -> Iterator[_Item]:
        if reason is None:
            yield _Item(groups, tuple(map(str, label)) if isinstance(label, frozenset) else (str(label),))

    def _article(
        self, article: ArticleRecord, paragraphs: list[ParagraphRecord], unit: CodedUnit
    ) -> Iterator[CodedUnit]:
        variable = self._asked.variable
        if variable is None or not paragraphs:
            return
        given: dict[str, LabelRecord | None] = {
            coder: labels.get(variable.name) for coder, labels in article.labels.items()
        }
        humans = [name for name in self._humans if given.get(name) is not None]
        unit.row = paragraphs[0].id
        has_model = self._model is not None and given.get(self._model) is not None
        if self._is_left_out(unit.row, has_model=has_model, is_coded=bool(humans)):
            return
        self.counted_humans.update(humans)
        for name in (*humans, *([self._model] if self._model is not None else [])):
            items = self._item(*self._reader.of_label(variable, given[name]), (unit.group,))
            unit.add(items, is_model=name == self._model)
        yield unit

    def _is_left_out(self, row: int, *, has_model: bool, is_coded: bool) -> bool:
        reason = None
        if self._frame is not None and row not in self._frame:
            reason = NO_DRAW
        elif self._model is not None and not has_model:
            reason = NO_MODEL
        if reason is not None:
            self.left_out[reason] += 1
            self.n_coded_left_out += is_coded
        return reason is not None
