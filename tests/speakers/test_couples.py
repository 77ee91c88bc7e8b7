"""Two names that "and" joins, and lines for two who speak as one."""

from __future__ import annotations

import pytest

from annotator.speakers import ArticleSpeakers, Suggestion

NAMED = (
    "The minister Ada Stone and the mayor Bo Reed met Cora Lind, the judge. Norway, Denmark and Iceland sent envoys."
)


def joint(*paragraphs: str, picks: tuple[tuple[int, str], ...] = ()) -> Suggestion | None:
    """The line for two of the last paragraph, in an article that names the people in full before."""
    article = ArticleSpeakers([NAMED, *paragraphs])
    ranked = article.rank(len(paragraphs), picks, is_joint=True)
    return next((one for one in ranked if one.several), None)


def names(*paragraphs: str) -> tuple[str, ...]:
    found = joint(*paragraphs)
    return found.several if found is not None else ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Stone and Reed said that the pier was old.", ("Ada Stone", "Bo Reed")),
        ("The pier was old, Stone and Reed said.", ("Ada Stone", "Bo Reed")),
        ("The pier is old, according to Stone and Reed.", ("Ada Stone", "Bo Reed")),
        ("Norway and Denmark have refused to pay.", ("Norway", "Denmark")),
        ("Ministers Ada Stone of Norway and Bo Reed of Denmark said that it rained.", ("Ada Stone", "Bo Reed")),
        ("Last week, Stone and Reed walked to the pier.", ("Ada Stone", "Bo Reed")),
        ("It rained when Norway and Denmark sent their ships.", ("Norway", "Denmark")),
    ],
)
def test_two_names_that_are_one_subject_have_a_line(text: str, wanted: tuple[str, ...]) -> None:
    assert names(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Stone said that Reed was late.",
        "Stone and the rain said nothing.",
        "Norway, Denmark and Iceland said that they would pay.",
        "Norway and Denmark and Iceland said that they would pay.",
        "Talks between Norway and Denmark have failed.",
        "A deal of Norway and Denmark promised peace.",
        "Cora Lind met Ada Stone and Bo Reed.",
        "“Stone and Reed walked to the pier,” Cora Lind said.",
        "Stone and Norway said that it rained.",
    ],
)
def test_names_that_are_no_subject_or_more_than_two_or_unlike_have_none(text: str) -> None:
    assert names(text) == ()


def test_both_leaders_are_the_last_two_people_and_two_countries_the_last_two_states() -> None:
    first = "Norway and Denmark sent their ships. Stone and Reed signed a paper."

    assert names(first, "It rained. Both ministers called the paper a gift.") == ("Ada Stone", "Bo Reed")
    assert names(first, "It rained. The two countries said that they would pay.") == ("Norway", "Denmark")
    assert names(first, "It rained. The ministers called the paper a gift.") == ()


def test_two_countries_are_those_that_the_article_joins_and_not_the_last_that_it_names() -> None:
    joined = "Norway and Denmark sent their ships. They met off Iceland."

    assert names(joined, "Iceland waited.", "The two countries said that they would pay.") == ("Norway", "Denmark")


def test_both_sides_are_the_last_two_that_are_joined_whatever_they_are() -> None:
    told = ("Norway and Denmark sent their ships.", "Stone and Reed signed a paper.")

    assert names(*told, "Both sides called the mood good.") == ("Ada Stone", "Bo Reed")
    assert names(*reversed(told), "Both sides called the mood good.") == ("Norway", "Denmark")


def test_they_are_two_who_spoke_together() -> None:
    assert names("Stone and Reed said that it rained.", "They said that the pier was old.") == ("Ada Stone", "Bo Reed")


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("It rained. Stone opened the pier on Monday with the mayor Bo Reed.", ("Ada Stone", "Bo Reed")),
        ("Stone met Reed at the harbour.", ("Ada Stone", "Bo Reed")),
        ("On Monday, Lindqvist came to the pier with the mayor Bo Reed.", ("Lindqvist", "Bo Reed")),
        ("Stone met Reed. The pier is old.", ()),
        ("Stone met Reed with Cora Lind.", ()),
        ("Stone spoke before Reed.", ()),
    ],
)
def test_they_are_two_of_whom_one_met_the_other_just_before(before: str, wanted: tuple[str, ...]) -> None:
    assert names(before, "They said that the pier was old.") == wanted


def test_two_have_the_names_of_the_registry_and_the_words_of_their_sentence() -> None:
    found = joint("It rained. Stone and Reed said that the pier was old.")

    assert found is not None
    assert (found.name, found.reason) == ("Ada Stone and Bo Reed", "subject of “said”")
    assert {(basis.start, basis.end) for basis in found.bases} == {(11, 53)}


def test_a_line_for_two_stands_after_either_and_only_where_it_is_asked_for() -> None:
    article = ArticleSpeakers([NAMED, "Stone and Reed said that the pier was old, but Cora Lind denied it."])
    single = article.rank(1)
    with_line = article.rank(1, is_joint=True)

    assert all(not one.several for one in single)
    assert [one for one in with_line if not one.several] == single
    places = {one.name: at for at, one in enumerate(with_line)}
    assert places["Ada Stone and Bo Reed"] == max(places["Ada Stone"], places["Bo Reed"]) + 1


def test_a_full_list_makes_room_at_its_end() -> None:
    article = ArticleSpeakers([NAMED, "Stone and Reed said that the pier was old, but Cora Lind denied it."])

    assert [len(article.rank(1, limit=n, is_joint=True)) for n in (1, 2, 3)] == [1, 2, 3]
    assert article.rank(1, limit=3, is_joint=True)[0] == article.rank(1, limit=3)[0]


def test_an_issue_is_not_one_of_two() -> None:
    article = ArticleSpeakers([NAMED, "Stone and Reed said that the pier was old."])

    assert all(not one.several for one in article.rank(1, issues={"bo reed"}, is_joint=True))
