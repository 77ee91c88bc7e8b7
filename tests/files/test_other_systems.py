"""What other systems refuse is simulated here: the whole day of commands must go by, or say one sentence."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.errors import StoreError
from annotator.export.folder import Folder
from annotator.files import durable, names
from annotator.store import Store
from annotator.store.rescue.doctor import examine
from tests.cli.conftest import Command, refusal
from tests.files import systems
from tests.files.day import live
from tests.store.work import CODEBOOK

SYSTEMS = {
    "Windows": systems.windows,
    "a Python without what only Unix has": systems.without_posix,
    "FAT, where no file has a second name": systems.one_name_a_file,
    "names whose capitals do not count": systems.capitals_do_not_count,
}

needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="which files are open is asked of /proc")


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_command_that_writes_does_its_work_under_the_rules_of(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    with SYSTEMS[system]():
        for words, code in live(tmp_path):
            assert code == 0, (words, capsys.readouterr().err)
        assert examine(tmp_path / "annotations.db").is_sound
        assert examine(tmp_path / "repaired.db").is_sound

    left = [path.name for path in tmp_path.rglob("*") if "unfinished" in path.name or path.name.endswith(".part")]
    assert left == []


@needs_proc
def test_the_simulated_windows_refuses_what_windows_refuses(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_text("a")
    other.write_text("b")
    with systems.windows():
        handle = os.open(path, os.O_RDONLY)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fsync(handle)
        with pytest.raises(PermissionError):
            other.replace(path)
        with pytest.raises(PermissionError):
            path.unlink()
        os.close(handle)
        with pytest.raises(FileExistsError):
            other.rename(path)
        with pytest.raises(PermissionError):
            os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(ImportError):
            import fcntl  # noqa: F401
    path.unlink()


def test_an_export_whose_folder_another_program_holds_open_leaves_the_old_files(tmp_path: Path) -> None:
    from annotator.errors import ExportError

    with Folder(tmp_path) as out:
        out.write_text("brat/a.txt", "old")
    with (
        (tmp_path / "brat" / "a.txt").open(),
        systems.windows(),
        pytest.raises(ExportError, match="as they were"),
        Folder(tmp_path) as out,
    ):
        out.write_text("brat/a.txt", "new")

    assert (tmp_path / "brat" / "a.txt").read_text() == "old"


def test_coders_whose_names_differ_only_in_capitals_have_files_of_their_own(tmp_path: Path) -> None:
    with systems.capitals_do_not_count(), Folder(tmp_path) as out:
        for coder in ("Anna", "anna", "ANNA", "anna~2"):
            out.write_text(f"brat/{coder}/a.txt", coder)
            out.write_text(f"{coder}.txt", coder)

    held = {path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.rglob("*.txt")}
    assert sorted(held.values()) == sorted(["Anna", "anna", "ANNA", "anna~2"] * 2)
    assert len({name.casefold() for name in held}) == 8
    assert set(out.files) == set(held)


RESERVED = (
    "CON",
    "con.db",
    "NUL",
    "nul.db",
    "aux.tar.db",
    "COM1.db",
    "lpt9",
    "prn .db",
    "a.db.",
    "a.db ",
    "a:b.db",
    "a?",
)


@pytest.mark.parametrize("name", RESERVED)
def test_a_name_that_windows_keeps_for_itself_is_refused_there_in_a_sentence(name: str, tmp_path: Path) -> None:
    with systems.windows(), pytest.raises(StoreError, match="not allowed by Windows: choose another name"):
        Store.create(tmp_path / name, CODEBOOK)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["console.db", "nulls.db", "com10.db", "lpt.db", "a.con", "über.db", "a b.db"])
def test_a_name_that_only_looks_like_one_is_taken(name: str, tmp_path: Path) -> None:
    with systems.windows():
        Store.create(tmp_path / name, CODEBOOK).close()

    assert (tmp_path / name).exists()


def test_a_path_that_windows_does_not_open_is_refused_in_a_sentence(tmp_path: Path) -> None:
    deep = tmp_path
    while len(str(deep)) < 215:
        deep = deep / "folder"
    deep.mkdir(parents=True)
    with systems.short_paths(), pytest.raises(StoreError, match="longer than the 240 characters"):
        Store.create(deep / ("a" * 40 + ".db"), CODEBOOK)


@pytest.mark.parametrize(
    "words",
    [
        ("export", "jsonl", "--out"),
        ("agreement", "--json", "--out"),
        ("agreement", "--matrices"),
        ("speakers", "export", "--out"),
        ("doctor", "--repair", "--out"),
        ("pack", "--coder", "anna", "--out"),
        ("codebook", "new"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("long", ["name", "path"])
def test_whatever_is_written_to_too_long_a_path_is_refused_in_a_sentence(
    words: tuple[str, ...], long: str, command: Command, tmp_path: Path
) -> None:
    with Store.create(tmp_path / "annotations.db", CODEBOOK) as store:
        store.coder("anna")
    before = sorted(path.name for path in tmp_path.iterdir())
    target = "n" * 300 if long == "name" else "/".join([str(tmp_path), *["folder"] * 40, "a.db"])

    system = systems.short_paths if long == "path" else systems.one_name_a_file
    with system():
        refused = command(*words, target)

    assert refused.code == 1
    assert "should not" not in refused.err
    assert refused.err.strip().count("Error: ") == 1
    assert [name for name in sorted(path.name for path in tmp_path.iterdir()) if name != "folder"] == [
        name for name in before if name != "folder"
    ]


READERS = (
    ("init",), ("status",), ("add", "one.txt"), ("label", "--plain"), ("doctor",), ("doctor", "--repair"), ("backup",),
    ("restore", "latest", "--yes"), ("export", "jsonl"), ("agreement",), ("log",), ("undo",), ("merge", "other.db"),
    ("pack", "--coder", "anna"), ("keys",), ("suggest", "one.txt"), ("codebook", "show"), ("speakers", "list"),
    ("assign", "list"), ("adjudicate", "--status"), ("import", "out"),
)  # fmt: skip


@pytest.mark.parametrize("words", READERS, ids=" ".join)
@pytest.mark.parametrize("length", [251, 300])
def test_a_project_whose_name_is_too_long_gives_a_plain_sentence(
    length: int, words: tuple[str, ...], command: Command, tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text("One.")

    done = command("--project", "n" * length + ".db", *words)

    if words[0] not in ("keys", "suggest"):
        refusal(done)
        said = "longer than 220 bytes|name too long|there is no (project|file|backup)|not found"
        assert re.search(said, done.err), done
    assert "should not" not in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["one.txt"]


@pytest.mark.parametrize(
    "words",
    [
        ("codebook", "check"),
        ("init", "--codebook"),
        ("add",),
        ("import",),
        ("merge",),
        ("restore", "--yes"),
        ("keys", "--keys"),
    ],
    ids=" ".join,
)
def test_a_file_that_is_read_with_a_name_of_300_letters_gives_a_plain_sentence(
    words: tuple[str, ...], command: Command, tmp_path: Path
) -> None:
    if words[0] != "init":
        Store.create(tmp_path / "annotations.db", CODEBOOK).close()

    done = command(*words, "n" * 300)

    assert done.code in (1, 2)
    assert "should not" not in done.err
    assert "Traceback" not in done.err


def test_the_longest_name_that_is_taken_can_be_worked_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "n" * (names.LONGEST_NAME - 3) + ".db"
    for words in (("init",), ("backup",), ("restore", "latest", "--yes"), ("doctor",), ("pack", "--coder", "anna")):
        if words[0] == "pack":
            with Store(Path(name)) as store:
                store.coder("anna")
        assert run(["--project", name, *words]) == 0, words


@pytest.mark.parametrize("start", ["/", "//", "///"])
def test_a_path_may_begin_with_several_slashes(start: str, tmp_path: Path) -> None:
    path = Path(start + str(tmp_path / "a.db").lstrip("/"))

    Store.create(path, CODEBOOK).close()

    assert Store(path).codebooks.current().name == "small"


def test_a_folder_that_cannot_be_synced_costs_nothing(tmp_path: Path) -> None:
    with systems.windows():
        durable.sync_folder(tmp_path)
        durable.sync_folder(tmp_path / "not there")
