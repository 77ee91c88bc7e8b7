"""A category's label on the screen beside its name in the data, and several keys for one category."""

from __future__ import annotations

import json

import pytest

from annotator.app.app import AnnotatorApp
from annotator.codebook.diff import compare
from annotator.codebook.file import parse_codebook
from annotator.codebook.labels import in_language, languages
from annotator.codebook.lineage import Head
from annotator.codebook.model import Codebook
from annotator.codebook.rendering import as_text, as_yaml
from annotator.codebook.union import unite
from annotator.errors import CodebookError
from annotator.reports.codebook_document import codebook_document
from annotator.session import Session
from annotator.session.keys.custom_keys import parse_keymap
from annotator.session.keys.key_sheet import card
from annotator.session.line_mode.lines import Lines
from annotator.store import Store
from tests.app.conftest import keys, shown
from tests.conftest import MakeProject
from tests.session.conftest import Database

TEXT = """\
name: stands
language: uk
variables:
  - name: speaker
    level: entity
    required: true
  - name: stance
    label: {uk: позиція, de: Haltung}
    required: true
    categories:
      - {name: oppose, label: {uk: проти, de: dagegen}, key: [o, щ]}
      - {name: support, label: {uk: за, de: dafür}, key: s}
      - {name: neutral, key: n}
"""


def book(text: str = TEXT) -> Codebook:
    return parse_codebook(text)


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project("Ada Stone said no.\nBo Reed said yes.", codebook=book())


@pytest.fixture(autouse=True)
def _no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANNOTATOR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def test_labels_and_keys_read_back() -> None:
    assert parse_codebook(as_yaml(book())) == book()


def test_a_codebook_without_labels_keeps_its_hash() -> None:
    text = "name: t\nvariables:\n  - {name: v, categories: [{name: c, key: [l]}]}\n"
    (category,) = json.loads(parse_codebook(text).model_dump_json())["variables"][0]["categories"]

    assert "label" not in category
    assert category["key"] == "l"


@pytest.mark.parametrize(
    ("category", "complaint"),
    [
        ("{name: b, label: a}", "has the label 'a' of 'a'"),
        ("{name: b, label: {de: eins}}", "has the label 'eins' of 'a'"),
        ("{name: b, label: {de: ''}}", "a label has 1 to 100 characters"),
        ("{name: b, label: {die deutsche: x}}", "die deutsche is not the code of a language"),
        ("{name: b, label: [x]}", "a label is a text, or a mapping"),
        ("{name: b, key: [p, xy]}", "a key must be one printable character"),
        ("{name: b, key: [p, '1']}", "key '1' is reserved"),
        ("{name: b, key: [p, q]}", "key 'q' is taken by category 'a'"),
    ],
)
def test_what_would_confuse_a_coder_is_refused(category: str, complaint: str) -> None:
    first = "{name: a, label: {de: eins}, key: [l, q]}"
    with pytest.raises(CodebookError, match=complaint):
        book(f"name: t\nvariables:\n  - name: v\n    categories:\n      - {first}\n      - {category}\n")


@pytest.mark.parametrize(
    ("wanted", "title"),
    [(["de_AT"], "dagegen"), (["fr", "uk"], "проти"), (["fr"], "проти"), ([], "проти"), (["UK"], "проти")],
)
def test_a_label_is_in_the_first_language_that_has_one(wanted: list[str], title: str) -> None:
    stance = in_language(book(), wanted).variables[1]

    assert stance.title_of("oppose") == title
    assert stance.title_of("neutral") == "neutral"
    assert stance.title_of("gone") == "gone"


def test_the_language_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert languages() == ()
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("ANNOTATOR_LANGUAGE", "uk")
    assert languages() == ("uk", "de_DE")


@pytest.mark.parametrize("key", ["o", "щ"])
async def test_the_screen_shows_the_label_and_the_data_have_the_name(store: Store, key: str) -> None:
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "1", key)

        assert "позиція" in shown(app)
        assert "[o проти]" in shown(app)
        assert "s за" in shown(app)
        assert "n neutral" in shown(app)
        assert "oppose" not in shown(app).replace("stance: oppose", "")
        await keys(pilot, "question_mark", "4")
        assert "o/щ проти" in shown(app)

    assert [one["stance"] for one in Database(store.path).statements()] == ["oppose"]


def test_plain_reads_the_label_and_the_name(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNOTATOR_LANGUAGE", "de")
    session = Session(store, "a", lambda: 0.0)
    lines = Lines(session)

    told = [answer for line in ("Haltung", "1 щ", "Haltung dafür", "stance oppose") for answer in lines.answer(line)]

    assert told[0] == "Haltung is o dagegen, s dafür, n neutral."
    assert "Haltung dagegen" in told[1]
    assert "Haltung dafür" in told[2]
    assert "Haltung dagegen" in told[3]
    assert "s/і dafür" in card(session.instrument.keys, "text")
    assert [place.paragraph for place in session.navigation.find("stance:dagegen")] == [1]
    assert [place.paragraph for place in session.navigation.find("stance:oppose")] == [1]


def test_documents_have_the_label_in_every_language() -> None:
    told = "oppose “dagegen” (de), “проти” (uk)"

    assert told in "\n".join(map(str, codebook_document(book())))
    assert told in as_text(book())
    assert "o/щ oppose" in as_text(book())


def test_a_changed_label_is_told_and_labels_of_two_copies_come_together() -> None:
    before = book()
    french = book(TEXT.replace("de: dagegen}", "de: dagegen, fr: contre}"))
    polish = book(TEXT.replace("de: dagegen}", "de: dagegen, pl: przeciw}"))

    assert [step.words for step in compare(before, french).steps] == ["stance/oppose: label reworded"]
    copies = {"a": french, "b": polish}
    heads = [Head(name, one, (*compare(before, one).steps, None)) for name, one in copies.items()]
    union = unite(before, heads)
    oppose = union.codebook.variables[1].category("oppose")
    assert oppose is not None
    assert oppose.label == {"uk": "проти", "de": "dagegen", "fr": "contre", "pl": "przeciw"}
    assert not union.others


def test_a_key_file_gives_a_category_several_keys() -> None:
    codes = parse_keymap("codebook: {stance/support: [s, ы], stance/neutral: б}").keys(book())

    assert {key: codes.flat[key].category for key in "sыбщo"} == {
        "s": "support", "ы": "support", "б": "neutral", "щ": "oppose", "o": "oppose",
    }  # fmt: skip
    assert "n" not in codes.flat
