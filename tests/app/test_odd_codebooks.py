"""Codebooks that their authors did not have in mind: shared keys, hidden variables, entities, long lists."""

from __future__ import annotations

from typing import Any

from annotator.app.app import AnnotatorApp
from annotator.codebook.model import Codebook
from annotator.session import Session
from annotator.store import Store
from tests.app.conftest import TEXT, keys, shown
from tests.conftest import MakeProject
from tests.session.conftest import Database


def _codebook(*variables: dict[str, Any]) -> Codebook:
    return Codebook.model_validate({"name": "odd", "variables": list(variables)})


def _app(store: Store) -> AnnotatorApp:
    return AnnotatorApp(Session(store, "a", lambda: 0.0))


SHARED = _codebook(
    {"name": "has", "level": "nominal", "categories": [{"name": "yes", "key": "y"}, {"name": "no", "key": "q"}]},
    {
        "name": "kind",
        "level": "nominal",
        "scope": "paragraph",
        "categories": [{"name": "news", "key": "y"}, {"name": "view", "key": "v"}],
    },
)


async def test_a_key_that_a_narrower_scope_has_is_not_shown_for_the_wider(make_project: MakeProject) -> None:
    store = make_project(TEXT, codebook=SHARED)
    app = _app(store)
    async with app.run_test(size=(120, 36)) as pilot:
        assert "kind      v view  V others" in shown(app)

        await keys(pilot, "V", *"kind", "enter", "y")

        assert "[V others]" not in shown(app)
        assert Database(store.path).paragraph_labels(0) == {"kind": "news"}


async def test_an_entity_is_taken_away_again(make_project: MakeProject) -> None:
    store = make_project(TEXT, codebook=_codebook({"name": "victim", "level": "entity", "key": "v"}))
    app = _app(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "v", *"Ada", "enter")
        assert [one.get("victim") for one in Database(store.path).statements()] == ["Ada Stone"]

        await keys(pilot, "v")
        assert "nothing: take “Ada Stone” away" in shown(app)
        await keys(pilot, "up", "enter")

        assert [one.get("victim") for one in Database(store.path).statements()] == [None]


async def test_narrower_categories_give_way_in_a_small_window(make_project: MakeProject) -> None:
    wide = [
        {"name": f"broad {key}", "key": key, "categories": [{"name": f"narrow {key}", "key": key.upper()}]}
        for key in "acdefilmopqrstuvy"
    ]
    many = [{"name": f"other{i}", "level": "text"} for i in range(9)]
    store = make_project(TEXT, codebook=_codebook({"name": "theme", "level": "nominal", "categories": wide}, *many))
    app = _app(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "a")

        assert "[a broad a]" in shown(app)
