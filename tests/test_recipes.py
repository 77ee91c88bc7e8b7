"""Recipes of CONTRIBUTING: a format, a coefficient, a level or a source of which one part was forgotten."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from annotator import agreement
from annotator.agreement.coefficients.disagreement import disagreement
from annotator.agreement.data.distances import LEVELS
from annotator.agreement.report import COEFFICIENTS
from annotator.cli.commands.agreement import LEVELS as LEVELS_OF_A_FILE
from annotator.codebook.model import Category, Codebook, Level, Variable
from annotator.export import FORMATS
from annotator.ingest import Read, read
from annotator.ingest.batch import Source
from annotator.ingest.record_source import RecordSource
from annotator.ingest.sources import KINDS, sources
from annotator.reports.project import project_report
from annotator.reports.words.number_text import NAMES
from tests.conftest import ROOT, MakeProject
from tests.reports.coding import code

COMPARED = sorted(set(get_args(Level)) - {"entity", "text"})
"""The levels of a codebook at which agreement is computed by that name; entities are names or sets of names."""


def text(*paths: str | Path) -> str:
    return "\n".join((ROOT / path).read_text(encoding="utf-8") for path in paths)


def files_of(pattern: str) -> list[Path]:
    return sorted((ROOT / "tests").glob(pattern))


def names_in(source: str, constant: str) -> set[str]:
    """The words in the tuple that a constant of a test module is."""
    found = re.search(rf"^{constant} = \((.*?)\)$", source, re.MULTILINE | re.DOTALL)
    assert found is not None, constant
    return set(re.findall(r"\w+", found[1]))


def rows(page: str, heading: str) -> set[str]:
    """The names in the first column of the table below a heading of a page."""
    _, _, below = page.partition(heading)
    table = re.search(r"\n\|.*?(?=\n\n|\Z)", below, re.DOTALL)
    assert table is not None, heading
    return {name for line in table[0].split("\n|")[1:] for name in re.findall(r"`([^`]+)`", line.split("|")[0])}


# an export format


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_has_a_module_that_writes(name: str) -> None:
    found = importlib.util.find_spec(f"annotator.export.formats.{FORMATS[name].module}")
    assert found is not None
    assert found.origin is not None
    # Its text is read: the package that it needs may be missing.
    module = ast.parse(Path(found.origin).read_text(encoding="utf-8"))

    writers = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "write"]
    assert [[one.arg for one in writer.args.args[:2]] for writer in writers] == [["source", "folder"]]
    assert ast.get_docstring(module)


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"jsonl"}))
def test_the_page_on_exports_says_what_a_format_holds_and_how_it_is_opened(name: str) -> None:
    page = text("docs/export.md")

    assert name in rows(page, "## The other formats"), "the table under 'The other formats'"
    assert name in rows(page, "How to open each format:"), "the table under 'How to open each format'"


@pytest.mark.parametrize("name", FORMATS)
def test_a_test_opens_what_a_format_writes(name: str) -> None:
    readers = [*files_of("export/consumers/*.py"), *files_of("export/test_*.py")]

    assert re.search(rf'export\w*\("{name}"|"export", "{name}"', text(*readers)), f"no test exports {name} and reads it"


# a coefficient


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_a_coefficient_is_public_named_and_described(name: str) -> None:
    assert name in agreement.__all__, "annotator/agreement/__init__.py"
    assert name in NAMES, "annotator/reports/words/number_text.py"
    assert name in rows(text("docs/agreement.md"), "## Figures"), "docs/agreement.md"


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_a_coefficient_is_checked_against_its_paper_other_computations_and_what_must_hold(name: str) -> None:
    papers = text(*(path for path in files_of("agreement/test_*.py") if re.search(r"_(1[89]|20)\d\d", path.name)))
    others = text("tests/agreement/test_exact_values.py", "tests/agreement/test_peers.py")

    assert re.search(rf"\b{name}\(", papers), "a test named after the paper, with the figures it prints"
    assert re.search(rf"\b{name}\b", others), "exact values, or what another package computes"
    assert name in names_in(text("tests/agreement/test_properties.py"), "ALL"), "tests/agreement/test_properties.py"


# a level of measurement


def test_codebooks_files_and_agreement_know_the_same_levels() -> None:
    assert sorted(LEVELS) == sorted(LEVELS_OF_A_FILE) == COMPARED


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_has_a_distance(level: str) -> None:
    categories = [frozenset("a"), frozenset("ab"), frozenset("b")] if level == "set" else [1, 2, 3]

    distance = disagreement(level, categories).matrix(np.ones(3))

    assert distance.shape == (3, 3)
    assert np.diagonal(distance).tolist() == [0, 0, 0]


@pytest.mark.parametrize("level", COMPARED)
def test_a_variable_of_a_level_is_coded_and_compared_at_it(level: Level, make_project: MakeProject) -> None:
    categories = tuple(Category(name=name, key=name) for name in "abc")
    if level in ("interval", "ratio"):
        categories = tuple(Category(name=name) for name in "123")
    variable = Variable(name="asked", level=level, scope="paragraph", key="y", categories=categories)
    store = make_project("One.\nTwo.\nThree.", codebook=Codebook(name="one", variables=(variable,)))
    for coder, labels in (("ada", (0, 1, 2)), ("ben", (0, 1, 1))):
        for paragraph, label in enumerate(labels, 1):
            name = categories[label].name
            code(store, coder, paragraph, labels={"asked": [name] if level == "set" else name})

    (measured,) = project_report(store, variables=("asked",)).measures

    assert (measured.report.level, measured.report.alpha.value is not None) == (level, True)
    if level != "set":
        assert len(measured.report.categories) in (0, 3), (
            "annotator/reports/compared/measures.py: the categories are declared"
        )


@pytest.mark.parametrize("level", get_args(Level))
def test_the_pages_say_what_a_level_is(level: str) -> None:
    field = re.search(r"^\| `level` \|.*$", text("schemas/README.md"), re.MULTILINE)
    assert field is not None
    assert f"`{level}`" in field[0], "schemas/README.md, the field `level`"
    if level in LEVELS:
        assert re.search(rf"LEVEL is .*\b{level}\b", text("docs/agreement.md")), "docs/agreement.md, a file of labels"


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_checked_against_its_definition(level: str) -> None:
    if level == "set":
        assert "masi" in text("tests/agreement/test_sets.py")
    else:
        defined = names_in(text("tests/agreement/test_properties.py"), "LEVELS")
        assert level in defined, "tests/agreement/test_properties.py"


# a source of batches

INVENTED = '''
"""Invented: a database of a test."""

from annotator.ingest.batch import Batch, Line, Part, Source


def _split(text):
    pieces = text.split("@@\\n")[1:]
    return Batch([Part(lines=[Line(piece.strip())], title="One", date="2031-05-06") for piece in pieces])


SOURCE = Source("Invented", "TXT", "lines `@@`", "from a line to the next", lambda text: "@@\\n" in text, _split)
'''


def test_a_source_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = importlib.import_module("annotator.ingest.sources.text")
    (tmp_path / "invented.py").write_text(INVENTED, encoding="utf-8")
    (tmp_path / "batch.txt").write_text("cover\n@@\nOne.\n@@\nTwo.\n", encoding="utf-8")
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    sources.cache_clear()

    try:
        found = list(read(tmp_path / "batch.txt"))
    finally:
        sources.cache_clear()

    assert [item.article.raw_text for item in found if isinstance(item, Read)] == ["One.", "Two."]


@pytest.mark.parametrize("source", [one for kind in KINDS for one in sources(kind)], ids=lambda source: source.name)
def test_a_source_says_how_it_is_recognised_and_has_a_test_and_a_row(source: Source[str] | RecordSource) -> None:
    assert source.name
    assert source.files
    assert source.recognised_by
    assert source.article
    assert f"| {source.name} |" in text("docs/inputs.md")
    module = source.recognises.__module__.rpartition(".")[2]
    tests = text(*files_of("ingest/sources/*.py")).lower()
    assert source.name.split(" (")[0].lower() in tests or module in tests, f"a test of {module}"


def test_names_of_sources_are_unique() -> None:
    names = [one.name for kind in KINDS for one in sources(kind)]

    assert len(names) == len(set(names))
