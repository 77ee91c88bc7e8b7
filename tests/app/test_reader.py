"""Pages to read: help with contents and search, and the history in the coder's words."""

from __future__ import annotations

from uuid import uuid4

from annotator.app.app import AnnotatorApp
from annotator.codebook.model import Codebook
from annotator.model import Speaker
from annotator.session import Session
from annotator.store.store import Store
from tests.app.conftest import keys, shown
from tests.conftest import MakeProject
from tests.session.conftest import Database


async def test_a_digit_goes_to_a_section_of_the_help(app: AnnotatorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "question_mark")
        assert "Go to: 1 keys · 2 rules · 3 speaker · 4 stance" in shown(app)

        await keys(pilot, "4")

        assert "Where this speaker stands towards the target" in shown(app)


async def test_words_are_found_one_after_the_other_whatever_their_accents(app: AnnotatorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "question_mark", "slash", *"Abstáins", "enter")
        assert "abstains" in shown(app).casefold()
        first = shown(app).splitlines()[0]
        assert " of " in first

        await keys(pilot, "n")
        second = shown(app).splitlines()[0]
        await keys(pilot, "N")

        assert second != first
        assert shown(app).splitlines()[0] == first
        await keys(pilot, "slash", *"zzzz", "enter")
        assert "nothing found" in shown(app)
        await keys(pilot, "slash", "escape", "escape")
        assert "Go to:" not in shown(app)


async def test_the_history_begins_with_the_newest_step_and_tells_evidence_by_its_words(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "1", "o", "f", "H")

        said = shown(app)

        assert said.index("claim type: fact") < said.index("stance: oppose") < said.index("paragraph 2")
        assert "evidence “" in said
        assert "paragraph 2" in said
        assert "article_id" not in said


async def test_enter_passes_guessed_furniture(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "j", "j", "j", "enter")

        assert database.state(3) == "furniture"
        assert app._session.cursor.index == 4


async def test_what_does_not_fit_goes_on_under_its_own_column(app: AnnotatorApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "question_mark", *["down"] * 6)

        lines = shown(app).splitlines()

    at = next(n for n, line in enumerate(lines) if "add the next speaker" in line)
    assert lines[at + 1].index("again") == lines[at].index("add the next speaker")


async def test_lines_that_an_editor_broke_are_broken_anew(make_project: MakeProject) -> None:
    broken = "What is claimed about the harbour and what is claimed of the\npeople who work there.\nA second paragraph."
    variable = {"name": "gist", "level": "text", "scope": "paragraph", "guidance": f"{broken}\n- one\n- two"}
    codebook = Codebook.model_validate({"name": "test", "variables": [variable]})
    app = AnnotatorApp(Session(make_project("One.", codebook=codebook), "a", lambda: 0.0))
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "question_mark", "3")

        text = [line.strip(" │▁▅▂") for line in shown(app).splitlines()]

    assert "What is claimed about the harbour and what is claimed of the people who work there." in text
    assert text[text.index("A second paragraph.") + 1 :][:2] == ["- one", "- two"]


async def test_the_items_of_a_list_whose_lines_an_editor_broke_stay_apart(make_project: MakeProject) -> None:
    guidance = (
        "1. A summary of a meeting speaks for those who met there, and two\n   summaries are two statements.\n"
        "2. A play, a film or a song is a work, as in «The night of the seal»\n3. A crowd speaks as one."
    )
    variable = {"name": "gist", "level": "text", "scope": "paragraph", "guidance": guidance}
    codebook = Codebook.model_validate({"name": "test", "variables": [variable]})
    app = AnnotatorApp(Session(make_project("One.", codebook=codebook), "a", lambda: 0.0))
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "question_mark", "3")

        text = [line.strip(" │▁▅▂") for line in shown(app).splitlines()]

    first = "1. A summary of a meeting speaks for those who met there, and two summaries are two statements."
    second = "2. A play, a film or a song is a work, as in «The night of the seal»"
    assert text[text.index(first) :][:3] == [first, second, "3. A crowd speaks as one."]


async def test_f1_opens_the_help_and_closes_it(app: AnnotatorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "f1")
        assert "Go to:" in shown(app)

        await keys(pilot, "f1")
        assert "Go to:" not in shown(app)

        await keys(pilot, "f5")
        assert "F5 does nothing here; ? shows the keys" in shown(app)


async def test_words_of_a_category_are_found_at_its_entry_first(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "question_mark", "slash", *"denial", "enter")

        assert any("r denial  " in line for line in shown(app).splitlines())


async def test_the_help_begins_with_the_tour_and_tells_the_history_by_titles(app: AnnotatorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "question_mark")
        said = shown(app)
        assert said.index("In short") < said.index("Four keys: 1 who speaks") < said.index("the ranked speakers")

        await keys(pilot, "escape", "j", "1", "o", "f", "H")
        assert "claim type: — → fact" in shown(app)
        assert "claim_type" not in shown(app)


def enter_issue(project: Store, name: str) -> None:
    with project.history.step(project.program(), "a target") as step:
        project.registry.put(step, Speaker(speaker_id=str(uuid4()), name=name, kind="issue"))


async def test_the_help_lists_the_targets_of_the_project_with_their_definitions(
    app: AnnotatorApp, project: Store
) -> None:
    enter_issue(project, "the pier")
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "S", *"the pier", "enter", *"defin", "enter", *"the old one of 1880", "enter")
        assert "describe the pier" in shown(app)

        await keys(pilot, "question_mark", "6")
        assert "the pier  the old one of 1880" in shown(app)


async def test_the_registry_is_found_by_the_words_people_use(app: AnnotatorApp, project: Store) -> None:
    enter_issue(project, "the pier")
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "S")
        assert "speakers and targets: type to find an entry" in shown(app)
        assert "the pier · only a target" in shown(app)

        await keys(pilot, *"the pier", "enter", *"rename", "enter")
        assert "the pier: rename" in shown(app)
        await keys(pilot, "backspace", "backspace", "enter", "enter")

    assert "the pi" in [one.name for one in project.registry.all()]
