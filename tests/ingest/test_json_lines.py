"""JSONL and JSON: columns, metadata, tasks of other tools, and every way in which a line can be broken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from annotator.ingest import Columns, Options


def test_fields_by_their_usual_names_become_the_article(reading_file: Any) -> None:
    row = {"id": 7, "headline": "H", "body": "One.\nTwo.", "published": "2022-03-04", "link": "https://e.org", "x": [1]}

    (article,) = reading_file("a.jsonl", json.dumps(row)).articles

    assert (article.name, article.title, article.date, article.url) == ("7", "H", "2022-03-04", "https://e.org")
    assert article.metadata == {"x": [1]}
    assert len(article.paragraphs) == 2


def test_columns_can_be_named(reading_file: Any) -> None:
    columns = Columns(text="Volltext", name="Nr", title="Titel", metadata=("Ressort",))
    row = {"Nr": 1, "Volltext": "Eins.", "Titel": "T", "Ressort": "Politik", "Rest": "weg"}

    (article,) = reading_file("a.jsonl", json.dumps(row), Options(columns=columns)).articles

    assert (article.raw_text, article.name, article.title) == ("Eins.", "1", "T")
    assert article.metadata == {"Ressort": "Politik"}


def test_a_column_that_is_not_there_is_refused(reading_file: Any) -> None:
    found = reading_file("a.jsonl", '{"text": "One."}', Options(columns=Columns(text="body")))

    assert found.reason.endswith('a.jsonl: line 1: there is no column "body"')


def test_an_article_without_a_name_is_called_by_file_and_line(reading_file: Any) -> None:
    found = reading_file("corpus.jsonl", '{"text": "One."}\n\n{"text": "Two.", "extra": true}\n')

    assert [article.name for article in found.articles] == ["corpus-1", "corpus-3"]
    assert [read.origin.rpartition("/")[2] for read in found.reads] == ["corpus.jsonl, line 1", "corpus.jsonl, line 3"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "x"', "line 2: not JSON: expecting ',' delimiter (column 13)"),
        ('{"title": "x"}', 'line 2: no text column among "title": name it with --text'),
        ('{"text": 5}', 'line 2: "text" contains the number 5, not a text'),
        ('{"text": ["x"]}', 'line 2: "text" contains a list, not a text'),
        ('{"text": "x", "title": {"a": 1}}', 'line 2: "title" contains an object, not a text'),
        ('{"text": "x", "text": "y"}', 'line 2: the field "text" is given twice'),
        ('{"text": "x", "n": NaN}', "line 2: NaN is not JSON"),
        ('{"text": "x", "n": -Infinity}', "line 2: -Infinity is not JSON"),
        ('{"text": "x", "n": 1e999}', "line 2: the number 1e999 is too large"),
        ('{"text": "x", "n": ' + "9" * 5000 + "}", "line 2: the number 99999999999999999999… is too large"),
        (r'{"text": "x \ud800"}', "line 2: line 1 of the text: half a surrogate pair (U+D800)"),
        (r'{"text": "x", "note": "\udfff"}', "line 2: half a surrogate pair (U+DFFF)"),
        (r'{"text": "x", "\udfff": 1}', "line 2: half a surrogate pair (U+DFFF)"),
        (r'{"text": "x\u0000"}', "line 2: line 1 of the text: a NUL byte, so this is not text"),
        ("true", "line 2: true instead of a record"),
        ("[1, 2]", "line 2: a list instead of a record"),
        ('{"text": "x", "deep": ' + "[" * 100_000 + "]" * 100_000 + "}", "line 2: nested too deeply"),
        ('{"text": "x", "deep": ' + "[" * 80 + "]" * 80 + "}", "line 2: metadata is nested more than 50 deep"),
    ],
)
def test_one_broken_line_in_the_middle_refuses_the_file_and_names_it(reading_file: Any, line: str, reason: str) -> None:
    found = reading_file("a.jsonl", f'{{"text": "One."}}\n{line}\n{{"text": "Three."}}\n')

    assert found.reason.endswith(f"a.jsonl: {reason}")


def test_a_line_that_is_not_utf_8_is_named(reading_file: Any) -> None:
    found = reading_file("a.jsonl", b'{"text": "One."}\n{"text": "caf\xe9"}\n')

    assert found.reason.endswith("a.jsonl: line 2: byte 0xe9 is not utf-8")


def test_a_code_page_can_be_named_for_jsonl(reading_file: Any) -> None:
    found = reading_file("a.jsonl", '{"text": "café"}'.encode("cp1252"), Options(encoding="cp1252"))

    assert found.texts == ["café"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_jsonl_may_bear_a_mark_or_be_utf_16(reading_file: Any, encoding: str) -> None:
    found = reading_file("a.jsonl", '{"text": "Þé."}\r\n{"text": "Two."}\r\n'.encode(encoding))

    assert found.texts == ["Þé.", "Two."]


def test_escaped_line_ends_are_line_ends_of_the_text(reading_file: Any) -> None:
    (article,) = reading_file("a.jsonl", r'{"text": "One.\r\nTwo.\u2028Three."}').articles

    assert article.raw_text == "One.\r\nTwo.\u2028Three."
    assert len(article.paragraphs) == 3


def test_a_json_list_and_a_single_record_are_read(reading_file: Any) -> None:
    assert reading_file("a.json", '[{"text": "One."},\n {"text": "Two."}]').texts == ["One.", "Two."]
    assert reading_file("a.json", '{"text": "One."}').texts == ["One."]
    assert reading_file("a.json", '{"text": "One."}\n{"text": "Two."}').texts == ["One.", "Two."]


def test_a_broken_json_document_names_its_line(reading_file: Any) -> None:
    assert "(line 2, column 3)" in reading_file("a.json", '[{"text": "One."},\n  oops]').reason


def test_an_empty_list_holds_no_record(reading_file: Any) -> None:
    assert reading_file("a.json", "[]").reason.endswith("a.json: contains no record")
    assert reading_file("a.jsonl", "\n\n").reason.endswith("a.jsonl: contains no record")


def test_label_studio_tasks_give_their_texts_and_metadata(reading_file: Any) -> None:
    tasks = [
        {"id": 4, "data": {"text": "One.", "outlet": "The Lamp"}, "annotations": [{"result": []}], "predictions": []},
        {"id": 5, "data": {"text": "Two."}, "annotations": []},
    ]

    found = reading_file("tasks.json", json.dumps(tasks))

    assert [(article.name, article.raw_text) for article in found.articles] == [("4", "One."), ("5", "Two.")]
    assert found.articles[0].source == "The Lamp"
    assert found.remarks == ["labels in it are not read"]


def test_doccano_rows_give_their_texts_without_the_labels(reading_file: Any) -> None:
    row = {"id": 1, "text": "One.", "label": [[0, 3, "X"]], "Comments": [], "outlet_type": "daily"}

    found = reading_file("a.jsonl", json.dumps(row))

    assert found.articles[0].metadata == {"outlet_type": "daily"}
    assert found.remarks == ["labels in it are not read"]


def test_prodigy_tasks_give_their_texts_and_their_meta(reading_file: Any) -> None:
    row = {
        "text": "One.",
        "meta": {"source": "The Lamp", "page": 3},
        "tokens": [{"text": "One", "start": 0, "end": 3, "id": 0}],
        "spans": [],
        "_input_hash": 1,
        "_task_hash": 2,
        "answer": "accept",
    }

    (article,) = reading_file("a.jsonl", json.dumps(row)).articles

    assert article.source == "The Lamp"
    assert article.metadata == {"page": 3}
