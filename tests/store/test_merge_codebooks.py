"""Codebooks that were changed in different files come together, whatever the order of the merges."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.codebook.diff import Decision
from annotator.codebook.model import Category, Codebook, Example, Variable
from annotator.errors import CodebookError, StoreError, UsageError
from annotator.store import Store
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from annotator.store.merge.rebuild_project import ContradictionError
from annotator.store.merge.undo import unmerge
from tests.store.test_merge import exported, held, project, together, work

QUIET = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Edit = tuple[str, int]


def change(path: Path, coder: str, edit: Callable[[Codebook], Codebook], *decisions: Decision) -> str:
    """Apply a changed codebook to a file as a coder; its version."""
    with Store(path) as store:
        changes = CodebookChanges(store)
        found = changes.preview(edit(store.codebooks.current()), decisions)
        changes.apply(found, store.coder(coder).id)
        return found.codebook.version


def rule(path: Path, coder: str, text: str, category: str = "pro") -> None:
    with Store(path) as store:
        CodebookChanges(store).add_rule(store.coder(coder).id, "stance", category, "use", text)


def stance(**fields: object) -> Callable[[Codebook], Codebook]:
    """Change the fields of the variable stance."""
    return lambda codebook: codebook.model_copy(
        update={
            "variables": tuple(v.model_copy(update=fields) if v.name == "stance" else v for v in codebook.variables)
        }
    )


def category(which: str, **fields: object) -> Callable[[Codebook], Codebook]:
    """Change the fields of a category of stance."""

    def edit(codebook: Codebook) -> Codebook:
        found = codebook.variable("stance")
        assert found is not None
        return stance(
            categories=tuple(c.model_copy(update=fields) if c.name == which else c for c in found.categories)
        )(codebook)

    return edit


def added(new: Category) -> Callable[[Codebook], Codebook]:
    def edit(codebook: Codebook) -> Codebook:
        found = codebook.variable("stance")
        assert found is not None
        return stance(categories=(*found.categories, new))(codebook)

    return edit


def rename(path: Path, coder: str, old: str, new: str) -> None:
    change(path, coder, category(old, name=new), Decision("rename", "stance", (old,), (new,)))


def codebook_of(path: Path) -> Codebook:
    with Store(path, read_only=True) as store:
        return store.codebooks.current()


def stance_of(path: Path) -> Variable:
    found = codebook_of(path).variable("stance")
    assert found is not None
    return found


def some(variable: Variable, name: str) -> Category:
    found = variable.category(name)
    assert found is not None
    return found


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two copies of one project, for kim and for lou."""
    kim = project(tmp_path / "kim.db")
    return kim, Path(shutil.copy(kim, tmp_path / "lou.db"))


def edited(path: Path, coder: str, edits: Sequence[Edit]) -> None:
    """Change a file's codebook in some of the ways that a coder can; what cannot be done is not done."""
    for kind, n in edits:
        names = [c.name for c in stance_of(path).categories if not c.retired]
        old = names[n % len(names)]
        try:
            match kind:
                case "rule":
                    rule(path, coder, f"rule {n} of {coder}", old)
                case "category":
                    change(path, coder, added(Category(name=f"new {n}")))
                case "definition":
                    change(path, coder, category(old, definition=f"definition {n} of {coder}"))
                case "rename":
                    rename(path, coder, old, f"{old}{n}")
                case "merge":
                    into = names[(n + 1) % len(names)]
                    left = tuple(c for c in stance_of(path).categories if c.name != old)
                    change(path, coder, stance(categories=left), Decision("merge", "stance", (old,), (into,)))
                case "retire":
                    change(path, coder, category(old, retired=True))
                case "split":
                    left = tuple(c for c in stance_of(path).categories if c.name != old)
                    parts = (f"{old} one", f"{old} two")
                    new = stance(categories=(*left, *(Category(name=part) for part in parts)))
                    change(path, coder, new, Decision("split", "stance", (old,), parts))
                case "undo":
                    with Store(path) as store:
                        CodebookChanges(store).undo(store.coder(coder).id)
                case "label":
                    work(path, coder, [("statement", 0, 1), ("label", n, 4 * (n % 2)), ("choose", n, 2 * n)])
        except (CodebookError, StoreError, UsageError):
            pass


