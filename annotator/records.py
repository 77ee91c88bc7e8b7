"""Plain records for export and import: articles with all coders' work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from annotator.codebook.model import Codebook, Variable
from annotator.model import Value

Layer = Literal["individual", "gold", "aggregate"]
"""The layer: coders' own codings, adjudicated codings (gold), or aggregated labels."""

GOLD = "gold"
"""The name of the adjudicated layer in place of a coder's name."""

AGGREGATE = "aggregate"
"""The name of the aggregated layer in place of a coder's name."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Selection of a part of a project; an empty filter selects all.

    Attributes:
        coders: Names of coders.
        articles: Ids or names of articles.
        roles: Roles of paragraphs, as the coder corrected them.
        phases: Phases of the assignments under which a coder coded.
        codebook_versions: Versions of the codebook that statements were made under.
        layer: The coders' own codings, the adjudicated ones or the aggregated ones.
    """

    coders: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    codebook_versions: tuple[str, ...] = ()
    layer: Layer = "individual"

    @property
    def is_everything(self) -> bool:
        """Whether the selection is the whole project."""
        return self == Selection()

    def as_json(self) -> dict[str, Any]:
        """The filters as in a manifest; an empty filter is null."""
        return {
            "coders": list(self.coders) or None,
            "articles": list(self.articles) or None,
            "roles": list(self.roles) or None,
            "phases": list(self.phases) or None,
            "codebook_versions": list(self.codebook_versions) or None,
            "layer": self.layer,
        }


class LabelRecord(NamedTuple):
    """A label with how it came about; `codebook` is the id of the version it was made under."""

    value: Value
    origin: str
    codebook: str


class MentionRecord(NamedTuple):
    """A speaker of a statement: the canonical name, the words chosen, the registry entry and the suggestion's rank."""

    name: str
    words: str
    speaker_id: str
    rank: int | None


class CodebookRecord(NamedTuple):
    """A version of the codebook; `order` says which is newer."""

    codebook_id: str
    name: str
    version: str
    added_at: str
    order: int
    document: str


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """One coder's statement. Offsets count code points of the article's raw text; times are ISO 8601 in UTC."""

    statement_id: str
    paragraph: int
    role: str
    coder: str
    mentions: tuple[MentionRecord, ...]
    labels: Mapping[str, LabelRecord]
    evidence_start: int | None
    evidence_end: int | None
    note: str | None
    flag: bool
    codebook: CodebookRecord
    created_at: str
    updated_at: str

    @property
    def speakers(self) -> list[str]:
        """The canonical names."""
        return [mention.name for mention in self.mentions]

    def value(self, variable: str) -> Value | None:
        """The value of a variable, if the coder gave one."""
        label = self.labels.get(variable)
        return None if label is None else label.value


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """One coder's state of one paragraph; `role` is the coder's correction, if any."""

    coder: str
    state: str
    flag: bool
    note: str | None
    role: str | None
    seconds: float
    labels: Mapping[str, LabelRecord]


