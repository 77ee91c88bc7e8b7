"""One coder's reviews, statements and labels: read and write them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from annotator.errors import UsageError
from annotator.model import Coder, Label, Mention, Review, Role, State, Statement, Value
from annotator.store.coder import paragraph_filters as filters
from annotator.store.coder.paragraph_filters import Filter
from annotator.store.coder.registry import Registry
from annotator.store.file.connection import Connection
from annotator.store.file.timestamps import now
from annotator.store.history.history import History, Step, Undone
from annotator.store.tables import done_runs as progress
from annotator.store.tables import recode_queue as doubts
from annotator.store.tables.json_values import loaded
from annotator.store.tables.keys import paragraph_key
from annotator.store.tables.label_mapping import fixed_codebook, is_entity, readings
from annotator.store.tables.recode_queue import Doubtful
from annotator.store.tables.removed_articles import is_present, is_removed, n_present_paragraphs
from annotator.store.tables.speakers import mentions_value
from annotator.store.tables.study.assignments import Assigned
from annotator.store.tables.study.fixed_answers import FIXED, is_fixed

if TYPE_CHECKING:
    from annotator.store.coder.search import Search

Evidence = tuple[int, int]

REMOVED = "this article was removed from the project, so nothing is coded in it; go on to another"
"""Why a key in a removed article is refused."""

_STATEMENT = "id, statement_id, paragraph, evidence_start, evidence_end, note, flag, created_at, updated_at"


class Place(NamedTuple):
    """A coder's last position, with unsaved input on the screen."""

    paragraph: int
    statement: str | None
    draft: dict[str, Any]


class Progress(NamedTuple):
    """A coder's progress."""

    done: int
    left: int
    flagged: int


