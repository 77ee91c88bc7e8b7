"""REFI-QDA projects: their text sources, and XML that means harm."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import Any

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_PROJECT = _HEAD + '<Project xmlns="urn:QDA-XML:project:1.0" name="p"><Sources>{}</Sources></Project>'


def project(path: Path, xml: str, **sources: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", xml)
        for name, content in sources.items():
            archive.writestr(f"Sources/{name}.txt", content)
    return path


def test_text_sources_are_read_inside_and_beside_the_project(tmp_path: Path, reading: Any) -> None:
    xml = _PROJECT.format(
        '<TextSource guid="1" name="First"><PlainTextContent>One &amp; all.&#10;Two.</PlainTextContent></TextSource>'
        '<TextSource guid="2" name="Second" plainTextPath="internal://Abc.txt"><PlainTextSelection name="no">'
        "<Description>not text</Description></PlainTextSelection></TextSource>"
        '<PictureSource guid="3" name="P"><TextDescription plainTextPath="internal://x.txt"/></PictureSource>'
    )

    found = reading(project(tmp_path / "a.qdpx", xml, abc="\ufeffThree.\r\nFour.".encode()))

    assert [(article.name, article.raw_text) for article in found.articles] == [
        ("First", "One & all.\nTwo."),
        ("Second", "Three.\r\nFour."),
    ]
    assert found.remarks == ["1 sources that are not text are left out"]


def test_entities_are_refused_before_they_grow(tmp_path: Path, reading: Any) -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'{_HEAD}<!DOCTYPE p [<!ENTITY a0 "ha">{levels}]><Project>&a11;</Project>'

    begin = time.process_time()
    found = reading(project(tmp_path / "a.qdpx", xml))

    assert "declares a document type" in found.reason
    assert time.process_time() - begin < 1


def test_an_external_entity_reads_no_file(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "secret").write_text("SECRET")
    xml = (
        f'{_HEAD}<!DOCTYPE p [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
        '<Project><TextSource name="a"><PlainTextContent>&x;</PlainTextContent></TextSource></Project>'
    )

    assert "declares a document type" in reading(project(tmp_path / "a.qdpx", xml)).reason


def test_a_source_outside_the_project_is_refused(tmp_path: Path, reading: Any) -> None:
    for number, path in enumerate(("relative://../../etc/passwd", "absolute:///etc/passwd", "internal://../a.txt")):
        xml = _PROJECT.format(f'<TextSource guid="1" name="n" plainTextPath="{path}"/>')

        found = reading(project(tmp_path / f"{number}.qdpx", xml))

        assert 'source "n": ' in found.reason


def test_broken_xml_is_refused_with_its_line(tmp_path: Path, reading: Any) -> None:
    found = reading(project(tmp_path / "a.qdpx", f"{_HEAD}<Project>\n<Sources></Project>"))

    assert found.reason.endswith("a.qdpx: project.qde, line 3: mismatched tag")


def test_a_project_without_a_text_is_refused(tmp_path: Path, reading: Any, reading_file: Any) -> None:
    assert "contains no text source" in reading(project(tmp_path / "a.qdpx", _PROJECT.format(""))).reason
    assert "not a readable REFI-QDA project" in reading_file("b.qdpx", b"nothing").reason


def test_deep_nesting_is_refused(tmp_path: Path, reading: Any) -> None:
    xml = "<Project>" * 20_000 + "</Project>" * 20_000

    assert "nested more than 100 deep" in reading(project(tmp_path / "a.qdpx", xml)).reason
