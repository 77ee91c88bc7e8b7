"""JSON output of commands: any script readable, terminal control characters escaped."""

from __future__ import annotations

import json
from typing import Any

from annotator.text.terminal_text import plain

_ESCAPES = {
    code: f"\\u{code:04x}"
    for first, last in ((0x7F, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x2000, 0x206F), (0xFEFF, 0xFEFF))
    for code in range(first, last + 1)
    if plain(chr(code)) != chr(code)
}
"""JSON itself escapes only what lies below the blank."""


def json_text(value: Any, *, indent: int | None = None) -> str:
    """A value as JSON that reads back as the same value and moves no terminal.

    Raises:
        ValueError: A number is not finite.
    """
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False).translate(_ESCAPES)
