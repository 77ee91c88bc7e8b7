"""`annotator merge`: what its report says, and that the advice of a refusal works when it is followed literally."""

from __future__ import annotations

import io
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


def started(command: Command) -> None:
    """A project of six articles, half for kim and half for lou, with packs for both."""
    for i in range(6):
        Path(f"a{i}.txt").write_text(f"Anna Berg praised the plan {i}.\n\nThe union rejects it.", encoding="utf-8")
    assert command("init").code == 0
    assert command("add", *(f"a{i}.txt" for i in range(6))).code == 0
    given = ("assign", "draw", "--coder", "kim", "--coder", "lou", "--overlap", "0", "--phase", "pilot", "--yes")
    assert command(*given).code == 0
    for coder in ("kim", "lou"):
        assert command("pack", "--coder", coder).code == 0


def test_the_report_says_what_in_a_file_is_older_than_the_project(command: Command) -> None:
    started(command)
    text = command("codebook", "show", "--yaml").out
    Path("new.yaml").write_text(text.replace("version: '1.0'", "version: '1.1'"), encoding="utf-8")
    assert command("codebook", "apply", "new.yaml", "--yes").code == 0
    assert command("assign", "close", "pilot").code == 0
    Path("late.txt").write_text("One more article.\n\nIt came late.", encoding="utf-8")
    assert command("add", "late.txt").code == 0
    assert command("assign", "draw", "--coder", "kim", "--number", "1", "--phase", "main", "--yes").code == 0
    with Store(Path("kim.db")) as store, store.coding("kim").step("none", 1) as step:
        step.review(state="no claim")

    lines = command("merge", "kim.db").out.splitlines()

    assert lines[0] == "kim.db: 0 new articles; kim 1 step"
    held = "holds codebook political-claims 1.0; the project has 1.1; its work comes in under 1.0 and is read by 1.1"
    assert f"kim.db {held}" in lines
    assert "kim.db still codes in the phase pilot, which the project has closed" in lines
    assert "kim.db lacks 2 paragraphs that the project has assigned to kim" in lines
    again = json.loads(command("merge", "kim.db", "--json").out)
    assert len(again["files"][0]["older"]) == 3


def test_the_report_and_the_plan_count_what_was_coded_outside_the_assignment(command: Command) -> None:
    started(command)
    with Store(Path("annotations.db")) as store:
        taken = {row[0] for row in store.connection.all("select first from assignments a join coders c on"
                                                        " c.id = a.coder where c.name = 'kim'")}  # fmt: skip
        foreign = next(p for p in range(1, 12, 2) if p not in taken)
        with store.coding("kim").step("none", foreign) as step:
            step.review(state="no claim")
    with Store(Path("lou.db")) as store, store.coding("lou").step("none", 1) as step:
        step.review(state="no claim")

    said = "kim has finished 1 paragraph outside the assignment."
    assert said in command("merge", "lou.db").out.splitlines()
    assert said in command("assign", "list").err.splitlines()
    assert json.loads(command("assign", "list", "--json").out)["outside"] == {"kim": 1}
    assert json.loads(command("assign", "list", "--json", "--coder", "lou").out)["outside"] == {}


def test_imported_work_without_a_required_label_stays_open_and_is_counted(command: Command) -> None:
    started(command)
    rows = [
        {"article": "a0", "paragraph": 0, "coder": "kim", "speakers": ["Anna Berg"], "stance": "support"},
        {"article": "a1", "paragraph": 0, "coder": "kim", "speakers": ["Anna Berg"], "stance": "support"}
        | {"claim_type": "evaluation"},
    ]
    Path("rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    done = command("import", "rows.jsonl")

    assert "1 paragraph lacks a required label and is left open" in done.err.splitlines()
    again = command("import", "rows.jsonl")
    assert "There was nothing new." in again.err
    with Store(Path("annotations.db")) as store:
        states = store.connection.all("select state from reviews order by paragraph")
    assert states == [("open",), ("coded",)]


def half_coded(path: str) -> str:
    """Code the first paragraph of a file without its claim type, as older versions let one do."""
    with Store(Path(path)) as store, store.coding("kim").step("coded", 1) as step:
        statement = step.add_statement(None)
        step.set_speakers(statement, [("Anna Berg", None)])
        step.label(statement, "stance", "support")
        step.review(state="coded")
    return statement


def states() -> list[tuple[str]]:
    with Store(Path("annotations.db"), read_only=True) as store:
        return store.connection.all("select state from reviews where paragraph = 1")


def test_merged_work_without_a_required_label_is_left_open_until_it_has_it(command: Command) -> None:
    started(command)
    statement = half_coded("kim.db")

    assert "1 paragraph lacks a required label and is left open" in command("merge", "kim.db").out.splitlines()
    assert states() == [("open",)]
    assert "1 paragraph" not in command("merge", "kim.db").out
    assert command("doctor").code == 0

    with Store(Path("kim.db")) as store, store.coding("kim").step("the claim type", 1) as step:
        step.label(statement, "claim_type", "evaluation")
    command("merge", "kim.db")
    assert states() == [("coded",)]

    assert command("merge", "--undo", "--yes").code == 0
    assert states() == [("open",)]
    assert command("merge", "--undo", "--yes").code == 0
    with Store(Path("annotations.db"), read_only=True) as store:
        assert store.connection.all("select * from statements") == []
    assert command("doctor").code == 0


def test_an_imported_export_leaves_what_is_incomplete_open_and_comes_twice_without_harm(command: Command) -> None:
    started(command)
    half_coded("kim.db")
    assert command("--project", "kim.db", "export", "jsonl", "--out", "theirs").code == 0

    assert "1 paragraph lacks a required label and is left open" in command("import", "theirs").err.splitlines()
    assert states() == [("open",)]
    assert "There was nothing new." in command("import", "theirs").err
    assert states() == [("open",)]


def test_status_lists_what_is_missing_where_and_by_whom_and_label_goes_there(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    started(command)
    half_coded("kim.db")

    listed = command("--project", "kim.db", "status")
    found = json.loads(command("--project", "kim.db", "status", "--json").out)
    there = command("--project", "kim.db", "label", "--plain", "--coder", "kim", "--at", "1/1")

    assert found["missing"] == [{"coder": "kim", "at": "1/1", "article": "a0", "missing": ["claim type"]}]
    assert "claim type" in listed.out
    assert "`annotator label --coder kim --at 1/1` goes to the first." in listed.err
    assert "paragraph 1 of" in there.out
