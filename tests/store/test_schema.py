"""A file is recognised by its schema, and what is hostile in one is refused or contained."""

from __future__ import annotations

import io
import re
import sqlite3
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlite_utils import Database

from annotator.cli import COMMANDS as ALL
from annotator.cli import run
from annotator.codebook.file import load_codebook
from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.file.backup import back_up, backups
from annotator.store.file.migrations import LATEST, migrations
from annotator.store.file.schema import FINGERPRINT, Object, expected, fingerprint, objects
from annotator.store.file.statements_view import columns_of, view_sql
from annotator.store.merge.merge import merge
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage
from tests.conftest import ROOT, MakeOnce
from tests.faults.damage import content
from tests.faults.prepared_files import COMMANDS, lay_out
from tests.store.prepared import ADDED, PREPARED, prepare
from tests.store.test_merge import project, work
from tests.store.test_migrations import older
from tests.store.work import CODEBOOK, SECOND


def worked(path: Path) -> None:
    work(project(path), "anna", [("statement", 0, 1), ("label", 0, 0), ("speaker", 0, 0), ("review", 0, 0)])


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(worked, tmp_path / "annotations.db")


def execute(path: Path, *statements: str) -> None:
    prepare(path, statements)


def test_the_fingerprint_is_that_of_the_schema_as_it_is(path: Path) -> None:
    with Store(path) as store:
        assert fingerprint(objects(store.connection)) == FINGERPRINT, "write this into schema.FINGERPRINT"


def test_full_text_search_makes_what_is_written_down_of_it(path: Path) -> None:
    with Store(path) as store:
        made = {one for one in objects(store.connection) if one.name.startswith("search") and one.kind == "table"}

    assert made == {one for name, one in expected().items() if name.startswith("search") and one.kind == "table"}
    assert len(made) == 5


def test_another_sqlite_makes_the_same_schema() -> None:
    raw = sqlite3.connect(":memory:", isolation_level=None)
    migrations().apply(Database(raw, execute_plugins=False, strict=True))
    rows = raw.execute("select type, name, tbl_name, sql from sqlite_master").fetchall()
    raw.close()

    assert fingerprint([Object(*row) for row in rows]) == FINGERPRINT, sqlite3.sqlite_version


@pytest.mark.parametrize("codebook", [*sorted((ROOT / "schemas").glob("*.yaml")), None], ids=str)
def test_the_view_of_statements_is_told_from_the_codebook_without_building_it(
    codebook: Path | None, tmp_path: Path
) -> None:
    chosen = CODEBOOK if codebook is None else load_codebook(codebook)
    with Store.create(tmp_path / "new.db", chosen) as store:
        sql = store.connection.one("select sql from sqlite_master where name = 'v_statements'")

    assert sql == (view_sql(columns_of(chosen.model_dump_json()) or []),)


