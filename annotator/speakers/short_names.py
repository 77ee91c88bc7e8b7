"""Short names for narrow places: the shortest form that still tells the speakers of an article apart."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from annotator.speakers.countries import state_of
from annotator.speakers.identity import without_article
from annotator.speakers.names import find_names
from annotator.text.word_lists import read_words

_FAMILY_NAMES_FIRST = read_words(__file__, "chinese_family_names")


def short_name(name: str, others: Iterable[str] = ()) -> str:
    """The shortest form of a name that none of the other names shares.

    A person goes by the family name: "Putin", "von der Leyen", and "Wang" for Wang Yi. With a namesake about, the
    initial comes before it ("A. Stone"), else the whole name stands. Names of states, organisations and descriptions
    stay whole, without an article.
    """
    rivals = set(others) - {name}
    for form in (_family, _with_initial):
        short = form(name)
        if all(short != form(rival) for rival in rivals):
            return short
    return without_article(name)


def _family(name: str) -> str:
    words = _parts_of_person(name)
    if not words:
        return without_article(name)
    if _is_family_first(words):
        return words[0]
    first = len(words) - 1
    while first > 1 and words[first - 1].islower():
        first -= 1
    return " ".join(words[first:])


def _with_initial(name: str) -> str:
    words = _parts_of_person(name)
    if not words or _is_family_first(words):
        return without_article(name)
    return f"{words[0][0]}. {_family(name)}"


def _is_family_first(words: tuple[str, ...]) -> bool:
    return len(words) in (2, 3) and words[0].casefold() in _FAMILY_NAMES_FIRST


@lru_cache(maxsize=1024)
def _parts_of_person(name: str) -> tuple[str, ...]:
    """The words of a person's name; none where it is not one, or is a single word."""
    words = tuple(name.split())
    if len(words) < 2 or state_of(name) is not None:
        return ()
    is_person = any(one.text == name and one.kind == "person" for one in find_names(f"On Monday {name} arrived."))
    return words if is_person else ()
