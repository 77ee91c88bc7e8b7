"""`annotator codebook`: check, show, compare and change the project's codebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.cli.blindness import caller, is_blind
from annotator.cli.confirm import ask, yes_option
from annotator.cli.json_text import json_text
from annotator.cli.known_coder import known_or_new, new_coder_option
from annotator.cli.options import Project, coder_option, json_option, pass_project, project_option
from annotator.cli.output_file import write_output
from annotator.errors import CodebookError, UsageError
from annotator.files import private
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line, plain

if TYPE_CHECKING:
    from annotator.codebook.diff import Act
    from annotator.codebook.model import Codebook
    from annotator.model import Article
    from annotator.store.changes.codebook_changes import Preview

FILE = click.Path(path_type=Path)


@click.group("codebook")
def command() -> None:
    """Check, show, compare and change codebooks."""


@command.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """Report every fault of codebook files with its line. Exit code 1 if there is a fault."""
    from annotator.codebook.file import load_codebook

    n_faults = 0
    for path in files:
        try:
            codebook = load_codebook(path)
        except CodebookError as error:
            n_faults += len(error.faults)
            for fault in error.faults:
                click.echo(fault)
        else:
            n = len(codebook.variables)
            click.echo(f"{codebook.name} {codebook.version}: {counted(n, 'variable')}, no fault", err=True)
    if n_faults:
        raise CodebookError(f"{counted(n_faults, 'fault')} found")


@command.command("schema")
def schema() -> None:
    """Write the JSON Schema of codebooks, for editors that complete and check them."""
    from annotator.codebook.model import json_schema

    click.echo(json_text(json_schema(), indent=2))


@command.command("new")
@click.argument("file", type=FILE)
def new(file: Path) -> None:
    """Write a codebook with every kind of variable as a start, and the schema that editors complete it with."""
    from annotator.codebook.model import json_schema
    from annotator.codebook.rendering import SCHEMA_FILE, template

    name = one_line(str(file))
    stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in file.stem).strip("-") or "codebook"
    try:
        with private.create_binary(file) as out:
            out.write(template(stem).encode())
    except FileExistsError as error:
        raise CodebookError(f"{name} exists already") from error
    except OSError as error:
        raise CodebookError(f"{name} cannot be written: {error.strerror}") from error
    beside = file.with_name(SCHEMA_FILE)
    if not beside.exists():
        _write(beside, json_text(json_schema(), indent=2) + "\n")
    click.echo(f"Wrote {name}; `annotator codebook check` checks it, `annotator init --codebook` uses it.", err=True)


@command.command("show")
@click.argument("variable", required=False)
@click.option("--version", "version", metavar="VERSION", help="An older version, by its number or its id.")
@click.option("--yaml", "as_yaml", is_flag=True, help="Write the codebook as a YAML file that you can edit and apply.")
@json_option
@project_option
@pass_project
def show(project: Project, variable: str | None, version: str | None, as_yaml: bool, as_json: bool) -> None:
    """Show the project's codebook, or one variable with all of its rules."""
    from annotator.codebook import rendering as codebook_text

    codebook = _project_codebook(project, version)
    if as_yaml:
        click.echo(codebook_text.as_yaml(codebook), nl=False)
        return
    if as_json:
        click.echo(json_text(codebook.model_dump(mode="json"), indent=2))
        return
    found = codebook.variable(variable) if variable else None
    if variable and found is None:
        names = ", ".join(v.name for v in codebook.variables[:20])
        raise UsageError(f"the codebook has no variable {one_line(variable)!r}; it has {names}")
    click.echo(plain(codebook_text.as_text(codebook, found)))


@command.command("document")
@click.argument("file", required=False, type=FILE)
@click.option("--as", "form", type=click.Choice(("html", "markdown", "docx")), default="html", show_default=True)
@click.option("--out", metavar="FILE", type=FILE, help="Write to a file, not to stdout; a Word file needs one.")
@project_option
@pass_project
def document(project: Project, file: Path | None, form: str, out: Path | None) -> None:
    """Write the project's codebook, or that of a file, as a document to read and print.

    It holds every rule, definition, example and key, and the versions that the project has had.
    """
    from annotator.codebook.file import find_codebook
    from annotator.reports.codebook_document import codebook_document
    from annotator.store.changes.codebook_changes import CodebookChanges

    if file is not None:
        codebook, revisions = find_codebook(file), []
    else:
        with project.open(read_only=True) as store:
            codebook, revisions = store.codebooks.current(), CodebookChanges(store).revisions()
    blocks = codebook_document(codebook, revisions)
    if form == "docx":
        from annotator.reports.render.docx import to_docx

        if out is None:
            raise UsageError("a Word file needs a name: add --out codebook.docx")
        _write(out, to_docx(blocks))
        return
    if form == "html":
        from annotator.reports.render.html import to_html

        text = to_html(blocks, f"{codebook.title or codebook.name} {codebook.version}")
    else:
        from annotator.reports.render.markdown import to_markdown

        text = to_markdown(blocks)
    if out is None:
        click.echo(plain(text), nl=False)
    else:
        _write(out, text)


