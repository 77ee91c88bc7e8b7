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
from annotator.text.search_text import searchable

if TYPE_CHECKING:
    from annotator.store.coder.coding import Coding

HINT = "words · “two words” together · state:open · role:caption · speaker:NAME · stance:oppose · is:flagged · is:doubt"

_CONDITION = re.compile(r"""(?P<name>[^\s:"“”]+):(?:["“](?P<quoted>[^"”]*)["”]?|(?P<plain>\S*))""")


class Place(NamedTuple):
    """A paragraph that was found, and a line that shows why; without a paragraph it is a remark."""

    paragraph: int | None
    shown: str


def find(coding: Coding, codebook: Codebook, text: str, most: int = 100) -> list[Place]:
    """The paragraphs that hold every word and meet every condition, in reading order.

    Raises:
        UsageError: A condition does not name a state, role or variable.
    """
    wanted, words = parse(codebook, text)
    wanted = replace(wanted, speakers=tuple(chain.from_iterable(_entries(coding, name) for name in wanted.speakers)))
    if words:
        found = coding.search().find(words, most)
        hits = found.hits
        if not wanted.is_everything:
            hits = [hit for hit in hits if coding.filtered(wanted, after=hit.paragraph - 1, limit=1) == [hit.paragraph]]
        kinds = {"text": "", "evidence": " (evidence)", "note": " (note)"}
        left = f"{counted(found.n_unread, 'paragraph')} not searched yet; they are while you type on"
        places = [
            Place(hit.paragraph, f"{hit.article} ¶ {hit.position + 1}{kinds[hit.kind]}  {hit.snippet}") for hit in hits
        ]
        return [*places, Place(None, left)] if found.n_unread else places
    if wanted.is_everything:
        return []
    return [Place(paragraph, coding.line(paragraph)) for paragraph in coding.filtered(wanted, limit=most)]


def _entries(coding: Coding, name: str) -> list[str]:
    """The entries with that name or alias, whatever its case and accents; the name itself if there are none."""
    typed = searchable(name)
    entries = coding.registry.entries()
    return [e.name for e in entries if typed in map(searchable, (e.name, *e.aliases))] or [name]


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
    if name == "is" and "flagged".startswith(value):
        return replace(wanted, is_flagged=True)
    if name == "is" and "doubt".startswith(value):
        return replace(wanted, is_doubtful=True)
    for variable in codebook.variables:
        if name in (variable.name.casefold(), variable.title.casefold().replace(" ", "_")):
            category = _category(variable, value) if variable.categories else value
            return replace(wanted, categories=(*wanted.categories, (variable.name, category)))
    raise UsageError(f"{name} is not a condition; use state, role, speaker, is or a variable")


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
