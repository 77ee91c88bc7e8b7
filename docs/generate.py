"""Writes what is generated from the program: the keys, the commands, the schemas and the pictures.

`python docs/generate.py` writes the files; with `--check` it only says which of them are out of date.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # as a script it finds only what lies beside it

from docs import pictures  # noqa: E402

WIDTH = 88
BEGIN, END = "<!-- keys: written by `make generate` -->", "<!-- keys: end -->"
BEGIN_SOURCES, END_SOURCES = "<!-- sources: written by `make generate` -->", "<!-- sources: end -->"


@dataclass(frozen=True)
class Generated:
    """A file that is written from the program.

    Attributes:
        name: Its path in the checkout.
        write: Its text as it should be.
        told: What of a text counts when two are compared; versions of libraries may change the rest.
    """

    name: str
    write: Callable[[], str]
    told: Callable[[str], object]

    def is_up_to_date(self) -> bool:
        """Whether the committed file says what the program says."""
        path = ROOT / self.name
        return path.exists() and self.told(path.read_text(encoding="utf-8")) == self.told(self.write())


# the keys


def readme() -> str:
    """The README with the table of keys as it is now."""
    from annotator.codebook.file import default_codebook
    from annotator.session.keys.key_sheet import markdown_table

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{markdown_table(default_codebook())}\n{END}{after}"


# the commands


def commands() -> str:
    """The page of all commands, made of their `--help`."""
    page = [
        "# The commands",
        "",
        "Written by `make generate` from the program's own `--help`. Data go to standard output, talk to standard error"
        ". The exit code is 0 only when all that was asked for was done, 2 for wrong usage, 1 for anything refused.",
        "",
        "| command | what |",
        "|---|---|",
    ]
    found = list(_every_command())
    page += [f"| [`{name}`](#{_anchor(name)}) | {command.get_short_help_str(120)} |" for name, command, _ in found]
    for name, _, context in found:
        page += ["", f"## `{name}`", "", "```text", context.get_help().rstrip(), "```"]
    return "\n".join(page) + "\n"


def _every_command() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command by its words, groups before what is in them."""
    from annotator.cli import group

    def down(
        name: str, command: click.Command, parent: click.Context | None
    ) -> Iterator[tuple[str, click.Command, click.Context]]:
        context = click.Context(
            command,
            info_name=name.rsplit(maxsplit=1)[-1],
            parent=parent,
            terminal_width=WIDTH,
            max_content_width=WIDTH,
            help_option_names=["-h", "--help"],
        )
        yield name, command, context
        if isinstance(command, click.Group):
            for sub in command.list_commands(context):
                found = command.get_command(context, sub)
                if found is not None:
                    yield from down(f"{name} {sub}", found, context)

    return down("annotator", group, None)


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


# the inputs


def inputs() -> str:
    """The page on inputs with the tables of sources as they are now."""
    from annotator.ingest.sources import KINDS, sources

    text = (ROOT / "docs/inputs.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN_SOURCES)
    _, _, after = rest.partition(END_SOURCES)
    rows = ["| source | files | recognised by | one article is | note |", "|---|---|---|---|---|"]
    for source in sorted((one for kind in KINDS for one in sources(kind)), key=lambda one: one.name.casefold()):
        cells = (source.name, source.files, source.recognised_by, source.article, source.note)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return f"{before}{BEGIN_SOURCES}\n{chr(10).join(rows)}\n{END_SOURCES}{after}"


# the schemas


def schema(name: str) -> str:
    """A JSON Schema from its model."""
    from annotator.codebook.model import json_schema
    from annotator.export import json_schemas as schemas

    if name == "codebook.schema.json":
        return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    return schemas.documents()[name]


def _schemas() -> list[str]:
    from annotator.export import json_schemas as schemas

    return ["codebook.schema.json", *schemas.documents()]


FILES: list[Generated] = [
    Generated("README.md", readme, str),
    Generated("docs/cli.md", commands, str.split),
    Generated("docs/inputs.md", inputs, str),
    *(
        Generated(f"docs/pictures/{one}.svg", partial(pictures.picture, one), pictures.words)
        for one in pictures.names()
    ),
    *(Generated(f"schemas/{name}", partial(schema, name), json.loads) for name in _schemas()),
]


def main() -> int:
    """Write every file, or say which are out of date."""
    parser = argparse.ArgumentParser(description="Write what is generated from the program.")
    parser.add_argument("--check", action="store_true", help="only say which files are out of date")
    is_checking = parser.parse_args().check
    late = [one for one in FILES if not one.is_up_to_date()]
    for one in late:
        if is_checking:
            print(f"{one.name} is not what the program says: `make generate` writes it", file=sys.stderr)
        else:
            path = ROOT / one.name
            path.parent.mkdir(exist_ok=True)
            path.write_text(one.write(), encoding="utf-8")
            print(f"wrote {one.name}")
    return 1 if late and is_checking else 0


if __name__ == "__main__":
    sys.exit(main())