def _write(out: Path, content: str | bytes) -> None:
    write_output(out, content)
    click.echo(f"Wrote {one_line(str(out))}.", err=True)


@command.command("preview")
@click.argument("file", type=FILE)
@click.option("--article", metavar="FILE", type=FILE, help="The article to show, instead of the sample articles.")
def preview(file: Path, article: Path | None) -> int:
    """Open the labelling screen with a codebook file, as coders will see it. Nothing is kept."""
    import sys
    from tempfile import TemporaryDirectory

    from annotator.codebook.file import find_codebook

    codebook = find_codebook(file)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the preview needs a terminal; `annotator codebook document FILE` writes the codebook instead")
    from annotator.app.run import run
    from annotator.session import Session
    from annotator.store import Store

    with TemporaryDirectory(prefix="annotator-preview-") as folder:
        path = Path(folder) / "preview.db"
        with Store.create(path, codebook, _articles(article)) as store:
            greeting = f"Preview of {one_line(codebook.name)} {one_line(codebook.version)}: nothing is kept."
            return run(Session(store, "preview"), greeting)


def _articles(file: Path | None) -> list[Article]:
    """The articles of a preview."""
    if file is None:
        from annotator.ingest.sample_articles import sample_articles

        return sample_articles()
    from annotator.ingest import Read, Refusal, read_inputs

    found = []
    for read in read_inputs([file]):
        if isinstance(read, Refusal):
            raise UsageError(read.sentence)
        if isinstance(read, Read):
            found.append(read.article)
    return found


@command.command("history")
@json_option
@project_option
@pass_project
def history(project: Project, as_json: bool) -> None:
    """List every version the project has had, with what each changed and how many labels were made under it."""
    from annotator.store.changes.codebook_changes import CodebookChanges

    with project.open(read_only=True) as store:
        revisions = CodebookChanges(store).revisions()
        hides_counts = is_blind(store)
    if hides_counts:
        revisions = [one._replace(n_labels=None) for one in revisions]
    if as_json:
        click.echo(json_text([one._asdict() for one in revisions], indent=2))
        return
    for one in revisions:
        labels = "" if one.n_labels is None else f", {counted(one.n_labels, 'label')}"
        mark = ", in force" if one.is_in_force else ""
        click.echo(f"{plain(one.name)} {plain(one.version)} ({one.codebook_id}, {one.at[:16]}{labels}{mark})")
        for words in one.words:
            click.echo(f"  {one_line(words)}")


@command.command("diff")
@click.argument("file", type=FILE)
@click.argument("other", type=FILE, required=False)
@project_option
@pass_project
def diff(project: Project, file: Path, other: Path | None) -> None:
    """Show the changes from the project's codebook to a file, or from one file to another."""
    from annotator.codebook.diff import compare
    from annotator.codebook.file import load_codebook

    first = load_codebook(file) if other is not None else _project_codebook(project, None)
    found = compare(first, load_codebook(other or file))
    for step in found.steps:
        click.echo(one_line(step.words))
    for choice in found.choices:
        click.echo(f"undecided: {one_line(choice.sentence())}")
    if not found.steps and not found.choices:
        click.echo("No difference, except perhaps the version.", err=True)


