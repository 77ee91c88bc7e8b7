"""Names of variables and categories followed along recorded steps, and settled between several versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from annotator.codebook.model import Category, Codebook, Variable
from annotator.codebook.version_steps import CodebookStep

Named = tuple[str, str]
"""A variable and its category; an empty category stands for the variable itself."""


class Head(NamedTuple):
    """One of several versions that grew apart.

    Attributes:
        label: How messages call it, as in `1.0.1 of kim`.
        codebook: The version.
        chain: The recorded steps that lead to it from the common version, in their order.
    """

    label: str
    codebook: Codebook
    chain: tuple[CodebookStep | None, ...]
    """None ends the steps from one version to the next."""


class Lineage:
    """What became of each variable and category of the common version in one head.

    Attributes:
        names: For each, its name in the head.
        splits: For each category that was split, what it became.
        rechecks: Labels to be decided again, by their names in the head.
    """

    def __init__(self, base: Codebook | None, head: Head) -> None:
        self.head = head
        self.names: dict[Named, Named] = {one: one for one in named(base)}
        self.splits: dict[Named, tuple[str, ...]] = {}
        self._rechecks: list[Named] = []
        edge: list[CodebookStep] = []
        for step in (*head.chain, None):
            if step is not None:
                edge.append(step)
                continue
            self._follow(edge)
            edge = []
        there = set(named(head.codebook))
        self.names = {one: now for one, now in self.names.items() if now in there}
        self.rechecks = [one for one in dict.fromkeys(self._rechecks) if one in there]

    def _follow(self, edge: Sequence[CodebookStep]) -> None:
        variables, categories = {}, {}
        for step in edge:
            if step.what == "variable" and step.kind == "renamed":
                variables[step.variable] = step.after[0]
            elif step.what == "category" and step.kind in ("renamed", "merged"):
                categories.update({(step.variable, name): step.after[0] for name in step.before})
            elif step.what == "category" and step.kind == "split":
                split = (step.variable, step.before[0])
                self.splits.update({one: step.after for one, now in self.names.items() if now == split})
            if step.kind == "changed" and step.doubt == "labels":
                self._rechecks += [(step.variable, name) for name in step.before or ("",)]

        def now(one: Named) -> Named:
            return variables.get(one[0], one[0]), categories.get(one, one[1])

        for one, parts in self.splits.items():
            variable = self.names[one][0]
            self.splits[one] = tuple(categories.get((variable, part), part) for part in parts)
        self.names = {one: now(was) for one, was in self.names.items()}
        self._rechecks = [now(one) for one in self._rechecks]

    @property
    def added(self) -> list[Named]:
        """What the common version does not have, by its name in the head."""
        known = set(self.names.values())
        return [one for one in named(self.head.codebook) if one not in known]


class Settled(NamedTuple):
    """One name for each variable and category of every head, or what stands against it.

    Attributes:
        base: For each name of the common version, the name that all heads agree on.
        heads: For each head, its names and the ones agreed on.
        contradictions: Sentences about names that cannot be agreed on.
    """

    base: dict[Named, Named]
    heads: tuple[dict[Named, Named], ...]
    contradictions: tuple[str, ...]


def settle(base: Codebook | None, lineages: Sequence[Lineage]) -> Settled:
    """Agree on the names: a name that one head changed holds, unless another changed it differently."""
    against: list[str] = []
    variables = _settled([one for one in named(base) if not one[1]], lineages, against)
    categories = _settled([one for one in named(base) if one[1]], lineages, against)
    against += _split_against(lineages)
    agreed = {one: (variables[one[0], ""][0], categories[one][1] if one[1] else "") for one in named(base)}
    heads = []
    for lineage in lineages:
        own = {now: agreed[one] for one, now in lineage.names.items()}
        for variable, name in lineage.added:
            own[variable, name] = (own[variable, ""][0] if (variable, "") in own else variable, name)
        heads.append(own)
    against += _taken(agreed, lineages, heads)
    return Settled(agreed, tuple(heads), tuple(dict.fromkeys(against)))


def _settled(names: Sequence[Named], lineages: Sequence[Lineage], against: list[str]) -> dict[Named, Named]:
    """The agreed name of each; categories that any head merged have one."""
    at = 1 if names and names[0][1] else 0
    found: dict[Named, Named] = {}
    for one in names:
        changed = {
            lineage.names[one][at]: lineage.head.label
            for lineage in lineages
            if one in lineage.names and lineage.names[one][at] != one[at]
        }
        if len(changed) > 1:
            said = " and ".join(f"{new!r} in {label}" for new, label in changed.items())
            against.append(f"{path(one)} became {said}")
        found[one] = (one[0], next(iter(changed))) if at and changed else (next(iter(changed), one[0]), one[1])
    if at:
        # A category that went into another one of the common version shares the name that this one has now.
        into = {one: other for lineage in lineages for one, other in _merged(lineage)}
        for one in names:
            target, seen = one, {one}
            while target in into and into[target] not in seen:
                target = into[target]
                seen.add(target)
            if target != one:
                found[one] = found[target]
    return found


def _merged(lineage: Lineage) -> Iterator[tuple[Named, Named]]:
    """Each category of the common version that was merged into another one of it, with that one."""
    for one, now in lineage.names.items():
        target = (one[0], now[1])
        if one[1] and one[1] != now[1] and lineage.names.get(target) == now:
            yield one, target


def _split_against(lineages: Sequence[Lineage]) -> Iterator[str]:
    """A category split in one head, and split otherwise, renamed or retired in another; retired and renamed."""
    for one in dict.fromkeys(name for lineage in lineages for name in lineage.names if name[1]):
        fates: dict[str, str] = {}
        for lineage in lineages:
            fate = _fate(one, lineage)
            if fate is not None:
                fates.setdefault(fate, lineage.head.label)
        if len(fates) > 1 and not all(fate.startswith("became ") for fate in fates):
            said = " and ".join(f"{fate} in {label}" for fate, label in fates.items())
            yield f"{path(one)} was {said}"


def _fate(one: Named, lineage: Lineage) -> str | None:
    if one in lineage.splits:
        return f"split into {' and '.join(map(repr, lineage.splits[one]))}"
    now = lineage.names.get(one)
    if now is None:
        return None
    if now[1] != one[1]:
        return f"became {now[1]!r}"
    variable = lineage.head.codebook.variable(now[0])
    category = variable.category(now[1]) if variable else None
    was_retired = any(step and step.kind == "retired" and now[1] in step.before for step in lineage.head.chain)
    return "retired" if category is not None and category.retired and was_retired else None


def _taken(
    agreed: dict[Named, Named], lineages: Sequence[Lineage], heads: Sequence[dict[Named, Named]]
) -> Iterator[str]:
    """A name that one head gave to something new and another to something that had been there."""
    old = set(agreed.values())
    for lineage, own in zip(lineages, heads, strict=True):
        for one in lineage.added:
            if own[one] in old:
                yield f"{path(own[one])} is new in {lineage.head.label}, and the new name of an old one elsewhere"


def named(codebook: Codebook | None) -> list[Named]:
    """Every variable and category of a codebook."""
    if codebook is None:
        return []
    return [one for v in codebook.variables for one in ((v.name, ""), *((v.name, name) for name in v.names))]


def path(one: Named) -> str:
    """A variable or a category as options and messages write it."""
    return "/".join(filter(None, one))


def renamed(codebook: Codebook, names: dict[Named, Named]) -> Codebook:
    """A codebook with other names; of categories that get one name the one that had it, or the first, stays."""
    return codebook.model_copy(
        update={
            "variables": tuple(_variable(v, names) for v in codebook.variables),
            "warnings": tuple(
                w.model_copy(
                    update={
                        "when": _conditions(w.when, names),
                        "same": w.same and tuple(names.get((one, ""), (one, ""))[0] for one in w.same),
                    }
                )
                for w in codebook.warnings
            ),
        }
    )


def _variable(variable: Variable, names: dict[Named, Named]) -> Variable:
    def now(name: str) -> str:
        return names.get((variable.name, name), ("", name))[1]

    kept = {now(name): name for name in reversed(variable.names)}
    kept |= {name: name for name in variable.names if now(name) == name}

    def down(categories: Iterable[Category]) -> tuple[Category, ...]:
        found: list[Category] = []
        for one in categories:
            below = down(one.categories)
            if kept[now(one.name)] == one.name:
                found.append(one.model_copy(update={"name": now(one.name), "categories": below, "was": ()}))
            else:
                found += below
        return tuple(found)

    default = variable.default
    if isinstance(default, str):
        default = now(default)
    elif isinstance(default, tuple):
        default = tuple(dict.fromkeys(map(now, default)))
    fields = {
        "name": names.get((variable.name, ""), (variable.name, ""))[0],
        "categories": down(variable.categories),
        "default": default,
        "when": _conditions(variable.when, names),
        "was": (),
    }
    return variable.model_copy(update=fields)


def _conditions(
    conditions: dict[str, tuple[str, ...] | str], names: dict[Named, Named]
) -> dict[str, tuple[str, ...] | str]:
    found: dict[str, tuple[str, ...] | str] = {}
    for variable, categories in conditions.items():
        single = isinstance(categories, str)
        listed = (categories,) if isinstance(categories, str) else categories
        now = tuple(dict.fromkeys(names.get((variable, one), ("", one))[1] for one in listed))
        found[names.get((variable, ""), (variable, ""))[0]] = now[0] if single else now
    return found
