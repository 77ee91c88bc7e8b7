"""Search query of a coder: words, and conditions such as `state:open` or `stance:oppose`."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, cast

from annotator.codebook.model import Codebook, Variable
from annotator.errors import UsageError
from annotator.model import ROLES, STATES, Role, State
from annotator.store.coder.paragraph_filters import Filter
from annotator.text.counted import counted
from annotator.text.search_text import holds_words, searchable

if TYPE_CHECKING:
    from annotator.store.coder.coding import Coding
    from annotator.store.coder.search import Hit

HINT = (
    "words · “two words” together · state:open · role:caption · speaker:NAME · target:NAME · stance:oppose · is:flagged"
    " · is:doubt · guessed:target"
)

_LONGEST_NAME = 18
"""Characters of an article's name before what was found in it."""

_LEAD = 20
"""Characters before the found words, so that a narrow window shows these."""

_CONDITION = re.compile(r"""(?P<name>[^\s:"“”]+):(?:["“](?P<quoted>[^"”]*)["”]?|(?P<plain>\S*))""")


class Place(NamedTuple):
    """A paragraph that was found, and a line that shows why; without a paragraph it is a remark."""

    paragraph: int | None
    shown: str


def find(coding: Coding, codebook: Codebook, text: str, most: int = 100) -> list[Place]:
    """The paragraphs that hold every word and meet every condition, in reading order.

    A name of the registry is meant as a whole; where nothing is found so, as a part of one.

    Raises:
        UsageError: A condition does not name a state, role or variable.
    """
    wanted, words = parse(codebook, text)
    by_name = _by_entry(coding, codebook, wanted, is_whole=True)
    places = _places(coding, by_name, words, most)
    by_part = by_name if places else _by_entry(coding, codebook, wanted, is_whole=False)
    return places if by_part == by_name else _places(coding, by_part, words, most)


def _places(coding: Coding, wanted: Filter, words: str, most: int) -> list[Place]:
    if words:
        found = coding.search().find(words, most)
        hits = found.hits
        if not wanted.is_everything:
            hits = [hit for hit in hits if coding.filtered(wanted, after=hit.paragraph - 1, limit=1) == [hit.paragraph]]
        kinds = {"text": "", "evidence": " (evidence)", "note": " (note)"}
        left = f"{counted(found.n_unread, 'paragraph')} not searched yet; they are while you type on"
        places = [
            Place(hit.paragraph, f"{_short(hit.article)} ¶ {hit.position + 1}{kinds[hit.kind]}  {_around(hit)}")
            for hit in hits
        ]
        return [*places, Place(None, left)] if found.n_unread else places
    if wanted.is_everything:
        return []
    return [Place(paragraph, coding.line(paragraph)) for paragraph in coding.filtered(wanted, limit=most)]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _around(hit: Hit) -> str:
    """The text around the first of the words, which begins shortly before them."""
    start = hit.spans[0][0] if hit.spans else 0
    if start <= _LEAD:
        return hit.snippet
    blank = hit.snippet.find(" ", start - _LEAD, start)
    return f"…{hit.snippet[blank + 1 if blank >= 0 else start - _LEAD :]}"


def _by_entry(coding: Coding, codebook: Codebook, wanted: Filter, *, is_whole: bool) -> Filter:
    """Conditions on speakers, and on variables that hold entries of the registry, with the entries that are meant."""
    speakers = chain.from_iterable(_entries(coding, name, is_whole=is_whole) for name in wanted.speakers)
    categories: list[tuple[str, str]] = []
    for name, value in wanted.categories:
        variable = codebook.variable(name)
        is_entity = variable is not None and variable.level == "entity"
        values = _entries(coding, value, is_whole=is_whole) if is_entity else [value]
        categories += ((name, one) for one in values)
    return replace(wanted, speakers=tuple(speakers), categories=tuple(categories))


def _entries(coding: Coding, typed: str, *, is_whole: bool) -> list[str]:
    """The entries with that name or alias, or with these words in it, whatever their case and accents.

    What was typed itself if there are none.
    """
    folded = searchable(typed)
    found = []
    for entry in coding.registry.entries():
        names = (entry.name, *entry.aliases)
        if folded in map(searchable, names) if is_whole else any(holds_words(one, typed) for one in names):
            found.append(entry.name)
    return found or [typed]


def parse(codebook: Codebook, text: str) -> tuple[Filter, str]:
    """The conditions and the words in what was typed.

    Raises:
        UsageError: A condition does not name a state, role or variable.
    """
    wanted = Filter()
    for match in _CONDITION.finditer(text):
        value = (match["quoted"] if match["quoted"] is not None else match["plain"]).strip()
        if value:
            wanted = _narrowed(codebook, wanted, match["name"].casefold(), value)
    return wanted, " ".join(_CONDITION.sub(" ", text).split())


def _narrowed(codebook: Codebook, wanted: Filter, name: str, value: str) -> Filter:
    if name == "state":
        return replace(wanted, states=(*wanted.states, cast("State", _among(value, STATES, "state"))))
    if name == "role":
        return replace(wanted, roles=(*wanted.roles, cast("Role", _among(value, ROLES, "role"))))
    if name == "speaker":
        return replace(wanted, speakers=(*wanted.speakers, value))
    if name == "guessed":
        return replace(wanted, guessed=(*wanted.guessed, _variable(codebook, value).name))
    if name == "is" and "flagged".startswith(value):
        return replace(wanted, is_flagged=True)
    if name == "is" and "doubt".startswith(value):
        return replace(wanted, is_doubtful=True)
    called = _called(codebook, name)
    if called is None:
        raise UsageError(f"{name} is not a condition; use state, role, speaker, is, guessed or a variable")
    category = _category(called, value) if called.categories else value
    return replace(wanted, categories=(*wanted.categories, (called.name, category)))


def _called(codebook: Codebook, name: str) -> Variable | None:
    """The variable of that name or title."""
    names = ((one, (one.name.casefold(), one.title.casefold().replace(" ", "_"))) for one in codebook.variables)
    return next((one for one, known in names if name in known), None)


def _variable(codebook: Codebook, value: str) -> Variable:
    """The variable whose name begins so."""
    asked = {variable.name: variable for variable in codebook.asked("statement") if variable is not codebook.speaker}
    return asked[_among(value, tuple(asked), "variable that can be guessed")]


def _category(variable: Variable, value: str) -> str:
    """The name of a category, from its name or its label."""
    names = {category.title: category.name for category, _ in variable.walk()}
    names |= {name: name for name in variable.names}
    return names[_among(value, tuple(names), variable.title)]


def _among(value: str, names: tuple[str, ...], what: str) -> str:
    folded = searchable(value.replace("_", " "))
    for name in names:
        if searchable(name) == folded:
            return name
    begins = [name for name in names if searchable(name).startswith(folded)]
    if not begins:
        raise UsageError(f"{value} is not a {what}; choose one of {', '.join(names[:12])}")
    return begins[0]
