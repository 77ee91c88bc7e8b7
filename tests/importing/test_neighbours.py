"""Files as other programs write them, by people who never saw this one; the texts are invented."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from annotator.cli import group
from annotator.errors import AnnotatorError
from annotator.export.formats.dna_schema import SCHEMA
from annotator.store import Store
from tests.export.conftest import CODEBOOK, OTHER, TEXT, WITH_UNITS, article, coded
from tests.export.test_formats import export

QUOTE = "We will not sign"
START = TEXT.index(QUOTE)
SPAN = (START, START + len(QUOTE))
PARAGRAPH = TEXT.split("\n")[2]
IN_PARAGRAPH = (PARAGRAPH.index(QUOTE), PARAGRAPH.index(QUOTE) + len(QUOTE))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "p.db"
    Store.create(path, CODEBOOK, [article("harbour", TEXT), article("port", OTHER)]).close()
    return path


def run(project: Path, *arguments: str | Path) -> Result:
    result = CliRunner().invoke(group, ["--project", str(project), "import", *map(str, arguments)])
    if isinstance(result.exception, AnnotatorError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def statements(project: Path) -> list[dict[str, Any]]:
    """Coder, evidence, labels and speakers of every statement, in the order in which they were made."""
    with Store(project, read_only=True) as store, store.records() as source:
        return [
            {
                "coder": one.coder,
                "paragraph": one.paragraph,
                "evidence": found.evidence(one),
                "speakers": one.speakers,
                "note": one.note,
                **{name: label.value for name, label in one.labels.items()},
            }
            for found in source.articles()
            for _, one in found.statements()
        ]


def as_json(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def as_lines(path: Path, *records: Any) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    return path


def result(key: str, name: str, kind: str, **value: Any) -> dict[str, Any]:
    return {"id": key, "from_name": name, "to_name": "text", "type": kind, "value": value}


def test_label_studio_regions_choices_and_what_has_no_place(project: Path, tmp_path: Path) -> None:
    start, end = IN_PARAGRAPH
    made = [
        result("a", "stance", "labels", start=start, end=end, text=QUOTE, labels=["oppose"]),
        result("a", "claim type", "choices", start=start, end=end, text=QUOTE, choices=["Demand"]),
        result("b", "ner", "labels", start=0, end=3, text="x", labels=["PER"]),
        {"from_id": "a", "to_id": "b", "type": "relation", "direction": "right"},
    ]
    task = {
        "id": 7,
        "data": {"text": PARAGRAPH, "id": "x-7"},
        "annotations": [
            {"id": 1, "completed_by": {"id": 3, "email": "ana@example.org"}, "result": made},
            {"id": 2, "completed_by": 4, "was_cancelled": True, "result": []},
        ],
        "predictions": [{"model_version": "m-1", "result": [made[0]]}],
    }

    said = run(project, as_json(tmp_path / "tasks.json", [task])).stderr

    ana, model = statements(project)
    assert ana["evidence"] == QUOTE
    assert (ana["coder"], ana["stance"], ana["claim_type"]) == ("ana@example.org", "oppose", "demand")
    assert (model["coder"], model["stance"]) == ("m-1", "oppose")
    assert "not imported: 1 label “PER” of “ner”, which the codebook does not have" in said
    assert "not imported: 1 relation between regions" in said
    assert "not imported: 1 annotation marked as skipped" in said
    with Store(project, read_only=True) as store:
        assert {kind for name, kind in store.connection.all("select name, kind from coders") if name == "m-1"} == {
            "pre-annotation"
        }


def test_a_mapping_names_the_questions_and_values_of_another_program(project: Path, tmp_path: Path) -> None:
    start, end = IN_PARAGRAPH
    made = [result("a", "sentiment", "labels", start=start, end=end, text=QUOTE, labels=["contra"])]
    task = {"data": {"text": PARAGRAPH}, "annotations": [{"completed_by": 3, "result": made}]}
    (tmp_path / "m.yaml").write_text("columns: {stance: sentiment}\nvalues: {stance: {contra: oppose}}\n")

    run(project, as_json(tmp_path / "tasks.json", [task]), "--mapping", tmp_path / "m.yaml", "--coder", "ana")

    assert [(one["coder"], one["stance"]) for one in statements(project)] == [("ana", "oppose")]


def test_texts_that_the_project_does_not_have_are_counted_or_refused(project: Path, tmp_path: Path) -> None:
    made = [result("a", "stance", "labels", start=0, end=4, text="Else", labels=["oppose"])]
    task = {"data": {"text": "Elsewhere."}, "annotations": [{"completed_by": 3, "result": made}]}
    here = {"data": {"text": PARAGRAPH}, "annotations": [{"completed_by": 3, "result": made}]}

    with pytest.raises(AnnotatorError, match="1 annotation of texts that the project does not have"):
        run(project, as_json(tmp_path / "tasks.json", [task]))
    said = run(project, as_json(tmp_path / "tasks.json", [task, here])).stderr

    assert "not imported: 1 annotation of texts that the project does not have (add them first" in said
    assert len(statements(project)) == 1


def test_a_text_that_stands_twice_is_told_by_the_name_of_its_article(tmp_path: Path) -> None:
    project = tmp_path / "twice.db"
    Store.create(project, CODEBOOK, [article("one", TEXT), article("two", f"{TEXT}More.\n")]).close()
    made = [result("a", "stance", "labels", start=0, end=4, text="x", labels=["oppose"])]
    tasks: list[dict[str, Any]] = [
        {"data": {"text": PARAGRAPH, "article": name}, "annotations": [{"completed_by": 3, "result": made}]}
        for name in (None, "two", "elsewhere")
    ]

    said = run(project, as_json(tmp_path / "tasks.json", tasks)).stderr

    assert "not imported: 2 annotations of texts that stand in several places of the project" in said
    with Store(project, read_only=True) as store, store.records() as source:
        assert [(found.name, len(list(found.statements()))) for found in source.articles()] == [("one", 0), ("two", 1)]


def test_doccano_files_are_called_after_the_user(project: Path, tmp_path: Path) -> None:
    start, end = SPAN
    lines = [
        {"id": 1, "text": TEXT, "label": [[start, end, "oppose"], [start, end, "demand"]], "Comments": ["sure?"]},
        {"id": 2, "text": OTHER, "label": []},
    ]
    with ZipFile(tmp_path / "doccano.zip", "w") as archive:
        archive.writestr("ana.jsonl", "".join(json.dumps(line) + "\n" for line in lines))

    said = run(project, tmp_path / "doccano.zip").stderr

    assert [(one["coder"], one["evidence"]) for one in statements(project)] == [("ana", QUOTE)] * 2
    assert [(one.get("stance"), one.get("claim_type")) for one in statements(project)] == [
        ("oppose", None),
        (None, "demand"),
    ]
    assert "not imported: 1 comment" in said


def test_prodigy_takes_what_was_accepted(project: Path, tmp_path: Path) -> None:
    start, end = IN_PARAGRAPH
    span = {"start": start, "end": end, "token_start": 1, "token_end": 4, "label": "OPPOSE"}
    task = {"text": PARAGRAPH, "spans": [span], "_input_hash": 1, "_task_hash": 2, "_annotator_id": "news-ana"}
    path = as_lines(tmp_path / "news.jsonl", {**task, "answer": "accept"}, {**task, "answer": "reject"})

    said = run(project, path).stderr

    assert [(one["coder"], one["stance"], one["evidence"]) for one in statements(project)] == [
        ("news-ana", "oppose", QUOTE)
    ]
    assert "not imported: 1 task with the answer reject" in said


def test_argilla_responses_of_both_versions(project: Path, tmp_path: Path) -> None:
    fields = {"text": PARAGRAPH}
    new = {"id": "r1", "fields": fields, "responses": {"stance": [{"value": "oppose", "user_id": "u-1"}]}}
    spans = [{"start": IN_PARAGRAPH[0], "end": IN_PARAGRAPH[1], "label": "neutral"}]
    old = {
        "id": "r2",
        "fields": fields,
        "responses": [
            {"user_id": "u-2", "values": {"stance": {"value": spans}}, "status": "submitted"},
            {"user_id": "u-3", "values": {"stance": {"value": "oppose"}}, "status": "discarded"},
        ],
    }

    said = run(project, as_lines(tmp_path / "records.jsonl", new, old)).stderr

    assert [(one["coder"], one["stance"], one["evidence"]) for one in statements(project)] == [
        ("user u-1", "oppose", None),
        ("user u-2", "neutral", QUOTE),
    ]
    assert "not imported: 1 response discarded or not submitted" in said


def test_brat_reads_types_attributes_and_notes_whatever_the_line_ends(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ana"
    folder.mkdir()
    (folder / "harbour.txt").write_text(TEXT.replace("\n", "\r\n"), encoding="utf-8", newline="")
    start = TEXT.replace("\n", "\r\n").index(QUOTE)
    lines = [
        f"T1\tdemand {start} {start + len(QUOTE)}\t{QUOTE}",
        "A1\tStance T1 oppose",
        "#1\tAnnotatorNotes T1\tsure",
        "R1\tSays Arg1:T1 Arg2:T1",
    ]
    (folder / "harbour.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "annotation.conf").write_text("[entities]\ndemand\n")

    said = run(project, folder).stderr

    (one,) = statements(project)
    assert (one["coder"], one["claim_type"], one["stance"], one["note"]) == ("ana", "demand", "oppose", "sure")
    assert one["evidence"] == QUOTE
    assert "not imported: 1 relation" in said


TSV = """#FORMAT=WebAnno TSV 3.3
#T_SP=webanno.custom.Claim|stance|claim_type
#T_RL=webanno.custom.Says|role|BT_webanno.custom.Claim


