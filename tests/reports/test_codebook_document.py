"""A codebook as a document: all that a coder has to know, as HTML, Markdown and a Word file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest

from annotator.cli import run
from annotator.codebook.file import default_codebook, parse_codebook
from annotator.codebook.model import Codebook
from annotator.reports.codebook_document import codebook_document
from annotator.reports.render.docx import to_docx
from annotator.reports.render.html import to_html
from annotator.reports.render.markdown import to_markdown
from annotator.reports.words.blocks import Bars, Heading, Prose

EVERY_KIND = """
name: kinds
variables:
  - name: frames
    label: Frames
    scope: paragraph
    level: set
    required: true
    definition: |-
      The first line goes
      on here.
      A second paragraph.
    categories:
      - {name: economy, key: e, avoid: Not for prices alone., categories: [{name: jobs, key: l, definition: Work.}]}
      - {name: <b>health</b>, key: h, retired: true}
  - {name: certainty, level: interval, minimum: 0, maximum: 100, whole: true, key: c, when: {frames: economy}}
  - {name: remark, level: text, scope: article, enabled: false}
"""


@pytest.fixture
def kinds() -> Codebook:
    return parse_codebook(EVERY_KIND)


def texts(codebook: Codebook) -> list[str]:
    return [block.text for block in codebook_document(codebook) if isinstance(block, Heading | Prose)]


def test_every_definition_rule_and_example_of_the_default_codebook_is_in_each_form() -> None:
    codebook = default_codebook()
    blocks = list(codebook_document(codebook))
    words = docx.Document(BytesIO(to_docx(blocks)))
    forms = [to_html(blocks, "c"), to_markdown(blocks), "\n".join(paragraph.text for paragraph in words.paragraphs)]

    for variable in codebook.variables:
        for category, _ in variable.walk():
            for text in (category.definition, category.use, *(example.text for example in category.examples)):
                begin = (text or "").split("\n")[0].split('"')[0][:30].rstrip("'“« ")
                assert all(
                    begin.replace("'", mark) in form for form, mark in zip(forms, ("&#x27;", "'", "'"), strict=True)
                )


def test_each_variable_says_how_it_is_coded(kinds: Codebook) -> None:
    said = texts(kinds)

    assert "For each paragraph: any number of categories, level set; required." in said
    assert (
        "For each statement: a number, level interval; optional; from 0 to 100, whole numbers only; asked only if"
        " frames is economy." in said
    )
    assert "For each article: free text, level text; optional; switched off: not asked." in said


def test_wrapped_lines_are_joined_and_narrower_categories_name_the_broader_ones(kinds: Codebook) -> None:
    said = texts(kinds)

    assert "The first line goes on here." in said
    assert "A second paragraph." in said
    assert "economy › jobs" in said
    assert "Not for prices alone." in said
    assert "<b>health</b> (retired: not used any more)" in said


def test_names_are_text_and_never_markup(kinds: Codebook) -> None:
    assert "<b>health" not in to_html(codebook_document(kinds), "kinds")
    assert "<b>health" not in to_markdown(codebook_document(kinds))


def test_a_chart_cannot_be_written_to_a_word_file() -> None:
    with pytest.raises(Exception, match="charts cannot"):
        to_docx([Bars("title", ())])


def test_the_command_writes_the_project_with_its_versions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kinds.yaml").write_text(EVERY_KIND, encoding="utf-8")
    project = str(tmp_path / "a.db")
    assert run(["--project", project, "init", "--codebook", str(tmp_path / "kinds.yaml")]) == 0
    capsys.readouterr()

    assert run(["--project", project, "codebook", "document", "--as", "markdown"]) == 0
    written = capsys.readouterr().out

    assert "## Versions" in written
    assert "first version" in written
    assert run(["--project", project, "codebook", "document", "--as", "docx"]) == 2
    assert "add --out codebook.docx" in capsys.readouterr().err
    assert run(["--project", project, "codebook", "document", "--as", "docx", "--out", str(tmp_path / "c.docx")]) == 0
    assert docx.Document(str(tmp_path / "c.docx")).paragraphs[0].text == "kinds"


def test_the_preview_needs_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kinds.yaml").write_text(EVERY_KIND, encoding="utf-8")

    assert run(["codebook", "preview", str(tmp_path / "kinds.yaml")]) == 2
    assert "the preview needs a terminal" in capsys.readouterr().err
