"""`annotator label --plain`, `annotator keys` and `annotator suggest`, as a pipe sees them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from annotator.cli import run
from annotator.model import Speaker
from annotator.store import Store
from annotator.store.changes.speaker_changes import SpeakerChanges
from tests.conftest import MakeProject

Out = pytest.CaptureFixture[str]
TEXT = "“We will not sign,” said Ása Brandt, the mayor.\nThe port was built in 1904.\n"


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project(TEXT)


def plain(store: Store, typed: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8"))
    return run(["--project", str(store.path), "label", "--coder", "ada", "--plain"])


def test_a_script_codes_and_the_end_of_its_input_leaves(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    assert plain(store, "1 o d\n\nx\n", monkeypatch) == 0

    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "Left; everything is saved."
    assert "\x1b" not in said.out
    assert said.err == ""
    assert store.coding("ada").progress().done == 2


def test_a_line_that_could_not_be_done_makes_the_exit_code_one(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    assert plain(store, "nonsense\n1 o d\n", monkeypatch) == 1

    said = capsys.readouterr()
    assert "Not done: 'nonsense' is not a known key" in said.out
    assert said.err == "Error: 1 line could not be executed: line 1 of the input\n"
    assert len(store.coding("ada").statements(1)) == 1


def test_bytes_that_are_no_text_are_words_that_nobody_knows(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"note \xff\xfe\n\xff\n"), encoding="utf-8"))

    assert run(["--project", str(store.path), "label", "--coder", "ada", "--plain"]) == 1
    assert store.coding("ada").review(1).note == "��"


def test_it_needs_neither_a_terminal_nor_the_screen(store: Store) -> None:
    program = (
        "import sys; from annotator.cli import run; code = run(sys.argv[1:]);"
        " assert 'textual' not in sys.modules; sys.exit(code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "--project", str(store.path), "label", "--coder", "ada", "--plain"],
        input="x\nx\n", capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert "Every paragraph is done; " in done.stdout


def test_keys_shows_those_of_the_project_or_of_a_file(store: Store, capsys: Out) -> None:
    assert run(["--project", str(store.path), "keys"]) == 0
    assert "stance: o oppose" in capsys.readouterr().out
    assert run(["keys", "--codebook", "schemas/framing.yaml", "--card", "html"]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
    assert run(["keys", "--names"]) == 0
    assert "no_claim: x (no claim, next)" in capsys.readouterr().out


def test_keys_check_tells_every_collision(store: Store, capsys: Out) -> None:
    file = Path(store.path).parent / "annotator-keys.yaml"
    file.write_text("commands: {flag: z, note: x}\n", encoding="utf-8")

    assert run(["--project", str(store.path), "keys", "--check"]) == 1
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 2
    assert said.err == "Error: 2 faults found\n"
    file.write_text("commands: {flag: v}\n", encoding="utf-8")
    assert run(["--project", str(store.path), "keys", "--check"]) == 0
    file.unlink()
    assert run(["--project", str(store.path), "keys", "--check", "--keys", "none.yaml"]) == 1


def test_suggest_writes_a_line_for_every_paragraph_of_the_articles(five_articles: Path, capsys: Out) -> None:
    assert run(["suggest", "--json", str(five_articles)]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    texts = {path.stem: path.read_bytes().decode("utf-8") for path in five_articles.glob("*.txt")}
    assert {line["id"] for line in lines} == set(texts)
    for name, text in texts.items():
        mine = [line for line in lines if line["id"] == name]
        assert [line["paragraph"] for line in mine] == list(range(len(mine)))
        assert all(text[line["start"] : line["end"]].strip() for line in mine)
    assert all(list(line) == ["id", "paragraph", "start", "end", "suggestions"] for line in lines)
    assert any(line["suggestions"] for line in lines)


def test_suggest_is_readable_without_json_and_harmless(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "one.txt").write_text(TEXT + "\x1b[2J said [/red] nobody.\n", encoding="utf-8")

    assert run(["suggest", str(tmp_path / "one.txt")]) == 0

    out = capsys.readouterr().out
    assert out.splitlines()[0] == "one: 3 paragraphs"
    assert "1 Ása Brandt" in out
    assert "\x1b" not in out


def test_suggest_knows_the_registry_of_a_named_project_and_none_by_chance(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    with store.coding("bea").step("speaker", 1) as step:
        step.set_speakers(step.add_statement(None), [("Mayor Ása Brandt of Skerry", None)])
    changes = SpeakerChanges(store)
    changes.carry_out(changes.alias("Mayor Ása Brandt of Skerry", ["Ása Brandt"]))
    (tmp_path / "one.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert run(["suggest", "--json", "one.txt"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["suggestions"][0] == "Ása Brandt"
    assert run(["--project", str(store.path), "suggest", "--json", "one.txt"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["suggestions"][0] == "Mayor Ása Brandt of Skerry"


@pytest.mark.parametrize("paths", [[], ["none.txt"], ["empty"]])
def test_suggest_without_anything_to_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out, paths: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)

    assert run(["suggest", *paths]) == (1 if paths else 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(("Error: ", "refused: "))


def test_a_coder_of_nearly_the_same_name_is_refused_unless_declared_new(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    def label(*more: str) -> int:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x\n"), encoding="utf-8"))
        return run(["--project", str(store.path), "label", "--plain", *more])

    assert label("--coder", "ada") == 0
    assert label("--coder", "Ada ") == 2
    said = capsys.readouterr().err
    assert (
        said == "Error: Ada is not a coder of this project; its coder is ada (did you mean ada?);"
        " to add Ada, type `annotator label --coder Ada --new-coder`\n"
    )
    assert store.people_who_code() == ["ada"]

    assert label("--coder", "Ada", "--new-coder") == 0
    assert label("--coder", "Ada") == 0
    assert store.people_who_code() == ["Ada", "ada"]


@pytest.mark.parametrize("answer", ["y\n", "n\n"])
def test_a_terminal_asks_before_it_adds_a_coder_of_nearly_the_same_name(
    store: Store, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    store.coder("maria")
    monkeypatch.setattr("sys.stdin", Terminal(answer))

    code = run(["--project", str(store.path), "label", "--plain", "--coder", "mariaa"])

    assert code == (0 if answer == "y\n" else 2)
    assert store.people_who_code() == (["maria", "mariaa"] if answer == "y\n" else ["maria"])


@pytest.mark.parametrize(
    ("known", "name"), [("maria", "jan"), ("coder1", "coder2"), ("ada", "ida"), ("maria", "marta")]
)
def test_a_new_coder_of_another_name_is_told_of_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: Out, known: str, name: str
) -> None:
    store.coder(known)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b""), encoding="utf-8"))

    assert run(["--project", str(store.path), "label", "--plain", "--coder", name]) == 0

    assert capsys.readouterr().err.startswith(f"{name} is new in this project; its coder is {known}.\n")
    assert store.people_who_code() == sorted([known, name])


def test_who_only_leads_is_not_a_coder_beside_whom_another_is_new(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = store.coder("lead")
    with store.history.step(lead.id, "rename") as step:
        store.registry.put(step, Speaker(speaker_id=str(uuid4()), name="Norway"))

    assert plain(store, "x\n", monkeypatch) == 0
