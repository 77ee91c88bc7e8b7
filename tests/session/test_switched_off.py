"""Variables that the codebook keeps switched off, asked for during coding."""

from __future__ import annotations

import pytest

from annotator.errors import UsageError
from annotator.session import Session
from annotator.session.line_mode.lines import Lines


def test_a_variable_that_is_switched_off_can_be_asked_for_and_undone(session: Session) -> None:
    held = session.instrument.codebook.version
    assert [v.name for v in session.instrument.switched_off] == ["certainty", "frame", "relay"]

    session.switch_on("certainty")

    assert "certainty" in [v.name for v in session.cursor.asked()]
    assert "q" in session.instrument.keys.flat
    assert session.instrument.codebook.version != held
    assert [v.name for v in session.instrument.switched_off] == ["frame", "relay"]

    session.undo()
    assert session.instrument.codebook.version == held
    assert "certainty" not in [v.name for v in session.cursor.asked()]


def test_plain_asks_for_a_variable_as_the_screen_does(session: Session) -> None:
    lines = Lines(session)
    assert "Switched off: certainty, frame, relay; ask VARIABLE asks for one." in list(lines.answer("asked"))
    refused = "Not done: certainty is switched off; type ask certainty to ask for it."
    assert list(lines.answer("certainty tentative")) == [refused]
    assert list(lines.answer("ask")) == ["Not done: name a variable that is switched off: certainty, frame, relay."]

    assert next(iter(lines.answer("ask Certainty"))).startswith("Certainty is asked now: ")
    list(lines.answer("V frame"))
    list(lines.answer("certainty tentative"))

    assert session.cursor.statement is not None
    assert session.cursor.statement.labels["certainty"].value == "tentative"
    assert [v.name for v in session.instrument.switched_off] == ["relay"]


def test_what_is_asked_or_unknown_cannot_be_switched_on(session: Session) -> None:
    session.switch_on("certainty")

    with pytest.raises(UsageError, match="certainty is asked already"):
        session.switch_on("certainty")
    with pytest.raises(UsageError, match="no variable 'mood'"):
        session.switch_on("mood")
