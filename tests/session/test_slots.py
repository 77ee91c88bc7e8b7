from __future__ import annotations

import pytest

from annotator.session import Session
from annotator.session.slots import Slots
from annotator.store import Store
from tests.conftest import MakeProject
from tests.session.test_digits import issue


def arrange(slots: Slots, names: str, article: int = 1) -> str:
    return "".join(slots.arrange(article, list(names), str))


def test_a_name_keeps_its_digit_as_long_as_it_is_shown() -> None:
    slots = Slots()

    assert arrange(slots, "abcd") == "abcd"
    assert arrange(slots, "dcex") == "excd"
    assert arrange(slots, "abcd") == "abcd"


def test_a_name_that_was_away_takes_what_is_free() -> None:
    slots = Slots()
    arrange(slots, "abc")
    arrange(slots, "xyz")

    assert arrange(slots, "xya") == "xya"


def test_a_shorter_list_has_no_gaps() -> None:
    slots = Slots()
    arrange(slots, "abcd")

    assert arrange(slots, "da") == "ad"


def test_another_article_begins_anew() -> None:
    slots = Slots()
    arrange(slots, "abc")

    assert arrange(slots, "cba", article=2) == "cba"


def test_names_keep_their_digits_when_the_program_is_left(make_project: MakeProject) -> None:
    text = "Ada Stone said no. Bo Reed, Carl Lund and Dora Frey met.\n\nDora Frey, Bo Reed and Ada Stone left.\n"
    staying, leaving = (project_with_targets(make_project(text, name=f"{name}.db")) for name in ("one", "two"))
    session = Session(staying, "a")
    before, after = [offered(session)], [offered(Session(leaving, "a"))]
    for key in ("2", "o", "2", "f", "enter", "3", "s", "1", "e"):
        before.append(pressed(session, key))
        after.append(pressed(Session(leaving, "a"), key))

    assert before == after


def project_with_targets(store: Store) -> Store:
    with store.history.step(store.program(), "targets") as step:
        for name in ("pier", "hotels", "ferry"):
            store.registry.put(step, issue(name))
    return store


def offered(session: Session) -> list[str]:
    named = session.targets if session.targets.has_digits else session.suggestions
    return [one.name for one in named.ranked()]


def pressed(session: Session, key: str) -> list[str]:
    """What the digits name after a key, on a screen that showed what they named before it."""
    offered(session)
    press(session, key)
    return offered(session)


def press(session: Session, key: str) -> None:
    keys = session.instrument.keys
    choice = keys.flat.get(key)
    with session.recorder.key():
        if choice is not None:
            session.labels.choose(choice.variable, str(choice.category))
        else:
            session.deed(keys.fixed[key], key)()


@pytest.mark.parametrize(
    "draft",
    [
        "5",
        "null",
        "[]",
        '"x"',
        '{"digits": 5}',
        '{"digits": {"speakers": 5, "targets": null}}',
        '{"digits": {"speakers": [1, null, ["x"], "Ada Stone", "Ada Stone"], "targets": "x", "others": []}}',
        '{"evidence": 5}',
        '{"evidence": [1]}',
        '{"evidence": ["a", "b"]}',
        '{"evidence": [-5, 9999]}',
        '{"evidence": [9, 3]}',
        '{"given": 7}',
    ],
)
def test_what_is_not_legible_of_a_place_is_left_out(make_project: MakeProject, draft: str) -> None:
    store = make_project("Ada Stone said no. Bo Reed and Carl Lund met.\n")
    Session(store, "a")
    with store.connection.write():
        store.connection.execute("update places set draft = ?", (draft,))

    session = Session(store, "a")

    assert session.cursor.draft is None
    assert min(one.name for one in session.suggestions.ranked()) == "Ada Stone"
    assert session.targets.ranked() is not None
