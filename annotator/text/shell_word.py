"""A name as one word of a command line, on every system."""

from __future__ import annotations

import re


def shell_word(text: str) -> str:
    """The name, in quotation marks where it needs them."""
    return text if re.fullmatch(r"[\w.-]+", text) else f'"{text}"'
