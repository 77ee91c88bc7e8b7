"""`annotator add` with several processes and without: the same project, file by file."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from annotator.cli import add_files as adding
from tests.cli.conftest import Command
from tests.conftest import connect

TEXT = "The council of Skarvik met on day {n} to decide what should become of the ferry.\n\nNobody said what.\n"


@pytest.fixture(params=["several processes", "one process"])
def processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(adding, "WORTH_IT", 0)
    monkeypatch.setattr(adding, "n_workers", lambda: 2 if request.param == "several processes" else 0)
    return str(request.param)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with a file of every kind, good and bad."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for n in range(70):
        (folder / f"{n:03}.txt").write_text(TEXT.format(n=n), encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\x00")
    (folder / "page.html").write_text(f"<h1>Ferry</h1><p>{TEXT.format(n='p')}</p>", encoding="utf-8")
    lines = [json.dumps({"id": n, "text": TEXT.format(n=f"of line {n}")}) for n in range(300)]
    (folder / "lines.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "broken.jsonl").write_text("\n".join([*lines[:150], "{", *lines[150:]]), encoding="utf-8")
    lines[200] = '{"id": 200}'
    (folder / "missing.jsonl").write_text("\n".join(lines).replace("of line", "of row"), encoding="utf-8")
    with ZipFile(folder / "packed.zip", "w") as archive:
        archive.writestr("README.md", "About.")
        archive.writestr("in.txt", TEXT.format(n="in an archive"))
    return folder


def rows(path: Path) -> list[Any]:
    """Everything about articles and paragraphs but the times."""
    with closing(connect(path)) as c:
        articles = c.execute("select id, article_id, sha256, name, path, metadata, checksum, raw_text from articles")
        paragraphs = c.execute("select id, article, position, start, end, role from paragraphs")
        return [*articles.fetchall(), *paragraphs.fetchall()]


@pytest.mark.usefixtures("processes")
def test_each_file_is_added_whole_or_refused_and_the_others_go_on(command: Command, corpus: Path) -> None:
    command("init")

    first = command("add", "corpus", "gone.txt")
    again = command("add", "corpus", "gone.txt")

    assert first.code == again.code == 1
    assert [line for line in first.out.splitlines() if line.startswith("refused")] == [
        "refused: corpus/bad.txt: line 1: a NUL byte, so this is not text",
        "refused: corpus/broken.jsonl: line 151: not JSON: expecting property name enclosed in double quotes"
        " (column 2)",
        'refused: corpus/missing.jsonl: line 201: no text column among "id": name it with --text',
        "refused: gone.txt: does not exist",
    ]
    assert "372 added, 0 already there, 4 refused." in first.err
    assert "Skipped: corpus/packed.zip/README.md" in first.err
    assert "0 added, 372 already there, 4 refused." in again.err


@pytest.mark.slow
def test_several_processes_make_the_same_project_as_one(
    command: Command, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "WORTH_IT", 0)
    made = []
    for n in (0, 2):
        monkeypatch.setattr(adding, "n_workers", lambda n=n: n)
        command("--project", f"{n}.db", "init")
        done = command("add", "--project", f"{n}.db", "--json", "corpus")
        made.append((done.out, rows(tmp_path / f"{n}.db")))

    assert made[0] == made[1]


def test_the_times_of_arrival_are_in_the_order_of_reading(command: Command, corpus: Path, tmp_path: Path) -> None:
    command("init")
    command("add", "corpus")

    with closing(connect(tmp_path / "annotations.db")) as c:
        times = [row[0] for row in c.execute("select added_at from articles order by id")]

    assert times == sorted(set(times))


def test_the_same_text_twice_in_one_file_is_one_article(command: Command, tmp_path: Path) -> None:
    command("init")
    (tmp_path / "twice.jsonl").write_text('{"text": "One."}\n{"text": "One."}\n', encoding="utf-8")

    done = command("add", "twice.jsonl")

    assert [line.split(":")[0] for line in done.out.splitlines()] == ["added", "already there"]


@pytest.mark.slow
def test_a_script_that_adds_is_not_run_again_by_the_processes(command: Command, corpus: Path, tmp_path: Path) -> None:
    command("init")
    script = tmp_path / "script.py"
    script.write_text(
        "from annotator.cli import add_files as adding, run\n"
        "adding.WORTH_IT, adding.n_workers = 0, lambda: 2\n"
        "print('begun')\n"
        "run(['add', 'corpus/lines.jsonl'])\n",
        encoding="utf-8",
    )

    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=60)

    assert done.stdout.count("begun") == 1
    assert done.stderr == "300 added, 0 already there, 0 refused.\n"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
def test_a_stopped_run_keeps_what_it_said_and_is_taken_up_again(command: Command, tmp_path: Path) -> None:
    command("init")
    (tmp_path / "news").mkdir()
    for n in range(2000):
        (tmp_path / "news" / f"{n:04}.txt").write_text(TEXT.format(n=n), encoding="utf-8")
    add = [sys.executable, "-m", "annotator", "add", "news"]
    # A shell lets programs in its background ignore this signal, and their children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    # The pipe is small, and nobody empties it for a while: the program cannot end before it is stopped.
    process = subprocess.Popen(
        add, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, pipesize=4096
    )
    signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    first = process.stdout.read(2000)

    os.killpg(process.pid, signal.SIGINT)
    rest, err = process.communicate(timeout=60)
    n_said, said = (first + rest).count(b"added: "), err.decode()
    again = command("add", "news")

    assert process.returncode == 130
    assert 0 < n_said < 2000
    stopped = re.fullmatch(
        r"Stopped: (\d+) added, 0 already there, 0 refused; the same command goes on from here.\n", said
    )
    assert stopped is not None
    n_added = int(stopped[1])
    # Files may have been committed in the moment before they were to be said.
    assert n_said <= n_added < 2000
    assert f"{2000 - n_added} added, {n_added} already there, 0 refused." in again.err.splitlines()