#Text=Harbour vote splits the island
1-1\t0-7\tHarbour\t_\t_\t_\t_\t
1-2\t8-12\tvote\t*\tfact\t_\t_\t

"""


def test_inception_reads_tsv(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "annotation" / "harbour.txt"
    folder.mkdir(parents=True)
    sentence = PARAGRAPH
    at = TEXT.index(sentence)
    tokens, place = [], 0
    for number, word in enumerate(sentence.split(" "), start=1):
        start = sentence.index(word, place)
        place = start + len(word)
        # INCEpTION counts UTF-16 units: the fish is two.
        wide = sum(2 if ord(sign) > 0xFFFF else 1 for sign in TEXT[: at + start])
        end = wide + sum(2 if ord(sign) > 0xFFFF else 1 for sign in word)
        is_in = word in ("She", "had")
        values = "oppose[1]\tdemand[1]" if is_in else "_\t_"
        tokens.append(f"2-{number}\t{wide}-{end}\t{word}\t{values}\t_\t_\t")
    text = TSV + f"#Text={sentence}\n" + "\n".join(tokens) + "\n\n"
    rest = TEXT[at + len(sentence) :].strip("\n").split("\n")
    text += "".join(
        f"#Text={line}\n3-1\t{9000 + n}-{9001 + n}\t{line[:1]}\t_\t_\t_\t_\t\n\n" for n, line in enumerate(rest)
    )
    (folder / "ana.tsv").write_text(text, encoding="utf-8")

    run(project, tmp_path / "annotation")

    found = statements(project)
    assert [(one["coder"], one["evidence"]) for one in found] == [("ana", "vote"), ("ana", "She had")]
    assert [(one.get("stance"), one["claim_type"]) for one in found] == [(None, "fact"), ("oppose", "demand")]


@pytest.mark.parametrize("kind", ["xmi", "json"])
def test_inception_reads_a_cas(project: Path, tmp_path: Path, kind: str) -> None:
    wide = len(TEXT[: TEXT.index("She had")].encode("utf-16-le")) // 2
    if kind == "xmi":
        text = TEXT.replace("&", "&amp;").replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
        document = (
            '<?xml version="1.0" encoding="UTF-8"?><xmi:XMI xmlns:xmi="http://www.omg.org/XMI"'
            ' xmlns:cas="http:///uima/cas.ecore" xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0">'
            f'<custom:Claim xmi:id="4" sofa="1" begin="{wide}" end="{wide + 7}" stance="oppose"/>'
            f'<custom:Says xmi:id="5" sofa="1" begin="0" end="1" Governor="4" Dependent="4"/>'
            f'<cas:Sofa xmi:id="1" sofaNum="1" sofaString="{text}"/></xmi:XMI>'
        )
    else:
        structures = [
            {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": TEXT},
            {"%ID": 4, "%TYPE": "custom.Claim", "@sofa": 1, "begin": wide, "end": wide + 7, "stance": "oppose"},
            {"%ID": 5, "%TYPE": "custom.Says", "@sofa": 1, "begin": 0, "end": 1, "@Governor": 4, "@Dependent": 4},
        ]
        document = json.dumps({"%TYPES": {}, "%FEATURE_STRUCTURES": structures, "%VIEWS": {}}, ensure_ascii=False)
    (tmp_path / f"ana.{kind}").write_text(document, encoding="utf-8")

    said = run(project, tmp_path / f"ana.{kind}").stderr

    assert [(one["coder"], one["stance"], one["evidence"]) for one in statements(project)] == [
        ("ana", "oppose", "She had")
    ]
    assert "not imported: 1 relation" in said


def test_dna_takes_person_concept_and_agreement(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "study.dna"
    start, end = SPAN
    names = [
        ("person", "short text"),
        ("organization", "short text"),
        ("concept", "short text"),
        ("agreement", "boolean"),
    ]
    with closing(sqlite3.connect(path)) as c:
        for sql in SCHEMA:
            c.execute(sql)
        c.execute("insert into CODERS (ID, Name, Red, Green, Blue, Password) values (2, 'Ana', 1, 1, 1, 'x')")
        c.execute("insert into STATEMENTTYPES values (1, 'DNA Statement', 1, 1, 1)")
        c.execute("insert into DOCUMENTS (ID, Title, Text, Coder, Date) values (1, 'Harbour', ?, 2, 0)", (TEXT,))
        for n, (name, kind) in enumerate(names, start=1):
            c.execute("insert into VARIABLES values (?, ?, ?, 1)", (n, name, kind))
        c.execute("insert into STATEMENTS values (5, 1, 1, ?, ?, 2)", (start, end))
        for n, value in enumerate(("Ása Brandt", "Town of Skerry", "tax"), start=1):
            c.execute("insert into ENTITIES (ID, VariableId, Value) values (?, ?, ?)", (n, n, value))
            c.execute("insert into DATASHORTTEXT (StatementId, VariableId, Entity) values (5, ?, ?)", (n, n))
        c.execute("insert into DATABOOLEAN (StatementId, VariableId, Value) values (5, 4, 0)")
        c.commit()

    said = run(project, path).stderr

    (one,) = statements(project)
    assert (one["coder"], one["speakers"], one["target"], one["stance"]) == ("Ana", ["Ása Brandt"], "tax", "oppose")
    assert one["evidence"] == QUOTE
    assert "not imported: 1 organization of persons" in said


@pytest.mark.parametrize("name", ["dna", "labelstudio", "prodigy", "doccano", "argilla", "qdpx"])
def test_texts_and_codings_come_from_one_file_into_an_empty_project(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    coded(first)
    export(name, first, tmp_path / "out")
    found = sorted((tmp_path / "out").rglob("*.*"))
    file = next(path for path in found if path.stem in ("project", "labelstudio", "stance", "argilla"))
    Store.create(second, CODEBOOK).close()

    added = CliRunner().invoke(group, ["--project", str(second), "add", str(file)])
    assert added.exit_code == 0, added.output
    run(second, file, "--coder", "ana")

    assert {one["stance"] for one in statements(second) if "stance" in one} >= {"oppose", "neutral"}


def test_refi_qda_joins_the_codings_of_one_coder_on_the_same_words(project: Path, tmp_path: Path) -> None:
    start, end = SPAN
    users = '<Users><User guid="u1" name="Ana"/><User guid="u2" name="Ben"/></Users>'
    codes = (
        '<CodeBook><Codes><Code guid="c1" name="Stance" isCodable="false">'
        '<Code guid="c2" name="oppose" isCodable="true"/></Code>'
        '<Code guid="c3" name="demand" isCodable="true"/><Code guid="c4" name="weather" isCodable="true"/>'
        "</Codes></CodeBook>"
    )

    def selection(key: str, user: str, code: str) -> str:
        return (
            f'<PlainTextSelection guid="{key}" startPosition="{start}" endPosition="{end}" creatingUser="{user}">'
            f'<Coding guid="x{key}" creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>'
        )

    chosen = (
        selection("1", "u1", "c2")
        + selection("2", "u1", "c3")
        + selection("3", "u2", "c2")
        + selection("4", "u2", "c4")
    )
    source = f'<TextSource guid="s1" name="harbour" plainTextPath="internal://s1.txt">{chosen}</TextSource>'
    more = '<PictureSource guid="p1" name="a picture"/>'
    document = (
        '<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="study">'
        f"{users}{codes}<Sources>{more}{source}</Sources></Project>"
    )
    with ZipFile(tmp_path / "study.qdpx", "w") as archive:
        archive.writestr("project.qde", document)
        archive.writestr("Sources/s1.txt", "\ufeff" + TEXT)

    said = run(project, tmp_path / "study.qdpx").stderr

    assert [
        (one["coder"], one.get("stance"), one.get("claim_type"), one["evidence"]) for one in statements(project)
    ] == [
        ("Ana", "oppose", "demand", QUOTE),
        ("Ben", "oppose", None, QUOTE),
    ]
    assert "“weather”" in said
    assert "not imported: 1 picture with codings" in said


def test_labels_of_a_whole_text_reach_variables_of_paragraphs_and_articles(tmp_path: Path) -> None:
    project = tmp_path / "units.db"
    Store.create(project, WITH_UNITS, [article("harbour", TEXT)]).close()
    whole = [result("x", "topics", "choices", choices=["ports"])]
    part = [result("y", "tone", "choices", choices=["calm"])]
    tasks = [
        {"data": {"text": TEXT}, "annotations": [{"completed_by": 1, "result": whole}]},
        {"data": {"text": PARAGRAPH}, "annotations": [{"completed_by": 1, "result": part}]},
        {"data": {"text": TEXT}, "annotations": [{"completed_by": 1, "result": part}]},
    ]

    said = run(project, as_json(tmp_path / "tasks.json", tasks), "--coder", "ana").stderr

    with Store(project, read_only=True) as store:
        assert store.connection.all("select variable, value from article_labels") == [("topics", '["ports"]')]
        assert store.connection.all("select variable, value from paragraph_labels") == [("tone", "calm")]
    assert "not imported: 1 label of whole articles, for variables of statements or paragraphs" in said
