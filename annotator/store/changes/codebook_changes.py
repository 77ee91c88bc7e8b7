"""Codebook changes: preview the effect of a new version on labels, apply it, undo it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from pydantic import ValidationError

from annotator.codebook.diff import Choice, Comparison, Decision, compare
from annotator.codebook.model import Category, Codebook, Example, Variable
from annotator.codebook.version_steps import CodebookStep, forward
from annotator.errors import CodebookError, StoreError, UsageError
from annotator.model import Value
from annotator.store.file.timestamps import now
from annotator.store.history.history import Step, Undone
from annotator.store.store import Store
from annotator.store.tables.codebooks import replace_steps
from annotator.store.tables.json_values import loaded
from annotator.store.tables.keys import codebook_row
from annotator.store.tables.recode_queue import UNITS, missing
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

Rule = Literal["use", "avoid", "example"]

_LEVELS = {
    ("nominal", "ordinal"),
    ("ordinal", "nominal"),
    ("nominal", "set"),
    ("ordinal", "set"),
    ("interval", "ratio"),
    ("ratio", "interval"),
    ("entity", "text"),
    ("text", "entity"),
    ("nominal", "entity"),
    ("entity", "nominal"),
}
"""Changes of level that keep every label valid; set to one category needs sets of one."""


class Effect(NamedTuple):
    """One step and its effect on the labels of all coders."""

    step: CodebookStep
    n_labels: int
    n_doubts: int


class Preview(NamedTuple):
    """The changes a new codebook would make.

    Attributes:
        base: Id of the version in force, for comparison.
        codebook: The version to record.
        effects: Its steps and their effects; empty when nothing changes.
        choices: Decisions a person must make first.
    """

    base: str
    codebook: Codebook
    effects: tuple[Effect, ...]
    choices: tuple[Choice, ...]


class Revision(NamedTuple):
    """A version of the codebook and its changes to the previous one; `n_labels` is None where it is hidden."""

    codebook_id: str
    name: str
    version: str
    at: str
    is_in_force: bool
    n_labels: int | None
    words: tuple[str, ...]


class CodebookChanges:
    """Changes of one project's codebook."""

    def __init__(self, store: Store) -> None:
        self._c = store.connection
        self._history = store.history
        self._codebooks = store.codebooks
        self._registry = store.registry

    def preview(self, new: Codebook, decisions: Iterable[Decision] = (), recheck: Sequence[str] = ()) -> Preview:
        """Compare a codebook with the one in force, and count the labels that each step touches.

        Raises:
            CodebookError: A decision or the new codebook contradicts the project.
        """
        with self._c.read():
            base, old = self._codebooks.current_id(), self._codebooks.current()
            found = compare(old, new, decisions, recheck)
            if found.choices:
                return Preview(base, found.codebook, tuple(Effect(s, 0, 0) for s in found.steps), found.choices)
            found = self._with_names_in_use(found)
            codebook = found.codebook.model_copy(update={"version": self._version(old, found, new.version)})
            counts = self._counts(old)
            self._refuse_unfit(found, counts)
            effects = [self._effect(codebook, step, counts) for step in found.steps]
        if not effects and codebook.version != old.version:
            words = f"the codebook: version {old.version} → {codebook.version}"
            effects = [Effect(CodebookStep(what="codebook", kind="changed", words=words), 0, 0)]
        return Preview(base, codebook, tuple(effects), ())

    def apply(self, preview: Preview, coder: int) -> None:
        """Put a previewed codebook in force, with its steps: one step of the history, undoable.

        Raises:
            StoreError: The codebook was changed meanwhile, or labels would be left without a category.
            CodebookError: A decision is missing.
        """
        if preview.choices:
            raise CodebookError(preview.choices[0].sentence())
        if not preview.effects:
            return
        codebook, base = preview.codebook, preview.base
        with self._c.write():
            if self._codebooks.current_id() != base:
                raise StoreError("the codebook has changed in the meantime; look at the changes again")
            old = self._codebooks.current()
            what = f"codebook {old.version} → {codebook.version}"
            with self._history.step(coder, what) as step:
                after = self._codebooks.add(codebook)
                self._record(base, after, [effect.step for effect in preview.effects])
                self._open_lists(step, old, [effect.step for effect in preview.effects])
                step.put("codebook", [], after)

    def add_rule(self, coder: int, variable: str, category: str | None, kind: Rule, text: str) -> str:
        """Add a rule or an example to a category, or a rule to a variable, as a new revision; return its version.

        Args:
            coder: The person who adds it; they can undo the step.
            variable: The variable's name.
            category: The category's name; None adds to the guidance of the whole variable.
            kind: When to use the category, when not, or an example of it.
            text: The rule in words, or the example; « and » can mark its evidence.

        Raises:
            UsageError: There is no such variable or category, or the text is empty or cannot stand in a codebook.
        """
        text = text.strip()
        if not text:
            raise UsageError("a rule cannot be empty; write its text")
        with self._c.write():
            found = self._variable(variable)
            if category is not None and found.category(category) is None:
                raise UsageError(f"{found.title} has no category {one_line(category)!r}")
            return self._revise(coder, found, _with_rule(found, category, kind, text))

    def add_category(self, coder: int, variable: str, name: str) -> str:
        """Add a category at the end of a variable's list, as a new revision; return its version.

        Args:
            coder: The person who adds it; they can undo the step.
            variable: The variable's name.
            name: The name of the new category.

        Raises:
            UsageError: There is no such variable, it takes no categories, or the name cannot stand in a codebook.
        """
        with self._c.write():
            found = self._variable(variable)
            if not found.categories:
                raise UsageError(f"{found.title} takes no categories")
            new = Category.model_construct(name=" ".join(name.split()))
            return self._revise(coder, found, found.model_copy(update={"categories": (*found.categories, new)}))

    def switch_on(self, coder: int, variable: str) -> str:
        """Ask for a variable that the codebook keeps switched off, as a new revision; return its version.

        Args:
            coder: The person who switches it on; they can undo the step.
            variable: The variable's name.

        Raises:
            UsageError: There is no such variable, it is asked already, or its keys collide with others.
        """
        with self._c.write():
            found = self._variable(variable)
            if found.enabled:
                raise UsageError(f"{found.title} is asked already")
            return self._revise(coder, found, found.model_copy(update={"enabled": True}))

    def _variable(self, name: str) -> Variable:
        found = self._codebooks.current().variable(name)
        if found is None:
            raise UsageError(f"the codebook has no variable {one_line(name)!r}")
        return found

    def _revise(self, coder: int, before: Variable, after: Variable) -> str:
        """Replace a variable without touching or counting labels."""
        old = self._codebooks.current()
        variables = tuple(after if v is before else v for v in old.variables)
        new = _checked(old.model_copy(update={"variables": variables}))
        new = new.model_copy(update={"version": self._next(new)})
        effects = tuple(Effect(step, 0, 0) for step in compare(old, new).steps)
        self.apply(Preview(self._codebooks.current_id(), new, effects, ()), coder)
        return new.version

    def undo(self, coder: int, by: str | None = None) -> Undone | None:
        """Undo the coder's last step, if it changed the codebook."""
        return self._history.undo_only(coder, frozenset({"codebook", "speaker"}), by, of="codebook")

    def revisions(self) -> list[Revision]:
        """Every version of the project, oldest first, with its changes."""
        current = self._codebooks.current_id()
        counts = dict(
            self._c.all(
                "select codebook, sum(n) from (select codebook, count(*) as n from labels group by 1 union all"
                " select codebook, count(*) from paragraph_labels group by 1 union all"
                " select codebook, count(*) from article_labels group by 1) group by 1"
            )
        )
        words: dict[int, list[str]] = {}
        for after, sentence in self._c.all("select after, words from codebook_steps order by id"):
            words.setdefault(after, []).append(sentence)
        rows = self._c.all(
            "select id, codebook_id, name, version, added_at from codebooks order by added_at, codebook_id"
        )
        return [
            Revision(r[1], r[2], r[3], r[4], r[1] == current, counts.get(r[0], 0), tuple(words.get(r[0], ())))
            for r in rows
        ]

    # lists of categories and entries of the registry

    def _open_lists(self, step: Step, old: Codebook, steps: Sequence[CodebookStep]) -> None:
        """Enter the categories of each nominal variable that is an entity from now on in the registry."""
        for one in steps:
            if one.field != "level" or (one.before, one.after) != (("nominal",), ("entity",)):
                continue
            variable = old.variable(one.variable)
            for category, _ in variable.walk() if variable else ():
                entry_id = self._registry.entry_of(step, category.name)
                entry = self._registry.get(entry_id)
                if entry is not None and entry.definition is None and category.definition is not None:
                    self._registry.put(step, entry.model_copy(update={"definition": category.definition}))

    def _with_names_in_use(self, found: Comparison) -> Comparison:
        """A comparison in which every entity variable that gets a list has a category for each name in use."""
        for step in found.steps:
            if step.field == "level" and (step.before, step.after) == (("entity",), ("nominal",)):
                found = self._closed(found, step)
        return found

    def _closed(self, found: Comparison, step: CodebookStep) -> Comparison:
        renamed = {s.variable: s.after[0] for s in found.steps if s.what == "variable" and s.kind == "renamed"}
        variable = found.codebook.variable(renamed.get(step.variable, step.variable))
        assert variable is not None  # noqa: S101 (the step is about it)
        names = self._names_in_use(step.variable, UNITS[variable.scope][0])
        steps, lacking = list(found.steps), [name for name in names if variable.category(name) is None]
        for name, words in names.items():
            others = tuple(sorted(words - {name}))
            if others:
                said = f"{variable.name}: {_listed(others)} {'reads' if len(others) == 1 else 'read'} as {name}"
                kind: Literal["merged"] = "merged"
                steps.append(
                    CodebookStep(
                        what="category", kind=kind, variable=step.variable, before=others, after=(name,), words=said
                    )
                )
        if lacking:
            said = f"{variable.name}: {_listed(lacking)} kept for the labels there, not offered any more"
            steps.append(
                CodebookStep(what="category", kind="retired", variable=step.variable, before=tuple(lacking), words=said)
            )
        kept = tuple(Category.model_construct(name=name, retired=True) for name in lacking)
        closed = variable.model_copy(update={"categories": (*variable.categories, *kept)})
        variables = tuple(closed if v is variable else v for v in found.codebook.variables)
        return found._replace(
            steps=tuple(steps), codebook=_checked(found.codebook.model_copy(update={"variables": variables}))
        )

    def _names_in_use(self, variable: str, table: str) -> dict[str, set[str]]:
        """The names that labels of an entity variable read as, each with the words that stand for it.

        Raises:
            CodebookError: The same words stand for two entries.
        """
        names: dict[str, set[str]] = {}
        of_words: dict[str, str] = {}
        for made, value in self._c.all(
            f"select distinct coalesce(made, value), value from {table} where variable = ? order by 2, 1", (variable,)
        ):
            words, name = str(loaded(made)), str(loaded(value))
            if of_words.setdefault(words, name) != name:
                raise CodebookError(
                    f"{variable}: {one_line(words)} stands for {one_line(name)} and for {one_line(of_words[words])};"
                    " merge the two entries first (`annotator speakers merge`)"
                )
            names.setdefault(name, set()).add(words)
        return names

    # what a step touches

    def _counts(self, old: Codebook) -> dict[str, list[tuple[Value, int]]]:
        """For each variable, its distinct labels under the codebook in force and their counts."""
        found: dict[str, list[tuple[Value, int]]] = {}
        for variable in old.variables:
            table, joined, _ = UNITS[variable.scope]
            is_open = variable.level in ("entity", "text")
            value = "null" if is_open else "l.value"
            standing = " and s.deleted = 0" if table == "labels" else ""
            rows = self._c.all(
                f"select {value}, count(*) from {joined} where l.variable = ?{standing} group by 1", (variable.name,)
            )
            found[variable.name] = [(loaded(value), n) for value, n in rows if n]
        return found

    def _effect(self, new: Codebook, step: CodebookStep, counts: dict[str, list[tuple[Value, int]]]) -> Effect:
        labels = counts.get(step.variable, [])
        if step.what == "codebook" or step.kind == "added":
            n_labels = 0
        elif step.before and step.what == "category":
            n_labels = sum(n for value, n in labels if _names(value) & set(step.before))
        else:
            n_labels = sum(n for _, n in labels)
        n_doubts = sum(n for value, n in labels if forward([step], step.variable, value).doubts)
        if step.doubt == "missing":
            n_doubts = self._n_missing(new, step)
        return Effect(step, n_labels, n_doubts)

    def _n_missing(self, new: Codebook, step: CodebookStep) -> int:
        variable = new.variable(step.variable)
        found = missing(new, variable, now()) if variable is not None else None
        if found is None:
            return 0
        row = self._c.one(f"select count(*) from ({found[0]})", found[1])
        return int(row[0]) if row else 0

    def _refuse_unfit(self, found: Comparison, counts: dict[str, list[tuple[Value, int]]]) -> None:
        """Refuse a change of level or scope that would invalidate labels."""
        for step in found.steps:
            n = sum(n for _, n in counts.get(step.variable, []))
            if step.field not in ("level", "scope") or not n:
                continue
            is_single = all(not isinstance(value, list) or len(value) < 2 for value, _ in counts[step.variable])
            from_set = step.before == ("set",) and step.after[0] in ("nominal", "ordinal") and is_single
            if step.field == "level" and ((step.before[0], step.after[0]) in _LEVELS or from_set):
                continue
            raise CodebookError(
                f"{step.words} is not possible with {counted(n, 'label')} there:"
                " give the new variable another name; the old variable keeps its labels and is no longer asked"
            )

    # versions

    def _version(self, old: Codebook, found: Comparison, wanted: str) -> str:
        """The version to record: the codebook's own, unless another codebook has it."""
        if not found.steps:
            is_new = wanted not in self._taken(old.name)
            return wanted if is_new else old.version
        codebook = found.codebook.model_copy(update={"version": wanted})
        if any(step.doubt == "labels" for step in found.steps):
            # Labels made under an earlier version are in doubt only if the new one is not that version again.
            while codebook.version in self._taken(old.name):
                codebook = codebook.model_copy(update={"version": next_version(codebook.version)})
        return self._next(codebook)

    def _taken(self, name: str) -> dict[str, str]:
        return {v: codebook_id for codebook_id, n, v, _ in self._codebooks.versions() if n == name}

    def _next(self, codebook: Codebook) -> str:
        """The codebook's own version, or the first later revision that is free."""
        taken = self._taken(codebook.name)
        while taken.get(codebook.version, codebook.sha256[:12]) != codebook.sha256[:12]:
            codebook = codebook.model_copy(update={"version": next_version(codebook.version)})
        return codebook.version

    def _record(self, before: str, after: str, steps: Sequence[CodebookStep]) -> None:
        at = now()
        rows = codebook_row(self._c, before), codebook_row(self._c, after)
        replace_steps(self._c, *rows, ((n, s.model_dump_json(), s.words, at) for n, s in enumerate(steps)))