class Coding:
    """Reads and writes one coder's work. Every writing method is one step, committed when it returns."""

    def __init__(self, connection: Connection, history: History, registry: Registry, coder: Coder) -> None:
        self._c = connection
        self._history = history
        self.registry = registry
        self.coder = coder
        self.assigned = Assigned(connection, coder.id)

    # reading

    def review(self, paragraph: int) -> Review:
        """The coder's state of a paragraph."""
        row = self._c.one(
            "select state, flag, note, role, seconds from reviews where coder = ? and paragraph = ?",
            (self.assigned.recorder(paragraph), paragraph),
        )
        labels = self._unit_labels("paragraph", paragraph)
        if row is None:
            return Review(paragraph=paragraph, labels=labels)
        return Review(
            paragraph=paragraph,
            state=row[0],
            flag=bool(row[1]),
            note=row[2],
            role=row[3],
            seconds=row[4],
            labels=labels,
        )

    def article_labels(self, article: int) -> dict[str, Label]:
        """The coder's labels of an article."""
        return self._unit_labels("article", article)

    def statements(self, paragraph: int) -> list[Statement]:
        """The coder's statements in a paragraph, in the order in which they were made."""
        rows = self._c.all(
            f"select {_STATEMENT} from statements where coder = ? and paragraph = ? and deleted = 0 order by id",
            (self.assigned.recorder(paragraph), paragraph),
        )
        return [self._statement(row) for row in rows]

    def n_before(self, statement_id: str) -> int:
        """How many statements of its paragraph were made before a statement, which may have been taken away."""
        row = self._c.one(
            "select count(*) from statements a join statements b on b.statement_id = ? and b.coder = a.coder"
            " and b.paragraph = a.paragraph and a.id < b.id where a.deleted = 0",
            (statement_id,),
        )
        return int(row[0]) if row is not None else 0

    def may_pass(self, paragraph: int) -> bool:
        """Whether the coder may be done with a paragraph without looking at it.

        It has nothing of the coder's yet, not even a second of their time, no gold, and no assignment has it looked at.
        """
        parameters = (self.coder.id, paragraph)
        touched = self._c.one(
            "select 1 from reviews where coder = ?1 and paragraph = ?2 and (state not in ('unseen', 'open')"
            " or seconds > 0 or flag = 1 or note is not null or role is not null)"
            " union all select 1 from statements where coder = ?1 and paragraph = ?2"
            " union all select 1 from paragraph_labels where coder = ?1 and paragraph = ?2"
            " union all select 1 from verdicts where paragraph = ?2 limit 1",
            parameters,
        )
        return touched is None and not self.assigned.has_to_be_seen(paragraph)

    def has_statement(self, statement: Statement) -> bool:
        """Whether a statement exists and is the coder's own."""
        recorder = self.assigned.recorder(statement.paragraph)
        sql = "select 1 from statements where statement_id = ? and coder = ? and deleted = 0"
        return self._c.one(sql, (statement.statement_id, recorder)) is not None

    def marks(self, first: int, last: int) -> dict[int, tuple[State, bool, Role | None]]:
        """State, flag and corrected role of the seen paragraphs in a range."""
        rows = self._in_range(
            "select paragraph, state, flag, role from reviews where coder = ? and paragraph between ? and ?",
            first,
            last,
        )
        return {row[0]: (row[1], bool(row[2]), row[3]) for row in rows}

    def codes(self, first: int, last: int) -> dict[int, list[dict[str, Value]]]:
        """The labels of each paragraph in a range: its own first, if it has any, then each statement's."""
        found: dict[int, list[dict[str, Value]]] = {}
        own: dict[int, dict[str, Value]] = {}
        for paragraph, variable, value in self._in_range(
            "select paragraph, variable, value from paragraph_labels where coder = ? and paragraph between ? and ?",
            first,
            last,
        ):
            own.setdefault(paragraph, {})[variable] = loaded(value)
        for paragraph, values in own.items():
            found.setdefault(paragraph, []).append(values)
        held: dict[int, dict[str, Value]] = {}
        for paragraph, statement, variable, value in self._in_range(
            "select s.paragraph, s.id, l.variable, l.value from statements s left join labels l on l.statement = s.id"
            " where s.coder = ? and s.paragraph between ? and ? and s.deleted = 0 order by s.paragraph, s.id",
            first,
            last,
        ):
            if statement not in held:
                held[statement] = {}
                found.setdefault(paragraph, []).append(held[statement])
            if variable is not None:
                held[statement][variable] = loaded(value)
        return found

    def picks(self, first: int, last: int) -> list[tuple[int, str]]:
        """The speakers the coder has picked in a range of paragraphs: paragraph and canonical name, in order."""
        return self._in_range(
            "select s.paragraph, coalesce(m.name, k.name) from statements s"
            " join statement_speakers t on t.statement = s.id join speakers k on k.id = t.speaker"
            " left join speakers m on m.id = k.merged_into"
            " where s.coder = ? and s.paragraph between ? and ? and s.deleted = 0"
            " order by s.paragraph, s.id, t.position",
            first,
            last,
        )

    def last_statement(self) -> Statement | None:
        """The coder's newest statement, the source of sticky variables."""
        row = self._c.one(
            f"select {_STATEMENT} from statements indexed by statements_latest"
            " where coder = ? and deleted = 0 and id > 0 order by id desc limit 1",
            (self.coder.id,),
        )
        return None if row is None else self._statement(row)

    def statement(self, paragraph: int, statement_id: str) -> Statement | None:
        """One of the coder's statements in a paragraph."""
        row = self._c.one(
            f"select {_STATEMENT} from statements where statement_id = ? and coder = ? and paragraph = ?"
            " and deleted = 0",
            (statement_id, self.assigned.recorder(paragraph), paragraph),
        )
        return None if row is None else self._statement(row)

    def coded_targets(
        self, target: str, stance: str, claim: str, besides: int, limit: int
    ) -> list[tuple[str, list[str], str | None, str | None]]:
        """The coder's latest statements outside a paragraph: target, speakers, and the labels of two other variables.

        The latest comes first.
        """
        value = "(select value from labels where statement = s.id and variable = ?)"
        who = (
            "(select json_group_array(coalesce(m.name, k.name)) from statement_speakers t join speakers k"
            " on k.id = t.speaker left join speakers m on m.id = k.merged_into where t.statement = s.id)"
        )
        rows = self._c.all(
            f"select l.value, {who}, {value}, {value} from statements s indexed by statements_latest"
            " cross join labels l on l.statement = s.id and l.variable = ?"
            " where s.coder = ? and s.deleted = 0 and s.id > 0 and s.paragraph <> ? order by s.id desc limit ?",
            (stance, claim, target, self.coder.id, besides, limit),
        )
        return [(str(loaded(row[0])), json.loads(row[1]), row[2], row[3]) for row in rows]

    def place(self) -> Place | None:
        """The coder's last position; None also where its article was removed since."""
        row = self._c.one(
            f"select paragraph, statement, draft from places where coder = ? and {is_present('paragraph')}",
            (self.coder.id,),
        )
        draft = json.loads(row[2]) if row is not None and row[2] else {}
        return None if row is None else Place(row[0], row[1], draft if isinstance(draft, dict) else {})

    def next_left(self, after: int) -> int | None:
        """The next unfinished paragraph, wrapping at the end; None when all are done."""
        if self.assigned.is_planned:
            return self.assigned.next_left(after)
        found = progress.next_left(self._c, self.coder.id, after)
        if not self.assigned.exist or (found is not None and found > after and self._are_in_one_article(after, found)):
            return found
        # Between two articles comes what is to be coded again.
        again = self.assigned.next_left(after)
        return found if again is None else again

    def turns_back(self, here: int, there: int) -> bool:
        """Whether the next unfinished paragraph stands earlier in the order of work than the one before it."""
        return self.assigned.turns_back(here, there) if self.assigned.is_planned else there <= here

    def _are_in_one_article(self, *paragraphs: int) -> bool:
        marks = ",".join("?" * len(paragraphs))
        row = self._c.one(f"select count(distinct article) from paragraphs where id in ({marks})", paragraphs)
        return row == (1,)

    def next_flagged(self, after: int) -> int | None:
        """The next flagged paragraph after this one, wrapping at the end."""
        for start in (after + 1, 0):
            row = self._c.one(
                "select min(paragraph) from reviews where coder = ? and flag = 1 and paragraph >= ?"
                f" and {is_present('paragraph')}",
                (self.coder.id, start),
            )
            if row and row[0] is not None:
                return int(row[0])
        return None

    def progress(self, first: int | None = None, last: int | None = None) -> Progress:
        """The coder's progress in the whole project or in a range of paragraphs."""
        row = self._c.one(
            "select count(*) from reviews where coder = ? and flag = 1 and paragraph between ? and ?"
            f" and {is_present('paragraph')}",
            (self.coder.id, first or 0, last or (1 << 62)),
        )
        flagged = int(row[0]) if row else 0
        if self.assigned.is_planned:
            given = self.assigned.progress(first, last)
            if sum(given) or first is None:
                return Progress(*given, flagged)
        again = self.assigned.progress(first, last)[1] if self.assigned.exist else 0
        done = progress.n_done(self._c, self.coder.id, first or 1, last)
        total = n_present_paragraphs(self._c) if first is None or last is None else last - first + 1
        return Progress(done - again, total - done + again, flagged)

    def doubts(self, paragraph: int | None = None) -> list[Doubtful]:
        """What a change of the codebook put in doubt, in reading order; of one paragraph, if it is given."""
        return doubts.open_doubts(self._c, self.coder.id, paragraph)

    def next_doubt(self, after: int) -> int | None:
        """The next paragraph with a doubt, wrapping at the end; None without doubts."""
        return doubts.next_doubt(self._c, self.coder.id, after)

    def n_doubts(self) -> int:
        """Number of the coder's doubts."""
        return doubts.n_doubts(self._c, self.coder.id)

    def filtered(self, wanted: Filter, after: int = 0, limit: int = 100) -> list[int]:
        """The paragraphs after this one that match a filter, in reading order."""
        return filters.matching(self._c, self.coder.id, wanted, after=after, limit=limit)

    def line(self, paragraph: int) -> str:
        """A paragraph on one line: article, position and first words."""
        row = self._c.one(
            "select a.name, p.position, substr(a.raw_text, p.start + 1, min(p.end - p.start, 100)) from paragraphs p"
            " join articles a on a.id = p.article where p.id = ?",
            (paragraph,),
        )
        return "" if row is None else f"{row[0]} ¶ {row[1] + 1}  {row[2]}"

    def search(self) -> Search:
        """Search over the paragraphs, and over this coder's own notes and evidence."""
        from annotator.store.coder.search import Search  # a session that searches nothing need not load it

        return Search(self._c, self.coder.id)

    # writing

    @contextmanager
    def step(self, what: str, paragraph: int) -> Iterator[CodingStep]:
        """One key press: commits all changes in the block, or none."""
        with self._history.step(self.assigned.recorder(paragraph), what, paragraph) as step, fixed_codebook(self._c):
            yield CodingStep(self, step, paragraph)

    def sees_gold(self, paragraph: int) -> bool:
        """Whether the coder is shown the gold of a paragraph, and can no longer change the answer."""
        return self.assigned.recorder(paragraph) == self.coder.id and is_fixed(self._c, self.coder.id, paragraph)

    def undo(self) -> Undone | None:
        """Undo the coder's last step."""
        return self._history.undo(*self.assigned.recorders)

    def redo(self) -> Undone | None:
        """Redo the last undone step."""
        return self._history.redo(*self.assigned.recorders)

    def save_place(self, place: Place) -> None:
        """Save the coder's position, and the first time they see a paragraph."""
        at = now()
        with self._c.write():
            self._c.execute(
                "insert into places (coder, paragraph, statement, draft, updated_at) values (?, ?, ?, ?, ?)"
                " on conflict do update set paragraph = excluded.paragraph, statement = excluded.statement,"
                " draft = excluded.draft, updated_at = excluded.updated_at",
                (self.coder.id, place.paragraph, place.statement, json.dumps(place.draft) if place.draft else None, at),
            )
            self._c.execute(
                "insert into reviews (paragraph, coder, state, updated_at) values (?, ?, 'open', ?)"
                " on conflict do nothing",
                (place.paragraph, self.assigned.recorder(place.paragraph), at),
            )

    def add_seconds(self, paragraph: int, seconds: float) -> None:
        """Add to the time spent on a paragraph."""
        self._c.execute(
            "update reviews set seconds = seconds + ? where coder = ? and paragraph = ?",
            (seconds, self.assigned.recorder(paragraph), paragraph),
        )

    # parts

    def _in_range(self, sql: str, first: int, last: int) -> list[tuple[Any, ...]]:
        """The rows of a range of paragraphs, rechecks included; the query takes coder, first and last."""
        parts = self.assigned.parts(first, last)
        return [row for part in parts for row in self._c.all(sql, (part.recorder, part.first, part.last))]

    def _statement(self, row: tuple[Any, ...]) -> Statement:
        return Statement(
            statement_id=row[1],
            paragraph=row[2],
            evidence_start=row[3],
            evidence_end=row[4],
            speakers=self._mentions(row[0]),
            labels=self._labels(row[0]),
            note=row[5],
            flag=bool(row[6]),
            created_at=datetime.fromisoformat(row[7]),
            updated_at=datetime.fromisoformat(row[8]),
        )

    def _mentions(self, statement: int) -> tuple[Mention, ...]:
        rows = self._c.all(
            "select t.words, coalesce(m.speaker_id, k.speaker_id), coalesce(m.name, k.name), t.rank, t.origin"
            " from statement_speakers t join speakers k on k.id = t.speaker"
            " left join speakers m on m.id = k.merged_into where t.statement = ? order by t.position",
            (statement,),
        )
        return tuple(Mention(r[0], r[1], r[2], r[3], r[4] or "coder") for r in rows)

    def _labels(self, statement: int) -> dict[str, Label]:
        rows = self._c.all(
            "select l.variable, l.value, l.origin, b.version from labels l join codebooks b on b.id = l.codebook"
            " where l.statement = ?",
            (statement,),
        )
        return {r[0]: Label(value=loaded(r[1]), origin=r[2], codebook=r[3]) for r in rows}

    def _unit_labels(self, unit: str, row: int) -> dict[str, Label]:
        rows = self._c.all(
            f"select l.variable, l.value, l.origin, b.version from {unit}_labels l"
            f" join codebooks b on b.id = l.codebook where l.{unit} = ? and l.coder = ?",
            (row, self.assigned.recorder(row) if unit == "paragraph" else self.coder.id),
        )
        return {r[0]: Label(value=loaded(r[1]), origin=r[2], codebook=r[3]) for r in rows}


