"""Zip archives: each file by itself, nothing unpacked, no bomb set off."""

from __future__ import annotations

import io
import stat
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest


def packed(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def test_every_file_in_an_archive_is_an_input_of_its_own(tmp_path: Path, reading: Any) -> None:
    corpus = packed(
        tmp_path / "corpus.zip",
        ("b/two.txt", b"Two."),
        ("one.html", b"<p>One.</p>"),
        ("bad.txt", b"\x00\x00\x01"),
        ("rows.jsonl", b'{"text": "Three."}\n{"text": "Four."}\n'),
        (".DS_Store", b"\x00"),
        ("__MACOSX/x", b"\x00"),
    )

    found = reading(corpus)

    assert found.texts == ["Two.", "One.", "Three.", "Four."]
    assert [refusal.sentence for refusal in found.refusals] == [
        f"{corpus}/bad.txt: line 1: a NUL byte, so this is not text"
    ]
    assert found.articles[0].path == f"{corpus}/b/two.txt"


@pytest.mark.parametrize("name", ["../../out.txt", "/etc/out.txt", "a/../../out.txt", "..\\out.txt", "C:\\out.txt"])
def test_a_name_that_leads_out_is_refused_and_the_rest_read(tmp_path: Path, reading: Any, name: str) -> None:
    found = reading(packed(tmp_path / "a.zip", (name, b"Out."), ("in.txt", b"In.")))

    assert found.texts == ["In."]
    assert found.refusals[0].sentence.endswith(": its path leads out of the archive")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, reading: Any) -> None:
    bomb = packed(tmp_path / "a.zip", ("bomb.txt", b"0" * 300_000_000), ("in.txt", b"In."))

    begin = time.process_time()
    found = reading(bomb)

    assert found.texts == ["In."]
    assert found.refusals[0].sentence.endswith("bomb.txt: would unpack to more than 200 times its size")
    assert time.process_time() - begin < 1


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path, reading: Any) -> None:
    path = packed(tmp_path / "a.zip", ("a.txt", b"word " * 100_000))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02") + 24  # the unpacked size in the table of contents
    data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)

    found = reading(path)

    assert found.texts == []
    assert len(found.refusals) == 1


def test_archives_in_archives_links_and_locked_files_are_refused(tmp_path: Path, reading: Any) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", "Text.")
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = packed(tmp_path / "a.zip", ("inner.zip", inner.getvalue()), (link, b"/etc/passwd"), ("locked.txt", b"x"))
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1  # says that it is encrypted
    path.write_bytes(data)

    reasons = [refusal.sentence.rpartition("a.zip/")[2] for refusal in reading(path).refusals]

    assert reasons == [
        "inner.zip: an archive in an archive is not read",
        "link.txt: is a link",
        "locked.txt: is encrypted",
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"Text."])
def test_what_is_no_archive_is_refused(reading_file: Any, content: bytes) -> None:
    assert "a.zip: not a readable archive" in reading_file("a.zip", content).reason


def test_a_damaged_file_in_an_archive_is_refused(tmp_path: Path, reading: Any) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "Text that is damaged.")
    path.write_bytes(path.read_bytes().replace(b"damaged", b"DAMAGED"))

    assert "a.txt: cannot be unpacked (bad crc-32" in reading(path).reason
