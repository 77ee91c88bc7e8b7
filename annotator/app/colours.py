"""Text styles of the widgets, derived from the current theme.

Style sheets set the colours of whole widgets; the many small parts of a line are looked up here, once a theme, because
resolving each as a style-sheet rule costs a tenth of the time to the first frame.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

_COLOURS: dict[str, tuple[str, float]] = {
    # name: the theme's colour, and how much of it is mixed into the background
    "plain": ("foreground", 1.0),
    "near": ("foreground", 0.75),
    "faint": ("foreground", 0.6),
    "weak": ("foreground", 0.65),
    "title": ("foreground", 0.75),
    "strong": ("foreground", 1.0),
    "value": ("foreground", 1.0),
    "chosen": ("foreground", 1.0),
    "evidence": ("foreground", 1.0),
    "other": ("foreground", 1.0),
    "number": ("primary", 1.0),
    "key": ("primary", 1.0),
    "here": ("primary", 1.0),
    "open": ("accent", 1.0),
    "good": ("success", 1.0),
    "warning": ("warning", 1.0),
}
_BEHIND: dict[str, tuple[str, float]] = {"chosen": ("success", 0.35), "evidence": ("primary", 0.35)}
_BOLD = frozenset({"strong", "value", "chosen", "evidence", "key", "here", "number", "open", "good", "warning"})
_ITALIC = frozenset({"faint"})
_UNDERLINED = frozenset({"other", "evidence"})
LEAST_CONTRAST = 4.5
"""Contrast of text with what is behind it, at the least (Web Content Accessibility Guidelines 2.2, 1.4.3, level AA)."""

_DIM = frozenset({"faint", "weak", "near"})


class Palette:
    """The styles of one theme on one background, named by their use."""

    def __init__(self, variables: Mapping[str, str], background: Color, *, is_ansi: bool) -> None:
        make = self._ansi if is_ansi else self._blended
        self._styles = {name: make(name, variables, background) for name in _COLOURS}
        self._styles["base"] = self._styles["plain"]

    def __getitem__(self, name: str) -> Style:
        return self._styles[name]

    @staticmethod
    def _blended(name: str, variables: Mapping[str, str], background: Color) -> Style:
        source, share = _COLOURS[name]
        behind = background
        if name in _BEHIND:
            tint, strength = _BEHIND[name]
            behind = background.blend(Color.parse(variables[tint]), strength)
        colour = background.blend(Color.parse(variables[source]), share)
        return Style(
            color=readable(colour, behind, Color.parse(variables["foreground"])).rich_color,
            bgcolor=behind.rich_color,
            bold=name in _BOLD,
            italic=name in _ITALIC,
            underline=name in _UNDERLINED,
        )

    @staticmethod
    def _ansi(name: str, variables: Mapping[str, str], _background: Color) -> Style:
        """Styles for the terminal's own colours, which cannot be mixed: reverse for marks, dim for weak text."""
        colour = variables[_COLOURS[name][0]].removeprefix("ansi_")
        return Style(
            color="default" if name in _BEHIND else colour,
            bgcolor="default",
            bold=name in _BOLD,
            dim=name in _DIM,
            italic=name in _ITALIC,
            underline=name in _UNDERLINED,
            reverse=name in _BEHIND,
        )


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours, from 1 to 21 (Web Content Accessibility Guidelines 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(colour: Color, behind: Color, foreground: Color) -> Color:
    """A colour with so much of the foreground in it that text can be read on what is behind it."""
    shades = (colour.blend(foreground, share / 20) for share in range(20))
    return next((shade for shade in shades if contrast(shade, behind) >= LEAST_CONTRAST), foreground)


def ink_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Colours of a theme as text of dialogs, by names such as `ink-warning`; as given where they cannot be mixed.

    Each can be read on every background that the style sheets use.
    """
    found = {name: variables[name] for name in _INKS}
    behind = [variables[name] for name in _GROUNDS]
    if not any(colour.startswith("ansi_") for colour in [*found.values(), *behind]):
        foreground = Color.parse(variables["foreground"])
        for ground in map(Color.parse, behind):
            found = {name: readable(Color.parse(one), ground, foreground).hex for name, one in found.items()}
    return {f"ink-{name}": colour for name, colour in found.items()}


class ReadableTheme:
    """Part of an application, before Textual's own: gives style sheets and texts `$ink-warning` and the like."""

    theme_variables: dict[str, str]

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables, and its colours as text of dialogs."""
        variables: dict[str, str] = super().get_css_variables()  # type: ignore[misc]
        self.theme_variables = variables | ink_variables(variables)
        return self.theme_variables


_INKS = ("primary", "accent", "success", "warning")
_GROUNDS = ("background", "surface", "panel")


def palette_of(widget: Widget) -> Palette:
    """The palette of a widget: its theme on its background."""
    theme = widget.app.current_theme
    background = widget.background_colors[1]
    known = (theme.name, background, widget.app.no_color)
    if known not in _MADE:
        variables = dict(widget.app.theme_variables)
        if widget.app.no_color:
            # As greys the theme's colours would be fainter than the text that they are to lift out.
            variables |= dict.fromkeys(("primary", "accent", "success", "warning"), variables["foreground"])
        _MADE[known] = Palette(variables, background, is_ansi=theme.ansi)
    return _MADE[known]


_MADE: dict[tuple[str, Color, bool], Palette] = {}
