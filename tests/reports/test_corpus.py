"""A corpus that a query engine counts gives the figures of the same labels in memory."""

import random
from pathlib import Path
from typing import Any

import pytest

from annotator.agreement.report import COEFFICIENTS, WHOLE_UNITS
from annotator.cli import run
from annotator.reports.corpus import read
from annotator.reports.corpus.read import read_corpus
from annotator.reports.file_report import FileReport, file_report
from annotator.reports.label_files.delimited import BadFileError
from annotator.reports.label_files.label_file import Options, read_label_file
from tests.postgresql import Cluster

Row = tuple[str, str, str, str]
NOMINAL = Options("nominal")


@pytest.fixture(autouse=True)
def _ibis() -> None:
    pytest.importorskip("ibis")
    pytest.importorskip("duckdb")


def invented(coders: int = 4, units: int = 120, words: tuple[str, ...] = ("yes", "no", "maybe")) -> list[Row]:
    """Rows of unit, coder, label and article; some labels are missing, all units have two at least."""
    rng = random.Random(7)  # noqa: S311 - invented labels
    rows = []
    for unit in range(units):
        truth = rng.choice(words)
        for i, coder in enumerate(rng.sample(range(coders), min(coders, 4))):
            label = truth if rng.random() < 0.7 else rng.choice(words)
            said = "NA" if i > 1 and rng.random() < 0.3 else label
            rows.append((f"u{unit}", f"coder {coder}", said, f"a{unit // 9}"))
    return rows


