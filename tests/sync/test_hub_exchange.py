"""Projects that exchange over PostgreSQL: the lead gets what merging gives, a coder what blindness leaves open."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.merge.pack import pack
from annotator.sync.exchange import Exchange, Party
from annotator.sync.result import Result
from tests.postgresql import Cluster
from tests.store.test_merge import exported, held, project, together, work
from tests.store.work import SHARED, TEXTS, WORK, Act
from tests.sync.hubs import Team

pytestmark = pytest.mark.slow

CODERS = ("anna", "ben")
KINDS = [kind for kind in (*WORK, *SHARED[:4]) if kind != "aggregate"]
"""What coders do. Aggregated labels and the removal of articles are the program's, whose work only the lead sends."""


@pytest.fixture
def team(postgresql: Cluster) -> Iterator[Team]:
    one = Team(postgresql)
    for coder in CODERS:
        one.admit(coder)
    yield one
    one.close()


def sync(team: Team, coder: str, path: Path) -> Result:
    party = Party("lead") if coder == "lead" else Party("coder", coder)
    with Store(path) as store:
        return Exchange(store, team.hub(coder), party, str(path)).run()


def some(r: random.Random) -> list[Act]:
    return [(r.choice(KINDS), r.randrange(10), r.randrange(10)) for _ in range(r.randrange(2, 12))]


def statements(path: Path, coder: str) -> int:
    with Store(path, read_only=True) as store:
        row = store.connection.one(
            "select count(*) from statements s join coders n on n.id = s.coder where n.name = ?", (coder,)
        )
    return int(row[0]) if row else 0


def assign(path: Path, phase: str, *coders: str, number: int | None = None) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(coders, overlap="100%", number=number), phase, phase)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_lead_gets_what_merging_gives(tmp_path: Path, team: Team, seed: int) -> None:
    r = random.Random(seed)  # noqa: S311 (an order of acts)
    lead = project(tmp_path / "lead.db", TEXTS)
    with Store(lead) as store:
        for coder in CODERS:
            store.coder(coder)
    files = {coder: Path(shutil.copy(lead, tmp_path / f"{coder}.db")) for coder in CODERS}
    second = Path(shutil.copy(files["anna"], tmp_path / "second.db"))
    for _ in range(2):
        for coder, path in (*files.items(), ("anna", second)):
            work(path, coder, some(r))
            if r.random() < 0.7:
                sync(team, coder, path)
    merged = together(tmp_path, "merged.db", lead, second, *files.values())

    for coder, path in (*files.items(), ("anna", second), ("lead", lead)):
        sync(team, coder, path)

    assert exported(lead) == exported(merged)
    assert held(lead) == held(merged)
    assert sync(team, "lead", lead)[:2] == (0, 0)
    assert [sync(team, "anna", path)[:1] for path in (files["anna"], second)] == [(0,), (0,)]


def test_a_coder_gets_others_work_once_the_phase_is_closed(tmp_path: Path, team: Team) -> None:
    lead = project(tmp_path / "lead.db", TEXTS)
    assign(lead, "pilot", "ben", number=1)
    assign(lead, "main", *CODERS)
    sync(team, "lead", lead)
    files = {}
    for coder in CODERS:
        files[coder] = tmp_path / f"{coder}.db"
        with Store(lead) as store:
            pack(store, coder, files[coder])
        sync(team, coder, files[coder])
        work(files[coder], coder, [("statement", n, n) for n in range(6)])
        sync(team, coder, files[coder])
    made = {coder: statements(path, coder) for coder, path in files.items()}
    assert all(made.values())

    sync(team, "anna", files["anna"])
    sync(team, "lead", lead)
    assert statements(files["anna"], "ben") == 0
    assert {coder: statements(lead, coder) for coder in CODERS} == made

    for phase in ("main", "pilot"):
        with Store(lead) as store:
            AssignmentPlan(store).close(phase)
        sync(team, "lead", lead)
        sync(team, "anna", files["anna"])
    # Of the article that only Ben was given Anna has no text, so that his statements there wait in her history.
    with Store(lead, read_only=True) as store:
        row = store.connection.one(
            "select count(*) from statements s join paragraphs p on p.id = s.paragraph join coders n on n.id = s.coder"
            " where n.name = 'ben' and p.article in (select q.article from assignments a join paragraphs q"
            " on q.id = a.first where a.phase = 'main')"
        )
    assert row is not None
    assert 0 < statements(files["anna"], "ben") == row[0] < made["ben"]
    assert sync(team, "anna", files["anna"])[:2] == (0, 0)


def test_gold_of_an_adjudicator_reaches_a_coder_when_the_phase_gives_feedback(tmp_path: Path, team: Team) -> None:
    lead = project(tmp_path / "lead.db", TEXTS)
    with Store(lead) as store:
        for coder in CODERS:
            store.coder(coder)
    files = {coder: Path(shutil.copy(lead, tmp_path / f"{coder}.db")) for coder in CODERS}
    work(files["ben"], "ben", [("statement", 0, 0), ("settle", 0, 0)])
    for coder, path in (("ben", files["ben"]), ("lead", lead), ("anna", files["anna"])):
        sync(team, coder, path)
    assert (verdicts(lead), verdicts(files["anna"])) == (1, 0)
    with Store(lead) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["anna"], feedback=True), "training", "first", feedback=True)

    sync(team, "lead", lead)
    sync(team, "anna", files["anna"])

    assert verdicts(files["anna"]) == 1


def verdicts(path: Path) -> int:
    with Store(path, read_only=True) as store:
        row = store.connection.one("select count(*) from verdicts")
    return int(row[0]) if row else 0
