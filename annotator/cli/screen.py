"""Whether a screen can be shown: on a terminal, or in the browser that `annotator serve` answers."""

from __future__ import annotations

import os
import sys

BROWSER = "textual.drivers.web_driver:WebDriver"
"""Textual's driver that speaks with a browser. `annotator serve` names it in TEXTUAL_DRIVER."""


def has_screen() -> bool:
    """Whether there is a terminal at both ends, or a browser."""
    return os.environ.get("TEXTUAL_DRIVER") == BROWSER or (sys.stdin.isatty() and sys.stdout.isatty())
