"""Three coders' files, one of them damaged, become one project with the agreement of the undamaged codings."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import run
from annotator.codebook.file import default_codebook
from annotator.model import JOURNALIST
from annotator.store import Store
from annotator.store.merge.merge import merge_new
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage
from tests.conftest import read_articles
from tests.store.test_merge import exported, held

pytestmark = pytest.mark.slow

PAGE = 4096
CODERS = ("anna", "ben", "cleo")
STANCES, TYPES = ("support", "oppose", "neutral"), ("fact", "evaluation", "demand")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three coders' files, from one beginning, and the project that they make."""
    return coders_files(tmp_path_factory.mktemp("coders"))


def coders_files(made: Path) -> Path:
    Store.create(made / "begin.db", default_codebook(), read_articles()[:3]).close()
    for coder in CODERS:
        shutil.copy(made / "begin.db", made / f"{coder}.db")
        code(made / f"{coder}.db", coder)
    merge_new(made / "wanted.db", [made / f"{coder}.db" for coder in CODERS])
    return made


def code(path: Path, coder: str) -> None:
    r = random.Random(coder)  # noqa: S311 (no secret)
    with Store(path) as store:
        store.connection.before_first_write = None
        coding = store.coding(coder)
        for paragraph in range(1, 41):
            with coding.step("code", paragraph) as step:
                if paragraph % 4 == 0:
                    step.review(state="no claim")
                    continue
                statement = step.add_statement(None)
                speaker = JOURNALIST if paragraph % 3 else r.choice(["Wang Yi", "the ministry"])
                step.set_speakers(statement, [(speaker, None)])
                step.label(statement, "stance", r.choice(STANCES[: 2 + paragraph % 2]))
                step.label(statement, "claim_type", r.choice(TYPES))
                step.review(state="coded")


def agreement(path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert run(["--project", str(path), "agreement", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    return {key: value for key, value in found.items() if key != "project"}


def damage(path: Path, start: int, end: int) -> None:
    data = bytearray(path.read_bytes())
    data[start:end] = bytes(end - start)
    path.write_bytes(data)


def recover(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """What a user does: repair the damaged file, merge it with the others."""
    damaged, repaired = tmp_path / "ben.db", tmp_path / "ben.repaired.db"
    assert run(["--project", str(damaged), "doctor"]) == 1
    assert run(["--project", str(damaged), "doctor", "--repair"]) == 0
    others = [str(folder / "anna.db"), str(folder / "cleo.db")]
    assert run(["--project", str(tmp_path / "whole.db"), "merge", *others, str(repaired)]) == 0
    assert examine(tmp_path / "whole.db").is_sound
    return tmp_path / "whole.db"


def test_a_file_without_its_beginning_costs_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(folder / "ben.db", tmp_path / "ben.db")
    damage(tmp_path / "ben.db", 0, PAGE)

    whole = recover(folder, tmp_path, capsys)

    assert agreement(whole, capsys) == agreement(folder / "wanted.db", capsys)
    assert exported(whole) == exported(folder / "wanted.db")
    assert held(whole) == held(folder / "wanted.db")


def test_any_lost_page_leaves_the_agreement_and_the_export_as_they_were(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = agreement(folder / "wanted.db", capsys)

    for page, whole in recovered(folder, tmp_path, every=9):
        assert exported(whole) == exported(folder / "wanted.db"), f"page {page}"
        assert agreement(whole, capsys) == wanted, f"page {page}"


def recovered(folder: Path, scratch: Path, *, every: int = 1) -> Iterator[tuple[int, Path]]:
    """For pages of one coder's file that are lost in turn: the page, and the project made of what was saved."""
    for page in range(1, (folder / "ben.db").stat().st_size // PAGE, every):
        here = scratch / str(page)
        here.mkdir()
        shutil.copy(folder / "ben.db", here / "ben.db")
        damage(here / "ben.db", page * PAGE, page * PAGE + PAGE)
        if not examine(here / "ben.db").is_sound:
            salvage(here / "ben.db", here / "saved.db")
            merge_new(here / "whole.db", [folder / "anna.db", here / "saved.db", folder / "cleo.db"])
            yield page, here / "whole.db"
        shutil.rmtree(here)
