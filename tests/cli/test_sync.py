"""`annotator sync` as it is typed."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from annotator.files.user_folder import user_folder
from annotator.store import Store
from annotator.sync.state import State
from annotator.sync.worker import Worker
from tests.cli.conftest import Command, refusal
from tests.conftest import article
from tests.store.test_assignments import assign
from tests.store.work import CODEBOOK
from tests.sync.test_coder_folders import code, n_statements


@pytest.fixture
def lead(tmp_path: Path) -> Path:
    """A project in which anna and ben have an open phase, beside an empty folder of the team."""
    path = tmp_path / "lead.db"
    texts = [f"Article {i} says.\nIt says more." for i in range(3)]
    with Store.create(path, CODEBOOK, [article(text, f"a{i}") for i, text in enumerate(texts)]) as store:
        assign(store, "anna", "ben", overlap="3")
    (tmp_path / "team").mkdir()
    return path


def test_an_invited_coder_exchanges_with_what_the_invitation_says(command: Command, lead: Path, tmp_path: Path) -> None:
    invited = command("--project", lead, "sync", "invite", "anna", "team")
    assert invited.code == 0
    assert invited.out == ""
    typed = [line.strip().split()[1:] for line in invited.err.splitlines() if line.strip().startswith("annotator ")]
    assert len(typed) == 3
    for words in typed:
        assert command(*(word.strip('"').replace("FILE", "anna.db") for word in words)).code == 0

    code(tmp_path / "anna.db", "anna", 1)
    assert command("--project", "anna.db", "sync", "--once").out == "1 step sent, 0 steps came.\n"
    done = command("--project", lead, "sync", "team", "--once", "--json")

    assert json.loads(done.out)["came"] == 1
    assert n_statements(lead) == 1


def test_who_cannot_be_invited_is_said(command: Command, lead: Path) -> None:
    assert "no coder zoe" in refusal(command("--project", lead, "sync", "invite", "zoe", "team"))
    assert "name the target" in refusal(command("--project", lead, "sync", "invite", "anna"))
    assert "--lead is for a database" in refusal(command("--project", lead, "sync", "invite", "l", "team", "--lead"))


def test_the_target_is_remembered_for_its_project_and_its_owner_alone(
    command: Command, lead: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATOR_CONFIG", str(tmp_path / "config"))
    assert "name the target" in refusal(command("--project", lead, "sync", "--once"))
    command("--project", lead, "sync", "invite", "anna", "team")

    first = command("--project", lead, "sync", "team", "--once")
    assert "the labelling screen exchanges by itself" in first.err
    again = command("--project", lead, "sync", "--once")
    assert (again.code, again.err) == (0, "")

    kept = user_folder() / "sync.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == {str(lead): str(tmp_path / "team")}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert b"team" not in lead.read_bytes()
    monkeypatch.setenv("ANNOTATOR_SYNC", str(tmp_path / "elsewhere"))
    assert "there is no folder" in refusal(command("--project", lead, "sync", "--once"))
    monkeypatch.setenv("ANNOTATOR_SYNC", "")
    assert "name the target" in refusal(command("--project", lead, "sync", "--once"))
    monkeypatch.delenv("ANNOTATOR_SYNC")
    command("--project", lead, "sync", "--stop")
    assert "name the target" in refusal(command("--project", lead, "sync", "--once"))


def test_a_dry_run_sends_and_takes_in_nothing(command: Command, lead: Path, tmp_path: Path) -> None:
    command("--project", lead, "sync", "invite", "anna", "team")
    before = sorted(tmp_path.joinpath("team").rglob("*"))

    done = command("--project", lead, "sync", "team", "--dry-run")

    assert re.fullmatch(r"\d+ steps would be sent, 0 steps would come\.\n", done.out)
    assert sorted(tmp_path.joinpath("team").rglob("*")) == before


def test_a_stream_that_cannot_be_read_is_named_and_the_exit_code_tells(
    command: Command, lead: Path, tmp_path: Path
) -> None:
    command("--project", lead, "sync", "invite", "anna", "team")
    stream = tmp_path / "team" / "anna" / "out" / "v1" / "00000000-0000-4000-8000-000000000000"
    stream.mkdir(parents=True)
    (stream / "00000001-00000001.jsonl.gz").write_bytes(b"not gzip at all")

    done = command("--project", lead, "sync", "team", "--once")

    assert done.code == 1
    assert "is damaged" in done.err
    assert "sent" in done.out


def test_a_worker_sends_in_its_own_thread_and_once_more_when_it_is_stopped(
    lead: Path, tmp_path: Path, command: Command
) -> None:
    command("--project", lead, "sync", "invite", "anna", "team")
    command("--project", lead, "pack", "--coder", "anna", "--out", "anna.db")
    code(tmp_path / "anna.db", "anna", 1)

    worker = Worker(tmp_path / "anna.db", str(tmp_path / "team" / "anna"))
    worker.start()
    code(tmp_path / "anna.db", "anna", 2)
    assert worker.stop(60)

    assert (worker.state.kind, worker.state.n_unsent) == ("synced", 0)
    command("--project", lead, "sync", "team", "--once")
    assert n_statements(lead) == 2


def test_a_worker_says_that_it_is_offline_and_since_when(lead: Path, tmp_path: Path) -> None:
    worker = Worker(lead, str(tmp_path / "nowhere"))
    worker.run_once()
    first = worker.state
    worker.run_once()

    assert first.kind == "offline"
    assert worker.state.at == first.at
    assert re.fullmatch(r"offline since \d\d:\d\d \(\d+ waiting\)", worker.state.words)
    assert "there is no folder" in worker.state.reason


def test_a_worker_says_what_is_refused(lead: Path, tmp_path: Path) -> None:
    worker = Worker(lead, str(tmp_path / "team"))
    worker.run_once()

    assert worker.state.kind == "refused"
    assert "the phase main is open" in worker.state.words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State(), "not synced yet"),
        (State("synced", n_unsent=12), "12 waiting"),
        (State("synced", n_held=4, n_unsent=1), "held: codebook 4"),
        (State("synced", n_waiting=3), "3 changes wait until you leave"),
        (State("refused", reason="no key"), "refused: no key"),
    ],
)
def test_the_state_is_said_in_a_few_words(state: State, words: str) -> None:
    assert state.words == words