@command.command("apply")
@click.argument("file", type=FILE)
@click.option("--rename", metavar="V/OLD=NEW", multiple=True, help="A category (V=NEW: a variable) has a new name.")
@click.option("--merge", metavar="V/A+B=C", multiple=True, help="Several categories became one.")
@click.option(
    "--split", metavar="V/A=B+C", multiple=True, help="One category became several; its labels become a work list."
)
@click.option(
    "--retire", metavar="V/A", multiple=True, help="A category (V: a variable) was removed without a successor."
)
@click.option("--recheck", metavar="V/A", multiple=True, help="Put all labels of a category (V: a variable) in doubt.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@coder_option
@new_coder_option
@project_option
@pass_project
def apply(
    project: Project,
    file: Path,
    rename: tuple[str, ...],
    merge: tuple[str, ...],
    split: tuple[str, ...],
    retire: tuple[str, ...],
    recheck: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    coder: str | None,
    new_coder: bool,
) -> None:
    """Replace the project's codebook by a file, and show the effect on the labels.

    Labels keep the version they were made under; renamed and merged categories are read by their new names. Labels that
    a change puts in doubt become a work list in the labelling screen. `annotator codebook undo` takes it back.
    """
    from annotator.codebook.diff import decision
    from annotator.codebook.file import load_codebook
    from annotator.store.changes.codebook_changes import CodebookChanges

    new = load_codebook(file)
    said: dict[Act, tuple[str, ...]] = {"rename": rename, "merge": merge, "split": split, "retire": retire}
    with project.open(read_only=dry_run) as store:
        old = store.codebooks.current()
        decisions = [decision(act, text, old, new) for act, texts in said.items() for text in texts]
        found = CodebookChanges(store).preview(new, decisions, recheck)
        _say(found, is_blind=is_blind(store, coder))
        if found.choices:
            n = len(found.choices)
            raise CodebookError(
                f"{n} decision{'s are' if n > 1 else ' is'} needed first, see above; nothing was changed"
            )
        if dry_run or not found.effects:
            click.echo("Nothing was changed." if dry_run else "Nothing to change.", err=True)
            return
        name = known_or_new(store, coder, is_new=new_coder) if coder else None
        if not yes:
            _ask(found)
        from annotator.cli.backup_report import say_removed
        from annotator.store.file.backup import back_up

        who = store.coder(name).id if name else store.program()
        say_removed(back_up(store.path, "before codebook change"))
        CodebookChanges(store).apply(found, who)
        wanted = "" if found.codebook.version == new.version else f" (the file still says {one_line(new.version)})"
        click.echo(
            f"The codebook is {one_line(found.codebook.name)} {one_line(found.codebook.version)} now{wanted}.", err=True
        )


@command.command("undo")
@coder_option
@new_coder_option
@yes_option
@project_option
@pass_project
def undo(project: Project, coder: str | None, new_coder: bool, yes: bool) -> None:
    """Undo the last change of the codebook that was made here (or by a coder, with --coder)."""
    from annotator.store.changes.codebook_changes import CodebookChanges

    with project.open() as store:
        caller(store, coder)
        coder = known_or_new(store, coder, is_new=new_coder) if coder else None
        ask("Undo the last change of the codebook?", yes=yes)
        undone = CodebookChanges(store).undo(store.coder(coder).id if coder else store.program(), by=caller(store))
        if undone is None:
            raise CodebookError("there is no change of the codebook to undo")
        if undone.n_kept:
            raise CodebookError(
                "the codebook was changed again since, perhaps in another file; undo that change first, or apply the"
                " codebook that shall hold with `annotator codebook apply`"
            )
        current = store.codebooks.current()
    click.echo(f"Undone: {one_line(undone.what)}. The codebook is {current.name} {current.version} again.", err=True)


def _project_codebook(project: Project, version: str | None) -> Codebook:
    with project.open(read_only=True) as store:
        if version is None:
            return store.codebooks.current()
        for codebook_id, _, named, _ in reversed(store.codebooks.versions()):
            if version in (codebook_id, named):
                return store.codebooks.version(codebook_id)
    raise UsageError(f"the project never had a codebook version {one_line(version)}")


def _say(found: Preview, *, is_blind: bool) -> None:
    """Show the effect of a change. In an open phase, hide the number of labels it touches."""
    for effect in found.effects:
        n_labels, n_doubts = (0, 0) if is_blind else (effect.n_labels, effect.n_doubts)
        labels = f"{counted(n_labels, 'label')}" if n_labels else ""
        doubts = f"{n_doubts} to decide again" if n_doubts else ""
        aside = ", ".join(filter(None, (labels, doubts)))
        click.echo(one_line(effect.step.words) + (f" ({aside})" if aside else ""))
    for choice in found.choices:
        click.echo(f"undecided: {one_line(choice.sentence())}")


def _ask(found: Preview) -> None:
    import sys

    if not sys.stdin.isatty():
        raise UsageError("add --yes to change the codebook without a question, or --dry-run to change nothing")
    click.confirm(f"Change the codebook to {one_line(found.codebook.version)}?", abort=True, err=True)
