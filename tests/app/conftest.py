"""The screen under Pilot: an app on a project, the text it shows, and the database behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.pilot import Pilot

from annotator.app.app import AnnotatorApp
from annotator.app.colours import LEAST_CONTRAST, contrast
from annotator.session import Session
from annotator.store import Store
from tests.app.steady import until
from tests.conftest import MakeProject
from tests.session.conftest import Database

TEXT = (
    "Pier vote splits Langavik\n"
    "\n"
    "Ada Stone, the harbour minister, said on Monday that the pier must be rebuilt. "
    "“We shall pay for it,” she said. Critics doubt the price.\n"
    "Bo Reed of the fishing union called the plan “a gift to the hotels.” He wants a vote.\n"
    "READ MORE\n"
    "The pier was built in 1904, in the year of the great storm, and has been mended eleven times since then.\n"
    "“Nobody asked us,” said a fisherman who did not want to be named.\n"
)
"""An invented article with a headline, two speakers, furniture and a source without a name."""

SIZES = [(120, 36), (80, 24)]

Start = Callable[..., AnnotatorApp]


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """A project with the small article and the default codebook."""
    return make_project(TEXT)


@pytest.fixture
def database(project: Store) -> Database:
    return Database(project.path)


@pytest.fixture
def app(project: Store) -> AnnotatorApp:
    """The app for the coder a, whose clock stands still."""
    return AnnotatorApp(Session(project, "a", lambda: 0.0))


def shown(app: AnnotatorApp) -> str:
    """What stands on the screen, a line a line."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()[:height]
    return "\n".join(strip.crop(0, width).text.rstrip() for strip in lines)


async def keys(pilot: Pilot[None], *pressed: str) -> None:
    """Press keys, named as Textual names them, and wait until the screen is still."""
    await pilot.press(*pressed)


async def resize(pilot: Pilot[None], width: int, height: int) -> None:
    """Give the window another size, and wait until the screen has it."""
    await pilot.resize_terminal(width, height)
    await until(pilot, lambda: pilot.app.screen.size == (width, height))


def seeds() -> Path:
    """The sample articles."""
    return Path(__file__).resolve().parents[2] / "seeds"


def of_style(style: Style) -> float:
    """The contrast of a text's colour with what is behind it."""
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


def pale_words(app: App[None]) -> dict[str, float]:
    """The words on the screen that cannot be read, with their contrast."""
    found: dict[str, float] = {}
    strips = app.screen._compositor.render_strips()
    # Beside a box the screen below is dimmed on purpose.
    # What holds the palette has no size of its own.
    parts = [*app.screen.children, *app.screen.query("CommandInput, CommandList")]
    for part in parts:
        x, y, width, height = part.region
        for strip in strips[y : y + height] if part.display else []:
            for words, style, _ in strip.crop(x, x + width):
                if style is not None and any(map(str.isalnum, words)) and of_style(style) < LEAST_CONTRAST:
                    found[words.strip()] = round(of_style(style), 2)
    return found
