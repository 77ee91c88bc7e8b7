"""Dates of many notations and languages, never by the computer's locale."""

from __future__ import annotations

import pytest

from annotator.errors import UsageError
from annotator.ingest.dates import check_formats, find_date, find_line_date, is_iso, order_of


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Tuesday, May 6, 2031", "2031-05-06"),
        ("May 6, 2031 Tuesday 6:10 PM GMT", "2031-05-06"),
        ("6 May 2031", "2031-05-06"),
        ("06 May 2031", "2031-05-06"),
        ("6-May-2031", "2031-05-06"),
        ("Sept. 9, 2031", "2031-09-09"),
        ("Dienstag, 6. Mai 2031", "2031-05-06"),
        ("2. März 2031", "2031-03-02"),
        ("vendredi 1er août 2031", "2031-08-01"),
        ("3 févr. 2031", "2031-02-03"),
        ("dinsdag 6 mei 2031", "2031-05-06"),
        ("6 de mayo de 2031", "2031-05-06"),
        ("6 maggio 2031", "2031-05-06"),
        ("6 de março de 2031", "2031-03-06"),
        ("6. marts 2031", "2031-03-06"),
        ("den 6 maj 2031", "2031-05-06"),
        ("6 октября 2031 г.", "2031-10-06"),
        ("2031 年 5 月 6 日", "2031-05-06"),
        ("２０３１年５月６日", "2031-05-06"),
        ("2031年05月06日", "2031-05-06"),
        ("2031년 5월 6일", "2031-05-06"),
        ("2031.05.06", "2031-05-06"),
        ("2031/05/06/", "2031-05-06"),
        ("06.05.2031", "2031-05-06"),
        ("06.05.31", "2031-05-06"),
        ("06.05.98", "1998-05-06"),
        ("20310506T050400Z", "2031-05-06"),
        ("Tue, 06 May 2031 05:04:00 +0000", "2031-05-06"),
        ("2031-05-06T05:04:00Z", "2031-05-06"),
        ("May 2031", "2031-05"),
    ],
)
def test_a_date_is_found(text: str, iso: str) -> None:
    found = find_date(text)

    assert found is not None
    assert (found.iso, found.is_ambiguous) == (iso, False)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "31 February 2031", "2031-13-01", "45.01.2031", "Mayor 6", "3 of 12", "n.d."]
)
def test_what_no_calendar_has_is_not_a_date(text: str) -> None:
    assert find_date(text) is None


def test_day_and_month_that_may_be_the_other_way_round_are_ambiguous() -> None:
    found = find_date("05/06/2031")

    assert found is not None
    assert (found.iso, found.is_ambiguous) == ("2031-06-05", True)


@pytest.mark.parametrize(
    ("text", "order", "iso"),
    [
        ("05/06/2031", "month first", "2031-05-06"),
        ("05/06/2031", "day first", "2031-06-05"),
        ("05/16/2031", None, "2031-05-16"),
        ("16/05/2031", "month first", "2031-05-16"),
        ("06/06/2031", None, "2031-06-06"),
    ],
)
def test_an_order_or_a_day_above_twelve_decides(text: str, order: object, iso: str) -> None:
    found = find_date(text, order)  # type: ignore[arg-type]

    assert found is not None
    assert (found.iso, found.is_ambiguous) == (iso, False)


def test_a_column_shows_its_order_unless_it_contradicts_itself() -> None:
    assert order_of(["05/06/2031", "25/06/2031"]) == "day first"
    assert order_of(["05/06/2031", "06/25/2031"]) == "month first"
    assert order_of(["25/06/2031", "06/25/2031"]) is None
    assert order_of(["05/06/2031"]) is None


@pytest.mark.parametrize(
    "line", ["Copyright 2031 May 6, 2031 The Gazette", "© 6 May 2031", "On May 6, 2031 the " + "council " * 12]
)
def test_a_copyright_line_or_a_long_one_is_not_a_date(line: str) -> None:
    assert find_line_date(line) is None


@pytest.mark.parametrize(
    ("text", "known"), [("2031", True), ("2031-05", True), ("2031-05-06", True), ("2031-02-31", False)]
)
def test_iso_dates_are_known(text: str, known: bool) -> None:
    assert is_iso(text) is known


@pytest.mark.parametrize("given", ["%d", "x", "%H:%M", "%Y-%m"])
def test_a_format_without_day_month_and_year_is_wrong_usage(given: str) -> None:
    with pytest.raises(UsageError, match="needs a day, a month and a year"):
        check_formats([given])
