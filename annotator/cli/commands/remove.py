"""`annotator remove`: take articles out of the project, and put them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from annotator.cli.blindness import caller, is_blind
from annotator.cli.confirm import ask, dry_run_option, yes_option
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.changes.remove_articles import Removable, Removal

_SHOWN = 10


@click.command("remove")
@click.argument("articles", metavar="ARTICLE...", nargs=-1)
@click.option("--undo", is_flag=True, help="Put these articles back; without a name, those of the last removal.")
@click.option("--list", "only_list", is_flag=True, help="List the removed articles.")
@dry_run_option
@yes_option
@json_option
@project_option
@pass_project
def command(
    project: Project,
    articles: tuple[str, ...],
    *,
    undo: bool,
    only_list: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take articles, by name or id, out of the project; nothing is deleted.

    No coder gets a removed article to code, and no report, export, draw or search has it. Its text, its number and all
    work on it stay in the project file, and `annotator remove --undo` puts it back with them. The history records both;
    `annotator merge` and `annotator pack` carry them to other files.

    An article that somebody has coded is removed only after a question, or with --yes. With --json each line is an
    object.
    """
    from annotator.store.changes.remove_articles import Removal

    if only_list and (undo or articles):
        raise UsageError("--list lists the removed articles; leave out the names and --undo")
    if not (articles or undo or only_list):
        raise UsageError("name the articles to remove, or use --list to see the removed ones")
    with project.open(read_only=only_list or dry_run) as store:
        removal = Removal(store)
        if only_list:
            _list(removal.removed(), as_json=as_json)
            return
        found = removal.find(articles) if articles else removal.last()
        if not found:
            raise UsageError("no article is removed, so none can be put back")
        concerned = [one for one in found if (one.removed_at is not None) == undo]
        if not undo:
            _warn(removal, concerned, blind=is_blind(store), yes=yes or dry_run)
        if not dry_run:
            (removal.put_back if undo else removal.remove)(concerned, caller(store))
    _say(found, concerned, undo=undo, as_json=as_json)
    _sum_up(len(concerned), undo=undo, dry_run=dry_run)


def _warn(removal: Removal, articles: list[Removable], *, blind: bool, yes: bool) -> None:
    """Ask before coded articles are removed; a blind coder is always asked, and not told what others did.

    Raises:
        UsageError: The program cannot ask, because it does not run in a terminal.
    """
    if not articles:
        return
    if blind:
        click.echo("Others' codings are hidden from you, so this does not say whether anybody coded them.", err=True)
        ask(f"Remove {counted(len(articles), 'article')}?", yes=yes)
        return
    coded = [(one, work) for one in articles if (work := removal.work(one.article_id)).n_coded]
    for one, work in coded[:_SHOWN]:
        who = ", ".join(map(one_line, work.coders))
        click.echo(f"{one_line(one.name)}: {counted(work.n_coded, 'paragraph')} with work by {who}", err=True)
    if len(coded) > _SHOWN:
        click.echo(f"and {counted(len(coded) - _SHOWN, 'other coded article')}", err=True)
    if coded:
        click.echo("This work stays in the history and does not count while its article is removed.", err=True)
        ask(f"Remove {counted(len(articles), 'article')}, {len(coded)} of them coded?", yes=yes)


def _say(found: list[Removable], concerned: list[Removable], *, undo: bool, as_json: bool) -> None:
    done, idle = ("put back", "not removed") if undo else ("removed", "already removed")
    for one in found:
        status = done if one in concerned else idle
        if as_json:
            click.echo(json_text({"article_id": one.article_id, "status": status, "article": one.name}))
        else:
            click.echo(f"{status}: {one_line(one.name)} ({counted(one.n_paragraphs, 'paragraph')})")


def _sum_up(n: int, *, undo: bool, dry_run: bool) -> None:
    if dry_run:
        click.echo("Nothing was changed.", err=True)
    elif undo:
        click.echo(f"{counted(n, 'article')} put back.", err=True)
    elif n:
        click.echo(f"{counted(n, 'article')} removed; `annotator remove --undo` takes it back.", err=True)


def _list(removed: list[Removable], *, as_json: bool) -> None:
    if as_json:
        for one in removed:
            click.echo(json_text(one._asdict()))
        return
    from annotator.cli.tables import print_table

    print_table(
        ["article", "id", "paragraphs", "removed (UTC)"],
        [
            [one_line(one.name), one.article_id, one.n_paragraphs, (one.removed_at or "")[:19].replace("T", " ")]
            for one in removed
        ],
        empty="No article is removed.",
    )
