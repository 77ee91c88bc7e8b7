"""Signs of other keyboards count by their place, unless they have a meaning of their own."""

from __future__ import annotations

import pytest

from annotator.app.app import AnnotatorApp
from annotator.app.bursts import is_text, is_unknown
from annotator.app.screens.disagreements import _OPENERS, _SIGNS, Disagreements
from annotator.session import Session
from annotator.session.keys.custom_keys import Keymap, parse_keymap
from annotator.session.keys.key_sheet import card
from annotator.session.keys.keyboard import meant, placed, signs_at
from annotator.session.line_mode.lines import Lines
from annotator.store import Store
from tests.app.conftest import keys, shown
from tests.conftest import MakeProject, political_claims
from tests.session.conftest import Database

PLACES = {
    "Russian": ("йщтчяЩ", "qonxzO"),
    "Ukrainian": ("ії", "s]"),
    "Greek": ("οςσΣδ", "owsSd"),
    "Hebrew": ("םגשז", "odaz"),
    "Arabic": ("خسشئ", "osaz"),
    "French": ("&é\"'(-è_çà", "1234567890"),
    "Arabic digits": ("١٩۳", "193"),
    "Persian": ("چپ", "]m"),
    "Turkish": ("ıİ", "iI"),
    "full width": ("ｏ１Ｚ", "o1Z"),
}


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project("Ada Stone said no.\nBo Reed said yes.\nNobody asked the sea.")


@pytest.mark.parametrize(("signs", "wanted"), PLACES.values(), ids=PLACES)
def test_a_sign_has_the_place_that_it_has_on_its_keyboard(signs: str, wanted: str) -> None:
    assert "".join(map(placed, signs)) == wanted


def test_the_keyboard_of_the_codebooks_language_goes_before_others() -> None:
    assert (placed("د"), placed("د", "fa-IR")) == ("]", "n")
    assert (placed("ї", "uk"), placed("ў", "be"), placed("и", "ru")) == ("]", "o", "b")
    assert signs_at("n", "fa") == "د"
    assert meant("د", {"n", "]"}, language="fa") == "n"


def test_a_sign_that_is_a_key_itself_is_that_key() -> None:
    assert meant("щ", {"o", "щ"}) == "щ"
    assert meant("щ", {"o"}) == "o"
    assert meant("щ", {"x"}) == "щ"
    assert meant("-", {"6", "-"}) == "-"


@pytest.mark.parametrize(
    "pressed", ["1ща", "&of", "1םכ", "1οφ", "١خب"], ids=["Russian", "French", "Hebrew", "Greek", "Arabic"]
)
async def test_a_statement_is_coded_with_the_signs_of_another_keyboard(pressed: str, store: Store) -> None:
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, *pressed)

    (statement,) = Database(store.path).statements()
    assert (statement["speakers"], statement["stance"], statement["claim_type"]) == (["Ada Stone"], "oppose", "fact")


async def test_roles_and_opened_variables_take_them_too(store: Store) -> None:
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "р", "с")  # h, c
        assert Database(store.path).review(0)[3] == "caption"

        await keys(pilot, "1", "н", "ш")  # y, i
        statement = app._session.cursor.statement
        assert statement is not None
        assert statement.labels["mode"].value == "indirect"


async def test_the_browser_and_the_help_take_them_too(store: Store) -> None:
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "question_mark")
        first = shown(app)
        await keys(pilot, "о")  # j
        assert shown(app) != first
        await keys(pilot, "й")  # q
        await keys(pilot, "В")  # D
        assert isinstance(app.screen, Disagreements)
        await keys(pilot, "й")
        assert not isinstance(app.screen, Disagreements)


def test_line_mode_takes_them_too(store: Store) -> None:
    session = Session(store, "a", lambda: 0.0)
    list(Lines(session).answer("& щ а н ш"))

    statement = session.cursor.statement
    assert statement is not None
    assert {name: label.value for name, label in statement.labels.items()} == {
        "stance": "oppose", "claim_type": "fact", "mode": "indirect",
    }  # fmt: skip
    assert next(iter(Lines(session).answer("щавель"))).startswith("Not done: 'щавель' is not a known key")


def test_text_of_another_script_is_text() -> None:
    codes = Keymap().keys(political_claims())

    assert not is_text([*"1щт", "enter"], codes)
    assert is_text([*"мы не подпишем", "enter", *"сказала она", "enter"], codes)
    assert is_text([*"他说不"], codes)
    assert is_text([*"don't stop"], codes)
    assert is_text([*"c'est fini", "enter"], codes)
    assert is_text([*'an "odd" pier'], codes)
    assert not is_text([*"&of", "enter", *"éo"], codes)
    assert not is_unknown(["о", "é"], _SIGNS, _OPENERS)
    assert is_unknown(["他"], _SIGNS, _OPENERS)


def test_the_key_sheet_has_the_signs_of_the_codebooks_language() -> None:
    book = political_claims().model_copy(update={"language": "uk"})
    moved = parse_keymap("codebook: {stance/mixed: щ}").keys(book)

    assert signs_at("o", "uk") == "щ"
    assert "o/щ oppose" in card(Keymap().keys(book), "text")
    assert "s/і support" in card(Keymap().keys(book), "markdown").replace("`", "").replace(" |", "")
    assert "o oppose" in card(moved, "text")
    assert "щ mixed" in card(moved, "text")
    assert "the key at its place: Cyrillic" in card(Keymap().keys(political_claims()), "text").replace("\n ", "")
    assert "щ" not in card(Keymap().keys(political_claims()), "text")
