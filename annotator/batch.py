"""Batches: what one machine sends to a target at once, with every value as its project file holds it.

A stream is the writing of one machine for one project. Its batches are numbered from 1 without gaps, and only that
machine writes them. No item has a row number of a project file in it.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import Field, TypeAdapter, model_validator

from annotator.model import Model

FORMAT = 1
"""The number of this format. A reader refuses a batch with a greater one."""

ALL = "all"
"""The audience of a step that hides nothing by itself: the rule of blindness alone says who may read it."""

LEAD = "lead"
"""The audience of what only the lead of a study may read, such as a drawn sample."""

_CODER = "coder:"


def for_coder(name: str) -> str:
    """The audience of what only one coder and the lead may read, such as an assignment."""
    return _CODER + name


def is_open_to(audience: str, coder: str | None) -> bool:
    """Whether a reader belongs to an audience; None is the lead, who belongs to each."""
    return coder is None or audience in (ALL, for_coder(coder))


_SECOND_SELVES = ("recheck", "recall", "recode")

OF_STUDY = frozenset(
    "assignment phase codebook article feedback judge unblinding aggregation aggregate draw model".split()
)
"""Kinds of records that only the lead of a study changes, by the program's steps."""


def is_of(author: str, coder: str) -> bool:
    """Whether the author of a step is a coder, or the name under which the coder's second coding is recorded."""
    return author == coder or author in {f"{coder} ({kind})" for kind in _SECOND_SELVES}


class Spot(NamedTuple):
    """A paragraph as every project knows it."""

    article_id: str
    position: int


class Cut(NamedTuple):
    """A paragraph of an article: its place, half-open offsets in code points, and its role."""

    position: int
    start: int
    end: int
    role: str


class Line(NamedTuple):
    """One change of a step. Key, before and after are JSON texts, verbatim: the checksum covers them."""

    n: int
    entity: str
    key: str
    before: str | None
    after: str | None
    first_at: str | None
    last_at: str | None
    checksum: int


class Bridge(NamedTuple):
    """One recorded step from an earlier version of the codebook: the earlier id, number, document, words, time."""

    before: str
    n: int
    document: str
    words: str
    at: str


def step_identity(step_id: str, n_changes: int, audience: str) -> str:
    """The identity of a `StepItem` with this id, number of changes and audience."""
    return f"step {step_id} {n_changes} {audience}"


def identity_hash(identity: str) -> int:
    """Eight bytes of a hash of an item's identity, as a number: what a project keeps of each item that it has sent."""
    from hashlib import blake2b  # loads OpenSSL, which coding never needs

    return int.from_bytes(blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest())


class StepItem(Model):
    """A step of the history with those of its changes that its audience may read.

    One step may travel in several items with different audiences. A receiver adds the changes that it lacks.
    """

    kind: Literal["step"] = "step"
    audience: str = Field(ALL, description="`all`, `lead`, or `coder:NAME`.")
    step_id: str
    coder: str = Field(description="The name of the coder whose history it is; `annotator` is the program.")
    at: str
    what: str
    did: Literal["do", "undo", "redo"]
    of: str | None = Field(description="The id of the step that was undone or redone.")
    spot: Spot | None = Field(description="The paragraph where it was made.")
    seen: int = Field(ge=0, description="How many steps of the coder its file held before.")
    changes: tuple[Line, ...]

    @model_validator(mode="after")
    def _is_ordered(self) -> StepItem:
        numbers = [change.n for change in self.changes]
        if numbers != sorted(set(numbers)):
            raise ValueError("the changes of a step are not in their order")
        if (self.of is None) != (self.did == "do"):
            raise ValueError("only undo and redo name another step")
        return self

    @property
    def identity(self) -> str:
        """Equal for two items only if they say the same."""
        return step_identity(self.step_id, len(self.changes), self.audience)


class ArticleItem(Model):
    """What is known about an article, without its text. The target keeps texts by themselves."""

    kind: Literal["article"] = "article"
    article_id: str = Field(pattern=r"^[0-9a-f]{16}$", description="It names a file at some targets.")
    sha256: str
    name: str
    title: str | None
    source: str | None
    date: str | None
    url: str | None
    path: str | None
    metadata: str = Field(description="A JSON text, verbatim.")
    added_at: str
    checksum: int = Field(description="Of the fields from name to metadata, and of the paragraphs.")
    cut: tuple[Cut, ...]

    @property
    def identity(self) -> str:
        """Equal for two items only if they say the same."""
        return f"article {self.article_id} {self.checksum} {self.added_at}"


class CodebookItem(Model):
    """A version of the codebook, with the recorded steps that led to it. It is not in force because of this item."""

    kind: Literal["codebook"] = "codebook"
    codebook_id: str
    name: str
    version: str
    document: str = Field(description="A JSON text, verbatim: the id is its hash.")
    added_at: str
    bridges: tuple[Bridge, ...] = ()

    @property
    def identity(self) -> str:
        """Equal for two items only if they say the same."""
        return f"codebook {self.codebook_id} {self.added_at} {len(self.bridges)} " + max(
            (bridge.at for bridge in self.bridges), default=""
        )


class CoderItem(Model):
    """A coder, human or model."""

    kind: Literal["coder"] = "coder"
    name: str
    is_a: Literal["human", "model", "pre-annotation"]
    recheck_of: str | None = Field(description="The coder whose second, blind coding has this name.")
    created_at: str

    @property
    def identity(self) -> str:
        """Equal for two items only if they say the same."""
        return f"coder {self.name}\n{self.is_a}\n{self.recheck_of}\n{self.created_at}"


class SeenItem(Model):
    """How long a coder had a paragraph on the screen, and since when."""

    kind: Literal["seen"] = "seen"
    coder: str
    spot: Spot
    seconds: float = Field(ge=0)
    at: str

    @property
    def identity(self) -> str:
        """Equal for two items only if they say the same."""
        return f"seen {self.spot.article_id} {self.spot.position} {self.seconds!r} {self.coder}"


class PlaceItem(Model):
    """Where a coder is at work, for that coder's other machines."""

    kind: Literal["place"] = "place"
    coder: str
    spot: Spot
    statement: str | None
    draft: str | None = Field(description="A JSON text, verbatim.")
    at: str

    @property
    def identity(self) -> str:
        """Equal for two items only if they say the same."""
        return f"place {self.at} {self.coder}"


class ProjectItem(Model):
    """When the project was made; of several times the earliest holds."""

    kind: Literal["project"] = "project"
    created_at: str

    @property
    def identity(self) -> str:
        """Equal for two items only if they say the same."""
        return f"project {self.created_at}"


Item = StepItem | ArticleItem | CodebookItem | CoderItem | SeenItem | PlaceItem | ProjectItem
"""One thing that a batch brings; `kind` tells them apart."""

ITEM: TypeAdapter[Item] = TypeAdapter(Annotated[Item, Field(discriminator="kind")])
"""Reads and writes one item as JSON: `ITEM.validate_json(line)`, `ITEM.dump_json(item)`."""


class Batch(Model):
    """What one machine sends at once. It arrives whole or not at all."""

    stream: str = Field(description="The UUID of the machine's stream.")
    first: int = Field(ge=1)
    last: int = Field(ge=1, description="Greater than `first` where a writer joined its own batches.")
    format: int = Field(FORMAT, ge=1)
    items: tuple[Item, ...]

    @model_validator(mode="after")
    def _is_ordered(self) -> Batch:
        if self.last < self.first:
            raise ValueError("a batch ends before it begins")
        return self


class Text(NamedTuple):
    """The text of an article, exactly as read."""

    article_id: str
    raw_text: str