@dataclass(frozen=True, slots=True)
class ParagraphRecord:
    """A paragraph with everyone's work on it; `role` is the one guessed on reading.

    `labels` are those of the paragraph itself by coder, those of suggestions too, which have no review.
    """

    position: int
    start: int
    end: int
    role: str
    reviews: tuple[ReviewRecord, ...]
    statements: tuple[StatementRecord, ...]
    labels: Mapping[str, Mapping[str, LabelRecord]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article with everyone's work on it; `labels` are those of the whole article, by coder."""

    article_id: str
    name: str
    title: str | None
    source: str | None
    date: str | None
    url: str | None
    path: str | None
    metadata: Mapping[str, Any]
    added_at: str
    raw_text: str
    paragraphs: tuple[ParagraphRecord, ...]
    labels: Mapping[str, Mapping[str, LabelRecord]] = field(default_factory=dict)

    def text(self, paragraph: ParagraphRecord) -> str:
        """The text of one of its paragraphs."""
        return self.raw_text[paragraph.start : paragraph.end]

    def evidence(self, statement: StatementRecord) -> str | None:
        """The words a statement rests on."""
        if statement.evidence_start is None:
            return None
        return self.raw_text[statement.evidence_start : statement.evidence_end]

    def statements(self) -> Iterator[tuple[ParagraphRecord, StatementRecord]]:
        """Every statement with its paragraph, in order."""
        for paragraph in self.paragraphs:
            for statement in paragraph.statements:
                yield paragraph, statement


class AggregatedLabel(NamedTuple):
    """One label of several coders.

    Attributes:
        value: The label with the highest probability; None for a tie, which is never broken.
        probabilities: Of each value with a probability above zero, sets joined by `|`; for a majority the shares.
        coders: Whose labels count.
    """

    value: Value | None
    probabilities: Mapping[str, float]
    coders: tuple[str, ...]

    @property
    def probability(self) -> float:
        """The highest probability."""
        return max(self.probabilities.values(), default=0.0)


class AggregatedUnit(NamedTuple):
    """A paragraph, or the statements of several coders that are taken to be one, with its labels.

    Attributes:
        paragraph: The paragraph's position in the article.
        statement_id: The id of the joint statement; None for the paragraph itself.
        stands: The paragraph's state; of a statement, whether it is `present` or `absent`.
        labels: By variable.
        evidence: Of a statement: start and end in the article.
        statements: The ids of the coders' statements.
    """

    paragraph: int
    statement_id: str | None
    stands: AggregatedLabel
    labels: Mapping[str, AggregatedLabel]
    evidence: tuple[int, int] | None = None
    statements: tuple[str, ...] = ()

    def rows(self, article_id: str, article: str) -> Iterator[dict[str, Any]]:
        """A row for each variable, as `aggregate.jsonl` holds it."""
        what = "paragraph" if self.statement_id is None else "statement"
        built_in = "state" if self.statement_id is None else "presence"
        for variable, label in ((built_in, self.stands), *self.labels.items()):
            yield {
                "unit": what,
                "article_id": article_id,
                "article": article,
                "paragraph": self.paragraph,
                "statement_id": self.statement_id,
                "statements": list(self.statements),
                "variable": variable,
                "label": label.value,
                "probability": label.probability,
                "is_tie": label.value is None,
                "probabilities": dict(label.probabilities),
                "coders": list(label.coders),
            }


class CoderRecord(NamedTuple):
    """Someone who codes; `kind` is human, model or pre-annotation."""

    name: str
    kind: str
    recheck_of: str | None = None


class Columns(NamedTuple):
    """The variables of each scope that have a column of their own, in codebook order."""

    statement: tuple[Variable, ...]
    paragraph: tuple[Variable, ...]
    article: tuple[Variable, ...]

    @classmethod
    def of(cls, codebook: Codebook) -> Columns:
        """Those of a codebook; the speaker variable has the column `speakers` instead."""
        speaker = codebook.speaker
        return cls(
            tuple(v for v in codebook.variables if v.scope == "statement" and v is not speaker),
            tuple(v for v in codebook.variables if v.scope == "paragraph"),
            tuple(v for v in codebook.variables if v.scope == "article"),
        )


class Source(Protocol):
    """A project for export: one snapshot, in a fixed order, article by article."""

    @property
    def selection(self) -> Selection:
        """The selection for export."""

    @property
    def codebook(self) -> Codebook:
        """The version in force."""

    @property
    def codebooks(self) -> tuple[CodebookRecord, ...]:
        """The version in force and every other that a label was made under, oldest first."""

    @property
    def coders(self) -> tuple[CoderRecord, ...]:
        """The coders in question, by name."""

    @property
    def aggregation(self) -> Mapping[str, Any] | None:
        """The run of the aggregated layer, if that layer is exported."""

    @property
    def n_articles(self) -> int:
        """How many articles there are."""

    def articles(self) -> Iterator[ArticleRecord]:
        """The articles with the work on them."""

    def speakers(self) -> Iterator[dict[str, Any]]:
        """The registry's entries, as rows of `speakers.jsonl`."""
