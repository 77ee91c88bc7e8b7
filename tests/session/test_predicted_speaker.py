"""Predicted speakers: off by default, offered with their reason, taken by the stance, and told apart from picks."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from annotator.cli import group
from annotator.codebook.model import Codebook, Variable, faults
from annotator.model import JOURNALIST
from annotator.session import Session
from annotator.session.line_mode.lines import Lines
from tests.conftest import MakeProject, political_claims
from tests.session.conftest import OTHER, TEXT, Database, choose


def predicting() -> Codebook:
    default = political_claims()
    changed = {"guess": "speaker"}
    variables = tuple(v.model_copy(update=changed) if v.name == "speaker" else v for v in default.variables)
    return default.model_copy(update={"variables": variables})


@pytest.fixture
def session(make_project: MakeProject) -> Session:
    return Session(make_project(TEXT, OTHER, codebook=predicting()), "a")


@pytest.fixture
def database(session: Session) -> Database:
    return Database(session.store.path)


def origins(database: Database) -> list[str | None]:
    return [origin for (origin,) in database.all("select origin from statement_speakers order by statement, position")]


def test_without_the_setting_nobody_is_predicted(make_project: MakeProject) -> None:
    session = Session(make_project(TEXT), "a")
    choose(session, "stance", "support")

    assert session.predicted.of_current() is None
    assert Database(session.store.path).statements()[0]["speakers"] == []


def test_the_stance_takes_the_speaker_that_the_words_are_laid_to(session: Session, database: Database) -> None:
    prediction = session.predicted.of_current()
    assert prediction is not None
    assert (prediction.name, "said" in prediction.reason) == ("Ada Stone", True)
    assert database.statements() == []

    choose(session, "stance", "support")

    (statement,) = database.statements()
    assert statement["speakers"] == ["Ada Stone"]
    assert statement["evidence"].startswith("Ada Stone, the harbour minister")
    assert origins(database) == ["accepted"]
    assert session.cursor.statement is not None
    assert session.cursor.statement.speakers[0].origin == "accepted"


def test_a_speaker_who_is_named_is_no_prediction(session: Session, database: Database) -> None:
    session.digits.pick(1)
    choose(session, "stance", "support")

    assert origins(database) == [None]


def test_only_the_stance_takes_it(session: Session, database: Database) -> None:
    choose(session, "claim_type", "demand")
    assert origins(database) == []

    choose(session, "stance", "support")
    assert origins(database) == ["accepted"]


def test_words_of_nobody_are_the_journalists(session: Session, database: Database) -> None:
    session.navigation.move(1)
    session.navigation.move(1)
    session.navigation.move(1)
    choose(session, "stance", "neutral")

    assert database.statements()[0]["speakers"] == [JOURNALIST]
    assert database.statements()[0]["mode"] == "own voice"


def test_another_statement_begins_with_a_speaker_also_where_a_first_one_offers_one(
    session: Session, database: Database
) -> None:
    choose(session, "stance", "support")
    session.statements.another()

    assert session.predicted.of_current() is None
    assert [one["speakers"] for one in database.statements()] == [["Ada Stone"], ["Ada Stone"]]
    assert origins(database) == ["accepted", "accepted"]


def test_undo_takes_speaker_and_stance_away_together(session: Session, database: Database) -> None:
    choose(session, "stance", "support")
    session.undo()

    assert database.statements() == []


def test_line_mode_tells_the_prediction(session: Session) -> None:
    told = list(Lines(session).greet())

    assert any(line.startswith("Predicted speaker: Ada Stone (") for line in told)


def test_the_agreement_report_and_the_export_tell_what_was_accepted(session: Session) -> None:
    choose(session, "stance", "support")
    choose(session, "claim_type", "demand")
    session.paragraphs.done()
    session.digits.pick(1)

    project = ["--project", str(session.store.path)]
    report = json.loads(CliRunner().invoke(group, [*project, "agreement", "--json"]).stdout)
    assert report["accepted_speakers"] == {"a": {"accepted": 1, "speakers": 2}}
    assert any("the coder did not change: a 1 of 2" in warning for warning in report["warnings"])

    out = session.store.path.parent / "out"
    CliRunner().invoke(group, [*project, "export", "jsonl", "--out", str(out)])
    rows = [json.loads(line) for line in (out / "origins.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["speakers"][0]["origin"] for row in rows] == ["accepted", "coder"]


def test_only_the_speaker_can_be_predicted() -> None:
    wrong = Codebook.model_construct(name="x", variables=(Variable(name="about", level="entity", guess="speaker"),))

    assert any("cannot guess the speaker" in message for _, message in faults(wrong))
