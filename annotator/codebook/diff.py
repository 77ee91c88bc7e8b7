"""Two versions of a codebook compared: what was renamed, merged, split, moved, retired, added or reworded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from pydantic import ValidationError

from annotator.codebook.model import Category, Codebook, Variable
from annotator.codebook.retire import keep_categories, keep_variables
from annotator.codebook.version_steps import CodebookStep, bounds
from annotator.errors import CodebookError, UsageError
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

Act = Literal["rename", "merge", "split", "retire"]

_REWORDED = {"definition": "definition", "use": "when to use it", "avoid": "when not to use it", "examples": "examples"}
_OF_CATEGORY = {
    **_REWORDED,
    "label": "label",
    "key": "key",
    "needs_note": "needs a note",
    "outside_scale": "outside the scale",
}
_OF_VARIABLE = {
    "label": "label",
    "scope": "scope",
    "level": "level",
    "key": "key",
    "definition": "definition",
    "guidance": "guidance",
    "required": "required",
    "multiple": "several entries",
    "sticky": "sticky",
    "default": "default",
    "guess": "guess",
    "when": "when it is asked",
    "advance": "goes on by itself",
    "minimum": "smallest number",
    "maximum": "largest number",
    "whole": "whole numbers",
}
_OF_CODEBOOK = {
    "name": "name",
    "title": "title",
    "language": "language",
    "description": "description",
    "rules": "general rules",
    "warnings": "warnings",
    "pass_guessed": "passing of furniture and bylines",
}


class Decision(NamedTuple):
    """A user's decision about removed or added names: variables if `variable` is empty, else categories."""

    act: Act
    variable: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Choice(NamedTuple):
    """Removed names with possible successors; the user has to decide."""

    variable: str
    vanished: tuple[str, ...]
    appeared: tuple[str, ...]

    def sentence(self) -> str:
        """The question, and the options that answer it."""
        where = f"{self.variable}: " if self.variable else "variables: "
        path = f"{self.variable}/" if self.variable else ""
        first, other = self.vanished[0], self.appeared[0]
        answers = [f"--rename {_quoted(f'{path}{first}={other}')}"]
        if self.variable:
            answers.append(f"--merge {_quoted(f'{path}{first}={other}')}")
            if len(self.appeared) > 1:
                answers.append(f"--split {_quoted(f'{path}{first}=' + '+'.join(self.appeared[:2]))}")
        answers.append(f"--retire {_quoted(f'{path}{first}')}")
        return (
            f"{where}{_listed(self.vanished)} disappeared and {_listed(self.appeared)} appeared;"
            f" say what became of {_listed(self.vanished)}: {' or '.join(answers)},"
            " or write `was: OLD NAME` under the new name in the file"
        )


class Comparison(NamedTuple):
    """The changes between two codebooks.

    Attributes:
        steps: The changes, in the order of the codebook.
        choices: Decisions that the user has to make first.
        codebook: The new codebook plus removed parts as retired, as the project would use it.
    """

    steps: tuple[CodebookStep, ...]
    choices: tuple[Choice, ...]
    codebook: Codebook


def compare(
    old: Codebook, new: Codebook, decisions: Iterable[Decision] = (), recheck: Sequence[str] = ()
) -> Comparison:
    """What changed from one codebook to another.

    A rename, a merge or a split is one that somebody states, in a `decision` or by `was` in the new codebook; two
    names that differ in nothing but themselves, or only in capitals, are taken for a rename too.

    Args:
        old: The codebook in force.
        new: The one to come.
        decisions: Decisions about removed names.
        recheck: Variables, or `variable/category`, by their new names, whose labels shall be decided again.

    Raises:
        CodebookError: A decision names something that is not there, or two contradict each other.
    """
    return _Comparing(old, new, list(decisions), recheck).run()


