"""A codebook that changes, over merges, exports and whatever else people do in between."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from annotator.cli import run
from annotator.codebook.diff import Decision
from annotator.codebook.model import Codebook
from annotator.errors import AnnotatorError
from annotator.store import Store
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.merge.merge import merge_new
from annotator.store.rescue.doctor import examine
from annotator.store.tables.remap_labels import renew
from tests.conftest import MakeProject
from tests.store.test_evolution import STANCE, TORN, apply, book, doubts, held, label


def test_an_export_after_a_rename_comes_back_byte_for_byte(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = make_project("One.\nTwo.\n", codebook=book())
    label(store, 1, "unclear")
    label(store, 2, ["fish", "tax"], "themes")
    with store.coding("ada").step("tone", 1) as step:
        step.label_paragraph("tone", "sharp")
    new = book(TORN, version="1.1").model_dump(mode="json")
    new["variables"][0] |= {"name": "position", "was": "stance"}
    new["variables"][3]["categories"][1] |= {"name": "harsh", "was": "sharp"}
    apply(store, Codebook.model_validate(new), ("rename", "stance/unclear=torn"))
    label(store, 2, "torn", "position")
    make_project(codebook=book(), name="other.db")
    first, second, other = (str(tmp_path / name) for name in ("first", "second", "other.db"))

    assert run(["--project", str(store.path), "export", "jsonl", "--out", first]) == 0
    assert run(["--project", other, "import", first]) == 0
    assert run(["--project", other, "export", "jsonl", "--out", second]) == 0

    written = sorted(Path(first).glob("*.jsonl"))
    assert written
    assert [p.read_bytes() for p in written] == [(Path(second) / p.name).read_bytes() for p in written]


def test_work_made_under_the_old_codebook_is_read_by_the_new_one_after_a_merge(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = make_project("One.\nTwo.\n", codebook=book())
    one.close()
    shutil.copy(one.path, tmp_path / "other.db")
    with Store(one.path) as mine, Store(tmp_path / "other.db") as other:
        label(mine, 1, "unclear")
        label(other, 2, "unclear", coder="bea")
        label(other, 2, "oppose", coder="bea")
        new = book([*TORN[1:], {"name": "reject"}, {"name": "scold"}], version="1.1")
        apply(mine, new, ("rename", "stance/unclear=torn"), ("split", "stance/oppose=reject+scold"))

    for target, source in ((one.path, tmp_path / "other.db"), (tmp_path / "other.db", one.path)):
        assert run(["--project", str(target), "merge", str(source)]) == 0
        with Store(target) as merged:
            assert held(merged, 1) == [{"stance": ("torn", "1.0")}]
            assert held(merged, 2, "bea") == [{"stance": ("torn", "1.0")}, {"stance": ("oppose", "1.0")}]
            assert [doubt[:2] for doubt in doubts(merged, "bea")] == [(2, "stance")]
        assert run(["--project", str(target), "doctor"]) == 0


def test_one_codebook_reached_by_two_decisions_is_read_by_the_later_in_every_order(
    make_project: MakeProject, tmp_path: Path
) -> None:
    base = make_project("One.\nTwo.\n", codebook=book())
    label(base, 1, "unclear")
    base.close()
    less = book([category for category in STANCE if category["name"] != "unclear"], version="1.1")
    paths = [Path(shutil.copy(base.path, tmp_path / f"{name}.db")) for name in ("earlier", "later")]
    for path, into in zip(paths, ("neutral", "support"), strict=True):
        with Store(path) as store:
            apply(store, less, ("merge", f"stance/unclear={into}"))

    for order in (paths, paths[::-1]):
        whole = tmp_path / f"{order[0].stem} first.db"
        merge_new(whole, order)
        with Store(whole) as store:
            assert held(store, 1) == [{"stance": ("support", "1.0")}]
            steps = store.connection.all("select words from codebook_steps")
            assert steps == [("stance: unclear merged into support",)]
        assert examine(whole).is_sound


Act = tuple[str, int, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from("label label relabel rename merge split retire variable undo redo back".split()),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    max_size=14,
)


def _changed(old: Codebook, what: str, i: int, j: int) -> tuple[Codebook, list[Decision]]:
    """The codebook after one change, with what a person says about it."""
    fields: dict[str, Any] = old.model_dump(mode="json")
    variable = fields["variables"][0]
    kept = [c for c in variable["categories"] if not c["retired"]]
    one, other = kept[i % len(kept)]["name"], kept[j % len(kept)]["name"]
    new = f"n{len(old.variables[0].names)}{old.version}"
    if what == "variable":
        variable["name"] = f"stance {old.version}"
        return Codebook.model_validate(fields), [Decision("rename", "", (old.variables[0].name,), (variable["name"],))]
    names = {"rename": [new], "merge": [], "split": [new, new + "b"], "retire": []}[what]
    variable["categories"] = [c for c in kept if c["name"] != one] + [{"name": n} for n in names]
    after = {"rename": (new,), "merge": (other,), "split": (new, new + "b"), "retire": ()}[what]
    said = Decision(what, old.variables[0].name, (one,), after)  # type: ignore[arg-type]
    return Codebook.model_validate(fields), [said]


def _act(store: Store, act: Act) -> None:
    what, i, j = act
    codebook = store.codebooks.current()
    names = [c.name for c, _ in codebook.variables[0].walk() if not c.retired]
    if what == "label":
        label(store, i % 3 + 1, names[j % len(names)], codebook.variables[0].name)
    elif what == "relabel":
        made = [s for p in (1, 2, 3) for s in store.coding("ada").statements(p)]
        if made:
            with store.coding("ada").step("again", made[i % len(made)].paragraph) as step:
                step.label(made[i % len(made)].statement_id, codebook.variables[0].name, names[j % len(names)])
    elif what in ("undo", "redo"):
        getattr(store.coding("ada"), what)()
    elif what == "back":
        CodebookChanges(store).undo(store.program())
    else:
        new, said = _changed(codebook, what, i, j)
        CodebookChanges(store).apply(CodebookChanges(store).preview(new, said), store.program())


@pytest.mark.slow
@given(acts=ACTS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_changes_every_label_has_its_category_and_doctor_finds_nothing(
    make_project: MakeProject, acts: list[Act]
) -> None:
    store = make_project("One.\nTwo.\nThree.\n", codebook=book(), name=f"{uuid4()}.db")
    store.coding("ada")
    for act in acts:
        try:
            _act(store, act)
        except (AnnotatorError, ValidationError):
            continue

    codebook = store.codebooks.current()
    rows = store.connection.all("select variable, value from labels")
    for variable, value in rows:
        found = codebook.variable(variable)
        assert found is not None
        assert value in found.names
    state = store.connection.all("select * from labels"), doubts(store)
    with store.connection.write():
        renew(store.connection)
    assert (store.connection.all("select * from labels"), doubts(store)) == state
    store.close()
    assert run(["--project", str(store.path), "doctor"]) == 0
