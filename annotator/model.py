"""Core models: articles, paragraphs, coders, speakers, statements, labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

TRAINING = "training"
RECHECK = "recheck"


PHASES = (TRAINING, "pilot", "main", RECHECK)


Role = Literal["body", "headline", "kicker", "subhead", "dek", "byline", "caption", "pull-quote", "furniture"]
"""The role of a paragraph in its article."""

ROLES: tuple[Role, ...] = get_args(Role)

State = Literal["unseen", "open", "coded", "no claim", "furniture", "duplicate"]
"""How far one coder is with one paragraph; "unseen" is never "no claim"."""

STATES: tuple[State, ...] = get_args(State)
DONE: frozenset[State] = frozenset({"coded", "no claim", "furniture", "duplicate"})
"""The states in which a paragraph is done."""

UNREAD: dict[Role, State] = {"furniture": "furniture", "byline": "no claim"}
"""The state that a role without claims gives a paragraph which nobody reads. A byline is a part of the article."""

Origin = Literal["coder", "sticky", "inherited", "guess", "default", "import"]
"""How a label came about: keyed, carried on by a sticky variable, taken over from the statement before, guessed
from the evidence, left at the codebook's default (no decision), or read from elsewhere."""

Value = str | int | float | list[str]
"""The value of a label: a category, a number, a text, or the categories of a set in codebook order."""

JOURNALIST = "journalist"
"""The speaker of an uncued sentence: the article's own voice."""


class Model(BaseModel):
    """Configuration of every model: frozen, unknown fields forbidden."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Paragraph(Model):
    """A stretch of an article that is shown and coded as one."""

    position: int = Field(ge=0, description="Its place in the article, from 0.")
    start: int = Field(ge=0, description="Where it begins in the raw text, in Unicode code points.")
    end: int = Field(gt=0, description="Where it ends, exclusive.")
    role: Role = Field("body", description="What it is in the article, as guessed on reading.")

    @model_validator(mode="after")
    def _has_text(self) -> Paragraph:
        if self.start >= self.end:
            raise ValueError(f"a paragraph ends ({self.end}) where it begins ({self.start}) or before")
        return self


def article_id(raw_text: str) -> str:
    """The id of an article with this text: the first 16 hex digits of the SHA-256 of its UTF-8 bytes.

    Two machines that read the same text get the same id, also from files with different names.
    """
    return sha256(raw_text)[:16]


def sha256(raw_text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    import hashlib  # loads OpenSSL, which coding never needs

    return hashlib.sha256(raw_text.encode("utf-8")).hexdigest()


class Article(Model):
    """A text exactly as read, with its paragraphs and what is known about it."""

    name: str = Field(min_length=1, description="Its name for people: the stem of its file, or a given id.")
    raw_text: str = Field(min_length=1, description="The text exactly as read, never normalised.")
    paragraphs: tuple[Paragraph, ...] = Field(min_length=1, description="In order, without overlap.")
    title: str | None = None
    source: str | None = Field(None, description="The outlet that published it.")
    date: str | None = Field(None, description="The date of publication, in ISO 8601 where it was understood.")
    url: str | None = None
    path: str | None = Field(None, description="The file it was read from.")
    metadata: dict[str, JsonValue] = Field(default_factory=dict, description="Other metadata of the source.")

    @property
    def article_id(self) -> str:
        """The id that its content gives it."""
        return article_id(self.raw_text)

    def text(self, paragraph: Paragraph) -> str:
        """The text of one of its paragraphs."""
        return self.raw_text[paragraph.start : paragraph.end]

    @model_validator(mode="after")
    def _paragraphs_hold_everything(self) -> Article:
        at = 0
        for position, paragraph in enumerate(self.paragraphs):
            if paragraph.position != position:
                raise ValueError(f"paragraph {paragraph.position} stands at place {position}")
            if paragraph.start < at or paragraph.end > len(self.raw_text):
                raise ValueError(f"paragraph {position} overlaps another or leaves the text")
            if self.raw_text[at : paragraph.start].strip():
                raise ValueError(f"text before paragraph {position} belongs to no paragraph")
            at = paragraph.end
        if self.raw_text[at:].strip():
            raise ValueError("text after the last paragraph belongs to no paragraph")
        return self


CoderKind = Literal["human", "model", "pre-annotation"]
"""Who codes: a person, a model that counts as a coder, or suggestions made beforehand, which are not coding at all
and never enter reliability."""


@dataclass(frozen=True, slots=True)
class Coder:
    """Someone who codes: a person, or a model whose labels were imported."""

    id: int
    name: str
    kind: CoderKind = "human"


class ModelRun(Model):
    """What a model's labels were made with. A model's codings are frozen: other labels are another run."""

    version: str | None = Field(None, description="The version of the model, as its maker calls it.")
    prompt_sha256: str | None = Field(
        None, pattern="^[0-9a-f]{64}$", description="The SHA-256 of the prompt's UTF-8 text."
    )
    temperature: float | None = Field(None, ge=0, description="The temperature of sampling.")
    date: str | None = Field(
        None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="The day on which the labels were made, in ISO 8601."
    )

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not known, in words."""
        found = self.model_dump()
        return tuple(name.removesuffix("_sha256") for name, value in found.items() if value is None)

    @property
    def words(self) -> str:
        """What is known, in a sentence's part: version 2, prompt 1a2b3c4d5e6f, temperature 0, 2026-03-01."""
        said = [
            self.version and f"version {self.version}",
            self.prompt_sha256 and f"prompt {self.prompt_sha256[:12]}",
            None if self.temperature is None else f"temperature {self.temperature:g}",
            self.date and f"made on {self.date}",
        ]
        return ", ".join(one for one in said if one)

    def agrees(self, other: ModelRun) -> bool:
        """Whether nothing that both know differs."""
        own, its = self.model_dump(exclude_none=True), other.model_dump(exclude_none=True)
        return all(its.get(name, value) == value for name, value in own.items())

    def completed(self, other: ModelRun | None) -> ModelRun:
        """With what only the other knows."""
        return self if other is None else ModelRun(**(other.model_dump() | self.model_dump(exclude_none=True)))