KINDS = ("rule", "rule", "category", "definition", "rename", "merge", "retire", "split", "undo", "label", "label")
EDITS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2)), max_size=4)


@QUIET
@given(EDITS, st.tuples(EDITS, EDITS, EDITS), EDITS)
def test_codebooks_come_together_alike_in_every_order_and_grouping(
    common: list[Edit], apart: tuple[list[Edit], ...], after: list[Edit]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = project(folder / "base.db")
        edited(base, "lead", common)
        files = []
        for i, (coder, edits) in enumerate(zip(("kim", "lou", "max"), apart, strict=True)):
            files.append(Path(shutil.copy(base, folder / f"{i}.db")))
            edited(files[-1], coder, edits)
        a, b, c = files

        def found(shown: str, *paths: Path) -> object:
            try:
                path = together(folder, f"{shown}.db", *paths)
            except StoreError as error:
                return "contradiction" if isinstance(error, ContradictionError) else str(error)
            return held(path), exported(path), codebook_of(path)

        wanted = found("abc", a, b, c)
        assert all(found(f"order{i}", *order) == wanted for i, order in enumerate(permutations(files)))
        # Two files may retire all categories of a variable, and the third add one.
        if "contradiction" in (wanted, found("ab", a, b), found("bc", b, c)):
            return
        ab, bc = folder / "ab.db", folder / "bc.db"
        assert found("(ab)c", ab, c) == wanted
        assert found("a(bc)", a, bc) == wanted
        assert found("(bc)(ab)", bc, ab) == wanted
        assert found("twice", folder / "abc.db", ab, a) == wanted

        # Work goes on in a joined file, and comes together again.
        edited(ab, "kim", [*after, ("label", 1)])
        goes_on = found("goes on", ab, c)
        assert found("on goes", c, ab) == found("(abc)ab", folder / "abc.db", ab) == goes_on
        if goes_on != "contradiction":
            with Store(folder / "goes on.db") as store, store.connection.write():
                rebuild(store.connection)
            assert held(folder / "goes on.db") == goes_on[0]  # type: ignore[index]


def test_rules_examples_and_categories_of_several_files_are_a_union(two: tuple[Path, Path]) -> None:
    kim, lou = two
    rule(kim, "kim", "Kim's rule.")
    change(kim, "kim", category("contra", examples=(Example(text="No, she said."),)))
    rule(lou, "lou", "Lou's rule.")
    change(lou, "lou", category("contra", examples=(Example(text="Never, he said."),)))
    change(lou, "lou", added(Category(name="mixed", definition="Both at once.")))

    with Store(kim) as store:
        report = merge(store, [lou])

    found = stance_of(kim)
    assert some(found, "pro").use == "Kim's rule.\nLou's rule."
    assert [one.text for one in some(found, "contra").examples] == ["No, she said.", "Never, he said."]
    assert found.names == ("pro", "contra", "open", "mixed")
    assert report.joined is not None
    assert report.joined.parts == ("1.0.2 of kim", "1.0.3 of lou")
    assert report.joined.others == ()
    assert report.conflicts == []


def test_of_a_definition_changed_in_two_files_the_later_holds_and_the_other_is_listed(two: tuple[Path, Path]) -> None:
    kim, lou = two
    change(lou, "lou", category("pro", definition="Lou's words."))
    change(kim, "kim", category("pro", definition="Kim's words."))

    with Store(lou) as store:
        report = merge(store, [kim])

    assert some(stance_of(lou), "pro").definition == "Kim's words."
    assert report.joined is not None
    [other] = report.joined.others
    assert other == ("stance/pro", "definition", "Kim's words.", "Lou's words.", "1.0.1 of lou")


def test_labels_follow_a_renaming_that_was_made_in_another_file(two: tuple[Path, Path]) -> None:
    kim, lou = two
    rename(kim, "kim", "pro", "support")
    rule(lou, "lou", "Lou's rule.")
    work(lou, "lou", [("statement", 0, 1)])

    with Store(kim) as store:
        merge(store, [lou])
        assert [s.labels["stance"].value for s in store.coding("lou").statements(1)] == ["support"]
    assert some(stance_of(kim), "support").use == "Lou's rule."


def test_what_one_file_put_in_doubt_is_in_doubt_for_the_labels_of_the_other(two: tuple[Path, Path]) -> None:
    kim, lou = two
    edited(kim, "kim", [("split", 0)])
    rule(lou, "lou", "Lou's rule.", "contra")
    work(lou, "lou", [("statement", 0, 1)])

    with Store(kim) as store:
        merge(store, [lou])
        reasons = store.connection.all("select variable, reason from doubts where settled_at is null")
    assert reasons == [("stance", "pro was split into pro one and pro two: which is it?")]


def test_two_files_whose_codebooks_say_the_same_are_one(two: tuple[Path, Path]) -> None:
    kim, lou = two
    rule(kim, "kim", "A rule.")
    change(lou, "lou", lambda codebook: category("pro", use="A rule.")(codebook).model_copy(update={"version": "1.7"}))

    with Store(kim) as store:
        assert merge(store, [lou]).joined is None
        assert store.codebooks.current().version == "1.7"


def clashes() -> dict[str, tuple[Callable[[Path], None], Callable[[Path], None], str]]:
    """Changes that contradict each other, and the words of the refusal."""

    def retire(path: Path) -> None:
        change(path, "lou", category("pro", retired=True))

    def meaning(coder: str, words: str) -> Callable[[Path], None]:
        return lambda path: void(change(path, coder, added(Category(name="torn", definition=words))))

    return {
        "two names": (
            lambda path: rename(path, "kim", "open", "torn"),
            lambda path: rename(path, "lou", "open", "double"),
            "stance/open became 'torn' in 1.0.1 of kim and 'double' in 1.0.1 of lou",
        ),
        "two meanings": (
            meaning("kim", "Undecided."),
            meaning("lou", "Of two minds."),
            "stance/torn: definition Undecided. in 1.0.1 of kim and Of two minds. in 1.0.1 of lou",
        ),
        "split and renamed": (
            lambda path: edited(path, "kim", [("split", 0)]),
            lambda path: rename(path, "lou", "pro", "support"),
            "stance/pro was split into 'pro one' and 'pro two' in 1.0.1 of kim and became 'support' in 1.0.1 of lou",
        ),
        "renamed and retired": (lambda path: rename(path, "kim", "pro", "support"), retire, "retired in 1.0.1 of lou"),
    }


def void(_: object) -> None:
    """Nothing."""


@pytest.mark.parametrize("what", ["two names", "two meanings", "split and renamed", "renamed and retired"])
def test_a_contradiction_is_refused_until_somebody_says_which_codebook_holds(two: tuple[Path, Path], what: str) -> None:
    kim, lou = two
    of_kim, of_lou, words = clashes()[what]
    of_kim(kim)
    of_lou(lou)
    work(lou, "lou", [("statement", 0, 1), ("label", 0, 0)])
    before = held(kim)

    with Store(kim) as store:
        with pytest.raises(ContradictionError, match="contradict each other") as refused:
            merge(store, [lou])
        assert words in str(refused.value)
        assert held(kim) == before
        chosen = store.codebooks.current()
        report = merge(store, [lou], codebook=chosen)
        assert report.files[0].steps["lou"] > 0
        assert set(chosen.variable("stance").names) <= set(store.codebooks.current().variable("stance").names)  # type: ignore[union-attr]
        assert merge(store, [lou]).merge_id is None
        settled = held(kim)

        # It holds wherever the files come together again, and goes with the merge that brought it.
        assert held(together(kim.parent, "again.db", lou, kim)) == settled
        unmerge(store)
        assert held(kim) == before


def test_a_chosen_codebook_where_nothing_contradicts_is_refused(two: tuple[Path, Path]) -> None:
    kim, lou = two
    rule(kim, "kim", "A rule.")
    rule(lou, "lou", "Another rule.")

    with Store(kim) as store, pytest.raises(CodebookError, match="do not contradict"):
        merge(store, [lou], codebook=store.codebooks.current())
    assert some(stance_of(kim), "pro").use == "A rule."


def test_one_of_two_meanings_can_be_renamed_in_its_own_file_first(two: tuple[Path, Path]) -> None:
    kim, lou = two
    of_kim, of_lou, _ = clashes()["two meanings"]
    of_kim(kim)
    of_lou(lou)
    rename(lou, "lou", "torn", "double")

    with Store(kim) as store:
        merge(store, [lou])
    assert stance_of(kim).names[-2:] == ("torn", "double")


def test_undoing_a_merge_takes_the_codebook_that_it_brought_back(two: tuple[Path, Path]) -> None:
    kim, lou = two
    rule(lou, "lou", "Lou's rule.")
    own = codebook_of(kim)

    with Store(kim) as store:
        merge(store, [lou])
        assert store.codebooks.current() != own
        unmerge(store)
        assert store.codebooks.current() == own
        merge(store, [lou])
        rule(kim, "kim", "Kim's rule.", "contra")
        assert some(stance_of(kim), "pro").use == "Lou's rule."


def test_a_pack_holds_the_joined_codebook_and_what_is_changed_in_it_comes_back(two: tuple[Path, Path]) -> None:
    kim, lou = two
    rule(kim, "kim", "Kim's rule.")
    rule(lou, "lou", "Lou's rule.", "contra")
    with Store(kim) as store:
        merge(store, [lou])
        store.coder("max")
        joined = store.codebooks.current_id()
        packed = pack(store, "max", kim.with_name("max.db")).path
    with Store(packed) as store:
        assert store.codebooks.current_id() == joined
    rule(packed, "max", "Max's rule.", "open")
    assert codebook_of(packed).version == "1.0.2"
    rule(lou, "lou", "Lou's second rule.", "contra")

    with Store(kim) as store:
        merge(store, [packed, lou])
    found = stance_of(kim)
    assert [some(found, name).use for name in ("pro", "contra", "open")] == [
        "Kim's rule.", "Lou's rule.\nLou's second rule.", "Max's rule.",
    ]  # fmt: skip


def test_a_pack_can_forbid_changes_of_the_codebook(two: tuple[Path, Path]) -> None:
    kim, _ = two
    rule(kim, "kim", "Kim's rule.")
    with Store(kim) as store:
        store.coder("kim")
        packed = pack(store, "kim", kim.with_name("pack.db"), locked=True).path
    before = held(packed)

    with pytest.raises(StoreError, match="locked"):
        rule(packed, "kim", "Another rule.")
    with pytest.raises(StoreError, match="locked"):
        change(packed, "kim", added(Category(name="torn")))
    with Store(packed) as store:
        with pytest.raises(StoreError, match="locked"):
            CodebookChanges(store).undo(store.coder("kim").id)
        with pytest.raises(StoreError, match="locked"):
            store.coding("kim").undo()
    assert held(packed) == before

    work(packed, "kim", [("statement", 0, 1)])
    with Store(kim) as store:
        assert merge(store, [packed]).files[0].steps == {"kim": 1}
    rule(kim, "kim", "The project goes on.")


def test_changes_taken_back_in_one_file_leave_those_of_the_other(two: tuple[Path, Path]) -> None:
    kim, lou = two
    rule(kim, "kim", "Kim's rule.")
    rule(lou, "lou", "Lou's rule.")
    change(lou, "lou", lambda _: codebook_of(kim))
    with Store(lou) as store:
        for _ in range(2):
            CodebookChanges(store).undo(store.coder("lou").id)

    for one, other in ((kim, lou), (lou, kim)):
        copy = Path(shutil.copy(one, one.with_name(f"copy of {one.name}")))
        with Store(copy) as store:
            merge(store, [other])
        assert some(stance_of(copy), "pro").use == "Kim's rule."
