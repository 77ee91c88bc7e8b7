"""`annotator log`: the history of a project, as a table or as JSON."""

from __future__ import annotations

import json
from typing import Any

import click

from annotator.cli.blindness import allowed, unblind_option
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.terminal_text import one_line


@click.command("log")
@click.option("--coder", metavar="NAME", help="Only steps of this coder.")
@click.option("--since", metavar="TIME", help="Not before: 2026-11-20T14:30, 14:30, or 10m, 2h, 3d (ago).")
@click.option("--until", metavar="TIME", help="Before.")
@click.option("--article", metavar="ID", help="Only steps on this article.")
@click.option("--statement", metavar="ID", help="Only steps on this statement.")
@click.option(
    "--entity", metavar="KIND", help="Only one kind of record: label, statement, review, speaker, codebook, …."
)
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Number of latest steps (50; with --json all).")
@unblind_option
@json_option
@project_option
@pass_project
def command(
    project: Project,
    coder: str | None,
    since: str | None,
    until: str | None,
    article: str | None,
    statement: str | None,
    entity: str | None,
    limit: int | None,
    unblind: bool,
    as_json: bool,
) -> None:
    """Show the history, oldest first: who changed what and when. With --json one object a line.

    The labels of an aggregated layer are many: only --entity aggregate shows them.
    """
    from annotator.store.history.record_types import ENTITIES
    from annotator.store.history.step_log import LogFilter, lines, moment_of

    if entity is not None and entity not in ENTITIES:
        raise UsageError(f"{one_line(entity)!r} is not a kind of record; kinds are {', '.join(ENTITIES)}")
    chosen = LogFilter(
        coder, moment_of(since) if since else None, moment_of(until) if until else None, article, statement, entity
    )
    with project.open(read_only=True) as store:
        mine = allowed(store, (coder,) if coder is not None else (), unblind=unblind)
        if coder is not None and store.connection.one("select 1 from coders where name = ?", (coder,)) is None:
            raise UsageError(f"there is no coder {one_line(coder)} in this project")
        chosen = chosen._replace(coder=mine[0] if mine else None)
        if as_json:
            for line in lines(store.connection, chosen, limit):
                click.echo(json_text(line))
            return
        rows = [_row(line) for line in lines(store.connection, chosen, limit or 50)]
    from annotator.cli.tables import print_table

    print_table(
        ["when (UTC)", "coder", "step", "record", "before", "after"],
        rows,
        empty="The history is empty for this selection.",
    )


def _row(line: dict[str, Any]) -> list[str]:
    what = line["what"] if line["kind"] == "do" else f"{line['kind']}: {line['what']}"
    key = " ".join(str(part)[:8] if len(str(part)) > 16 else str(part) for part in line["key"])
    record = f"{line['entity']} {key}".strip()
    return [
        line["at"][:19].replace("T", " "),
        *(one_line(str(x)) for x in (line["coder"], what, record)),
        _short(line["before"]),
        _short(line["after"]),
    ]


def _short(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict) and "value" in value:
        value = value["value"]
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:60]
