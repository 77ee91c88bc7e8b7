"""Keys for the speakers of a statement."""

from __future__ import annotations

from annotator.model import JOURNALIST, Mention
from annotator.speakers.coreference import folded
from benchmarks.keying.hands import Hands
from benchmarks.keying.prompts import Way, shortest

_ARTICLES = ("the ", "a ", "an ", "some ")


def key_speakers(hands: Hands, wanted: tuple[str, ...]) -> None:
    """Give the current statement, or a new one, these speakers and no others."""
    held = _held(hands)
    if len(wanted) > 1 and not _are_all_among(held, wanted) and _name_together(hands, wanted):
        return
    if any(_is_among(name, wanted) for name in held):
        for name in held:
            if not _is_among(name, wanted):
                _name(hands, name)  # named again, one of several is taken away
    missing = [name for name in wanted if not _is_among(name, _held(hands))]
    for name in missing:
        if _held(hands) and any(_is_among(one, wanted) for one in _held(hands)):
            hands.run("join", "speaker")
        _name(hands, name)


def is_same(one: str, other: str) -> bool:
    """Whether two names are one speaker's: the same without case, accents, dots, an article and "some"."""
    return _bare(one) == _bare(other)


def are_wanted(speakers: tuple[Mention, ...], wanted: tuple[str, ...]) -> bool:
    """Whether a statement has these speakers and no others."""
    held = [(mention.name, mention.words) for mention in speakers]
    return len(held) == len(wanted) and all(
        any(is_same(name, one) for names in held for one in names) for name in wanted
    )


def _name_together(hands: Hands, wanted: tuple[str, ...]) -> bool:
    """Press the digit of a line that stands for all of them, if there is one."""
    ranked = hands.session.suggestions.ranked()
    keys = hands.session.instrument.keys.of("pick")
    for key, line in zip(keys, ranked, strict=False):
        if len(line.names) == len(wanted) and _are_all_among(list(line.names), wanted):
            hands.press(key, "speaker")
            return True
    return False


def _are_all_among(names: list[str], others: tuple[str, ...]) -> bool:
    return len(names) == len(others) and all(_is_among(name, others) for name in names)


def _held(hands: Hands) -> list[str]:
    statement = hands.session.cursor.statement
    return [mention.name for mention in statement.speakers] if statement else []


def _is_among(name: str, others: tuple[str, ...] | list[str]) -> bool:
    return any(is_same(name, other) for other in others)


def _name(hands: Hands, name: str) -> None:
    """Press the digit of a speaker, or type the name."""
    session = hands.session
    if name == JOURNALIST:
        hands.run("journalist", "speaker")
        return
    ranked = [one.name for one in session.suggestions.ranked()]
    place = next((at for at, offered in enumerate(ranked) if is_same(offered, name)), None)
    keys = session.instrument.keys.of("pick")
    if place is not None and place < len(keys):
        hands.press(keys[place], "speaker")
        return
    way, chosen = _typed(hands, name)
    opens = [hands.key_of("type_speaker")]
    hands.answer(opens, way.text, way.moves, lambda: session.statements.type_speaker(chosen), "speaker")


def _typed(hands: Hands, name: str) -> tuple[Way, str]:
    """The shortest way to a name in the prompt for speakers, and the name that stands there."""
    chosen: dict[str, str] = {}

    def place(text: str) -> tuple[int, int] | None:
        found = hands.session.suggestions.find(text)
        for at, one in enumerate(found):
            if is_same(one.name, name):
                chosen[text] = one.name
                return at, len(found)
        return None

    way = shortest(name, place)
    return (way, chosen[way.text]) if way is not None else (Way(name, 0), name)


def _bare(name: str) -> str:
    bare = folded(name)
    for article in _ARTICLES:
        bare = bare.removeprefix(article)
    return bare
