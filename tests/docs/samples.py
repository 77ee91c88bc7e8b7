"""Samples of data on a page, compared with what the program writes."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML

from annotator.codebook.model import Category, Variable
from tests.docs.transcript import ANYTHING

PARTS: dict[str, type[BaseModel]] = {"categories": Category, "variables": Variable}
"""Lists of a codebook of which a page may show a part, with the model of one."""


_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def check(language: str, sample: str, path: Path) -> None:
    """Compare a sample with a file: the same keys in the same order, values of the same kind.

    A value or key `…` stands for any. Of several records the first of the file counts.

    Raises:
        AssertionError: They differ, or the file is missing or empty.
    """
    assert path.exists(), f"the commands of the page make no {path.name}"
    shown, real = LANGUAGES[language](sample), LANGUAGES[language](path.read_text(encoding="utf-8"))
    assert shown, "the sample is empty"
    assert real, f"{path.name} is empty"
    for one in shown:
        differs = _difference(one, real[0], "")
        assert not differs, f"the sample is not as {path.name}: {differs}"


def check_part(part: str, sample: str) -> None:
    """Check each entry of a part of a codebook: `categories` or `variables`.

    Raises:
        ValidationError: An entry is not one of a codebook.
    """
    entries = YAML(typ="safe").load(sample)
    assert isinstance(entries, list), "a list of entries that begin with `- `"
    for entry in entries:
        PARTS[part].model_validate(entry)


def _difference(shown: Any, real: Any, where: str) -> str:
    """How a sample's value differs from the real one; nothing if it does not."""
    if shown == ANYTHING or shown is None or real is None:
        return ""
    if isinstance(shown, dict) and isinstance(real, dict):
        keys = [key for key in shown if key != ANYTHING]
        if (set(keys) - set(real)) if ANYTHING in shown else keys != list(real):
            return f"{where or 'it'} has the keys {', '.join(keys)}; the program writes {', '.join(real)}"
        return next(filter(None, (_difference(shown[key], real[key], f"{where}.{key}") for key in keys)), "")
    if isinstance(shown, list) and isinstance(real, list):
        return next(filter(None, (_difference(one, real[0], f"{where}[]") for one in shown if real)), "")
    if _kind(shown) is not _kind(real):
        return f"{where} is {shown!r}; the program writes {real!r}"
    if isinstance(real, str) and _TIME.fullmatch(real) and _shape(shown) != _shape(real):
        return f"{where} is the time {shown}; the program writes times as {real}"
    return ""


def _shape(time: str) -> str:
    return re.sub(r"\d", "0", time)


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _json(text: str) -> list[Any]:
    """One document, or one a line."""
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def _csv(text: str) -> list[Any]:
    """The names of the columns, as one record."""
    return [dict.fromkeys(next(csv.reader(io.StringIO(text.removeprefix("\ufeff")))))]


def _toml(text: str) -> list[Any]:
    return [tomllib.loads(text)]


def _yaml(text: str) -> list[Any]:
    return [YAML(typ="safe").load(text)]


LANGUAGES: dict[str, Callable[[str], list[Any]]] = {
    "csv": _csv,
    "json": _json,
    "jsonl": _json,
    "toml": _toml,
    "yaml": _yaml,
}
"""Languages of samples, with their readers: a list of records."""
