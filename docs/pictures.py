"""Pictures of the running program for the manual, in light and dark.

Each scene opens the program, presses keys and takes the screen as an SVG that needs no other file.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

import pytest

from tests.app import steady

if TYPE_CHECKING:
    from annotator.app.keyed_app import KeyedApp
    from annotator.store import Store

ROOT = Path(__file__).resolve().parents[1]
SIZE = (116, 34)
"""Columns and lines of a picture."""

_NAMES = {" ": "space", "?": "question_mark"}

THEMES = {"": "textual-light", "-dark": "textual-dark"}
"""Ends of the names of pictures, with the theme of each."""

Open = Callable[["Store"], "KeyedApp"]


class Scene(NamedTuple):
    """A screen of the program.

    Attributes:
        project: Makes the project that it opens.
        open: The application.
        keys: What is pressed before the picture is taken.
    """

    project: Callable[[Path], None]
    open: Open
    keys: Sequence[str] = ()


# projects


def samples(path: Path) -> None:
    """The sample articles, which nobody has coded."""
    from annotator.codebook.file import default_codebook
    from annotator.ingest.sample_articles import sample_articles
    from annotator.store import Store

    Store.create(path, default_codebook(), sample_articles()).close()


def tutorial(path: Path) -> None:
    """The project of the tutorial, before anybody codes."""
    from annotator.cli import run

    page = _tutorial()
    with tempfile.TemporaryDirectory() as name:
        for file, text in re.findall(r'^```text title="([^"]+)"\n(.*?)^```', page, re.MULTILINE | re.DOTALL):
            there = Path(name, file)
            there.parent.mkdir(exist_ok=True)
            there.write_text(text, encoding="utf-8")
        with contextlib.chdir(name), _silence():
            run(["--project", str(path), "init", "--articles", "articles", "--targets", "targets.txt"])


def coded_tutorial(path: Path) -> None:
    """The project of the tutorial, coded by Maria and Jan with the keys that it prints."""
    from annotator.store import Store

    tutorial(path)
    maria, jan, *_ = re.findall(r"^```keys\n(.*?)^```", _tutorial(), re.MULTILINE | re.DOTALL)
    for coder, block in (("maria", maria), ("jan", jan)):
        lines = (line.partition("#")[0] for line in block.splitlines())
        keys = [key.lower() for line in lines for key in line.split()]
        with Store(path) as store:
            asyncio.run(_play(_label(coder)(store), [key for key in keys if key != "ctrl+q"], {}))


def _tutorial() -> str:
    return (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


# screens


def _label(coder: str) -> Open:
    def make(store: Store) -> KeyedApp:
        from annotator.app.app import AnnotatorApp
        from annotator.session import Session

        return AnnotatorApp(Session(store, coder, lambda: 0.0))

    return make


def _adjudication(store: Store) -> KeyedApp:
    from annotator.app.adjudication_app import AdjudicationApp

    return AdjudicationApp(store, "lead")


SCENES = {
    "coding": Scene(
        samples,
        _label("maria"),
        ("1", "n", "f", "t", "h", "enter", "1", "n", "c", "space", "d", "s", "w", *"Whose log?", "enter"),
    ),
    "help": Scene(samples, _label("maria"), ("?",)),
    "tutorial-coding": Scene(tutorial, _label("maria"), ("1", "s")),
    "disagreements": Scene(coded_tutorial, _label("maria"), ("D",)),
    "adjudication": Scene(coded_tutorial, _adjudication),
}
"""Every screen of which the manual has a picture, by the picture's name."""

REPORT = "agreement"
"""The picture of `annotator agreement` on the tutorial's project."""


def names() -> list[str]:
    """The names of all pictures, without `.svg`."""
    return [f"{scene}{end}" for scene in (*SCENES, REPORT) for end in THEMES]


def picture(name: str) -> str:
    """A picture as an SVG."""
    scene = name.removesuffix("-dark")
    return _taken(scene)[name.removeprefix(scene)]


@cache
def _taken(scene: str) -> dict[str, str]:
    """The pictures of a scene by the ends of their names."""
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"ANNOTATOR_CONFIG": folder}):
        path = Path(folder, "annotations.db")
        if scene == REPORT:
            path.write_bytes(_made(coded_tutorial))
            return _printed(path)
        path.write_bytes(_made(SCENES[scene].project))
        return _shown(path, SCENES[scene])


@cache
def _made(project: Callable[[Path], None]) -> bytes:
    """A project file, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "annotations.db")
        project(path)
        return path.read_bytes()


def _shown(path: Path, scene: Scene) -> dict[str, str]:
    """A screen in every theme."""
    from annotator.store import Store

    with Store(path) as store:
        return asyncio.run(_play(scene.open(store), scene.keys, THEMES))


async def _play(app: KeyedApp, keys: Sequence[str], themes: Mapping[str, str]) -> dict[str, str]:
    """Press keys, each when all that the key before it began is done; take the screen in every theme."""
    found = {}
    with pytest.MonkeyPatch.context() as patched:
        steady.install(patched)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press(*(_NAMES.get(key, key) for key in keys))
            for end, theme in themes.items():
                app.theme = theme
                app.clear_notifications()
                await pilot.pause()
                found[end] = _clean(app.export_screenshot(title="annotator"))
    return found


def _printed(path: Path) -> dict[str, str]:
    """The agreement report as a terminal shows it, in every theme."""
    from rich.console import Console
    from rich.terminal_theme import DEFAULT_TERMINAL_THEME, DIMMED_MONOKAI
    from rich.text import Text

    from annotator.cli import run

    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(io.StringIO()):
        run(["--project", str(path), "agreement"])
    lines = shown.getvalue().partition("\nWhat to do next")[0].splitlines()
    width = max(map(len, lines))
    found = {}
    for end, theme in {"": DEFAULT_TERMINAL_THEME, "-dark": DIMMED_MONOKAI}.items():
        console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor")
        console.print(Text.from_ansi("\n".join(lines)))
        found[end] = _clean(console.export_svg(title="annotator agreement", theme=theme))
    return found


def _clean(svg: str) -> str:
    """A picture without fonts from elsewhere and without what differs from run to run."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def words(svg: str) -> list[str]:
    """What a picture says, line by line, whatever its colours and coordinates."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for attributes, text in re.findall(r"<text ([^>]*)>(.*?)</text>", svg, flags=re.DOTALL):
        x, y = (re.search(rf'\b{name}="([\d.]+)"', attributes) for name in "xy")
        if x and y:
            lines.setdefault(float(y[1]), []).append((float(x[1]), html.unescape(text)))
    return [" ".join("".join(t for _, t in sorted(parts)).split()) for _, parts in sorted(lines.items())]
