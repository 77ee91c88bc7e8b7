"""Paragraphs that come back after a rule: which, to whom, hidden among others, blind, and what changed."""

from __future__ import annotations

import json

import pytest

from annotator.errors import UsageError
from annotator.reports.coder_checks.recoded import recoded
from annotator.session import Session
from annotator.store import Store
from annotator.store.changes.recode import Concerned, Recoding
from annotator.store.rescue.doctor import examine
from tests.cli.conftest import Command, command
from tests.conftest import MakeProject
from tests.reports.coding import CODEBOOK, Said, code

__all__ = ["command"]


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project(
        "\n".join(f"Sentence {i} about the {'Harbour' if i % 2 else 'road'}." for i in range(8)), codebook=CODEBOOK
    )
    for paragraph in range(1, 9):
        for coder in ("ada", "ben"):
            stance = "oppose" if paragraph <= 3 else "support"
            code(store, coder, paragraph, Said({"stance": stance, "issues": ["jobs", "sea"][: paragraph % 3]}))
    return store


def positions(store: Store, wanted: Concerned) -> dict[str, list[int]]:
    return {one.coder: [place.position for place in one.concerned] for one in Recoding(store).find(wanted)}


def test_what_comes_back_meets_every_condition(project: Store) -> None:
    assert positions(project, Concerned("stance", "oppose")) == {"ada": [0, 1, 2], "ben": [0, 1, 2]}
    assert positions(project, Concerned("stance", "oppose", words="harbour")) == {"ada": [1], "ben": [1]}
    assert positions(project, Concerned("issues", "sea", coders=("ada",))) == {"ada": [1, 4, 7]}
    assert positions(project, Concerned("stance", "unclear")) == {}
    with pytest.raises(UsageError, match="say which paragraphs come back"):
        Recoding(project).find(Concerned(coders=("ada",)))
    with pytest.raises(UsageError, match="there is no coder zoe"):
        Recoding(project).find(Concerned("stance", coders=("zoe",)))


def test_statements_about_a_target_come_back(make_project: MakeProject) -> None:
    about = CODEBOOK.variables[0].model_copy(update={"name": "about", "key": "a", "multiple": False})
    codebook = CODEBOOK.model_copy(update={"variables": (*CODEBOOK.variables, about)})
    store = make_project("One.\nTwo.\n", codebook=codebook)
    code(store, "ada", 1, Said({"stance": "oppose", "about": "the pier"}))
    code(store, "ada", 2, Said({"stance": "oppose", "about": "the road"}), Said({"stance": "support"}))

    assert positions(store, Concerned("stance", "oppose", target="the road")) == {"ada": [1]}
    assert positions(store, Concerned(target="the pier")) == {"ada": [0]}


def test_they_come_hidden_among_others_and_blind_and_the_report_says_what_changed(project: Store) -> None:
    recoding = Recoding(project)
    found = recoding.find(Concerned("stance", "oppose", coders=("ada",)))
    assert [(len(one.concerned), len(one.others)) for one in found] == [(3, 3)]

    batch = recoding.queue(found, "stance/oppose")

    assert batch == "recode stance/oppose"
    assert project.blindness("ada").open_phases == ("recheck",)
    assert project.coding("ada").progress().left == 6
    session = Session(project, "ada")
    session.begin_at(str(recode_place(project)))
    for _ in range(6):
        assert session.cursor.statements == []  # the first coding is out of sight
        label = CODEBOOK.variable("stance")
        assert label is not None
        session.statements.type_speaker("Ása Brandt")
        is_concerned = session.cursor.paragraph.id <= 3
        session.labels.choose(label, "neutral" if is_concerned else "support")
        session.paragraphs.done()
    assert project.coding("ada").progress().left == 0

    [one] = recoded(project)
    assert (one.batch, one.coder) == ("stance/oppose", "ada")
    assert (one.n_given, one.n_done, one.n_changed) == (3, 3, 3)
    assert one.n_others == 3
    assert dict(one.most)["stance: oppose → neutral"] == 3
    assert [s.labels["stance"].value for s in Store(project.path).coding("ben").statements(1)] == ["oppose"]
    assert [row[0] for row in first_codings(project)] == ["oppose"] * 3
    assert examine(project.path).is_sound


def recode_place(store: Store) -> int:
    """The number of the paragraph that comes first."""
    first = store.coding("ada").next_left(0)
    assert first is not None
    return first


def first_codings(store: Store) -> list[tuple[str]]:
    return store.connection.all(
        "select l.value from labels l join statements s on s.id = l.statement join coders c on c.id = s.coder"
        " where c.name = 'ada' and s.paragraph <= 3 and l.variable = 'stance'"
    )


def test_what_came_back_once_does_not_come_again(project: Store) -> None:
    recoding = Recoding(project)
    recoding.queue(recoding.find(Concerned("stance", "oppose"), n_others=0), "stance/oppose")

    found = recoding.find(Concerned("stance", "oppose"))

    assert [(one.coder, one.concerned, one.n_again) for one in found] == [("ada", (), 3), ("ben", (), 3)]
    with pytest.raises(UsageError, match="nothing comes back"):
        recoding.queue(found, "stance/oppose")


def test_a_coder_without_a_plan_keeps_the_rest_of_the_project(make_project: MakeProject) -> None:
    store = make_project("One.\nTwo.\nThree.\n", "Four.\n", codebook=CODEBOOK)
    code(store, "ada", 1, Said({"stance": "oppose"}))
    recoding = Recoding(store)
    recoding.queue(recoding.find(Concerned("stance", "oppose")), "stance/oppose")

    coding = store.coding("ada")

    assert (coding.progress().done, coding.progress().left) == (0, 4)
    assert (coding.progress(1, 3).done, coding.progress(1, 3).left) == (0, 3)
    assert coding.next_left(1) == 2  # the article goes on
    assert coding.next_left(3) == 1  # between two articles comes what is coded again
    assert [(one["done"], one["left"], one["outside"]) for one in store.status()["coders"]] == [(0, 4, 0)]


def test_the_command_says_what_comes_back_and_the_report_follows(project: Store, command: Command) -> None:
    there = ("--project", project.path, "assign")
    said = command(*there, "recode", "--category", "stance/oppose", "--coder", "ada", "--dry-run")
    assert said.out == "ada: 3 paragraphs, 3 others\n"
    twice = command(*there, "recode", "--category", "stance/oppose", "--category", "stance/support", "--yes")
    assert twice.code == 2
    assert "--category can be given once" in twice.err
    assert "stance/support" in twice.err
    assert "no category 'sideways'" in command(*there, "recode", "--category", "stance/sideways", "--yes").err
    assert (
        command(*there, "recode", "--category", "stance/oppose", "--coder", "ada", "--others", "1", "--yes").code == 0
    )

    report = command(*there, "report")
    assert report.out.startswith("Coded again after a rule")
    [one] = json.loads(command(*there, "report", "--json").out)["recoded"]
    assert (one["batch"], one["n_given"], one["n_done"]) == ("stance/oppose", 3, 0)
    listed = command("--project", project.path, "assign", "list", "--json")
    assert len(json.loads(listed.out)["assignments"]) == 4
