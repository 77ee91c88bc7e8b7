"""The real program in a pseudo-terminal: two coders, a session cut off between two keys, and the data out."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from annotator.codebook.rendering import as_yaml
from annotator.model import JOURNALIST
from annotator.store import Store
from tests.conftest import ROOT, MakeProject, political_claims, read_articles
from tests.e2e.coder import ANNOTATOR, Coder, Statement, annotator
from tests.e2e.terminal import Terminal
from tests.session.conftest import Database

LABELS = {
    "stance": ("support", "oppose", "neutral", "mixed", "unclear"),
    "claim_type": ("fact", "interpretation", "evaluation", "prediction", "demand", "commitment", "accusation"),
    "target": ("Norway", "Denmark", "Iceland"),
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the program."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANNOTATOR_")}
    return subprocess.run(
        [*ANNOTATOR, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def plan(coder: str, n_paragraphs: int) -> list[str | list[Statement]]:
    """What a coder finds in each paragraph: a state, or one or two statements. The same every time."""
    chance = random.Random(f"{coder} {n_paragraphs}")  # noqa: S311 (a fixed plan, no secret)
    found: list[str | list[Statement]] = []
    for _ in range(n_paragraphs):
        if chance.random() < 0.4:
            found.append(chance.choice(["no claim", "furniture"]))
            continue
        found.append(
            [
                Statement([[JOURNALIST]], {name: chance.choice(values) for name, values in LABELS.items()})
                for _ in range(chance.choice([1, 1, 2]))
            ]
        )
    return found


def key_in(terminal: Terminal, paragraphs: list[str | list[Statement]], n_done: int) -> None:
    """Key a plan as fast as the program takes it: each paragraph's keys at once."""
    coder = Coder(terminal, political_claims())
    terminal.quiet = None
    for i, paragraph in enumerate(paragraphs, n_done + 1):
        if isinstance(paragraph, str):
            terminal.press("x" if paragraph == "no claim" else "b")
        else:
            coder.code(paragraph)
        terminal.wait_for(f" {i} done,")
    terminal.quiet = 0.05


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def test_in_an_empty_folder_the_sample_articles_open_as_a_project_of_their_own(tmp_path: Path) -> None:
    environment = {"ANNOTATOR_CODER": "a", "ANNOTATOR_CONFIG": str(tmp_path / ".config"), "PYTHONPATH": str(ROOT)}
    with Terminal(ANNOTATOR, tmp_path, environment=environment) as terminal:
        terminal.wait_for(lambda shown: " left" in shown and "undo" in shown)
        assert "These are sample articles (samples.db). `annotator init` begins" in " ".join(terminal.text.split())
        terminal.press("x")
        assert "1 done, 113 left" in terminal.text
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0

    assert not (tmp_path / "annotations.db").exists()
    assert json.loads(run(tmp_path, "--project", "samples.db", "status", "--json").stdout)["n_articles"] == 5


@pytest.mark.slow
def test_five_articles_under_two_coders_one_cut_off_in_the_middle_come_out_exactly_as_keyed(
    tmp_path: Path, five_articles: Path
) -> None:
    every = political_claims().model_copy(update={"pass_guessed": False})
    (tmp_path / "codebook.yaml").write_text(as_yaml(every), encoding="utf-8")
    added = run(tmp_path, "--project", "annotations.db", "init", "--codebook", "codebook.yaml")
    assert added.returncode == 0, added.stderr
    added = run(tmp_path, "add", str(five_articles))
    assert added.stdout.count("added: ") == 5, added.stderr
    n = [len(article.paragraphs) for article in read_articles(five_articles)]
    plans = {name: plan(name, sum(n)) for name in ("a", "b")}

    with annotator(tmp_path, coder="a") as terminal:
        key_in(terminal, plans["a"][:50], 0)
        terminal.kill()
    with annotator(tmp_path, coder="a") as terminal:
        assert f"50 done, {sum(n) - 50} left" in terminal.text
        key_in(terminal, plans["a"][50:], 50)
        assert f"{sum(n)} done, 0 left" in terminal.wait_for("every paragraph is done")
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
    with annotator(tmp_path, "label", "--coder", "b", "--new-coder", coder="nobody") as terminal:
        assert f"0 done, {sum(n)} left" in terminal.text
        key_in(terminal, plans["b"], 0)
        terminal.wait_for("every paragraph is done")
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0

    status = json.loads(run(tmp_path, "status", "--json").stdout)
    assert {one["coder"]: (one["done"], one["left"]) for one in status["coders"]} == {
        "a": (sum(n), 0),
        "b": (sum(n), 0),
    }
    exported = run(tmp_path, "export", "jsonl")
    assert exported.returncode == 0, exported.stderr
    for name, planned in plans.items():
        assert list(_coded(tmp_path / "exports", name)) == list(_planned(planned, n))


