"""What finished work lacks: by scope, by condition, and by whom."""

from __future__ import annotations

from typing import Any

from annotator.model import State, Value
from annotator.store import Store
from annotator.store.tables.incomplete import places
from tests.conftest import MakeProject
from tests.session.conftest import instrument

TONE: dict[str, Any] = {
    "name": "tone",
    "scope": "paragraph",
    "required": True,
    "key": "t",
    "categories": [{"name": "calm"}, {"name": "angry"}],
}
ACT = {"name": "act", "required": True, "key": "e", "when": {"tone": "angry"}, "categories": [{"name": "threat"}]}
ISSUES = {"name": "issues", "level": "set", "key": "i", "categories": [{"name": "jobs"}, {"name": "sea"}]}
WHICH = {"name": "which", "required": True, "key": "v", "when": {"issues": "sea"}, "categories": [{"name": "north"}]}


def say(
    store: Store,
    paragraph: int,
    state: State,
    tone: str | None = None,
    *statements: dict[str, Value],
    origin: str = "coder",
) -> None:
    with store.coding("kim").step("code", paragraph) as step:
        if tone:
            step.label_paragraph("tone", tone, origin)
        for labels in statements:
            statement = step.add_statement(None)
            for name, value in labels.items():
                step.label(statement, name, value)
        step.review(state=state)


def missing(store: Store) -> dict[str, list[str]]:
    found = places(store.connection, store.codebooks.current())
    assert {one["coder"] for one in found} <= {"kim"}
    return {one["at"]: one["missing"] for one in found}


def test_a_condition_looks_at_the_paragraph_around_a_statement(make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.\nThree.\nFour.\n", codebook=instrument(TONE, ISSUES, ACT, WHICH))
    say(store, 1, "coded", "calm", {"issues": ["jobs"]})
    say(store, 2, "coded", "angry", {"issues": ["jobs"]}, {"issues": ["jobs", "sea"], "act": "threat"})
    say(store, 3, "open", "angry", {"issues": ["sea"]})
    say(store, 4, "furniture")

    assert missing(store) == {"1/2": ["act", "which"]}


def test_no_claim_lacks_what_every_paragraph_needs_and_a_default_is_no_decision(make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.\nThree.\n", codebook=instrument(TONE))
    say(store, 1, "no claim")
    say(store, 2, "no claim", "calm")
    say(store, 3, "coded", "calm", origin="default")

    assert missing(store) == {"1/1": ["tone"], "1/3": ["tone"]}


def test_an_article_lacks_its_labels_once_all_of_it_is_done(make_project: MakeProject) -> None:
    genre = {**TONE, "name": "genre", "scope": "article"}
    store = make_project("One.\nTwo.\n", "Three.\n", codebook=instrument(genre))
    say(store, 1, "no claim")
    say(store, 3, "furniture")
    assert missing(store) == {}

    say(store, 2, "furniture")
    assert missing(store) == {"1/1": ["genre"]}
    with store.coding("kim").step("genre", 1) as step:
        step.label_article("genre", "calm")
    assert missing(store) == {}