def next_version(version: str) -> str:
    """The revision after a version: 1.0 → 1.0.1 → 1.0.2, and of a joined one 1.0.1+d443fa → 1.0.2."""
    version = version.split("+", maxsplit=1)[0] or version
    found = re.fullmatch(r"(.*\d\.\d+\.)(\d{1,9})", version)
    return f"{found[1]}{int(found[2]) + 1}" if found else f"{version}.1"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(one_line, names[:6]))
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown


def _names(value: Value) -> set[str]:
    return set(map(str, value)) if isinstance(value, list) else {str(value)}


def _with_rule(variable: Variable, category: str | None, kind: Rule, text: str) -> Variable:
    if category is None:
        rule = f"Not: {text}" if kind == "avoid" else f"Example: {text}" if kind == "example" else text
        return variable.model_copy(update={"guidance": _and(variable.guidance, rule)})

    def down(categories: tuple[Category, ...]) -> tuple[Category, ...]:
        return tuple(
            _ruled(c, kind, text)
            if c.name == category
            else c.model_copy(update={"categories": down(c.categories)})
            if c.categories
            else c
            for c in categories
        )

    return variable.model_copy(update={"categories": down(variable.categories)})


def _ruled(category: Category, kind: Rule, text: str) -> Category:
    if kind == "example":
        # Its text is checked together with the whole codebook.
        example = Example.model_construct(text=text)
        return category.model_copy(update={"examples": (*category.examples, example)})
    return category.model_copy(update={kind: _and(getattr(category, kind), text)})


def _and(before: str | None, text: str) -> str:
    return f"{before.rstrip()}\n{text}" if before else text


def _checked(codebook: Codebook) -> Codebook:
    try:
        return Codebook.model_validate(codebook.model_dump())
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise UsageError(f"the codebook cannot contain this: {reason}") from error
