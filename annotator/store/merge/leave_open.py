"""Leave finished paragraphs open that lack a required label, after a merge; close them once they have it."""

from __future__ import annotations

import json

from annotator.store.history.history import History
from annotator.store.store import Store
from annotator.store.tables.incomplete import lacking
from annotator.store.tables.keys import Key, paragraph_key

LEFT_OPEN = "left open: a required label is missing"
CLOSED = "done again: the required label is there"
_BLANK = {"state": "open", "flag": False, "note": None, "role": None}


def leave_open(store: Store) -> tuple[int, list[str]]:
    """Leave what is incomplete open, in its coder's name, and close what a merge left open and is complete now.

    Labels that a newer codebook asks for stay in doubt instead: their paragraphs were finished when they were coded.

    Returns:
        The number of paragraphs that were left open, and the ids of the steps.
    """
    c = store.connection
    codebook = store.codebooks.current()
    in_doubt = set(c.all("select coder, paragraph, variable from doubts where settled_at is null and codebook is null"))
    lacks = {
        (one.coder, one.paragraph)
        for one in lacking(c, codebook)
        if (one.coder, one.paragraph, one.variable) not in in_doubt
    }
    steps = [_put(store.history, coder, paragraph, "open", LEFT_OPEN, store) for coder, paragraph in sorted(lacks)]
    waiting = _left_open(store)
    if waiting:
        still = {(one.coder, one.paragraph) for one in lacking(c, codebook, with_open=True)}
        steps += [_put(store.history, *unit, state, CLOSED, store) for unit, state in waiting if unit not in still]
    return len(lacks), steps


def _put(history: History, coder: int, paragraph: int, state: str, what: str, store: Store) -> str:
    key: Key = paragraph_key(store.connection, paragraph)
    with history.step(coder, what, paragraph) as step:
        review = {**(step.get("review", key) or _BLANK), "state": state}
        step.put("review", key, None if review == _BLANK else review)
        return step.begin().step_id


def _left_open(store: Store) -> list[tuple[tuple[int, int], str]]:
    """The coders and paragraphs whose last change of state left them open here, with the state before it."""
    found = []
    for coder, paragraph, before, at, step_id, key in store.connection.all(
        "select t.coder, t.paragraph, x.before, t.at, t.step_id, x.key from steps t join changes x on x.step = t.id"
        " join reviews r on r.coder = t.coder and r.paragraph = t.paragraph and r.state = 'open'"
        " where t.what = ? and t.kind = 'do' and x.entity = 'review' order by t.at, t.step_id",
        (LEFT_OPEN,),
    ):
        later = store.connection.one(
            "select 1 from changes x cross join steps t on t.id = x.step where x.key = ? and x.entity = 'review'"
            " and t.coder = ? and (t.at, t.step_id) > (?, ?) and json_extract(x.before, '$.state') is not"
            " json_extract(x.after, '$.state') limit 1",
            (key, coder, at, step_id),
        )
        if later is None:
            found.append(((coder, paragraph), json.loads(before)["state"]))
    return found
