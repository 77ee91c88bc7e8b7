"""Edit the registry of speakers and targets on the screen: find an entry, preview a change, make it."""

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
    from annotator.model import Speaker
    from annotator.store.changes.speaker_changes import Plan, SpeakerChanges
    from annotator.store.coder.registry import Entry

_ACTIONS = {
    "rename": "rename; the old name stays as an alias",
    "merge": "merge into another entry",
    "definition": "definition: what it covers, in a sentence",
    "alias": "alias: another name for it",
    "kind": "kind: actor, or issue (never offered as a speaker)",
    "retire": "retire: stop offering it; its statements keep it",
    "split": "split: take out a merged name",
    "type": "type: person, organisation, state, unnamed source, …",
    "affiliation": "affiliation: organisation, party or state",
    "country": "country",
}

_KINDS = {"actor": "actor: it can speak, and be a target", "issue": "issue: only a target"}


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
    question = "speakers and targets: type to find an entry"
    name = await app.push_screen_wait(Prompt(question, _among(_listed(entries)), "", _WAY))
    if name is None:
        return None
    entry = changes.resolve(name)
    question = f"{name}: what do you want to change?"
    action = await app.push_screen_wait(Prompt(question, _among(_actions(entry)), "", _WAY))
    plan = await _plan(app, session, changes, entry, action) if action else None
    if plan is None or not (action in _FACTS or await _is_sure(app, plan)):
        return None

    def carry_out() -> None:
        changes.carry_out(plan)
        session.look_again(plan.what)

    return carry_out


async def _is_sure(app: App[Any], plan: Plan) -> bool:
    """Show the effect of a change, and ask whether it shall be made."""
    lines = [*plan.lines, f"statements that read differently: {plan.n_statements}"]
    sure = [("yes", "do it (z takes it back)"), ("", "change nothing")]
    answer = await app.push_screen_wait(Prompt("; ".join(lines), _among(sure), "", _WAY))
    return bool(answer)


_WAY = TAKES_LINE

_FACTS = ("definition", "type", "affiliation", "country")
"""What is noted of an entry and changes no statement: made without a second question."""


async def _plan(app: App[Any], session: Session, changes: SpeakerChanges, entry: Speaker, action: str) -> Plan | None:
    """Ask for what the change still needs, and plan it."""
    name = entry.name
    if action == "retire":
        return changes.retire(name)
    if action == "merge":
        others = [other for other in session.coding.registry.entries() if other.name != name]
        into = await app.push_screen_wait(Prompt(f"{name}: merge into", _among(_listed(others)), "", _WAY))
        return changes.merge([name], into) if into else None
    if action == "split":
        merged = [(one.name, one.name) for one in changes.merged_into(entry.speaker_id)]
        out = await app.push_screen_wait(Prompt(f"{name}: take out", _among(merged), "", _WAY))
        return changes.split(name, out) if out else None
    if action == "kind":
        kind = await app.push_screen_wait(Prompt(f"{name}: kind", _among(list(_KINDS.items())), "", _WAY))
        return changes.describe(name, kind=kind) if kind else None
    present = name if action == "rename" else getattr(entry, action, None) or ""
    way = "Enter goes on · Esc leaves" + (" · an empty line takes it away" if action in _FACTS else "")
    typed = await app.push_screen_wait(Prompt(f"{name}: {_ACTIONS[action]}", None, present, way))
    if typed is None or (typed == present and action != "alias"):
        return None
    if action == "rename":
        return changes.rename(name, typed)
    if action == "alias":
        return changes.alias(name, [typed])
    return changes.describe(name, **{action: typed})


def _listed(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Each entry's name, and a line with its aliases that tells an issue from an actor."""
    kinds = {"issue": " · only a target"}
    aliases = [f" ({', '.join(one.aliases)})" if one.aliases else "" for one in entries]
    return [(e.name, f"{e.name}{also}{kinds.get(e.kind, '')}") for e, also in zip(entries, aliases, strict=True)]


def _actions(entry: Speaker) -> list[tuple[str, str]]:
    """What can be changed of an entry, with what is noted of it now."""
    noted = {action: getattr(entry, action, None) for action in (*_FACTS, "kind")}
    return [(action, f"{action}: {noted[action]}" if noted.get(action) else said) for action, said in _ACTIONS.items()]


def _among(choices: Sequence[tuple[str, str]]) -> Callable[[str], list[Found]]:
    def find(text: str) -> list[Found]:
        return [Found(value, one_line(line)) for value, line in choices if holds_words(line, text)]

    return find