class CodingStep:
    """The writes of one key press in one paragraph.

    Where the coder sees gold, notes, flags and labels of the article can be written; everything else raises UsageError.
    In a removed article nothing can be written.

    Attributes:
        statement_id: The statement that it wrote on last, if any.
        is_new: Whether it began that statement.
        labelled: The variables of statements that it labelled, or whose label it took away.
    """

    def __init__(self, coding: Coding, step: Step, paragraph: int) -> None:
        self._coding = coding
        self._step = step
        self._key = paragraph_key(coding._c, paragraph)  # noqa: SLF001 (a step is a part of its coding)
        if is_removed(coding._c, paragraph):  # noqa: SLF001
            raise UsageError(REMOVED)
        self._is_fixed = coding.sees_gold(paragraph)
        held = readings(coding._c)  # noqa: SLF001
        self._codebook_id, self._codebook = held.codebook_id, held.codebook
        self.statement_id: str | None = None
        self.is_new = False
        self.labelled: set[str] = set()

    @property
    def has_changed(self) -> bool:
        """Whether it has changed anything, and so has a line in the history."""
        return self._step.has_begun

    def add_statement(self, evidence: Evidence | None) -> str:
        """Begin a statement; return its id."""
        self._refuse_fixed()
        statement_id = str(uuid4())
        self.statement_id, self.is_new = statement_id, True
        article_id, position = self._key
        self._step.put(
            "statement",
            [statement_id],
            {
                "article_id": article_id,
                "paragraph": position,
                "evidence": list(evidence) if evidence else None,
                "note": None,
                "flag": False,
                "deleted": False,
            },
        )
        return statement_id

    def change_statement(self, statement_id: str, **changes: Any) -> None:
        """Change a statement's evidence, note, flag or deleted."""
        if not changes.keys() <= {"note", "flag"}:
            self._refuse_fixed()
        self._writes_on(statement_id)
        if "evidence" in changes and changes["evidence"] is not None:
            changes["evidence"] = list(changes["evidence"])
        self._step.put("statement", [statement_id], {**self._step.get("statement", [statement_id]), **changes})

    def evidence_of(self, statement_id: str, offset: int = 0) -> Evidence | None:
        """A statement's evidence as it is now, counted from `offset` in the article."""
        value = self._step.get("statement", [statement_id])
        if value is None or value["evidence"] is None:
            return None
        return (value["evidence"][0] - offset, value["evidence"][1] - offset)

    def label_of(self, statement_id: str, variable: str) -> tuple[Value, str] | None:
        """A statement's label as it is now, with its origin."""
        value = self._step.get("label", [statement_id, variable])
        return None if value is None else (value["value"], value["origin"])

    def set_speakers(self, statement_id: str, speakers: Sequence[tuple[str, int | None]]) -> tuple[Mention, ...]:
        """Set who speaks: the words chosen and, for a suggestion, its rank. New names become registry entries."""
        self._refuse_fixed()
        self._writes_on(statement_id)
        mentions = tuple(self._coding.registry.mention(self._step, words, rank) for words, rank in speakers)
        self._put_mentions(statement_id, mentions)
        return mentions

    def accept_speakers(self, statement_id: str, names: Sequence[str], rank: int | None) -> None:
        """Set predicted speakers, whom the coder has not named; `rank` is their place among the suggestions."""
        self._refuse_fixed()
        self._writes_on(statement_id)
        mentions = [self._coding.registry.mention(self._step, name, rank) for name in names]
        self._put_mentions(statement_id, [replace(mention, origin="accepted") for mention in mentions])

    def keep_speakers(self, statement_id: str, mentions: Sequence[Mention], *, is_predicted: bool = False) -> None:
        """Copy the speakers of another statement, or predict that they go on."""
        self._refuse_fixed()
        self._writes_on(statement_id)
        if is_predicted:
            mentions = [replace(mention, rank=None, origin="accepted") for mention in mentions]
        self._put_mentions(statement_id, mentions)

    def _put_mentions(self, statement_id: str, mentions: Sequence[Mention]) -> None:
        """Write the speakers of a statement; the entry of a wrong prediction is not offered any more."""
        before = self._step.get("mentions", [statement_id]) or []
        self._step.put("mentions", [statement_id], mentions_value(mentions))
        for _, speaker_id, _, *origin in before:
            if origin and speaker_id not in {mention.speaker_id for mention in mentions}:
                self._coding.registry.retire_unused(self._step, speaker_id, statement_id)

    def label(self, statement_id: str, variable: str, value: Value | None, origin: str = "coder") -> None:
        """Set or take away a statement's label; a new name for an entity variable becomes an entry of the registry."""
        self._refuse_other("label", [statement_id, variable], value)
        self._writes_on(statement_id)
        self.labelled.add(variable)
        self._step.put("label", [statement_id, variable], self._label(variable, value, origin))

    def label_paragraph(self, variable: str, value: Value | None, origin: str = "coder") -> None:
        """Set or take away a label of the paragraph."""
        self._refuse_other("paragraph label", [*self._key, variable], value)
        self._step.put("paragraph label", [*self._key, variable], self._label(variable, value, origin))

    def label_article(self, variable: str, value: Value | None, origin: str = "coder") -> None:
        """Set or take away a label of the article."""
        self._step.put("article label", [self._key[0], variable], self._label(variable, value, origin))

    def review(self, **changes: Any) -> None:
        """Change the paragraph's state, flag, note or corrected role."""
        if not changes.keys() <= {"note", "flag"}:
            self._refuse_fixed()
        current = self._step.get("review", self._key) or {"state": "open", "flag": False, "note": None, "role": None}
        after = {**current, **changes}
        is_blank = after == {"state": "open", "flag": False, "note": None, "role": None}
        self._step.put("review", self._key, None if is_blank else after)

    def pass_over(self, paragraph: int, state: State) -> None:
        """Give another paragraph a state, which the coder has not looked at; it has no time of theirs for that reason.

        Args:
            paragraph: One for which `Coding.may_pass` holds.
            state: The state that its role gives it.
        """
        key = paragraph_key(self._coding._c, paragraph)  # noqa: SLF001 (a step is a part of its coding)
        self._step.put("review", key, {"state": state, "flag": False, "note": None, "role": None})

    def _refuse_fixed(self) -> None:
        if self._is_fixed:
            raise UsageError(FIXED)

    def _refuse_other(self, entity: str, key: list[Any], value: Value | None) -> None:
        """Refuse another value where the answer is fixed; the same one can be confirmed when it is in doubt."""
        held = self._step.get(entity, key) if self._is_fixed else None
        if self._is_fixed and (held is None or held["value"] != value):
            raise UsageError(FIXED)

    def _writes_on(self, statement_id: str) -> None:
        if statement_id != self.statement_id:
            self.statement_id, self.is_new = statement_id, False

    def _label(self, variable: str, value: Value | None, origin: str) -> dict[str, Any] | None:
        if value is None:
            return None
        label: dict[str, Any] = {"value": value, "origin": origin, "codebook": self._codebook_id}
        if isinstance(value, str) and is_entity(self._codebook, self._codebook.variable(variable)):
            label["entry"] = self._coding.registry.entry_of(self._step, value)
        return label
