"""Training: phases with feedback, gold shown after the first answer, and what a trainee cannot see or change."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.errors import UsageError
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, GoldStatement, gold_of
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge, merge_new
from annotator.store.merge.pack import pack
from annotator.store.read.inclusion import inclusion_probabilities
from annotator.store.rescue.doctor import examine
from tests.conftest import MakeOnce, article
from tests.store.work import CODEBOOK, state


def six_articles(path: Path) -> None:
    """Make a project of six articles; the first three have gold."""
    texts = [f"Article {i}.\nIts second.\nIts third." for i in range(6)]
    with Store.create(path, CODEBOOK, [article(text, f"a{i}") for i, text in enumerate(texts)]) as store:
        gold = GoldParagraph("no claim", labels={"frame": "war"})
        Adjudication(store, "lead").adjudicate_all([(paragraph, gold) for paragraph in range(1, 10)])


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    return make_once(six_articles, tmp_path / "project.db")


def given_names(store: Store, coder: str) -> list[str]:
    return sorted(one.article for one in AssignmentPlan(store).given() if one.coder == coder)


def test_chosen_articles_are_given_and_the_phase_gives_feedback(path: Path) -> None:
    command = ["--project", str(path), "assign", "draw", "--phase", "training", "--feedback", "--yes"]

    assert run([*command, "--coder", "kim", "--coder", "lou", "--article", "a1", "--article", "a0"]) == 0

    with Store(path) as store:
        assert given_names(store, "kim") == given_names(store, "lou") == ["a0", "a1"]
        assert AssignmentPlan(store).feedback() == ["training"]


def test_a_draw_with_feedback_takes_gold_that_the_coder_has_not_had(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim"], articles=["a0"], feedback=True), "training", "one", feedback=True)

        again = plan.draw(["kim"], number=9, feedback=True)
        other = plan.draw(["lou"], number=9, feedback=True)

        assert len(again.units["kim"]) == 2
        assert len(other.units["lou"]) == 3
        plan.put(again, "training", "two")
        with pytest.raises(UsageError, match="had every article with gold"):
            plan.draw(["kim"], feedback=True)


def test_an_article_is_not_given_twice_to_one_coder(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim"], articles=["a0"]), "training", "one")

        with pytest.raises(UsageError, match="given before"):
            plan.draw(["kim"], articles=["a0", "a1"])
        with pytest.raises(UsageError, match="there is no article"):
            plan.draw(["kim"], articles=["a9"])


def test_the_main_phase_gives_no_feedback(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        with pytest.raises(UsageError, match="add --phase training"):
            plan.put(plan.draw(["kim"], articles=["a0"]), "main", "one", feedback=True)

        assert given_names(store, "kim") == []
        assert plan.feedback() == []


def test_feedback_comes_with_the_history(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim"], articles=["a0"], feedback=True), "training", "one", feedback=True)
        before = state(store)
        with store.connection.write():
            rebuild(store.connection)
        assert state(store) == before

    merge_new(tmp_path / "other.db", [path])

    with Store(tmp_path / "other.db") as other:
        assert AssignmentPlan(other).feedback() == ["training"]


def test_a_pack_holds_gold_of_its_own_training_and_no_other(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim"], articles=["a0"], feedback=True), "training", "one", feedback=True)
        plan.put(plan.draw(["kim", "lou"], articles=["a1"], overlap="100%"), "main", "two")
        pack(store, "kim", tmp_path / "kim.db")
        pack(store, "lou", tmp_path / "lou.db")

    with Store(tmp_path / "kim.db") as kim, Store(tmp_path / "lou.db") as lou:
        assert [gold_of(kim, p) is not None for p in range(1, 7)] == [True] * 3 + [False] * 3
        assert lou.connection.all("select 1 from verdicts") == []
        assert lou.connection.all("select 1 from changes where entity = 'verdict'") == []
        with kim.coding("kim").step("x", 1) as step:
            step.review(state="no claim")
        assert kim.coding("kim").sees_gold(1)

    assert examine(tmp_path / "kim.db").is_sound
    with Store(path) as store:
        verdicts = state(store)["verdicts"]
        merge(store, [tmp_path / "kim.db", tmp_path / "lou.db"])
        assert state(store)["verdicts"] == verdicts
        assert len(verdicts) == 9


def test_an_import_cannot_change_an_answer_after_gold_was_shown(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim"], articles=["a0"], feedback=True), "training", "one", feedback=True)
    first = tmp_path / "first.csv"
    first.write_text("article,paragraph,coder,stance,speakers\na0,0,kim,pro,One\na0,1,kim,,\n")
    second = tmp_path / "second.csv"
    second.write_text("article,paragraph,coder,stance,speakers\na0,1,kim,contra,Two\n")
    unlike = ["--project", str(path), "import", "--replace"]

    assert run([*unlike, str(first)]) == 0
    assert run([*unlike, str(first)]) == 0
    assert run([*unlike, str(second)]) == 1

    with Store(path) as store:
        assert len(store.coding("kim").statements(1)) == 1
        assert store.coding("kim").review(2).state == "no claim"
        assert store.coding("kim").statements(2) == []


def test_a_draw_for_training_gives_no_inclusion_probability_unless_it_is_asked_for(path: Path) -> None:
    with Store(path) as store:
        plan = AssignmentPlan(store)
        plan.put(plan.draw(["kim"], number=1, feedback=True), "training", "one", feedback=True)
        plan.put(plan.draw(["kim"], number=2), "main", "two")

        assert set(inclusion_probabilities(store.connection).values()) == {2 / 5}
        assert set(inclusion_probabilities(store.connection, ["training"]).values()) == {1 / 3}


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project whose gold nobody has seen yet, and the file of its trainee."""
    folder = tmp_path_factory.mktemp("secret")
    six_articles(folder / "other.db")
    with Store(folder / "other.db") as store:
        secret_gold(store)
        pack(store, "kim", folder / "kim.db")
    return folder