def decision(act: Act, text: str, old: Codebook, new: Codebook) -> Decision:
    """Read an option such as `stance/oppose=against`, `stance/mixed+unclear=unclear` or `stance/oppose`.

    Raises:
        UsageError: It is not of that form, or names what neither codebook has.
    """
    left, _, right = text.partition("=")
    if act != "retire" and not (left.strip() and right.strip()):
        raise UsageError(f"--{act} {one_line(text)}: write it as VARIABLE/OLD=NEW")
    variable, found = _variable_in(left if act != "retire" else text, old, new)
    if variable is None:
        if act in ("merge", "split"):
            raise UsageError(
                f"--{act} {one_line(text)}: write it as VARIABLE/OLD=NEW; variables cannot be merged or split"
            )
        return Decision(act, "", (left.strip(),), () if act == "retire" else (right.strip(),))
    before = _names(found, variable.names) if act == "merge" else (found,)
    after = () if act == "retire" else _names(right.strip(), ()) if act == "split" else (right.strip(),)
    return Decision(act, variable.name, before, after)


def _variable_in(text: str, old: Codebook, new: Codebook) -> tuple[Variable | None, str]:
    """The variable that a path begins with, and the rest; a variable's own name may hold a slash."""
    text = text.strip()
    for variable in sorted((*old.variables, *new.variables), key=lambda v: -len(v.name)):
        if text.startswith(variable.name + "/"):
            known = old.variable(variable.name) or variable
            return known, text[len(variable.name) + 1 :].strip()
    return None, text


def _names(text: str, known: Sequence[str]) -> tuple[str, ...]:
    return (text,) if text in known else tuple(part.strip() for part in text.split("+") if part.strip())


class _Links:
    """Map old names to new ones, from decisions and from `was`."""

    def __init__(self, where: str, old: Sequence[str], new: Sequence[str]) -> None:
        self.where, self.old, self.new = where, list(old), list(new)
        self.pairs: list[tuple[str, str]] = []
        self.retired: set[str] = set()

    def state(self, act: Act, before: Sequence[str], after: Sequence[str]) -> None:
        for name in before:
            if name not in self.old:
                raise CodebookError(f"{self.where}: there is no {one_line(name)!r} to {act} in the codebook in force")
        for name in after:
            if name not in self.new:
                raise CodebookError(f"{self.where}: there is no {one_line(name)!r} in the new codebook")
        if act == "retire":
            kept = [name for name in before if name in self.new]
            if kept:
                raise CodebookError(f"{self.where}: {_listed(kept)} cannot be retired: the new codebook still has it")
            self.retired.update(before)
        if act == "rename" and before[0] in self.new and before[0] != after[0]:
            raise CodebookError(f"{self.where}: {before[0]!r} cannot be renamed: the new codebook still has it")
        if act == "split" and len(after) < 2 and before[0] not in self.new:
            raise CodebookError(f"{self.where}: {before[0]!r} into only {after[0]!r} is not a split; use --rename")
        self.pairs += [(b, a) for b in before for a in after if b != a and (b, a) not in self.pairs]

    def targets(self, name: str) -> tuple[str, ...]:
        return tuple(a for b, a in self.pairs if b == name)

    def sources(self, name: str) -> tuple[str, ...]:
        return tuple(b for b, a in self.pairs if a == name)

    def is_split(self, name: str) -> bool:
        return len(self.targets(name)) > 1 or (bool(self.targets(name)) and name in self.new)

    def check(self) -> None:
        for name in self.old:
            if self.is_split(name) and any(len(self.sources(a)) > 1 for a in self.targets(name)):
                raise CodebookError(
                    f"{self.where}: {name!r} is both split and merged; apply two changes, one after the other"
                )

    def renames(self) -> dict[str, str]:
        """The old names that only changed their name, with the new one."""
        return {b: a for b, a in self.pairs if not self.is_split(b) and len(self.sources(a)) == 1 and a not in self.old}

    def vanished(self) -> list[str]:
        return [n for n in self.old if n not in self.new and not self.targets(n) and n not in self.retired]

    def appeared(self) -> list[str]:
        return [n for n in self.new if n not in self.old and not self.sources(n)]


