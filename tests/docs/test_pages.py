"""Every page of the manual, followed from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, MakeOnce
from tests.docs.page import Page

PAGES = [ROOT / "README.md", ROOT / "schemas" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
Record = Callable[[str, object], None]


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_can_be_followed(path: Path, tmp_path: Path, make_once: MakeOnce, record_property: Record) -> None:
    page = Page(path, tmp_path / "page", make_once)

    page.run()

    assert page.n_blocks == len(re.findall(r"^ *```console$", path.read_text(encoding="utf-8"), re.MULTILINE))
    record_property("commands", page.n_commands)
    record_property("skipped", page.skipped)
    if page.faults:
        pytest.fail("\n\n".join(page.faults), pytrace=False)
