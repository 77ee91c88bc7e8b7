"""A whole study through the real command line: what the program says is what was keyed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.e2e.study_script import run_study

pytestmark = pytest.mark.slow


def test_every_figure_of_a_study_is_what_was_keyed(tmp_path: Path) -> None:
    log = io.StringIO()

    study = run_study(tmp_path, log)

    assert study.n_checked > 60
    assert log.getvalue().count("$ annotator") > 50
