"""`annotator keys`: show all keys, print a key sheet, check a key file."""

from __future__ import annotations

from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from annotator.cli.options import Project, pass_project, project_option
from annotator.errors import KeymapError
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line, plain

if TYPE_CHECKING:
    from annotator.codebook.model import Codebook
    from annotator.session.keys.key_sheet import Form


@click.command("keys")
@click.option(
    "--codebook", "file", type=click.Path(path_type=Path), help="Codebook file, instead of the project's codebook."
)
@click.option("--card", type=click.Choice(["text", "markdown", "html"]), help="Write a key sheet for print.")
@click.option("--keys", "keymap", type=click.Path(path_type=Path), help="Key file, instead of the default one.")
@click.option("--check", is_flag=True, help="Only check the key file.")
@click.option("--names", is_flag=True, help="List the commands by their names in a key file.")
@project_option
@pass_project
def command(
    project: Project, file: Path | None, card: Form | None, keymap: Path | None, check: bool, names: bool
) -> None:
    """Show the keys of the project's codebook (or of the default one), with the changes of a key file.

    A key file is annotator-keys.yaml beside the project, or annotator/keys.yaml in your configuration folder. It holds
    `commands` (no_claim: n) and `codebook` (stance/oppose: v).
    """
    from annotator.codebook.labels import in_language, languages
    from annotator.session.keys import custom_keys as keymaps
    from annotator.session.keys.commands import keyed
    from annotator.session.keys.key_sheet import card as print_card

    if names:
        for one in keyed():
            click.echo(f"{one.name}: {one.shown} ({one.help})")
        return
    path = keymap or keymaps.find_keymap(project.path)
    if path is None and check:
        raise KeymapError("there is no key file to check; name one with --keys FILE")
    codebook = _codebook(project, file)
    found = keymaps.load_keymap(path) if path is not None else keymaps.Keymap()
    try:
        keys = found.keys(in_language(codebook, languages()))
    except KeymapError as error:
        for fault in error.faults if check else ():
            click.echo(fault)
        n = len(error.faults)
        raise KeymapError(f"{counted(n, 'fault')} found" if check else str(error)) from error
    if path is not None:
        click.echo(f"With the keys of {one_line(str(path))}.", err=True)
    if check:
        click.echo("No key collides.", err=True)
        return
    width = 80 if card else max(60, min(160, get_terminal_size().columns))
    click.echo(plain(print_card(keys, card or "text", width)), nl=card != "markdown")


def _codebook(project: Project, file: Path | None) -> Codebook:
    from annotator.codebook.file import default_codebook, find_codebook

    if file is not None:
        return find_codebook(file)
    if project.is_given or project.path.exists():
        with project.open(read_only=True) as store:
            return store.codebooks.current()
    return default_codebook()
