"""Settling disagreements: what stands of a paragraph, by whom decided, from which codings and why.

The settled layer stands beside the coders' own codings, which it never changes, and never enters agreement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from annotator.errors import UsageError
from annotator.model import DONE, State, Value
from annotator.store.history.history import Undone
from annotator.store.tables.adjudicated import read_verdict
from annotator.store.tables.keys import paragraph_key

if TYPE_CHECKING:
    from annotator.store.store import Store
from annotator.store.tables.adjudicated import labels_now, names_now

VERDICT = "verdict"
MOST_REASON = 10_000
"""Characters of a reason."""


class Settled(NamedTuple):
    """A statement that stands; evidence in code points of the article, labels by variable, read as of now.

    Attributes:
        evidence: Start and end, or None.
        speakers: Canonical names.
        labels: By variable.
        of: The ids of the coders' statements that it comes from.
        gold_id: Its own id; empty for one that is to be made.
    """

    evidence: tuple[int, int] | None
    speakers: tuple[str, ...]
    labels: Mapping[str, Value]
    of: tuple[str, ...] = ()
    gold_id: str = ""


class Verdict(NamedTuple):
    """What was settled of a paragraph: its state, its own labels, the statements that stand, and why."""

    state: State
    statements: tuple[Settled, ...] = ()
    labels: Mapping[str, Value] = {}
    reason: str | None = None
    decided_by: str = ""
    decided_at: str = ""


class Adjudication:
    """What one person settles in a project. Each call is one step, committed when it returns."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._c = store.connection
        self._coder = store.coder(name)

    def settle(self, paragraph: int, verdict: Verdict) -> None:
        """Settle a paragraph; what was settled of it before is in the history.

        Raises:
            UsageError: The state is none of a paragraph that is done, statements stand in one that has none, or the
                reason is too long.
            StoreError: It could not be recorded.
        """
        self._put(paragraph, self._checked(verdict), f"settle as {verdict.state}")

    def settle_all(self, verdicts: Iterable[tuple[int, Verdict]]) -> None:
        """Settle many paragraphs in one step, which one undo takes back.

        Raises:
            UsageError: One of them cannot be settled so; then none is.
            StoreError: They could not be recorded.
        """
        with self._store.history.step(self._coder.id, "settle what all coded alike") as step:
            for paragraph, verdict in verdicts:
                step.put(VERDICT, paragraph_key(self._c, paragraph), self._checked(verdict))

    def _checked(self, verdict: Verdict) -> dict[str, Any]:
        """A verdict as the history keeps it, if it can stand."""
        if verdict.state not in DONE:
            raise UsageError(f"a paragraph cannot be settled as {verdict.state}")
        if verdict.statements and verdict.state != "coded":
            raise UsageError(f"a paragraph with a statement is coded and cannot be settled as {verdict.state}")
        if verdict.state == "coded" and not (verdict.statements or verdict.labels):
            raise UsageError("a paragraph is settled as coded only where a statement or a label stands in it")
        return {
            "state": verdict.state,
            "labels": dict(verdict.labels),
            "reason": _reason(verdict.reason),
            "decided_by": verdict.decided_by or self._coder.name,
            "codebook": self._store.codebooks.current_id(),
            "statements": [
                {
                    "gold_id": one.gold_id or str(uuid4()),
                    "evidence": None if one.evidence is None else list(one.evidence),
                    "speakers": list(one.speakers),
                    "labels": dict(one.labels),
                    "of": list(one.of),
                }
                for one in sorted(verdict.statements, key=lambda one: one.evidence or (-1, -1))
            ],
        }

    def give_reason(self, paragraph: int, reason: str) -> None:
        """Say why a paragraph was settled as it is.

        Raises:
            UsageError: It is not settled.
        """
        value = self._value(paragraph)
        if value is None:
            raise UsageError("this paragraph is not settled yet, so there is no reason to give")
        self._put(paragraph, {**value, "reason": _reason(reason)}, "give a reason")

    def reopen(self, paragraph: int) -> None:
        """Take the verdict on a paragraph back.

        Raises:
            UsageError: There is none.
        """
        if self._value(paragraph) is None:
            raise UsageError("this paragraph is not settled")
        self._put(paragraph, None, "leave open what was settled")

    def undo(self) -> Undone | None:
        """Take back the last verdict of this person.

        Raises:
            StoreError: The last step was something else.
        """
        return self._store.history.undo_only(self._coder.id, frozenset({VERDICT}))

    def _value(self, paragraph: int) -> Any:
        return read_verdict(self._c, self._coder.id, paragraph_key(self._c, paragraph))

    def _put(self, paragraph: int, value: Any, what: str) -> None:
        key = paragraph_key(self._c, paragraph)
        with self._store.history.step(self._coder.id, what, paragraph) as step:
            step.put(VERDICT, key, value)


def _reason(text: str | None) -> str | None:
    tidy = (text or "").strip()
    if len(tidy) > MOST_REASON:
        raise UsageError(f"a reason has at most {MOST_REASON:,} characters, this one {len(tidy):,}")
    return tidy or None


def verdict_on(store: Store, paragraph: int) -> Verdict | None:
    """What was settled of a paragraph, by anybody, in the words of the codebook in force."""
    row = store.connection.one(
        "select v.state, v.labels, v.codebook, v.reason, n.name, v.decided_at from verdicts v"
        " join coders n on n.id = v.decided_by where v.paragraph = ?",
        (paragraph,),
    )
    if row is None:
        return None
    statements = store.connection.all(
        "select evidence_start, evidence_end, speakers, labels, statements, gold_id from gold"
        " where paragraph = ? and deleted = 0 order by id",
        (paragraph,),
    )
    names = names_now(store.connection)
    return Verdict(
        row[0],
        tuple(
            Settled(
                None if s[0] is None else (s[0], s[1]),
                tuple(dict.fromkeys(names.get(name, name) for name in json.loads(s[2]))),
                labels_now(store.connection, row[2], json.loads(s[3])),
                tuple(json.loads(s[4])),
                s[5],
            )
            for s in statements
        ),
        labels_now(store.connection, row[2], json.loads(row[1])),
        *row[3:],
    )


def settled(store: Store) -> set[int]:
    """The rows of all paragraphs that somebody has settled."""
    return {row for (row,) in store.connection.all("select paragraph from verdicts")}
