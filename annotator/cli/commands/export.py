"""`annotator export`: write articles and codings for other tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.blindness import allowed, refuse_blind, unblind_option
from annotator.cli.options import Project, pass_project, project_option
from annotator.errors import UsageError
from annotator.export import FORMATS
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.export.formats.matrix import Matrix
    from annotator.records import Selection
    from annotator.store import Store

    Progress = Callable[[str, int, int], None]

DEFAULT_FOLDER = "exports"
_COMPARED = ("matrix", "soft")
"""Formats of the labels that agreement compares."""

_TABLE = "\b\nFormats:\n" + "\n".join(f"  {name:<14}{format_.line}" for name, format_ in FORMATS.items())


@click.command("export", epilog=_TABLE)
@click.argument("format_", metavar="FORMAT", type=click.Choice(list(FORMATS)), required=False)
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, help="Where to.")
@click.option("--coder", "coders", metavar="NAME", multiple=True, help="Only this coder's work; can be repeated.")
@click.option("--article", "articles", metavar="ID", multiple=True, help="Only this article, by id or name.")
@click.option("--role", "roles", metavar="ROLE", multiple=True, help="Only paragraphs of this role.")
@click.option("--phase", "phases", metavar="PHASE", multiple=True, help="Only codings of this phase.")
@click.option(
    "--codebook-version",
    "versions",
    metavar="V",
    multiple=True,
    help="Only statements made under this codebook version.",
)
@click.option(
    "--layer",
    type=click.Choice(["individual", "gold", "aggregate"]),
    default="individual",
    help="The coders' own codings, the adjudicated ones, or the aggregated ones.",
)
@click.option(
    "--target",
    metavar="NAME",
    help="For dna and network: the variable that says what statements are about (`target`).",
)
@click.option("--with-metadata", is_flag=True, help="For tables: the article's title, date and metadata in every row.")
@click.option("--without-texts", is_flag=True, help="For tables and archive: leave out the articles' words.")
@click.option("--licence", metavar="NAME", help="For archive: an SPDX name such as CC-BY-4.0, an address, or a text.")
@click.option("--zip", "packed", is_flag=True, help="For archive: write one file, archive.zip.")
@unblind_option
@project_option
@pass_project
def command(
    project: Project,
    format_: str | None,
    out: Path,
    coders: tuple[str, ...],
    articles: tuple[str, ...],
    roles: tuple[str, ...],
    phases: tuple[str, ...],
    versions: tuple[str, ...],
    layer: Any,
    target: str | None,
    with_metadata: bool,
    without_texts: bool,
    licence: str | None,
    packed: bool,
    unblind: bool,
) -> None:
    """Write the project's articles and codings into a folder (exports/).

    The same project gives the same bytes. Losses of a format are listed here and in the manifest beside the files.
    """
    from annotator.cli.progress import progress
    from annotator.export import checked, write
    from annotator.export.folder import Folder
    from annotator.records import Selection
    from annotator.store.changes.aggregation import Aggregations
    from annotator.store.tables.removed_articles import n_removed

    if format_ is None:
        click.echo(_TABLE.removeprefix("\b\n"), err=True)
        raise UsageError("name a format: annotator export FORMAT")
    selection = Selection(coders, articles, roles, phases, versions, layer)
    if format_ in _COMPARED and (versions or layer != "individual"):
        raise UsageError(f"{format_} holds the labels that agreement counts; leave out --codebook-version and --layer")
    options = {
        "target": target,
        "metadata": with_metadata,
        "without_texts": without_texts,
        "licence": licence,
        "packed": packed,
    }
    checked(format_, [option for option, value in options.items() if value])
    if coders and layer == "aggregate":
        raise UsageError("--coder does not apply to the aggregated layer; choose its coders with `annotator aggregate`")
    with project.open(read_only=True) as store, progress() as report, Folder(out) as folder:
        chosen = _seen(store, selection, format_, unblind=unblind)
        with store.connection.read():  # one snapshot for the figures, the files and what is newer
            if format_ in _COMPARED:
                chosen = _compared(store, chosen)
            more = _more(store, chosen, format_)
            with store.records(chosen, report, "human" if format_ == "soft" else "all") as source:
                if format_ == "soft":
                    from annotator.reports.differences.soft_labels import soft_labels  # numpy, which few formats need

                    more = {"rows": soft_labels(source)}
                write(format_, source, folder, **more, **options)
            newer = Aggregations(store).n_steps_since() if layer == "aggregate" else 0
            n_left_out = n_removed(store.connection)
    if source.aggregation is not None:
        _tell_layer(source.aggregation, newer)
    for name, written in folder.files.items():
        rows = "" if written.rows is None else f": {written.rows} row{'' if written.rows == 1 else 's'}"
        click.echo(f"{one_line(str(out / name))}{rows}", err=True)
    if n_left_out:
        n = counted(n_left_out, "article")
        click.echo(f"not in {format_}: {n} removed from the project (`annotator remove --list`)", err=True)
    for loss in folder.losses:
        click.echo(f"not in {format_}: {loss}", err=True)


def _tell_layer(run: Mapping[str, Any], n_newer: int) -> None:
    """Say how the aggregated layer was made, what is left out, and what is newer."""
    n, how = run["n_statements"], f"by {run['method']} for {one_line(run['made_by'])} on {run['made_at'][:10]}"
    click.echo(
        f"aggregated {how}: {counted(n['present'], 'statement')} found; left out: {n['absent']} not found,"
        f" {n['tied']} without a winner",
        err=True,
    )
    if n_newer:
        click.echo(
            f"newer than the layer: {counted(n_newer, 'step')} of coding; run `annotator aggregate` again", err=True
        )


def _compared(store: Store, selection: Selection) -> Selection:
    """The part of the selection that agreement counts."""
    from annotator.store.changes.assignment_plan import AssignmentPlan  # plans, which no other format needs

    return AssignmentPlan(store).without_training(replace(selection, outside=False))


def _more(store: Store, selection: Selection, format_: str) -> dict[str, Any]:
    """What a format needs besides the records; it is computed before they are read."""
    if format_ == "matrix":
        return {"matrices": _matrices(store, selection)}
    if format_ == "parquet" and selection.layer == "individual" and not selection.codebook_versions:
        return {"matrices": _matrices(store, _compared(store, selection))}
    if format_ == "archive":
        from annotator.reports.archive_parts import archive_parts  # numpy and reports, which no other format needs

        return {"parts": archive_parts(store, selection)}
    return {}


def _seen(store: Store, selection: Selection, format_: str, *, unblind: bool) -> Selection:
    """The part of the selection that the caller may see."""
    if selection.layer != "individual" or format_ == "archive":
        refuse_blind(store, selection.phases, unblind=unblind)
        return selection
    return replace(selection, coders=allowed(store, selection.coders, selection.phases, unblind=unblind))


def _matrices(store: Store, selection: Selection) -> Iterator[Matrix]:
    """The reliability data, one matrix for each variable; they are read at once and made one at a time."""
    # numpy and the coefficients, which no other format needs
    from annotator.agreement import krippendorff_alpha
    from annotator.export.formats.matrix import Matrix
    from annotator.reports.project import compared_labels
    from annotator.reports.render.csv_figures import label_text, unit_text

    return (
        Matrix(
            f"{measure.part}s-{measure.name}",
            data.level,
            [label_text(category) for category in data.categories],
            [unit_text(unit, places) for unit in data.units],
            [str(coder) for coder in data.coders],
            list(zip(data.unit.tolist(), data.coder.tolist(), data.category.tolist(), strict=True)),
            krippendorff_alpha(data).value,
        )
        for measure, data, places in compared_labels(store, selection)
    )
