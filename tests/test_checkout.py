"""Tests and benchmarks stay in the checkout, and the commands that its pages show exist."""

from __future__ import annotations

import ast
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from annotator.cli import group
from tests.conftest import ROOT

PAGES = ("README.md", "CONTRIBUTING.md", "benchmarks/README.md")


def outside(source: str, file: Path) -> list[str]:
    """The expressions of a Python file that name a path outside the checkout."""
    tree = ast.parse(source)
    names = {"ROOT": ROOT}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = _path(node.value, file, names)
            if value is not None:
                names[node.targets[0].id] = value
    paths = ((node, _path(node, file, names)) for node in ast.walk(tree) if isinstance(node, ast.expr))
    return [ast.unparse(node) for node, path in paths if path is not None and not path.is_relative_to(ROOT)]


def _path(node: ast.expr, file: Path, names: dict[str, Path]) -> Path | None:
    """The path that an expression names, as far as it can be known without running it."""

    def inner(node: ast.expr) -> Path | None:
        return _path(node, file, names)

    match node:
        case ast.Name(id="__file__"):
            return file
        case ast.Name(id=name):
            return names.get(name)
        case ast.Call(func=ast.Name(id="Path"), args=[ast.Constant(value=str(text))]) if not text.startswith("/"):
            return Path(os.path.normpath(ROOT / text))
        case ast.Call(func=ast.Name(id="Path"), args=[argument]):
            return inner(argument)
        case ast.Call(func=ast.Attribute(value=before, attr="resolve" | "absolute")):
            return inner(before)
        case ast.Attribute(value=before, attr="parent"):
            path = inner(before)
            return path and path.parent
        case ast.Subscript(value=ast.Attribute(value=before, attr="parents"), slice=ast.Constant(value=int(n))):
            path = inner(before)
            return path and Path(os.path.normpath(path / "/".join([".."] * (n + 1))))
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant(value=str(text))):
            path = inner(left)
            return path and Path(os.path.normpath(path / text))
    return None


@pytest.mark.parametrize("folder", ["tests", "benchmarks", "docs"])
def test_no_python_file_there_names_a_path_outside_the_checkout(folder: str) -> None:
    files = list((ROOT / folder).rglob("*.py"))

    assert files
    assert {str(file): found for file in files if (found := outside(file.read_text(encoding="utf-8"), file))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "Path(__file__).parents[2] / 'articles'",
        "Path(__file__).resolve().parent.parent.parent",
        "HERE = Path(__file__).parent\nDATA = HERE.parents[1]",
        "from tests.conftest import ROOT\nROOT.parent",
        "ROOT / '../articles'",
        "Path('../articles')",
    ],
)
def test_a_path_outside_the_checkout_would_be_found(source: str) -> None:
    assert outside(source, ROOT / "tests" / "test_some.py") != []


def commands() -> Iterator[str]:
    """Every command line of the pages."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        shown = re.findall(r"^ *\$ (.+)$", text, re.MULTILINE) + re.findall(r"`(uv run [^`\n]+|make \w+)`", text)
        for line in shown:
            yield from (part.strip() for part in line.split("&&"))


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_a_command_that_a_page_shows_exists(line: str) -> None:
    words = shlex.split(re.sub(r"^uv run (--(?:extra|group) \w+ )?", "", line), comments=True)

    match words:
        case ["annotator", *arguments]:
            _parse(arguments)
        case ["python", "-m", module, *_]:
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file()
        case ["make", target]:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        case [program, *_]:
            assert program in ("pytest", "pip", "uv")


def _parse(arguments: list[str]) -> None:
    """Let click read a command line without running it; an unknown command or option raises."""
    command: click.Command = group
    context = click.Context(command, **command.context_settings)
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name, found, arguments = command.resolve_command(context, arguments)
        assert found is not None, name
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.make_parser(context).parse_args(list(arguments))