@pytest.mark.parametrize("name", ['a"b', "it's", "a -- b", "ü", "x, (select 1) as y"])
def test_a_variable_of_any_name_is_a_column_and_no_more(name: str, path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("drop view v_statements")
    raw.execute(view_sql([name, "stance"]))

    columns = [row[0] for row in raw.execute("select name from pragma_table_info('v_statements')")]
    raw.close()

    assert columns[7:9] == [name, "stance"]


@pytest.mark.parametrize("change", PREPARED)
def test_a_prepared_file_is_refused_in_one_sentence_wherever_it_comes_in(
    path: Path, tmp_path: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(path, PREPARED[change])

    for read_only in (False, True):
        with pytest.raises(StoreError, match="not built as annotator builds a project"):
            Store(path, read_only=read_only)
    with Store(project(tmp_path / "mine.db")) as mine, pytest.raises(StoreError, match="not built as"):
        merge(mine, [path])
    for words in (["restore", str(path), "--yes"], ["--project", str(tmp_path / "new.db"), "merge", str(path)]):
        assert run(["--project", str(tmp_path / "mine.db"), *words]) == 1
        said = capsys.readouterr().err
        assert "not built as annotator builds a project" in said
        assert said.count("\n") == 1 or words[0] != "restore"
    assert not (tmp_path / "new.db").exists()
    with Store(tmp_path / "mine.db") as store:
        assert store.coders() == []


@pytest.mark.parametrize("change", PREPARED)
def test_the_doctor_names_what_was_prepared_and_the_repair_leaves_it_behind(
    path: Path, tmp_path: Path, change: str
) -> None:
    before = content(path)
    prepare(path, PREPARED[change])

    found = examine(path)
    saved = salvage(path, tmp_path / "saved.db")

    named = [finding.sentence for finding in found.findings if finding.level in ("damage", "fault")]
    assert not found.is_sound
    assert any(re.search(r"is not annotator's|not as annotator makes it|is missing|in one place", s) for s in named), (
        named
    )
    assert not {"\x1b", "\n"} & set("".join(named))
    assert examine(saved.path).is_sound
    with Store(saved.path) as store:
        assert not {one.name for one in objects(store.connection)} - {*expected(), "v_statements"}
    if change not in LOSE:
        assert content(saved.path) == before
        assert saved.lost == []


LOSE = {
    "a view in the place of a table",
    "a view that never ends in the place of the steps",
    "a table with other columns",
    "two tables in one place",
    "a table gone",
}
"""Where rows are gone with their table, the repair cannot bring them back."""


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("change", ["a trigger called like the search index", "a view", "a table without STRICT"])
def test_every_command_refuses_a_prepared_file(
    path: Path,
    change: str,
    words: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    lay_out(tmp_path)
    back_up(path, "by hand")
    prepare(path, PREPARED[change])
    before = path.read_bytes()

    with patch("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x\n"))):
        code = run(["--project", str(path), *words])

    said = capsys.readouterr()
    assert code == 1, said
    assert said.out == ""
    assert "not built as annotator builds a project" in said.err
    assert said.err.startswith("Error: ")
    assert said.err.count("\n") == 1
    assert path.read_bytes() == before


def test_no_command_is_left_out() -> None:
    makes_its_own = {"init", "doctor", "restore", "docs"}

    assert {words[0] for words in COMMANDS} | makes_its_own == set(ALL)


@pytest.mark.slow
def test_a_file_of_an_older_version_is_held_to_the_schema_of_that_version(path: Path, tmp_path: Path) -> None:
    for version in range(1, LATEST):
        for n, change in enumerate(("a trigger", "a view", "an index", "a table without STRICT", "a table")):
            made = older(tmp_path / f"{version}-{n}.db", path, version)
            prepare(made, {**PREPARED, "a table without STRICT": OLDER_STRICT}[change])

            with pytest.raises(StoreError, match="not built as annotator"):
                Store(made)
            with (
                Store(project(tmp_path / f"mine-{version}-{n}.db")) as mine,
                pytest.raises(StoreError, match="not built"),
            ):
                merge(mine, [made])
            assert not examine(made).is_sound
            assert backups(made) == []


OLDER_STRICT = "update sqlite_master set sql = replace(sql, ') strict', ')') where name = 'meta'"


def test_a_file_that_says_it_is_older_than_it_is_is_refused(path: Path) -> None:
    prepare(path, "pragma user_version = 1")

    with pytest.raises(StoreError, match="not built as annotator"):
        Store(path)


def test_what_is_prepared_under_an_open_project_stops_it(path: Path) -> None:
    with Store(path) as store:
        coding = store.coding("anna")
        prepare(path, ADDED["a trigger"])

        built = r"not built as annotator builds a project \(trigger t on labels"
        with pytest.raises(StoreError, match=built), coding.step("label", 1) as step:
            step.review(note="after")
        assert store.coding("anna").review(1).note != "after"
        prepare(path, "drop trigger t")
        with coding.step("label", 1) as step:
            step.review(note="after")
        assert store.coding("anna").review(1).note == "after"


def test_a_codebook_that_changes_under_an_open_project_stops_nobody(path: Path) -> None:
    with Store(path) as store, Store(path) as other:
        changes = CodebookChanges(other)
        changes.apply(changes.preview(SECOND), other.program())

        with store.coding("anna").step("label", 1) as step:
            step.review(note="after")

        assert store.coding("anna").review(1).note == "after"


def test_what_analyze_makes_is_sqlites_own(path: Path) -> None:
    prepare(path, "analyze")

    with Store(path) as store:
        assert store.connection.one("select count(*) > 0 from sqlite_stat1") == (1,)
    assert examine(path).is_sound


def test_a_project_without_full_text_search_is_opened(path: Path, tmp_path: Path) -> None:
    prepare(path, "drop table search")

    with Store(path) as store:
        assert store.coding("anna").statements(1)
    assert examine(path).is_sound


@pytest.mark.parametrize("read_only", [True, False])
def test_a_codebook_that_damage_changed_is_not_worked_with(path: Path, read_only: bool) -> None:
    prepare(path, "update codebooks set document = replace(document, '\"contra\"', '\"contrb\"')")

    with pytest.raises(StoreError, match="the text of the codebook in force is not as it was written"):
        Store(path, read_only=read_only)


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
