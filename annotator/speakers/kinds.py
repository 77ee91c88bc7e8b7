"""Guess whether a name is an actor's (a person, body or state) or an issue's."""

from __future__ import annotations

from annotator.model import EntryKind
from annotator.speakers import lexicon
from annotator.speakers.countries import state_of
from annotator.speakers.names import find_names

_HEADS = lexicon.ORGANISATION_HEADS | lexicon.ROLES | lexicon.COLLECTIVES | lexicon.BODIES


def guess_kind(words: str) -> EntryKind:
    """What a new entry is: an actor if the words as a whole are somebody's name, else an issue.

    `guess_kind("Mary Robinson")` is `"actor"`, `guess_kind("the fuel tax")` is `"issue"`. Words joined by a preposition
    are somebody's only with a word for a body: "Office for Trade", but not "Tax on Sugar".
    """
    bare = words.strip().removeprefix("the ").removeprefix("The ")
    if state_of(bare) is not None:
        return "actor"
    last = bare.split()[-1].casefold() if bare.split() else ""
    if last in _HEADS - lexicon.DOCUMENTS:
        return "actor"
    if bare.split()[-1:] == [last]:
        return "issue"
    inner = [word.casefold() for word in bare.split()[1:-1]]
    if not lexicon.PREPOSITIONS.isdisjoint(inner) and _HEADS.isdisjoint(bare.casefold().split()):
        return "issue"
    found = find_names(f"On Monday {bare} arrived.")
    is_whole = any(name.text == bare for name in found)
    return "actor" if is_whole and any(name.kind in ("person", "organisation") for name in found) else "issue"
