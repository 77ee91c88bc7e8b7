"""The coders of a damaged project, from their rows, the index of their names, and names in the history."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, get_args

from annotator.errors import AnnotatorError
from annotator.model import CoderKind
from annotator.store.rescue.repair import Repair
from annotator.store.tables.codebooks import UNKNOWN
from annotator.store.tables.coders import PROGRAM, coder_name, coder_row
from annotator.text.terminal_text import one_line


def save_coders(repair: Repair) -> None:
    """Bring the coders into the new project, and remember each coder's row."""
    known = {row[0]: row[1:] for row in repair.rows("coders", "id", "name", "kind", "created_at", "recheck_of")}
    used = {row[0] for row in repair.rows("steps", "coder") if isinstance(row[0], int)}
    in_index = {row: name for name, row in repair.indexed.get("coders", {}).items() if isinstance(row, int)}
    mentioned = _mentioned(repair)
    for coder in sorted({*known, *used, *in_index}):
        name, kind, created_at, _ = known.get(coder, (None, None, None, None))
        chosen = _choose(repair, coder, [name, in_index.get(coder)], mentioned)
        repair.coders[coder] = coder_row(repair.new, chosen, _kind(repair, chosen, kind), at=repair.time(created_at))
    for coder, (_, _, _, recheck_of) in known.items():
        if recheck_of is not None and recheck_of in repair.coders:
            repair.new.db.table("coders").update(repair.coders[coder], {"recheck_of": repair.coders[recheck_of]})
        elif recheck_of is not None:
            repair.lost.append("the link from a recheck to its coder")


def _choose(repair: Repair, coder: int, said: list[Any], mentioned: set[str]) -> str:
    """The name of a coder; the table and the index may differ."""
    names = list(dict.fromkeys(name for name in said if _is_name(name)))
    if len(names) > 1:
        names = [name for name in names if name in mentioned or name == PROGRAM] or names
    if len(names) > 1 or not names:
        copy = _by_steps(repair, coder)
        names = [copy] if copy is not None and (copy in names or not names) else names
    if not names:
        names = [f"{UNKNOWN}{coder}"]
        repair.lost.append(f"the name of a coder; the work stands under “{names[0]}”")
    if len(names) > 1:
        repair.lost.append(f"the name of a coder, {one_line(names[0])} or {one_line(names[1])}; the first is taken")
    return str(names[0])


def _kind(repair: Repair, name: str, said: Any) -> str:
    """The kind of a coder; one letter may be damaged."""
    kinds: tuple[str, ...] = get_args(CoderKind)
    if said in kinds:
        return str(said)
    for kind in kinds:
        if isinstance(said, str) and len(said) == len(kind) and sum(map(str.__ne__, said, kind)) == 1:
            return kind
    kind = "model" if name == PROGRAM else "human"
    if said is not None:
        repair.lost.append(f"the kind of the coder {one_line(name)}; it became {kind}")
    return kind


def _is_name(name: Any) -> bool:
    if name == PROGRAM:
        return True
    with suppress(AnnotatorError):
        return isinstance(name, str) and (coder_name(name) == name or name.startswith(UNKNOWN))
    return False


def _by_steps(repair: Repair, coder: int) -> str | None:
    """The name under which another file knows a step of this coder."""
    row = repair.old.one("select step_id from steps where coder = ? and typeof(step_id) = 'text' limit 1", (coder,))
    return None if row is None else repair.copies.coder_of(row[0])


def _mentioned(repair: Repair) -> set[str]:
    """The names of coders that stand in the history itself."""
    found = set()
    for (key,) in repair.old.all("select key from changes where entity in ('assignment', 'unblinding')"):
        with suppress(ValueError, TypeError, IndexError):
            found.add(str(json.loads(key)[0]))
    return found
