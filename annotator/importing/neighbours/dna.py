"""Discourse Network Analyzer 3: statements in a .dna database, with their variables; offsets are UTF-16 units."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from annotator.errors import IngestError
from annotator.importing.annotation import Annotation, Lost, Place
from annotator.importing.neighbours.places import code_points

NAME = "Discourse Network Analyzer"
MAGIC = b"SQLite format 3\x00"
_TABLES = ("BOOLEAN", "INTEGER", "SHORTTEXT", "LONGTEXT")
_ACTORS = ("person", "organization")


def recognises(path: Path) -> bool:
    """Whether a SQLite database is DNA's."""
    try:
        with closing(_opened(path)) as c:
            return bool(
                c.execute(
                    "select count(*) = 3 from sqlite_master where type = 'table'"
                    " and name in ('DOCUMENTS', 'STATEMENTS', 'STATEMENTTYPES')"
                ).fetchone()[0]
            )
    except sqlite3.Error:
        return False


def read(path: Path, shown: str) -> Iterator[Annotation | Lost]:
    """The statements; those with one `statement_id`, which this program writes for joint speakers, are one.

    Raises:
        IngestError: The database cannot be read.
    """
    try:
        with closing(_opened(path)) as c:
            yield from _read(c, shown)
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise IngestError(f"{shown} is not a readable database of DNA ({error})") from error


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _read(c: sqlite3.Connection, shown: str) -> Iterator[Annotation | Lost]:
    coders = dict(c.execute("select ID, Name from CODERS"))
    values = _values(c)
    texts = {
        key: (text, code_points(text), notes or "")
        for key, text, notes in c.execute("select ID, Text, Notes from DOCUMENTS")
    }
    order = "select ID, DocumentId, Start, Stop, Coder from STATEMENTS order by DocumentId, ID"
    joint: dict[str, Annotation] = {}
    n_left = Counter[str]()
    for key, document, start, stop, coder in c.execute(order):
        text, points, notes = texts[document]
        made = dict(values.get(key, ()))
        speaker = next((made[name] for name in _ACTORS if made.get(name)), None)
        if made.get("person") and made.get("organization"):
            n_left["organizations of persons"] += 1
        labels = tuple((name, value) for name, value in _labels(made) if value not in (None, ""))
        article = notes.partition("article_id: ")[2].split("\n")[0] or None
        facts: dict[str, Any] = {"speakers": [speaker] if speaker else []}
        facts |= {"note": made["note"]} if made.get("note") else {}
        where = Place(shown, f"statement {key}")
        one = Annotation(
            where, labels, text, article, span=(points(start), points(stop)), coder=coders.get(coder), facts=facts
        )
        own = made.get("statement_id")
        if not own:
            yield one
        elif own not in joint:
            joint[own] = one._replace(facts={**facts, "statement_id": own})
        else:
            before = joint[own].facts
            joint[own] = joint[own]._replace(facts={**before, "speakers": [*before["speakers"], *facts["speakers"]]})
    yield from joint.values()
    yield from (Lost(what, n) for what, n in n_left.items())
    for table, what in (("REGEXES", "search words"), ("STATEMENTLINKS", "links between statements")):
        if c.execute("select 1 from sqlite_master where name = ?", (table,)).fetchone():
            n = c.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608 (constants)
            if n:
                yield Lost(what, n)


def _values(c: sqlite3.Connection) -> dict[int, list[tuple[str, Any]]]:
    """The variables of each statement."""
    found: dict[int, list[tuple[str, Any]]] = {}
    for table in _TABLES:
        value = "e.Value" if table == "SHORTTEXT" else "d.Value"
        join = " join ENTITIES e on e.ID = d.Entity" if table == "SHORTTEXT" else ""
        variables = "join VARIABLES v on v.ID = d.VariableId"
        sql = f"select d.StatementId, v.Variable, {value} from DATA{table} d {variables}{join}"  # noqa: S608 (constants)
        for statement, variable, held in c.execute(sql):
            is_yes = {1: "true", 0: "false"}.get(held, held) if table == "BOOLEAN" else held
            found.setdefault(statement, []).append((variable, is_yes))
    return found


def _labels(made: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The variables under the names of this program: a concept is a target, agreement a stance for or against it."""
    for name, value in made.items():
        if name in (*_ACTORS, "note", "statement_id", "stance"):
            continue
        if name == "concept":
            yield "target", value
        elif name == "stance_category":
            yield "stance", value
        elif name == "agreement":
            if "stance_category" not in made:
                yield "agreement", value
        else:
            yield name.removesuffix("_"), value
    if "stance" in made and "stance_category" not in made:
        yield "stance", made["stance"]
