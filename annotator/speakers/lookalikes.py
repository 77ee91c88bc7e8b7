"""Names that may be an entry under another form: another spelling, an acronym, another name of a state."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.speakers.identity import KnownSpeaker, identity
from annotator.speakers.typeahead import SpeakerIndex


class Lookalikes:
    """The entries of a registry, to be compared with many names."""

    def __init__(self, known: Sequence[KnownSpeaker]) -> None:
        self._same: dict[str, list[str]] = {}
        for one in known:
            for form in dict.fromkeys(map(identity, (one.name, *one.aliases))):
                self._same.setdefault(form, []).append(one.name)
        self._index = SpeakerIndex(known)

    def of(self, name: str, most: int = 3) -> list[str]:
        """Other entries that a name may stand for, the likeliest first."""
        found = [
            *self._same.get(identity(name), ()),
            *(m.speaker.name for m in self._index.near_duplicates(name, most + 1)),
        ]
        return [other for other in dict.fromkeys(found) if other != name][:most]


def pairs(new: Sequence[str], known: Sequence[KnownSpeaker]) -> list[str]:
    """Sentences about new names that look much like others.

    Args:
        new: The new names, which are compared with each other too.
        known: The other entries.
    """
    others = Lookalikes([*known, *map(KnownSpeaker, new)])
    found: dict[frozenset[str], str] = {}
    for name in new:
        for other in others.of(name, 1):
            found.setdefault(frozenset((name, other)), f"{name} is much like {other}")
    return [*found.values()]
