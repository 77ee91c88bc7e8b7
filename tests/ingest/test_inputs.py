"""Paths of every kind: what is read, in which order, and what is refused."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from annotator.ingest import Input, Options, inputs

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, pipes and names as POSIX has them")


def test_a_folder_is_read_to_the_bottom_in_a_stable_order(tmp_path: Path, reading: Any) -> None:
    for name in ("b.txt", "a/z.txt", "a/y.txt", "c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)

    assert reading(tmp_path).texts == ["a/y.txt", "a/z.txt", "b.txt", "c.md"]


def test_hidden_files_and_the_projects_own_are_passed_over_in_a_folder(tmp_path: Path) -> None:
    for name in (".hidden", "annotations.db", "a.txt"):
        (tmp_path / name).write_text("Text.")
    skip = frozenset({(tmp_path / "annotations.db").resolve()})

    found = list(inputs([tmp_path], Options(skip=skip)))

    assert [item.path for item in found] == [str(tmp_path / "a.txt")]


def test_files_about_a_folder_are_passed_over_unless_they_are_named(tmp_path: Path) -> None:
    for name in ("README.md", "readme.txt", "LICENSE", "license.txt", "a.txt", "Readmes.txt"):
        (tmp_path / name).write_text("Text.")
    passed: list[str] = []

    found = list(inputs([tmp_path], None, passed))
    (named,) = inputs([tmp_path / "README.md"])

    assert [Path(item.path).name for item in found] == ["Readmes.txt", "a.txt", "license.txt"]
    assert [Path(path).name for path in passed] == ["LICENSE", "README.md", "readme.txt"]
    assert isinstance(named, Input)


def test_a_folder_called_like_a_file_is_a_folder(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "x.txt").mkdir()
    (tmp_path / "x.txt" / "a.txt").write_text("Text.")

    assert reading(tmp_path).texts == ["Text."]


def test_a_refused_file_leaves_the_others_alone(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "b.txt").write_bytes(b"\x00\x01")
    (tmp_path / "c.txt").write_text("Three.")

    found = reading(tmp_path)

    assert found.texts == ["One.", "Three."]
    assert [refusal.sentence for refusal in found.refusals] == [
        f"{tmp_path}/b.txt: line 1: a NUL byte, so this is not text"
    ]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, reading: Any) -> None:
    os.mkfifo(tmp_path / "pipe.txt")

    assert "is not a file or a folder" in reading(tmp_path).reason


def test_links_to_nothing_to_themselves_and_back_up_are_refused(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.txt").write_text("Text.")
    (tmp_path / "nothing.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "up").symlink_to(tmp_path)

    found = reading(tmp_path, options=Options(skip=frozenset({tmp_path / "annotations.db"})))

    assert found.texts == ["Text."]
    assert [refusal.sentence.removeprefix(f"{tmp_path}/") for refusal in found.refusals] == [
        "nothing.txt: a broken link",
        "self.txt: too many levels of symbolic links",
        "up: is a link to a folder that was read already",
    ]


def test_a_linked_file_is_read(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.txt").write_text("Text.")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")

    assert reading(tmp_path / "b.txt").articles[0].name == "b"


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.txt").write_text("Text.")
    (tmp_path / "a.txt").chmod(0)

    assert reading(tmp_path).reason.endswith("a.txt: permission denied")


def test_a_path_that_is_not_there_is_refused(tmp_path: Path, reading: Any) -> None:
    assert reading(tmp_path / "gone.txt").reason == f"{tmp_path}/gone.txt: does not exist"
    assert "embedded null byte" in reading("a\x00b").reason


@pytest.mark.parametrize("name", ["-rf.txt", "a\nb.txt", "\x1b[31m.txt", "[bold].txt", "\u202etxt.exe.txt"])
def test_a_hostile_name_is_kept_and_shown_harmless(tmp_path: Path, reading: Any, name: str) -> None:
    (tmp_path / name).write_text("Text.")

    (read,) = reading(tmp_path).reads

    assert read.article.name == name.removesuffix(".txt")
    assert read.origin.isprintable()


def test_a_name_of_undecodable_bytes_is_written_out(tmp_path: Path, reading: Any) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("Text.")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe8.txt")).write_bytes(b"")

    found = reading(tmp_path)

    assert [article.name for article in found.articles] == [r"caf\xe9"]
    assert found.refusals[0].sentence == rf"{tmp_path}/caf\xe8.txt: no readable text"
    found.refusals[0].path.encode()


def test_the_same_content_under_two_names_has_one_id(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.txt").write_text("Text.")
    (tmp_path / "b.txt").write_text("Text.")

    first, second = reading(tmp_path).articles

    assert first.article_id == second.article_id


def test_two_names_with_one_stem_are_two_articles(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "a.md").write_text("Two.")

    assert [(article.name, article.raw_text) for article in reading(tmp_path).articles] == [
        ("a", "Two."),
        ("a", "One."),
    ]


def test_standard_input_is_read_and_recognised(monkeypatch: pytest.MonkeyPatch, reading: Any) -> None:
    class Stream:
        buffer = io.BytesIO(b'{"text": "One."}\n{"text": "Two."}\n')

    monkeypatch.setattr(sys, "stdin", Stream())

    found = reading("-")

    assert found.texts == ["One.", "Two."]
    assert [read.origin for read in found.reads] == ["-, line 1", "-, line 2"]


def test_a_file_tells_its_size_for_a_progress_bar(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text.")

    (found,) = inputs([tmp_path / "a.txt"])

    assert isinstance(found, Input)
    assert found.size == 5


def test_a_file_without_an_ending_is_read_by_its_beginning(reading_file: Any) -> None:
    assert reading_file("page", "<!DOCTYPE html><p>One.</p>").texts == ["One."]
    assert reading_file("lines", '{"text": "One."}\n').texts == ["One."]
    assert reading_file("words", "One.").texts == ["One."]
