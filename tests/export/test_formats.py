from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import re
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from annotator.cli import group
from annotator.errors import ExportError, UsageError
from annotator.export import FORMATS, write
from annotator.export.folder import Folder
from annotator.export.foreign_names import file_name, plain_name, shareable_path, unix_text
from annotator.export.formats.hf import SPLITS, split_of
from annotator.export.tokens import tokenize
from annotator.files import durable
from annotator.records import Selection
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, GoldStatement
from annotator.text.table_cells import cell, guarded, joined, parted, unguarded

from . import hostile
from .conftest import CODEBOOK, OTHER, TEXT, WITH_UNITS, article
from .test_import import run
from .test_jsonl import export as export_jsonl
from .test_jsonl import rows

PACKAGES = {"parquet": "pyarrow", "xlsx": "xlsxwriter", "sav": "pyreadstat", "docbin": "spacy"}
"""The packages of the extras that formats need."""
INSTALLED = [name for name in FORMATS if name not in PACKAGES or importlib.util.find_spec(PACKAGES[name])]


def export(name: str, project: Path, out: Path, selection: Selection | None = None, **options: Any) -> Path:
    if FORMATS[name].needs:
        coders = [f"--coder={coder}" for coder in (selection.coders if selection else ())]
        result = CliRunner().invoke(group, ["--project", str(project), "export", name, "--out", str(out), *coders])
        assert result.exit_code == 0, result.output
        return out
    with Store(project, read_only=True) as store, store.records(selection) as source, Folder(out) as folder:
        write(name, source, folder, **options)
    return out


