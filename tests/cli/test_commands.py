"""Every command: its help, its exit codes, data on stdout and talk on stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from annotator import __version__
from annotator.cli import COMMANDS, group
from annotator.codebook.model import json_schema
from annotator.distribution import CITATION
from tests.cli.conftest import Command, refusal
from tests.conftest import ROOT, MakeProject
from tests.session.conftest import Database


def every_command() -> Iterator[tuple[str, ...]]:
    """The words of every command and subcommand."""
    context = click.Context(group)
    for name in COMMANDS:
        yield (name,)
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from ((name, sub) for sub in found.list_commands(click.Context(found)))


EVERY = list(every_command())


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_has_help_that_says_what_it_does(words: tuple[str, ...], command: Command) -> None:
    done = command(*words, "--help")

    assert done.code == 0
    assert done.err == ""
    usage, _, text = done.out.partition("\n\n")
    assert usage.startswith(f"Usage: annotator {' '.join(words)}")
    assert text.strip().split("\n")[0].strip().endswith((".", ",", ";", ":")) or len(text.strip()) > 40


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_refuses_an_option_that_it_does_not_know(words: tuple[str, ...], command: Command) -> None:
    done = command(*words, "--no-such-option")

    assert done.code == 2
    assert "--no-such-option" in refusal(done)


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_is_described_in_the_docs(words: tuple[str, ...]) -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

    assert f"`annotator {' '.join(words)}`" in page


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_lists_every_command_with_its_line(option: str, command: Command) -> None:
    done = command(option)

    assert done.code == 0
    for name, line in COMMANDS.items():
        assert f"  {name} " in done.out
        assert line in done.out


def test_the_version_comes_with_what_to_cite(command: Command) -> None:
    assert command("--version") == (0, f"annotator {__version__}\nCite: {CITATION}\n", "")


def test_the_manual_is_listed_and_a_page_is_markdown_in_a_pipe(command: Command) -> None:
    listed = command("docs")
    page = command("docs", "docs/agreement.md")
    lines = (ROOT / "docs" / "agreement.md").read_text(encoding="utf-8").splitlines()

    assert {line.split()[0] for line in listed.out.splitlines()} == {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert "<!-- given: coded -->" in lines
    assert (page.code, page.err) == (0, "")
    assert page.out.splitlines() == [line for line in lines if not line.startswith("<!--")]
    assert listed.out.startswith("install ")
    assert "it has install, tutorial, inputs" in refusal(command("docs", "nothing"))


def test_a_page_of_the_manual_is_laid_out_for_a_terminal() -> None:
    from annotator.cli.commands.docs import _laid_out

    shown = _laid_out('# A page\n\nWith **weight**.\n\n```yaml title="keys.yaml"\na: 1\n```\n')

    assert "# A page" not in shown
    assert "**" not in shown
    assert "weight" in shown
    assert "keys.yaml" in shown


def test_a_command_that_does_not_exist_is_wrong_usage(command: Command) -> None:
    done = command("labell\x1b[31m")

    assert done.code == 2
    assert "No such command" in refusal(done)


# init, add, status


def test_a_new_project_is_empty_and_said_on_stderr(command: Command, tmp_path: Path) -> None:
    done = command("init")

    assert done == (0, "", "Made annotations.db with the codebook political-claims 1.0.\n")
    assert Database(tmp_path / "annotations.db").one("select count(*) from articles") == 0
    assert "exists already" in refusal(command("init"))


@pytest.mark.parametrize("where", ["before", "after", "environment"])
def test_the_project_can_be_named_before_or_after_the_command_or_in_the_environment(
    where: str, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "environment":
        monkeypatch.setenv("ANNOTATOR_PROJECT", "mine.db")
        done = command("init")
    else:
        done = command("--project", "mine.db", "init") if where == "before" else command("init", "--project", "mine.db")

    assert done.code == 0
    assert (tmp_path / "mine.db").exists()
    assert not (tmp_path / "annotations.db").exists()


def test_a_project_takes_another_codebook(command: Command) -> None:
    assert "framing 1.0" in command("init", "--codebook", ROOT / "schemas" / "framing.yaml").err


def test_a_project_with_a_faulty_codebook_is_not_made(command: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: bad\n", encoding="utf-8")

    assert "bad.yaml:1: missing: variables" in refusal(command("init", "--codebook", "bad.yaml"))
    assert not (tmp_path / "annotations.db").exists()


def test_articles_are_added_once_with_one_line_each(command: Command, five_articles: Path) -> None:
    command("init")

    first = command("add", five_articles)
    again = command("add", five_articles)

    assert first.code == again.code == 0
    assert [line.split(":")[0] for line in first.out.splitlines()] == ["added"] * 5
    assert [line.split(":")[0] for line in again.out.splitlines()] == ["already there"] * 5
    assert first.err == "5 added, 0 already there, 0 refused.\n"


def test_added_articles_are_json_objects_when_asked(command: Command, tmp_path: Path) -> None:
    command("init")
    (tmp_path / "one.txt").write_text("One.\nTwo.\n", encoding="utf-8")

    (line,) = command("add", "--json", "one.txt").out.splitlines()

    assert {key: json.loads(line)[key] for key in ("status", "article", "paragraphs")} == {
        "status": "added",
        "article": "one",
        "paragraphs": 2,
    }


def test_status_is_a_table_or_json(command: Command, make_project: MakeProject) -> None:
    with make_project("One.\nTwo.\n") as store:
        store.coding("a")

    table, document = command("status"), command("status", "--json")

    assert table.code == document.code == 0
    assert "coder" in table.out
    assert "1 articles" in table.err or "1 article" in table.err
    status = json.loads(document.out)
    assert (status["n_articles"], status["n_paragraphs"]) == (1, 2)
    (coder,) = status["coders"]
    assert (coder["coder"], coder["done"], coder["left"], coder["median_seconds"]) == ("a", 0, 2, None)
    assert document.err == ""


# codebook


@pytest.mark.parametrize("name", ["political-claims", "framing", "checkworthiness", "interview"])
def test_the_shipped_codebooks_have_no_fault(name: str, command: Command) -> None:
    done = command("codebook", "check", ROOT / "schemas" / f"{name}.yaml")

    assert (done.code, done.out) == (0, "")
    assert "no fault" in done.err


def test_a_check_writes_every_fault_with_file_and_line_and_fails(command: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        "name: bad\nvariables:\n- name: a\n  level: odd\n- name: a\n  level: text\n  key: z\n", encoding="utf-8"
    )

    done = command("codebook", "check", "bad.yaml")

    assert done.code == 1
    lines = done.out.splitlines()
    assert [line.split(":")[:2] for line in lines] == [["bad.yaml", "4"], ["bad.yaml", "5"], ["bad.yaml", "7"]]
    assert done.err == "Error: 3 faults found\n"


def test_the_schema_command_writes_what_the_models_say(command: Command) -> None:
    assert json.loads(command("codebook", "schema").out) == json_schema()
