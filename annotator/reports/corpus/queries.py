"""The queries over a corpus of labels, written once as ibis expressions for every engine.

Tables have the columns unit, coder (text), label (as it is stored) and, where asked for, cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

BLANKS = " \t\n\r"
"""What is cut off around units and coders."""


def labels(table: Any, columns: dict[str, str]) -> Any:
    """The columns that count; `columns` says how the source calls them."""
    text = {name: table[there].cast("string") for name, there in columns.items() if name != "label"}
    label = table[columns["label"]]
    # A number of half the width is not equal to itself once it is written out.
    return table.select(label=label.cast("float64") if label.type().is_floating() else label, **text)


def trimmed(t: Any, columns: Sequence[str]) -> Any:
    """The table without blanks around the text of some columns; cutting them takes longer than all else."""
    return t.mutate(**{name: t[name].strip() for name in columns}) if columns else t


def texts(t: Any) -> Any:
    """How often each coder gave each label; how many of these rows lack a unit, or have one with blanks around it."""
    unit = t.unit.fill_null("")
    ends = [unit.startswith(blank) | unit.endswith(blank) for blank in BLANKS]
    return t.group_by(["coder", "label"]).agg(
        n=t.count(), n_lacking=(unit == "").sum(), n_padded=reduce(or_, ends).sum()
    )


def coded(t: Any, category: Sequence[tuple[Any, int]]) -> Any:
    """The rows with a unit, a coder and a good label, as a category's index: label by label in `category`."""
    found = t.mutate(category=t.label.cases(*category)).drop("label")
    is_whole = (found.unit.fill_null("") != "") & (found.coder.fill_null("") != "")
    return found.filter(found.category.notnull() & is_whole)


def rows(t: Any, coders: Sequence[str]) -> Any:
    """The distinct rows of a matrix with a column a coder (c0, c1, …), and how many units show each (n)."""
    names = [f"c{i}" for i in range(len(coders))]
    said = {name: t.category.max(where=t.coder == coder) for name, coder in zip(names, coders, strict=True)}
    if "cluster" in t.columns:
        names += ["cluster", "other"]
        said |= {"cluster": t.cluster.min(), "other": t.cluster.max()}
    units = t.group_by("unit").agg(**said)
    return units.group_by(names).agg(n=units.count())


def counts(t: Any, n_categories: int) -> Any:
    """The distinct counts of labels by category on a unit (x0, x1, …), and how many units show each (n)."""
    names = [f"x{i}" for i in range(n_categories)]
    units = t.group_by("unit").agg(**{name: (t.category == i).sum() for i, name in enumerate(names)})
    return units.group_by(names).agg(n=units.count())


def pairs(t: Any) -> Any:
    """How often two coders (c1, c2) gave two categories (l1, l2) to one unit; each label pairs with itself, too."""
    a = t.select("unit", c1="coder", l1="category")
    b = t.select("unit", c2="coder", l2="category")
    both = a.join(b, ["unit"])
    both = both.filter(both.c1 <= both.c2)
    return both.group_by(["c1", "c2", "l1", "l2"]).agg(n=both.count())


def one_each(t: Any) -> Any:
    """One row a unit and coder: the lowest and the highest category, which differ where labels contradict."""
    cluster = {"cluster": t.cluster.min()} if "cluster" in t.columns else {}
    found = {"category": t.category.min(), "highest": t.category.max(), "n": t.count()}
    return t.group_by(["unit", "coder"]).agg(**found, **cluster)
