"""The ground of an import: which project it comes into, who is who there, and how a record is written."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import ValidationError

from annotator.codebook.model import Codebook, Variable
from annotator.errors import AnnotatorError, IngestError
from annotator.importing.label_values import checked_value
from annotator.jsonl_lines import ForeignRow
from annotator.model import JOURNALIST, CoderKind
from annotator.store.file.timestamps import now
from annotator.store.history.history import Step
from annotator.store.history.record_types import ENTITIES
from annotator.store.tables.keys import Key, Times
from annotator.store.tables.speakers import JOURNALIST_ID
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store

NO_REVIEW = {"state": "open", "flag": False, "note": None, "role": None}
"""The review of a paragraph that was only looked at."""


class Counts(NamedTuple):
    """What an import did: rows that brought something new, and rows that were there already."""

    changed: dict[str, int]
    unchanged: dict[str, int]
    remarks: list[str]


class Place(NamedTuple):
    """A paragraph of the project."""

    row: int
    start: int
    end: int
    role: str


class Given(NamedTuple):
    """A value that came in, and the codebook version that knows it."""

    variable: Variable
    value: Any
    codebook_id: str


class Ground:
    """The project that rows come into. Every coder's part is a step of that coder's history."""

    def __init__(self, store: Store, what: str, coder: str | None, kind: CoderKind | None) -> None:
        self._store = store
        self._c = store.connection
        self._what = what
        self._coder = coder
        self._kind = kind
        self._steps = ExitStack()
        self._open: dict[int, Step] = {}
        self._coders: dict[str, tuple[int, str]] = {}
        self._codebooks: dict[str, Codebook] = {}
        self._named: dict[tuple[str | None, str | None], str | None] = {}
        self._speakers: dict[str, str] = {}
        self._ordinals: dict[str, int] = {}
        self._article: tuple[str, str, dict[int, Place]] | None = None
        self._was_empty = self._is_empty()
        self.counts = Counts({}, {}, [])

    def __enter__(self) -> Self:
        self._steps.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._steps.__exit__(*raised)

    # who, where, under which codebook

    def _article_of(self, row: ForeignRow) -> str:
        if row.article_id is not None:
            return row.article_id
        if row.article is None:
            raise IngestError("the row names no article: give the column article_id, or article")
        found = self._c.all("select article_id from articles where name = ? limit 2", (row.article,))
        if len(found) != 1:
            count = "several articles are" if found else "no article is"
            raise IngestError(f"{count} called {one_line(row.article)} in this project")
        return str(found[0][0])

    def _place(self, article_id: str, position: int) -> tuple[str, Place]:
        known = self._known(article_id)
        if known is None:
            raise IngestError(f"there is no article {one_line(article_id)} in this project")
        paragraph = known[2].get(position)
        if paragraph is None:
            raise IngestError(
                f"article {one_line(article_id)} has no paragraph {position}: it has {len(known[2])}, counted from 0"
            )
        return article_id, paragraph

    def _known(self, article_id: str) -> tuple[str, str, dict[int, Place]] | None:
        """The article of that id with its text and paragraphs; rows come in runs of one article."""
        if self._article is None or self._article[0] != article_id:
            found = self._c.one("select id, raw_text from articles where article_id = ?", (article_id,))
            if found is None:
                return None
            rows = self._store.articles.paragraphs(found[0])
            self._article = (
                article_id,
                found[1],
                {p.position: Place(p.id, p.start, p.end, p.role) for p in rows},
            )
        return self._article

    def _text(self) -> str:
        assert self._article is not None  # noqa: S101 (a place was found just before)
        return self._article[1]

    def _coder_row(self, name: str, kind: str | None = None) -> int:
        """The coder of that name, made on first sight as what the file or the command says it is."""
        known = self._coders.get(name)
        if known is None:
            wanted = kind or self._kind
            is_here = self._c.one("select 1 from coders where name = ?", (name,)) is not None
            coder = self._store.coder(name, _kind(wanted) if not is_here else "human")
            if wanted is not None and coder.kind != wanted:
                raise IngestError(f"coder {one_line(name)} is {coder.kind} in this project, not {wanted}")
            known = self._coders[name] = (coder.id, coder.kind)
        return known[0]

    def _kind_of(self, coder: int) -> str:
        return next(kind for row, kind in self._coders.values() if row == coder)

    def _name_of(self, coder: int) -> str:
        return next(name for name, (row, _) in self._coders.items() if row == coder)

    def _program(self) -> int:
        row = self._c.one("select id from coders where name = 'annotator'")
        assert row is not None  # noqa: S101 (every project begins with it)
        return int(row[0])

    def _versions_of(self, row: ForeignRow) -> tuple[str, ...]:
        """The versions that a row's labels may have been made under: the one it names, then the one in force."""
        current = self._store.codebooks.current_id()
        named = (row.codebook, row.codebook_version)
        if named not in self._named:
            found = (
                v for v, name, version, _ in reversed(self._store.codebooks.versions()) if (name, version) == named
            )
            self._named[named] = next(found, None)
        version = self._named[named]
        return (current,) if version in (None, current) else (version or current, current)

    def _given(self, versions: tuple[str, ...], name: str, value: Any) -> Given:
        """A row's value of a variable, under the first of these versions that knows it."""
        refusals: list[IngestError] = []
        for version in versions:
            try:
                variable = variable_of(self._codebook(version), name)
                return Given(variable, None if value is None else checked_value(variable, value), version)
            except IngestError as error:
                refusals.append(error)
        raise refusals[0]

    def _codebook(self, codebook_id: str) -> Codebook:
        if codebook_id not in self._codebooks:
            try:
                self._codebooks[codebook_id] = self._store.codebooks.version(codebook_id)
            except AnnotatorError as error:
                raise IngestError(f"there is no codebook version {one_line(codebook_id)} in this project") from error
        return self._codebooks[codebook_id]

    def _speaker(self, speaker_id: str, words: str) -> str:
        """The registry entry of that id here; the words stand for it where the registry did not come along."""
        known = self._speakers.get(speaker_id)
        if known is None:
            if ENTITIES["speaker"].read(self._c, 0, [speaker_id]) is not None:
                known = speaker_id
            elif words == JOURNALIST or speaker_id == JOURNALIST_ID:
                known = self._store.registry.mention(self._step(self._program()), JOURNALIST).speaker_id
            else:
                raise IngestError(f"there is no speaker {one_line(speaker_id)}: import speakers.jsonl along with it")
            self._speakers[speaker_id] = known
        return known

    def _canonical(self, speaker_id: str) -> str:
        row = self._c.one(
            "select coalesce(m.name, k.name) from speakers k left join speakers m on m.id = k.merged_into"
            " where k.speaker_id = ?",
            (speaker_id,),
        )
        return str(row[0]) if row else ""

    # writing

    def _put(self, coder: int, entity: str, key: Key, after: Any, times: Times | None = None) -> bool:
        """Write a record in the coder's step, unless it stands there already."""
        if ENTITIES[entity].read(self._c, coder, key) == after:
            return False
        self._step(coder).put(entity, key, after, times)
        return True

    def _step(self, coder: int) -> Step:
        if coder not in self._open:
            self._open[coder] = self._steps.enter_context(self._store.history.step(coder, self._what))
        return self._open[coder]

    def _see(self, coder: int, paragraph: int, seconds: float) -> None:
        """Remember that the coder saw the paragraph, and for how long; neither is part of the history."""
        self._c.execute(
            "insert into reviews (paragraph, coder, state, seconds, updated_at) values (?, ?, 'open', ?, ?)"
            " on conflict do update set seconds = max(seconds, excluded.seconds)",
            (paragraph, coder, seconds, now()),
        )

    def _earlier(self, table: str, column: str, key: str, field: str, at: datetime) -> bool:
        """Keep the earlier of two times: the same whichever file came first."""
        self._c.execute(
            f"update {table} set {field} = ? where {column} = ? and {field} > ?",
            (stored_time(at), key, stored_time(at)),
        )
        return False

    def _is_empty(self) -> bool:
        return self._c.one("select 1 from statements union all select 1 from paragraph_labels limit 1") is None

    def _unit_label(self, coder: int, unit: str, key: Key, value: Any) -> bool:
        entity = f"{unit} label"
        current = ENTITIES[entity].read(self._c, coder, key)
        if (current is None and value is None) or (current is not None and current["value"] == value):
            return False
        codebook_id = self._store.codebooks.current_id()
        variable = variable_of(self._codebook(codebook_id), key[-1])
        if value is None:
            return self._put(coder, entity, key, None)
        value = checked_value(variable, value)
        return self._put(coder, entity, key, {"value": value, "origin": "import", "codebook": codebook_id})


def variable_of(codebook: Codebook, name: str) -> Variable:
    """A variable of a codebook, or a refusal."""
    variable = codebook.variable(name)
    if variable is None:
        raise IngestError(f"{one_line(name)!r} is no variable of the codebook {codebook.name} {codebook.version}")
    return variable


def _kind(kind: str | None) -> CoderKind:
    return kind if kind in ("model", "pre-annotation") else "human"  # type: ignore[return-value] # checked by the row


def stored_time(at: datetime) -> str:
    """A time as the project file keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def reason_of(error: ValidationError) -> str:
    """What a model finds wrong, in one line."""
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return one_line(f"{where}: {first['msg']}" if where else first["msg"])
