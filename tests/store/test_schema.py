"""A file is recognised by its schema, and what is hostile in one is refused or contained."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.file.schema import _VIEWS, FINGERPRINT, expected, fingerprint
from annotator.store.merge.merge import merge
from annotator.store.rescue.doctor import examine
from tests.conftest import MakeOnce
from tests.store.test_merge import project, work


def worked(path: Path) -> None:
    work(project(path), "anna", [("statement", 0, 1), ("label", 0, 0), ("speaker", 0, 0), ("review", 0, 0)])


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(worked, tmp_path / "annotations.db")


def execute(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("pragma writable_schema = on")
        for statement in statements:
            raw.execute(statement)
    raw.close()


def test_the_fingerprint_is_that_of_the_schema_as_it_is(path: Path) -> None:
    with Store(path) as store:
        assert fingerprint(store.connection) == FINGERPRINT, "write this into schema.FINGERPRINT after a migration"
    assert tuple(sorted(name for name, (kind, _) in expected().items() if kind == "view")) == _VIEWS


@pytest.mark.parametrize(
    "statements",
    [
        ("create trigger t after insert on labels begin delete from steps; end",),
        ("drop view v_labels", "create view v_labels as select 1"),
        (
            "drop view search_text",
            "create view search_text as with recursive r(n) as (select 1 union all"
            " select n + 1 from r) select n as id, 'x' as text from r",
        ),
        ("drop table gold", "create table gold (id, gold_id)"),
        ("drop index changes_key",),
        ("update sqlite_master set sql = replace(sql, ') strict', ')') where name = 'labels'",),
        ("drop trigger steps_are_kept",),
    ],
)
def test_a_schema_that_is_not_the_programs_is_refused_on_opening_and_in_merges(
    path: Path, tmp_path: Path, statements: tuple[str, ...]
) -> None:
    execute(path, *statements)

    for read_only in (False, True):
        with pytest.raises(StoreError, match="not built as annotator builds a project"):
            Store(path, read_only=read_only)
    with Store(project(tmp_path / "mine.db")) as mine, pytest.raises(StoreError, match="does not have the structure"):
        merge(mine, [path])
    assert not examine(path).is_sound


def test_tables_and_views_of_the_users_own_do_no_harm(path: Path) -> None:
    execute(
        path, "create table my_notes (a)", "create view mine as select 1", "create index my_index on labels (value)"
    )

    with Store(path) as store:
        assert store.coding("anna").statements(1)
    found = examine(path)
    assert found.is_sound
    assert any("my_notes is not annotator's" in finding.sentence for finding in found.findings)


@pytest.mark.parametrize(
    ("statement", "commands"),
    [
        ("update places set draft = '" + "[" * 900 + "]" * 900 + "'", [["status"]]),
        ("update changes set after = '" + "[" * 900 + "]" * 900 + "'", [["doctor"], ["log"]]),
        ("update codebooks set document = '" + '{"name":' * 500 + "1" + "}" * 500 + "'", [["status"], ["doctor"]]),
        (
            "update codebooks set document = replace(document, '\"small\"', '\"\\u001b[2J\"')",
            [["status"], ["doctor"], ["codebook", "show"]],
        ),
        ("update codebooks set document = replace(document, 'entity', 'no such level')", [["status"], ["doctor"]]),
        ("update codebooks set document = '{}'", [["status"], ["doctor"], ["export", "jsonl"]]),
        ("update articles set metadata = '[1]'", [["status"], ["doctor"]]),
        ("update coders set name = char(27) || '[2J' || char(8238) where name = 'anna'", [["status"], ["log"]]),
        ("update articles set title = char(27) || ']0;x' || char(7)", [["doctor"], ["status"]]),
        ("update labels set value = 1e999", [["doctor"], ["status"]]),
        ("update steps set at = 'never', what = char(155) || '2J'", [["log"], ["doctor"]]),
        ("update meta set value = 'no such codebook' where key = 'codebook'", [["status"], ["doctor"]]),
    ],
)
def test_hostile_rows_give_a_sentence_and_never_move_the_terminal(
    path: Path, statement: str, commands: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    execute(path, "drop trigger changes_stay", "drop trigger steps_stay")
    # Whoever writes such a file is not held by the rules of its tables.
    with sqlite3.connect(path) as raw:
        raw.execute("pragma ignore_check_constraints = on")
        raw.execute(statement)
        for trigger in ("changes", "steps"):
            raw.execute(
                f"create trigger {trigger}_stay before update on {trigger} begin"
                " select raise(abort, 'history is append-only'); end"
            )
    raw.close()

    for command in commands:
        code = run(
            ["--project", str(path), *command, *(["--out", str(path.parent / "out")] if "export" in command else [])]
        )
        shown = capsys.readouterr()
        assert code in (0, 1), shown.err
        assert "should not" not in shown.err, shown.err
        assert "Traceback" not in shown.err
        assert not set("\x1b\x07\x9b\u202e") & set(shown.out + shown.err)
