"""Codebooks joined without a project: names that others refer to, keys, narrower categories, order."""

from __future__ import annotations

from annotator.codebook.diff import Decision, compare
from annotator.codebook.lineage import Head
from annotator.codebook.model import Category, Codebook, Variable
from annotator.codebook.union import Union, unite
from annotator.codebook.version_steps import CodebookStep

BASE = Codebook(
    name="small",
    variables=(
        Variable(
            name="actor",
            categories=(
                Category(name="state", key="q", categories=(Category(name="court"),)),
                Category(name="firm", key="v"),
            ),
        ),
        Variable(name="branch", key="y", when={"actor": ("firm",)}, categories=(Category(name="steel"),)),
    ),
)


def with_actor(codebook: Codebook, *categories: Category) -> Codebook:
    first, *rest = codebook.variables
    return codebook.model_copy(update={"variables": (first.model_copy(update={"categories": categories}), *rest)})


def head(label: str, codebook: Codebook, *decisions: Decision) -> Head:
    return Head(label, codebook, (*compare(BASE, codebook, decisions).steps, None))


def joined(*heads: Head) -> Union:
    union = unite(BASE, heads)
    assert union.contradictions == ()
    return union


STATE, FIRM = BASE.variables[0].categories


def test_conditions_and_narrower_categories_follow_a_new_name() -> None:
    renamed = with_actor(
        BASE, STATE.model_copy(update={"name": "public body"}), FIRM.model_copy(update={"name": "company"})
    )
    renamed = renamed.model_copy(
        update={
            "variables": (
                renamed.variables[0],
                renamed.variables[1].model_copy(update={"when": {"actor": ("company",)}}),
            )
        }
    )
    kim = head(
        "kim", renamed, Decision("rename", "actor", ("state",), ("public body",)),
        Decision("rename", "actor", ("firm",), ("company",)),
    )  # fmt: skip
    more = STATE.model_copy(update={"categories": (*STATE.categories, Category(name="army"))})
    lou = head("lou", with_actor(BASE, more, FIRM))

    for order in ((kim, lou), (lou, kim)):
        actor, branch = joined(*order).codebook.variables
        assert [(c.name, path) for c, path in actor.walk()] == [
            ("public body", ()), ("court", ("public body",)), ("army", ("public body",)), ("company", ()),
        ]  # fmt: skip
        assert branch.when == {"actor": ("company",)}


def test_of_two_new_categories_with_one_key_the_later_loses_it() -> None:
    kim = head("kim", with_actor(BASE, STATE, FIRM, Category(name="union", key="n")))
    lou = head("lou", with_actor(BASE, STATE, FIRM, Category(name="party", key="n")))

    found = joined(kim, lou).codebook.variables[0].categories

    assert [(c.name, c.key) for c in found] == [("state", "q"), ("firm", "v"), ("union", "n"), ("party", None)]


def test_a_new_order_in_one_file_and_a_new_category_in_the_other_both_hold() -> None:
    kim = head("kim", with_actor(BASE, FIRM, STATE))
    lou = head("lou", with_actor(BASE, STATE, Category(name="union"), FIRM))

    assert [c.name for c in joined(kim, lou).codebook.variables[0].categories] == ["firm", "state", "union"]


def test_categories_that_exchanged_their_names_are_not_joined_with_labels_of_the_old_names() -> None:
    base = BASE.model_copy(update={"variables": BASE.variables[:1]})
    steps: list[CodebookStep | None] = []
    codebook = base
    for old, new in (("state", "x"), ("firm", "state"), ("x", "firm")):
        names = tuple(
            c.model_copy(update={"name": new}) if c.name == old else c for c in codebook.variables[0].categories
        )
        found = compare(codebook, with_actor(codebook, *names), [Decision("rename", "actor", (old,), (new,))])
        codebook = found.codebook
        steps += [*found.steps, None]
    kim = Head("kim", codebook, tuple(steps))
    other = with_actor(base, STATE.model_copy(update={"use": "Courts too."}), FIRM)
    lou = Head("lou", other, (*compare(base, other).steps, None))

    assert unite(base, (kim, lou)).contradictions == ("actor/state of lou is another one's name now",)
