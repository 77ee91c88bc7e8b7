"""Finding words and kinds of paragraphs, in one's own work only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from annotator.codebook.model import Codebook
from annotator.store import Store
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.coder.paragraph_filters import Filter
from annotator.store.coder.search import Hit, Kind, Search
from tests.conftest import MakeProject, article

FIRST = (
    'The harbour vote splits Skerry.\n“Naïve,” said Ása Brandt, the mayor.\nREAD MORE: AND or NOT "quoted" NEAR(x)\n'
)
SECOND = "港口投票分裂了岛屿。\nThe vote, again, in the harbour of Moe — and a harbourmaster.\n"


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project(FIRST, SECOND)


def search(store: Store, coder: str = "ada") -> Search:
    return store.coding(coder).search()


def hits(store: Store, text: str, coder: str = "ada", **how: Any) -> list[tuple[int, Kind]]:
    return [(hit.paragraph, hit.kind) for hit in search(store, coder).find(text, **how).hits]


def shown(hit: Hit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.spans]


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("vote", [1, 5]),
        ("VOTE harbour", [1, 5]),
        ("harbou", [1, 5]),
        ("harbour ", [1, 5]),
        ("harb skerry", []),
        ('"harbour vote"', [1]),
        ('"vote harbour"', []),
        ("naive asa", [2]),
        ("nothing", []),
        ("投票", [4]),
        ("港口 岛", [4]),
        ("—", [5]),
        ("", []),
        ("  ", []),
    ],
)
def test_paragraphs_are_found_by_all_of_the_words(store: Store, text: str, paragraphs: list[int]) -> None:
    assert [paragraph for paragraph, _ in hits(store, text)] == paragraphs


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("AND", [3, 5]),
        ("or", [3]),
        ("NOT quoted", [3]),
        ("NEAR(x", [3]),
        ('"quoted" NEAR', [3]),
        ("text:quoted", []),
        ("quot*", []),
        ("-quoted", [3]),
        ("^quoted", [3]),
    ],
)
def test_what_is_typed_is_text_and_no_query_language(store: Store, text: str, paragraphs: list[int]) -> None:
    assert [paragraph for paragraph, _ in hits(store, text)] == paragraphs


@pytest.mark.parametrize(
    "text", ['a"b', "'; drop table search; --", "\x00", "*", "(", "col : x", "a AND", "{x}", "\ud800"]
)
def test_no_input_breaks_the_search(store: Store, text: str) -> None:
    assert search(store).find(text).n_unread == 0


def test_a_hit_says_where_and_shows_the_words_in_their_place(store: Store) -> None:
    hit = search(store).find("ASA mayor").hits[0]

    assert (hit.article, hit.position, hit.kind) == ("article-1", 1, "text")
    assert FIRST.splitlines()[1][slice(*hit.span)] == "Ása"
    assert shown(hit) == ["Ása", "mayor"]


def test_a_long_paragraph_is_shown_around_the_word(make_project: MakeProject) -> None:
    store = make_project("fore " * 400 + "needle" + " after" * 400 + "\n")

    hit = search(store).find("needle").hits[0]

    assert shown(hit) == ["needle"]
    assert hit.snippet.startswith("…fore")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) < 250


def test_only_ones_own_notes_and_evidence_are_found(store: Store) -> None:
    with store.coding("ada").step("note", 1) as step:
        step.review(note="The harbour again, see Skerry Post")
        step.change_statement(step.add_statement((4, 16)), note="a second harbour note")
    with store.coding("bea").step("note", 2) as step:
        step.review(note="harbour, says bea")

    assert hits(store, "harbour") == [(1, "evidence"), (1, "note"), (1, "note"), (5, "text")]
    assert hits(store, "harbour", "bea") == [(1, "text"), (2, "note"), (5, "text")]
    assert hits(store, "bea") == []


def test_articles_added_later_are_found_on_the_next_search(store: Store) -> None:
    assert hits(store, "lighthouse") == []
    assert search(store).n_unread() == 0

    store.articles.add(article("A lighthouse at last.\n", "late"))

    assert search(store).n_unread() == 1
    assert [hit.article for hit in search(store).find("lighthouse").hits] == ["late"]


def test_the_index_is_made_anew_when_the_paragraphs_were_arranged_anew(store: Store) -> None:
    assert hits(store, "vote") == [(1, "text"), (5, "text")]

    store.connection.execute("insert into meta (key, value) values ('epoch', 'another')")
    store.connection.know_project()

    assert search(store).n_unread() == 5
    assert hits(store, "vote") == [(1, "text"), (5, "text")]


def test_a_search_goes_on_where_the_last_one_ended(store: Store) -> None:
    first = search(store).find("vote", limit=1).hits
    second = search(store).find("vote", limit=1, after=first[0].paragraph).hits

    assert [first[0].paragraph, second[0].paragraph] == [1, 5]


def test_a_project_opened_for_reading_is_searched_as_far_as_the_index_goes(store: Store) -> None:
    store.coding("ada")
    with Store(Path(store.path), read_only=True) as reader:
        found = reader.coding("ada").search().find("vote")
        assert (found.hits, found.n_unread) == ([], 5)
    search(store).fill()
    with Store(Path(store.path), read_only=True) as reader:
        assert hits(reader, "vote") == [(1, "text"), (5, "text")]


def test_filling_says_how_far_it_is(store: Store) -> None:
    told: list[tuple[int, int]] = []

    assert search(store).fill(progress=lambda done, total: told.append((done, total))) == 0

    assert told == [(5, 5)]


# filters


BOOK = Codebook.model_validate(
    {
        "name": "small",
        "variables": [
            {"name": "speaker", "level": "entity", "multiple": True},
            {"name": "stance", "categories": [{"name": "pro"}, {"name": "con"}, {"name": "[sic]"}]},
            {"name": "themes", "level": "set", "categories": [{"name": "fish"}, {"name": "tax"}]},
            {"name": "grade", "level": "interval", "categories": [{"name": "1"}, {"name": "2"}]},
            {"name": "tone", "scope": "paragraph", "categories": [{"name": "calm"}]},
        ],
    }
)


@pytest.fixture
def coded(make_project: MakeProject) -> Store:
    store = make_project("One.\nTwo.\nThree.\n", "Four.\nFive.\nSix.\n", codebook=BOOK)
    for coder, paragraph, speaker, variable, value in (
        ("ada", 1, "Leif Moe", "stance", "pro"),
        ("ada", 2, "Moe", "themes", ["fish", "tax"]),
        ("ada", 4, "Brandt", "grade", 2.0),
        ("ada", 5, "Brandt", "stance", "[sic]"),
        ("bea", 3, "Leif Moe", "stance", "pro"),
    ):
        with store.coding(coder).step("code", paragraph) as step:
            statement = step.add_statement(None)
            step.set_speakers(statement, [(speaker, None)])
            step.label(statement, variable, value)
            step.review(state="coded", flag=paragraph == 4)
    with store.coding("ada").step("role", 6) as step:
        step.review(state="no claim", role="caption")
        step.label_paragraph("tone", "calm")
    changes = SpeakerChanges(store)
    changes.carry_out(changes.merge(["Moe"], "Leif Moe"))
    return store


@pytest.mark.parametrize(
    ("wanted", "paragraphs"),
    [
        (Filter(), [1, 2, 3, 4, 5, 6]),
        (Filter(states=("coded",)), [1, 2, 4, 5]),
        (Filter(states=("unseen", "no claim")), [3, 6]),
        (Filter(roles=("caption",)), [6]),
        (Filter(is_flagged=True), [4]),
        (Filter(is_flagged=False, states=("coded",)), [1, 2, 5]),
        (Filter(speakers=("Leif Moe",)), [1, 2]),
        (Filter(speakers=("Leif Moe", "Brandt"), article=2), [4, 5]),
        (Filter(categories=(("stance", "pro"),)), [1]),
        (Filter(categories=(("stance", "[sic]"),)), [5]),
        (Filter(categories=(("themes", "tax"), ("stance", "pro"))), [1, 2]),
        (Filter(categories=(("grade", "2"),)), [4]),
        (Filter(categories=(("grade", "0"),)), []),
        (Filter(categories=(("tone", "calm"),)), [6]),
        (Filter(is_doubtful=True), []),
        (Filter(speakers=("Leif Moe",), categories=(("stance", "pro"), ("grade", "2"))), [1]),
        (Filter(speakers=("Brandt",), categories=(("stance", "pro"),)), []),
        (Filter(categories=(("tone", "calm"), ("stance", "pro"))), [1, 6]),
        (Filter(states=("coded",), speakers=("Brandt",), is_flagged=True), [4]),
    ],
)
def test_a_filter_finds_the_coders_own_paragraphs(coded: Store, wanted: Filter, paragraphs: list[int]) -> None:
    assert coded.coding("ada").filtered(wanted) == paragraphs


def test_a_filter_says_itself_in_words() -> None:
    assert Filter().sentence() == "every paragraph"
    assert Filter().is_everything
    wanted = Filter(states=("open", "coded"), categories=(("stance", "pro"),), is_flagged=True)
    assert wanted.sentence() == "open or coded, stance: pro, flagged"


HIDDEN = "Mar\u00adgaret Hollo\u00adway of the o\ufb03ce met Jose\u0301 Ruiz.\nO’Brien\u200b – “no”.\n"


@pytest.mark.parametrize(
    ("text", "paragraph", "stands"),
    [
        ("Holloway", 1, "Hollo\u00adway"),
        ("hollo\u00adway", 1, "Hollo\u00adway"),
        ("margaret office", 1, "Mar\u00adgaret"),
        ("office ", 1, "o\ufb03ce"),
        ("José", 1, "Jose\u0301"),
        ("jose", 1, "Jose\u0301"),
        ('"Margaret Holloway"', 1, "Mar\u00adgaret Hollo\u00adway"),
        ("O'Brien", 2, "O’Brien"),
        ("-", 2, "–"),
    ],
)
@pytest.mark.parametrize("has_index", [True, False])
def test_words_are_found_through_what_nobody_sees_and_stand_where_they_stand(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, text: str, paragraph: int, stands: str, has_index: bool
) -> None:
    store = make_project(HIDDEN)
    if not has_index:
        monkeypatch.setattr(Search, "_has_index", lambda self: False)

    (hit,) = search(store).find(text).hits

    raw = store.articles.text(1).split("\n")[paragraph - 1]
    assert (hit.paragraph, raw[slice(*hit.span)]) == (paragraph, stands)


def test_an_index_of_an_older_version_is_made_anew(make_project: MakeProject) -> None:
    store = make_project(HIDDEN)
    search(store).fill()
    with store.connection.write():
        store.connection.execute("update meta set value = substr(value, 12) where key = 'search'")

    assert search(store).n_unread() == 2
    assert [hit.paragraph for hit in search(store).find("Holloway").hits] == [1]
