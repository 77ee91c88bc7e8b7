"""A coder's name that is nearly a known one is refused in a script, and so is a login that nobody chose as a name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.cli.known_coder import who_codes
from annotator.codebook.rendering import as_yaml
from annotator.errors import UsageError
from annotator.store import Store
from tests.store.test_removal import code, make
from tests.store.work import CODEBOOK

CALLS = {
    "assign draw": ("assign", "draw", "--coder", "annabel", "--coder", "Benedikt", "--number", "1", "--yes"),
    "adjudicate": ("adjudicate", "--alike", "--coder", "Benedikt"),
    "codebook apply": ("codebook", "apply", "{codebook}", "--yes", "--coder", "Benedikt"),
    "speakers rename": ("speakers", "rename", "minister", "the minister", "--yes", "--coder", "Benedikt"),
    "speakers describe": ("speakers", "describe", "minister", "--type", "person", "--yes", "--coder", "Benedikt"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_mistyped_name_makes_no_coder(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "project.db"
    with make(path) as store:
        for coder in ("annabel", "benedikt"):
            code(store, coder, 1)
    second = CODEBOOK.model_copy(update={"version": "7"})
    (tmp_path / "second.yaml").write_text(as_yaml(second), encoding="utf-8")
    arguments = [part.format(codebook=tmp_path / "second.yaml") for part in CALLS[name]]

    assert run(["--project", str(path), *arguments]) == 2
    assert "did you mean benedikt?); if Benedikt is another person, add --new-coder" in capsys.readouterr().err
    with Store(path) as store:
        assert not store.has_coder("Benedikt")

    assert run(["--project", str(path), *arguments, "--new-coder"]) == 0, capsys.readouterr().err
    with Store(path) as store:
        assert store.has_coder("Benedikt")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the coder Annabel, on a machine where somebody is logged in as guest."""
    path = tmp_path / "project.db"
    with make(path) as store:
        code(store, "Annabel", 1)
    monkeypatch.delenv("ANNOTATOR_CODER", raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: "guest")
    return path


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


def test_a_script_under_a_login_that_is_not_a_coder_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--project", str(project), "label", "--plain"]) == 2

    said = "guest, your login, is not a coder of this project; its coder is Annabel; say with --coder NAME who codes"
    assert said in told(capsys)
    with Store(project) as store:
        assert not store.has_coder("guest")


@pytest.mark.parametrize("words", [["--coder", "guest"], ["--new-coder"]])
def test_a_login_that_is_named_may_be_new(words: list[str], project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n"))

    assert run(["--project", str(project), "label", "--plain", *words]) == 0

    with Store(project) as store:
        assert store.has_coder("guest")


def test_a_login_that_is_a_coder_needs_no_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "Annabel")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    assert run(["--project", str(project), "label", "--plain"]) == 0


class Terminal(io.StringIO):
    """Input that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "name"), [("annabel\n", "Annabel"), ("guest\n", "guest"), ("\nAnnabel\n", "Annabel"), ("Bo\n", None)]
)
def test_a_terminal_asks_who_codes(
    typed: str,
    name: str | None,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))

    with Store(project) as store:
        if name is None:
            with pytest.raises(UsageError, match="Bo is not one of these names"):
                who_codes(store, None, is_new=False)
        else:
            assert who_codes(store, None, is_new=False) == name
    assert "Who codes? Type Annabel, or guest for a new coder" in told(capsys)
