"""`annotator codebook`: check codebooks, and write the JSON Schema that describes them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from annotator.errors import CodebookError


@click.group("codebook")
def command() -> None:
    """Check codebooks and write their JSON Schema."""


@command.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Report every fault of codebook files at once, each with its line; exit code 1 if there is one."""
    from annotator.codebook_file import load_codebook

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
            click.echo(f"{codebook.name} {codebook.version}: {n} variable{'s' * (n != 1)}, no fault", err=True)
    if n_faults:
        raise CodebookError(f"{n_faults} fault{'s' * (n_faults != 1)} found")


@command.command("schema")
def schema() -> None:
    """Write the JSON Schema of codebooks, for editors that complete and check them."""
    from annotator.codebook import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