def secret_gold(store: Store) -> None:
    told = GoldStatement((0, 5), ("Secret Speaker",), {"stance": "contra", "about": "Secret Target"})
    gold = GoldParagraph("coded", (told,), reason="Secret reason")
    Adjudication(store, "lead").adjudicate_all([(paragraph, gold) for paragraph in range(1, 4)])
    plan = AssignmentPlan(store)
    plan.put(plan.draw(["kim"], articles=["a0"], feedback=True), "training", "one", feedback=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--json"),
        ("log", "--json"),
        ("speakers", "list", "--all"),
        ("speakers", "export"),
        ("assign", "list", "--json"),
        ("assign", "report", "--json"),
        ("codebook", "history"),
        ("agreement", "--json"),
        ("disagreements",),
        ("adjudicate", "--status"),
        ("adjudicate", "--coder", "kim", "--alike"),
        ("export", "jsonl", "--out", "{out}"),
        ("export", "jsonl", "--layer", "gold", "--out", "{out}"),
        ("export", "csv", "--coder", "gold", "--out", "{out}"),
        ("export", "archive", "--out", "{out}"),
        ("import", "{gold}", "--as", "gold"),
        ("estimate", "stance"),
        ("doctor",),
        ("merge", "{other}", "--dry-run", "--json"),
        ("label", "--coder", "kim", "--plain"),
    ],
)
def test_no_command_tells_a_trainee_gold_before_they_are_done(
    secret: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    for name in ("kim.db", "other.db"):
        shutil.copy(secret / name, tmp_path)
    monkeypatch.setenv("ANNOTATOR_CODER", "kim")
    monkeypatch.setattr("sys.stdin", io.StringIO("read\nasked\nstatements\nfind Secret\nback\nx\n"))
    (tmp_path / "gold.csv").write_text("article,paragraph,state\na0,1,no claim\n")
    out = tmp_path / "out"
    places = {"out": str(out), "gold": str(tmp_path / "gold.csv"), "other": str(tmp_path / "other.db")}

    run(["--project", str(tmp_path / "kim.db"), *(one.format(**places) for one in arguments)])

    said = capsys.readouterr()
    held = b"".join(file.read_bytes() for file in out.rglob("*") if file.is_file())
    shown = said.out + said.err + held.decode("utf-8", "replace")
    if arguments[0] == "label":
        # The last line finishes a paragraph; gold stands behind it, and nowhere before.
        shown, after = shown.split("Gold stands beside", 1)
        assert "Secret Speaker" in after
    assert "Secret" not in shown.replace("find Secret", "")
