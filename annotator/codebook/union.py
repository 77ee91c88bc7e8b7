"""Join codebooks that were changed in different files: additions are a union, contradictions are found.

The result depends on the versions and their order alone, so every way of merging the files gives the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from annotator.codebook.diff import Decision, compare
from annotator.codebook.lineage import Head, Lineage, Named, Settled, named, path, renamed, settle
from annotator.codebook.model import Category, Codebook, Variable, one_or_more
from annotator.codebook.version_steps import CodebookStep
from annotator.errors import CodebookError

_LINES = frozenset({"use", "avoid", "guidance"})
"""Texts to which rules are added line by line."""
_LISTS = frozenset({"examples", "rules", "warnings"})
"""Lists that are joined item by item."""
_FIXED = frozenset({"level", "scope"})
"""Fields that cannot be chosen by time: labels depend on them."""

T = TypeVar("T")


class Other(NamedTuple):
    """A text or setting that was changed in several files, and the version that does not hold.

    Attributes:
        path: The variable or `variable/category`; empty for the codebook itself.
        field: Its field.
        kept: What holds: the later one.
        other: The other one.
        label: Whose version has the other one.
    """

    path: str
    field: str
    kept: str
    other: str
    label: str


class Union(NamedTuple):
    """Several versions joined.

    Attributes:
        codebook: The common codebook.
        steps: For each version, the steps from it to the common codebook.
        others: What was changed in several files and does not hold.
        contradictions: Sentences about what only a person can decide; with any, the codebook does not hold.
    """

    codebook: Codebook
    steps: tuple[tuple[CodebookStep, ...], ...]
    others: tuple[Other, ...]
    contradictions: tuple[str, ...]


def unite(base: Codebook | None, heads: Sequence[Head]) -> Union:
    """Join versions of one codebook.

    Args:
        base: The latest version that all of them come from, if any.
        heads: The versions, the earliest first.
    """
    lineages = [Lineage(base, head) for head in heads]
    settled = settle(base, lineages)
    joining = _Joining(
        None if base is None else renamed(base, settled.base),
        [(head.label, renamed(head.codebook, own)) for head, own in zip(heads, settled.heads, strict=True)],
    )
    codebook = joining.run().model_copy(update={"version": _version([head.codebook for head in heads])})
    against = [*settled.contradictions, *joining.contradictions]
    if against:
        return Union(codebook, (), (), tuple(against))
    try:
        codebook = Codebook.model_validate(codebook.model_dump())
        steps = tuple(_steps(i, lineages, settled, codebook) for i in range(len(heads)))
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return Union(codebook, (), (), (reason,))
    except CodebookError as error:
        return Union(codebook, (), (), (str(error),))
    return Union(codebook, steps, (*_lost_texts(base, lineages, settled, codebook), *joining.others), ())


def lead(
    head: Head, others: Sequence[Head], base: Codebook | None, codebook: Codebook
) -> tuple[Codebook, tuple[CodebookStep, ...]]:
    """The steps from one version to a codebook that a person chose for all, and that codebook with what it keeps.

    A name that the codebook has by another version's renaming is known to be the same.

    Raises:
        CodebookError: The codebook does not say what became of a name.
    """
    mine = Lineage(base, head)
    there = set(named(codebook))
    decisions: dict[Named, tuple[str, ...]] = {}
    for other in (Lineage(base, one) for one in others):
        for one, now in mine.names.items():
            then = other.names.get(one)
            if then is not None and one[1] and now not in there and then in there and now[1] != then[1]:
                decisions.setdefault(now, (then[1],))
    said = [Decision("merge", now[0], (now[1],), after) for now, after in decisions.items()]
    found = compare(head.codebook, codebook, said)
    if found.choices:
        raise CodebookError(f"from {head.label}: {found.choices[0].sentence()}")
    return found.codebook, found.steps


def _version(parts: Sequence[Codebook]) -> str:
    """The highest version of the parts, and a short mark of what was joined."""
    versions = [part.version.split("+")[0] for part in parts]
    digest = hashlib.sha256(" ".join(sorted(part.sha256 for part in parts)).encode()).hexdigest()
    highest = max(versions, key=lambda v: ([int(n) for n in re.findall(r"\d{1,9}", v)], v))
    return f"{highest[:90]}+{digest[:6]}"


def _steps(i: int, lineages: Sequence[Lineage], settled: Settled, codebook: Codebook) -> tuple[CodebookStep, ...]:
    """The steps from one version to the common codebook, with what the other versions put in doubt."""
    own, head = settled.heads[i], lineages[i].head.codebook
    targets: dict[Named, list[str]] = {}
    decisions = []
    there = set(named(codebook))
    for (variable, name), now in own.items():
        if not name and variable != now[0]:
            decisions.append(Decision("rename", "", (variable,), (now[0],)))
        elif name and name != now[1]:
            if (now[0], name) in there:
                # A label of that name would read as the other category.
                raise CodebookError(f"{path((variable, name))} of {lineages[i].head.label} is another one's name now")
            targets.setdefault((variable, now[1]), []).append(name)
    for (variable, target), names in targets.items():
        act = "rename" if len(names) == 1 and (variable, target) not in own else "merge"
        decisions.append(Decision(act, variable, tuple(names), (target,)))  # type: ignore[arg-type]
    rechecks: list[str] = []
    gone: set[Named] = set()
    for j, other in enumerate(lineages):
        if j == i:
            continue
        for one, parts in other.splits.items():
            here = lineages[i].names.get(one)
            if here is not None and one not in lineages[i].splits:
                in_other = [(other.names[one][0], part) for part in parts]
                agreed = [settled.heads[j].get(part, part)[1] for part in in_other]
                after = tuple(
                    part for part in dict.fromkeys(agreed) if part != here[1] and (own[here][0], part) in there
                )
                if len(after) < 2:
                    rechecks.append(path(own[here]))
                    continue
                gone.add(own[here])
                decisions.append(Decision("split", here[0], (here[1],), after))
        rechecks += [path(settled.heads[j][one]) for one in other.rechecks if one in settled.heads[j]]
    found = compare(head, _without_retired(codebook, gone), decisions, sorted(set(rechecks)))
    if found.choices:
        raise CodebookError(found.choices[0].sentence())
    return found.steps


def _without_retired(codebook: Codebook, gone: set[Named]) -> Codebook:
    """A codebook without these categories, if they are only kept for old labels."""

    def down(variable: str, categories: tuple[Category, ...]) -> tuple[Category, ...]:
        return tuple(
            one.model_copy(update={"categories": down(variable, one.categories)})
            for one in categories
            if not ((variable, one.name) in gone and one.retired and not one.categories)
        )

    variables = tuple(v.model_copy(update={"categories": down(v.name, v.categories)}) for v in codebook.variables)
    return codebook.model_copy(update={"variables": variables})


def _lost_texts(
    base: Codebook | None, lineages: Sequence[Lineage], settled: Settled, codebook: Codebook
) -> list[Other]:
    """Definitions that one version changed of a category which another version merged away."""
    found = []
    for one, now in settled.base.items():
        if not one[1] or one[1] == now[1] or (now[0], one[1]) == now:
            continue
        was = _category(base, one)
        for lineage in lineages:
            here = lineage.names.get(one)
            category = _category(lineage.head.codebook, here) if here is not None and here[1] == one[1] else None
            kept = _category(codebook, now)
            if was and category and kept and category.definition not in (was.definition, kept.definition):
                texts = (_said(kept.definition), _said(category.definition))
                found.append(Other(path(now), "definition", *texts, lineage.head.label))
    return found


def _category(codebook: Codebook | None, one: Named) -> Category | None:
    variable = codebook.variable(one[0]) if codebook else None
    return variable.category(one[1]) if variable else None


class _Joining:
    """Joins versions whose names are agreed on, field by field."""

    def __init__(self, base: Codebook | None, heads: Sequence[tuple[str, Codebook]]) -> None:
        self._base = base
        self._heads = heads
        self.others: list[Other] = []
        self.contradictions: list[str] = []

    def run(self) -> Codebook:
        names = _order(
            None if self._base is None else [v.name for v in self._base.variables],
            [[v.name for v in codebook.variables] for _, codebook in self._heads],
        )
        variables = tuple(self._variable(name) for name in names)
        fields = self._fields("", self._base, list(self._heads), ("variables", "version"))
        return self._heads[-1][1].model_copy(update={**fields, "variables": _distinct_keys(variables)})

    def _variable(self, name: str) -> Variable:
        base = None if self._base is None else self._base.variable(name)
        heads = [(label, v) for label, codebook in self._heads if (v := codebook.variable(name)) is not None]
        fields = self._fields(name, base, heads, ("categories", "was", "name"))
        order = _order(None if base is None else list(base.names), [list(v.names) for _, v in heads])
        above = self._above(base, heads)
        made: dict[str, Category] = {}
        for one in order:
            was = None if base is None else base.category(one)
            versions = [(label, c) for label, v in heads if (c := v.category(one)) is not None]
            own = self._fields(f"{name}/{one}", was, versions, ("categories", "was", "name"))
            made[one] = versions[-1][1].model_copy(update=own) if versions else _some(was)

        def below(parent: str, seen: tuple[str, ...]) -> tuple[Category, ...]:
            return tuple(
                made[one].model_copy(update={"categories": below(one, (*seen, one))})
                for one in order
                if above[one] == parent and one not in seen
            )

        categories = below("", ())
        variable = (heads[-1][1] if heads else _some(base)).model_copy(update={**fields, "categories": categories})
        if len(variable.names) != len(order):
            self.contradictions.append(f"{name}: categories were moved below each other in different files")
        return variable

    def _above(self, base: Variable | None, heads: Sequence[tuple[str, Variable]]) -> dict[str, str]:
        """The broader category of each category, the empty text at the top."""
        was = {} if base is None else {c.name: at[-1] if at else "" for c, at in base.walk()}
        found = dict(was)
        for _, variable in heads:
            for category, at in variable.walk():
                now = at[-1] if at else ""
                if now != was.get(category.name):
                    found[category.name] = now
        return found

    def _fields(
        self, where: str, base: Any, heads: Sequence[tuple[str, Any]], left_out: Sequence[str]
    ) -> dict[str, Any]:
        some = heads[-1][1] if heads else base
        return {
            field: self._field(where, field, base, heads) for field in type(some).model_fields if field not in left_out
        }

    def _field(self, where: str, field: str, base: Any, heads: Sequence[tuple[str, Any]]) -> Any:
        blank = type(heads[-1][1] if heads else base).model_fields[field].get_default(call_default_factory=True)
        was = blank if base is None else getattr(base, field)
        is_own = base is None and field in _FIXED
        changed = [(label, value) for label, head in heads if (value := getattr(head, field)) != was or is_own]
        values = _unlike(value for _, value in changed)
        if len(values) < 2:
            return values[0] if values else was
        if field in _LISTS:
            return _joined(was, values)
        if field == "label" and _are_compatible(values):
            return dict(sorted(item for value in values for item in value.items()))
        if field in _LINES and all(str(value or "").startswith(str(was or "")) for value in values):
            return _joined_lines(str(was or ""), [str(value or "") for value in values])
        if field in _FIXED or (base is None and field == "definition"):
            said = " and ".join(f"{_said(value)} in {label}" for label, value in _last_of_each(changed))
            self.contradictions.append(f"{where}: {field} {said}")
        kept = changed[-1][1]
        for label, value in _last_of_each(changed):
            if value != kept and value != blank:
                self.others.append(Other(where, field, _said(kept), _said(value), label))
        return kept


def _are_compatible(values: Sequence[Any]) -> bool:
    """Whether texts by language can be joined: no two give a language another text."""
    if not all(isinstance(value, dict) for value in values):
        return False
    return len({item for value in values for item in value.items()}) == len({key for value in values for key in value})


def _some(value: T | None) -> T:
    assert value is not None  # noqa: S101 (a name comes from the base or from a head)
    return value


def _unlike(values: Iterable[T]) -> list[T]:
    found: list[T] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def _last_of_each(changed: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for label, value in changed:
        if all(value != other for _, other in found):
            found.append((label, value))
    return found


def _joined(was: Sequence[T], values: Sequence[Sequence[T]]) -> tuple[T, ...]:
    """The items that were there and that no version took away, then what each added."""
    kept = [one for one in was if all(one in value for value in values)]
    return tuple(_unlike([*kept, *(one for value in values for one in value if one not in was)]))


def _joined_lines(was: str, values: Sequence[str]) -> str:
    lines = [line for value in values for line in value[len(was) :].split("\n") if line.strip()]
    return "\n".join(filter(None, (was.rstrip("\n"), *dict.fromkeys(lines))))


def _order(base: Sequence[str] | None, heads: Sequence[Sequence[str]]) -> list[str]:
    """The order of the latest version that changed it, with what each added after its neighbour there."""
    known = list(base or ())
    order = known
    for names in heads:
        common = [one for one in names if one in known]
        if common != [one for one in known if one in common] and len(common) == len(known):
            order = common
    found = list(order)
    for names in heads:
        for i, one in enumerate(names):
            if one in found:
                continue
            earlier = [found.index(other) for other in names[:i] if other in found]
            at = max(earlier[-1:], default=-1) + 1
            while at < len(found) and found[at] not in known and found[at] not in names:
                at += 1
            found.insert(at, one)
    return found


def _distinct_keys(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """Take a key away from a variable or category that has the key of an earlier one in the same map."""
    flat: dict[str, set[str]] = {}

    def down(categories: tuple[Category, ...], taken: set[str], claim: Callable[[str], bool]) -> tuple[Category, ...]:
        found = []
        for one in categories:
            key = one.key if one.retired else one_or_more([key for key in one.keys if claim(key)])
            found.append(one.model_copy(update={"key": key, "categories": down(one.categories, taken, claim)}))
        return tuple(found)

    made = []
    for variable in variables:
        if not variable.enabled:
            made.append(variable)
            continue
        shared = flat.setdefault(variable.scope, set())
        key = variable.key
        if key is not None and key in shared:
            # Without a key of its own its categories would be flat: it keeps it, and the fault is a contradiction.
            pass
        elif key is not None:
            shared.add(key)
        taken = shared if key is None else set()

        def claim(one: str, taken: set[str] = taken) -> bool:
            if one in taken:
                return False
            taken.add(one)
            return True

        made.append(variable.model_copy(update={"categories": down(variable.categories, taken, claim)}))
    return tuple(made)


def _said(value: object) -> str:
    return "nothing" if value is None or value == "" else str(value)
