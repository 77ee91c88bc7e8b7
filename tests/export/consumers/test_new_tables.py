"""Workbooks, data files of SPSS and Stata, and tokens, each opened by what reads them."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .. import hostile  # noqa: TID252 (tests are no installed package)
from ..test_hostile import export, statements  # noqa: TID252 (tests are no installed package)
from ..test_jsonl import rows  # noqa: TID252 (tests are no installed package)
from .conftest import consumer

pytestmark = pytest.mark.filterwarnings("ignore")  # the warnings of other packages are not ours


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.make(tmp_path_factory.mktemp("hostile") / "hostile.db")


def sheet(book: Any, name: str) -> list[dict[str, Any]]:
    header, *found = book[name].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in found]


def test_openpyxl_reads_every_cell_of_a_workbook_with_its_type(project: Path, tmp_path: Path) -> None:
    openpyxl = consumer("openpyxl")
    consumer("xlsxwriter")
    out = export("xlsx", project, tmp_path / "xlsx", "--with-metadata")
    expected = rows(export("jsonl", project, tmp_path / "jsonl") / "statements.jsonl")

    book = openpyxl.load_workbook(out / "annotator.xlsx")

    assert book.sheetnames == ["statements", "paragraphs", "articles", "coders", "codebook"]
    read = sheet(book, "statements")
    assert [row["statement_id"] for row in read] == [row["statement_id"] for row in expected]
    for found, row in zip(read, expected, strict=True):
        assert found["target"] == row["target"]
        assert found["strength"] == row["strength"]
        assert found["flag"] is row["flag"]
        assert found["evidence_start"] == row["evidence_start"]
        assert found["created_at"] == dt.datetime.fromisoformat(row["created_at"]).replace(tzinfo=None, microsecond=0)
        assert found["article_date"] == dt.datetime(2031, 4, 2)  # noqa: DTZ001 (Excel knows no zones)
    kinds = {cell.data_type for name in book.sheetnames for line in book[name].iter_rows() for cell in line}
    assert kinds <= {"s", "n", "d", "b", "inlineStr"}, "no formula"
    assert sheet(book, "articles")[0]["title"].startswith("=Title")
    assert {(row["variable"], row["category"]) for row in sheet(book, "codebook")} >= {("stance", "against")}


def test_calamine_reads_the_texts_of_a_workbook_exactly(project: Path, tmp_path: Path) -> None:
    calamine = consumer("python_calamine")
    out = export("xlsx", project, tmp_path / "xlsx")
    expected = rows(export("jsonl", project, tmp_path / "jsonl") / "paragraphs.jsonl")

    found = calamine.CalamineWorkbook.from_path(out / "annotator.xlsx").get_sheet_by_name("paragraphs").to_python()

    at = found[0].index("text")
    assert [row[at] for row in found[1:]] == [row["text"] for row in expected]


@pytest.mark.slow
def test_spss_files_have_labels_levels_and_missing_values(project: Path, tmp_path: Path) -> None:
    pyreadstat = consumer("pyreadstat")
    out = export("sav", project, tmp_path / "sav")
    expected = rows(export("jsonl", project, tmp_path / "jsonl") / "statements.jsonl")

    frame, meta = pyreadstat.read_sav(out / "statements.sav", user_missing=True)

    assert frame["statement_id"].tolist() == [row["statement_id"] for row in expected]
    named = frame["stance"].map(meta.variable_value_labels["stance"])
    assert [None if name != name else name for name in named] == [row["stance"] for row in expected]
    assert meta.variable_measure["stance"] == "ordinal"
    assert meta.variable_measure["claim_type"] == "nominal"
    assert meta.variable_measure["strength"] == "scale"
    (unclear,) = [code for code, name in meta.variable_value_labels["stance"].items() if name == "unclear"]
    assert [one["lo"] for one in meta.missing_ranges["stance"]] == [unclear]
    assert [one == one and bool(one) for one in frame["issues_jobs"]] == [
        "jobs" in (row["issues"] or []) for row in expected
    ]
    assert [text.rstrip() for text in frame["evidence"]] == [(row["evidence"] or "").rstrip() for row in expected]
    moments = [dt.datetime.fromisoformat(row["created_at"]).replace(tzinfo=None, microsecond=0) for row in expected]
    assert frame["created_at"].tolist() == moments
    without, _ = pyreadstat.read_sav(out / "statements.sav")
    assert without["stance"].isna().sum() > frame["stance"].isna().sum()


def test_stata_files_have_the_same_values_with_labels(project: Path, tmp_path: Path) -> None:
    pd, pyreadstat = consumer("pandas"), consumer("pyreadstat")
    out = export("sav", project, tmp_path / "sav")
    expected = rows(export("jsonl", project, tmp_path / "jsonl") / "statements.jsonl")

    frame = pd.read_stata(out / "statements.dta")

    assert frame["statement_id"].tolist() == [row["statement_id"] for row in expected]
    assert [None if pd.isna(name) else name for name in frame["claim_type"]] == [row["claim_type"] for row in expected]
    assert frame["evidence"].tolist() == [row["evidence"] or "" for row in expected]
    moments = [dt.datetime.fromisoformat(row["created_at"]).replace(tzinfo=None, microsecond=0) for row in expected]
    assert frame["created_at"].tolist() == moments
    assert [len(pd.read_stata(out / f"{name}.dta")) for name in ("paragraphs", "articles")] == [
        len(rows(tmp_path / "jsonl" / f"{name}.jsonl")) for name in ("paragraphs", "articles")
    ]
    _, meta = pyreadstat.read_dta(out / "statements.dta")
    assert meta.column_names_to_labels["claim_type"] == "claim_type"


@pytest.mark.slow
def test_spacy_reads_every_span_of_a_docbin(project: Path, tmp_path: Path) -> None:
    spacy = consumer("spacy")
    out = export("docbin", project, tmp_path / "out")
    made = statements(project)

    seen: Counter[str] = Counter()
    for path in (out / "spacy").glob("*.spacy"):
        for doc in spacy.tokens.DocBin().from_disk(path).get_docs(spacy.blank("xx").vocab):
            about = doc.user_data["annotator"]
            texts = {one["statement_id"] for one in about["statements"]}
            seen.update(texts)
            for span in doc.spans["stance"]:
                one = made[span.id_]
                assert span.label_ == json.loads(json.dumps(one["labels"]["stance"])).replace("oppose", "against")
                assert doc.text == one["text"][about["start"] : about["start"] + len(doc.text)]
                start, end = (at - about["start"] for at in one["place"])
                assert span.text == doc.text[max(0, start) : end].strip(" ")
    assert seen == Counter(made.keys())


@pytest.mark.slow
def test_spacy_converts_conll_files(project: Path, tmp_path: Path) -> None:
    consumer("spacy")
    converters = consumer("spacy.training.converters")
    out = export("conll", project, tmp_path / "out")
    passages = rows(export("jsonl", project, tmp_path / "jsonl") / "paragraphs.jsonl")

    files = sorted((out / "conll").glob("*/*.conll"))

    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        docs = list(converters.conll_ner_to_docs(text, no_print=True)) if text else []
        tags = Counter(line.split(" ")[-1][2:] for line in text.split("\n") if line.split(" ")[-1].startswith("B-"))
        assert Counter(ent.label_ for doc in docs for ent in doc.ents) == tags
    ada = (out / "conll" / "ada" / "stance.conll").read_text(encoding="utf-8")
    done = [row for row in passages if row["coder"] == "ada" and row["state"] not in ("open", "unseen")]
    assert ada.count("\n\n") - ada.count("-DOCSTART-") == len(done)
