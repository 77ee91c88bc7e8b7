"""What the history shows of a study: draws, assignments, codebook versions, and work after a phase was closed."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from annotator.model import PHASES
from annotator.store.read.chosen import Chosen
from annotator.store.read.inclusion import Inclusion, inclusion
from annotator.store.read.selection import text
from annotator.store.tables.json_values import dumps
from annotator.store.tables.removed_articles import is_present
from annotator.store.tables.study.draws import Draw

_LABELS = (
    (
        "cross join statements t on t.coder = n.coder{} and t.deleted = 0 join labels l on l.statement = t.id",
        "t.paragraph",
    ),
    ("cross join paragraph_labels l on l.coder = n.coder{}", "l.paragraph"),
)
"""Labels of statements and of paragraphs, and the paragraph that they belong to."""

_WITHOUT_ASSIGNMENT = (
    "join (select coder as free from temp.chosen_coders where coder not in (select recorder from assignments))"
    " on free = n.coder"
)


class Share(NamedTuple):
    """What a coder was given in a phase, in paragraphs."""

    given: int
    finished: int
    early: int = 0
    """Begun before they were assigned."""


class Later(NamedTuple):
    """What a coder did after a phase was closed, on paragraphs of that phase.

    Attributes:
        changed: Labels that were there before and were decided again.
        new: Labels that were not.
        paragraphs: The paragraphs of these labels, and of statements that were changed or deleted.
    """

    changed: int
    new: int
    paragraphs: int


@dataclass(frozen=True)
class PhaseRecord:
    """What happened in one phase.

    Attributes:
        phase: Its name.
        closed_at: When it was closed; None while it is open.
        draws: How its assignments were drawn, oldest first; only those of which something is still assigned.
        not_drawn: Assigned paragraphs that no stored draw took.
        shares: What each coder was given.
        versions: Labels by the version of the codebook that they were made under, oldest first.
        later: By coder, what was decided while it was closed.
    """

    phase: str
    closed_at: str | None
    draws: tuple[Draw, ...]
    not_drawn: int
    shares: dict[str, Share]
    versions: dict[str, int]
    later: dict[str, Later]

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "phase": self.phase,
            "closed_at": self.closed_at,
            "draws": [draw.summary() for draw in self.draws],
            "not_drawn": self.not_drawn,
            "coders": {name: share._asdict() for name, share in self.shares.items()},
            "labels_by_codebook_version": self.versions,
            "after_closing": {name: later._asdict() for name, later in self.later.items()},
        }


@dataclass(frozen=True)
class StudyRecord:
    """What the history shows of the chosen coders' work.

    Attributes:
        phases: The phases in which they were given something to code, in the order of a study.
        versions: Their labels by the version of the codebook that they were made under, oldest first.
        unblindings: Coder, time and command, where one was shown others' work in an open phase.
        overlapping: The paragraphs that were drawn for every coder, by row.
    """

    phases: tuple[PhaseRecord, ...] = ()
    versions: dict[str, int] = field(default_factory=dict)
    unblindings: tuple[tuple[str, str, str], ...] = ()
    overlapping: frozenset[int] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "phases": [one.to_dict() for one in self.phases],
            "labels_by_codebook_version": self.versions,
            "unblindings": [{"coder": name, "at": at, "command": what} for name, at, what in self.unblindings],
        }


def study_record(chosen: Chosen) -> StudyRecord:
    """Read what the history shows of the chosen coders, in the chosen phases or in all."""
    c = chosen.connection
    rows = c.all(
        "select u.at, n.name, u.command from unblindings u join temp.chosen_coders n on n.coder = u.coder order by u.at"
    )
    phases = _phases(chosen)
    runs, drawn = [_Runs(chosen, phase) for phase in phases], inclusion(c, phases)
    return StudyRecord(
        tuple(_phase(chosen, one, drawn) for one in runs if one.paragraphs),
        _versions(chosen),
        tuple((name, at, what) for at, name, what in rows),
        drawn.overlapping,
    )


def _phases(chosen: Chosen) -> tuple[str, ...]:
    """The phases that are chosen, in the order of a study."""
    selection = chosen.selection
    return tuple(one for one in PHASES if one in (selection.phases or PHASES) and one not in selection.without)


def _phase(chosen: Chosen, runs: _Runs, drawn: Inclusion) -> PhaseRecord:
    c, phase = chosen.connection, runs.phase
    closed = c.one("select closed_at from phases where phase = ?", (phase,))
    draws = [(draw, taken) for draw, taken in drawn.draws if draw.phase == phase and taken & runs.paragraphs]
    return PhaseRecord(
        phase,
        None if closed is None else str(closed[0]),
        tuple(draw for draw, _ in draws),
        len(runs.paragraphs.difference(*(taken for _, taken in draws))),
        runs.shares(),
        _versions(chosen, phase),
        _later(chosen, runs),
    )


class _Runs:
    """The paragraphs that the chosen coders were given in a phase."""

    def __init__(self, chosen: Chosen, phase: str) -> None:
        self._c = chosen.connection
        self._names = chosen.coders
        rows = self._c.all(
            "select s.recorder, s.first, s.last from assignments s join temp.chosen_coders n on n.coder = s.recorder"
            f" where s.phase = ? and {is_present('s.first')} order by s.recorder, s.first",
            (phase,),
        )
        self._of: dict[int, list[tuple[int, int]]] = {}
        for recorder, first, last in rows:
            self._of.setdefault(recorder, []).append((first, last))
        self.paragraphs = {row for runs in self._of.values() for first, last in runs for row in range(first, last + 1)}
        self.phase = phase

    def has(self, coder: int, paragraph: int) -> bool:
        """Whether a paragraph was given to a coder."""
        return self._first_of(coder, paragraph) is not None

    def shares(self) -> dict[str, Share]:
        """What each coder was given, by name."""
        return {self._names[coder]: self._share(coder) for coder in self._names if coder in self._of}

    def _share(self, coder: int) -> Share:
        row = self._c.one(
            "select sum(last - first + 1), sum(last - first + 1 - n_left) from assignments"
            f" where recorder = ? and phase = ? and {is_present('first')}",
            (coder, self.phase),
        )
        given, finished = row or (0, 0)
        return Share(given, finished, self._early(coder))

    def _early(self, coder: int) -> int:
        """How many of a coder's paragraphs were begun before they were assigned."""
        # The keys of assignments begin with the coder's name, so that these are found in the index of keys.
        start = f"{dumps([self._names[coder]])[:-1]},"
        rows = self._c.all(
            "select p.id, max(t.at) from changes x join steps t on t.id = x.step"
            " join articles a on a.article_id = json_extract(x.key, '$[1]')"
            " join paragraphs p on p.article = a.id and p.position = json_extract(x.key, '$[2]')"
            " where x.key > ? and x.key < ? and x.entity = 'assignment' and x.after is not null and t.kind = 'do'"
            " and json_extract(x.key, '$[4]') = ? group by p.id",
            (start, f"{start}~", self.phase),
        )
        assigned_at = dict(rows)
        begun = self._c.all(
            "select paragraph, min(at) from steps where coder = ? and paragraph is not null group by paragraph",
            (coder,),
        )
        found = [(self._first_of(coder, paragraph), at) for paragraph, at in begun]
        return sum(first in assigned_at and at < assigned_at[first] for first, at in found)

    def _first_of(self, coder: int, paragraph: int) -> int | None:
        """The first paragraph of the run in which a paragraph was given to a coder."""
        runs = self._of.get(coder, [])
        at = bisect_right(runs, (paragraph, 1 << 62)) - 1
        return runs[at][0] if at >= 0 and runs[at][0] <= paragraph <= runs[at][1] else None


