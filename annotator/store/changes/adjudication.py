"""Adjudication: write, read and take back the gold of paragraphs.

Gold is a separate layer. It never changes the coders' codings and never enters agreement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from annotator.errors import UsageError
from annotator.model import DONE, State, Value
from annotator.store.history.history import Undone
from annotator.store.tables.adjudicated import read_verdict
from annotator.store.tables.coders import coder_name
from annotator.store.tables.keys import paragraph_key
from annotator.store.tables.study.named_facts import JUDGE, read_facts
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.store import Store
from annotator.store.tables.adjudicated import labels_now, names_now

VERDICT = "verdict"
ALIKE = "all coded it alike"
"""The reason of what became gold without a decision."""
MOST_REASON = 10_000
"""Longest reason, in characters."""


class GoldStatement(NamedTuple):
    """A gold statement. Evidence counts code points of the article; labels read under the codebook in force.

    Attributes:
        evidence: Start and end, or None.
        speakers: Canonical names.
        labels: By variable.
        of: Ids of the coders' statements behind it.
        gold_id: Its own id; empty for a new statement.
    """

    evidence: tuple[int, int] | None
    speakers: tuple[str, ...]
    labels: Mapping[str, Value]
    of: tuple[str, ...] = ()
    gold_id: str = ""


class GoldParagraph(NamedTuple):
    """The gold of a paragraph: its state, labels, statements and reason."""

    state: State
    statements: tuple[GoldStatement, ...] = ()
    labels: Mapping[str, Value] = {}
    reason: str | None = None
    decided_by: str = ""
    decided_at: str = ""

    def says_the_same(self, other: GoldParagraph) -> bool:
        """Whether the decision is the same; who made it, when and why does not count."""
        return (self.state, dict(self.labels)) == (other.state, dict(other.labels)) and [
            (one.evidence, tuple(one.speakers), dict(one.labels)) for one in self.statements
        ] == [(one.evidence, tuple(one.speakers), dict(one.labels)) for one in other.statements]


class Adjudication:
    """One person's adjudication in a project. Each call is one step, committed when it returns."""

    def __init__(self, store: Store, name: str) -> None:
        """Begin to adjudicate.

        Raises:
            UsageError: The project names other people who adjudicate.
        """
        refuse_others(store, name)
        self._store = store
        self._c = store.connection
        self._coder = store.coder(name)

    def adjudicate(self, paragraph: int, gold: GoldParagraph) -> None:
        """Write a paragraph's gold; the history keeps the previous one.

        Raises:
            UsageError: The state is not a finished one, statements contradict the state, or the reason is too
                long.
            StoreError: The project cannot record it.
        """
        self._put(paragraph, self._checked(gold), f"adjudicate as {gold.state}")

    def adjudicate_all(self, gold: Iterable[tuple[int, GoldParagraph]]) -> None:
        """Adjudicate many paragraphs in one step; one undo takes it back.

        Raises:
            UsageError: One of them is not valid; nothing is written.
            StoreError: The project cannot record them.
        """
        with self._store.history.step(self._coder.id, "adjudicate unanimous paragraphs") as step:
            for paragraph, one in gold:
                step.put(VERDICT, paragraph_key(self._c, paragraph), self._checked(one))

    def _checked(self, gold: GoldParagraph) -> dict[str, Any]:
        """Check a gold paragraph; return it as the history keeps it."""
        if gold.state not in DONE:
            raise UsageError(f"gold cannot have the state {gold.state}")
        if gold.statements and gold.state != "coded":
            raise UsageError(f"a paragraph with a statement is coded; its gold cannot have the state {gold.state}")
        if gold.state == "coded" and not (gold.statements or gold.labels):
            raise UsageError("gold with the state coded needs a statement or a label")
        return {
            "state": gold.state,
            "labels": dict(gold.labels),
            "reason": _reason(gold.reason),
            "decided_by": gold.decided_by or self._coder.name,
            "codebook": self._store.codebooks.current_id(),
            "statements": [
                {
                    "gold_id": one.gold_id or str(uuid4()),
                    "evidence": None if one.evidence is None else list(one.evidence),
                    "speakers": list(one.speakers),
                    "labels": dict(one.labels),
                    "of": list(one.of),
                }
                for one in sorted(gold.statements, key=lambda one: one.evidence or (-1, -1))
            ],
        }

    def give_reason(self, paragraph: int, reason: str) -> None:
        """Record the reason for a paragraph's gold.

        Raises:
            UsageError: The paragraph has no gold.
        """
        value = self._value(paragraph)
        if value is None:
            raise UsageError("this paragraph has no gold yet; adjudicate it first, then give a reason")
        self._put(paragraph, {**value, "reason": _reason(reason)}, "give a reason")

    def reopen(self, paragraph: int) -> None:
        """Take a paragraph's gold back.

        Raises:
            UsageError: The paragraph has no gold.
        """
        if self._value(paragraph) is None:
            raise UsageError("this paragraph has no gold")
        self._put(paragraph, None, "take gold back")

    def undo(self) -> Undone | None:
        """Undo this person's last adjudication.

        Raises:
            StoreError: Their last step was something else.
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
        raise UsageError(f"this reason has {len(tidy):,} characters; shorten it to at most {MOST_REASON:,}")
    return tidy or None


def gold_of(store: Store, paragraph: int) -> GoldParagraph | None:
    """A paragraph's gold, by any adjudicator, under the codebook in force."""
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
    return GoldParagraph(
        row[0],
        tuple(
            GoldStatement(
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


def is_adjudicated(store: Store, paragraph: int) -> bool:
    """Whether a paragraph has gold."""
    return store.connection.one("select 1 from verdicts where paragraph = ?", (paragraph,)) is not None


def adjudicated(store: Store) -> set[int]:
    """Rows of all paragraphs with gold."""
    return {row for (row,) in store.connection.all("select paragraph from verdicts")}


def adjudicated_alike(store: Store) -> set[int]:
    """Rows of the paragraphs that became gold because all had coded them alike."""
    return {row for (row,) in store.connection.all("select paragraph from verdicts where reason = ?", (ALIKE,))}


def judges(store: Store) -> tuple[str, ...]:
    """The people who may adjudicate; none if anybody may."""
    return tuple(read_facts(store.connection, JUDGE))


def name_judges(store: Store, names: Sequence[str], by: str | None = None) -> None:
    """Say who may adjudicate, as one step of the history; no names let anybody.

    Args:
        store: The project.
        names: The names of the people. They need not have coded.
        by: The person who says so.

    Raises:
        UsageError: A name is not valid.
    """
    named = sorted({coder_name(name) for name in names})
    words = f"{', '.join(named)} may adjudicate" if named else "anybody may adjudicate"
    with store.history.step(store.program(), f"{words}{'' if by is None else f' (by {by})'}"[:500]) as step:
        for name in sorted({*named, *judges(store)}):
            step.put(JUDGE, [name], True if name in named else None)


def refuse_others(store: Store, name: str) -> None:
    """Refuse somebody who may not adjudicate.

    Raises:
        UsageError: The project names other people.
    """
    named = judges(store)
    if named and coder_name(name) not in named:
        who = " and ".join(map(one_line, named))
        raise UsageError(
            f"only {who} may adjudicate in this project, not {one_line(name)}; `annotator assign judge` changes that"
        )