class _Comparing:
    def __init__(self, old: Codebook, new: Codebook, decisions: list[Decision], recheck: Sequence[str]) -> None:
        self.old, self.new, self.decisions, self.recheck = old, new, decisions, set(recheck)
        self.steps: list[CodebookStep] = []
        self.choices: list[Choice] = []
        self._check_recheck()

    def run(self) -> Comparison:
        renamed = self._match_variables()
        self._codebook()
        kept: dict[str, Variable] = {}
        for variable in self.new.variables:
            was = self.old.variable(renamed.get(variable.name, variable.name))
            if was is None:
                self._added(variable)
            else:
                kept[variable.name] = self._variable(was, variable)
        gone = self._gone(set(renamed.values()))
        try:
            codebook = keep_variables(self.new, kept, gone)
        except ValidationError as error:
            reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
            raise CodebookError(f"the new codebook does not fit the retired parts of the old one: {reason}") from error
        return Comparison(tuple(self.steps), tuple(self.choices), codebook)

    def _check_recheck(self) -> None:
        paths = {v.name for v in self.new.variables} | {
            f"{v.name}/{name}" for v in self.new.variables for name in v.names
        }
        for path in sorted(self.recheck - paths):
            raise CodebookError(f"there is no {one_line(path)!r} to recheck in the new codebook")

    # the codebook and its variables

    def _codebook(self) -> None:
        fields = [
            words for field, words in _OF_CODEBOOK.items() if getattr(self.old, field) != getattr(self.new, field)
        ]
        if fields:
            self._say("codebook", "changed", "", f"the codebook: {_and(fields)} changed")

    def _match_variables(self) -> dict[str, str]:
        """The old name of each renamed variable, by its new one."""
        links = _Links("variables", [v.name for v in self.old.variables], [v.name for v in self.new.variables])
        for one in self.decisions:
            if not one.variable:
                links.state(one.act, one.before, one.after)
        for variable in self.new.variables:
            was = [w for w in variable.was if (v := self.old.variable(w)) and (v.enabled or not variable.enabled)]
            if was and variable.name not in links.old and was[0] not in links.new:
                links.state("rename", was[:1], [variable.name])
        for name in links.vanished():
            twin = [a for a in links.appeared() if _is_same(self.old.variable(name), self.new.variable(a))]
            if len(twin) == 1:
                links.state("rename", [name], twin)
        for name in links.old:
            if len(links.targets(name)) > 1:
                raise CodebookError(f"variable {name!r} cannot be renamed to several names")
        for name in links.new:
            if len(links.sources(name)) > 1 or (links.sources(name) and name in links.old):
                raise CodebookError(f"variable {name!r} cannot take over another variable's labels: give it a new name")
        vanished = [n for n in links.vanished() if (v := self.old.variable(n)) and v.enabled]
        if vanished and links.appeared():
            self.choices.append(Choice("", tuple(vanished), tuple(links.appeared())))
        return {new: old for old, new in links.pairs}

    def _added(self, variable: Variable) -> None:
        n = sum(1 for _ in variable.walk())
        has = f" with {counted(n, 'category')}" if n else ""
        is_asked = variable.enabled and variable.required and variable.scope != "article"
        self._say(
            "variable", "added", variable.name, f"{variable.name}: new {variable.level} variable{has}",
            doubt="missing" if is_asked else None,
            reason=f"{variable.title} is asked now, and was not when this was coded",
        )  # fmt: skip

    def _gone(self, renamed: set[str]) -> list[Variable]:
        gone = [v for v in self.old.variables if self.new.variable(v.name) is None and v.name not in renamed]
        for variable in gone:
            if variable.enabled:
                self._say("variable", "retired", variable.name, f"{variable.name}: not asked any more; its labels stay")
        return gone

    def _variable(self, was: Variable, now: Variable) -> Variable:
        """Compare one variable; return the new one with what went from it kept as retired."""
        if was.name != now.name:
            self._say("variable", "renamed", was.name, f"{was.name}: now called {now.name}", after=(now.name,))
        if was.enabled != now.enabled:
            words = "asked again" if now.enabled else "not asked any more; its labels stay"
            self._say("variable", "restored" if now.enabled else "retired", was.name, f"{now.name}: {words}")
        self._fields(was, now)
        # The categories of a list that is opened become entries of the registry, and none goes.
        kept = now if now.level == "entity" else self._categories(was, now)
        if now.name in self.recheck:
            is_changed = any(getattr(was, field) != getattr(now, field) for field in _OF_VARIABLE)
            self._say(
                "variable", "changed", was.name, f"{now.name}: every label is to be decided again",
                doubt="labels", reason=_why(now.title, is_changed=is_changed),
            )  # fmt: skip
        return kept

    def _fields(self, was: Variable, now: Variable) -> None:
        changed = [field for field in _OF_VARIABLE if getattr(was, field) != getattr(now, field)]
        plain = [f for f in changed if f not in ("level", "scope", "minimum", "maximum", "whole", "required")]
        if plain:
            words = _and([_field(_OF_VARIABLE[f], getattr(was, f), getattr(now, f)) for f in plain])
            self._say("variable", "changed", was.name, f"{now.name}: {words}")
        for field in ("level", "scope"):
            if field in changed:
                before, after = getattr(was, field), getattr(now, field)
                words = f"{now.name}: {field} {before} → {after}"
                if after == "entity" and was.categories:
                    words += f"; its {counted(len(was.names), 'category')} become entries of the registry"
                self._say("variable", "changed", was.name, words, (before,), (after,), field=field)
        if {"minimum", "maximum", "whole"} & set(changed):
            allowed = _bounds(now)
            self._say(
                "variable", "changed", was.name, f"{now.name}: numbers allowed now: {allowed}",
                after=bounds(now.minimum, now.maximum, whole=now.whole), field="bounds", doubt="bounds",
                reason=f"{now.title} allows {allowed} now",
            )  # fmt: skip
        if "required" in changed:
            is_new = now.required and now.enabled and now.scope != "article"
            self._say(
                "variable", "changed", was.name, f"{now.name}: {'required now' if now.required else 'optional now'}",
                doubt="missing" if is_new else None, reason=f"{now.title} is required now",
            )  # fmt: skip

    # categories

    def _categories(self, was: Variable, now: Variable) -> Variable:
        links = self._link(was, now)
        retired_before = {c.name for c, _ in was.walk() if c.retired}
        vanished = [n for n in links.vanished() if n not in retired_before]
        if vanished and links.appeared():
            self.choices.append(Choice(was.name, tuple(vanished), tuple(links.appeared())))
        self._became(was, now, links)
        for name in links.appeared():
            self._say("category", "added", was.name, f"{now.name}: {name} added", after=(name,))
        for name in [*vanished, *(n for n in links.old if n in links.retired)]:
            words = f"{now.name}: {name} retired: kept for its labels, offered no more"
            self._say("category", "retired", was.name, words, (name,))
        self._common(was, now, {a: b for b, a in links.renames().items()})
        self._moved(was, now, links)
        read_elsewhere = {n for n in links.old if n not in links.new and links.targets(n) and not links.is_split(n)}
        return keep_categories(was, now, [n for n in links.old if n not in links.new and n not in read_elsewhere])

    def _link(self, was: Variable, now: Variable) -> _Links:
        links = _Links(now.name, was.names, now.names)
        for one in self.decisions:
            if one.variable in (was.name, now.name):
                links.state(one.act, one.before, one.after)
        for category, _ in now.walk():
            for name in category.was:
                source = was.category(name)
                is_live = source is not None and not source.retired and name != category.name
                if is_live and (name not in links.new or category.name not in links.old):
                    links.state("merge", [name], [category.name])
        for name in links.vanished():
            twin = [a for a in links.appeared() if _is_same(was.category(name), now.category(a))]
            if len(twin) == 1:
                links.state("rename", [name], twin)
        links.check()
        return links

    def _became(self, was: Variable, now: Variable, links: _Links) -> None:
        done: set[str] = set()
        for name in links.old:
            targets = links.targets(name)
            if links.is_split(name):
                parts = ((name,) if name in links.new else ()) + targets
                reason = f"{name} was split into {_and(parts)}: which is it?"
                words = f"{now.name}: {name} split into {_and(parts)}"
                self._say("category", "split", was.name, words, (name,), parts, doubt="labels", reason=reason)
            elif targets and targets[0] not in done:
                target = targets[0]
                sources = links.sources(target)
                done.add(target)
                if len(sources) == 1 and target not in links.old:
                    self._say("category", "renamed", was.name, f"{now.name}: {name} → {target}", sources, (target,))
                else:
                    words = f"{now.name}: {_and(sources)} merged into {target}"
                    self._say("category", "merged", was.name, words, sources, (target,))

    def _common(self, was: Variable, now: Variable, renamed: dict[str, str]) -> None:
        for category, _ in now.walk():
            old = was.category(renamed.get(category.name, category.name))
            if old is None:
                continue
            if old.retired != category.retired:
                kind: Literal["retired", "restored"] = "retired" if category.retired else "restored"
                words = f"{category.name} {'retired: offered no more' if category.retired else 'offered again'}"
                self._say("category", kind, was.name, f"{now.name}: {words}", (old.name,))
            fields = [f for f in _OF_CATEGORY if getattr(old, f) != getattr(category, f)]
            is_doubtful = f"{now.name}/{category.name}" in self.recheck
            if fields or is_doubtful:
                words = _and([_field(_OF_CATEGORY[f], getattr(old, f), getattr(category, f)) for f in fields])
                again = "its labels are to be decided again" if is_doubtful else ""
                words = f"{now.name}/{category.name}: {'; '.join(filter(None, (words, again)))}"
                self._say(
                    "category", "changed", was.name, words,
                    (old.name,), doubt="labels" if is_doubtful else None,
                    reason=_why(category.name, is_changed=bool(fields)),
                )  # fmt: skip

    def _moved(self, was: Variable, now: Variable, links: _Links) -> None:
        now_called = links.renames()
        above = {c.name: path for c, path in now.walk()}
        for category, path in was.walk():
            name = now_called.get(category.name, category.name)
            if name in above and above[name] != tuple(now_called.get(p, p) for p in path):
                where = f"under {above[name][-1]}" if above[name] else "to the top"
                self._say("category", "moved", was.name, f"{now.name}: {name} moved {where}", (category.name,), (name,))
        order = [name for old in was.names if (name := now_called.get(old, old)) in above]
        if was.level == now.level == "ordinal" and list(dict.fromkeys(order)) != [n for n in now.names if n in order]:
            self._say("variable", "moved", was.name, f"{now.name}: the scale is now {' < '.join(now.scale)}")

    def _say(
        self,
        what: Literal["codebook", "variable", "category"],
        kind: Literal["added", "renamed", "merged", "split", "moved", "retired", "restored", "changed"],
        variable: str,
        words: str,
        before: tuple[str, ...] = (),
        after: tuple[str, ...] = (),
        *,
        field: str | None = None,
        doubt: Literal["labels", "missing", "bounds"] | None = None,
        reason: str | None = None,
    ) -> None:
        self.steps.append(
            CodebookStep(
                what=what,
                kind=kind,
                variable=variable,
                before=before,
                after=after,
                field=field,
                words=words,
                doubt=doubt,
                reason=reason if doubt else None,
            )
        )


