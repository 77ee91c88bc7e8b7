"""sqlite-utils on the program's own connection: inside its transaction, with its sentences, leaving nothing behind."""

from __future__ import annotations

import pytest

from annotator.errors import StoreError
from annotator.store.file.meta import read_meta, write_meta
from annotator.store.tables.coders import coder_row
from tests.conftest import MakeProject, connect


def test_rows_written_in_bulk_belong_to_the_transaction_that_is_open(make_project: MakeProject) -> None:
    store = make_project("One line.")
    c, other = store.connection, connect(store.path)
    rows = [{"merge": 1, "kind": "step", "name": f"step {n}"} for n in range(1000)]

    def write() -> None:
        with c.write():
            c.db.table("merges").insert({"id": 1, "merge_id": "m", "name": "other.db", "at": "now"})
            c.db.table("merged").upsert_all(rows)
            assert other.execute("select count(*) from merged").fetchone() == (0,)
            c.execute("insert into nowhere values (1)")

    with pytest.raises(StoreError, match="nowhere"):
        write()

    assert c.one("select (select count(*) from merges), (select count(*) from merged)") == (0, 0)


def test_what_the_database_refuses_is_said_in_a_sentence(make_project: MakeProject) -> None:
    c = make_project("One line.").connection

    with pytest.raises(StoreError, match="CHECK constraint failed"), c.write():
        c.db.table("coders").insert({"name": "ada", "kind": "ghost", "created_at": "now"})
    with pytest.raises(StoreError, match="half of a character"), c.write():
        c.db.table("meta").upsert({"key": "note", "value": "\ud800"})
    with pytest.raises(StoreError, match="a number is too large"), c.write():
        c.db.table("merges").insert({"id": 2**70, "merge_id": "m", "name": "other.db", "at": "now"})


def test_writing_a_row_leaves_the_schema_alone(make_project: MakeProject) -> None:
    c = make_project("One line.").connection
    before = c.one("pragma schema_version")

    with c.write():
        write_meta(c, "epoch", "a")
        write_meta(c, "epoch", "b")

    assert read_meta(c, "epoch") == "b"
    assert c.one("pragma schema_version") == before


def test_a_coder_of_an_impossible_kind_is_refused_and_not_dropped(make_project: MakeProject) -> None:
    c = make_project("One line.").connection

    with pytest.raises(StoreError, match="CHECK constraint failed"), c.write():
        coder_row(c, "ada", "ghost")
