"""The history of a damaged project: lines with a right checksum, or with one bit put right."""

from __future__ import annotations

from typing import Any

from annotator.errors import StoreError
from annotator.store.file.checksum import of_change
from annotator.store.history.record_types import ENTITIES
from annotator.store.rescue.mend import mend_line
from annotator.store.rescue.repair import Repair
from annotator.text.counted import counted

_STEP, _LINE = 4, 8
"""How many values of a step its lines' checksums cover, and how many a line has."""

Line = tuple[Any, ...]


def save_history(repair: Repair) -> bool:
    """Bring the legible lines of the history; whether none is missing."""
    n_bad = 0
    ids: dict[int, int] = {}
    for row in repair.rows("steps", "id", "step_id", "coder", "at", "what", "kind", "of", "seen"):
        number, step_id, coder, at, what, kind, of, seen = row
        changes = repair.old.all(
            "select n, entity, key, before, after, first_at, last_at, checksum from changes where step = ? order by n",
            (number,),
        )
        coder = _coder(repair, number, coder)
        step, whole = _mended((step_id, at, what, kind), changes)
        of = _undone(repair, number, of, whole)
        n_bad += len(changes) - len(whole)
        if (step[3] != "do") != (of in ids):
            kind, of = ("do", None) if step[3] != "do" else (step[3], None)
            step = (*step[:3], kind)
            whole = [(*line[:7], of_change(step, line[:7])) for line in whole]
            repair.lost.append("which step an undo took back")
        try:
            new = repair.new.execute(
                "insert into steps (step_id, at, what, kind, coder, of, seen) values (?, ?, ?, ?, ?, ?, ?)",
                (*step, repair.coders.get(coder), ids.get(of), seen if isinstance(seen, int) else 0),
            ).lastrowid
            repair.new.executemany(
                "insert into changes (step, n, entity, key, before, after, first_at, last_at, checksum)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(new, *line) for line in whole],
            )
        except StoreError:
            n_bad += 1
            continue
        ids[number] = new or 0
    astray = repair.old.one("select count(*) from changes where step not in (select id from steps)")
    n_bad += int(astray[0]) if astray else 0
    gaps = max(ids, default=0) - len(ids) + _n_blank(repair)
    if n_bad or gaps:
        repair.lost.append(f"{counted(max(n_bad, gaps), 'line')} of the history or more")
    return not n_bad and not gaps and {"steps", "changes"} <= repair.whole


def _mended(step: Line, changes: list[Line]) -> tuple[Line, list[Line]]:
    """A step and its whole lines, with single flipped bits put right."""
    if not any(_holds(step, line) for line in changes):
        # All lines at once fail when the step itself is damaged.
        for line in changes:
            found = mend_line(step, line)
            if found is not None:
                step = found[0]
                break
    whole = []
    for line in changes:
        if _holds(step, line):
            whole.append(line)
        elif (found := mend_line(step, line)) is not None and found[0] == step and found[1][1] in ENTITIES:
            whole.append(found[1])
    return step, whole


def _holds(step: Line, line: Line) -> bool:
    try:
        return of_change(step, line[:7]) == line[7] and line[1] in ENTITIES
    except (TypeError, ValueError):
        return False


def _coder(repair: Repair, number: int, coder: Any) -> Any:
    """The coder of a step. If the table and the index differ, the number of each coder's steps decides."""
    other = repair.indexed.get("steps coder", {}).get(number, coder)
    if other == coder:
        return coder
    sql = "select n_steps - (select count(*) from steps where coder = coders.id) from coders where id = ?"
    missing = {one: (repair.old.one(sql, (one,)) or (None,))[0] for one in (coder, other)}
    if missing[other] == 1 and missing[coder] in (-1, None):
        return other
    if missing[other] != 0 or missing[coder] != 0:
        repair.lost.append("who made a step of the history")
    return coder


def _undone(repair: Repair, number: int, of: Any, lines: list[Line]) -> Any:
    """The step that an undo took back. If the table and the index differ, the changed records decide."""
    other = repair.indexed.get("steps of", {}).get(number)
    if other is None or other == of:
        return of
    keys = {(line[1], line[2]) for line in lines}
    fitting = [
        one
        for one in (of, other)
        if keys & set(repair.old.all("select entity, key from changes where step = ?", (one,)))
    ]
    return fitting[0] if len(fitting) == 1 else other


def _n_blank(repair: Repair) -> int:
    """How many steps lack a line: every step has one at least, and its lines are numbered."""
    row = repair.new.one(
        "select count(*) from (select t.kind, count(x.id) as held, coalesce(max(x.n) + 1, 0) as made from steps t"
        " left join changes x on x.step = t.id group by t.id) where held <> made or (kind = 'do' and held = 0)"
    )
    return int(row[0]) if row else 0
