"""Parts of a damaged project outside the history: seconds, places, gold, merges, facts about the file."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from annotator.errors import StoreError
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.rescue.repair import Repair


def save_seen(repair: Repair, *, is_complete: bool) -> None:
    """Bring the seconds spent on paragraphs, and the reviews of paragraphs that were only seen.

    Args:
        repair: The repair.
        is_complete: Whether the whole history was saved, so that it alone says which paragraphs were coded.
    """
    for paragraph, coder, state, note, seconds, at in repair.rows(
        "reviews", "paragraph", "coder", "state", "note", "seconds", "updated_at"
    ):
        here, who = repair.paragraph(paragraph), repair.coders.get(coder)
        if here is None or who is None or not isinstance(seconds, int | float):
            continue
        known = repair.new.one("select 1 from reviews where paragraph = ? and coder = ?", (here, who))
        if known is None and is_complete and (state not in ("open", "unseen") or note is not None):
            continue  # the history would know of it
        with suppress(StoreError):
            repair.new.execute(
                "insert into reviews (paragraph, coder, state, seconds, updated_at) values (?, ?, 'open', ?, ?)"
                " on conflict do update set seconds = excluded.seconds",
                (here, who, float(seconds), repair.time(at)),
            )


def save_gold(repair: Repair) -> None:
    """Bring adjudicated statements of older versions, which have no line in the history."""
    names = "evidence_start evidence_end speakers labels statements reason deleted decided_at".split()
    for gold_id, paragraph, coder, *rest in repair.rows("gold", "gold_id", "paragraph", "decided_by", *names):
        if repair.new.one("select 1 from gold where gold_id = ?", (gold_id,)) is not None:
            continue  # the history has it
        here = repair.paragraph(paragraph)
        try:
            if here is None or coder not in repair.coders:
                raise StoreError("what it refers to is lost")
            facts = {"gold_id": gold_id, "paragraph": here, "decided_by": repair.coders[coder]}
            repair.insert("gold", facts | dict(zip(names, rest, strict=True)))
        except StoreError:
            repair.lost.append("an adjudicated statement")


def save_places(repair: Repair) -> None:
    """Bring the place where each coder stopped; one that is lost costs nothing but a search."""
    for coder, paragraph, statement, draft, at in repair.rows(
        "places", "coder", "paragraph", "statement", "draft", "updated_at"
    ):
        here, who = repair.paragraph(paragraph), repair.coders.get(coder)
        known = repair.new.one("select 1 from statements where statement_id = ?", (statement,))
        if here is None or who is None or (statement is not None and known is None) or not _is_json(draft):
            continue
        with suppress(StoreError):
            facts = {
                "coder": who,
                "paragraph": here,
                "statement": statement,
                "draft": draft,
                "updated_at": repair.time(at),
            }
            repair.insert("places", facts)


def save_merges(repair: Repair) -> None:
    """Bring the list of merges, by which `merge --undo` knows what came with them."""
    try:
        rows = {}
        for row, *facts in repair.rows("merges", "id", "merge_id", "name", "at", "undone_at"):
            names = ("merge_id", "name", "at", "undone_at")
            rows[row] = repair.insert("merges", dict(zip(names, facts, strict=True)))
        for merge, kind, name in repair.rows("merged", "merge", "kind", "name"):
            repair.insert("merged", {"merge": rows.get(merge), "kind": kind, "name": name})
    except StoreError:
        repair.new.execute("delete from merged")
        repair.new.execute("delete from merges")
        repair.lost.append("the list of merges: those before the damage cannot be undone")


def save_facts(repair: Repair) -> None:
    """Bring the time of the project, and the name of the one coder of a packed file."""
    for key in ("created_at", "packed_for"):
        value = read_meta(repair.old, key)
        if value is not None:
            write_meta(repair.new, key, value)


def _is_json(value: Any) -> bool:
    try:
        json.loads(value or "null")
    except (ValueError, TypeError):
        return False
    return True
