"""A project with some work in it, for each fault."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from annotator.codebook.file import default_codebook
from annotator.codebook.model import Codebook
from annotator.store import Store
from tests.conftest import read_articles
from tests.store.work import CODEBOOK, SHARED, WORK, act


def worked(path: Path, n_acts: int = 120, codebook: Codebook = CODEBOOK) -> Path:
    """A project of five articles with two coders' work in it."""
    r = random.Random(7)  # noqa: S311 (no secret)
    with Store.create(path, codebook, read_articles()) as store:
        store.connection.before_first_write = None
        for _ in range(n_acts):
            act(store, r.choice(["anna", "ben"]), (r.choice([*WORK, *SHARED]), r.randrange(10), r.randrange(10)))
    return path


def empty(path: Path) -> Path:
    """A project of five articles with the default codebook."""
    Store.create(path, default_codebook(), read_articles()).close()
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return worked(folder / "annotations.db")
