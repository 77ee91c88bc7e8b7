"""Import statements: check them against article and codebook, write those that differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from annotator.errors import IngestError
from annotator.jsonl_lines import DERIVED, PARENT, ForeignLine, OriginLine, StatementLine
from annotator.model import DONE, Coder
from annotator.store.file.timestamps import later, stamp
from annotator.store.import_.context import NO_REVIEW, ImportContext
from annotator.store.import_.places import Place, evidence_of
from annotator.store.import_.speakers import ImportedSpeakers
from annotator.store.import_.versions import Given
from annotator.store.merge.file_record import Stated, past_of
from annotator.store.tables.entity_labels import name_now
from annotator.store.tables.incomplete import incomplete
from annotator.store.tables.json_values import dumps, loaded
from annotator.store.tables.keys import Key, Times, codebook_row
from annotator.store.tables.label_mapping import readings
from annotator.store.tables.speakers import mentions_value
from annotator.text.terminal_text import one_line

NAMESPACE = uuid5(NAMESPACE_URL, "annotator:statement")
"""Statements that come without an id get one that the same row has in every import."""

_EVIDENCE = frozenset({"evidence", "evidence_start", "evidence_end"})


class StatementImporter:
    """Writes statements, and labels in the same row."""

    def __init__(self, context: ImportContext, speakers: ImportedSpeakers) -> None:
        self._context = context
        self._c = context.connection
        self._speakers = speakers
        self._ordinals: dict[str, int] = {}
        self._coded: dict[tuple[int, str, int], None] = {}
        """Coders and paragraphs that the rows called coded, in their order."""
        self._clock: str | None = None
        self._above: dict[tuple[Any, ...], tuple[str, str, str]] = {}
        """Of the last statement in a coder's paragraph: its time as given, its time here, and its id."""

    def statement(self, row: StatementLine, origin: OriginLine | None, *, marks_coded: bool) -> None:
        """One coder's statement as an export holds it."""
        foreign = ForeignLine.model_construct(**{key: value for key, value in row if key not in DERIVED})
        self.row(foreign, origin, marks_coded=marks_coded)

    def row(self, row: ForeignLine, origin: OriginLine | None = None, *, marks_coded: bool = True) -> None:
        """A statement, or labels of a paragraph or an article, made here or elsewhere."""
        context = self._context
        article, paragraph = context.places.paragraph(context.places.article_of(row), row.paragraph)
        name = context.coder_of_all or row.coder
        if name is None:
            raise IngestError("the row names no coder: give the column coder, or --coder NAME")
        coder = context.coder(name)
        extra, versions = row.model_extra or {}, context.versions.of(row)
        names = [name for name in extra if not self._is_for_readers(name, extra, versions)]
        values = [context.versions.given(versions, name, extra[name]) for name in names]
        of_statement = [given for given in values if given.variable.scope == "statement"]
        if not values and row.speakers is None and row.evidence_start is None and row.state is None:
            raise IngestError("the row has no label: name at least one column after a variable of the codebook")
        is_claim = holds_statement(row, of_statement)
        key: Key = [article.article_id, row.paragraph]
        is_standing = is_claim
        if is_claim:
            evidence = evidence_of(row, article.raw_text, paragraph)
            is_standing = self._statement(row, origin, coder, key, paragraph, evidence, of_statement)
        # A statement that was here says nothing new of the paragraph.
        says_state = row.state is not None or context.has_written_row if is_claim else True
        if marks_coded and says_state and is_claim == is_standing:
            state = row.state or ("coded" if is_claim or any(v.value is not None for v in values) else "no claim")
            about = {} if is_claim else {name: getattr(row, name) for name in row.model_fields_set & {"flag", "note"}}
            self._review(coder, key, state, about, is_sure=is_claim or row.state is not None)
        for variable, value, _ in values:
            if variable.scope == "paragraph":
                context.bring_unit_label(coder.id, "paragraph", [*key, variable.name], value, is_export=False)
            elif variable.scope == "article":
                unit: Key = [article.article_id, variable.name]
                context.bring_unit_label(coder.id, "article", unit, value, is_export=False)

    def _is_for_readers(self, name: str, row: Mapping[str, Any], versions: tuple[str, ...]) -> bool:
        """Whether an export adds a column for its readers: places, metadata of articles, the category above a label."""
        if name in DERIVED or self._context.is_of_article(name, versions):
            return True
        variable = name.removesuffix(PARENT)
        return variable != name and variable in row and self._context.versions.is_unknown(name)

    def is_deleted(self, statement_id: str) -> bool:
        """Whether the project has deleted a statement."""
        return (
            self._c.one("select 1 from statements where statement_id = ? and deleted = 1", (statement_id,)) is not None
        )

    def _statement(
        self,
        row: ForeignLine,
        origin: OriginLine | None,
        coder: Coder,
        place: Key,
        paragraph: Place,
        evidence: tuple[int | None, int | None],
        values: list[Given],
    ) -> bool:
        """Bring a statement with its speakers and labels; whether it stands then."""
        statement_id = row.statement_id or self._new_id(row, coder, place, evidence)
        self._check_owner(statement_id, coder.id, paragraph.row)
        key: Key = [statement_id]
        here = self._context.read(coder.id, "statement", key) or {}
        stated = {
            "article_id": place[0],
            "paragraph": place[1],
            "evidence": None if evidence[0] is None else list(evidence),
            "note": row.note,
            "flag": row.flag,
            "deleted": False,
        }
        # A column that the table does not have says nothing.
        left_out = [name for name in ("note", "flag") if name not in row.model_fields_set]
        left_out += [] if row.model_fields_set & _EVIDENCE else ["evidence"]
        stated |= {name: here[name] for name in left_out if name in here}
        updated = None if row.updated_at is None else stamp(row.updated_at)
        times = None if here and row.created_at is None else self._times(row, updated, coder.id, place, statement_id)
        # A row of the time that the statement has here was changed without a new time.
        at = None if updated is None or (here and _is_same(updated, self._updated_at(statement_id))) else updated
        stands = self._context.bring(coder.id, "statement", key, Stated(stated, at), times)
        if stands["deleted"]:
            return False
        self._mentions(coder.id, key, row, origin, at, times)
        for given in values:
            self._label(coder.id, [statement_id, given.variable.name], given, origin, at, times)
        return True

    def _times(self, row: ForeignLine, updated: str | None, coder: int, place: Key, statement_id: str) -> Times:
        """When a statement was made and changed, so that statements keep the order of their rows.

        They are read by time, then by id. So rows without a time get one after the other, and of rows with the same
        time one that would come before the row above it comes just after it.
        """
        if row.created_at is None:
            self._clock = later(self._clock)
            return Times(self._clock, updated or self._clock)
        given = stamp(row.created_at)
        made = given
        before = self._above.get((coder, *place))
        if before is not None and before[0] == given and (made, statement_id) < before[1:]:
            made = stamp(datetime.fromisoformat(before[1]) + timedelta(microseconds=1))
        self._above[coder, *place] = (given, made, statement_id)
        return Times(made, max(updated or made, made))

    def _updated_at(self, statement_id: str) -> str | None:
        row = self._c.one("select updated_at from statements where statement_id = ?", (statement_id,))
        return None if row is None else str(row[0])

    def _mentions(
        self, coder: int, key: Key, row: ForeignLine, origin: OriginLine | None, at: str | None, times: Times | None
    ) -> None:
        if row.speakers is None:
            return
        if origin is not None:
            if len(origin.speakers) != len(row.speakers):
                raise IngestError("the statement and its row in origins.jsonl have different numbers of speakers")
            value = [
                [m.words, self._speakers.entry(m.speaker_id, m.words), m.rank, *([m.origin] * (m.origin != "coder"))]
                for m in origin.speakers
            ]
            self._context.bring(coder, "mentions", key, Stated(value or None, at), times)
            return
        words = row.speakers
        known = self._had(coder, key, words)
        current = self._context.read(coder, "mentions", key)
        if known == current and (known is not None or not words):
            return
        if not all(name.strip() for name in words):
            raise IngestError("the row has a speaker without a name: give the name")
        stated = known or [[name, None, None] for name in words] or None

        def complete(_value: Any) -> Any:
            return known or mentions_value(self._speakers.mention(coder, name) for name in words)

        self._context.bring(coder, "mentions", key, Stated(stated, at), times, complete=complete)

    def _had(self, coder: int, key: Key, names: list[str]) -> Any:
        """The latest speakers of a statement, now or before, whose names are these."""
        past = past_of(self._c, coder, "mentions", key) if self._context.has_history else []
        versions = [self._context.read(coder, "mentions", key), *(one.after for one in reversed(past))]
        called = ([self._speakers.canonical_name(who) for _, who, _ in version or []] for version in versions)
        now = [self._speakers.name_now(name) for name in names]
        return next((version for version, its in zip(versions, called, strict=True) if its in (names, now)), None)

    def _label(
        self, coder: int, key: Key, given: Given, origin: OriginLine | None, at: str | None, times: Times | None
    ) -> None:
        value = given.value
        if value is None:
            self._context.bring(coder, "label", key, Stated(None, at), times)
            return
        if origin is not None:
            version = origin.codebooks.get(key[1], origin.codebook_id)
            about = {"origin": origin.origins.get(key[1], "coder"), "codebook": version}
            after = {**self._with_entry(origin, version, key[1], value), **about}
            self._context.bring(coder, "label", key, Stated(after, at), times)
            return
        found = self._c.one(
            "select l.value from labels l join statements s on s.id = l.statement where s.statement_id = ?"
            " and l.variable = ?",
            (key[0], key[1]),
        )
        if found is not None and loaded(found[0]) == value:
            return
        after = {"value": value, "origin": "import", "codebook": given.codebook_id}
        complete = self._context.entry_adder(coder, key[1])
        self._context.bring(coder, "label", key, Stated(after, at), times, complete=complete)

    def _with_entry(self, origin: OriginLine, version: str, variable: str, value: Any) -> dict[str, Any]:
        """The value as it was made, and the registry entry that it names, if the row has one."""
        entry, made = origin.entries.get(variable), origin.made.get(variable)
        if entry is not None:
            words = str(value if made is None else made)
            entry = self._speakers.entry(entry, words)
            if self._speakers.canonical_name(entry) == value:
                return {"value": words, "entry": entry}
        return {"value": self._made(version, variable, made, value)}

    def _made(self, version: str, variable: str, made: Any, value: Any) -> Any:
        """The value as it was made, unless it does not read as the row says: then the row was changed since."""
        self._context.versions.codebook(version)
        if made is None:
            return value
        stored = dumps(made) if isinstance(made, list) else made
        held = readings(self._c)
        said = held.read(codebook_row(self._c, version), variable, stored).value
        if variable in held.entities:
            said = name_now(self._c, None, said)
        return made if said == value else value

    def leave_open(self) -> int:
        """Leave the paragraphs open that rows made elsewhere call coded without every required label; their number."""
        lacking = incomplete(self._c, self._context.store.codebooks.current()) if self._coded else set()
        n = 0
        for coder, article_id, position in self._coded:
            _, paragraph = self._context.places.paragraph(article_id, position)
            if (coder, paragraph.row) in lacking:
                key: Key = [article_id, position]
                review = self._context.read(coder, "review", key) or NO_REVIEW
                self._context.put(coder, "review", key, {**review, "state": "open"})
                n += 1
        return n

    def _review(self, coder: Coder, key: Key, state: str, about: dict[str, Any], *, is_sure: bool) -> None:
        """Say how far the coder is with the paragraph, and its flag and note; suggestions have seen nothing."""
        if coder.kind == "pre-annotation":
            return
        current = self._context.read(coder.id, "review", key)
        if current is not None and current["state"] in DONE and not (is_sure and current["state"] == "no claim"):
            return
        after = {**(current or NO_REVIEW), "state": state, **about}
        if state == "coded":
            self._coded[coder.id, key[0], key[1]] = None
        if self._context.has_written(coder.id, "review", key):
            self._context.put(coder.id, "review", key, after)
            return
        self._context.bring(coder.id, "review", key, Stated(after, None, is_known_older=True), is_main=False)

    def _new_id(self, row: ForeignLine, coder: Coder, place: Key, evidence: tuple[int | None, int | None]) -> str:
        """The id of a statement that came without one: the same each time the same row is imported."""
        what = dumps([*place, coder.name, *evidence, row.speakers])
        self._ordinals[what] = self._ordinals.get(what, -1) + 1
        return str(uuid5(NAMESPACE, f"{what}{self._ordinals[what]}"))

    def _check_owner(self, statement_id: str, coder: int, paragraph: int) -> None:
        found = self._c.one(
            "select n.name, s.coder, s.paragraph from statements s join coders n on n.id = s.coder"
            " where s.statement_id = ?",
            (statement_id,),
        )
        if found and found[1] != coder:
            raise IngestError(f"statement {one_line(statement_id)} is {one_line(found[0])}'s in this project")
        if found and found[2] != paragraph:
            raise IngestError(f"statement {one_line(statement_id)} is in another paragraph of this project")


def holds_statement(row: ForeignLine, values: list[Given]) -> bool:
    """Whether a row holds a statement: one whose labels are all blank says that there is none."""
    if row.statement_id is not None or row.speakers or row.evidence_start is not None or row.evidence:
        return True
    return any(given.value is not None for given in values)


def _is_same(updated: str, here: str | None) -> bool:
    """Whether a row's time is that of the statement here, also after a program that keeps whole seconds."""
    return updated == here or (here is not None and updated.endswith(".000000Z") and updated[:19] == here[:19])
