"""CSV as spreadsheets write it."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.ingest import Columns, Options


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_recognised(reading_file: Any, delimiter: str) -> None:
    table = f"id{delimiter}title{delimiter}text\n1{delimiter}H{delimiter}One.\n"

    (article,) = reading_file("a.csv", table).articles

    assert (article.name, article.title, article.raw_text) == ("1", "H", "One.")


def test_line_ends_delimiters_and_quotes_inside_quotes_are_text(reading_file: Any) -> None:
    table = 'id,text\r\n1,"One, he said.\r\n""Two,"" she said.\n\nThree."\r\n2,Four.\r\n'

    found = reading_file("a.csv", table)

    assert found.texts == ['One, he said.\r\n"Two," she said.\n\nThree.', "Four."]
    assert [len(article.paragraphs) for article in found.articles] == [3, 1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_what_excel_saves_is_read(reading_file: Any, encoding: str) -> None:
    table = 'Id;Überschrift;Text\r\n7;"Ärger; und mehr";"Das größte Übel – es fällt."\r\n'

    found = reading_file("a.csv", table.encode(encoding), Options(columns=Columns(title="Überschrift")))

    assert found.articles[0].title == "Ärger; und mehr"
    assert found.texts == ["Das größte Übel – es fällt."]
    assert found.remarks == ([] if encoding == "utf-8-sig" else [f"read as {found.remarks[0][8:]}"])


def test_the_line_that_names_the_delimiter_is_no_header(reading_file: Any) -> None:
    assert reading_file("a.csv", "sep=;\r\nid;text\r\n1;One.\r\n").texts == ["One."]


def test_columns_that_mean_nothing_to_us_are_kept_as_metadata(reading_file: Any) -> None:
    (article,) = reading_file("a.csv", "text,desk,pages,empty\nOne.,Foreign,3,\n").articles

    assert article.metadata == {"desk": "Foreign", "pages": "3"}


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("id,text\n1,One.\n2,Two.,more\n", "line 3: 3 fields, but the first line names 2 columns"),
        ('id,text\n1,"One.\n2,Two.\n', "line 2: unexpected end of data"),
        ('id,text\n1,One.\n2,"Two" more\n', "line 3: ',' expected after '\"'"),
        ("id,title\n1,One.\n", 'line 2: no text column among "id", "title": name it with --text'),
        ("text,text\nOne.,Two.\n", 'there are two columns "text"; rename one'),
        ("id,text\n1,One\x00.\n", "line 2: a NUL byte, so this is not text"),
        ("id,text\n", "contains no record"),
        ("", "contains no record"),
    ],
)
def test_a_broken_table_is_refused_whole_with_the_line(reading_file: Any, table: str, reason: str) -> None:
    assert reading_file("a.csv", table).reason.endswith(f"a.csv: {reason}")


def test_a_field_of_a_megabyte_is_read(reading_file: Any) -> None:
    (article,) = reading_file("a.csv", f'id,text\n1,"{"word " * 200_000}"\n').articles

    assert len(article.raw_text) == 1_000_000


def test_what_a_spreadsheet_would_run_is_text(reading_file: Any) -> None:
    assert reading_file("a.csv", 'text\n"=1+1"\n').texts == ["=1+1"]
