"""The lines of the export files, one model a file: what their JSON Schemas say and what an import checks."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue

from annotator.model import EntryKind, MentionOrigin, Model, ModelRun, Origin, Role, State, Value

SCHEMA_VERSION = 1
"""The version of what the files of an export hold; a reader refuses one that it does not know."""


class StatementLine(Model):
    """A line of `statements.jsonl`: one coder's statement. Any other key is a variable of the codebook in force."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Value | None]

    statement_id: str = Field(description="A UUID, the same in every export.")
    article_id: str = Field(description="The first 16 hex digits of the SHA-256 of the article's text.")
    article: str = Field(description="What people call the article.")
    paragraph: int = Field(ge=0, description="The paragraph's place in the article, from 0.")
    paragraph_start: int = Field(ge=0, description="Where it begins in the article, in Unicode code points.")
    paragraph_end: int = Field(gt=0, description="Where it ends, exclusive.")
    role: Role = Field(description="What the paragraph is, as this coder corrected it or else as guessed.")
    coder: str
    speakers: list[str] = Field(description="Canonical names; the article's own voice is `journalist`.")
    evidence: str | None = Field(description="The words it rests on.")
    evidence_start: int | None = Field(description="Where they begin in the article, in Unicode code points.")
    evidence_end: int | None = Field(description="Where they end, exclusive.")
    note: str | None
    flag: bool
    codebook: str
    codebook_version: str = Field(
        description="The newest version that one of its labels was made under; without labels, the one in force."
    )
    created_at: AwareDatetime
    updated_at: AwareDatetime


class ParagraphLine(Model):
    """A line of `paragraphs.jsonl`: a paragraph and a coder who saw it, or, with coder null, one that nobody saw.

    Any other key is a variable that the codebook in force asks about paragraphs.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Value | None]

    article_id: str
    article: str
    paragraph: int = Field(ge=0, description="Its place in the article, from 0.")
    start: int = Field(ge=0, description="Where it begins in the article, in Unicode code points.")
    end: int = Field(gt=0, description="Where it ends, exclusive.")
    text: str
    role: Role
    coder: str | None
    state: State = Field(description="`unseen` is never `no claim`.")
    flag: bool
    note: str | None
    seconds: float = Field(ge=0, description="The time the coder spent on it.")


class Span(Model):
    """A paragraph as it was read."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    role: Role = Field(description="The role guessed on reading.")


class ArticleLine(Model):
    """A line of `articles.jsonl`: a text exactly as read.

    `labels` stands there only if the codebook asks about articles.
    """

    article_id: str
    article: str
    title: str | None
    source: str | None
    date: str | None
    url: str | None
    path: str | None
    metadata: dict[str, JsonValue]
    added_at: AwareDatetime
    sha256: str = Field(description="Of the text's UTF-8 bytes.")
    reprint_group: str | None = Field(
        None, description="Id of the first of the articles with nearly the same text; only if the project knows any."
    )
    paragraphs: list[Span]
    labels: dict[str, dict[str, Value | None]] = Field(default_factory=dict, description="By coder and variable.")
    raw_text: str


class CoderLine(Model):
    """A line of `coders.jsonl`."""

    coder: str
    kind: str = Field(pattern="^(human|model|pre-annotation)$")
    recheck_of: str | None = Field(None, description="The coder whose second, blind coding this is.")
    model: ModelRun | None = Field(None, description="Of a model, what its labels were made with, if that is known.")


class CodebookLine(Model):
    """A line of `codebooks.jsonl`: a version that is in force or that a label was made under."""

    codebook_id: str
    codebook: str
    codebook_version: str
    added_at: AwareDatetime
    in_force: bool
    document: dict[str, Any] = Field(description="The codebook itself.")


class StepLine(Model):
    """A line of `steps.jsonl`: what became of a variable or a category from one version of the codebook to the next."""

    before: str = Field(description="The codebook_id of the older version.")
    after: str = Field(description="The codebook_id of the newer one.")
    n: int = Field(ge=0, description="The step's place among those between the two.")
    step: dict[str, Any]
    words: str = Field(description="The step in words.")
    at: AwareDatetime


class SpeakerLine(Model):
    """A line of `speakers.jsonl`: an entry of the registry of speakers and targets."""

    speaker_id: str
    name: str = Field(min_length=1)
    kind: EntryKind = Field("actor", description="An issue is never offered as a speaker.")
    definition: str | None = Field(None, description="What it covers.")
    type: str | None
    affiliation: str | None
    country: str | None
    aliases: list[str]
    retired: bool
    merged_into: str | None = Field(description="The speaker_id of the entry that stands for it now.")


