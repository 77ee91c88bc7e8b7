"""Encode label values and other JSON for a column, and decode them."""

from __future__ import annotations

import json
from typing import Any

Value = Any
"""A JSON value, or None where there is no such record."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def dumps(value: Any) -> str:
    """JSON that is the same text for the same value."""
    return _ENCODER.encode(value)


def stored(value: Any) -> Any:
    """A label's value as its column holds it: a set as a JSON list, everything else as it is.

    A text that would be taken for one of these when it is read back is stored as a JSON string.
    """
    if isinstance(value, list):
        return dumps(value)
    return dumps(value) if isinstance(value, str) and loaded(value) != value else value


def loaded(value: Any) -> Any:
    """A label's value as the program knows it; the opposite of `stored`."""
    if not isinstance(value, str) or value[:1] + value[-1:] not in ("[]", '""'):
        return value
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return value
    if isinstance(parsed, list):
        return parsed
    return parsed if isinstance(parsed, str) and loaded(parsed) != parsed else value
