"""A report in every form: the same figures, names as text, one file that needs nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from annotator.agreement import krippendorff_alpha
from annotator.cli import run
from annotator.reports.label_files.label_file import Options, read_label_file
from annotator.reports.methods_paragraph import methods
from annotator.reports.project import Intervals, ProjectReport, project_report
from annotator.reports.render.csv_figures import COLUMNS, label_text, write_matrices
from annotator.reports.render.forms import formed
from annotator.reports.render.html import to_html
from annotator.reports.render.latex import to_latex
from annotator.reports.render.markdown import to_markdown
from annotator.reports.words.blocks import Block, Chart, HeatMap, Point, Prose, Table
from annotator.reports.words.number_text import decimal, interval
from annotator.store import Store
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

NASTY = "<script>alert(1)</script> & \\input{x} | *bold* \x1b[31m"


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    """Two coders, ten paragraphs; one speaker has a hostile name."""
    store = make_project("\n".join(f"Paragraph {i} of an article." for i in range(10)), codebook=CODEBOOK)
    for paragraph in range(1, 9):
        stance = ("oppose", "neutral", "support")[paragraph % 3]
        said = Said({"stance": stance, "kind": "fact", "issues": ["jobs"]}, (NASTY,), (0, 9))
        code(store, "ada", paragraph, said, genre="news")
        other = Said({"stance": "support" if paragraph == 1 else stance, "kind": "demand"}, (NASTY,), (0, 12))
        code(store, "ben", paragraph, other, genre="news")
    code(store, "ada", 9, state="no claim")
    code(store, "ben", 9, state="no claim")
    return store


@pytest.fixture
def report(project: Store) -> ProjectReport:
    return project_report(project)


class Tags(HTMLParser):
    """The tags of a page, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_is_one_file_that_needs_nothing_else(report: ProjectReport) -> None:
    page = formed(report, "html")

    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "svg" in tags.names
    assert not {"script", "link", "img", "iframe"} & set(tags.names)
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    for drawn in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(drawn)  # noqa: S314 (made here)


def test_hostile_names_are_text_in_every_form(report: ProjectReport) -> None:
    assert "<script>" not in formed(report, "html")
    assert "\\input{x}" not in formed(report, "latex")
    markdown = formed(report, "markdown")
    assert "<script>" not in markdown
    assert "\\*bold\\*" in markdown
    assert "\x1b" not in markdown + formed(report, "html") + formed(report, "latex")


def test_markdown_tables_have_as_many_cells_in_every_row(report: ProjectReport) -> None:
    for table in re.findall(r"(?:^\|.*\|\n)+", formed(report, "markdown"), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_latex_tables_have_as_many_cells_in_every_row(report: ProjectReport) -> None:
    latex = formed(report, "latex")

    assert latex.count("\\begin{longtable}") == latex.count("\\end{longtable}") > 3
    for places, body in re.findall(r"\\begin\{longtable\}\{([lr]+)\}(.*?)\\end\{longtable\}", latex, re.DOTALL):
        rows = [line for line in body.splitlines() if line.endswith("\\\\") and "multicolumn" not in line]
        assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {len(places)}


def test_the_csv_has_a_row_a_coefficient_in_full_precision(report: ProjectReport) -> None:
    rows = list(csv.DictReader(io.StringIO(formed(report, "csv"))))

    assert list(rows[0]) == COLUMNS
    (stance,) = [
        row
        for row in rows
        if (row["unit"], row["variable"], row["coefficient"], row["who"])
        == ("statement", "stance", "krippendorff_alpha", "all")
    ]
    alpha = next(one for one in report.attributes if one.measure.name == "stance").report.alpha
    assert float(stance["value"]) == alpha.value
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in (row["variable"], row["who"]))


def test_every_alpha_can_be_recomputed_from_the_matrices(report: ProjectReport, tmp_path: Path) -> None:
    write_matrices(report, tmp_path / "matrices")

    index = json.loads((tmp_path / "matrices" / "measures.json").read_text(encoding="utf-8"))
    assert {one["variable"] for one in index} >= {"claim", "statements", "stance", "kind", "speaker", "issues", "genre"}
    n_recomputed = 0
    for one in index:
        raw = (tmp_path / "matrices" / one["file"]).read_bytes()
        if raw.count(b"\n") < 2:
            continue
        categories = None if one["categories"] is None else tuple(one["categories"])
        data = read_label_file(raw, one["file"], Options(one["level"], categories)).data
        assert krippendorff_alpha(data).value == pytest.approx(one["krippendorff_alpha"], abs=1e-12)
        n_recomputed += 1
    assert n_recomputed > 6


def test_a_set_survives_its_cell() -> None:
    for label in (frozenset({"a", "b"}), frozenset[str](), frozenset({"sea|fish", "x"})):
        text = f'unit,coder,label\nu,a,"{label_text(label).replace(chr(34), chr(34) * 2)}"\n'
        assert read_label_file(text.encode(), "x", Options("set")).data.categories == (label,)


