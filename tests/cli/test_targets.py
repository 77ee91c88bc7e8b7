"""`annotator init --targets`, and the question that it asks in a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.app.tour import tour_text
from annotator.cli import group
from annotator.cli import targets as cli_targets
from annotator.errors import IngestError, UsageError
from annotator.store import Store
from tests.conftest import political_claims


def init(folder: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(group, ["--project", str(folder / "a.db"), "init", *arguments], input=typed)


def entries(folder: Path) -> list[tuple[str, str, str | None]]:
    with Store(folder / "a.db") as store:
        return [(one.name, one.kind, one.definition) for one in store.registry.all()]


def test_a_text_has_one_target_a_line_with_or_without_a_definition(tmp_path: Path) -> None:
    file = tmp_path / "targets.txt"
    file.write_text("# ours\nfish quota: How much may be caught.\n\nNorway\n", encoding="utf-8")

    done = init(tmp_path, "--targets", str(file))

    assert done.exit_code == 0
    assert "and 2 targets" in done.stderr
    assert entries(tmp_path) == [("Norway", "actor", None), ("fish quota", "issue", "How much may be caught.")]


def test_a_registry_file_says_what_is_an_issue_or_lets_it_be_guessed(tmp_path: Path) -> None:
    file = tmp_path / "targets.csv"
    file.write_text("name,kind,aliases\nfish quota,,quota\nsea law,actor,\n", encoding="utf-8")

    assert init(tmp_path, "--targets", str(file)).exit_code == 0
    assert entries(tmp_path) == [("fish quota", "issue", None), ("sea law", "actor", None)]


@pytest.mark.parametrize(
    ("text", "said"),
    [("quota\nquota\n", "targets.txt:2: quota is there twice"), ("a\tb\n", "a target is one line"), ("x" * 201, "200")],
)
def test_a_fault_is_named_with_its_line_and_nothing_is_made(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "targets.txt"
    file.write_text(text, encoding="utf-8")

    done = init(tmp_path, "--targets", str(file))

    assert isinstance(done.exception, IngestError)
    assert said in str(done.exception)
    assert not (tmp_path / "a.db").exists()


def test_a_codebook_with_a_closed_list_takes_no_targets(tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    book.write_text("name: b\nvariables:\n  - {name: about, key: a, categories: [{name: quota}]}\n", encoding="utf-8")
    (tmp_path / "targets.txt").write_text("quota\n", encoding="utf-8")

    done = init(tmp_path, "--codebook", str(book), "--targets", str(tmp_path / "targets.txt"))

    assert isinstance(done.exception, UsageError)
    assert "no entity variable" in str(done.exception)


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    done = init(tmp_path, typed="quota\n")

    assert "What are the statements about" not in done.stderr
    assert entries(tmp_path) == []


def test_a_terminal_asks_until_an_empty_line_and_again_after_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from io import StringIO

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("quota\nquota\nNorway: a state\nquotas\nNorwy\nNorwy\n\nnot read\n"))
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", screen)

    found = cli_targets.ask_for_targets(political_claims())

    assert [(one.name, one.kind, one.definition) for one in found] == [
        ("quota", "issue", None),
        ("Norway", "actor", "a state"),
        ("Norwy", "issue", None),
    ]
    assert "quotas is much like quota; leave it out, or type it again" in screen.getvalue()
    assert "What are the statements about?" in screen.getvalue()
    assert "quota is there twice; type it again" in screen.getvalue()


def test_the_first_screen_says_how_to_enter_a_target() -> None:
    assert "t, a name and Enter add one" in tour_text(political_claims(), has_targets=False)
    assert "1–9 the target" in tour_text(political_claims())


def test_the_sample_project_has_targets_of_its_own(tmp_path: Path) -> None:
    from annotator.cli.commands.label import make_samples
    from annotator.cli.options import Project

    project = Project()
    project.path = tmp_path / "a.db"
    make_samples(project)

    found = {name: (kind, bool(definition)) for name, kind, definition in entries(tmp_path)}
    assert len(found) == 8
    assert found["home-first clause"] == ("issue", True)
    assert found["Iceland"] == ("actor", True)
