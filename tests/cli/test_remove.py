"""`annotator remove` on the command line: what it says, asks and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli import run
from annotator.store import Store
from tests.conftest import article
from tests.store.test_blindness import give
from tests.store.test_removal import code, make
from tests.store.work import CODEBOOK

Said = tuple[int, str, str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "project.db"


def call(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> Said:
    result = run(["--project", str(path), *arguments])
    return (result, *capsys.readouterr())


def names(path: Path) -> list[str]:
    with Store(path) as store:
        return [one.name for one in store.articles.all()]


def test_articles_nobody_coded_go_without_a_question_and_come_back(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(path).close()

    assert call(capsys, path, "remove", "a1", "a2", "--dry-run")[2] == "Nothing was changed.\n"
    assert names(path) == ["a0", "a1", "a2", "a3"]
    assert call(capsys, path, "remove", "a1", "a2")[:2] == (
        0,
        "removed: a1 (3 paragraphs)\nremoved: a2 (3 paragraphs)\n",
    )
    assert call(capsys, path, "remove", "a3")[0] == 0
    assert names(path) == ["a0"]
    assert call(capsys, path, "remove", "a3")[1] == "already removed: a3 (3 paragraphs)\n"

    result, out, err = call(capsys, path, "status")
    assert "3 articles removed and not counted" in err
    listed = call(capsys, path, "remove", "--list", "--json")[1].splitlines()
    assert [json.loads(line)["name"] for line in listed] == ["a1", "a2", "a3"]

    assert call(capsys, path, "remove", "--undo")[1] == "put back: a3 (3 paragraphs)\n"
    assert call(capsys, path, "remove", "--undo", "--json")[1].count('"put back"') == 2
    assert names(path) == ["a0", "a1", "a2", "a3"]
    assert call(capsys, path, "remove", "--undo")[0] == 2
    assert result == 0
    assert not out.startswith("Error")


def test_a_coded_article_is_removed_only_after_a_question(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with make(path) as store:
        code(store, "kim", 4, 5)

    result, out, err = call(capsys, path, "remove", "a1")
    assert (result, out) == (2, "")
    assert "a1: 2 paragraphs with work by kim" in err
    assert "add --yes" in err
    assert names(path) == ["a0", "a1", "a2", "a3"]

    assert call(capsys, path, "remove", "a1", "--yes")[0] == 0
    assert names(path) == ["a0", "a2", "a3"]


def test_a_blind_coder_does_not_learn_whether_others_coded_an_article(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with make(path) as store:
        give(store, "main", 4, "anna", "ben")
        code(store, "ben", 4)
    monkeypatch.setenv("ANNOTATOR_CODER", "anna")

    said = [call(capsys, path, "remove", name) for name in ("a1", "a2")]

    assert said[0] == said[1]
    assert said[0][0] == 2
    assert "hidden from you" in said[0][2]
    removed = [call(capsys, path, "remove", name, "--yes") for name in ("a1", "a2")]
    assert removed[0][1].replace("a1", "a2") == removed[1][1]
    assert removed[0][2] == removed[1][2]


def test_a_name_must_name_one_article(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.create(path, CODEBOOK, [article("One text.", "same"), article("Another text.", "same")]) as store:
        ids = [one.article_id for one in store.articles.all()]

    result, _, err = call(capsys, path, "remove", "same")
    assert result == 2
    assert "the name same is that of 2 articles" in err
    assert all(one in err for one in ids)
    assert "there is no article other" in call(capsys, path, "remove", "other")[2]
    assert call(capsys, path, "remove", ids[0])[0] == 0
    assert call(capsys, path, "remove")[0] == 2
    assert call(capsys, path, "remove", "--list", "--undo")[0] == 2


def test_adding_a_removed_article_again_says_how_it_comes_back(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.txt").write_text("A short text.\n", encoding="utf-8")
    make(path).close()
    call(capsys, path, "add", str(tmp_path / "one.txt"))
    call(capsys, path, "remove", "one")

    said = call(capsys, path, "add", str(tmp_path / "one.txt"))[1]

    assert "already there" in said
    assert "`annotator remove --undo" in said


def test_export_and_import_say_that_removed_articles_do_not_count(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with make(path) as store:
        article_id = store.articles.get(2).article_id
    call(capsys, path, "remove", "a1")
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"article_id": article_id, "paragraph": 0, "coder": "kim", "stance": "pro"}) + "\n")

    said = call(capsys, path, "import", str(rows))
    assert said[0] == 0
    assert "removed from the project: a1; 1 paragraph with work in it does not count" in said[2]
    exported = call(capsys, path, "export", "jsonl", "--out", str(tmp_path / "out"))
    assert "1 article removed from the project" in exported[2]