def test_the_methods_paragraph_says_what_a_reviewer_asks(project: Store) -> None:
    said = methods(project_report(project, intervals=Intervals(cluster=None)))

    for words in (
        "Two coders (ada and ben)",
        "harbour, version 2.0",
        "9 of 10 paragraphs",
        "matched one to one",
        "8 matched, 0 only by one of two coders",
        "Stance (ordinal), on matched statements: 8 units labelled by at least two of 2 coders, 16 decisions; 87.5 %",
        "95 % CI [",
        "q = ",
        "without a drawn sample",
        "annotator 0.",
    ):
        assert words in said


def test_phases_are_part_of_the_methods(project: Store) -> None:
    for name in ("ada", "ben"):
        row = project.coder(name).id
        project.connection.execute(
            "insert into assignments (coder, recorder, first, last, phase, batch, position, n_left)"
            " values (?, ?, 1, 10, 'main', 'overlap-1', 1, 0)",
            (row, row),
        )

    said = methods(project_report(project))

    assert "Phase main (still open): 10 paragraphs were assigned without a stored draw; assigned" in said
    assert "paragraphs finished: ada 10 of 10 and ben 10 of 10." in said
    assert "without a drawn sample" in said


def test_articles_can_be_drawn_whole(project: Store) -> None:
    found = project_report(project, intervals=Intervals(200, 3, "percentile", "article"))

    claim = found.paragraph[0].report.alpha
    assert claim.ci_method is not None
    assert "bootstrap of 1 article, B = 200" in claim.ci_method
    assert claim.ci is None


@pytest.mark.parametrize("form", ["markdown", "html", "latex", "csv", "methods"])
def test_every_form_is_written_to_a_file_or_to_stdout(
    form: str, project: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--project", str(project.path), "agreement", "--as", form]) == 0
    shown = capsys.readouterr().out
    assert run(["--project", str(project.path), "agreement", "--as", form, "--out", str(tmp_path / "report")]) == 0

    assert (tmp_path / "report").read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("form", ["markdown", "html", "latex", "csv", "methods"])
def test_a_file_of_labels_has_every_form_too(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("unit,coder,label\nu1,a,x\nu1,b,x\nu2,a,y\nu2,b,x\nu3,a,y\nu3,b,y\n", encoding="utf-8")

    assert run(["agreement", "--from", str(path), "--level", "nominal", "--as", form]) == 0

    assert "444" in capsys.readouterr().out  # 1 - 5 * 2 / (36 - 9 - 9)


def test_two_forms_at_once_are_refused(project: Store, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["--project", str(project.path), "agreement"]

    assert run([*base, "--json", "--as", "html"]) == 2
    assert run([*base, "--out", "x.html"]) == 2
    assert "--out needs --json or --as" in capsys.readouterr().err


def test_figures_are_written_as_journals_print_them() -> None:
    assert [decimal(x) for x in (0.7431, -0.02, 1.0, 0.0, -0.0001, None)] == [
        ".743",
        "−.020",
        "1.000",
        ".000",
        ".000",
        "–",
    ]
    assert interval((-0.123, 0.987)) == "[−.12, .99]"
    assert interval((0.6401, 0.6432)) == "[.640, .643]"


def test_a_chart_without_values_is_drawn_without_dots() -> None:
    point = Point("nothing", None, None, None, "undefined: no unit was labelled by two coders")

    page = to_html([Chart("empty", (point,))], "x")

    assert "<circle" not in page
    assert "undefined" in page


def test_blocks_of_one_report_are_the_same_in_every_form() -> None:
    blocks: list[Block] = [
        Table("A table", ("name", "n"), (("x_1", "3"),), frozenset({1})),
        HeatMap("Confusion", "ada", "ben", ("x", "y"), ((2.0, 1.0), (0.0, 4.0))),
        Prose("Careful.", is_warning=True),
    ]

    assert "| x\\_1 | 3 |" in to_markdown(blocks)
    assert "x\\_1 & 3 \\\\" in to_latex(blocks)
    assert '<p class="warning">Careful.</p>' in to_html(blocks, "x")


def test_one_lonely_statement_is_undefined_and_no_crash(make_project: MakeProject) -> None:
    store = make_project("One paragraph of an article.", codebook=CODEBOOK)
    code(store, "ada", 1, Said({"stance": "oppose"}, evidence=(0, 7)))
    code(store, "ben", 1, state="no claim")

    found = project_report(store).existence

    assert found is not None
    assert found.f1.value == 0
    assert found.gamma.value is None or -1 <= found.gamma.value <= 1
    assert found.gamma.value is not None or "undefined" in str(found.gamma.undefined)
