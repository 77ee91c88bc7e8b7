"""The codebooks of a damaged project: documents with the hash in their id, mended or from sound copies."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from typing import Any

from annotator.codebook.model import Codebook, Scope, Variable
from annotator.errors import StoreError
from annotator.store.file.checksum import of_codebook_steps
from annotator.store.file.codebook_text import LOST, is_as_written
from annotator.store.file.timestamps import now
from annotator.store.rescue.codebook_steps import step_fault
from annotator.store.rescue.mend import flipped, mend_text
from annotator.store.rescue.repair import Repair
from annotator.store.tables.codebooks import parsed, seal_steps, steps_seal
from annotator.text.terminal_text import one_line


def save_codebooks(repair: Repair) -> None:
    """Bring every codebook version whose text is whole or can be mended into the new project."""
    in_index = {row: codebook_id for codebook_id, row in repair.indexed.get("codebooks", {}).items()}
    mentioned = _mentioned(repair) | {one for one in in_index.values() if isinstance(one, str)}
    for row, said, name, document, added_at in repair.rows(
        "codebooks", "id", "codebook_id", "name", "document", "added_at"
    ):
        codebook_id, text = _whole(repair, [said, in_index.get(row)], name, document, mentioned)
        if text is None:
            repair.texts[codebook_id] = document if isinstance(document, bytes) else str(document).encode()
            continue
        new = _keep(repair, codebook_id, text, added_at)
        repair.codebooks[row] = new
        # Where the row's own number is damaged, the index still says the right one.
        other = repair.indexed.get("codebooks", {}).get(codebook_id)
        if isinstance(other, int):
            repair.codebooks.setdefault(other, new)
    _save_steps(repair)


def _keep(repair: Repair, codebook_id: str, text: str, added_at: Any) -> int:
    codebook = parsed(text)
    known = repair.new.one("select id from codebooks where codebook_id = ?", (codebook_id,))
    if known is not None:
        return int(known[0])
    when = repair.time(added_at, f"the codebook {one_line(codebook.name)} {one_line(codebook.version)} was added")
    return _insert(repair, codebook_id, codebook, text, when)


def _insert(repair: Repair, codebook_id: str, codebook: Codebook, document: str, added_at: str) -> int:
    return repair.insert(
        "codebooks",
        {
            "codebook_id": codebook_id,
            "name": codebook.name,
            "version": codebook.version,
            "document": document,
            "added_at": added_at,
        },
    )


def _whole(repair: Repair, said: list[Any], name: Any, document: Any, mentioned: set[str]) -> tuple[str, str | None]:
    """The id of a version and its text as written; None if no copy has it."""
    ids = [one for one in dict.fromkeys(said) if isinstance(one, str)]
    if isinstance(document, str):
        if name == LOST and ids and _is_sound(document):
            return ids[0], document
        own = sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        if (own in ids or own in mentioned) and _is_sound(document):
            return own, document
    for codebook_id in sorted(ids, key=lambda one: one not in mentioned):
        text = mend_text(document, codebook_id) if isinstance(document, str | bytes) else None
        for found in (text, None if text else repair.copies.codebook(codebook_id)):
            if found is not None and is_as_written(codebook_id, "", found) and _is_sound(found):
                return codebook_id, found
    return (ids or ["000000000000"])[0], None


def _is_sound(document: str) -> bool:
    with suppress(StoreError):
        parsed(document)
        return True
    return False


def _mentioned(repair: Repair) -> set[str]:
    """The ids of codebook versions that the history and `meta` name."""
    found = {str(value) for (value,) in repair.old.all("select value from meta where key = 'codebook'")}
    for entity, after in repair.old.all("select distinct entity, after from changes where after is not null"):
        with suppress(ValueError, TypeError, KeyError):
            value = json.loads(after)
            if entity == "codebook":
                found.add(str(value))
            elif isinstance(value, dict):
                found.add(str(value["codebook"]))
    return found


# from one version to the next

Step = tuple[Any, Any, Any, Any]
"""Number, document, words and time of a recorded step."""


def _save_steps(repair: Repair) -> None:
    """Bring the recorded steps between versions into the new project, mended or from a sound copy."""
    rows, is_as_sealed = _mended_steps(repair)
    edges: dict[tuple[Any, Any], list[Step]] = {}
    for before, after, *rest in rows:
        edges.setdefault((before, after), []).append((rest[0], rest[1], rest[2], rest[3]))
    for (before, after), steps in edges.items():
        _save_edge(repair, before, after, steps, is_as_sealed=is_as_sealed)
    seal_steps(repair.new)


def _save_edge(repair: Repair, before: Any, after: Any, steps: list[Step], *, is_as_sealed: bool) -> None:
    ids = (repair.codebook_id(before), repair.codebook_id(after))
    if ids[0] is None or ids[1] is None or ids[0] == ids[1]:
        repair.lost.append("recorded changes from one version of the codebook to the next")
        return
    books = [_codebook(repair, row) for row in (before, after)]
    kept = [step for step in steps if _is_whole(step, *books)]
    if not is_as_sealed or len(kept) < len(steps):
        copy = repair.copies.codebook_steps(ids[0], ids[1])
        kept = copy or kept
        if not copy:
            repair.lost.append(f"part of the recorded changes from version {ids[0]} to {ids[1]} of the codebook")
    for n, document, words, at in kept:
        with suppress(StoreError):
            facts = {"before": repair.codebooks[before], "after": repair.codebooks[after], "n": n}
            repair.insert("codebook_steps", facts | {"document": document, "words": words, "at": at})


def _mended_steps(repair: Repair) -> tuple[list[tuple[Any, ...]], bool]:
    """The rows of all steps with one flipped bit put right, and whether they have the checksum of the file."""
    rows = repair.rows("codebook_steps", "before", "after", "n", "document", "words", "at")
    seal = steps_seal(repair.old)
    if seal is None or _seal_of(repair, rows) == seal:
        return rows, True
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            for other in repair.codebooks if column < _N_VERSIONS else flipped(value):
                tried = [*rows[:place], (*row[:column], other, *row[column + 1 :]), *rows[place + 1 :]]
                if _seal_of(repair, tried) == seal:
                    return tried, True
    return rows, False


_N_VERSIONS = 2
"""The first columns of a step refer to versions."""


def _seal_of(repair: Repair, rows: list[tuple[Any, ...]]) -> str | None:
    """The checksum of steps; None if a value is illegible."""
    try:
        named = [(repair.codebook_id(row[0]), repair.codebook_id(row[1]), *row[2:]) for row in rows]
        return str(of_codebook_steps(sorted(named)))
    except TypeError:
        return None


def _is_whole(step: Step, before: Codebook, after: Codebook) -> bool:
    """Whether a step is legible and names what both versions have."""
    n, document, words, at = step
    return isinstance(n, int) and isinstance(at, str) and step_fault(document, words, before, after) is None


def _codebook(repair: Repair, row: int) -> Codebook:
    found = repair.new.one("select document from codebooks where id = ?", (repair.codebooks[row],))
    assert found is not None  # noqa: S101 (it was brought in before)
    return parsed(found[0])


# what stands for a lost one


def stand_in_for_codebooks(repair: Repair) -> None:
    """Where a codebook that labels were made under is lost, let one stand for it that takes any text."""
    variables: dict[str, dict[str, Variable]] = {}
    for entity, key_text, after in repair.new.all(
        "select entity, key, after from changes where after is not null"
        " and (entity like '%label' or entity = 'codebook')"
    ):
        value = json.loads(after)
        if entity == "codebook":
            variables.setdefault(value, {})
        else:
            scope: Scope = "article" if entity[0] == "a" else "paragraph" if entity[0] == "p" else "statement"
            name = json.loads(key_text)[-1]
            variables.setdefault(value["codebook"], {})[name] = Variable(name=name, scope=scope, level="text")
    for codebook_id, known in variables.items():
        if repair.new.one("select 1 from codebooks where codebook_id = ?", (codebook_id,)):
            continue
        stand_in(repair, codebook_id, tuple(known.values()))
    for codebook_id in [one for one in repair.texts if one not in variables]:
        repair.lost.append(f"the codebook version {one_line(codebook_id)}, under which no label was made")


def stand_in(repair: Repair, codebook_id: str, variables: tuple[Variable, ...]) -> str:
    """Make a codebook that takes any text in the place of a lost one."""
    codebook = Codebook(name=LOST, version=codebook_id, variables=variables or (Variable(name="text", level="text"),))
    repair.lost.append(
        f"the codebook version {codebook_id}: no backup and no file beside this project has a sound copy;"
        " its labels are kept as plain text"
    )
    _insert(repair, codebook_id, codebook, codebook.model_dump_json(), now())
    return codebook_id
