"""Bad input: one clear sentence each, an exit code that is not zero, and nothing changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from annotator.store.file.migrations import LATEST
from tests.cli.conftest import Command, refusal
from tests.conftest import ROOT, MakeProject, connect

PROJECT_COMMANDS = [
    ("status",),
    ("export", "jsonl"),
    ("agreement",),
    ("add", "one.txt"),
    ("log",),
    ("speakers", "list"),
]
"""Commands that need a project."""


def content(folder: Path) -> dict[str, str]:
    """The hash of every file, but for what SQLite lays beside an open database."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


@contextmanager
def not_root() -> Iterator[None]:
    """Be another user where one is root, to whom nothing is refused."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder that cannot be written."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        folder = Path(name) / "read-only"
        folder.mkdir(mode=0o555)
        with not_root():
            if not os.access(ROOT / "schemas", os.R_OK, effective_ids=os.geteuid() != os.getuid()):
                pytest.skip("only root may read this checkout")
            yield folder
        folder.chmod(0o755)


@pytest.mark.parametrize("words", PROJECT_COMMANDS, ids=" ".join)
def test_in_an_empty_folder_a_command_says_how_to_make_a_project(
    words: tuple[str, ...], command: Command, tmp_path: Path
) -> None:
    assert "annotator init" in refusal(command(*words))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", PROJECT_COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"just a text file\n", "is not an annotator project"),
        (b"\x00\xff" * 600, "is not an annotator project"),
        (b"", "is not an annotator project"),
        (b"SQLite format 3\x00" + b"\x00" * 500, "not an annotator project"),
    ],
    ids=["text", "bytes", "empty", "only a header"],
)
def test_a_file_that_is_no_project_is_refused_and_left_alone(
    data: bytes, said: str, words: tuple[str, ...], command: Command, tmp_path: Path
) -> None:
    (tmp_path / "annotations.db").write_bytes(data)
    (tmp_path / "one.txt").write_text("One.\n", encoding="utf-8")
    before = content(tmp_path)

    assert said in refusal(command(*words))
    assert content(tmp_path) == before


def test_another_programs_database_is_refused_and_left_alone(command: Command, tmp_path: Path) -> None:
    with closing(connect(tmp_path / "annotations.db")) as other:
        other.execute("create table articles (id integer primary key)")
    before = content(tmp_path)

    assert "another program" in refusal(command("status"))
    assert content(tmp_path) == before


@pytest.mark.parametrize("words", PROJECT_COMMANDS, ids=" ".join)
def test_a_project_of_a_newer_version_is_refused_and_left_alone(
    words: tuple[str, ...], command: Command, make_project: MakeProject, tmp_path: Path
) -> None:
    make_project("One.").close()
    with closing(connect(tmp_path / "annotations.db")) as other:
        other.execute(f"pragma user_version = {LATEST + 1}")
    before = content(tmp_path)

    assert "newer version" in refusal(command(*words))
    assert content(tmp_path) == before


def test_a_command_without_a_project_names_those_of_the_folder(command: Command, tmp_path: Path) -> None:
    command("--project", "jan.db", "init")
    (tmp_path / "notes.db").write_bytes(b"SQLite format 3\x00" + bytes(500))

    said = refusal(command("label", "--coder", "jan", "--plain"))

    assert said == (
        "there is no project annotations.db; its folder has jan.db: name the project with --project,"
        " or make one with `annotator init`"
    )


def test_the_screen_makes_no_samples_beside_another_project(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("--project", "jan.db", "init")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    for words in ((), ("label",)):
        assert "its folder has jan.db" in refusal(command(*words))
    assert not [path.name for path in tmp_path.iterdir() if path.name in ("annotations.db", "samples.db")]


def test_label_without_a_project_says_how_to_make_one(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    for words in (("label",), ("label", "--plain")):
        assert refusal(command(*words)) == "there is no project annotations.db; make one with `annotator init`"
    assert list(tmp_path.iterdir()) == []


def test_the_history_of_an_unknown_coder_is_refused(command: Command) -> None:
    command("init")

    assert refusal(command("log", "--coder", "nobody")) == "there is no coder nobody in this project"


def test_an_import_of_a_project_file_names_the_merge(command: Command) -> None:
    command("init")
    command("--project", "jan.db", "init")

    assert "`annotator merge` reads project files" in refusal(command("import", "jan.db"))


def test_a_folder_is_no_project(command: Command, tmp_path: Path) -> None:
    (tmp_path / "annotations.db").mkdir()

    assert "is a folder" in refusal(command("status"))


def test_a_binary_file_is_refused_among_others_that_are_added(command: Command, tmp_path: Path) -> None:
    command("init")
    (tmp_path / "a.txt").write_text("One.\n", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\x7fELF\x00\x01\x02\x00\xff" * 50)

    done = command("add", "a.txt", "b.txt")

    assert done.code == 1
    assert [line.split(":")[0] for line in done.out.splitlines()] == ["added", "refused"]
    assert "1 added, 0 already there, 1 refused." in done.err


@pytest.mark.parametrize("kind", ["empty", "without text", "missing"])
def test_a_folder_without_readable_text_is_refused(kind: str, command: Command, tmp_path: Path) -> None:
    command("init")
    if kind != "missing":
        (tmp_path / "news").mkdir()
    if kind == "without text":
        (tmp_path / "news" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")

    done = command("add", "news")

    assert done.code == 1
    assert "Error: " in done.err
    assert "added: " not in done.out


@pytest.mark.parametrize("data", [b"", b" \n\n\t\n", "\u00a0\n".encode()])
def test_a_blank_file_is_refused(data: bytes, command: Command, tmp_path: Path) -> None:
    command("init")
    (tmp_path / "blank.txt").write_bytes(data)

    done = command("add", "blank.txt")

    assert done.code == 1
    assert done.out.startswith("refused: ")


def test_in_a_read_only_folder_nothing_is_made(command: Command, read_only_folder: Path) -> None:
    done = command("--project", read_only_folder / "annotations.db", "init")

    assert "read-only/annotations.db" in refusal(done)
    assert list(read_only_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "name is empty"),
        ("   ", "name is empty"),
        ("a\x1b[31mred", "control or invisible character"),
        ("a\nb", "control or invisible character"),
        ("a\u202eb", "control or invisible character"),
        ("x" * 101, "at most 100"),
        ("annotator", "the program itself"),
        ("half \ud800", "control or invisible character"),
    ],
)
def test_a_coder_name_that_is_empty_or_hostile_is_refused(
    name: str, said: str, command: Command, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project("One.")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    assert said in refusal(command("label", "--coder", name))


def test_the_screen_without_a_terminal_is_refused_before_a_project_is_made(command: Command, tmp_path: Path) -> None:
    assert "needs a terminal" in refusal(command())
    assert list(tmp_path.iterdir()) == []


def test_what_should_not_go_wrong_is_one_sentence_too(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("two\nlines \x1b[31m")

    monkeypatch.setattr("annotator.store.Store.create", fail)
    done = command("init")

    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "ANNOTATOR_DEBUG=1" in done.err
    assert "\x1b" not in done.err

    monkeypatch.setenv("ANNOTATOR_DEBUG", "1")
    with pytest.raises(RuntimeError):
        command("init")