def _versions(chosen: Chosen, phase: str | None = None) -> dict[str, int]:
    """Number of labels by the codebook version that they were made under, oldest first.

    Args:
        chosen: Whose labels, and whether those outside the assignment count.
        phase: Only those of a phase; without it, of all that are chosen.
    """
    selection = chosen.selection
    if phase is not None or selection.phases:
        counts = _count(chosen, _phases(chosen) if phase is None else (phase,))
    elif selection.outside:
        counts = _count(chosen)
        counts.subtract(_count(chosen, selection.without))
    else:
        counts = _count(chosen, _phases(chosen)) + _count(chosen, join=_WITHOUT_ASSIGNMENT)
    by_name: Counter[str] = Counter()
    for row, version in chosen.versions.items():
        if counts[row]:
            by_name[version.version] += counts[row]
    return dict(by_name)


def _count(chosen: Chosen, phases: tuple[str, ...] | None = None, join: str = "") -> Counter[int]:
    """Number of the chosen coders' labels by the row of their codebook version: of these phases, or of all."""
    counts: Counter[int] = Counter()
    if phases is not None:
        join = f"join assignments s on s.recorder = n.coder and s.phase in ({', '.join(map(text, phases))})"
    for source, paragraph in _LABELS:
        inside = "" if phases is None else f" and {paragraph} between s.first and s.last"
        rows = chosen.connection.all(
            f"select l.codebook, count(*) from temp.chosen_coders n {join} {source.format(inside)}"
            f" where l.origin <> 'default' and {is_present(paragraph)} group by l.codebook"
        )
        counts.update(dict(rows))
    return counts


