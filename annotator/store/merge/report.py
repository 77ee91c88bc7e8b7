"""Report of a merge or an import: what came in, and the versions that stand beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from annotator.codebook.union import Other
from annotator.store.file.connection import Connection
from annotator.store.tables.json_values import dumps
from annotator.store.tables.removed_articles import n_removed


class Came(NamedTuple):
    """New data of another file."""

    steps: list[str]
    articles: list[str]
    coders: list[str]

    @property
    def is_new(self) -> bool:
        """Whether it brought anything."""
        return bool(self.steps or self.articles or self.coders)


def joined(*parts: Came) -> Came:
    """What several files, or parts of one, brought."""
    return Came(*([name for part in parts for name in part[i]] for i in range(3)))


class FileReport(NamedTuple):
    """New data of one file: steps of each coder, articles and coders; and what in it is older than the project."""

    name: str
    steps: dict[str, int]
    n_articles: int
    coders: list[str]
    older: tuple[str, ...] = ()


class Conflict(NamedTuple):
    """Two versions of one field; the later counts, the other is kept.

    Attributes:
        coder: The record's coder.
        entity: The kind of record.
        key: The record's key, as JSON.
        field: The field of the record.
        kept: The version that counts, as JSON.
        other: The other version, as JSON.
    """

    coder: str
    entity: str
    key: str
    field: str | None
    kept: str | None
    other: str | None


class JoinedCodebook(NamedTuple):
    """The codebook that joins those of several files.

    Attributes:
        name: Its name and version.
        parts: The versions that it joins, each with whose it is.
        others: What was changed in several files and does not hold.
    """

    name: str
    parts: tuple[str, ...]
    others: tuple[Other, ...]


class Report(NamedTuple):
    """Result of a merge or an import, or of a dry run.

    Attributes:
        files: What each file brought.
        conflicts: Versions that stand beside each other in the project now.
        same_names: Entries of the registry that became one because they have one name.
        shared_aliases: Names and aliases that lead to several entries, for a decision: the alias and the entries.
        n_orphans: Records about articles or statements that are in none of the files.
        joined: Which codebooks were joined, and what was changed in several of them; None if nothing was joined.
        merge_id: Its id; None if nothing was new.
        outside: Number of finished paragraphs outside the assignment, by coder.
        incomplete: Number of coded paragraphs without a required label, by coder.
        n_left_open: Number of paragraphs that an import left open because a required label is missing.
        removed: Removed articles, by name, that came in removed, or with new work, with the number of their paragraphs
            that hold work, which does not count.
    """

    files: list[FileReport]
    conflicts: list[Conflict]
    same_names: list[tuple[str, int]]
    shared_aliases: list[tuple[str, list[str]]]
    n_orphans: int
    joined: JoinedCodebook | None
    merge_id: str | None
    outside: dict[str, int] = {}  # noqa: RUF012 (a named tuple's default is never changed)
    incomplete: dict[str, int] = {}  # noqa: RUF012
    n_left_open: int = 0
    removed: dict[str, int] = {}  # noqa: RUF012


def file_report(c: Connection, name: str, came: Came, older: tuple[str, ...] = ()) -> FileReport:
    """Count what a file brought, by coder."""
    steps: dict[str, int] = {}
    for step_id in came.steps:
        row = c.one("select n.name from steps t join coders n on n.id = t.coder where step_id = ?", (step_id,))
        if row is not None:
            steps[row[0]] = steps.get(row[0], 0) + 1
    return FileReport(name, dict(sorted(steps.items())), len(came.articles), sorted(came.coders), older)


def removed(c: Connection, came: Iterable[Came]) -> dict[str, int]:
    """The removed articles that new steps removed or worked on, each with the number of paragraphs with work."""
    if not n_removed(c):
        return {}
    steps = dumps([step_id for one in came for step_id in one.steps])
    rows = c.all(
        "with concerned(article) as (select distinct a.id from json_each(?) j join steps t on t.step_id = j.value"
        " join changes x on x.step = t.id join articles a on a.article_id in (json_extract(x.key, '$[0]'),"
        " json_extract(coalesce(x.after, x.before), '$.article_id')) join removed r on r.article = a.id)"
        " select a.name, (select count(distinct p.id) from paragraphs p where p.article = a.id and"
        " (exists (select 1 from reviews r where r.paragraph = p.id and r.state not in ('unseen', 'open'))"
        " or exists (select 1 from statements s where s.paragraph = p.id and s.deleted = 0)))"
        " from concerned x join articles a on a.id = x.article order by a.id",
        (steps,),
    )
    return dict(rows)


def conflicts(c: Connection) -> list[Conflict]:
    """Every conflict."""
    rows = c.all(
        "select n.name, entity, key, field, kept, other from conflicts x join coders n on n.id = x.coder"
        " order by n.name, entity, key, field, x.at, x.step_id"
    )
    return [Conflict(*row) for row in rows]


def shared_aliases(c: Connection) -> list[tuple[str, list[str]]]:
    """Names and aliases of more than one registry entry, with the entries' names."""
    rows = c.all(
        "select called, name from (select name as called, name from speakers where merged_into is null and retired = 0"
        " union select l.alias, s.name from aliases l join speakers s on s.id = l.speaker"
        " where s.merged_into is null and s.retired = 0) order by called, name"
    )
    named: dict[str, list[str]] = {}
    for called, name in rows:
        named.setdefault(called, []).append(name)
    return [(called, names) for called, names in named.items() if len(names) > 1]
