"""Integrum tables: Russian media, a row an article."""

from __future__ import annotations

from annotator.ingest.record_source import Record, RecordSource, rest


def _recognises(keys: frozenset[str]) -> bool:
    return {"источник", "заголовок"} <= keys and bool(keys & {"анонс", "текст"})


def _adapt(record: Record) -> Record:
    return {
        "text": record.get("Текст") or record.get("Анонс"),
        "title": record.get("Заголовок"),
        "date": record.get("Дата"),
        "source": record.get("Источник"),
        "url": record.get("Оригинал") or record.get("Ссылка"),
        "author": record.get("Автор"),
        **rest(record, "Текст", "Анонс", "Заголовок", "Дата", "Источник", "Оригинал", "Ссылка", "Автор"),
    }


SOURCE = RecordSource(
    name="Integrum (table)",
    files="XLSX, CSV",
    recognised_by="the columns `Источник`, `Заголовок`, `Анонс`",
    article="a row",
    recognises=_recognises,
    adapt=_adapt,
    note="the column `Анонс` holds the full text",
)
