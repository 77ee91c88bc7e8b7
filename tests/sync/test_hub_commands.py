"""A lead sets up a hub in PostgreSQL and invites a coder, who types what the program printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from annotator.cli import run
from annotator.store import Store
from tests.conftest import MakeProject
from tests.postgresql import Cluster
from tests.store.test_blindness import code

pytestmark = pytest.mark.slow


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def secret(self) -> str:
        """The address with a password that was printed."""
        return next(word for word in self.err.split() if word.startswith("postgresql://"))


Say = Callable[..., Said]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Type a command."""
    monkeypatch.chdir(tmp_path)

    def type_(*words: str) -> Said:
        capsys.readouterr()
        code = run(list(words))
        return Said(code, *capsys.readouterr())

    return type_


@pytest.fixture
def database(postgresql: Cluster) -> Iterator[Callable[[str], None]]:
    """An empty database, and who runs SQL in it: its administrator."""
    with psycopg.connect(postgresql.url(), autocommit=True) as c:
        c.execute("create database study")

    def administer(sql: str) -> None:
        with psycopg.connect(postgresql.url("study"), autocommit=True) as c:
            c.execute(sql.encode())

    yield administer
    with psycopg.connect(postgresql.url(), autocommit=True) as c:
        c.execute("drop database study with (force)")


def keep(path: Path, address: str) -> str:
    path.write_text(address + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path.name


def test_a_study_over_a_hub_from_the_set_up_to_the_codings(
    postgresql: Cluster, database: Callable[[str], None], make_project: MakeProject, tmp_path: Path, say: Say
) -> None:
    make_project("One says this.\nTwo says that.", "Three.").coder("anna")
    assert say("assign", "draw", "--coder", "anna", "--yes").code == 0

    made = say("sync", "invite", "lena", f"postgresql://127.0.0.1:{postgresql.port}/study", "--lead")
    database(made.out)
    assert say("sync", keep(tmp_path / "hub.txt", made.secret), "--once").out.startswith("3 steps sent")

    invited = say("sync", "invite", "anna")
    database(invited.out)
    assert invited.secret.split(":")[2] not in invited.out
    assert say("pack", "--coder", "anna").code == 0
    anna = ("--project", "anna.db", "sync")
    assert say(*anna, keep(tmp_path / "anna-hub.txt", invited.secret), "--once").code == 0

    with Store(tmp_path / "anna.db") as store:
        code(store, "anna", 1, "support")
    assert say(*anna, "--once").out.startswith("1 step sent")
    assert "1 step came" in say("sync", "--once").out
    with Store(tmp_path / "annotations.db", read_only=True) as store:
        assert store.connection.one("select count(*) from statements") == (1,)

    for secret in (made.secret, invited.secret):
        password = secret.split(":")[2].split("@")[0]
        kept = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.endswith("hub.txt")]
        assert not [path for path in kept if password.encode() in path.read_bytes()]
        assert password not in postgresql.log()


def test_an_address_of_another_coder_is_refused(
    postgresql: Cluster, database: Callable[[str], None], make_project: MakeProject, tmp_path: Path, say: Say
) -> None:
    store = make_project("One.")
    for coder in ("anna", "ben"):
        store.coder(coder)
    made = say("sync", "invite", "lena", f"postgresql://127.0.0.1:{postgresql.port}/study", "--lead")
    database(made.out)
    invited = say("sync", "invite", "ben", keep(tmp_path / "hub.txt", made.secret))
    database(invited.out)
    assert say("pack", "--coder", "anna").code == 0

    refused = say("--project", "anna.db", "sync", keep(tmp_path / "ben.txt", invited.secret), "--once")

    assert refused.code == 1
    assert "you are ben at" in refused.err


def test_a_password_on_the_command_line_or_in_an_open_file_is_refused(
    make_project: MakeProject, tmp_path: Path, say: Say
) -> None:
    make_project("One.")
    address = "postgresql://anna:s3cr3t@127.0.0.1:1/study"

    spoken = [say("sync", address, "--once"), say("sync", "invite", "anna", address)]
    keep(tmp_path / "hub.txt", address)
    (tmp_path / "hub.txt").chmod(0o640)
    open_ = say("sync", "hub.txt", "--once")
    (tmp_path / "other.txt").write_text("something else", encoding="utf-8")
    (tmp_path / "other.txt").chmod(0o600)
    other = say("sync", "other.txt", "--once")

    assert [one.code for one in (*spoken, open_, other)] == [2, 2, 1, 1]
    assert all("name the file" in one.err and "s3cr3t" not in one.err for one in spoken)
    assert "others can read" in open_.err
    assert "without the address of a hub" in other.err
    assert "s3cr3t" not in open_.err


def test_a_hub_that_is_not_there_is_named_without_the_password(
    make_project: MakeProject, tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project("One.")
    monkeypatch.setenv("ANNOTATOR_SYNC", "postgresql://anna:s3cr3t@127.0.0.1:1/study")
    monkeypatch.setenv("ANNOTATOR_DEBUG", "1")

    failed = say("sync", "--once")

    assert failed.code == 1
    assert "127.0.0.1" in failed.err
    assert "s3cr3t" not in failed.out + failed.err
