"""Text files that are not articles are refused by what they are."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.ingest import Options

CODE = "is source code"
REFERENCES = "is a list of references"
STANDOFF = "holds annotations without their text"
TOKENS = "is a file of tokens (CoNLL)"

FILES = [
    ("a.py", "import os\nprint(os.name)\n", CODE),
    ("a.R", "x <- read.csv('a.csv')\nsummary(x)\n", CODE),
    ("a.do", "use survey\nsummarize age\n", CODE),
    ("run", "#!/bin/sh\necho hello\n", CODE),
    ("a.bib", "@article{a, title={One}}\n", REFERENCES),
    ("a.txt", "% export\n@article{a,\n title={One}}\n", REFERENCES),
    ("a.txt", "%0 Journal Article\n%T One\n", REFERENCES),
    ("a.nbib", "PMID- 12345\nTI  - One\n", REFERENCES),
    ("a.ris", "TY  - NEWS\nT1  - One\nER  - \n", REFERENCES),
    ("a.xml", "<?xml version='1.0'?><xml><records><record/></records></xml>", REFERENCES),
    ("a.ann", "T1\tStance 0 5\tmayor\n", STANDOFF),
    ("a.txt", "T1\tStance 0 5\tmayor\nA1\tNegation T1\n", STANDOFF),
    ("a.conllu", "1\tThe\tthe\tDET\n", TOKENS),
    ("a.txt", "The O\nmayor B-PER\nof O\nSkerry B-LOC\nsaid O\n\nNo O\n", TOKENS),
    ("a.txt", "1\tThe\tthe\tDET\n2\tmayor\tmayor\tNOUN\n3\tsaid\tsay\tVERB\n4\tno\tno\tADV\n5\t.\t.\tPUNCT\n", TOKENS),
    ("a.txt", "-DOCSTART- -X- O O\n\nThe DT B-NP O\n", TOKENS),
]


@pytest.mark.parametrize(("name", "text", "kind"), FILES)
def test_it_is_refused_by_name(reading_file: Any, name: str, text: str, kind: str) -> None:
    assert f"{name}: {kind}" in reading_file(name, text).reason


@pytest.mark.parametrize(("name", "text", "kind"), [one for one in FILES if not one[0].endswith(("xml", "ris"))])
def test_it_is_added_where_the_user_says_it_is_text(reading_file: Any, name: str, text: str, kind: str) -> None:
    assert reading_file(name, text, Options(format="text")).texts == [text]


@pytest.mark.parametrize(
    "text",
    [
        "The mayor said no.\nShe left.\n",
        "Speech\tby the mayor\n\nNobody listened.\n",
        "O\nB\nC\nD\nE\n",
        "@mayor said no\n",
        "T1 is the terminal.\tIt is closed.\n",
        "1 One\n2 Two\n3 Three\n4 Four\n5 Five\n6 Six\n",
    ],
)
def test_articles_that_look_a_little_like_it_are_read(reading_file: Any, text: str) -> None:
    assert reading_file("a.txt", text).texts == [text]


@pytest.mark.parametrize(
    ("name", "content", "texts"),
    [
        ("a.txt", "<!DOCTYPE html><p>One.<p>Two.", ["One.\n\nTwo."]),
        ("page", "<?xml version='1.0'?><html><body><p>One.</p></body></html>", ["One."]),
        (
            "mail.txt",
            "From: a@site.example\nSubject: Port\nMIME-Version: 1.0\nContent-Type: text/plain\n\nOne.\n",
            ["One."],
        ),
        ("a.xml", "<html><body><p>One.</p></body></html>", ["One."]),
    ],
)
def test_the_content_decides_and_not_the_name(reading_file: Any, name: str, content: str, texts: list[str]) -> None:
    assert reading_file(name, content).texts == texts


def test_unknown_xml_is_refused_with_what_is_known(reading_file: Any) -> None:
    reason = reading_file("a.xml", "<catalogue><item>One.</item></catalogue>").reason

    assert "a.xml: is XML of an unknown kind (root <catalogue>; known are Atom, Factiva" in reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<rss><channel><item>", "line 1: not well-formed XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><rss><item>&b;</item></rss>', "declares entities of its own"),
        ("<a>" * 500 + "</a>" * 500, "is nested more than 400 deep"),
    ],
)
def test_broken_or_hostile_xml_is_refused(reading_file: Any, text: str, reason: str) -> None:
    assert reason in reading_file("a.xml", text).reason


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.xls", b"<html><body><p>One.</p></body></html>", "One."),
        ("a.csv", b"{\\rtf1\\ansi One.}", "One."),
        ("a.json", b"{\\rtf1\\ansi One.}", "One."),
    ],
)
def test_a_file_with_the_name_of_a_table_is_read_as_what_it_is(
    reading_file: Any, name: str, content: bytes, text: str
) -> None:
    assert reading_file(name, content).texts == [text]


def test_an_old_word_document_is_refused_with_a_way_out(reading_file: Any) -> None:
    data = b"\xd0\xcf\x11\xe0" + bytes(508) + "WordDocument".encode("utf-16-le")

    assert reading_file("a.doc", data).reason.endswith("is an old Word document: save it as .docx")


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>Factiva adds a paper</title></head><body><p>One.</p></body></html>",
        '<html><body><div class="topic-list">A</div><div class="topic-details"><p>One.</p></div></body></html>',
    ],
)
def test_a_page_that_only_looks_a_little_like_a_batch_is_a_page(reading_file: Any, page: str) -> None:
    assert reading_file("a.html", page).texts[0].endswith("One.")


def test_a_form_with_a_document_number_is_an_article(reading_file: Any) -> None:
    text = "DOCUMENT ID: 42\nThe port stays open.\nDocument 1 of 2\nThe end.\n"

    assert reading_file("a.txt", text).texts == [text]
