"""Plain records for export and import: articles with all coders' work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

from annotator.codebook.model import Codebook, Variable
from annotator.model import DONE, MentionOrigin, ModelRun, Role, State, Value

Layer = Literal["individual", "gold", "aggregate"]
"""The layer: coders' own codings, adjudicated codings (gold), or aggregated labels."""

SET_ASIDE: frozenset[State] = frozenset({"furniture", "duplicate"})
"""States in which a paragraph is done and nothing in it was to be coded."""

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
        outside: Whether to include what coders with an assignment coded outside of it.
        without: Phases to leave out, such as training, though none is chosen.
    """

    coders: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    codebook_versions: tuple[str, ...] = ()
    layer: Layer = "individual"
    outside: bool = True
    without: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether the selection is the whole project."""
        return self == Selection()

    def narrowing(self) -> dict[str, list[str] | None]:
        """Coders, articles, roles and phases, as in reports; an empty filter is null."""
        return {
            "coders": list(self.coders) or None,
            "articles": list(self.articles) or None,
            "roles": list(self.roles) or None,
            "phases": list(self.phases) or None,
        }

    def as_json(self) -> dict[str, Any]:
        """The filters as in a manifest; an empty filter is null."""
        return {
            **self.narrowing(),
            "codebook_versions": list(self.codebook_versions) or None,
            "layer": self.layer,
        }


class LabelRecord(NamedTuple):
    """A label with how it came about.

    Attributes:
        value: What it says under the codebook in force.
        origin: Who or what chose the value; a `default` is not a decision.
        codebook: The id of the version it was made under.
        made: The value as it was made, if its category was renamed or merged since, or its entry of the registry.
        entry: The id of the registry entry that it named, before any merge; only for an entity variable.
    """

    value: Value
    origin: str
    codebook: str
    made: Value | None = None
    entry: str | None = None


class MentionRecord(NamedTuple):
    """A speaker of a statement: the canonical name, the words chosen, the registry entry and the suggestion's rank."""

    name: str
    words: str
    speaker_id: str
    rank: int | None
    origin: MentionOrigin = "coder"


class CodebookRecord(NamedTuple):
    """A version of the codebook; `order` says which is newer."""

    codebook_id: str
    name: str
    version: str
    added_at: str
    order: int
    document: str


class StatementRecord(NamedTuple):
    """One coder's statement. Offsets count code points of the article's raw text; times are ISO 8601 in UTC."""

    statement_id: str
    paragraph: int
    """The position of its paragraph."""
    role: Role
    coder: str
    mentions: Sequence[MentionRecord]
    labels: Mapping[str, LabelRecord]
    evidence_start: int | None
    evidence_end: int | None
    note: str | None
    flag: bool
    codebook: CodebookRecord
    """The newest version that one of its labels was made under; without labels, the one in force."""
    created_at: str
    updated_at: str

    @property
    def speakers(self) -> list[str]:
        """The canonical names, after merges."""
        return [mention.name for mention in self.mentions]

    def value(self, variable: str) -> Value | None:
        """The value of a variable, if the coder gave one."""
        label = self.labels.get(variable)
        return None if label is None else label.value


class ReviewRecord(NamedTuple):
    """One coder's state of one paragraph."""

    coder: str
    state: State
    flag: bool
    note: str | None
    role: Role | None
    """The coder's correction, if any."""
    seconds: float
    labels: Mapping[str, LabelRecord]
    """The coder's labels of the paragraph itself."""
    updated_at: str
    phase: str | None = None
    batch: str | None = None
    """Phase and batch under which the coder had the paragraph to code."""

    @property
    def is_done(self) -> bool:
        """Whether the coder is done with it."""
        return self.state in DONE

    @property
    def is_set_aside(self) -> bool:
        """Whether the coder took it to be furniture or a duplicate."""
        return self.state in SET_ASIDE


class ParagraphRecord(NamedTuple):
    """A paragraph with everyone's work on it, in the order of the coders' names."""

    id: int
    """Its row in the project file."""
    article: int
    """The article's row in the project file."""
    article_id: str
    article_name: str
    position: int
    start: int
    end: int
    role: Role
    """The role guessed on reading."""
    reviews: Sequence[ReviewRecord]
    """Also of those who are not done; empty if nobody has seen it."""
    by_coder: Mapping[str, Sequence[StatementRecord]]
    """Each coder's statements, in the order in which they were made."""
    labels: Mapping[str, Mapping[str, LabelRecord]]
    """Labels of the paragraph itself, by coder; also suggestions, which have no review."""
    is_unseen: bool
    """Whether none of the coders in question has a review of it, not even one that the selection leaves out."""

    @property
    def statements(self) -> list[StatementRecord]:
        """Every coder's statements."""
        return [statement for made in self.by_coder.values() for statement in made]

    def statements_of(self, coder: str) -> Sequence[StatementRecord]:
        """One coder's statements."""
        return self.by_coder.get(coder, ())

    @property
    def done(self) -> dict[str, ReviewRecord]:
        """The reviews of those who are done with it, by coder."""
        return {review.coder: review for review in self.reviews if review.is_done}

    @property
    def corrected_role(self) -> Role:
        """The first coder's correction of the role, else the guess."""
        return next((review.role for review in self.reviews if review.role is not None), self.role)

    @property
    def batch(self) -> str | None:
        """The batch it was assigned in."""
        return next((review.batch for review in self.reviews if review.batch is not None), None)

    @property
    def week(self) -> str:
        """The ISO week of its last review: 2026-W07."""
        latest = max(review.updated_at for review in self.reviews)
        year, week, _ = date.fromisoformat(latest[:10]).isocalendar()
        return f"{year}-W{week:02}"


