"""Join codebook versions that were in force in different files, from the history alone.

No step of the history makes the common codebook: it follows from the versions that stand at its ends, so that files can
come together in any order. It becomes part of the history when somebody codes under it or changes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from annotator.codebook.diff import compare
from annotator.codebook.lineage import Head
from annotator.codebook.model import Codebook
from annotator.codebook.union import Other, Union, lead, unite
from annotator.codebook.version_steps import CodebookStep
from annotator.errors import CodebookError, StoreError
from annotator.store.file.connection import Connection
from annotator.store.history.concurrent_versions import Version
from annotator.store.history.moment import Moment
from annotator.store.tables.codebooks import Codebooks, replace_steps, seal_steps, steps_between
from annotator.store.tables.keys import codebook_row
from annotator.text.terminal_text import one_line

Graph = dict[str, set[str]]
"""For each version, those that steps lead to."""


class Joined(NamedTuple):
    """Versions that were joined, or could not be.

    Attributes:
        codebook_id: The common codebook; None with contradictions.
        parts: How messages call the versions.
        others: What was changed in several files and does not hold.
        contradictions: Sentences about what only a person can decide.
    """

    codebook_id: str | None
    parts: tuple[str, ...]
    others: tuple[Other, ...]
    contradictions: tuple[str, ...]


def newest(c: Connection) -> list[Version]:
    """The versions that no steps lead away from to another one, the latest last; of one content the later.

    A version counts if a step that made it stands. So what one file takes back stays where another made it.
    """
    versions = _standing(c)
    if len(versions) < 2:
        return versions
    ways = _ways(c)
    for same in _same_contents(c):
        for one in same:
            ways.setdefault(one, set()).update(set(same) - {one})
    reached = [_reached(ways, version.value) for version in versions]
    return [
        version
        for i, version in enumerate(versions)
        if not any(
            other.value in reached[i] and (j > i or version.value not in reached[j])
            for j, other in enumerate(versions)
            if j != i
        )
    ]


def _standing(c: Connection) -> list[Version]:
    """Each version that a step made which was not undone, with the last step that put it in force, in their order."""
    made: dict[int, str] = {}
    last: dict[str, Version] = {}
    for row, step_id, at, kind, of, after in c.all(
        "select t.id, t.step_id, t.at, t.kind, t.of, x.after from changes x join steps t on t.id = x.step"
        " where x.entity = 'codebook' and x.after is not null order by t.at, t.step_id, x.n"
    ):
        value = json.loads(after)
        last.pop(value, None)
        last[value] = Version(value, Moment(at, step_id))
        if kind == "do":
            made[row] = value
        elif kind == "undo":
            made.pop(of, None)
        else:
            made[of] = value
    standing = set(made.values())
    found = [version for value, version in last.items() if value in standing]
    # In a repaired file the step that made the version may be lost.
    return found or list(last.values())[-1:]


def join(c: Connection, versions: Sequence[Version]) -> Joined:
    """Keep the common codebook of several versions, with the steps that lead to it. Must run inside a write."""
    versions = sorted(versions, key=lambda version: version.moment)
    base, heads = _heads(c, versions)
    union = unite(base, heads)
    parts = tuple(head.label for head in heads)
    if union.contradictions:
        return Joined(None, parts, (), union.contradictions)
    numbers = [one_line(head.codebook.version) for head in heads]
    codebook_id = _keep(c, union, [str(version.value) for version in versions], numbers, versions[-1].at)
    return Joined(codebook_id, parts, union.others, ())


def join_as(c: Connection, versions: Sequence[Version], codebook: Codebook, at: str) -> str:
    """Keep a codebook that a person chose for several versions, with the steps that lead to it; its id.

    Raises:
        CodebookError: It does not say what became of a name.
    """
    base, heads = _heads(c, versions)
    for i, head in enumerate(heads):
        codebook, _ = lead(head, [*heads[:i], *heads[i + 1 :]], base, codebook)
    known = {version for _, _, version, _ in Codebooks(c).versions()}
    if codebook.version in known:
        codebook = codebook.model_copy(update={"version": f"{codebook.version.split('+')[0]}+{codebook.sha256[:6]}"})
    codebook_id = Codebooks(c).add(codebook)
    for i, (head, version) in enumerate(zip(heads, versions, strict=True)):
        _, steps = lead(head, [*heads[:i], *heads[i + 1 :]], base, codebook)
        changed = CodebookStep(what="codebook", kind="changed", words="the codebook that was chosen for all files")
        _record(c, str(version.value), codebook_id, [changed, *steps], at)
    return codebook_id


def drop_unused(c: Connection, in_force: str | None) -> None:
    """Forget joined codebooks that nobody coded under or changed. Must run inside a write."""
    for codebook_id in sorted(_unused(c) - {in_force or ""}):
        row = codebook_row(c, codebook_id)
        c.execute("delete from codebook_steps where before = ?1 or after = ?1", (row,))
        c.execute("delete from codebooks where id = ?", (row,))
        seal_steps(c)


def date_joined(c: Connection) -> None:
    """Give each joined codebook the time of its latest part, whatever the files were when it was first joined."""
    c.execute("drop table if exists temp.joined_edges")
    c.execute(
        "create temp table joined_edges as select distinct before, after from codebook_steps"
        " where json_extract(document, '$.kind') = 'joined'"
    )
    joined = c.all("select distinct after from temp.joined_edges order by after")
    # A part can be joined itself; as many rounds as there are joined ones reach them all.
    for _ in joined:
        c.executemany(
            "update codebooks set added_at = (select max(b.added_at) from codebooks b"
            " join temp.joined_edges e on e.before = b.id where e.after = codebooks.id) where id = ?",
            joined,
        )
    c.execute(
        "update codebook_steps set at = b.added_at from codebooks b, temp.joined_edges e"
        " where b.id = e.after and e.before = codebook_steps.before and e.after = codebook_steps.after"
    )
    c.execute("drop table temp.joined_edges")
    if joined:
        seal_steps(c)


def _unused(c: Connection) -> set[str]:
    """The joined codebooks of earlier merges that nobody coded under or changed."""
    joined = c.all(
        "select codebook_id from codebooks where id in (select after from codebook_steps where"
        " json_extract(document, '$.kind') = 'joined')"
    )
    return {codebook_id for (codebook_id,) in joined if not _is_used(c, codebook_id)}


def _is_used(c: Connection, codebook_id: str) -> bool:
    """Whether any change of the history names a version."""
    return (
        c.one(
            "select 1 from changes where instr(coalesce(after, ''), ?1) or instr(coalesce(before, ''), ?1) limit 1",
            (codebook_id,),
        )
        is not None
    )


def _heads(c: Connection, versions: Sequence[Version]) -> tuple[Codebook | None, list[Head]]:
    """The latest version that all come from, and the versions with what leads to each."""
    ways = _ways(c)
    ids = [str(version.value) for version in versions]
    base = _common(c, ways, ids)
    books = Codebooks(c)
    heads = [
        Head(_label(c, version), books.version(one), _chain(c, ways, base, one))
        for version, one in zip(versions, ids, strict=True)
    ]
    return None if base is None else books.version(base), heads


def _label(c: Connection, version: Version) -> str:
    row = c.one(
        "select b.version, n.name from codebooks b, steps t join coders n on n.id = t.coder"
        " where b.codebook_id = ? and t.step_id = ?",
        (version.value, version.step_id),
    )
    if row is None:
        return str(version.value)
    return one_line(row[0]) + ("" if row[1] == "annotator" else f" of {one_line(row[1])}")


def _ways(c: Connection) -> Graph:
    """The steps between versions; to undo one is not a step back."""
    ways: Graph = {}
    unused = _unused(c)
    for before, after, kind in c.all(
        "select x.before, x.after, t.kind from changes x join steps t on t.id = x.step where x.entity = 'codebook'"
    ):
        if before is not None and kind != "undo":
            ways.setdefault(json.loads(before), set()).add(json.loads(after or "null"))
    for before, after in c.all(
        "select distinct b.codebook_id, a.codebook_id from codebook_steps s join codebooks b on b.id = s.before"
        " join codebooks a on a.id = s.after"
    ):
        if after in unused:
            continue
        ways.setdefault(before, set()).add(after)
    return ways


def _reached(ways: Graph, start: str) -> set[str]:
    found, ahead = {start}, [start]
    while ahead:
        for after in ways.get(ahead.pop(), set()) - found:
            found.add(after)
            ahead.append(after)
    return found


def _common(c: Connection, ways: Graph, ids: Sequence[str]) -> str | None:
    """The latest version from which steps lead to all of these."""
    times = {codebook_id: (at, codebook_id) for codebook_id, _, _, at in Codebooks(c).versions()}
    reached = {one: _reached(ways, one) for one in times}
    common = [one for one in times if set(ids) <= reached[one]]
    last = [one for one in common if not any(other in reached[one] and other != one for other in common)]
    return max(last or common, key=lambda one: times[one], default=None)


def _chain(c: Connection, ways: Graph, start: str | None, end: str) -> tuple[CodebookStep | None, ...]:
    """The recorded steps on the shortest way from one version to another; None after those of each version."""
    if start is None:
        return ()
    found: dict[str, list[str]] = {start: [start]}
    ahead = [start]
    while ahead and end not in found:
        further = []
        for one in ahead:
            for after in sorted(ways.get(one, ())):
                if after not in found:
                    found[after] = [*found[one], after]
                    further.append(after)
        ahead = further
    way = found.get(end, [start])
    steps: list[CodebookStep | None] = []
    for before, after in pairwise(way):
        steps += [*_steps(c, before, after), None]
    return tuple(steps)


def _steps(c: Connection, before: str, after: str) -> list[CodebookStep]:
    recorded = steps_between(c, codebook_row(c, before), codebook_row(c, after))
    if recorded:
        return [CodebookStep.model_validate_json(document) for _, document, _, _ in recorded]
    books = Codebooks(c)
    try:
        return list(compare(books.version(before), books.version(after)).steps)
    except CodebookError as error:
        raise StoreError(f"the codebook versions {before} and {after} cannot be compared: {error}") from error


def _same_contents(c: Connection) -> list[list[str]]:
    """Groups of versions that differ in nothing but their number."""
    books = Codebooks(c)
    groups: dict[str, list[str]] = {}
    unused = _unused(c)
    for codebook_id in (one for one, *_ in books.versions() if one not in unused):
        content = books.version(codebook_id).model_copy(update={"version": ""}).sha256
        groups.setdefault(content, []).append(codebook_id)
    return [same for same in groups.values() if len(same) > 1]


def _keep(c: Connection, union: Union, ids: Sequence[str], parts: Sequence[str], at: str) -> str:
    codebook_id = Codebooks(c).add(union.codebook)
    c.execute("update codebooks set added_at = ? where codebook_id = ?", (at, codebook_id))
    for i, before in enumerate(ids):
        others = " and ".join(sorted(part for j, part in enumerate(parts) if j != i))
        marked = CodebookStep(what="codebook", kind="joined", words=f"joined with {others}")
        _record(c, before, codebook_id, [marked, *union.steps[i]], at)
    return codebook_id


def _record(c: Connection, before: str, after: str, steps: Sequence[CodebookStep], at: str) -> None:
    rows = ((n, step.model_dump_json(), step.words, at) for n, step in enumerate(steps))
    replace_steps(c, codebook_row(c, before), codebook_row(c, after), rows)
