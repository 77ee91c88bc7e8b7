"""Databases that deliver many articles in a file: all are found, each with its own text and facts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from annotator.ingest import Options
from annotator.model import Article
from tests.ingest.sources.invented import (
    BUS,
    MILL,
    STORIES,
    WELL,
    Story,
    factiva_html,
    factiva_text,
    nexis_html,
    nexis_text,
    nexis_uni,
    proquest,
    without_text,
)

Build = Callable[..., str]
BUILDERS: dict[str, tuple[str, Build]] = {
    "Nexis (HTML)": ("a.html", nexis_html),
    "Nexis (text)": ("a.txt", nexis_text),
    "Nexis Uni": ("a.txt", nexis_uni),
    "Factiva (HTML)": ("a.html", factiva_html),
    "Factiva (RTF)": ("a.txt", factiva_text),
    "ProQuest (text)": ("a.txt", proquest),
}
EACH = pytest.mark.parametrize(("kind", "name", "build"), [(kind, *rest) for kind, rest in BUILDERS.items()])


def body(article: Article) -> list[str]:
    return [article.text(one) for one in article.paragraphs if one.role in ("body", "subhead")]


def check(article: Article, story: Story) -> None:
    assert (article.title, article.date, article.source) == (story.title, story.iso, story.source)
    assert body(article) == list(story.body)


@EACH
def test_every_article_has_its_own_text_title_date_and_source(
    reading_file: Any, kind: str, name: str, build: Build
) -> None:
    found = reading_file(name, build())

    assert len(found.articles) == len(STORIES)
    for article, story in zip(found.articles, STORIES, strict=True):
        check(article, story)
    assert found.remarks[0] == f"3 articles in 1 file from {kind}"


@EACH
def test_authors_and_sections_are_metadata(reading_file: Any, kind: str, name: str, build: Build) -> None:
    mill, well, _ = reading_file(name, build()).articles

    assert mill.metadata["author"] == MILL.author
    assert "author" not in well.metadata
    if build is not factiva_text:
        assert mill.metadata["section"] == MILL.section


@EACH
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_marks_change_nothing(
    reading_file: Any, kind: str, name: str, build: Build, ending: str
) -> None:
    plain = reading_file(name, build()).articles

    found = reading_file(name, build().replace("\n", ending).encode("utf-8-sig")).articles

    assert [article.raw_text for article in found] == [article.raw_text for article in plain]
    assert [article.title for article in found] == [article.title for article in plain]


@EACH
def test_an_article_without_text_is_left_out_by_name(reading_file: Any, kind: str, name: str, build: Build) -> None:
    found = reading_file(name, build((MILL, without_text(WELL), BUS)))

    assert [article.title for article in found.articles] in (
        [MILL.title, BUS.title],
        [MILL.title, WELL.title, BUS.title],
    )
    if len(found.articles) == 2:
        assert [left.reason for left in found.left_out] == [f"has no text (title “{WELL.title}”)"]
    else:  # its dek or caption is all that there is
        assert body(found.articles[1]) == []


def test_strict_refuses_a_batch_with_an_article_without_text(reading_file: Any) -> None:
    page = factiva_html((MILL, without_text(WELL), BUS))

    reason = reading_file("a.html", page, Options(strict=True)).reason

    assert reason.endswith(f"a.html: article 2 has no text (title “{WELL.title}”)")


@EACH
def test_a_batch_within_an_archive_is_split(reading: Any, tmp_path: Path, kind: str, name: str, build: Build) -> None:
    with ZipFile(tmp_path / "batches.zip", "w") as archive:
        archive.writestr(name, build())
        archive.writestr("other.txt", "An article of its own.\n")

    assert len(reading(tmp_path / "batches.zip").articles) == 4


def test_two_databases_in_one_folder_are_told_apart(reading: Any, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(nexis_html())
    (tmp_path / "b.html").write_text(factiva_html((MILL,)))
    (tmp_path / "c.txt").write_text(proquest((WELL, BUS)))

    found = reading(tmp_path)

    kinds = [remark for remark in found.remarks if "in 1 file" in remark]
    assert [kind.partition(" from ")[2] for kind in kinds] == ["Nexis (HTML)", "Factiva (HTML)", "ProQuest (text)"]
    assert len(found.articles) == 6


@EACH
def test_paragraphs_by_block_are_the_same(reading_file: Any, kind: str, name: str, build: Build) -> None:
    found = reading_file(name, build(), Options(by="block"))

    for article, story in zip(found.articles, STORIES, strict=True):
        check(article, story)


@EACH
def test_the_same_article_from_two_downloads_is_the_same(reading_file: Any, kind: str, name: str, build: Build) -> None:
    alone = reading_file(name, build((BUS,))).articles[0]
    last = reading_file(name, build()).articles[2]

    assert alone.article_id == last.article_id
