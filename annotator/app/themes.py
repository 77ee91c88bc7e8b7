"""Additional themes: high contrast, and safe for colour-blind readers."""

from __future__ import annotations

from textual.theme import Theme

HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffffff",
    warning="#ffa500",
    error="#ff6060",
    success="#00ff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000080",
    dark=True,
)

# The palette of Okabe and Ito (2008), told apart by people with any common colour vision.
COLOUR_BLIND_SAFE = Theme(
    name="colour-blind-safe",
    primary="#56b4e9",
    secondary="#cc79a7",
    accent="#f0e442",
    warning="#e69f00",
    error="#d55e00",
    success="#0072b2",
    foreground="#f2f2f2",
    background="#121212",
    surface="#1c1c1c",
    panel="#2a2a2a",
    dark=True,
)

OWN = (HIGH_CONTRAST, COLOUR_BLIND_SAFE)

OFFERED = {
    "dark": "textual-dark",
    "light": "textual-light",
    "high contrast": HIGH_CONTRAST.name,
    "colour-blind safe": COLOUR_BLIND_SAFE.name,
    "the terminal's own colours": "ansi-dark",
}
"""What the themes are called in the command palette."""
