"""The aggregated layer comes along in merges and copies like any other work, and reaches nobody who is blind."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from annotator.codebook.model import Category, Codebook
from annotator.errors import StoreError
from annotator.records import AggregatedLabel, AggregatedUnit, Selection
from annotator.store import Store
from annotator.store.changes.aggregation import Aggregations, Run
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from annotator.store.merge.undo import unmerge
from annotator.store.rescue.doctor import examine
from annotator.store.rescue.salvage import salvage
from tests.store.test_merge import exported, held, project
from tests.store.work import CODEBOOK


def made(path: Path, stance: str = "pro", method: str = "majority") -> Run:
    """A run with two units of the first article."""
    with Store(path, read_only=True) as store:
        article = store.articles.all()[0]
        codebook = store.codebooks.current_id()
    present = AggregatedLabel("present", {"present": 1.0}, ("anna", "ben"))
    label = AggregatedLabel(stance, {stance: 0.75, "contra": 0.25}, ("anna", "ben"))
    units = [
        AggregatedUnit(0, None, AggregatedLabel("coded", {"coded": 1.0}, ("anna", "ben")), {}),
        AggregatedUnit(0, "11111111-aaaa-5bbb-8ccc-222222222222", present, {"stance": label}, (0, 3), ("x", "y")),
    ]
    about: dict[str, Any] = {"method": method, "seed": None, "codebook": codebook, "variables": []}
    return Run(about, {article.article_id: units})


def put(path: Path, run: Run, made_by: str = "lead") -> None:
    with Store(path) as store:
        Aggregations(store).put(run, made_by)


def current(path: Path) -> dict[str, Any] | None:
    with Store(path, read_only=True) as store:
        return Aggregations(store).current()


def labels(path: Path) -> list[tuple[str, Any]]:
    """Variables and labels of the layer, as an export reads it."""
    with Store(path, read_only=True) as store, store.records(Selection(layer="aggregate")) as records:
        return [(row["variable"], row["label"]) for row in records.aggregate()]


def method(path: Path) -> str | None:
    found = current(path)
    return None if found is None else str(found["method"])


def test_of_two_layers_the_later_is_in_force_after_a_merge_and_one_conflict_is_listed(tmp_path: Path) -> None:
    mine = project(tmp_path / "mine.db")
    theirs = Path(shutil.copy(mine, tmp_path / "theirs.db"))
    put(mine, made(mine, "pro"))
    put(theirs, made(theirs, "contra", "mace"))
    other = Path(shutil.copy(mine, tmp_path / "other.db"))

    with Store(mine) as store:
        report = merge(store, [theirs])
        again = merge(store, [theirs])
    with Store(theirs) as store:
        merge(store, [other])

    assert [(one.entity, one.key) for one in report.conflicts] == [("aggregation", '["aggregate"]')]
    assert again.merge_id is None
    assert method(mine) == method(theirs) == "mace"
    assert labels(mine) == labels(theirs) == [("state", "coded"), ("presence", "present"), ("stance", "contra")]
    assert held(mine) == held(theirs)
    assert examine(mine).is_sound


def test_the_same_layer_made_in_two_files_is_one(tmp_path: Path) -> None:
    mine = project(tmp_path / "mine.db")
    theirs = Path(shutil.copy(mine, tmp_path / "theirs.db"))
    put(mine, made(mine))
    put(theirs, made(theirs))

    assert made(mine).run_id == made(theirs).run_id
    with Store(mine) as store:
        merge(store, [theirs])
    assert labels(mine) == [("state", "coded"), ("presence", "present"), ("stance", "pro")]


def test_a_merge_taken_back_takes_its_layer_along(tmp_path: Path) -> None:
    mine = project(tmp_path / "mine.db")
    theirs = Path(shutil.copy(mine, tmp_path / "theirs.db"))
    put(mine, made(mine))
    put(theirs, made(theirs, "contra", "mace"))

    with Store(mine) as store:
        merge(store, [theirs])
        unmerge(store)

    assert (method(mine), labels(mine)[-1]) == ("majority", ("stance", "pro"))


def test_the_history_alone_makes_the_layer_again(tmp_path: Path) -> None:
    path = project(tmp_path / "project.db")
    put(path, made(path))
    put(path, made(path, method="mace"))
    with Store(path) as store:
        Aggregations(store).undo()
        before = Aggregations(store).current()
        with store.connection.write():
            rebuild(store.connection)

        assert Aggregations(store).current() == before
    assert method(path) == "majority"


def test_a_file_for_one_coder_holds_no_layer(tmp_path: Path) -> None:
    path = project(tmp_path / "project.db")
    put(path, made(path), "a secret leader")
    with Store(path) as store:
        store.coder("anna")
        packed = pack(store, "anna", tmp_path / "anna.db").path

    assert current(packed) is None
    for secret in (b"a secret leader", b"11111111-aaaa-5bbb", b"aggregate by"):
        assert secret in path.read_bytes() + Path(f"{path}-wal").read_bytes() if Path(f"{path}-wal").exists() else True
        assert secret not in packed.read_bytes()
    with Store(path) as store:
        merge(store, [packed])
    assert labels(path)[-1] == ("stance", "pro")


def test_the_layer_is_salvaged_with_its_history(tmp_path: Path) -> None:
    path = project(tmp_path / "project.db")
    put(path, made(path))

    salvaged = salvage(path, tmp_path / "salvaged.db")

    assert salvaged.lost == []
    assert current(salvaged.path) == current(path)
    assert labels(salvaged.path) == labels(path)
    assert exported(salvaged.path) == exported(path)


def test_a_layer_whose_labels_are_lost_is_not_passed_off_as_whole(tmp_path: Path) -> None:
    path = project(tmp_path / "project.db")
    put(path, made(path))
    with Store(path) as store:
        store.connection.execute("drop trigger changes_are_kept")
        store.connection.execute("delete from changes where entity = 'aggregate'")

    salvaged = salvage(path, tmp_path / "salvaged.db")

    assert salvaged.lost
    with pytest.raises(StoreError, match="make them again with `annotator aggregate`"):
        labels(salvaged.path)


def test_labels_read_by_the_codebook_in_force(tmp_path: Path) -> None:
    path = project(tmp_path / "project.db")
    put(path, made(path))
    with Store(path) as store:
        changes = CodebookChanges(store)
        changes.apply(changes.preview(_renamed()), store.coder("anna").id)

    assert labels(path)[-1] == ("stance", "in favour")
    with Store(path, read_only=True) as store, store.records(Selection(layer="aggregate")) as records:
        (row,) = [row for row in records.aggregate() if row["variable"] == "stance"]
        (statement,) = [one for article in records.articles() for _, one in article.statements()]
        known = {codebook.codebook_id for codebook in records.codebooks()}
    assert row["probabilities"] == {"in favour": 0.75, "contra": 0.25}
    assert statement.value("stance") == "in favour"
    assert {label.codebook for label in statement.labels.values()} <= known


def _renamed() -> Codebook:
    stance = CODEBOOK.variables[1]
    categories = (Category(name="in favour", was=("pro",)), *stance.categories[1:])
    renamed = stance.model_copy(update={"categories": categories})
    variables = (CODEBOOK.variables[0], renamed, *CODEBOOK.variables[2:])
    return CODEBOOK.model_copy(update={"version": "2", "variables": variables})
