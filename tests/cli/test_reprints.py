"""Reprints: `add` finds them, the export has their groups, a draw takes one of each, agreement takes them as one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli.commands import add as module
from annotator.reports.project import project_report
from annotator.store import Store
from annotator.store.tables.reprints import read_reprints
from tests.cli.conftest import Command
from tests.reports.coding import code
from tests.test_near_duplicates import ORIGINAL, story


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles, of which the first and the last are the same story; their furniture is alike in all."""
    texts = {"a": ORIGINAL, "b": story(7), "c": ["By Ida Moss", *ORIGINAL[:20]]}
    for name, lines in texts.items():
        (tmp_path / f"{name}.txt").write_text("\n\n".join([*lines, "Sign up for our newsletter"]), encoding="utf-8")
    return tmp_path


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_add_says_which_articles_are_like_others(command: Command, folder: Path) -> None:
    command("init")
    first = command("add", folder / "a.txt", folder / "b.txt")
    second = command("add", folder / "c.txt")
    again = command("add", folder / "c.txt")

    assert "Reprint" not in first.err
    assert second.err.splitlines()[1:] == ["Reprint: c is like 1 other (100% shared with a)."]
    assert "Reprint" not in again.err


def test_json_has_an_object_for_each_reprint(command: Command, folder: Path) -> None:
    command("init")

    *added, last = command("add", "--json", *(folder / f"{name}.txt" for name in "abc")).out.splitlines()

    assert len(added) == 3
    told = json.loads(last)
    assert (told["status"], told["article"], told["like"], told["others"]) == ("reprint", "c", "a", 1)
    assert told["shared"] > 0.9


def test_the_groups_are_exported_and_a_draw_takes_one_of_each(command: Command, folder: Path) -> None:
    command("init")
    command("add", *(folder / f"{name}.txt" for name in "abc"))
    command("export", "jsonl", "--out", "out")
    drawn = command("assign", "draw", "--coder", "ada", "--one-per-group", "--yes")

    rows = lines_of(folder / "out" / "articles.jsonl")
    first = rows[0]["article_id"]
    assert [row["reprint_group"] for row in rows] == [first, None, first]
    assert drawn.code == 0
    assert [line.split()[0] for line in command("assign", "list").out.splitlines() if "ada" in line]
    with Store(folder / "annotations.db") as store:
        given = store.connection.all("select count(*) from assignments")
    assert given[0][0] == 2


def test_without_groups_the_export_is_as_it_was(command: Command, folder: Path) -> None:
    command("init")
    command("add", folder / "a.txt", folder / "b.txt")
    command("export", "jsonl", "--out", "out")

    assert "reprint_group" not in lines_of(folder / "out" / "articles.jsonl")[0]


def test_a_group_is_one_cluster_in_agreement(command: Command, folder: Path) -> None:
    command("init")
    command("add", *(folder / f"{name}.txt" for name in "abc"))
    with Store(folder / "annotations.db") as store:
        groups = read_reprints(store.connection)
        for coder in ("ada", "ben"):
            for paragraph in (1, 26, 51):
                code(store, coder, paragraph, state="no claim")
        belongings = project_report(store).collected.units.belongings

    clusters = belongings.clusters("article", belongings.row).cluster
    assert len(groups) == 2
    assert len(set(clusters.tolist())) == belongings.n_of("article") == 2


def test_large_projects_are_compared_on_request(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_COMPARED", 2)
    command("init")

    told = command("add", *(folder / f"{name}.txt" for name in "abc")).err
    asked = command("add", "--reprints", folder / "c.txt").err

    assert "Reprints were not looked for among 3 articles; use --reprints." in told
    assert "Reprint: c is like 1 other (100% shared with a)." in asked


def test_the_same_text_from_another_outlet_is_said(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,source,date,text\nOne,The Vale,2031-05-06,The town bought it.\n")
    (tmp_path / "b.csv").write_text("title,source,date,text\nOne,The Hill,2031-05-07,The town bought it.\n")
    command("init")

    done = command("add", "a.csv", "b.csv")

    assert (
        "already there: b.csv, line 2 (1 paragraph; it is a-2; its text is known as One, The Vale, 2031-05-06, which"
        in done.out
    )
