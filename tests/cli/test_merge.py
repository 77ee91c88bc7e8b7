"""`annotator merge`: what its report says, and that the advice of a refusal works when it is followed literally."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from annotator.codebook.model import Category
from annotator.store import Store
from tests.cli.conftest import Command, refusal
from tests.store.test_merge import project, work
from tests.store.test_merge_codebooks import added, category, change, codebook_of, rename, stance_of


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A project and the file of lou, a copy of it."""
    here = project(tmp_path / "annotations.db")
    there = tmp_path / "lou's.db"
    there.write_bytes(here.read_bytes())
    return here, there


def test_the_advice_of_a_refused_merge_works_when_it_is_followed(command: Command, files: tuple[Path, Path]) -> None:
    here, there = files
    rename(here, "kim", "open", "torn")
    rename(there, "lou", "open", "double")
    work(there, "lou", [("statement", 0, 1), ("choose", 0, 2)])

    said = refusal(command("merge", there))
    show, again = re.findall(r"`annotator (.+?)`", said)
    show, _, saved = show.partition(" > ")
    Path(saved).write_text(command(*shlex.split(show)).out, encoding="utf-8")
    done = command(*shlex.split(again))

    assert done.code == 0, done
    assert "lou's.db" in done.out
    assert stance_of(here).names == ("pro", "contra", "torn")
    assert command("doctor").code == 0


def test_the_advice_to_rename_one_of_two_meanings_works_when_it_is_followed(
    command: Command, files: tuple[Path, Path]
) -> None:
    here, there = files
    change(here, "kim", added(Category(name="torn", definition="Undecided.")))
    change(there, "lou", added(Category(name="torn", definition="Of two minds.")))
    assert "contradict" in refusal(command("merge", there))

    text = command("--project", there, "codebook", "show", "--yaml").out
    assert text.count("- name: torn") == 1
    Path("lou.yaml").write_text(text.replace("- name: torn", "- name: double\n        was: torn"), encoding="utf-8")
    assert command("--project", there, "codebook", "apply", "lou.yaml", "--yes").code == 0
    assert command("merge", there).code == 0

    assert stance_of(here).names[-2:] == ("torn", "double")


def test_the_report_names_the_joined_codebooks_and_the_text_that_does_not_hold(
    command: Command, files: tuple[Path, Path]
) -> None:
    here, there = files
    change(there, "lou", category("pro", definition="Lou's words."))
    change(here, "kim", category("pro", definition="Kim's words."))

    shown = command("merge", there, "--dry-run").out
    found = json.loads(command("merge", there, "--json").out)

    version = codebook_of(here).version
    assert f"codebook: small {version} joins 1.0.1 of lou and 1.0.1 of kim\n" in shown
    assert 'stance/pro: definition was changed in several files: "Kim\'s words." holds' in shown
    assert found["joined"]["others"][0]["other"] == "Lou's words."


def test_a_locked_pack_refuses_a_new_codebook_in_one_sentence(command: Command, files: tuple[Path, Path]) -> None:
    here, _ = files
    with Store(here) as store:
        store.coder("kim")
    assert ", locked." in command("pack", "--coder", "kim", "--locked").err
    Path("new.yaml").write_text(
        command("codebook", "show", "--yaml").out.replace("- name: pro", "- name: pro\n        use: Always."),
        encoding="utf-8",
    )

    done = command("--project", "kim.db", "codebook", "apply", "new.yaml", "--yes")
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith("Error: the codebook is locked in this file")
    assert command("codebook", "apply", "new.yaml", "--yes").code == 0
