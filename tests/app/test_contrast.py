"""Text of every theme can be read: its contrast with what is behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from annotator.app.app import AnnotatorApp
from annotator.app.colours import LEAST_CONTRAST, Palette, contrast, ink_variables
from annotator.app.themes import OFFERED, OWN
from tests.app.conftest import keys, of_style, pale_words

THEMES = {name: theme for name, theme in {**BUILTIN_THEMES, **{own.name: own for own in OWN}}.items() if not theme.ansi}
STYLES = tuple(
    "plain near faint weak title strong value chosen evidence other number key here open good warning".split()
)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast(Color.parse("#ffffff"), Color.parse("#000000")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)
    assert contrast(Color.parse("#102030"), Color.parse("#102030")) == 1


@pytest.mark.parametrize("theme", [name for name in OFFERED.values() if name in THEMES])
@pytest.mark.parametrize("behind", ["background", "surface", "panel"])
def test_text_of_every_theme_can_be_read(theme: str, behind: str) -> None:
    variables = THEMES[theme].to_color_system().generate()
    background = Color.parse(variables[behind])
    palette = Palette(variables, background, is_ansi=False)

    pale = {name: round(of_style(palette[name]), 2) for name in STYLES if of_style(palette[name]) < LEAST_CONTRAST}
    assert not pale

    muted = background.blend(background.get_contrast_text(1.0), 0.6)
    assert contrast(muted, background) >= LEAST_CONTRAST, "what style sheets call $text-muted"

    spoken = {name: Color.parse(colour) for name, colour in ink_variables(variables).items()}
    assert not {name: colour.hex for name, colour in spoken.items() if contrast(colour, background) < LEAST_CONTRAST}


@pytest.mark.slow
@pytest.mark.parametrize("theme", [name for name in OFFERED.values() if name in THEMES])
async def test_every_word_of_the_screen_and_its_boxes_can_be_read(app: AnnotatorApp, theme: str) -> None:
    async with app.run_test(size=(120, 90)) as pilot:
        app.use(replace(app.settings, theme=theme))
        await keys(pilot, "j", "1", "o", "r")
        assert not pale_words(app)
        for opens in ("slash", "w", "S", "F", "H", "ctrl+p"):
            await keys(pilot, opens)
            assert not pale_words(app), opens
            await keys(pilot, "escape")
        await keys(pilot, "question_mark")
        for _ in range(9):
            assert not pale_words(app)
            await keys(pilot, "pagedown")
        await keys(pilot, "slash")
        assert not pale_words(app), "what stands in an empty line"
        await keys(pilot, *"accus", "enter")
        assert not pale_words(app)
