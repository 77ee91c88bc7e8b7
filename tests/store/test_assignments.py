"""Who codes what: plans, blind coding, rechecks, and files for single coders."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.cli import run
from annotator.errors import StoreError, UsageError
from annotator.model import State
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.codebook_changes import CodebookChanges
from annotator.store.changes.draw_sample import Unit, draw
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.coder.coding import Coding, Place
from annotator.store.file.timestamps import stamp
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from annotator.store.rescue.doctor import examine
from tests.conftest import MakeOnce, article
from tests.store.test_merge import held
from tests.store.work import CODEBOOK, act, state

UNITS = [Unit(f"{i:016d}", 0, i % 7, ("left", "right", "centre")[i % 3]) for i in range(60)]


def eight_articles(path: Path) -> None:
    texts = [f"Article {i}.\nIts second.\nIts third." for i in range(8)]
    Store.create(path, CODEBOOK, [article(text, f"a{i}") for i, text in enumerate(texts)]).close()


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(eight_articles, tmp_path / "project.db")


@given(st.permutations(UNITS), st.integers(0, 60), st.integers(0, 5), st.integers(1, 60))
def test_a_draw_depends_on_the_seed_alone_and_balances_the_load(
    units: list[Unit], n_overlap: int, seed: int, number: int
) -> None:
    coders = ["a", "b", "c"]
    n_overlap = min(n_overlap, number)

    drawn = draw(units, coders, overlap=str(n_overlap), number=number, seed=seed)

    assert drawn == draw(UNITS, coders, overlap=str(n_overlap), number=number, seed=seed)
    assert len(drawn.overlap) == n_overlap
    assert all(set(drawn.overlap) <= set(drawn.units[coder]) for coder in coders)
    alone = [unit for coder in coders for unit in drawn.units[coder] if unit not in drawn.overlap]
    assert len(alone) == len(set(alone)) == number - n_overlap
    loads = [drawn.load(coder) for coder in coders]
    assert max(loads) - min(loads) <= 7


def test_every_beginning_of_a_stratified_draw_has_each_stratum_by_its_share() -> None:
    drawn = draw(UNITS, ["a"], number=30, seed=4)

    counts = [sum(unit.stratum == name for unit in drawn.units["a"]) for name in ("left", "right", "centre")]
    assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize(("overlap", "n"), [("0", 0), ("7", 7), ("1%", 1), ("25%", 15), ("34%", 21), ("100%", 60)])
def test_a_share_is_never_less_than_was_asked_for(overlap: str, n: int) -> None:
    assert len(draw(UNITS, ["anna", "ben"], overlap=overlap).overlap) == n


@pytest.mark.parametrize("overlap", ["61", "-1", "101%", "x", "1e9%"])
def test_an_overlap_that_cannot_be_is_refused(overlap: str) -> None:
    with pytest.raises(UsageError, match="overlap"):
        draw(UNITS, ["a"], overlap=overlap)


def assign(store: Store, *coders: str, overlap: str = "2", phase: str = "main") -> None:
    AssignmentPlan(store).put(AssignmentPlan(store).draw(coders, overlap=overlap, seed=1), phase, "first")


def finish(coding: Coding, n: int = 100) -> list[int]:
    """Code what is left, as the screen does; the paragraphs in the order in which they came."""
    came = []
    at = 0
    for _ in range(n):
        found = coding.next_left(at)
        if found is None:
            break
        at = found
        came.append(at)
        coding.save_place(Place(at, None, {}))
        with coding.step("no claim", at) as step:
            step.review(state="no claim")
    return came


def test_a_coder_gets_what_was_assigned_in_the_coders_own_order_and_nothing_else(path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben")
        given = {coder: [g for g in AssignmentPlan(store).given() if g.coder == coder] for coder in ("anna", "ben")}
        anna, ben = store.coding("anna"), store.coding("ben")
        assert sum(anna.progress()[:2]) == 15

        came = finish(anna)

        assert len(came) == len(set(came)) == 15
        assert [(p - 1) // 3 for p in came[::3]] == [int(g.article[1:]) for g in given["anna"]]
        assert anna.progress()[:2] == (15, 0)
        assert ben.progress()[:2] == (0, 15)
        assert {c["coder"]: c["left"] for c in store.status()["coders"]} == {"anna": 0, "ben": 15}
        assert len({g.article for g in given["anna"]} & {g.article for g in given["ben"]}) == 2


def test_whoever_has_no_assignment_may_code_everything(path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna")

        assert store.coding("zoe").progress()[:2] == (0, 24)
        assert len(finish(store.coding("zoe"))) == 24


def test_what_nobody_has_begun_is_drawn_again(path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben", overlap="0")
        began = finish(store.coding("anna"), 1)

        assert AssignmentPlan(store).withdraw("main") == 7
        assign(store, "anna", "cleo", overlap="0")

        given = AssignmentPlan(store).given()
        assert {g.coder for g in given} == {"anna", "cleo"}
        assert sum(g.last - g.first + 1 for g in given) == 24
        assert store.coding("anna").next_left(began[0]) == began[0] + 1


def test_assignments_are_part_of_the_history_and_come_through_a_merge(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben")
        finish(store.coding("anna"), 5)
        AssignmentPlan(store).close("pilot")
        before = state(store)
        assert len(before["assignments"]) == 10
        with store.connection.write():
            rebuild(store.connection)
        assert state(store) == before
        packed = pack(store, "anna", tmp_path / "anna.db").path
    with Store(packed) as mine:
        assert {g.coder for g in AssignmentPlan(mine).given()} == {"anna"}
        finish(mine.coding("anna"))
    with Store(path) as store:
        merge(store, [packed])
        assert store.coding("anna").progress()[:2] == (15, 0)
        assert {g.coder for g in AssignmentPlan(store).given()} == {"anna", "ben"}
    assert examine(path).is_sound
    assert examine(packed).is_sound


def test_a_pack_holds_no_trace_of_anybody_else(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben", overlap="8")
        for coder, name in (("anna", "Speaker of Anna"), ("ben", "Speaker of Ben")):
            coding = store.coding(coder)
            for paragraph in (1, 2, 3):
                with coding.step("code", paragraph) as step:
                    statement = step.add_statement((0, 5))
                    step.set_speakers(statement, [(name, None)])
                    step.label(statement, "words", f"words of {coder}")
                    step.change_statement(statement, note=f"note of {coder}")
                    step.review(state="coded", note=f"note of {coder}")
            with coding.step("take away", 2) as step:
                step.change_statement(coding.statements(2)[0].statement_id, deleted=True)
            coding.undo()
            coding.save_place(Place(3, None, {"typed": f"words of {coder}"}))
        changes = SpeakerChanges(store)
        changes.carry_out(changes.alias("Speaker of Ben", ["Benjamin"]))
        store.coding("ben").search().fill()
        finish(store.coding("ben"))
        AssignmentPlan(store).recheck("ben", days=1, number=1)
        store.unblind("ben", "status")
        packed = pack(store, "anna", tmp_path / "anna.db")

    data = packed.path.read_bytes()
    assert packed.n_statements == 3
    assert b"words of anna" in data
    assert b"ben" not in data.lower()
    with sqlite3.connect(packed.path) as raw:
        assert raw.execute("select count(*) from coders where name = 'ben'").fetchone() == (0,)
    raw.close()
    with Store(packed.path) as mine, pytest.raises(UsageError, match=r"packed for anna.*--coder anna"):
        mine.coder("ben")


def test_packs_of_all_coders_merge_to_the_project_they_came_from(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben")
        for i in range(12):
            act(store, ("anna", "ben")[i % 2], (("statement", "label", "review", "speaker")[i % 4], i % 9, i))
        files = [pack(store, coder, tmp_path / f"{coder}.db").path for coder in ("anna", "ben")]
        before = held(path)
        merge(store, files)
    assert held(path) == before


def test_work_is_coded_again_blind_and_under_another_self(path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna", overlap="8")
        anna = store.coding("anna")
        done = finish(anna, 12)
        AssignmentPlan(store).recheck("anna", days=0, number=2, seed=1)
        again = {
            p
            for g in AssignmentPlan(store).given()
            if g.phase == "recheck"
            for p in range(int(g.article[1:]) * 3 + 1, int(g.article[1:]) * 3 + 4)
        }
        assert again <= set(done)

        anna = store.coding("anna")
        at = anna.next_left(done[-1])
        assert at in again
        assert anna.review(at).state == "unseen"
        assert not any(paragraph in again for paragraph in anna.marks(1, 24))
        with anna.step("coded", at) as step:
            step.review(state="coded")
        assert anna.review(at).state == "coded"
        assert anna.undo() is not None
        assert anna.review(at).state == "open" or anna.review(at).state == "unseen"
        assert anna.redo() is not None
        came = finish(anna)
        assert set(came) | {at} == again | (set(range(1, 25)) - set(done))

        assert [c.name for c in store.coders()] == ["anna"]
        rows = dict(
            store.connection.all("select c.name, count(*) from reviews r join coders c on c.id = r.coder group by 1")
        )
        assert rows == {"anna": 24, "anna (recheck)": 6}
        assert AssignmentPlan(store).rechecks() == [("anna", "anna (recheck)")]
        before = state(store)
        with store.connection.write():
            rebuild(store.connection)
        assert state(store) == before


def test_what_is_not_due_yet_does_not_come_back(path: Path) -> None:
    with Store(path) as store:
        finish(store.coding("anna"))
        AssignmentPlan(store).recheck("anna", days=10, number=2)

        assert store.coding("anna").next_left(0) is None
        with pytest.raises(UsageError, match="only 6 articles"):
            AssignmentPlan(store).recheck("anna", days=10, number=7)


def test_after_two_weeks_a_coder_codes_again_and_the_report_says_how_far_they_agree_with_themselves(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def code(store: Store, states: list[State]) -> None:
        coding, at = store.coding("anna"), 0
        for state_ in states:
            found = coding.next_left(at)
            assert found is not None
            at = found
            coding.save_place(Place(at, None, {}))
            with coding.step("state", at) as step:
                if state_ == "coded":
                    step.label(step.add_statement((0, 3)), "stance", "pro")
                step.review(state=state_)

    with Store(path) as store:
        assign(store, "anna", overlap="8")
        states: list[State] = ["coded", "no claim"]
        code(store, states * 12)
        AssignmentPlan(store).recheck("anna", days=14, number=4)
        assert store.coding("anna").next_left(0) is None
        in_two_weeks = stamp(datetime.now(UTC) + timedelta(days=14, minutes=1))
        monkeypatch.setattr("annotator.store.tables.study.assignments.now", lambda: in_two_weeks)
        code(store, [*states, *states, *states, *states, "coded", "no claim", "coded", "coded"])

    assert run(["--project", str(path), "agreement"]) == 0
    assert "coders with themselves" in capsys.readouterr().out
    assert run(["--project", str(path), "agreement", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)["rechecks"]["anna"]
    claims = next(one for one in again["paragraph"] if one["variable"] == "claim")
    assert claims["n_units_paired"] == 12
    assert 0 < claims["coefficients"]["percent_agreement"]["value"] < 1


def test_in_an_open_phase_a_coder_sees_only_the_own_codings(path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben")
        assert store.visible_coders("anna") == ["anna"]
        assert store.visible_coders(None) is None
        AssignmentPlan(store).close("main")
        assert store.visible_coders("anna") is None
        AssignmentPlan(store).close("main", is_closed=False)
        assert store.visible_coders("anna") == ["anna"]
        assert store.visible_coders("zoe") is None


def test_in_an_open_phase_the_registry_shows_no_entry_that_only_another_coder_made(path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben")
        for coder, name in (("anna", "Speaker of Anna"), ("ben", "Speaker of Ben")):
            with store.coding(coder).step("code", 1) as step:
                step.set_speakers(step.add_statement(None), [(name, None)])

        assert [e.name for e in store.coding("anna").registry.entries()] == ["Speaker of Anna"]
        assert len(store.registry.entries()) == 2
        with store.coding("anna").step("code", 2) as step:
            step.set_speakers(step.add_statement(None), [("Speaker of Ben", None)])
        assert len(store.registry.entries()) == 2
        assert len(store.coding("anna").registry.entries()) == 2
        AssignmentPlan(store).close("main")
        assert len(store.coding("ben").registry.entries()) == 2


def test_commands_of_a_coder_in_an_open_phase_show_nobody_elses_codings(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben")
        for coder in ("anna", "ben"):
            finish(store.coding(coder), 4)
    monkeypatch.setenv("ANNOTATOR_CODER", "anna")

    def annotator(*arguments: str) -> tuple[int, str]:
        code = run(["--project", str(path), *arguments])
        return code, capsys.readouterr().out

    assert "ben" not in annotator("status")[1]
    assert "ben" not in annotator("log")[1]
    assert annotator("log", "--coder", "ben")[0] == 2
    assert annotator("agreement")[0] == 2
    assert annotator("export", "jsonl", "--out", str(tmp_path / "out"))[0] == 0
    assert b'"ben"' not in (tmp_path / "out" / "paragraphs.jsonl").read_bytes()
    assert annotator("export", "jsonl", "--coder", "ben", "--out", str(tmp_path / "out"))[0] == 2
    with Store(path) as store:
        AssignmentPlan(store).close("main")
    assert "ben" in annotator("status")[1]
    assert annotator("agreement")[0] == 0


def test_the_commands_draw_show_pack_and_report(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def annotator(*arguments: str) -> int:
        return run(["--project", str(path), *arguments])

    assert annotator("assign", "draw", "--coder", "anna", "--coder", "ben", "--overlap", "25%", "--dry-run") == 0
    assert "everybody codes 2 of them (6 paragraphs)" in capsys.readouterr().out
    assert annotator("assign", "list") == 0
    assert "There are no assignments" in capsys.readouterr().out
    assert annotator("assign", "draw", "--coder", "anna") == 2
    assert annotator("assign", "draw", "--coder", "anna", "--coder", "anna", "--yes") == 2
    assert annotator("assign", "draw", "--coder", "anna", "--coder", "ben", "--overlap", "25%", "--yes") == 0
    with Store(path) as store:
        finish(store.coding("anna"))
    assert annotator("assign", "recheck", "--coder", "anna", "--number", "2", "--after", "0") == 0
    with Store(path) as store:
        finish(store.coding("anna"))
    assert annotator("assign", "report") == 0
    assert "anna with themselves" in capsys.readouterr().out
    assert annotator("assign", "close", "main") == 0
    assert annotator("assign", "withdraw", "main", "--yes") == 0
    assert annotator("pack", "--coder", "anna") == 0
    assert (tmp_path / "anna.db").exists()
    assert annotator("pack", "--coder", "anna") == 1
    assert annotator("pack", "--coder", "nobody") == 2


def test_a_coder_in_an_open_phase_packs_and_undoes_nobody_elses_work(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben")
        finish(store.coding("ben"), 4)
    monkeypatch.setenv("ANNOTATOR_CODER", "anna")

    for command in (
        ["pack", "--coder", "ben", "--out", str(tmp_path / "leak.db")],
        ["undo", "--coder", "ben", "--yes"],
    ):
        assert run(["--project", str(path), *command]) == 2
        assert "ben's codings are hidden from anna" in capsys.readouterr().err

    assert not (tmp_path / "leak.db").exists()
    with Store(path) as store:
        assert store.status()["coders"][1]["done"] == 4


def new_codebook(store: Store, name: str, coder: int) -> None:
    """Change the codebook in the name of a coder."""
    current = store.codebooks.current()
    changed = current.model_copy(update={"version": name, "rules": (*current.rules, f"The rule of {name}.")})
    changes = CodebookChanges(store)
    changes.apply(changes.preview(changed), coder)


def test_a_pack_holds_the_codebook_whoever_changed_it_and_merges_back(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        assign(store, "anna", "ben")
        new_codebook(store, "2.0", store.program())
        new_codebook(store, "3.0", store.coder("lead").id)
        new_codebook(store, "4.0", store.coder("lead").id)
        CodebookChanges(store).undo(store.coder("lead").id)
        finish(store.coding("ben"))
        packed = pack(store, "anna", tmp_path / "anna.db")
        assert packed.codebook.endswith(" 3.0")

    with Store(packed.path) as mine:
        assert mine.codebooks.current().version == "3.0"
        assert b"ben" not in packed.path.read_bytes().lower()
        finish(mine.coding("anna"), 3)
    assert examine(packed.path).is_sound
    with Store(path) as store:
        merge(store, [packed.path])
        assert store.codebooks.current().version == "3.0"
    assert examine(path).is_sound


def test_a_file_in_the_way_of_a_pack_is_set_aside_and_comes_back_if_packing_fails(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "anna.db"
    with Store(path) as store:
        assign(store, "anna")
        pack(store, "anna", target)
        before = target.read_bytes()
        with pytest.raises(StoreError, match="exists already; --force sets it aside"):
            pack(store, "anna", target)
        with pytest.raises(UsageError, match="no coder nobody"):
            pack(store, "nobody", target, replace=True)
        assert target.read_bytes() == before

        again = pack(store, "anna", target, replace=True)

    assert again.aside is not None
    assert again.aside.read_bytes() == before
    assert examine(target).is_sound


def test_a_file_that_is_open_is_not_set_aside(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "anna.db"
    with Store(path) as store:
        assign(store, "anna")
        pack(store, "anna", target)
        with Store(target) as mine:
            finish(mine.coding("anna"), 1)
            with pytest.raises(StoreError, match="is open in another program"):
                pack(store, "anna", target, replace=True)


def test_the_command_tells_the_coder_how_to_begin(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(path) as store:
        store.coder("Anna B")
    packed = ["--project", str(path), "pack", "--coder", "Anna B"]

    assert run(packed) == 0
    note = path.with_name("Anna-B.txt")
    assert 'annotator --project Anna-B.db label --coder "Anna B"' in note.read_text(encoding="utf-8")
    assert run(packed) == 1
    assert run([*packed, "--force"]) == 0
    note.write_text("my own notes", encoding="utf-8")
    assert run([*packed, "--force"]) == 0
    assert note.read_text(encoding="utf-8") == "my own notes"
    assert "another file and was left as it is" in capsys.readouterr().err


def test_the_status_tells_pace_and_what_was_coded_outside_the_assignment(path: Path) -> None:
    with Store(path) as store:
        AssignmentPlan(store).put(AssignmentPlan(store).draw(["anna"], number=4, seed=1), "main", "first")
        anna, other = store.coding("anna"), store.coding("other")
        names = {given.article for given in AssignmentPlan(store).given()}
        outside = next(3 * i + 1 for i in range(8) if f"a{i}" not in names)
        for paragraph in finish(anna, 4):
            anna.add_seconds(paragraph, 30.0)
        for coding in (anna, other):
            with coding.step("outside", outside) as step:
                step.review(state="no claim")

        coders = {coder["coder"]: coder for coder in store.status()["coders"]}

    assert (coders["anna"]["done"], coders["anna"]["left"], coders["anna"]["outside"]) == (4, 8, 1)
    assert [(one["done"], one["left"]) for one in coders["anna"]["phases"]] == [(4, 8)]
    assert (coders["anna"]["median_seconds"], coders["anna"]["paragraphs_per_hour"]) == (30.0, 120.0)
    assert coders["anna"]["hours_left"] == pytest.approx(8 / 120, abs=0.005)
    assert (coders["other"]["left"], coders["other"]["outside"]) == (0, 0)
    assert coders["other"]["hours_left"] is None