def files(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


# every format


@pytest.mark.parametrize("name", INSTALLED)
def test_every_format_gives_the_same_bytes_twice(name: str, project: Path, tmp_path: Path) -> None:
    one, two = export(name, project, tmp_path / "one"), export(name, project, tmp_path / "two")

    assert files(one) == files(two)
    assert files(one)


@pytest.mark.parametrize("name", INSTALLED)
def test_every_format_replaces_its_own_files_and_leaves_no_other(name: str, project: Path, tmp_path: Path) -> None:
    out = export(name, project, tmp_path / "out")
    before = files(out)

    export(name, project, out, Selection(coders=("ada",)))
    export(name, project, out)

    assert files(out) == before


@pytest.mark.parametrize("name", [name for name in INSTALLED if name != "jsonl"])
def test_what_a_format_cannot_hold_is_said_on_stderr_and_in_its_manifest(
    name: str, project: Path, tmp_path: Path
) -> None:
    result = CliRunner().invoke(group, ["--project", str(project), "export", name, "--out", str(tmp_path / "out")])

    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    manifest = json.loads((tmp_path / "out" / f"{name}.manifest.json").read_text())
    assert manifest["format"] == name
    assert manifest["cannot_hold"]
    for loss in manifest["cannot_hold"]:
        assert f"not in {name}: {loss}" in result.stderr


def test_the_help_lists_every_format_with_its_line() -> None:
    shown = " ".join(CliRunner().invoke(group, ["export", "--help"]).output.split())

    for name, format_ in FORMATS.items():
        assert f"{name} {format_.line}" in shown


@pytest.mark.parametrize("name", INSTALLED)
def test_a_project_without_any_coding_can_be_exported(name: str, tmp_path: Path) -> None:
    project = tmp_path / "empty.db"
    Store.create(project, CODEBOOK, [article("harbour", TEXT)]).close()

    assert files(export(name, project, tmp_path / "out"))


@pytest.mark.parametrize("name", ["network", "dna"])
def test_a_format_that_needs_a_variable_says_which(name: str, tmp_path: Path) -> None:
    project = tmp_path / "p.db"
    codebook = WITH_UNITS.model_copy(update={"variables": WITH_UNITS.variables[-2:]})
    Store.create(project, codebook, [article("harbour", TEXT)]).close()

    with pytest.raises(ExportError, match="target"):
        export(name, project, tmp_path / "out")


def test_all_files_are_on_the_disk_before_the_first_has_its_name(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    out = tmp_path / "out"

    def sync_files(paths: list[Path]) -> None:
        assert not (out / "brat").exists()
        flushed.extend(paths)

    monkeypatch.setattr(durable, "sync_files", sync_files)
    export("brat", project, out)

    written = [name for name in files(out) if not name.endswith(".made-by-annotator")]
    assert len(flushed) == len(written) == 10


def test_a_folder_that_no_export_made_is_not_replaced(project: Path, tmp_path: Path) -> None:
    mine = tmp_path / "out" / "brat" / "thesis.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("years of work")

    with pytest.raises(ExportError, match="no export made"):
        export("brat", project, tmp_path / "out")

    assert mine.read_text() == "years of work"


def test_what_a_killed_export_left_is_swept_after_a_day_and_nothing_else(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    names = (".statements.jsonl.123.part", ".young.jsonl.124.part", ".mine.part", "notes.part")
    for name in names:
        (out / name).write_text("rows")
        if "young" not in name:
            os.utime(out / name, (0, 0))

    export("qdc", project, out)

    assert {path.name for path in out.iterdir() if "part" in path.name} == set(names[1:])


def test_a_full_disk_is_one_sentence_and_leaves_the_old_files(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits on file sizes are Unix's")
    project = hostile.make(tmp_path / "hostile.db")
    for name in ("jsonl", "csv", "dna", "argilla"):
        out = export(name, project, tmp_path / name)
        before = files(out)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, limits[1]))
        try:
            with pytest.raises(ExportError, match="the old files are as they were"):
                export(name, project, out)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, previous)

        assert files(out) == before
        assert not list(out.glob(".*.part"))


def test_without_a_format_the_command_lists_them(project: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(group, ["--project", str(project), "export", "--out", str(tmp_path / "out")])

    assert isinstance(result.exception, UsageError)
    assert all(f"{name} " in result.stderr and format_.line in result.stderr for name, format_ in FORMATS.items())
    assert not (tmp_path / "out").exists()


# cells and names


@pytest.mark.parametrize(
    "text", ["", "=1+1", "+49", "-1", "@x", "\tx", "'quoted", "''", "plain", "a|b", " =1", "＝1", "\r\n=x", "a\\|b"]
)
def test_a_cell_is_no_formula_and_comes_back_exactly(text: str) -> None:
    shown = guarded(text)

    assert shown.lstrip(" ")[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "＝")
    assert unguarded(shown) == text


@pytest.mark.parametrize("values", [[], ["a"], ["a", "b"], ["a|b", "c\\", "\\|"], ["", "x"]])
def test_several_values_in_a_cell_come_back_exactly(values: list[str]) -> None:
    assert parted(joined(values)) == values
    assert cell(["=a", "b"]) == "'=a|b"


def test_file_names_are_safe_and_different_names_stay_different() -> None:
    names = [
        "ada",
        "../../etc",
        "a/b",
        "a\\b",
        ".hidden",
        "con",
        "x" * 300,
        "x" * 301,
        "é",
        "%C3%A9",
        "a:b",
        "trailing.",
    ]

    safe = [file_name(name) for name in names]

    assert len(set(safe)) == len(names)
    assert not any(re.search(r"[/\\:*?<>|\"]|^\.|\.$|^con$", name) or len(name) > 100 for name in safe)


def test_line_ends_become_line_feeds_and_offsets_stay() -> None:
    text = "a\r\nb\rc\nd"

    assert unix_text(text) == "a \nb\nc\nd"
    assert len(unix_text(text)) == len(text)


def test_names_for_brat_hold_no_signs_of_an_address_and_stay_different() -> None:
    names = ["Anna B.", "Anna_B.", "50% said: “no”", "50% said: “yes”", "con", "..", "", "名前", "a" * 300]

    made = [plain_name(name) for name in names]

    assert len(set(made)) == len(names)
    assert all(re.fullmatch(r"[\w-][\w.-]*", name) and len(name) < 100 for name in made)
    assert plain_name("名前") == "名前"


def test_who_only_adjudicates_has_no_files_of_codings(project: Path, tmp_path: Path) -> None:
    with Store(project) as store:
        Adjudication(store, "judge").adjudicate(1, GoldParagraph("no claim", reason="a headline"))

    brat = export("brat", project, tmp_path / "brat")
    doccano = export("doccano", project, tmp_path / "doccano")
    lines = export("jsonl", project, tmp_path / "jsonl")

    assert {path.name for path in (brat / "brat").iterdir() if path.is_dir()} == {"ada", "ben"}
    assert {path.name for path in (doccano / "doccano").iterdir() if path.is_dir()} == {"ada", "ben"}
    manifest = json.loads((brat / "brat.manifest.json").read_text(encoding="utf-8"))
    assert [one["coder"] for one in manifest["coders"]] == ["ada", "ben"]
    assert [row["coder"] for row in rows(lines / "coders.jsonl")] == ["ada", "ben"]
    assert {row["decided_by"] for row in rows(lines / "gold.jsonl")} == {"judge"}


# tables


def test_csv_comes_back_exactly_through_import(project: Path, tmp_path: Path) -> None:
    first = export("csv", project, tmp_path / "csv")
    other = tmp_path / "other.db"
    Store.create(other, CODEBOOK, [article("harbour", TEXT), article("port", OTHER)]).close()

    run(other, first / "statements.csv")

    expected = rows(export_jsonl(project, tmp_path / "a") / "statements.jsonl")
    assert rows(export_jsonl(other, tmp_path / "b") / "statements.jsonl") == expected


def test_metadata_of_articles_stand_in_every_row_on_request_and_are_left_out_by_an_import(
    project: Path, tmp_path: Path
) -> None:
    out = export("csv", project, tmp_path / "csv", metadata=True)
    other = tmp_path / "other.db"
    Store.create(other, CODEBOOK, [article("harbour", TEXT), article("port", OTHER)]).close()

    for name in ("statements", "paragraphs", "labels"):
        with (out / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                assert (row["article_title"], row["article_date"]) == ("Harbour vote", "2031-04-02")
                assert (row["article_section"], row["article_page"]) == ("north", "3")
    with (out / "articles.csv").open(newline="", encoding="utf-8") as file:
        assert [(row["article"], row["title"], row["page"]) for row in csv.DictReader(file)] == [
            ("harbour", "Harbour vote", "3"),
            ("port", "Harbour vote", "3"),
        ]
    said = run(other, out / "statements.csv").stderr
    assert "columns about articles are left out" in said
    assert "article_title, article_source, article_date, article_url, article_page, article_section" in said
    expected = rows(export_jsonl(project, tmp_path / "a") / "statements.jsonl")
    assert rows(export_jsonl(other, tmp_path / "b") / "statements.jsonl") == expected


def test_an_empty_set_is_told_from_no_answer_in_csv(project: Path, tmp_path: Path) -> None:
    with Store(project) as store:
        coding = store.coding("ada")
        with coding.step("nothing", 2) as step:
            one = step.add_statement(None)
            step.label(one, "issues", [])
    out = export("csv", project, tmp_path / "csv")
    other = tmp_path / "other.db"
    Store.create(other, CODEBOOK, [article("harbour", TEXT), article("port", OTHER)]).close()

    with (out / "statements.csv").open(newline="", encoding="utf-8") as file:
        assert [row["issues"] for row in csv.DictReader(file) if row["statement_id"] == one] == ["{}"]
    run(other, out / "statements.csv")
    found = rows(export_jsonl(other, tmp_path / "b") / "statements.jsonl")
    assert [row["issues"] for row in found if row["statement_id"] == one] == [[]]


@pytest.mark.parametrize("name", ["doccano", "prodigy", "conll"])
def test_a_variable_that_is_switched_off_has_files_only_if_it_has_labels(name: str, tmp_path: Path) -> None:
    off = [v.model_copy(update={"enabled": v.name not in ("claim_type", "target")}) for v in CODEBOOK.variables]
    project = tmp_path / "off.db"
    codebook = CODEBOOK.model_copy(update={"variables": tuple(off)})
    with Store.create(project, codebook, [article("a", TEXT)]) as store, store.coding("ada").step("one", 2) as step:
        one = step.add_statement(None)
        step.label(one, "target", "tax")
        step.review(state="coded")

    found = {path.stem for path in export(name, project, tmp_path / "out").glob(f"{name}/ada/*")}

    assert found == {"stance", "target", "issues"}


def test_a_format_whose_package_is_missing_says_what_to_install(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, package in PACKAGES.items():
        monkeypatch.setitem(sys.modules, package, None)
        for module in [m for m in sys.modules if m.startswith(f"{package}.") or m.endswith(f".{FORMATS[name].module}")]:
            monkeypatch.delitem(sys.modules, module)

        with (
            pytest.raises(ExportError, match=rf"\[{FORMATS[name].extra}\]', or in a checkout"),
            Store(project, read_only=True) as store,
            store.records() as source,
            Folder(tmp_path / "out") as folder,
        ):
            write(name, source, folder)


def test_an_option_of_another_format_is_refused(project: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--with-metadata applies to csv, parquet, xlsx and sav, not to brat"):
        export("brat", project, tmp_path / "out", metadata=True)


def test_no_cell_of_the_csv_begins_like_a_formula(project: Path, tmp_path: Path) -> None:
    out = export("csv", project, tmp_path / "csv")

    for path in out.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            cells = [text for row in csv.reader(file) for text in row]
        assert not [text for text in cells if text.lstrip()[:1] in ("=", "+", "@", "-")], path.name


def test_labels_csv_has_a_row_for_each_label(project_with_units: Path, tmp_path: Path) -> None:
    out = export("csv", project_with_units, tmp_path / "csv")

    with (out / "labels.csv").open(newline="", encoding="utf-8") as file:
        labels = list(csv.DictReader(file))

    assert {(row["unit"], row["variable"], row["value"]) for row in labels} >= {
        ("article", "topics", "ports"),
        ("paragraph", "tone", "calm"),
        ("statement", "stance", "oppose"),
        ("statement", "issues", "jobs|sea\\|fish"),
    }
    assert {row["origin"] for row in labels} == {"coder", "sticky", "default", "guess"}


def test_every_article_has_one_split_whatever_else_is_there() -> None:
    ids = [article("x", f"text {i}").article_id for i in range(2000)]

    shares = {name: sum(split_of(i) == name for i in ids) / 20 for name, _ in SPLITS}

    assert shares == {name: pytest.approx(share, abs=3) for name, share in SPLITS}


# qualitative data


def test_every_selection_of_a_qdpx_covers_its_evidence(project: Path, tmp_path: Path) -> None:
    out = export("qdpx", project, tmp_path / "out")

    with ZipFile(out / "project.qdpx") as archive:
        assert archive.namelist()[0] == "project.qde"
        qde = archive.read("project.qde").decode()
        texts = [archive.read(name).decode() for name in archive.namelist()[1:]]

    places = re.findall(r'startPosition="(\d+)" endPosition="(\d+)"', qde)
    words = {texts[0][int(start) : int(end)] for start, end in places}
    assert "“We will not sign,”" in words
    assert not qde.startswith("\ufeff")
    names = re.findall(r"<Code [^>]*? name=(\"[^\"]*\"|'[^']*')", qde)
    assert len(names) == len(set(names))


def test_brat_spans_are_the_words_at_their_offsets(project: Path, tmp_path: Path) -> None:
    out = export("brat", project, tmp_path / "out")

    for ann in out.glob("brat/*/*.ann"):
        text = ann.with_suffix(".txt").read_text(encoding="utf-8")
        for line in ann.read_text(encoding="utf-8").splitlines():
            if line.startswith("T"):
                _, place, words = line.split("\t", 2)
                pieces = [tuple(map(int, piece.split())) for piece in place.split(" ", 1)[1].split(";")]
                assert " ".join(text[start:end] for start, end in pieces) == words
    ada = next(out.glob("brat/ada/harbour*.ann")).read_text(encoding="utf-8")
    assert re.search(r"^A\d+\tstance T\d+ oppose$", ada, re.MULTILINE)
    assert re.search(r"^A\d+\tissues-sea_fish T\d+$", ada, re.MULTILINE)


# networks


def dna(project: Path, tmp_path: Path) -> sqlite3.Connection:
    return sqlite3.connect(export("dna", project, tmp_path / "dna") / "project.dna")


def test_a_dna_database_has_the_sixteen_tables_and_is_sound(project: Path, tmp_path: Path) -> None:
    connection = dna(project, tmp_path)

    tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    assert tables == set(
        "SETTINGS CODERS DOCUMENTS STATEMENTTYPES VARIABLES VARIABLELINKS REGEXES CODERRELATIONS STATEMENTS DATABOOLEAN"
        " DATAINTEGER ENTITIES DATASHORTTEXT DATALONGTEXT ATTRIBUTEVARIABLES ATTRIBUTEVALUES".split()
    )
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    assert connection.execute("select Value from SETTINGS where Property = 'version'").fetchone()[0].startswith("3.0")
    kinds = {"short text": "SHORTTEXT", "long text": "LONGTEXT", "integer": "INTEGER", "boolean": "BOOLEAN"}
    for variable, kind, type_ in connection.execute("select ID, DataType, StatementTypeId from VARIABLES").fetchall():
        missing = connection.execute(
            f"select count(*) from STATEMENTS s where StatementTypeId = ? and not exists (select 1 from"
            f" DATA{kinds[kind]} d where d.StatementId = s.ID and d.VariableId = ?)",
            (type_, variable),
        ).fetchone()
        assert missing == (0,), variable
    connection.close()


def test_a_dna_statement_says_who_takes_which_side_on_what(tmp_path: Path) -> None:
    project = tmp_path / "p.db"
    with Store.create(project, CODEBOOK, [article("harbour", TEXT)]) as store:
        coding = store.coding("ada")
        start = TEXT.index("She")
        for stance, speakers in (("oppose", ["Ása Brandt", "Harbour Union"]), ("neutral", ["journalist"])):
            with coding.step("statement", 2) as step:
                one = step.add_statement((start, start + 3))
                step.set_speakers(one, [(name, None) for name in speakers])
                step.label(one, "stance", stance)
                step.label(one, "target", "tax")
    connection = dna(project, tmp_path)

    found = connection.execute(
        "select s.StatementTypeId, p.Value, i.Value, s.Start, s.Stop from STATEMENTS s"
        " join DATASHORTTEXT d on d.StatementId = s.ID join ENTITIES p on p.ID = d.Entity"
        " join VARIABLES v on v.ID = d.VariableId and v.Variable = 'person'"
        " join DATAINTEGER i on i.StatementId = s.ID order by s.ID"
    ).fetchall()

    utf16 = start + 1  # the fish before it takes two units
    assert found == [
        (1, "Ása Brandt", -1, utf16, utf16 + 3),
        (1, "Harbour Union", -1, utf16, utf16 + 3),
        (2, "journalist", 0, utf16, utf16 + 3),
    ]
    assert connection.execute("select Value from DATABOOLEAN").fetchall() == [(0,), (0,)]
    (text,) = connection.execute("select Text from DOCUMENTS").fetchone()
    assert text.encode("utf-16-le")[2 * utf16 : 2 * (utf16 + 3)].decode("utf-16-le") == "She"
    connection.close()


def test_congruence_counts_the_targets_two_speakers_agree_on(tmp_path: Path) -> None:
    project = tmp_path / "p.db"
    with Store.create(project, CODEBOOK, [article("harbour", TEXT)]) as store:
        coding = store.coding("ada")
        for speaker, stance, target in (
            ("A", "support", "tax"),
            ("B", "support", "tax"),
            ("C", "oppose", "tax"),
            ("A", "oppose", "the harbour"),
            ("B", "neutral", "the harbour"),
            ("C", "oppose", "the harbour"),
        ):
            with coding.step("statement", 2) as step:
                one = step.add_statement(None)
                step.set_speakers(one, [(speaker, None)])
                step.label(one, "stance", stance)
                step.label(one, "target", target)
    out = export("network", project, tmp_path / "out") / "network"

    graph = (out / "congruence.graphml").read_text()

    edges = {
        (one, other): tuple(int(value) for value in re.findall(r">(-?\d+)<", data))
        for one, other, data in re.findall(r'<edge source="speaker:(.)" target="speaker:(.)">(.*?)</edge>', graph)
    }
    assert edges == {("A", "B"): (1, 1, 0, 1), ("A", "C"): (0, 1, 1, 0), ("B", "C"): (-1, 0, 1, -1)}


def test_graphs_pool_people_and_a_model_only_if_it_is_named(tmp_path: Path) -> None:
    project = tmp_path / "p.db"
    with Store.create(project, CODEBOOK, [article("harbour", TEXT)]) as store:
        store.coder("bot", "model")
        for coder in ("ada", "bot"):
            with store.coding(coder).step("statement", 2) as step:
                one = step.add_statement(None)
                step.set_speakers(one, [("A", None)])
                step.label(one, "target", "tax")

    weights = {}
    for name, options in (("people", ()), ("both", ("--coder", "ada", "--coder", "bot")), ("bot", ("--coder", "bot"))):
        out = tmp_path / name
        asked = ["--project", str(project), "export", "network", "--out", str(out), *options]
        done = CliRunner().invoke(group, asked)
        assert done.exit_code == 0
        graph = (out / "network" / "speakers-targets.graphml").read_text()
        weights[name] = re.findall(r'<data key="weight">(\d+)<', graph)
        assert len((out / "network" / "edges.csv").read_text().splitlines()) == (2 if name == "bot" else 3)
        assert ("unless --coder names them: bot" in done.stderr) == (name == "people")

    assert weights == {"people": ["1"], "both": ["2"], "bot": ["1"]}


@pytest.mark.parametrize(
    ("path", "shared"),
    [
        ("texts/2031/a.txt", "texts/2031/a.txt"),
        ("/home/kim/texts/a.txt", "a.txt"),
        ("C:\\Users\\kim\\a.txt", "a.txt"),
        ("\\\\server\\kim\\a.txt", "a.txt"),
        ("~/a.txt", "a.txt"),
        ("../../kim/a.txt", "kim/a.txt"),
        ("./a.txt", "a.txt"),
        ("corpus.zip/a.txt", "corpus.zip/a.txt"),
        ("-", "-"),
        (None, None),
    ],
)
def test_a_shared_path_names_no_folder_of_the_machine(path: str | None, shared: str | None) -> None:
    assert shareable_path(path) == shared
    assert shareable_path(shared) == shared


def test_the_lines_of_articles_have_shared_paths_and_come_back_alike(tmp_path: Path) -> None:
    one = article("harbour", TEXT).model_copy(update={"path": "/home/kim/secret/harbour.txt"})
    Store.create(tmp_path / "one.db", CODEBOOK, [one]).close()
    Store.create(tmp_path / "two.db", CODEBOOK).close()

    first = export_jsonl(tmp_path / "one.db", tmp_path / "first")
    run(tmp_path / "two.db", first)
    second = export_jsonl(tmp_path / "two.db", tmp_path / "second")

    assert rows(first / "articles.jsonl")[0]["path"] == "harbour.txt"
    assert (first / "articles.jsonl").read_bytes() == (second / "articles.jsonl").read_bytes()


def test_matrices_name_units_coders_and_codes(project: Path, tmp_path: Path) -> None:
    out = export("matrix", project, tmp_path / "out")

    manifest = json.loads((out / "matrix.manifest.json").read_text())["matrices"]["statements-stance"]

    assert manifest["codes"] == {"1": "oppose", "2": "neutral", "3": "support"}
    assert (out / "matrix" / "statements-claim_type.recal.csv").read_text() == "2,2\n"
    assert (out / "matrix" / "paragraphs-state.spss.csv").read_text().splitlines()[0] == "ada,ben"
    with (out / "matrix" / "paragraphs-state.csv").open(newline="") as file:
        states = list(csv.reader(file))
    assert states[0] == ["unit", "ada", "ben"]
    assert states[1][1:] == ["no claim", "no claim"]


@pytest.mark.parametrize("name", ["jsonl", "csv", "network", "qdpx", "labelstudio"])
def test_the_gold_layer_stands_under_a_coder_called_gold(name: str, project: Path, tmp_path: Path) -> None:
    with Store(project) as store:
        settled = GoldStatement((40, 50), ("Ása Brandt",), {"stance": "support", "target": "tax"})
        Adjudication(store, "ada").adjudicate(2, GoldParagraph("coded", (settled,), reason="both agreed"))

    out = export(name, project, tmp_path / "out", Selection(layer="gold"))

    if name == "jsonl":
        (row,) = rows(out / "statements.jsonl")
        assert (row["coder"], row["stance"], row["speakers"]) == ("gold", "support", ["Ása Brandt"])
        assert row["evidence"] == TEXT[40:50]
        states = {(r["paragraph"], r["coder"], r["state"]) for r in rows(out / "paragraphs.jsonl") if r["coder"]}
        assert states == {(1, "gold", "coded")}
    else:
        texts = [path.read_text() for path in out.rglob("*") if path.suffix in (".csv", ".graphml", ".json")]
        assert name == "qdpx" or any("support" in text or "tax" in text for text in texts)


# span tools


def test_prodigy_spans_are_made_of_whole_tokens(project: Path, tmp_path: Path) -> None:
    out = export("prodigy", project, tmp_path / "out")

    tasks = rows(out / "prodigy" / "ada" / "stance.jsonl")

    assert len(tasks) == 4
    for task in tasks:
        for i, token in enumerate(task["tokens"]):
            assert task["text"][token["start"] : token["end"]] == token["text"]
            assert token["id"] == i
        for span in task["spans"]:
            assert task["tokens"][span["token_start"]]["start"] == span["start"]
            assert task["tokens"][span["token_end"]]["end"] == span["end"]
    assert [span["label"] for task in tasks for span in task["spans"]] == ["oppose", "neutral"]


def test_a_token_is_cut_where_a_span_begins_inside_it() -> None:
    assert [token["text"] for token in tokenize("Harbour's end.", {4})] == ["Harb", "our", "'", "s", "end", "."]


@pytest.mark.parametrize("text", ["a b", "a  b", " a", "a ", "\ta\r\nb", "a \n b.", "", "é\u2028🐟  \u3000x", "  "])
def test_tokens_make_their_text_again(text: str) -> None:
    for edges in (set[int](), {1, 2, 3}):
        tokens = tokenize(text, edges)

        assert "".join(token["text"] + " " * token["ws"] for token in tokens) == text
        assert all(text[token["start"] : token["end"]] == token["text"] for token in tokens)


def test_a_web_annotation_finds_its_words_by_quote_and_by_position(project: Path, tmp_path: Path) -> None:
    out = export("webannotation", project, tmp_path / "out")

    page: dict[str, Any] = json.load(io.StringIO((out / "annotations.jsonld").read_text()))

    assert len(page["items"]) == 6
    for annotation in page["items"]:
        quote, position = annotation["target"]["selector"]
        assert TEXT[position["start"] : position["end"]] == quote["exact"]
        assert TEXT[: position["start"]].endswith(quote["prefix"])


def test_what_was_settled_is_filtered_like_everything_else(project: Path, tmp_path: Path) -> None:
    with Store(project) as store:
        Adjudication(store, "ada").adjudicate(2, GoldParagraph("no claim"))
        role = store.connection.one("select role from paragraphs where id = 2")
    assert role is not None

    def n_settled(n: int, selection: Selection) -> int:
        return len(rows(export("jsonl", project, tmp_path / str(n), selection) / "gold.jsonl"))

    assert n_settled(1, Selection(roles=role)) == 1
    assert n_settled(2, Selection(roles=("pull-quote",))) == 0
    assert n_settled(3, Selection(phases=("main",))) == 0
    assert n_settled(4, Selection(codebook_versions=("2.1",))) == 1


def test_a_network_without_ties_says_so(tmp_path: Path) -> None:
    Store.create(tmp_path / "empty.db", CODEBOOK, [article("harbour", TEXT)]).close()

    out = export("network", tmp_path / "empty.db", tmp_path / "out")

    assert (out / "network" / "speakers-targets.graphml").exists()
    assert "no statement has both" in (out / "network.manifest.json").read_text()