class ArticleRecord(NamedTuple):
    """An article with everyone's work on it."""

    id: int
    """Its row in the project file."""
    article_id: str
    name: str
    title: str | None
    source: str | None
    date: str | None
    url: str | None
    path: str | None
    metadata: Mapping[str, Any]
    added_at: str
    sha256: str
    """Of the text's UTF-8 bytes."""
    raw_text: str
    labels: Mapping[str, Mapping[str, LabelRecord]]
    """Labels of the whole article, by coder."""
    paragraphs: tuple[ParagraphRecord, ...] = ()
    reprint_group: str | None = None
    """Id of the first article of its group of reprints, empty if it has none; None if the project knows no group."""

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


class AssignmentRecord(NamedTuple):
    """A paragraph that a coder has to code, or had.

    Attributes:
        coder: Who.
        article_id: The article.
        article: Its name.
        paragraph: The paragraph's position in it.
        phase: The phase.
        batch: The batch.
        position: The place of the assignment in the coder's order.
        due_at: From when on; None for at once.
        in_overlap: Whether every coder of the draw got it; None if no stored draw took it.
        probability: How likely the draws were to take it (of the chosen phases); None if no stored draw took it.
    """

    coder: str
    article_id: str
    article: str
    paragraph: int
    phase: str
    batch: str
    position: int
    due_at: str | None
    in_overlap: bool | None
    probability: float | None


class CoderRecord(NamedTuple):
    """Someone who codes; `kind` is human, model or pre-annotation."""

    name: str
    kind: str
    recheck_of: str | None = None
    model: ModelRun | None = None
    """Of a model, what its labels were made with."""


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


class SpanRecord(NamedTuple):
    """A paragraph as it was cut out of its article, with the role guessed on reading."""

    start: int
    end: int
    role: Role


LabelUses = Set[tuple[str, str]]
"""Which variables of statements have labels, each with the id of a codebook version that they were made under."""


class Source(Protocol):
    """A project for export: one snapshot, in one fixed order."""

    @property
    def selection(self) -> Selection:
        """The selection for export."""

    @property
    def codebook(self) -> Codebook:
        """The version in force."""

    @property
    def in_force(self) -> CodebookRecord:
        """The record of the version in force."""

    @property
    def coders(self) -> tuple[CoderRecord, ...]:
        """The coders in question, by name; of the adjudicated and the aggregated layer one called as the layer."""

    @property
    def everyone(self) -> tuple[CoderRecord, ...]:
        """The coders in question, whatever the layer."""

    @property
    def aggregation(self) -> Mapping[str, Any] | None:
        """The run of the aggregated layer, if that layer is exported."""

    @property
    def n_articles(self) -> int:
        """How many articles there are."""

    def articles(self) -> Iterator[ArticleRecord]:
        """The articles with the work on them, one in memory at a time."""

    def walk(self) -> Iterator[tuple[ArticleRecord, Iterator[ParagraphRecord]]]:
        """Each article without its paragraphs, and these one by one, so that a long article needs little memory."""

    def metadata_keys(self) -> list[str]:
        """The keys of the articles' metadata, sorted."""

    def spans(self, article: ArticleRecord) -> list[SpanRecord]:
        """All paragraphs of an article, also those that are not in question."""

    def label_uses(self) -> LabelUses:
        """The variables and codebook versions of the statements' labels in question."""

    def codebooks(self, uses: LabelUses | None = None) -> tuple[CodebookRecord, ...]:
        """The version in force and every other that a label in question was made under, oldest first."""

    def steps(self) -> Iterator[dict[str, Any]]:
        """What became of the codebook from version to version, as rows of `steps.jsonl`."""

    def speakers(self) -> Iterator[dict[str, Any]]:
        """The registry's entries, as rows of `speakers.jsonl`."""

    def other_labels(self, uses: LabelUses) -> Iterator[dict[str, Any]]:
        """The labels that have no column elsewhere, as rows of `labels.jsonl`."""

    def assignments(self) -> Iterator[AssignmentRecord]:
        """Who had which paragraphs to code, by article, paragraph and coder."""

    def draws(self) -> Iterator[dict[str, Any]]:
        """How the assignments were drawn, as rows of `draws.jsonl`."""

    def gold(self) -> Iterator[dict[str, Any]]:
        """What was adjudicated, as rows of `gold.jsonl`."""

    def aggregate(self) -> Iterator[dict[str, Any]]:
        """Every label of the aggregated layer, as rows of `aggregate.jsonl`."""
