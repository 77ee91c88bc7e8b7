"""Keep removed variables and categories as retired, so that each label keeps its category."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.codebook.model import Category, Codebook, Variable


def keep_categories(was: Variable, now: Variable, names: Sequence[str]) -> Variable:
    """The new variable with these old categories in it as retired, each after its old neighbour, without its key."""
    if now.level in ("entity", "text", "interval", "ratio"):
        return now
    for name in names:
        now = now.model_copy(update={"categories": _with(was, now, name)})
    return now


def _with(was: Variable, now: Variable, name: str) -> tuple[Category, ...]:
    old = was.category(name)
    assert old is not None  # noqa: S101 (names come from the old variable)
    kept = old.model_copy(update={"retired": True, "key": None, "categories": ()})
    if was.level in ("nominal", "ordinal", "set") and now.level == "ordinal" and was.level != "ordinal":
        kept = kept.model_copy(update={"outside_scale": True})
    above = next(path for category, path in was.walk() if category.name == name)
    parent = next((p for p in reversed(above) if now.category(p) is not None), None)
    siblings = _children(was, above[-1] if above else None)
    earlier = [c.name for c in siblings[: next(i for i, c in enumerate(siblings) if c.name == name)]]
    return _insert(now.categories, parent, earlier, kept)


def _children(variable: Variable, parent: str | None) -> tuple[Category, ...]:
    found = None if parent is None else variable.category(parent)
    return variable.categories if found is None else found.categories


def _insert(
    categories: tuple[Category, ...], parent: str | None, earlier: Sequence[str], kept: Category
) -> tuple[Category, ...]:
    if parent is not None:
        return tuple(
            c.model_copy(update={"categories": _insert(c.categories, None, earlier, kept)})
            if c.name == parent
            else c.model_copy(update={"categories": _insert(c.categories, parent, earlier, kept)})
            if c.categories
            else c
            for c in categories
        )
    at = max((i + 1 for i, c in enumerate(categories) if c.name in earlier), default=0)
    return (*categories[:at], kept, *categories[at:])


def keep_variables(new: Codebook, kept: dict[str, Variable], gone: Sequence[Variable]) -> Codebook:
    """The new codebook with `kept` in the place of variables of that name, and what is gone at its end, not asked."""
    variables = [kept.get(v.name, v) for v in new.variables]
    names = {v.name for v in variables}
    for variable in gone:
        conditions = {n: c for n, c in variable.when.items() if n in names and _has(variables, n, c)}
        variables.append(
            variable.model_copy(
                update={
                    "enabled": False,
                    "key": None,
                    "when": conditions,
                    "categories": _without_keys(variable.categories),
                }
            )
        )
    # The rules between variables are checked again, as for every codebook.
    fields = {**new.model_dump(), "variables": [v.model_dump() for v in variables]}
    return Codebook.model_validate(fields)


def _has(variables: Sequence[Variable], name: str, categories: tuple[str, ...] | str) -> bool:
    found = next(v for v in variables if v.name == name)
    return set((categories,) if isinstance(categories, str) else categories) <= set(found.names)


def _without_keys(categories: tuple[Category, ...]) -> tuple[Category, ...]:
    return tuple(c.model_copy(update={"key": None, "categories": _without_keys(c.categories)}) for c in categories)
