"""Exports that the programs they are made for load; a program that is not installed skips its tests, but not in CI."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from annotator.export import write
from annotator.export.folder import Folder
from annotator.records import Selection
from annotator.store import Store

Export = Callable[..., Path]


def consumer(name: str) -> ModuleType | Any:
    """The module of a program that reads exports, from the dependency group `consumers`."""
    if os.environ.get("CI"):
        return importlib.import_module(name)
    return pytest.importorskip(name, reason="not installed: uv sync --group consumers")


@pytest.fixture
def export(project: Path, tmp_path: Path) -> Export:
    """Export a project into a folder of its own."""

    def export(format_: str, from_: Path = project, **filters: Any) -> Path:
        out = tmp_path / "-".join([format_, *filters, "out"])
        with Store(from_) as store, store.records(Selection(**filters)) as source, Folder(out) as folder:
            write(format_, source, folder)
        return out

    return export