def _is_same(one: Category | Variable | None, other: Category | Variable | None) -> bool:
    """Whether two differ in nothing but their name, or only in the capitals of it."""
    if one is None or other is None:
        return False
    if one.name.casefold() == other.name.casefold():
        return True
    return bool(one.definition) and one.model_copy(update={"name": other.name}) == other.model_copy(
        update={"was": one.was}
    )


def _why(name: str, *, is_changed: bool) -> str:
    """Why a label is to be decided again, for the coder."""
    what = f"the rules of {name} changed" if is_changed else f"{name} is to be looked at again"
    return f"{what}: is it still right?"


def _field(words: str, before: object, after: object) -> str:
    if isinstance(before, bool) and isinstance(after, bool):
        return words if after else f"no longer {words}"
    short = [x for x in (before, after) if x is None or (isinstance(x, str | int | float) and len(str(x)) <= 12)]
    if len(short) == 2:
        return f"{words} {_or_none(before)} → {_or_none(after)}"
    is_longer = isinstance(before, str | tuple) and isinstance(after, type(before)) and after[: len(before)] == before
    if not before or is_longer:
        return f"{words} added"
    return f"{words} taken away" if not after else f"{words} reworded"


def _or_none(value: object) -> str:
    return "none" if value is None else str(value)


def _bounds(variable: Variable) -> str:
    low = None if variable.minimum is None else f"from {variable.minimum:g}"
    high = None if variable.maximum is None else f"to {variable.maximum:g}"
    return " ".join(filter(None, ("whole numbers" if variable.whole else "", low, high))) or "any number"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown


def _and(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
