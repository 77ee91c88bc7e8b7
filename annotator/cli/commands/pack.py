"""`annotator pack`: write a file for one coder; `annotator merge` reads it back."""

from __future__ import annotations

import re
from pathlib import Path

import click

from annotator.cli.blindness import allowed
from annotator.cli.options import Project, pass_project, project_option
from annotator.distribution import WHEEL
from annotator.files import private
from annotator.text.counted import counted
from annotator.text.shell_word import shell_word
from annotator.text.terminal_text import one_line


@click.command("pack")
@click.option("--coder", metavar="NAME", required=True, help="Whose file.")
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="Path of the new file (NAME.db beside the project)."
)
@click.option("--force", is_flag=True, help="Set a file of that name aside under another name.")
@click.option("--locked", is_flag=True, help="Forbid changes of the codebook in the file.")
@project_option
@pass_project
def command(project: Project, coder: str, out: Path | None, force: bool, locked: bool) -> None:
    """Write a file for one coder: their assignments and their own work, without the work of others.

    Beside it, a short text tells the coder how to begin and what to send back. `annotator merge FILE` brings the work
    back. Coders can add rules and categories in their files, and a merge joins them; --locked forbids it.
    """
    from annotator.store.merge.pack import pack

    stem = re.sub(r"[^\w.-]+", "-", coder).strip(".-") or "coder"
    target = out or project.path.with_name(f"{stem}.db")
    with project.open() as store:
        allowed(store, (coder,))
        packed = pack(store, coder, target, replace=force, locked=locked)
    note = target.with_name(f"{target.stem}.txt")
    if packed.aside is not None:
        click.echo(f"The file that was there is now {one_line(str(packed.aside))}.", err=True)
    sizes = (
        counted(packed.n_articles, "article"),
        counted(packed.n_paragraphs, "paragraph"),
        counted(packed.n_statements, "statement"),
    )
    mark = ", locked" if locked else ""
    click.echo(
        f"{one_line(str(packed.path))}: {', '.join(sizes)} of {one_line(coder)},"
        f" codebook {one_line(packed.codebook)}{mark}.",
        err=True,
    )
    _write_note(note, target, coder)


_NOTE = """\
Coding with annotator: {coder}
{rule}

1. Install annotator once (it brings its own Python):
     Windows (PowerShell):  powershell -c "irm https://astral.sh/uv/install.ps1 | iex"
     macOS, Linux:          curl -LsSf https://astral.sh/uv/install.sh | sh
   Close the terminal and open a new one in the folder of this file. With the file {wheel} there, type:
     uv tool install {distribution}

2. Open a terminal in the folder of this file and type:
     annotator --project {file} label --coder {name}

Every key is saved at once. ? shows help, Ctrl+Q leaves; the same command goes on where you stopped.
When you are done, leave with Ctrl+Q and send {file} back to the leader of your study.
Do not work in two copies of it.
"""


def _write_note(note: Path, target: Path, coder: str) -> None:
    """Write the text for the coder; an older one of the same name is replaced only if it is such a text."""
    shown = one_line(coder)
    title = f"Coding with annotator: {shown}"
    if note.exists() and not note.read_text(encoding="utf-8", errors="replace").startswith("Coding with annotator: "):
        click.echo(f"{one_line(str(note))} is another file and was left as it is.", err=True)
        return
    text = _NOTE.format(
        coder=shown,
        rule="=" * len(title),
        file=shell_word(target.name),
        name=shell_word(shown),
        wheel=WHEEL.removeprefix("./"),
        distribution=WHEEL,
    )
    private.write(note, text)
    click.echo(
        f"{one_line(str(note))} tells {shown} how to begin; send both files, and to install from"
        f" {WHEEL.removeprefix('./')} (`uv build --wheel`).",
        err=True,
    )