class MentionLine(Model):
    """A speaker of a statement, as the coder chose it."""

    speaker_id: str = Field(description="The registry entry chosen, before any merge.")
    words: str = Field(min_length=1, description="The words chosen.")
    rank: int | None = Field(description="Which suggestion was taken, from 1; null when typed.")
    origin: MentionOrigin = Field("coder", description="`accepted`: predicted, and not changed by the coder.")


class OriginLine(Model):
    """A line of `origins.jsonl`: how a statement's speakers and labels came about."""

    statement_id: str
    speakers: list[MentionLine] = Field(description="In the order of the statement's `speakers`.")
    origins: dict[str, Origin] = Field(description="By variable, of the labels that the coder did not key.")
    codebook_id: str = Field(description="The version that stands in the statement's row.")
    codebooks: dict[str, str] = Field(
        description="The codebook_id of labels that were made under another version, by variable."
    )
    made: dict[str, Value] = Field(
        default_factory=dict,
        description="The value as it was made, of labels whose category or entry was renamed or merged since,"
        " by variable.",
    )
    entries: dict[str, str] = Field(
        default_factory=dict,
        description="The speaker_id of the entry that a label of an entity variable named, before any merge.",
    )


class LabelLine(Model):
    """A line of `labels.jsonl`: a label of a paragraph or an article, or of a variable that has no column any more."""

    statement_id: str | None
    article_id: str
    paragraph: int | None
    coder: str
    variable: str
    value: Value
    made: Value | None = Field(None, description="The value as it was made, if its category was renamed since.")
    entry: str | None = Field(None, description="The speaker_id of the entry that it named, before any merge.")
    origin: Origin
    codebook_id: str
    updated_at: AwareDatetime


class GoldLine(Model):
    """A line of `gold.jsonl`: an adjudicated paragraph, or a gold statement in it; by whom and why."""

    gold_id: str | None = Field(description="The statement's id; null in the row of the paragraph itself.")
    article_id: str
    paragraph: int = Field(ge=0)
    state: State = Field("coded", description="The state that the adjudicator gave the paragraph.")
    evidence_start: int | None
    evidence_end: int | None
    speakers: list[Any]
    labels: dict[str, Any]
    statements: list[Any]
    decided_by: str
    reason: str | None
    decided_at: AwareDatetime
    codebook_id: str | None = Field(None, description="The version it was decided under, if that is known.")


class AggregateLine(Model):
    """A line of `aggregate.jsonl`: the label that a method made of all coders' labels, for one unit and variable."""

    unit: Literal["paragraph", "statement"]
    article_id: str
    article: str
    paragraph: int = Field(ge=0, description="Its place in the article, from 0.")
    statement_id: str | None = Field(description="The joint statement's id; null for a paragraph.")
    statements: list[str] = Field(description="The ids of the coders' statements that were taken to be the same.")
    variable: str = Field(description="Or what is built in: `state` of a paragraph, `presence` of a statement.")
    label: Value | None = Field(description="The most probable value; null for a tie.")
    probability: float = Field(ge=0, le=1, description="That of the label; of a tie, the highest.")
    is_tie: bool
    probabilities: dict[str, float] = Field(
        description="Of every value; for a majority the shares. Sets joined by `|`."
    )
    coders: list[str] = Field(description="Whose labels count.")


class AssignmentLine(Model):
    """A line of `assignments.jsonl`: a paragraph that a coder has to code, or had."""

    coder: str
    article_id: str
    article: str
    paragraph: int = Field(ge=0, description="Its place in the article, from 0.")
    phase: str
    batch: str
    position: int = Field(description="The place of the assignment in the coder's order.")
    due_at: AwareDatetime | None = Field(description="From when on; null for at once.")
    in_overlap: bool | None = Field(description="Whether every coder of the draw got it; null if no stored draw did.")
    probability: float | None = Field(
        ge=0,
        le=1,
        description="How likely the draws were to take the paragraph: its inclusion probability, over the exported"
        " phases. Null if it was chosen by hand, comes back for a recheck, or was drawn before draws were stored.",
    )


class DrawLine(Model):
    """A line of `draws.jsonl`: how assignments were drawn, with all that is needed to draw them again.

    Units are lists of article id, stratum, and ranges of paragraphs. For `kind` article a range is a unit, for
    paragraph each of its paragraphs is one. A unit's number counts the units of `candidates` from 0.
    """

    method: int = Field(description="The version of the method of drawing.")
    kind: Literal["article", "paragraph"] = Field(description="What a unit is.")
    phase: str
    batch: str
    drawn_at: AwareDatetime
    seed: int
    number: int | None = Field(description="Units asked for; null for all.")
    overlap: str = Field(description="Units that everybody codes, as asked for: a number or a share.")
    stratify: str | None
    one_per_group: bool = Field(description="Whether only the first of reprinted articles could be drawn.")
    days: float | None = Field(description="Of a recheck, the days between the two codings.")
    loads: list[tuple[str, int]] = Field(description="Coders in their order, with the paragraphs that they had before.")
    candidates: list[Any] = Field(description="The units that could be drawn.")
    taken: list[Any] = Field(description="Units that were already assigned.")
    units: dict[str, list[int]] = Field(description="What each coder got, in their order.")
    overlapping: list[int] = Field(description="What everybody got.")
    chances: list[float] | None = Field(
        None,
        description="The probability of each unit of `candidates`, then of `taken` had it been free. Only there if they"
        " differ, because units were drawn by a model's uncertainty.",
    )


