"""Rows without text and odd dates: the others are added, and each is said by its line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from annotator.ingest import Options
from annotator.ingest.dates import check_formats

TABLE = "id,date,text\n1,2031-05-06,One.\n2,2031-05-07,\n3,soon,Three.\n4,2031-05-08\n5,2031-05-09,  \n"


def test_rows_without_text_are_left_out_by_line(reading_file: Any) -> None:
    found = reading_file("a.csv", TABLE)

    assert found.texts == ["One.", "Three."]
    assert [left.origin.rsplit(", ", 1)[1] for left in found.left_out] == ["line 3", "line 5", "line 6"]
    assert {left.reason for left in found.left_out} == {"has no text"}


def test_null_and_blank_texts_of_json_lines_are_left_out(reading_file: Any) -> None:
    found = reading_file("a.jsonl", '{"text": "One."}\n{"text": null}\n{"text": " "}\n{"text": "Four."}\n')

    assert found.texts == ["One.", "Four."]
    assert [left.origin.rsplit(", ", 1)[1] for left in found.left_out] == ["line 2", "line 3"]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (TABLE, 'line 3: "text" contains nothing, not a text'),
        ("date,text\nsoon,One.\n", 'line 2: the date "soon" was not understood: name its format with --date-format'),
    ],
)
def test_strict_refuses_the_file(reading_file: Any, table: str, reason: str) -> None:
    assert reading_file("a.csv", table, Options(strict=True)).reason.endswith(f"a.csv: {reason}")


def test_a_table_without_any_text_is_refused(reading_file: Any) -> None:
    assert reading_file("a.csv", "id,text\n1,\n2,\n").reason.endswith("a.csv: none of its 2 articles has text")


def test_a_date_that_is_not_understood_is_left_out_and_kept_in_the_metadata(reading_file: Any) -> None:
    (article,) = reading_file("a.csv", "date,text\nsoon,One.\n").articles

    assert (article.date, article.metadata) == (None, {"date_as_given": "soon"})
    assert reading_file("a.csv", "date,text\nsoon,One.\n").remarks == [
        'the date "soon" was not understood and is left out'
    ]


def test_dates_become_iso_and_the_cell_is_kept(reading_file: Any) -> None:
    found = reading_file("a.csv", 'date,text\n"6 May 2031, 14:30",One.\n14.07.2030,Two.\n2031-05-06T10:00:00,Three.\n')

    assert [article.date for article in found.articles] == ["2031-05-06", "2030-07-14", "2031-05-06T10:00:00"]
    assert found.articles[0].metadata == {"date_as_given": "6 May 2031, 14:30"}
    assert found.remarks == []


def test_an_ambiguous_date_is_said(reading_file: Any) -> None:
    found = reading_file("a.csv", "date,text\n05/06/2031,One.\n")

    assert found.articles[0].date == "2031-06-05"
    assert found.remarks == [
        'the date "05/06/2031" is ambiguous and was read as 2031-06-05: if the month comes first, use --date-format mdy'
    ]


def test_one_row_shows_how_the_dates_of_a_table_are_written(reading_file: Any) -> None:
    found = reading_file("a.csv", "date,text\n05/06/2031,One.\n05/25/2031,Two.\n")

    assert [article.date for article in found.articles] == ["2031-05-06", "2031-05-25"]
    assert found.remarks == []


def test_a_given_format_decides(reading_file: Any) -> None:
    found = reading_file(
        "a.csv", "date,text\n05/06/2031,One.\n2031-05-07,Two.\n25.1.31,Three.\n", Options(date_formats=("%m/%d/%Y",))
    )

    assert [article.date for article in found.articles] == ["2031-05-06", "2031-05-07", None]
    assert found.remarks == ['the date "25.1.31" was not understood and is left out']


@pytest.mark.parametrize(("order", "iso"), [("dmy", "2031-06-05"), ("mdy", "2031-05-06")])
def test_a_given_order_decides_and_other_dates_are_recognised(reading_file: Any, order: str, iso: str) -> None:
    table = "date,text\n05/06/2031,One.\n05.06.2031,Two.\n7 May 2031,Three.\n2031-05-08,Four.\n"

    found = reading_file("a.csv", table, Options(date_formats=check_formats([order])))

    assert [article.date for article in found.articles] == [iso, iso, "2031-05-07", "2031-05-08"]
    assert found.remarks == []


def test_a_document_around_a_list_says_where_it_was_read(reading_file: Any) -> None:
    document = {
        "meta": {"n": 2},
        "hits": {"hits": [{"title": "A", "text": "One."}, {"title": "B", "text": "Two."}]},
        "tags": [{"x": 1}],
    }

    found = reading_file("a.json", json.dumps(document))

    assert found.texts == ["One.", "Two."]
    assert found.remarks == ['2 articles in 1 file, read from "hits.hits"']
