"""Tables and JSON of programs and services that are known by their fields."""

from __future__ import annotations

import json
from typing import Any

import pytest

from annotator.ingest import Columns, Options

TEXT = "The town bought it.\n\nNobody knew."
HTML = "<p>The town bought it.</p><p>Nobody knew.</p>"
RECORDS: dict[str, tuple[str, Any]] = {
    "The Guardian": (
        "a.json",
        {
            "response": {
                "results": [
                    {
                        "id": "x",
                        "webTitle": "A mill | Local",
                        "webPublicationDate": "2032-03-04T05:04:00Z",
                        "webUrl": "https://site.example/1",
                        "sectionName": "Local",
                        "fields": {
                            "headline": "A mill",
                            "byline": "Peter Lund",
                            "publication": "The Vale",
                            "bodyText": "flat",
                            "body": HTML,
                        },
                    }
                ]
            }
        },
    ),
    "Event Registry": (
        "a.json",
        {
            "articles": {
                "results": [
                    {
                        "uri": "9",
                        "isDuplicate": False,
                        "date": "2032-03-05",
                        "dateTimePub": "2032-03-04T05:00:00Z",
                        "url": "https://site.example/1",
                        "title": "A mill",
                        "body": TEXT,
                        "source": {"uri": "site.example", "title": "The Vale"},
                        "authors": [{"name": "Peter Lund"}],
                    }
                ]
            }
        },
    ),
    "AmCAT": (
        "a.json",
        [
            {
                "_id": "1",
                "date": "2032-03-04T00:00:00",
                "title": "A mill",
                "text": TEXT,
                "url": "https://site.example/1",
                "publisher": "The Vale",
                "author": "Peter Lund",
            }
        ],
    ),
    "news-please": (
        "a.json",
        {
            "authors": ["Peter Lund"],
            "date_publish": "2032-03-04 05:04:00",
            "maintext": TEXT,
            "text": None,
            "source_domain": "The Vale",
            "title": "A mill",
            "title_page": "None",
            "url": "https://site.example/1",
        },
    ),
    "newspaper": (
        "a.jsonl",
        {
            "url": "https://site.example/1",
            "title": "A mill",
            "authors": ["Peter Lund"],
            "publish_date": "2032-03-04T00:00:00",
            "text": TEXT,
            "source_url": "The Vale",
            "top_image": "",
        },
    ),
    "trafilatura (JSON)": (
        "a.json",
        {
            "title": "A mill",
            "author": "Peter Lund",
            "hostname": "site.example",
            "date": "2032-03-04",
            "fingerprint": "9f",
            "raw_text": "flat",
            "text": TEXT,
            "source": "https://site.example/1",
            "source-hostname": "The Vale",
            "comments": "",
        },
    ),
    "Media Cloud": (
        "a.json",
        [
            {
                "id": "1",
                "indexed_date": "2032-04-01",
                "media_name": "The Vale",
                "publish_date": "2032-03-04",
                "title": "A mill",
                "url": "https://site.example/1",
                "text": TEXT,
                "author": "Peter Lund",
            }
        ],
    ),
    "Integrum (table)": (
        "a.json",
        [
            {
                "Источник": "The Vale",
                "Дата": "04.03.32",
                "Заголовок": "A mill",
                "Анонс": TEXT,
                "Оригинал": "https://site.example/1",
                "Автор": "Peter Lund",
            }
        ],
    ),
    "News API": (
        "a.json",
        {
            "articles": [
                {
                    "source": {"id": None, "name": "The Vale"},
                    "author": "By Peter Lund",
                    "title": "A mill",
                    "url": "https://site.example/1",
                    "publishedAt": "2032-03-04T05:04:00Z",
                    "content": TEXT,
                }
            ]
        },
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_the_fields_of_a_program_are_known(reading_file: Any, name: str) -> None:
    file, document = RECORDS[name]

    found = reading_file(file, json.dumps(document))

    (article,) = found.articles
    assert article.raw_text == TEXT
    assert (article.title, article.date, article.source) == ("A mill", "2032-03-04", "The Vale")
    assert article.url == "https://site.example/1"
    assert article.metadata["author"] == "Peter Lund"
    assert f"from {name}" in found.remarks


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "a.json",
            {
                "articles": [
                    {"source": {"name": "V"}, "publishedAt": "x", "title": "A", "content": "Cut… [+1412 chars]"}
                ]
            },
            "News API cuts its texts",
        ),
        ("a.json", {"articles": [{"url": "u", "title": "A", "seendate": "20320304T050400Z"}]}, "GDELT lists links"),
        ("a.csv", "url,title,seendate\nu,A,20320304T050400Z\n", "GDELT lists links"),
        (
            "a.csv",
            "id,indexed_date,media_name,media_url,publish_date,title,url\n1,d,V,v,d,A,u\n",
            "Media Cloud lists links",
        ),
        (
            "a.json",
            {"response": {"results": [{"webTitle": "A", "webPublicationDate": "x", "webUrl": "u"}]}},
            "show-fields",
        ),
    ],
)
def test_lists_without_full_texts_are_refused_with_a_way_out(
    reading_file: Any, name: str, content: Any, reason: str
) -> None:
    assert reason in reading_file(name, content if isinstance(content, str) else json.dumps(content)).reason


def test_named_columns_go_before_the_fields_of_a_program(reading_file: Any) -> None:
    _, document = RECORDS["trafilatura (JSON)"]

    found = reading_file("a.json", json.dumps(document), Options(columns=Columns(text="raw_text")))

    assert found.texts == ["flat"]
