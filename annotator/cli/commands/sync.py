"""`annotator sync`: exchange work with a team over a folder, a bucket or PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.cli.confirm import dry_run_option
from annotator.cli.json_text import json_text
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import UsageError
from annotator.text.counted import counted
from annotator.text.shell_word import shell_word
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.sync.invite import Invitation
    from annotator.sync.result import Result


@click.command("sync")
@click.argument("words", nargs=-1, metavar="[TARGET | invite NAME]")
@click.option("--once", is_flag=True, help="Exchange once and end.")
@click.option("--stop", is_flag=True, help="Forget the target of this project; the labelling screen exchanges no more.")
@click.option("--lead", is_flag=True, help="With `invite` and a database: set it up, and invite the lead.")
@dry_run_option
@json_option
@project_option
@pass_project
def command(
    project: Project, words: tuple[str, ...], once: bool, stop: bool, lead: bool, dry_run: bool, as_json: bool
) -> int:
    """Exchange work with a team over TARGET: a shared folder, s3://BUCKET/PREFIX or postgresql://NAME@HOST/DATABASE.

    What others sent comes in as with `annotator merge`, and what the target lacks is sent. A file packed for a coder
    exchanges what is the coder's; the whole project exchanges everything. Without --once it goes on until Ctrl+C.

    The target is remembered for this project, and the labelling screen then exchanges by itself. ANNOTATOR_SYNC names
    another one. `annotator sync invite NAME` makes a place of their own for a coder, as blind coding needs it, and says
    who must do what for it.
    """
    from annotator.sync.postgresql.find import refuse_password
    from annotator.sync.remembered import remember, target_of

    if stop:
        remember(project.path, None)
        click.echo("The target of this project is forgotten.", err=True)
        return 0
    if words[:1] == ("invite",) and len(words) in (2, 3):
        target = words[2] if len(words) == 3 else target_of(project.path)
        refuse_password(" ".join(words[2:]))
        return _invite(project, words[1], target, is_lead=lead)
    if len(words) > 1:
        raise UsageError("name one target, or `invite NAME`")
    target = words[0] if words else target_of(project.path)
    if target is None:
        raise UsageError("name the target: a shared folder, s3://BUCKET/PREFIX or postgresql://NAME@HOST/DATABASE")
    if words:
        refuse_password(target)
    if "://" not in target:
        target = str(Path(target).expanduser().absolute())
    if once or dry_run:
        result = _exchange(project, target, dry_run=dry_run)
        _say(result, dry_run=dry_run, as_json=as_json)
        if words and not dry_run and remember(project.path, target):
            click.echo(
                "From now on the labelling screen exchanges by itself; `annotator sync --stop` ends that.", err=True
            )
        return 1 if result.stopped else 0
    if words:
        remember(project.path, target)
    return _go_on(project, target)


def _exchange(project: Project, target: str, *, dry_run: bool) -> Result:
    from annotator.sync.connect import exchange_with
    from annotator.sync.receive import Manner

    with project.open() as store:
        return exchange_with(store, target, Manner(dry_run=dry_run))


def _go_on(project: Project, target: str) -> int:
    """Exchange until Ctrl+C, and say when something changes."""
    from annotator.sync.connect import shown
    from annotator.sync.state import State
    from annotator.sync.worker import Worker

    said = ""

    def tell(state: State, result: Result) -> None:
        nonlocal said
        words = one_line(state.words if state.kind != "synced" else "synced")
        if words != said or result.n_sent or result.n_came:
            steps = f": {counted(result.n_sent, 'step')} sent, {counted(result.n_came, 'step')} came"
            reason = f" ({one_line(state.reason)})" if state.reason and state.reason not in words else ""
            click.echo(
                f"{datetime.now(UTC).astimezone():%H:%M} {words}{steps if state.kind == 'synced' else ''}{reason}",
                err=True,
            )
        said = words

    with project.open():
        pass
    click.echo(f"Exchanging with {one_line(shown(target))}; Ctrl+C ends it.", err=True)
    worker = Worker(project.path, target, may_rebuild=True)
    try:
        worker.run(tell)
    except KeyboardInterrupt:
        worker.run_once()
    return 0 if worker.state.kind == "synced" else 1


def _say(result: Result, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        facts = {
            "sent": result.n_sent,
            "came": result.n_came,
            "articles": result.n_articles,
            "held": result.n_held,
            "waiting": result.n_waiting,
            "incomplete": result.n_incomplete,
            "stopped": list(result.stopped),
            "warnings": list(result.clocks),
        }
        click.echo(json_text(facts, indent=2))
        return
    would = "would be sent" if dry_run else "sent"
    came = f"{counted(result.n_came, 'step')} {'would come' if dry_run else 'came'}"
    articles = f" with {counted(result.n_articles, 'article')}" if result.n_articles else ""
    click.echo(f"{counted(result.n_sent, 'step')} {would}, {came}{articles}.")
    if result.n_held:
        click.echo(
            f"Held: {counted(result.n_held, 'change')} of the codebook. Tell the lead, who changes it for all.",
            err=True,
        )
    if result.n_incomplete:
        click.echo(
            f"Not whole there yet: work of {counted(result.n_incomplete, 'machine')}. It comes in once the rest is"
            " copied.",
            err=True,
        )
    for sentence in (*result.clocks, *result.stopped):
        click.echo(f"Warning: {sentence}", err=True)


def _invite(project: Project, coder: str, target: str | None, *, is_lead: bool) -> int:
    """Make a place for a coder, and say who must do what: for the administrator on stdout, for people on stderr."""
    from annotator.store.tables.coders import coder_name
    from annotator.sync.invite import invite
    from annotator.sync.postgresql.find import is_hub

    name = coder_name(coder)
    if target is None:
        raise UsageError("name the target of the team too: `annotator sync invite NAME TARGET`")
    with project.open(read_only=True) as store:
        if not is_lead and not store.has_coder(name):
            raise UsageError(f"this project has no coder {one_line(name)}; add the coder with `annotator assign`")
    invitation = invite(target, name, is_lead=is_lead)
    if invitation.for_administrator is not None:
        click.echo(invitation.for_administrator)
    say = _say_to_database if is_hub(target) else _say_to_files
    click.echo(say(project, one_line(name), one_line(target), invitation, is_lead), err=True)
    return 0


def _say_to_files(project: Project, name: str, target: str, invitation: Invitation, _is_lead: bool) -> str:
    place, named = shell_word(one_line(invitation.place)), f"--project {shell_word(one_line(str(project.path)))} "
    first, path = f"Share {place} with {name}, and with nobody else.", " and the path of the folder on their machine"
    if invitation.for_administrator is not None:
        first, path = f"Give {name} a key of their own for the bucket, with the policy above.", ""
    return (
        f"1. {first}\n"
        f"2. Send {name} once the file that this command makes:\n"
        f"     annotator {named}pack --coder {shell_word(name)}\n"
        f"3. {name} types, with that file{path}:\n"
        f"     annotator --project FILE sync {place} --once\n"
        f"4. You type, as often as you like:\n"
        f"     annotator {named}sync {shell_word(target)} --once"
    )


def _say_to_database(project: Project, name: str, _target: str, invitation: Invitation, is_lead: bool) -> str:
    named = f"--project {shell_word(one_line(str(project.path)))} "
    file = f"2. Send {name} once the file of `annotator {named}pack --coder {shell_word(name)}`.\n"
    return (
        "1. The administrator of the database runs the SQL above.\n"
        f"{'' if is_lead else file}"
        f"{2 if is_lead else 3}. {name} keeps this line, which has a password in it, in a file hub.txt that nobody else"
        " can read\n"
        "   (`chmod 600 hub.txt`), and types the command:\n"
        f"     {one_line(invitation.place)}\n"
        f"     annotator {named if is_lead else '--project FILE '}sync hub.txt --once"
    )
