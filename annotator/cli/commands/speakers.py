"""`annotator speakers`: show and change the registry of speakers and targets."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from annotator.cli.blindness import caller
from annotator.cli.confirm import ask, yes_option
from annotator.cli.json_text import json_text
from annotator.cli.known_coder import known_or_new, new_coder_option
from annotator.cli.options import Project, as_coder_option, coder_option, json_option, pass_project, project_option
from annotator.cli.output_file import write_output
from annotator.errors import StoreError, UsageError
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.model import Speaker
    from annotator.store import Store
    from annotator.store.changes.speaker_changes import Plan, SpeakerChanges

_change_options: tuple[Callable[..., Any], ...] = (
    click.option("--dry-run", is_flag=True, help="Only say what would change."),
    click.option("--yes", is_flag=True, help="Do not ask."),
    coder_option,
    new_coder_option,
    project_option,
    pass_project,
)


def _change(function: Any) -> Any:
    """The options that every change has, in the order of the help."""
    for option in reversed(_change_options):
        function = option(function)
    return function


@click.group("speakers")
def command() -> None:
    """Show and change the registry of speakers and targets.

    Every change is shown first and asked about, and `annotator speakers undo` takes it back. The words that coders
    chose in the text always stay.
    """


@command.command("list")
@click.option("--all", "show_all", is_flag=True, help="Also list retired and merged entries.")
@click.argument("words", required=False)
@as_coder_option
@json_option
@project_option
@pass_project
def list_(project: Project, words: str | None, show_all: bool, coder: str | None, as_json: bool) -> None:
    """List all entries, or those that match some words."""
    with project.open(read_only=True) as store:
        known = store.registry_for(caller(store, coder)).all()
    speakers = [s for s in known if show_all or not (s.retired or s.merged_into)]
    if words:
        speakers = _like(speakers, words)
    names = {s.speaker_id: s.name for s in known}
    if as_json:
        for speaker in speakers:
            click.echo(json_text(speaker.model_dump(mode="json")))
        return
    from annotator.cli.tables import print_table

    rows = [
        [
            one_line(s.name),
            s.kind,
            one_line(s.type or ""),
            one_line(s.affiliation or ""),
            one_line(s.country or ""),
            one_line(", ".join(s.aliases)),
            _state(s, names),
        ]
        for s in speakers
    ]
    print_table(
        ["name", "kind", "type", "affiliation", "country", "aliases", "state"], rows, empty="There are no entries."
    )


@command.command("show")
@click.argument("name")
@as_coder_option
@json_option
@project_option
@pass_project
def show(project: Project, name: str, coder: str | None, as_json: bool) -> None:
    """Show one entry with what was merged into it."""
    with project.open(read_only=True) as store:
        changes = _changes(store, coder, read_only=True)
        speaker = changes.resolve(name)
        merged = changes.merged_into(speaker.speaker_id)
    if as_json:
        fields = {**speaker.model_dump(mode="json"), "merged": [one.model_dump(mode="json") for one in merged]}
        click.echo(json_text(fields, indent=2))
        return
    for label, text in (
        ("name", speaker.name),
        ("kind", speaker.kind),
        ("definition", speaker.definition),
        ("type", speaker.type),
        ("affiliation", speaker.affiliation),
        ("country", speaker.country),
        ("aliases", ", ".join(speaker.aliases)),
        ("merged into it", ", ".join(one.name for one in merged)),
        ("state", "retired" if speaker.retired else ""),
        ("id", speaker.speaker_id),
    ):
        if text:
            click.echo(f"{label}: {one_line(text)}")


@command.command("rename")
@click.argument("name")
@click.argument("new_name")
@_change
def rename(project: Project, name: str, new_name: str, **how: Any) -> None:
    """Give an entry another canonical name; the old one stays as an alias."""
    _make(project, lambda changes: changes.rename(name, new_name), **how)


@command.command("alias")
@click.argument("name")
@click.argument("aliases", nargs=-1)
@click.option("--remove", metavar="ALIAS", multiple=True, help="Remove an alias.")
@_change
def alias(project: Project, name: str, aliases: tuple[str, ...], remove: tuple[str, ...], **how: Any) -> None:
    """Add aliases to an entry, or remove them."""
    _make(project, lambda changes: changes.alias(name, aliases, remove), **how)


@command.command("describe")
@click.argument("name")
@click.option("--type", "type_", metavar="TEXT", help="Person, organisation, state, unnamed source, …")
@click.option("--affiliation", metavar="TEXT", help="Organisation, party or state of the speaker.")
@click.option("--country", metavar="TEXT", help="The country.")
@click.option("--kind", type=click.Choice(["actor", "issue"]), help="An issue is never offered as a speaker.")
@click.option("--definition", metavar="TEXT", help="What it covers, in a sentence.")
@_change
def describe(
    project: Project,
    name: str,
    type_: str | None,
    affiliation: str | None,
    country: str | None,
    kind: str | None,
    definition: str | None,
    *,
    dry_run: bool,
    yes: bool,
    coder: str | None,
    new_coder: bool,
) -> None:
    """Set kind, type, affiliation, country or definition of an entry; an empty text clears the field."""
    fields = {"type": type_, "affiliation": affiliation, "country": country, "kind": kind, "definition": definition}
    if not any(field is not None for field in fields.values()):
        raise UsageError("add --kind, --definition, --type, --affiliation or --country")
    _make(
        project,
        lambda changes: changes.describe(name, **fields),
        dry_run=dry_run,
        yes=yes,
        coder=coder,
        new_coder=new_coder,
    )


@command.command("merge")
@click.argument("names", nargs=-1, required=True)
@click.option("--into", required=True, metavar="NAME", help="The entry that stands for all of them.")
@_change
def merge(project: Project, names: tuple[str, ...], into: str, **how: Any) -> None:
    """Merge entries into one. Nothing is lost; `split` separates them again."""
    _make(project, lambda changes: changes.merge(names, into), **how)


@command.command("split")
@click.argument("name")
@click.argument("new_name")
@click.option(
    "--words", metavar="WORDS", multiple=True, help="The words by which coders chose this speaker in the text."
)
@_change
def split(project: Project, name: str, new_name: str, words: tuple[str, ...], **how: Any) -> None:
    """Split an entry: take out a merged name, or the statements made with some words."""
    _make(project, lambda changes: changes.split(name, new_name, words), **how)


@command.command("retire")
@click.argument("name")
@click.option("--back", is_flag=True, help="Offer it again.")
@_change
def retire(project: Project, name: str, back: bool, **how: Any) -> None:
    """Stop offering an entry; its statements keep it."""
    _make(project, lambda changes: changes.retire(name, back=back), **how)


@command.command("undo")
@coder_option
@new_coder_option
@yes_option
@project_option
@pass_project
def undo(project: Project, coder: str | None, new_coder: bool, yes: bool) -> None:
    """Undo the last change of the registry that was made here (or by a coder, with --coder)."""
    with project.open() as store:
        changes = _changes(store, coder, is_new=new_coder)
        ask("Undo the last change of the registry?", yes=yes)
        undone = changes.undo(by=caller(store))
    if undone is None:
        raise StoreError("there is no change of the registry to undo")
    kept = f"; not changed: {counted(undone.n_kept, 'entry')} on which later steps depend" if undone.n_kept else ""
    click.echo(f"Undone: {one_line(undone.what)}{kept}.", err=True)


@command.command("export")
@click.option("--format", "how", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="Format of the file.")
@click.option("--out", type=click.Path(path_type=Path), help="The file; standard output by default.")
@as_coder_option
@project_option
@pass_project
def export(project: Project, how: Literal["jsonl", "csv"], out: Path | None, coder: str | None) -> None:
    """Write the registry, retired and merged entries included."""
    from annotator.speakers.registry_file import write_speakers

    with project.open(read_only=True) as store:
        speakers = store.registry_for(caller(store, coder)).all()
    text = "".join(write_speakers(speakers, how))
    if out is None:
        click.echo(text, nl=False)
        return
    write_output(out, text)
    click.echo(f"Wrote {counted(len(speakers), 'entry')} to {one_line(str(out))}.", err=True)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="If a field differs, use the file's value.")
@_change
def import_(project: Project, file: Path, overwrite: bool, **how: Any) -> None:
    """Import entries from a JSONL or CSV file: add new entries, fill empty fields of known ones."""
    from annotator.speakers.registry_file import read_speakers

    speakers = read_speakers(file)
    _make(project, lambda changes: changes.add_all(speakers, overwrite=overwrite), **how)


def _make(
    project: Project,
    plan: Callable[[SpeakerChanges], Plan],
    *,
    dry_run: bool,
    yes: bool,
    coder: str | None,
    new_coder: bool,
) -> None:
    """Show a change, ask, and make it."""
    with project.open(read_only=dry_run) as store:
        changes = _changes(store, coder, read_only=dry_run, is_new=new_coder)
        found = plan(changes)
        for line in found.lines:
            click.echo(one_line(line))
        if not found.writes:
            click.echo("Nothing to change.", err=True)
            return
        if dry_run:
            click.echo("Nothing was changed.", err=True)
            return
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError("add --yes to change the registry without a question, or --dry-run to change nothing")
            click.confirm("Change the registry?", abort=True, err=True)
        changes.carry_out(found)
    click.echo(f"Done: {one_line(found.what)}. `annotator speakers undo` takes it back.", err=True)


def _changes(store: Store, coder: str | None, *, read_only: bool = False, is_new: bool = False) -> SpeakerChanges:
    from annotator.store.changes.speaker_changes import SpeakerChanges

    seen_by = store.registry_for(caller(store, coder))
    if read_only:
        # Looking makes nobody known to the project.
        return SpeakerChanges(store, 0, seen_by)
    if coder:
        coder = known_or_new(store, coder, is_new=is_new)
    return SpeakerChanges(store, store.coder(coder).id if coder else None, seen_by)


def _like(speakers: list[Speaker], words: str) -> list[Speaker]:
    from annotator.speakers import KnownSpeaker, find_known

    found = find_known(words, [KnownSpeaker(s.name, s.aliases) for s in speakers], 50)
    order = {one.speaker.name: i for i, one in enumerate(found)}
    return sorted((s for s in speakers if s.name in order), key=lambda s: order[s.name])


def _state(speaker: Speaker, names: dict[str, str]) -> str:
    if speaker.merged_into:
        return f"merged into {one_line(names.get(speaker.merged_into, speaker.merged_into))}"
    return "retired" if speaker.retired else ""