EntryKind = Literal["actor", "issue"]
"""What a registry entry is: somebody who can speak, or a matter that can only be spoken of."""


class Speaker(Model):
    """An entry of the registry: who speaks, and what is spoken of."""

    speaker_id: str = Field(description="A UUID.")
    name: str = Field(min_length=1, description="The canonical name.")
    kind: EntryKind = Field("actor", description="An issue is never offered as a speaker.")
    definition: str | None = Field(None, description="What it covers, in a sentence.")
    type: str | None = Field(None, description="Person, organisation, state, unnamed source, …")
    affiliation: str | None = None
    country: str | None = None
    aliases: tuple[str, ...] = ()
    retired: bool = False
    merged_into: str | None = Field(None, description="The speaker_id of the entry that stands for it now.")


MentionOrigin = Literal["coder", "accepted"]
"""How a speaker came about: the coder named it, or the program predicted it and the coder did not change it."""


# Rows that only the store makes, of columns that the schema constrains: plain records, which cost nothing to load.


@dataclass(frozen=True, slots=True)
class Mention:
    """One speaker of a statement: the words the coder chose and the entry they stand for."""

    words: str
    speaker_id: str
    name: str
    """The canonical name of the entry, after merges."""
    rank: int | None = None
    """Which suggestion was taken, from 1; None when typed."""
    origin: MentionOrigin = "coder"


@dataclass(frozen=True, slots=True)
class Label:
    """The value of one variable, with how it came about and the codebook it was made under."""

    value: Value
    origin: Origin = "coder"
    codebook: str = ""
    """The version of the codebook in force when it was made."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One coder's record in one paragraph: who says what kind of thing, on which words.

    Attributes:
        statement_id: A UUID.
        paragraph: The paragraph's row in the project file.
        created_at: An aware time, in UTC.
        updated_at: An aware time, in UTC.
        evidence_start: Offset in the article, in code points.
        evidence_end: Where the evidence ends, exclusive.
        speakers: Who speaks, in the order chosen.
        labels: By the name of the variable.
        note: What the coder wrote about it.
        flag: Whether it is marked for later.
    """

    statement_id: str
    paragraph: int
    created_at: datetime
    updated_at: datetime
    evidence_start: int | None = None
    evidence_end: int | None = None
    speakers: tuple[Mention, ...] = ()
    labels: dict[str, Label] = field(default_factory=dict)
    note: str | None = None
    flag: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """One coder's state of one paragraph.

    Attributes:
        paragraph: The paragraph's row in the project file.
        state: How far the coder is with it.
        flag: Whether it is marked for later.
        note: What the coder wrote about it.
        role: The coder's correction of its role.
        seconds: The time spent on it.
        labels: The coder's labels of it, by the name of the variable.
    """

    paragraph: int
    state: State = "unseen"
    flag: bool = False
    note: str | None = None
    role: Role | None = None
    seconds: float = 0.0
    labels: dict[str, Label] = field(default_factory=dict)
