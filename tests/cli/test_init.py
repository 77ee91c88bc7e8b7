"""`annotator init`: options for scripts, questions for a person at a terminal."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import pytest

from annotator.store import Store
from tests.cli.conftest import Command, Done, refusal


class Terminal(StringIO):
    """Standard input as a person types it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Type lines at the questions of `annotator init`, in a folder with two articles."""
    (tmp_path / "my articles").mkdir()
    for name in ("one", "two"):
        (tmp_path / "my articles" / f"{name}.txt").write_text(f"The {name}th pier stays.\n", encoding="utf-8")

    def call(*lines: str | Path) -> Done:
        monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        return command("init")

    return call


def test_a_terminal_is_asked_for_codebook_targets_coders_and_articles(typed: Command) -> None:
    done = typed("", "fish quota", "", "maria", "jan", "", "nowhere", "x" * 300, "~nobody", '"my articles"', "")

    assert done.code == 0
    assert "nowhere: file or folder not found; type it again" in done.err
    assert done.err.count("type it again") == 3
    assert done.err.endswith("Next: `annotator label --coder maria`.\n")
    with Store(Path("annotations.db")) as store:
        assert store.codebooks.current().name == "political-claims"
        assert store.people_who_code() == ["jan", "maria"]
        assert len(store.articles) == 2
        assert [one.name for one in store.registry.all()] == ["fish quota"]


def test_a_codebook_is_asked_for_again_until_it_is_known(typed: Command) -> None:
    done = typed("x" * 300, "frames", "framing", "", "", "", "", "")

    assert "frames: file not found; the codebooks that come with the program are" in done.err
    assert "with the codebook framing" in done.err


def test_leaving_at_a_question_makes_nothing(typed: Command, tmp_path: Path) -> None:
    assert typed("", "").code == 130
    assert not (tmp_path / "annotations.db").exists()


def test_nothing_is_asked_for_a_project_that_is_there(typed: Command, command: Command) -> None:
    assert typed("", "", "", "").code == 0

    assert refusal(typed("")) == "annotations.db exists already"


def test_a_script_says_everything_with_options(command: Command, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("One line.\n", encoding="utf-8")

    done = command("init", "--codebook", "interview", "--coder", "maria", "--coder", "jan", "--articles", "one.txt")

    assert done.code == 0
    assert "?" not in done.err
    with Store(Path("annotations.db")) as store:
        assert (store.codebooks.current().name, store.people_who_code()) == ("interview", ["jan", "maria"])
        assert len(store.articles) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--articles", "nowhere"), "nowhere: file or folder not found"),
        (("--coder", "annotator"), "choose another coder name"),
        (("--codebook", "frames"), "the codebooks that come with the program are checkworthiness, framing"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_made(
    words: tuple[str, ...], said: str, command: Command, tmp_path: Path
) -> None:
    assert said in refusal(command("init", *words))
    assert list(tmp_path.iterdir()) == []