def _later(chosen: Chosen, runs: _Runs) -> dict[str, Later]:
    """What each coder decided while a phase was closed, on its paragraphs."""
    spells = list(_closed(chosen, runs.phase))
    if not spells:
        return {}
    labels: dict[int, dict[tuple[str, str], str]] = {}
    where: dict[int, set[int]] = {}
    rows = chosen.connection.stream(
        "select t.coder, t.at, t.paragraph, x.entity, x.key from temp.chosen_coders n"
        " join steps t on t.coder = n.coder join changes x on x.step = t.id"
        " where t.at > ? and t.paragraph is not null and (x.entity in ('label', 'paragraph label', 'article label')"
        " or (x.entity = 'statement' and x.before is not null)) order by t.at, t.step_id",
        (spells[0][0],),
    )
    for coder, at, paragraph, entity, key in rows:
        if runs.has(coder, paragraph) and any(first < at and (last is None or at < last) for first, last in spells):
            where.setdefault(coder, set()).add(paragraph)
            if entity != "statement":
                first_at = labels.setdefault(coder, {})
                first_at[entity, key] = min(at, first_at.get((entity, key), at))
    found = {}
    for coder, name in chosen.coders.items():
        if coder in where:
            mine = labels.get(coder, {})
            changed = sum(_was_there(chosen, coder, *label, at) for label, at in mine.items())
            found[name] = Later(changed, len(mine) - changed, len(where[coder]))
    return found


def _was_there(chosen: Chosen, coder: int, entity: str, key: str, at: str) -> bool:
    """Whether a coder's label stood before a time; labels of a paragraph have the same key for all coders."""
    row = chosen.connection.one(
        "select x.after is not null from changes x join steps t on t.id = x.step where x.key = ? and x.entity = ?"
        " and t.coder = ? and t.at < ? order by t.at desc, t.step_id desc, x.n desc limit 1",
        (key, entity, coder, at),
    )
    return row is not None and bool(row[0])


def _closed(chosen: Chosen, phase: str) -> Iterator[tuple[str, str | None]]:
    """When a phase was closed and opened again; None where it still is."""
    rows = chosen.connection.all(
        "select t.at, x.after is null from changes x join steps t on t.id = x.step where x.key = json_array(?)"
        " and x.entity = 'phase' and t.kind <> 'undo' order by t.at, t.step_id",
        (phase,),
    )
    since: str | None = None
    for at, is_open in rows:
        if is_open and since is not None:
            yield since, at
        since = None if is_open else since or at
    if since is not None:
        yield since, None
