from __future__ import annotations

from annotator.session.slots import Slots


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