def written(path: Path, rows: list[Row], separator: str = ",") -> Path:
    lines = [separator.join(row) for row in [("Unit", "coder", "LABEL", "article"), *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def in_memory(path: Path, options: Options = NOMINAL) -> FileReport:
    return file_report(read_label_file(path.read_bytes(), path.name, options))


def counted(name: Any, options: Options = NOMINAL, engine: str | None = None) -> FileReport:
    return file_report(read_corpus(str(name), options, engine))


def assert_same(found: FileReport, expected: FileReport, *, with_means: bool = True) -> None:
    """All seven coefficients to 1e-12, and their intervals."""
    one, other = found.report, expected.report
    assert set(other.coefficients) == set(COEFFICIENTS)
    both = [(one.coefficients, other.coefficients), (one.weighted, other.weighted)]
    for name, mine, theirs in [(name, a[name], b[name]) for a, b in both for name in b]:
        assert mine.value == pytest.approx(theirs.value, abs=1e-12), name
        assert mine.n_labels_paired == theirs.n_labels_paired
        if with_means or name not in ("cohen_kappa", "scott_pi"):
            assert mine.ci == pytest.approx(theirs.ci, abs=1e-9), name
    assert {pair.coders: pair.n_units for pair in one.pairs} == {
        tuple(sorted(map(str, pair.coders))): pair.n_units for pair in other.pairs
    }
    assert [c.category for c in one.categories] == [c.category for c in other.categories]
    assert [c.prevalence.n_labels for c in one.categories] == [c.prevalence.n_labels for c in other.categories]
    assert found.to_dict()["source"]["n_rows"] == expected.to_dict()["source"]["n_rows"]


def test_a_csv_file_gives_the_figures_of_the_labels_in_memory(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.csv", invented())

    found = counted(path)

    assert_same(found, in_memory(path))
    assert len(found.report.coders) == 4
    assert found.file.remarks == in_memory(path).file.remarks


def test_no_line_is_taken_for_a_comment_and_quoted_cells_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes('\ufeffunit,coder,label,\r\n#1,ann,x,\r\n#1,bea,"x",\r\n"2 ""b""",ann,"y, z",\r\n'.encode())

    found = counted(path)

    assert found.report.alpha.n_labels == 3
    assert [c.category for c in found.report.categories] == ["x", "y, z"]


def test_blanks_around_cells_do_not_count(tmp_path: Path) -> None:
    rows = [
        (f" {u}", f"{c} ", f" {label}", a) if i % 5 == 0 else (u, c, label, a)
        for i, (u, c, label, a) in enumerate(invented())
    ]
    path = written(tmp_path / "labels.csv", rows)

    assert_same(counted(path), in_memory(path))


def test_a_decimal_comma_and_a_scale_are_read_as_in_memory(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.csv", invented(words=("1,5", "2", "2,0", "4")), separator=";")
    options = Options("interval")

    assert_same(counted(path, options), in_memory(path, options))


def test_parquet_in_several_files_and_types_is_one_corpus(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [row for row in invented(words=("1", "2", "3")) if row[2] != "NA"]
    whole = written(tmp_path / "whole.csv", rows)
    for coder in {row[1] for row in rows}:
        own = [row for row in rows if row[1] == coder]
        table = pyarrow.table(
            {
                "unit": [int(row[0][1:]) for row in own],
                "coder": [row[1] for row in own],
                "label": [float(row[2]) for row in own],
            }
        )
        parquet.write_table(table, tmp_path / f"{coder} [1].parquet")

    found = counted(f"{tmp_path}/*.parquet")

    assert_same(found, in_memory(whole))
    assert [c.category for c in found.report.categories] == ["1", "2", "3"]


def test_clusters_are_kept_whole(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.csv", invented())
    options = Options("nominal", cluster="article")

    found = counted(path, options)

    assert_same(found, in_memory(path, options))
    assert "14 articles" in (found.report.alpha.ci_method or "")


def test_sets_have_their_readings(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.csv", invented(words=("a|b", "a", "{}")))
    options = Options("set")

    found, expected = counted(path, options), in_memory(path, options)

    assert found.report.alpha.value == pytest.approx(expected.report.alpha.value, abs=1e-12)
    assert found.measured.beside["jaccard"].ci == pytest.approx(expected.measured.beside["jaccard"].ci)


def test_many_coders_are_counted_by_patterns_and_pairs(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.csv", invented(coders=14, units=300))

    found = counted(path)

    assert_same(found, in_memory(path), with_means=False)
    assert found.report.coefficients["cohen_kappa"].ci_method == f"no interval: {WHOLE_UNITS}"
    assert any("Only patterns and pairs were counted" in remark for remark in found.file.remarks)
    with pytest.raises(BadFileError, match="clusters need whole units"):
        counted(path, Options("nominal", cluster="article"))


@pytest.mark.parametrize("coders", [4, 14])
def test_identical_doubles_count_once_and_others_are_refused(tmp_path: Path, coders: int) -> None:
    rows = [row for row in invented(coders) if row[2] != "NA"]
    path = written(tmp_path / "labels.csv", [*rows, *rows[:3]])

    found = counted(path)

    assert_same(found, in_memory(path), with_means=coders == 4)
    assert "3 labels stood there again and counted once." in found.file.remarks

    unit, coder, label, article = rows[0]
    written(path, [*rows, (unit, coder, "no" if label != "no" else "yes", article)])
    with pytest.raises(BadFileError, match=f"different labels on one unit, and nothing was computed: {coder} on unit"):
        counted(path)
    skipping = Options("nominal", skip_bad=True)
    assert_same(counted(path, skipping), in_memory(path, skipping), with_means=coders == 4)
    assert counted(path, skipping).to_dict()["source"]["n_skipped"] == 2


def test_faults_are_counted_and_left_out_on_request(tmp_path: Path) -> None:
    rows = [row for row in invented() if row[2] != "NA"]
    bad: list[Row] = [("u1", "x", "perhaps", "a1"), ("u2", "x", "perhaps", "a1"), (" ", "coder 1", "yes", "a1")]
    path = written(tmp_path / "labels.csv", [*rows, *bad])
    options = Options("nominal", ("yes", "no", "maybe"))

    with pytest.raises(BadFileError, match=r"2 faults.*perhaps is not one .* \(2 rows\); the unit or .* \(1 row\)"):
        counted(path, options)

    skipping = Options("nominal", ("yes", "no", "maybe"), skip_bad=True)
    assert_same(counted(path, skipping), in_memory(path, skipping))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("unit,rater,label\n1,a,x\n", "needs each of the columns unit, coder, label once"),
        ("unit,coder,label\n1,a\n2,b,x\n", "Line: 2; .*Columns: 3 Found: 2"),
        ("unit,coder,unit,label\n1,a,1,x\n", "has the column unit twice"),
        ("unit,coder,label\n1,a,NA\n", "no labels that can be used"),
        ("", "does not begin with the names of its columns"),
    ],
)
def test_a_file_that_cannot_be_counted_is_refused_in_words(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "labels.csv").write_text(text)

    with pytest.raises(BadFileError, match=sentence):
        counted(tmp_path / "labels.csv")


def test_files_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "a.csv", invented())
    (tmp_path / "b.csv").write_text("coder,unit,label,article\nx,u1,yes,a1\n")

    with pytest.raises(BadFileError, match="other columns than"):
        counted(tmp_path / "*.csv")
    with pytest.raises(BadFileError, match="file not found"):
        counted(tmp_path / "*.parquet")


def test_too_many_categories_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_CATEGORIES", 2)

    with pytest.raises(BadFileError, match="more than 2 different labels"):
        counted(written(tmp_path / "labels.csv", invented()))


def test_the_command_counts_a_pattern_within_the_memory_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "labels.csv", invented())

    assert run(["agreement", "--from", f"{tmp_path}/*.csv", "--level", "nominal", "--memory", "300MB"]) == 0

    shown = capsys.readouterr().out
    assert "4 coders" in shown
    assert "Krippendorff's α" in shown


def test_polars_counts_the_same(tmp_path: Path) -> None:
    pytest.importorskip("polars")
    path = written(tmp_path / "labels.csv", invented())
    many = written(tmp_path / "many.csv", invented(coders=14))

    assert_same(counted(path, engine="polars"), in_memory(path))
    assert_same(counted(many, engine="polars"), in_memory(many), with_means=False)


@pytest.mark.slow
@pytest.mark.parametrize("coders", [4, 14])
def test_postgresql_counts_the_same(tmp_path: Path, postgresql: Cluster, coders: int) -> None:
    psycopg = pytest.importorskip("psycopg")
    url = postgresql.url(host="127.0.0.1")
    path, rows = written(tmp_path / "labels.csv", invented(coders)), invented(coders)
    with psycopg.connect(url) as connection:
        connection.execute("drop table if exists annotator_labels")
        connection.execute("create table annotator_labels (unit text, coder text, label text, article text)")
        with connection.cursor() as cursor:
            cursor.executemany("insert into annotator_labels values (%s, %s, %s, %s)", rows)

    assert_same(counted("annotator_labels", engine=url), in_memory(path), with_means=coders == 4)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_counts_the_same(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    path = written(tmp_path / "labels.csv", invented())

    assert_same(counted(path, engine="spark"), in_memory(path))
