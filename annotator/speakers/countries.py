"""The world's states as actors: name, demonym, capital and the seats that stand for a government.

The table is `countries.csv`. A capital or a seat ("Moscow", "the Kremlin") speaks for its state.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from annotator.text.word_lists import read_lines


def _key(name: str) -> str:
    return name.replace("’", "'").casefold()


def _split(cell: str) -> list[str]:
    """The words of a cell of the table."""
    return cell.split(";") if cell else []


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    actors: dict[str, str] = {}
    demonyms: dict[str, str] = {}
    places: set[str] = set()
    for row in csv.DictReader(read_lines(Path(__file__).with_name("countries.csv"))):
        state = row["state"]
        places.update(map(_key, _split(row["capitals"]) + _split(row["seats"])))
        for name in [state, *_split(row["other_names"]), *_split(row["capitals"]), *_split(row["seats"])]:
            actors.setdefault(_key(name), state)
        for demonym in _split(row["demonyms"]):
            demonyms.setdefault(_key(demonym), state)
    return actors, demonyms, frozenset(places)


def state_of(name: str) -> str | None:
    """The state that a state's name, its capital or a seat of its government stands for, if it is one.

    `state_of("Moscow")` and `state_of("Kremlin")` are both `"Russia"`.
    """
    return _tables()[0].get(_key(name))


def state_of_demonym(word: str) -> str | None:
    """The state that a demonym belongs to: `state_of_demonym("Chinese")` is `"China"`."""
    return _tables()[1].get(_key(word))


def is_seat(name: str) -> bool:
    """Whether the name is a capital's or a seat of government's, which may be no more than a place."""
    return _key(name) in _tables()[2]
