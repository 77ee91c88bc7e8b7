"""Discourse Network Analyzer 3: a database that it opens, with every statement once a speaker.

Its offsets count UTF-16 units. `agreement` is true or false there, which neutral is not: statements whose stance takes
no side are of a statement type of their own, without `agreement`. `stance` is an integer as well, with 0 in the middle.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from annotator.codebook.model import Variable
from annotator.errors import ExportError
from annotator.export.folder import Folder
from annotator.export.foreign_names import guid, unix_text
from annotator.export.formats.dna_schema import SCHEMA
from annotator.export.formats.network import sign_of, target_of
from annotator.records import ArticleRecord, Columns, Source, StatementRecord
from annotator.text.terminal_text import one_line

VERSION, DATE = "3.0.11", "2023-12-03"
PASSWORD = "annotator"  # noqa: S105 (DNA asks for one; it protects nothing, and the manifest tells it)
SIDED, WITHOUT_SIDE = 1, 2
_MAX = 190
_ROUNDS = 100_000


def write(source: Source, folder: Folder, target: str | None = None) -> None:
    """Write project.dna."""
    about, stance = target_of(source, target), source.codebook.variable("stance")
    if stance is None or source.codebook.speaker is None:
        raise ExportError("a DNA database needs the variables speaker and stance, and this codebook lacks one of them")
    path = folder.reserve("project.dna")
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("pragma journal_mode = off")
            connection.execute("pragma synchronous = off")
            connection.execute("begin")
            n = _Database(connection, source, folder, about, stance).fill()
            connection.execute("commit")
    except sqlite3.Error as error:
        where = one_line(str(folder.path / "project.dna"))
        raise ExportError(f"{where} cannot be written ({error}); the old files are as they were") from error
    folder.staged("project.dna", n)
    folder.lose("paragraphs without a statement, and labels of whole paragraphs and articles (jsonl)")
    folder.lose("joint statements as one: every speaker has a copy, and statement_id tells which belong together")
    folder.lose("times, flags, roles, label origins and codebook versions (jsonl)")
    folder.write_manifest("dna.manifest.json", "dna", source, password=PASSWORD)


class _Database:
    """Fills DNA's tables, article by article."""

    def __init__(
        self, connection: sqlite3.Connection, source: Source, folder: Folder, target: Variable, stance: Variable
    ) -> None:
        self._c = connection
        self._source = source
        self._folder = folder
        self._target = target
        self._stance = stance
        self._entities: dict[tuple[int, str], int] = {}
        self._others = [v for v in Columns.of(source.codebook).statement if v not in (target, stance)]
        self._variables: dict[tuple[int, str], tuple[int, str]] = {}
        self._people = {entry["name"]: entry for entry in source.speakers() if entry["merged_into"] is None}
        self._coders = {coder.name: i for i, coder in enumerate(source.coders, start=2)}
        self._n = 0

    def fill(self) -> int:
        """Write everything; return the number of statements."""
        for statement in SCHEMA:
            self._c.execute(statement)
        self._write_settings()
        self._write_variables()
        for number, article in enumerate(self._source.articles(), start=1):
            self._write_article(number, article)
        return self._n

    def _write_settings(self) -> None:
        self._c.executemany("insert into SETTINGS values (?, ?)", [("version", VERSION), ("date", DATE)])
        for number, name in ((1, "Admin"), *((number, name) for name, number in self._coders.items())):
            self._c.execute(
                "insert into CODERS (ID, Name, Red, Green, Blue, Password) values (?, ?, ?, ?, ?, ?)",
                (number, name[:_MAX], 255, 255 - number % 200, 0, _hashed(name)),
            )
        self._c.executemany(
            "insert into STATEMENTTYPES values (?, ?, ?, ?, ?)",
            [(SIDED, "DNA Statement", 239, 208, 51), (WITHOUT_SIDE, "Statement without a side", 200, 200, 200)],
        )

    def _write_variables(self) -> None:
        common = [("person", "short text"), ("organization", "short text"), ("concept", "short text")]
        others = [
            ("stance", "integer"),
            ("stance_category", "short text"),
            *((_word(v.name), "short text" if v.categories else "long text") for v in self._others),
            ("note", "long text"),
            ("statement_id", "long text"),
        ]
        for kind in (SIDED, WITHOUT_SIDE):
            agreement = [("agreement", "boolean")] if kind == SIDED else []
            for name, data_type in dict([*common, *agreement, *others]).items():
                number = len(self._variables) + 1
                self._variables[kind, name] = (number, data_type)
                self._c.execute("insert into VARIABLES values (?, ?, ?, ?)", (number, name, data_type, kind))
                if data_type == "short text":
                    self._entity(number, "")
                    self._c.executemany(
                        "insert into ATTRIBUTEVARIABLES (VariableId, AttributeVariable) values (?, ?)",
                        [(number, attribute) for attribute in ("Type", "Alias", "Notes")],
                    )

    def _write_article(self, number: int, article: ArticleRecord) -> None:
        text = unix_text(article.raw_text)
        if "\r" in article.raw_text:
            self._folder.lose("carriage returns, which became blanks or line feeds")
        self._c.execute(
            "insert into DOCUMENTS (ID, Title, Text, Coder, Source, Notes, Date) values (?, ?, ?, 1, ?, ?, ?)",
            (
                number,
                self._short(article.title or article.name),
                text,
                self._short(article.source or ""),
                "\n".join(filter(None, [f"article_id: {article.article_id}", article.url])),
                self._seconds(article.date),
            ),
        )
        units = _utf16(text)
        for paragraph, one in article.statements():
            start = paragraph.start if one.evidence_start is None else one.evidence_start
            end = paragraph.end if one.evidence_end is None else one.evidence_end
            for name in dict.fromkeys(one.speakers or [""]):
                self._write_statement(number, units(start), units(end), one, name)

    def _write_statement(self, document: int, start: int, end: int, one: StatementRecord, speaker: str) -> None:
        sign = sign_of(self._stance, one.value(self._stance.name))
        kind = SIDED if sign else WITHOUT_SIDE
        self._n += 1
        self._c.execute(
            "insert into STATEMENTS values (?, ?, ?, ?, ?, ?)",
            (self._n, kind, document, start, end, self._coders[one.coder]),
        )
        for name, value in self._values(one, speaker, sign):
            if (kind, name) in self._variables:
                self._write_value(*self._variables[kind, name], value)

    def _values(self, one: StatementRecord, speaker: str, sign: float | None) -> Iterator[tuple[str, Any]]:
        person, organization = self._actor(speaker)
        target = one.value(self._target.name)
        stance = one.value(self._stance.name)
        yield "person", person
        yield "organization", organization
        yield "concept", "; ".join(target) if isinstance(target, list) else "" if target is None else str(target)
        yield "agreement", int((sign or 0) > 0)
        yield "stance", self._integer(sign)
        yield "stance_category", "" if stance is None else str(stance)
        yield "note", one.note or ""
        yield "statement_id", one.statement_id
        for variable in self._others:
            value = one.value(variable.name)
            yield (
                _word(variable.name),
                "; ".join(value) if isinstance(value, list) else "" if value is None else str(value),
            )

    def _write_value(self, variable: int, data_type: str, value: Any) -> None:
        table = {"boolean": "BOOLEAN", "integer": "INTEGER", "short text": "SHORTTEXT", "long text": "LONGTEXT"}[
            data_type
        ]
        held = self._entity(variable, self._short(value)) if data_type == "short text" else value
        column = "Entity" if data_type == "short text" else "Value"
        self._c.execute(
            f"insert into DATA{table} (StatementId, VariableId, {column}) values (?, ?, ?)",  # noqa: S608 (constants)
            (self._n, variable, held),
        )

    def _entity(self, variable: int, value: str) -> int:
        known = self._entities.get((variable, value))
        if known is None:
            known = self._entities[variable, value] = len(self._entities) + 1
            self._c.execute("insert into ENTITIES (ID, VariableId, Value) values (?, ?, ?)", (known, variable, value))
            self._c.executemany(
                "insert into ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue)"
                " select ?, ID, ? from ATTRIBUTEVARIABLES where VariableId = ? and AttributeVariable = ?",
                [(known, text, variable, name) for name, text in self._attributes(value)],
            )
        return known

    def _attributes(self, value: str) -> list[tuple[str, str]]:
        entry = self._people.get(value, {"type": None, "aliases": [], "definition": None})
        alias = self._short("; ".join(entry["aliases"])) if entry["aliases"] else ""
        notes = self._short(entry["definition"] or "")
        return [("Type", self._short(entry["type"] or "")), ("Alias", alias), ("Notes", notes)]

    def _actor(self, speaker: str) -> tuple[str, str]:
        """Person and organisation: an entry that is not a person is an organisation itself."""
        if not speaker:
            return "", ""
        entry = self._people.get(speaker)
        if entry is None or entry["type"] in (None, "", "person", "journalist"):
            return speaker, (entry or {}).get("affiliation") or ""
        return "", speaker

    def _integer(self, sign: float | None) -> int:
        """The stance with 0 in the middle: -1, 0, 1 on a scale of three."""
        if sign is None:
            self._folder.lose("stances outside the scale as integers: they are 0, and stance_category has their names")
            return 0
        n = len(self._stance.scale)
        rank = round((sign + 1) / 2 * (n - 1))
        middle = n // 2
        return rank - middle if n % 2 or rank < middle else rank - middle + 1

    def _short(self, text: str) -> str:
        """A text that DNA's columns hold; one that is cut says so and stays different from others."""
        if len(text) <= _MAX:
            return text
        self._folder.lose(f"titles and names beyond {_MAX} characters, which end in … and a mark")
        return f"{text[: _MAX - 12]}… {guid(text)[:8]}"

    def _seconds(self, date: str | None) -> int:
        try:
            moment = datetime.fromisoformat((date or "").strip())
        except ValueError:
            self._folder.lose("dates that are not ISO dates: such articles are of 1970-01-01")
            return 0
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _word(name: str) -> str:
    """A variable's name without blanks, and none of DNA's own."""
    word = "_".join(name.split())
    return f"{word}_" if word in ("person", "organization", "concept", "agreement", "stance", "note") else word


def _utf16(text: str) -> Any:
    """What counts UTF-16 units up to a code point."""
    wide = [i for i, sign in enumerate(text) if ord(sign) > 0xFFFF]
    if not wide:
        return lambda at: at
    from bisect import bisect_left

    return lambda at: at + bisect_left(wide, at)


def _hashed(name: str) -> str:
    """The password as Jasypt's StrongPasswordEncryptor keeps it: salt and SHA-256 of 100,000 rounds, in base 64.

    The salt follows from the name, so that the same project gives the same bytes; the password is not a secret.
    """
    salt = hashlib.sha256(f"annotator:{name}".encode()).digest()[:16]
    digest = salt + PASSWORD.encode()
    for _ in range(_ROUNDS):
        digest = hashlib.sha256(digest).digest()
    return base64.b64encode(salt + digest).decode()
