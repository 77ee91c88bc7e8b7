"""Edit the registry of speakers on the screen: find an entry, preview a change, make it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App

from annotator.app.dialogs.ask import Deed
from annotator.app.dialogs.prompt import TAKES_LINE, Found, Prompt
from annotator.session import Session
from annotator.text.search_text import holds_words
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.changes.speaker_changes import Plan, SpeakerChanges

_ACTIONS = {
    "rename": "another canonical name (the old one stays as an alias)",
    "alias": "another name (alias)",
    "definition": "definition: what it covers, in a sentence",
    "kind": "kind: actor, or issue (never offered as a speaker)",
    "type": "type: person, organisation, state, unnamed source, …",
    "affiliation": "affiliation: organisation, party or state",
    "country": "country",
    "merge": "merge into another entry",
    "split": "split: take out a merged name",
    "retire": "stop offering it; its statements keep it",
}


async def change_registry(app: App[Any], session: Session) -> Deed | None:
    """Ask for an entry and a change, and show its effect.

    Returns:
        The action that makes the change; None if the coder left before.

    Raises:
        UsageError: The change cannot be made.
    """
    from annotator.store.changes.speaker_changes import SpeakerChanges

    changes = SpeakerChanges(session.store, session.coding.coder.id)
    entries = session.coding.registry.entries()
    name = await app.push_screen_wait(Prompt("speakers: type to find an entry", _among(_listed(entries)), "", _WAY))
    if name is None:
        return None
    question = f"{name}: what do you want to change?"
    action = await app.push_screen_wait(Prompt(question, _among(list(_ACTIONS.items())), "", _WAY))
    plan = await _plan(app, session, changes, name, action) if action else None
    if plan is None:
        return None
    lines = [*plan.lines, f"statements that read differently: {plan.n_statements}"]
    sure = [("yes", "do it (z takes it back)"), ("", "change nothing")]
    answer = await app.push_screen_wait(Prompt("; ".join(lines), _among(sure), "", _WAY))
    if not answer:
        return None

    def carry_out() -> None:
        changes.carry_out(plan)
        session.look_again(plan.what)

    return carry_out


_WAY = TAKES_LINE


async def _plan(app: App[Any], session: Session, changes: SpeakerChanges, name: str, action: str) -> Plan | None:
    """Ask for what the change still needs, and plan it."""
    if action == "retire":
        return changes.retire(name)
    if action == "merge":
        others = [entry for entry in session.coding.registry.entries() if entry.name != name]
        into = await app.push_screen_wait(Prompt(f"{name}: merge into", _among(_listed(others)), "", _WAY))
        return changes.merge([name], into) if into else None
    if action == "split":
        merged = [(one.name, one.name) for one in changes.merged_into(changes.resolve(name).speaker_id)]
        out = await app.push_screen_wait(Prompt(f"{name}: take out", _among(merged), "", _WAY))
        return changes.split(name, out) if out else None
    typed = await app.push_screen_wait(Prompt(f"{name}: {_ACTIONS[action]}", None, "", "Enter goes on · Esc leaves"))
    if typed is None:
        return None
    if action == "rename":
        return changes.rename(name, typed)
    if action == "alias":
        return changes.alias(name, [typed])
    return changes.describe(name, **{action: typed})


def _listed(entries: Sequence[Any]) -> list[tuple[str, str]]:
    """Each entry's name, and a line with its aliases."""
    return [(e.name, e.name + (f" ({', '.join(e.aliases)})" if e.aliases else "")) for e in entries]


def _among(choices: Sequence[tuple[str, str]]) -> Callable[[str], list[Found]]:
    def find(text: str) -> list[Found]:
        return [Found(value, one_line(line)) for value, line in choices if holds_words(line, text)]

    return find
