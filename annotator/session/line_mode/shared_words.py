"""Words of line mode for what all coders share: entries of the registry, and rules of the codebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from annotator.errors import UsageError
from annotator.session.session import Session
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.changes.codebook_changes import Rule
    from annotator.store.changes.speaker_changes import Plan, SpeakerChanges

_FIELDS = ("definition", "kind", "type", "affiliation", "country")
_CHANGES = ("rename", "alias", *_FIELDS, "merge", "split", "retire")
_KINDS = ("use", "avoid", "example")


def change_entry(session: Session, text: str) -> Iterator[str]:
    """Tell an entry of the registry, or change it: `NAME`, `rename NAME = OTHER`, `merge NAME = OTHER`, `retire NAME`.

    Raises:
        UsageError: The text does not say what to change, or the change cannot be made.
    """
    from annotator.store.changes.speaker_changes import SpeakerChanges

    changes = SpeakerChanges(session.store, session.coding.coder.id)
    word, _, rest = text.partition(" ")
    if word.casefold() not in _CHANGES or not rest:
        yield from _tell_entry(changes, text)
        return
    plan = _plan(changes, word.casefold(), rest)
    changes.carry_out(plan)
    session.look_again(plan.what)
    notice = session.recorder.notice
    if notice is not None and not notice.is_warning:
        session.recorder.notice = None  # the lines below say more
    yield from (f"{one_line(line).removesuffix('.')}." for line in plan.lines)
    yield f"Statements that read differently: {plan.n_statements}; undo takes it back."


def add_rule(session: Session, text: str) -> Iterator[str]:
    """Add a rule or an example to the codebook: `CATEGORY use TEXT`, `avoid`, `example`; a variable has rules too.

    An example without a text is the evidence of the current statement.

    Raises:
        StoreError: The codebook is locked in this file.
        UsageError: The text does not name a category, or says nothing.
    """
    session.store.codebooks.refuse_locked()
    variable, category, rest = _category_of(session, text)
    kind, _, rule = rest.partition(" ")
    if kind.casefold() not in _KINDS:
        raise UsageError("say which kind of rule it is: rule CATEGORY use TEXT, or avoid, or example")
    rule = rule.strip() or (_evidence(session) if kind.casefold() == "example" else "")
    if not rule:
        raise UsageError(f"add the text: rule CATEGORY {kind.casefold()} TEXT")
    session.add_rule(variable, category, cast("Rule", kind.casefold()), one_line(rule))
    yield from ()


def _tell_entry(changes: SpeakerChanges, name: str) -> Iterator[str]:
    if not name:
        raise UsageError("add a name: registry NAME; or a change: registry rename NAME = OTHER")
    entry = changes.resolve(name)
    aliases = f"; also {', '.join(map(one_line, entry.aliases))}" if entry.aliases else ""
    yield f"{one_line(entry.name)}: {entry.kind}{aliases}."
    if entry.definition:
        yield f"Definition: {one_line(entry.definition)}"
    known = [f"{field} {one_line(value)}" for field in _FIELDS[2:] if (value := getattr(entry, field))]
    merged = [one_line(one.name) for one in changes.merged_into(entry.speaker_id)]
    known += [f"merged into it: {', '.join(merged)}"] if merged else []
    if known:
        yield f"{'; '.join(known)[:1].upper()}{'; '.join(known)[1:]}."
    yield f"It can be changed: registry {', '.join(_CHANGES[:-1])} NAME = TEXT; registry retire NAME."


def _plan(changes: SpeakerChanges, action: str, rest: str) -> Plan:
    """The planned change of an entry."""
    name, _, value = (part.strip() for part in rest.partition("="))
    if action == "retire":
        return changes.retire(rest)
    if not value:
        raise UsageError(f"say the entry, then the rest behind a sign: registry {action} NAME = TEXT")
    if action == "rename":
        return changes.rename(name, value)
    if action == "alias":
        return changes.alias(name, [value])
    if action == "merge":
        return changes.merge([name], value)
    if action == "split":
        return changes.split(name, value)
    return changes.describe(name, **{action: value})


def _category_of(session: Session, text: str) -> tuple[str, str | None, str]:
    """The variable and the category that a text begins with (None for the variable as a whole), and the rest."""
    folded = text.casefold()
    named: dict[str, set[tuple[str, str | None]]] = {}
    codebook = session.instrument.codebook
    for variable in codebook.asked("statement") + codebook.asked("paragraph"):
        for title in (variable.name, variable.title):
            named.setdefault(title.casefold(), set()).add((variable.name, None))
        for category, _ in variable.walk():
            for title in (category.name, category.title) if not category.retired else ():
                named.setdefault(title.casefold(), set()).add((variable.name, category.name))
                for above in (variable.name, variable.title):
                    named.setdefault(f"{above} {title}".casefold(), set()).add((variable.name, category.name))
    for name in sorted(named, key=len, reverse=True):
        if folded == name or folded.startswith(f"{name} "):
            found = sorted(named[name], key=str)
            if len(found) > 1:
                variables = counted(len({variable for variable, _ in found}), "variable")
                raise UsageError(f"{one_line(name)} stands in {variables}; name the variable before it")
            return (*found[0], text[len(name) :].strip())
    raise UsageError("begin with a category or a variable: rule CATEGORY use TEXT")


def _evidence(session: Session) -> str:
    span = session.cursor.evidence
    return " ".join(session.cursor.text[slice(*span)].split()) if span is not None else ""
