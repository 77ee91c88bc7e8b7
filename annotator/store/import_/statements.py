"""Import statements: check them against article and codebook, write those that differ."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from annotator.errors import IngestError
from annotator.jsonl_lines import DERIVED, ForeignLine, OriginLine, StatementLine
from annotator.model import DONE, Coder
from annotator.store.file.timestamps import stamp
from annotator.store.import_.context import NO_REVIEW, ImportContext
from annotator.store.import_.places import Place, evidence_of
from annotator.store.import_.speakers import ImportedSpeakers
from annotator.store.import_.versions import Given
from annotator.store.tables.entity_labels import is_entity, name_now
from annotator.store.tables.json_values import dumps, loaded
from annotator.store.tables.keys import Key, Times, codebook_row
from annotator.store.tables.label_mapping import readings
from annotator.store.tables.speakers import mentions_value
from annotator.text.terminal_text import one_line

NAMESPACE = uuid5(NAMESPACE_URL, "annotator:statement")
"""Statements that come without an id get one that the same row has in every import."""


class StatementImporter:
    """Writes statements, and labels in the same row."""

    def __init__(self, context: ImportContext, speakers: ImportedSpeakers) -> None:
        self._context = context
        self._c = context.connection
        self._speakers = speakers
        self._ordinals: dict[str, int] = {}

    def statement(self, row: StatementLine, origin: OriginLine | None, *, marks_coded: bool) -> bool:
        """One coder's statement as an export holds it."""
        foreign = ForeignLine.model_construct(**{key: value for key, value in row if key not in DERIVED})
        return self.row(foreign, origin, marks_coded=marks_coded)

    def row(self, row: ForeignLine, origin: OriginLine | None = None, *, marks_coded: bool = True) -> bool:
        """A statement, or labels of a paragraph or an article, made here or elsewhere."""
        context = self._context
        article, paragraph = context.places.paragraph(context.places.article_of(row), row.paragraph)
        name = context.coder_of_all or row.coder
        if name is None:
            raise IngestError("the row names no coder: give the column coder, or --coder NAME")
        coder = context.coder(name)
        extra, versions = row.model_extra or {}, context.versions.of(row)
        values = [context.versions.given(versions, name, value) for name, value in extra.items() if name not in DERIVED]
        of_statement = [given for given in values if given.variable.scope == "statement"]
        if not values and row.speakers is None and row.evidence_start is None and row.state is None:
            raise IngestError("the row has no label: name at least one column after a variable of the codebook")
        is_claim = _is_claim(row, of_statement)
        key: Key = [article.article_id, row.paragraph]
        changed = False
        if marks_coded:
            state = row.state or ("coded" if is_claim or any(v.value is not None for v in values) else "no claim")
            changed = self._review(coder, key, state, is_sure=is_claim or row.state is not None)
        if is_claim:
            evidence = evidence_of(row, article.raw_text, paragraph)
            changed |= self._statement(row, origin, coder, key, paragraph, evidence, of_statement)
        for variable, value, _ in values:
            if variable.scope == "paragraph":
                changed |= context.put_unit_label(coder.id, "paragraph", [*key, variable.name], value)
            elif variable.scope == "article":
                changed |= context.put_unit_label(coder.id, "article", [article.article_id, variable.name], value)
        return changed

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
        statement_id = row.statement_id or self._new_id(row, coder, place, evidence)
        self._check_owner(statement_id, coder.id, paragraph.row)
        key: Key = [statement_id]
        after = {
            "article_id": place[0],
            "paragraph": place[1],
            "evidence": None if evidence[0] is None else list(evidence),
            "note": row.note,
            "flag": row.flag,
            "deleted": False,
        }
        times = None
        if row.created_at is not None:
            times = Times(stamp(row.created_at), stamp(row.updated_at or row.created_at))
        changed = self._context.put(coder.id, "statement", key, after, times)
        changed |= self._mentions(coder.id, key, row, origin, times)
        for given in values:
            changed |= self._label(coder.id, [statement_id, given.variable.name], given, origin, times)
        return changed

    def _mentions(self, coder: int, key: Key, row: ForeignLine, origin: OriginLine | None, times: Times | None) -> bool:
        if row.speakers is None:
            return False
        if origin is not None:
            if len(origin.speakers) != len(row.speakers):
                raise IngestError("the statement and its row in origins.jsonl have different numbers of speakers")
            value = [[m.words, self._speakers.entry(m.speaker_id, m.words), m.rank] for m in origin.speakers]
            return self._context.put(coder, "mentions", key, value or None, times)
        current = self._context.read(coder, "mentions", key) or []
        if row.speakers == [self._speakers.canonical_name(who) for _, who, _ in current]:
            return False
        mentions = [self._speakers.mention(coder, words) for words in row.speakers]
        return self._context.put(coder, "mentions", key, mentions_value(mentions), times)

    def _label(self, coder: int, key: Key, given: Given, origin: OriginLine | None, times: Times | None) -> bool:
        value = given.value
        if value is None:
            return self._context.put(coder, "label", key, None, times)
        if origin is not None:
            version = origin.codebooks.get(key[1], origin.codebook_id)
            about = {"origin": origin.origins.get(key[1], "coder"), "codebook": version}
            entry, made = origin.entries.get(key[1]), origin.made.get(key[1])
            if entry is not None:
                words = str(value if made is None else made)
                entry = self._speakers.entry(entry, words)
                if self._speakers.canonical_name(entry) == value:
                    after = {"value": words, "entry": entry, **about}
                    return self._context.put(coder, "label", key, after, times)
            made = self._made(version, key[1], made, value)
            return self._context.put(coder, "label", key, {"value": made, **about}, times)
        found = self._c.one(
            "select l.value from labels l join statements s on s.id = l.statement where s.statement_id = ?"
            " and l.variable = ?",
            (key[0], key[1]),
        )
        if found is not None and loaded(found[0]) == value:
            return False
        after = {"value": value, "origin": "import", "codebook": given.codebook_id}
        return self._context.put(coder, "label", key, self._context.with_entry(coder, key[1], after), times)

    def _made(self, version: str, variable: str, made: Any, value: Any) -> Any:
        """The value as it was made, unless it does not read as the row says: then the row was changed since."""
        self._context.versions.codebook(version)
        if made is None:
            return value
        stored = dumps(made) if isinstance(made, list) else made
        held = readings(self._c)
        said = held.read(codebook_row(self._c, version), variable, stored).value
        if is_entity(held.codebook, held.codebook.variable(variable)):
            said = name_now(self._c, None, said)
        return made if said == value else value

    def _review(self, coder: Coder, key: Key, state: str, *, is_sure: bool) -> bool:
        """Say how far the coder is with the paragraph; suggestions made beforehand have seen nothing."""
        if coder.kind == "pre-annotation":
            return False
        current = self._context.read(coder.id, "review", key)
        if current is not None and current["state"] in DONE and not (is_sure and current["state"] == "no claim"):
            return False
        return self._context.put(coder.id, "review", key, {**(current or NO_REVIEW), "state": state})

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


def _is_claim(row: ForeignLine, values: list[Given]) -> bool:
    """Whether a row holds a statement: one whose labels are all blank says that there is none."""
    if row.statement_id is not None or row.speakers or row.evidence_start is not None or row.evidence:
        return True
    return any(given.value is not None for given in values)
