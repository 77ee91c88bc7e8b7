"""Exchange while a session is open: what can be taken in comes at once, the rest waits until the coder leaves."""

from __future__ import annotations

from pathlib import Path

from annotator.session import Session
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.sync.pace import FILES, FIRST_PAUSE, LONGEST_PAUSE, Pace
from annotator.sync.worker import Worker
from tests.sync.exchanging import sync_all
from tests.sync.test_coder_folders import Study, code, study  # noqa: F401 (a fixture)


def exchange(study: Study, *, may_rebuild: bool) -> Worker:  # noqa: F811
    worker = Worker(study.anna, str(study.folder("anna")), may_rebuild=may_rebuild)
    worker.run_once()
    return worker


def test_a_new_codebook_waits_until_the_session_is_left(study: Study) -> None:  # noqa: F811
    study.exchange()
    with Store(study.lead) as store:
        CodebookChanges(store).add_category(store.program(), "stance", "maybe")
        wanted = store.codebooks.current_id()
    sync_all(study.lead, study.team)
    with Store(study.anna) as store:
        Session(store, "anna")
        before = store.codebooks.current_id()

        first = exchange(study, may_rebuild=False).state
        again = exchange(study, may_rebuild=False).state

        assert first.words == again.words == "1 change waits until you leave"
        assert store.codebooks.current_id() == before

    assert exchange(study, may_rebuild=True).state.n_waiting == 0
    with Store(study.anna, read_only=True) as store:
        assert store.codebooks.current_id() == wanted


def test_what_needs_no_rebuild_comes_while_the_session_is_open(study: Study) -> None:  # noqa: F811
    study.exchange()
    with Store(study.lead) as store:
        AssignmentPlan(store).close("main")
    sync_all(study.lead, study.team)
    with Store(study.anna) as store:
        session = Session(store, "anna")
        assert exchange(study, may_rebuild=False).state.n_waiting == 0
        assert AssignmentPlan(store).closed() == ["main"]
        session.recorder.count_time()


def test_keys_of_a_session_are_written_before_and_after_an_exchange(study: Study) -> None:  # noqa: F811
    with Store(study.anna) as store:
        coding = store.coding("anna")
        for paragraph in (1, 2, 3):
            with coding.step("code", paragraph) as step:
                step.review(state="no claim")
            assert exchange(study, may_rebuild=False).state.kind == "synced"
        assert coding.undo() is not None
    assert sync_all(study.lead, study.team).n_came == 3
    assert exchange(study, may_rebuild=False).state.kind == "synced"
    assert sync_all(study.lead, study.team).n_came == 1


def test_pauses_after_failures_grow_to_five_minutes_and_vary() -> None:
    pace = Pace(FILES)
    assert pace.is_due(0, 0)
    firsts = set()
    for _ in range(20):
        one = Pace(FILES)
        one.failed(0)
        firsts.add(next(t / 100 for t in range(100_000) if one.is_due(t / 100, 0)))
    assert all(FIRST_PAUSE * 0.74 <= first <= FIRST_PAUSE * 1.26 for first in firsts)
    assert len(firsts) > 5
    for _ in range(12):
        pace.failed(0)
    assert not pace.is_due(LONGEST_PAUSE * 0.74, 10_000)
    assert pace.is_due(LONGEST_PAUSE * 1.26, 0)
    pace.done(0)
    assert not pace.is_due(FILES.seconds - 1, FILES.n_steps - 1)
    assert pace.is_due(0, FILES.n_steps)
    assert pace.is_due(FILES.seconds, 0)


def test_a_project_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    worker = Worker(tmp_path / "none.db", str(tmp_path))
    worker.run_once()
    assert worker.state.kind == "refused"
    assert "no project" in worker.state.reason