def _planned(planned: list[str | list[Statement]], n_paragraphs: list[int]) -> Iterator[tuple[Any, ...]]:
    """Article, paragraph, state and the statements of each paragraph, as they were to be keyed."""
    places = [(i, j) for i, n in enumerate(n_paragraphs) for j in range(n)]
    target = None
    for (article, paragraph), one in zip(places, planned, strict=True):
        if isinstance(one, str):
            yield article, paragraph, one, []
            continue
        rows = []
        for statement in one:
            target = statement.labels.get("target", target)
            rows.append(([JOURNALIST], statement.labels["stance"], statement.labels["claim_type"], target))
        yield article, paragraph, "coded", rows


def _coded(exports: Path, coder: str) -> Iterator[tuple[Any, ...]]:
    """The same, as the export has it."""
    ids = [one["article_id"] for one in lines(exports / "articles.jsonl")]
    statements: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for row in lines(exports / "statements.jsonl"):
        if row["coder"] == coder:
            names = [one if isinstance(one, str) else one["name"] for one in row["speakers"]]
            found = (names, row["stance"], row["claim_type"], row["target"])
            statements.setdefault((row["article_id"], row["paragraph"]), []).append(found)
    for row in lines(exports / "paragraphs.jsonl"):
        if row["coder"] == coder:
            place = (row["article_id"], row["paragraph"])
            yield ids.index(place[0]), place[1], row["state"], statements.get(place, [])


@pytest.mark.slow
def test_a_program_killed_after_any_key_loses_nothing_that_its_screen_has_shown(
    tmp_path: Path, make_project: MakeProject
) -> None:
    make_project("“We will pay,” said Ada Stone.\nBo Reed denied it.\nNothing more was said.").close()
    database = Database(tmp_path / "annotations.db")
    keys = ("0", "o", "d", "space", "s", "f", "!", "enter", "x")

    for i, key in enumerate(keys, 1):
        with annotator(tmp_path, coder="a") as terminal:
            terminal.press(key)
            assert "✓ saved" in terminal.text
            terminal.kill()
        assert database.n_steps() == i, key

    first, second = database.statements()
    assert (first["stance"], first["claim_type"]) == ("oppose", "demand")
    assert (second["stance"], second["claim_type"], second["flag"]) == ("support", "fact", True)
    assert [database.state(i) for i in range(3)] == ["coded", "no claim", "open"]

    with annotator(tmp_path, coder="a") as terminal:
        terminal.press(*["z"] * len(keys))
        assert "0 done, 3 left" in terminal.text
    assert database.statements() == []


@pytest.mark.slow
def test_two_coders_work_at_the_same_time_in_one_file(
    tmp_path: Path, make_project: MakeProject, five_articles: Path
) -> None:
    make_project(*read_articles(five_articles)).close()
    database = Database(tmp_path / "annotations.db")

    with annotator(tmp_path, coder="a") as one, annotator(tmp_path, coder="b") as other:
        one.quiet = other.quiet = None
        for i in range(10):
            one.press("0")
            other.press("x")
            one.press("o", "f", "enter")
            one.wait_for(f" {i + 1} done")
        one.wait_for("10 done")
        other.wait_for("10 done")

    assert len(database.statements("a")) == 10
    assert {database.state(i, "b") for i in range(10)} == {"no claim"}


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_is_asked_to_end_gives_the_terminal_back(
    number: signal.Signals, tmp_path: Path, make_project: MakeProject
) -> None:
    make_project("One line.").close()
    with annotator(tmp_path) as terminal:
        os.kill(terminal.pid, number)
        terminal.wait_for_end()
        assert b"\x1b[?1049l" in terminal.raw, "the other screen is left"
        assert b"\x1b[?25h" in terminal.raw, "the cursor is shown again"
        assert b"Traceback" not in terminal.raw


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "lines_"), [(40, 10), (59, 30), (120, 19)])
def test_a_window_that_is_too_small_says_so_and_keys_do_nothing_there(
    columns: int, lines_: int, tmp_path: Path, make_project: MakeProject
) -> None:
    make_project("One line.\nAnother line.").close()
    with annotator(tmp_path, columns=120, lines=36) as terminal:
        terminal.resize(columns, lines_)
        terminal.wait_for(f"{columns}×{lines_}")
        terminal.press("x")
        terminal.resize(80, 24)
        assert "0 done, 2 left" in terminal.wait_for(" left")
        terminal.press("x")
        assert "1 done, 1 left" in terminal.text


def test_without_a_terminal_the_screen_refuses_in_one_sentence(tmp_path: Path, make_project: MakeProject) -> None:
    make_project("One line.").close()

    done = run(tmp_path)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Error: ")
    assert "terminal" in done.stderr


def test_a_project_of_the_program_is_an_ordinary_database(tmp_path: Path, make_project: MakeProject) -> None:
    with closing(make_project("One line.")) as store:
        assert isinstance(store, Store)

    assert Database(tmp_path / "annotations.db").one("select count(*) from v_paragraphs") == 1