class CategoryLine(Model):
    """A line of `categories.jsonl`: a category of the codebook in force. The file is there if any has a parent."""

    variable: str
    scope: Literal["statement", "paragraph", "article"]
    level: str
    code: int = Field(ge=1, description="Its place in the codebook's order, from 1.")
    category: str
    parent: str | None = Field(description="The category directly above it; null at the top.")
    definition: str | None
    outside_scale: bool
    retired: bool


LINES: dict[str, type[Model]] = {
    "articles": ArticleLine,
    "coders": CoderLine,
    "codebooks": CodebookLine,
    "steps": StepLine,
    "speakers": SpeakerLine,
    "paragraphs": ParagraphLine,
    "statements": StatementLine,
    "origins": OriginLine,
    "labels": LabelLine,
    "gold": GoldLine,
}
"""The model of each file's lines, in the order in which an import needs the files."""


class SoftLine(Model):
    """A line of `soft.jsonl`: one unit and variable, with the distribution over categories and each coder's value."""

    unit_id: str = Field(description="A joint statement's id, `article_id:paragraph`, or an article_id.")
    unit: Literal["statement", "paragraph", "article"]
    article_id: str
    article: str
    paragraph: int | None = Field(description="Its place in the article, from 0; null for an article.")
    start: int = Field(ge=0, description="Where the paragraph begins in the article, in Unicode code points.")
    end: int = Field(ge=0, description="Where it ends, exclusive.")
    role: Role | None
    text: str | None = Field(description="The paragraph's text; null for an article.")
    evidence: str | None = Field(
        description="The words of a statement: of several coders', those most like the others'."
    )
    evidence_start: int | None
    evidence_end: int | None
    statements: dict[str, str] = Field(description="Each coder's statement_id; empty unless the unit is a statement.")
    variable: str = Field(description="Or what is built in: `state` of a paragraph, `presence` of a statement.")
    level: str = Field(description="The variable's level; `set` where a label holds several values.")
    distribution: dict[str, float] = Field(
        description="The share of coders by category, declared ones with 0 included. Of sets the share of coders who"
        " chose each, so that shares need not sum to 1."
    )
    labels: dict[str, Value] = Field(description="Each coder's value; who gave none is missing.")
    n_coders: int = Field(ge=1, description="How many coders gave a value.")


WRITTEN: dict[str, type[Model]] = {
    **LINES,
    "aggregate": AggregateLine,
    "assignments": AssignmentLine,
    "draws": DrawLine,
    "categories": CategoryLine,
    "soft": SoftLine,
}
"""The same with the files that an import leaves alone: commands make the lines of aggregate and soft again, `annotator
merge` brings assignments, and the codebook has the categories."""


class ForeignLine(Model):
    """A coder's or a model's labels made elsewhere. Any other key is a variable of the codebook.

    Attributes:
        article_id: Or `article`, its name, where only one article has it.
        evidence_from: Where the offsets of the evidence begin.
        state: How far the coder is with the paragraph; where labels are given it is `coded`.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Any]

    article_id: str | None = None
    article: str | None = None
    paragraph: int = Field(ge=0)
    coder: str | None = None
    statement_id: str | None = Field(None, min_length=1, max_length=100)
    speakers: list[str] | None = None
    evidence: str | None = None
    evidence_start: int | None = Field(None, ge=0)
    evidence_end: int | None = Field(None, gt=0)
    evidence_from: Literal["article", "paragraph"] = "article"
    note: str | None = None
    flag: bool = False
    state: State | None = None
    codebook: str | None = None
    codebook_version: str | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None


PARENT = ".parent"
"""After a variable's name, the column of the category above its label, which a table adds for its reader."""

DERIVED = frozenset({"role", "paragraph_start", "paragraph_end", "text", "start", "end", "seconds"})
"""Keys that an export adds for its reader; an import of statements made elsewhere does not need them."""


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one file's lines."""
    schema = WRITTEN[name].model_json_schema(mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = f"annotator {name}.jsonl"
    return schema
