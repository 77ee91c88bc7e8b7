"""The screen where colours are not wanted."""

from __future__ import annotations

import pytest

from annotator.app.app import AnnotatorApp
from annotator.app.colours import palette_of
from annotator.app.widgets.form_panel import FormPanel
from annotator.session import Session
from annotator.store import Store


async def test_without_colours_keys_are_as_bright_as_the_text(project: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = AnnotatorApp(Session(project, "a", lambda: 0.0))
    async with app.run_test(size=(120, 36)):
        palette = palette_of(app.screen.query_one(FormPanel))

        for name in ("key", "here", "open", "good", "warning"):
            assert palette[name].color == palette["plain"].color
            assert palette[name].bold
