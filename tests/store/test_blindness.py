"""In an open phase a coder sees nobody else's codings, whichever way they look; who looks all the same is noted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from annotator.cli import group, run
from annotator.errors import UsageError
from annotator.reports.differences.disagreements import find_disagreements
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.changes.speaker_changes import SpeakerChanges
from annotator.store.coder.blindness import Blindness
from annotator.store.coder.registry import Registry
from annotator.store.file.backup import back_up
from annotator.store.history.replay import rebuild
from annotator.store.merge.merge import merge
from annotator.store.merge.pack import pack
from annotator.store.rescue.doctor import examine
from tests.conftest import MakeOnce, article
from tests.store.work import CODEBOOK, state

BENS = ("ben", "Speaker of Ben", "Ben noted this", "contra")
"""What only Ben has put into the project."""

Annotator = Callable[..., tuple[int, str, str]]


def code(store: Store, coder: str, paragraph: int, stance: str) -> None:
    with store.coding(coder).step("code", paragraph) as step:
        statement = step.add_statement((0, 3))
        step.set_speakers(statement, [(f"Speaker of {coder.title()}", None)])
        step.label(statement, "stance", stance)
        step.change_statement(statement, note=f"{coder.title()} noted this")
        step.review(state="coded")


def give(store: Store, phase: str, number: int, *coders: str) -> list[int]:
    """Give whole articles to all of these coders; the paragraphs."""
    drawn = AssignmentPlan(store).draw(coders, overlap="100%", number=number, seed=1)
    AssignmentPlan(store).put(drawn, phase, phase)
    rows = store.connection.all("select first, last from assignments where phase = ? order by first", (phase,))
    return sorted({paragraph for first, last in rows for paragraph in range(first, last + 1)})


def two_phases(path: Path) -> None:
    """Make a project in which the training is closed and the main phase is open, with work of Anna and Ben in both."""
    texts = [f"Article {i}.\nIts second.\nIts third." for i in range(6)]
    with Store.create(path, CODEBOOK, [article(text, f"a{i}") for i, text in enumerate(texts)]) as store:
        store.connection.before_first_write = None
        training, main = give(store, "training", 2, "anna", "ben"), give(store, "main", 3, "anna", "ben")
        AssignmentPlan(store).close("training")
        for paragraph in (training[0], main[0], main[1]):
            code(store, "anna", paragraph, "pro")
            code(store, "ben", paragraph, "contra")


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    """A project of two phases, one closed and one open."""
    return make_once(two_phases, tmp_path / "project.db")


@pytest.fixture
def annotator(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Annotator:
    """The command line, called by the user anna."""
    monkeypatch.setenv("LOGNAME", "anna")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["--project", str(path), *arguments])
        return (code, *capsys.readouterr())

    return call


def paragraphs(store: Store, phase: str) -> list[int]:
    rows = store.connection.all("select first, last from assignments where phase = ?", (phase,))
    return sorted({p for first, last in rows for p in range(first, last + 1)})


def test_a_coder_may_see_what_was_coded_in_a_closed_phase_and_nothing_else(path: Path) -> None:
    with Store(path) as store:
        anna, training, main = store.blindness("anna"), paragraphs(store, "training"), paragraphs(store, "main")
        given_to_nobody = next(p for p in range(1, 19) if p not in [*training, *main])

        assert anna.open_phases == ("main",)
        assert not any(anna.hides(paragraph) for paragraph in training)
        assert all(anna.hides(paragraph) for paragraph in [*main, given_to_nobody])
        assert not anna.hides_phases(["training"])
        assert anna.hides_phases(["training", "main"])
        assert anna.hides_phases([])
        assert not store.blindness(None).hides(main[0])
        assert not store.blindness("zoe").hides(main[0])
        AssignmentPlan(store).close("main")
        assert not store.blindness("anna").hides(given_to_nobody)


def test_what_is_coded_again_unseen_makes_a_closed_phase_secret_once_more(path: Path) -> None:
    with Store(path) as store:
        for paragraph in paragraphs(store, "training"):
            code(store, "anna", paragraph, "pro")
        drawn = AssignmentPlan(store).recheck("anna", days=14, number=1)

        anna = store.blindness("anna")

        row = store.connection.one("select first from assignments where phase = 'recheck'")
        assert row is not None
        assert anna.open_phases == ("main", "recheck")
        assert anna.hides(row[0])
        assert sum(anna.hides(p) for p in paragraphs(store, "training")) == drawn[0].size
        assert anna.hides_phases(["training"])
        assert not store.blindness("ben").hides_phases(["training"])


def test_the_disagreement_browser_follows_the_same_rule(path: Path) -> None:
    with Store(path) as store:
        training, main = paragraphs(store, "training"), paragraphs(store, "main")

        found = find_disagreements(store, "anna")

        assert {one.paragraph for one in found.items} == {training[0]}
        assert found.n_blind == 2
        AssignmentPlan(store).close("main")
        assert {one.paragraph for one in find_disagreements(store, "anna").items} == {training[0], *main[:2]}


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("status", "--json"),
        ("status", "--coder", "anna"),
        ("log",),
        ("log", "--json"),
        ("speakers", "list", "--all"),
        ("speakers", "list", "--json"),
        ("speakers", "export"),
        ("assign", "list"),
        ("assign", "list", "--json"),
        ("assign", "judge"),
        ("codebook", "history"),
        ("restore", "latest", "--dry-run"),
        ("doctor",),
        ("doctor", "--json"),
        ("merge", "other.db", "--dry-run"),
        ("merge", "other.db", "--dry-run", "--json"),
        ("adjudicate", "--status"),
        ("agreement",),
        ("agreement", "--json"),
        ("agreement", "--watch"),
        ("estimate", "stance"),
        ("estimate", "stance", "--by", "speaker", "--json"),
        ("agreement", "--phase", "main"),
        ("disagreements", "--phase", "main"),
        ("disagreements", "--phase", "main", "--as", "json"),
        ("assign", "report"),
        ("export", "jsonl", "--layer", "gold"),
        ("export", "jsonl", "--coder", "ben"),
        ("log", "--coder", "ben"),
        ("speakers", "show", "Speaker of Ben"),
        ("speakers", "rename", "Speaker of Ben", "Benedict", "--dry-run"),
        ("speakers", "rename", "Speaker of Anna", "Speaker of Ben", "--dry-run"),
        ("speakers", "undo", "--coder", "ben", "--yes"),
        ("codebook", "undo", "--coder", "ben", "--yes"),
        ("merge", "--undo", "--dry-run"),
        ("status", "--coder", "ben"),
        ("label", "--coder", "ben", "--plain"),
        ("adjudicate", "--coder", "ben", "--status"),
        ("undo", "--coder", "ben", "--dry-run"),
        ("serve", "--invite", "anna"),
    ],
)
def test_no_command_tells_a_coder_in_an_open_phase_of_another(
    path: Path, tmp_path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    back_up(path, "by hand")
    monkeypatch.chdir(tmp_path)
    shutil.copy(path, "other.db")
    for name, stance in (("anna", "open"), ("ben", "contra")):
        with Store(Path("other.db")) as other:
            code(other, name, 18, stance)
    asked = " ".join(arguments)

    _, out, err = annotator(*arguments)

    assert [word for word in BENS if word in (out + err) and word not in asked] == []


def test_an_export_of_a_coder_in_an_open_phase_holds_nothing_of_another(
    path: Path, tmp_path: Path, annotator: Annotator
) -> None:
    for format_ in ("jsonl", "csv", "hf", "qdpx", "labelstudio"):
        out = tmp_path / format_

        assert annotator("export", format_, "--out", str(out))[0] == 0

        held = b"".join(file.read_bytes() for file in out.rglob("*") if file.is_file())
        assert b"Speaker of Anna" in held or format_ == "qdpx"
        assert [word for word in BENS[:3] if word.encode() in held] == []


def test_what_was_settled_of_everybodys_work_is_no_part_of_a_blind_coders_export(
    path: Path, tmp_path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(path) as store:
        Adjudication(store, "lead").adjudicate_all([(paragraphs(store, "main")[0], GoldParagraph("no claim", (), {}))])

    assert annotator("export", "jsonl", "--out", str(tmp_path / "anna"))[0] == 0
    monkeypatch.setenv("LOGNAME", "lead")
    assert annotator("export", "jsonl", "--out", str(tmp_path / "lead"))[0] == 0

    assert (tmp_path / "anna" / "gold.jsonl").read_bytes() == b""
    assert b"no claim" in (tmp_path / "lead" / "gold.jsonl").read_bytes()


def test_who_calls_is_who_would_code(path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ben" not in annotator("status")[1]
    assert annotator("status", "--coder", "zoe")[0] == 2
    monkeypatch.setenv("ANNOTATOR_CODER", "ben")
    assert "anna" not in annotator("status")[1]
    monkeypatch.setenv("ANNOTATOR_CODER", " anna ")
    assert "ben" not in annotator("status")[1]
    monkeypatch.delenv("ANNOTATOR_CODER")
    monkeypatch.setenv("LOGNAME", "lead")
    assert "ben" in annotator("status")[1]
    monkeypatch.setenv("LOGNAME", "annotator")
    assert "ben" in annotator("status")[1]


def test_a_closed_phase_can_be_looked_at_while_another_is_open(
    path: Path, tmp_path: Path, annotator: Annotator
) -> None:
    code_, out, _ = annotator("agreement", "--phase", "training", "--json")
    assert code_ == 0
    assert json.loads(out)

    assert annotator("export", "jsonl", "--phase", "training", "--out", str(tmp_path / "out"))[0] == 0
    rows = [json.loads(line) for line in (tmp_path / "out" / "statements.jsonl").read_text().splitlines()]
    assert sorted(row["coder"] for row in rows) == ["anna", "ben"]


def test_the_list_of_disagreements_shows_the_closed_phase_and_all_only_on_the_record(
    path: Path, annotator: Annotator
) -> None:
    with Store(path) as store:
        first = paragraphs(store, "training")[0]
        ((position,),) = store.connection.all("select position from paragraphs where id = ?", (first,))

    assert json.loads(annotator("disagreements", "--as", "json")[1]) == []  # training counts when it is named
    shown = json.loads(annotator("disagreements", "--as", "json", "--phase", "training")[1])
    _, every, err = annotator("disagreements", "--as", "json", "--unblind")

    assert [row["paragraph"] for row in shown] == [position]
    assert len(json.loads(every)) == 2
    assert "the history records it" in err
    with Store(path) as store:
        assert [(name, command) for name, _, command in store.unblindings()] == [("anna", "disagreements")]


def test_who_looks_all_the_same_is_told_so_and_written_down(path: Path, tmp_path: Path, annotator: Annotator) -> None:
    with Store(path) as store:
        changes = SpeakerChanges(store)
        changes.carry_out(changes.rename("Speaker of Ben", "Benedict"))

    code_, out, err = annotator("status", "--unblind")

    assert code_ == 0
    assert "ben" in out
    assert "Codings of others are shown to anna although the phase main is open" in err
    assert annotator("agreement", "--unblind")[0] == 0
    with Store(path) as store:
        assert [(name, command) for name, _, command in store.unblindings()] == [
            ("anna", "status"),
            ("anna", "agreement"),
        ]
        kept = state(store)
        assert "ben" not in annotator("status")[1]
        with store.connection.write():
            rebuild(store.connection)
        assert state(store) == kept
        assert store.coding("anna").undo() is not None
        assert len(store.unblindings()) == 2
        assert SpeakerChanges(store).undo() is not None
        assert b"unblind anna" not in pack(store, "ben", tmp_path / "ben.db").path.read_bytes()
    with Store(tmp_path / "ben.db") as packed:
        assert packed.unblindings() == []
    assert annotator("log", "--entity", "unblinding", "--unblind")[1].count("unblind anna") == 3
    assert examine(path).is_sound


def test_that_somebody_looked_comes_through_a_merge(path: Path, tmp_path: Path, annotator: Annotator) -> None:
    other = Path(shutil.copy(path, tmp_path / "other.db"))
    annotator("status", "--unblind")

    with Store(other) as store:
        merge(store, [path])
        assert [name for name, _, _ in store.unblindings()] == ["anna"]
    assert examine(other).is_sound


def test_whoever_is_blind_to_nothing_leaves_no_mark(
    path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "lead")

    assert annotator("agreement", "--unblind")[0] == 0

    with Store(path) as store:
        assert store.unblindings() == []


def test_changes_of_the_registry_count_a_blind_coders_own_statements_alone(path: Path) -> None:
    with Store(path) as store:
        with store.coding("anna").step("code", 17) as step:
            step.set_speakers(step.add_statement(None), [("Speaker of Ben", None)])
        anna, ben = (store.coder(name).id for name in ("anna", "ben"))

        assert SpeakerChanges(store, anna).rename("Speaker of Ben", "Benedict").n_statements == 1
        assert SpeakerChanges(store, ben).rename("Speaker of Ben", "Benedict").n_statements == 3
        with pytest.raises(UsageError, match="no speaker is called"):
            SpeakerChanges(store, ben).rename("Speaker of Anna", "Hannah")
        AssignmentPlan(store).close("main")
        assert SpeakerChanges(store, anna).rename("Speaker of Ben", "Benedict").n_statements == 4


OPEN_TO_ALL = {
    "init": "makes a new project",
    "add": "adds articles, which belong to everybody",
    "keys": "shows keys",
    "backup": "copies the file; it shows nothing of it",
    "restore list": "names the snapshots",
    "codebook check": "reads a codebook file",
    "codebook new": "writes a codebook file",
    "codebook schema": "writes a JSON Schema",
    "docs": "shows the manual",
    "codebook show": "shows the codebook",
    "codebook diff": "compares codebooks",
    "codebook document": "writes the codebook",
    "codebook preview": "shows a codebook file in a project of its own",
    "sync": "shows numbers of steps; a place that all can read is refused while a phase is open",
    "assign draw": "draws a plan from articles",
    "assign withdraw": "takes back what nobody has begun",
    "assign recheck": "draws a plan",
    "assign judge": "names people; the history keeps who did",
}
"""Commands that ask nobody who calls, and why they need not."""

CALLS = {
    "label": ("label", "--coder", "ben", "--plain"),
    "suggest": ("suggest", "--coder", "ben", "{text}"),
    "status": ("status",),
    "agreement": ("agreement",),
    "disagreements": ("disagreements",),
    "adjudicate": ("adjudicate", "--status"),
    "aggregate": ("aggregate", "--method", "majority"),
    "estimate": ("estimate", "stance"),
    "export": ("export", "jsonl", "--out", "{out}"),
    "import": ("import", "{rows}"),
    "codebook history": ("codebook", "history"),
    "codebook apply": ("codebook", "apply", "{codebook}", "--dry-run"),
    "codebook undo": ("codebook", "undo", "--coder", "ben", "--yes"),
    "speakers list": ("speakers", "list"),
    "speakers show": ("speakers", "show", "Speaker of Ben"),
    "speakers rename": ("speakers", "rename", "Speaker of Ben", "X", "--yes"),
    "speakers alias": ("speakers", "alias", "Speaker of Ben", "X", "--yes"),
    "speakers describe": ("speakers", "describe", "Speaker of Ben", "--type", "person", "--yes"),
    "speakers merge": ("speakers", "merge", "Speaker of Ben", "--into", "Speaker of Anna", "--yes"),
    "speakers split": ("speakers", "split", "Speaker of Ben", "X", "--yes"),
    "speakers retire": ("speakers", "retire", "Speaker of Ben", "--yes"),
    "speakers undo": ("speakers", "undo", "--yes"),
    "speakers export": ("speakers", "export"),
    "speakers import": ("speakers", "import", "{speakers}", "--yes"),
    "assign list": ("assign", "list"),
    "assign close": ("assign", "close", "main"),
    "assign recode": ("assign", "recode", "--category", "stance", "--yes"),
    "assign report": ("assign", "report"),
    "assign recall": ("assign", "recall", "--coder", "anna", "--share", "50%", "--yes"),
    "remove": ("remove", "a0", "--yes"),
    "serve": ("serve", "--invite", "ben"),
    "pack": ("pack", "--coder", "ben", "--out", "{out}.db"),
    "merge": ("merge", "--undo", "--yes"),
    "log": ("log",),
    "undo": ("undo", "--coder", "ben", "--yes"),
    "restore": ("restore", "latest", "--dry-run"),
    "doctor": ("doctor",),
}
"""For each command that reads or changes codings, a call that concerns another coder."""


def every_command() -> list[str]:
    def below(name: str, command: click.Command) -> Iterator[str]:
        if not isinstance(command, click.Group):
            yield name
            return
        context = click.Context(command)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None
            yield from below(f"{name} {sub}".strip(), found)

    return list(below("", group))


@pytest.mark.parametrize("name", every_command())
def test_every_command_asks_who_calls_or_says_why_not(
    name: str, path: Path, tmp_path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name in OPEN_TO_ALL:
        return
    assert name in CALLS, f"{name} is new: let it pass cli/blindness and add a call here, or say why it need not"
    back_up(path, "by hand")
    (tmp_path / "article.txt").write_text("One line.\n", encoding="utf-8")
    (tmp_path / "speakers.csv").write_text("name\nSpeaker of Ben\n", encoding="utf-8")
    with Store(path) as store:
        (tmp_path / "codebook.json").write_text(store.codebooks.current().model_dump_json(), encoding="utf-8")
        article_id = store.connection.all("select article_id from articles limit 1")[0][0]
        before = bens_work(store)
    row = {"article_id": article_id, "paragraph": 0, "coder": "ben", "stance": "pro"}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    places = {
        "text": tmp_path / "article.txt",
        "out": tmp_path / "out",
        "rows": tmp_path / "rows.jsonl",
        "codebook": tmp_path / "codebook.json",
        "speakers": tmp_path / "speakers.csv",
    }
    asked: list[str | None] = []
    blindness = Store.blindness

    def listen(store: Store, coder: str | None) -> Blindness:
        asked.append(coder)
        return blindness(store, coder)

    monkeypatch.setattr(Store, "blindness", listen)
    registry_for = Store.registry_for

    def listen_too(store: Store, coder: str | None) -> Registry:
        asked.append(coder)
        return registry_for(store, coder)

    monkeypatch.setattr(Store, "registry_for", listen_too)

    annotator(*[part.format(**places) for part in CALLS[name]])

    assert "anna" in asked
    with Store(path) as store:
        assert bens_work(store) == before


def bens_work(store: Store) -> object:
    c = store.connection
    ben = c.all("select id from coders where name = 'ben'")[0][0]
    return (
        c.all("select * from statements where coder = ? order by id", (ben,)),
        c.all(
            "select l.* from labels l join statements s on s.id = l.statement where s.coder = ? order by 1, 2", (ben,)
        ),
        c.all("select paragraph, state, flag, note from reviews where coder = ? order by paragraph", (ben,)),
        c.all("select name from speakers where name = 'Speaker of Ben' and merged_into is null and retired = 0"),
    )


def test_who_closes_a_phase_is_named_and_a_blind_coder_who_does_is_unblinded(path: Path, annotator: Annotator) -> None:
    assert annotator("assign", "close", "main")[0] == 0
    assert annotator("assign", "close", "main", "--reopen")[0] == 0

    with Store(path) as store:
        assert [(name, command) for name, _, command in store.unblindings()] == [("anna", "assign close main")]
        said = [what for (what,) in store.connection.all("select what from steps order by id desc limit 3")]
    assert said[0] == "open the phase main (by anna)"
    assert said[1] == "close the phase main (by anna)"


def test_who_takes_back_for_another_is_named(path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "lead")

    assert annotator("undo", "--coder", "ben", "--yes")[0] == 0

    with Store(path) as store:
        ((what,),) = store.connection.all("select what from steps order by id desc limit 1")
    assert what.endswith("(by lead)")


def test_rows_of_another_come_in_only_openly_while_blind(path: Path, tmp_path: Path, annotator: Annotator) -> None:
    with Store(path) as store:
        article_id = store.connection.all("select article_id from articles limit 1")[0][0]
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"article_id": article_id, "paragraph": 0, "coder": "ben", "stance": "pro"}) + "\n")

    code_, _, err = annotator("import", str(rows))
    assert code_ != 0
    assert "only your own" in err
    assert annotator("import", str(rows), "--unblind")[0] == 0
    with Store(path) as store:
        assert [command for _, _, command in store.unblindings()] == ["import"]


def test_a_blind_coder_does_not_take_back_an_import_of_anothers_rows(
    path: Path, tmp_path: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(path) as store:
        article_id = store.connection.all("select article_id from articles limit 1")[0][0]
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"article_id": article_id, "paragraph": 0, "coder": "ben", "stance": "pro"}) + "\n")
    monkeypatch.setenv("ANNOTATOR_CODER", "lead")
    assert annotator("import", str(rows))[0] == 0
    with Store(path) as store:
        before = bens_work(store)

    monkeypatch.setenv("ANNOTATOR_CODER", "anna")
    code_, _, err = annotator("import", "--undo", "--yes")

    assert code_ != 0
    assert "hidden from anna" in err
    with Store(path) as store:
        assert bens_work(store) == before


def test_a_blind_coder_keeps_the_own_registry_through_a_merge(path: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(path, tmp_path / "other.db"))
    for file, coder in ((path, "anna"), (other, "ben")):
        with Store(file) as store, store.coding(coder).step("code", 17) as step:
            step.set_speakers(step.add_statement(None), [("China", None)])

    with Store(path) as store:
        merge(store, [other])
        assert "China" in [entry.name for entry in store.registry_for("anna").entries()]
        assert "China" in [entry.name for entry in store.registry_for("ben").entries()]
