"""The labelling screen under Pilot: what a key leaves in the file, what is shown of it, and what the mouse does."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from annotator.app import keyed_app
from annotator.app.app import AnnotatorApp
from annotator.app.screens.label import LabelScreen
from annotator.app.widgets.article_view import ArticleView
from annotator.app.widgets.form_panel import FormPanel, Row
from annotator.codebook.file import load_codebook
from annotator.model import Speaker
from annotator.session import Session
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, GoldStatement
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.file.meta import LOCKED, write_meta
from annotator.store.tables.study.fixed_answers import FIXED
from annotator.text.terminal_text import plain
from tests.app.conftest import SIZES, keys, pale_words, resize, seeds, shown
from tests.app.steady import until
from tests.conftest import MakeProject, Snapshot, connect, political_claims
from tests.session.conftest import DOUBTFUL, Database, instrument


def screen(app: AnnotatorApp) -> LabelScreen:
    found = app.screen_stack[1]
    assert isinstance(found, LabelScreen)
    return found


def place_of(app: AnnotatorApp, text: str, line: str = "") -> tuple[int, int]:
    """Column and line where a text stands, in a line that holds another."""
    for y, one in enumerate(shown(app).splitlines()):
        if text in one and line in one:
            return one.index(text), y
    raise AssertionError(f"{text!r} is not on the screen:\n{shown(app)}")


# keys


@pytest.mark.parametrize(
    ("pressed", "label"),
    [
        *(
            ((key,), ("stance", name))
            for key, name in [
                ("s", "support"),
                ("o", "oppose"),
                ("n", "neutral"),
                ("m", "mixed"),
                ("u", "unclear"),
            ]
        ),
        *(
            ((key,), ("claim_type", name))
            for key, name in [
                ("f", "fact"),
                ("i", "interpretation"),
                ("e", "evaluation"),
                ("p", "prediction"),
                ("d", "demand"),
                ("c", "commitment"),
                ("a", "accusation"),
                ("r", "denial"),
            ]
        ),
        (("t", "t", "a", "x", "enter"), ("target", "tax")),
        (("y", "d"), ("mode", "direct")),
    ],
)
async def test_every_flat_key_of_the_default_codebook_writes_its_label(
    pressed: tuple[str, ...], label: tuple[str, str], app: AnnotatorApp, database: Database
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, *pressed)

        assert database.statements()[0][label[0]] == label[1]
        assert database.origins()[0][label[0]] == "coder"


async def test_a_statement_takes_four_keys_and_a_paragraph_without_a_claim_one(
    app: AnnotatorApp, database: Database
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "x")
        first = screen(app).session.suggestions.ranked()[0].name
        await keys(pilot, "1", "s", "d", "enter")

        (statement,) = database.statements()
        assert (statement["speakers"], statement["stance"], statement["claim_type"]) == ([first], "support", "demand")
        assert [database.state(i) for i in range(3)] == ["no claim", "coded", "open"]


async def test_every_other_key_does_what_the_table_says(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        session = screen(app).session
        await keys(pilot, "b")
        assert database.state(0) == "furniture"
        await keys(pilot, "0", "n", "f", "!")
        assert database.review(1)[1]
        await keys(pilot, "space", "o", "e")
        assert len(database.statements()) == 2
        await keys(pilot, "tab", "u")
        assert [one["stance"] for one in database.statements()] == ["unclear", "oppose"]
        await keys(pilot, "backspace")
        assert len(database.statements()) == 1
        await keys(pilot, "z")
        assert len(database.statements()) == 2
        await keys(pilot, "Z")
        assert len(database.statements()) == 1
        await keys(pilot, "enter", "h", "c")
        assert database.review(2)[3] == "caption"
        await keys(pilot, "h", "equals_sign")
        assert database.state(2) == "duplicate"
        assert database.state(3) == "furniture"
        assert "¶ 4 passed as furniture; z takes it back" in shown(app)
        await keys(pilot, "j")
        assert session.cursor.index == 5
        await keys(pilot, "k", "up", "down")
        assert session.cursor.index == 4
        await keys(pilot, "g", "6", "enter")
        assert session.cursor.index == 5
        await keys(pilot, "right_square_bracket")
        assert "last article" in shown(app)
        await keys(pilot, "left_square_bracket")
        assert "first article" in shown(app)


async def test_the_arrow_keys_move_both_ends_and_the_footer_says_where(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "j", "s", "down")
        assert database.statements()[0]["evidence"] == "“We shall pay for it,” she said."
        assert "evidence: sentence 2 of 3" in shown(app)

        await keys(pilot, "left")
        assert database.statements()[0]["evidence"] == "“We shall pay for it,”"
        assert "evidence: clause 4 of 6" in shown(app)

        await keys(pilot, "right", "right", "full_stop", "shift+right")
        assert database.statements()[0]["evidence"] == "shall pay for it,” she said. Critics doubt the price."
        assert "evidence: words 16–25 of 25, by word" in shown(app)


async def test_evidence_of_other_statements_has_their_numbers_behind_it(app: AnnotatorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "j", "2", "space", "space")

        assert "must be rebuilt.¹“We shall pay for it,” she said.²Critics doubt" in shown(app)


async def test_a_number_behind_evidence_moves_no_word_under_the_mouse(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "j", "s", "space", "up", "space")
        assert "rebuilt.¹²“We shall" in shown(app)
        x, y = place_of(app, "she said")
        await pilot.mouse_down(offset=(x, y))
        await pilot.hover(offset=(x + 2, y))
        await pilot.mouse_up(offset=(x + 2, y))
        await pilot.pause()

        assert database.statements()[-1]["evidence"] == "she"


async def test_the_evidence_is_in_sight_while_a_box_is_open(app: AnnotatorApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "j", "s", "down", "w")
        assert "“We shall pay for it,” she said." in shown(app)

        await keys(pilot, "escape", "slash")
        assert "“We shall pay for it,” she said." in shown(app)


async def test_notes_and_speakers_are_typed_and_their_letters_are_text(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "slash", "x", "z", "space", "q", "enter")
        assert database.statements()[0]["speakers"] == ["xz q"]
        await keys(pilot, "w", "o", "x", "space", "1", "exclamation_mark", "enter")
        assert database.statements()[0]["note"] == "ox 1!"
        assert "stance" not in database.statements()[0]

        await keys(pilot, "slash", "R", "e", "e", "enter")
        assert database.statements()[0]["speakers"] == ["Bo Reed"]

        await keys(pilot, "w", "n", "o", "escape", "slash", "x", "escape")
        assert database.statements()[0]["note"] == "ox 1!"
        assert database.statements()[0]["speakers"] == ["Bo Reed"]


async def test_a_key_without_a_meaning_says_so_and_changes_nothing(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "semicolon")

        assert "; does nothing here" in shown(app)
        assert database.n_steps() == 0


async def test_leaving_an_opened_variable_changes_nothing(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        for opener in ("t", "y", "h"):
            await keys(pilot, opener, "escape")
        await keys(pilot, "y", "x")
        assert "is not a key of mode" in shown(app)
        await keys(pilot, "escape")

        assert database.n_steps() == 0


async def test_a_variable_without_a_key_is_opened_from_the_list(make_project: MakeProject) -> None:
    codebook = instrument({"name": "speaker", "level": "entity"}, {"name": "verb of saying", "level": "text"})
    store = make_project("One line.", codebook=codebook)
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "V", "v", "e", "r", "enter")
        await keys(pilot, "s", "a", "y", "s", "enter")

        assert Database(store.path).statements()[0]["verb of saying"] == "says"


async def test_the_search_opens_with_a_hint(app: AnnotatorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "F")
        assert "type words or conditions, as below" in shown(app)
        assert "nothing found" not in shown(app)

        await keys(pilot, *"qqq")
        assert "nothing found" in shown(app)


async def test_a_variable_that_is_switched_off_is_switched_on_from_the_list(app: AnnotatorApp, project: Store) -> None:
    def is_asked() -> bool:
        return any(variable.name == "relay" and variable.enabled for variable in project.codebooks.current().variables)

    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "V", *"relay")
        assert "relay: not asked; Enter asks for it from now on" in shown(app)

        await keys(pilot, "enter")
        assert "relay is asked now" in shown(app)
        assert is_asked()

        await keys(pilot, "V", *"relay", "enter", *"Reuters", "enter")
        assert "Reuters" in shown(app)

        await keys(pilot, *"z" * 2)
        assert not is_asked()


async def test_the_palette_does_what_a_key_does(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "ctrl+p", *"no claim, next")
        await keys(pilot, "enter")

        assert database.state(0) == "no claim"


@pytest.mark.parametrize(("typed", "n_steps"), [(", next", 1), ("zz", 0)])
async def test_enter_in_the_palette_waits_for_what_the_last_letters_find(
    app: AnnotatorApp, database: Database, typed: str, n_steps: int
) -> None:
    """Textual shows what it finds up to 0.1 seconds later; until then the list is that of fewer letters."""
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "ctrl+p", *"no claim")
        app.put([*(events.Key(sign, sign) for sign in typed), events.Key("enter", "\r")])
        await pilot.pause()

        assert database.n_steps() == n_steps


async def test_a_key_waits_for_the_one_before_however_long_the_machine_stands_still(
    app: AnnotatorApp, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyed_app, "_LONGEST_REST", 0.1)
    n_steps = []

    async def begin() -> None:
        for _ in range(20):
            time.sleep(0.01)  # the whole program is held up
            await asyncio.sleep(0)
        n_steps.append(database.n_steps())

    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        begun = asyncio.create_task(begin())
        app.press("x")
        await begun
        await pilot.pause()

    assert [*n_steps, database.n_steps()] == [0, 1]


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_leaving_needs_no_saving(key: str, app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "o", key)

    assert app.return_code == 0
    assert database.statements()[0]["stance"] == "oppose"


# what is shown is what is stored


async def test_a_key_press_is_on_disk_before_the_screen_shows_it(
    app: AnnotatorApp, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[list[str], Any]] = []
    show = FormPanel.show

    def watched(panel: FormPanel, rows: list[Row]) -> None:
        chosen = [part.text for row in rows for part in row if part.style == "chosen" and " oppose]" in part.text]
        stored = [one.get("stance") for one in database.statements()]
        seen.append((chosen, stored))
        show(panel, rows)

    monkeypatch.setattr(FormPanel, "show", watched)
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "o")

    assert any(chosen for chosen, _ in seen)
    assert all(stored == ["oppose"] for chosen, stored in seen if chosen)


@pytest.mark.slow
async def test_keys_wait_for_another_program_and_none_is_lost_or_lights_up_before(
    app: AnnotatorApp, project: Store, database: Database
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "o")
        with closing(connect(project.path)) as other:
            other.execute("begin immediate")
            await keys(pilot, "s", "d", "0", "enter")
            await until(pilot, lambda: "4 keys wait" in shown(app))
            assert "[o oppose]" in shown(app)
            assert "[s support]" not in shown(app)
            assert "another program is writing" in shown(app)
            other.execute("rollback")
        await until(pilot, lambda: "another program" not in shown(app))

        assert (database.statements()[0]["stance"], database.statements()[0]["claim_type"]) == ("support", "demand")
        assert "¶ 2/" in shown(app)


@pytest.mark.slow
async def test_waiting_can_be_given_up_and_text_goes_into_its_box_afterwards(
    app: AnnotatorApp, project: Store, database: Database
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "o")
        with closing(connect(project.path)) as other:
            other.execute("begin immediate")
            await keys(pilot, "s", "escape")
            assert "given up" in shown(app)
            await keys(pilot, "n", "w", "s", "x")
            other.execute("rollback")
        await until(pilot, lambda: bool(app.screen.query(Input)) and app.screen.query_one(Input).value == "sx")
        await keys(pilot, "escape")

        assert database.statements()[0]["stance"] == "neutral"
        assert "¶ 1/" in shown(app)


async def test_what_another_session_recorded_is_shown_when_one_comes_back(app: AnnotatorApp, project: Store) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        with Store(project.path) as store:
            other = Session(store, "a")
            other.statements.pick_journalist()
        await keys(pilot, "j", "k")

        assert "[0 journalist]" in shown(app)


# hostile text


HOSTILE = (
    "Esc \x1b[31mred\x1b[0m and \x1b]52;c;aGk=\x07 clip\n"
    "C1 \x9b2J and bell \x07 and delete \x7f\n"
    "Markup [bold red]b[/bold red] [/x] [@click=app.quit]c[/] \\[d\n"
    "Bidi \u202eevil\u202c and \u2066isolated\u2069 and zero\u200bwidth and soft\u00adhyphen\n"
    "Wide 新聞記者は言った 👩‍👩‍👧 naïve e\u0301 ﷽ 한국어\n"
    "Tabs\there\tand\u2028line\u2029separators\n" + "long" * 3000 + "\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_hostile_text_is_shown_harmless_and_coded_with_its_own_offsets(
    size: tuple[int, int], make_project: MakeProject
) -> None:
    store = make_project(HOSTILE, codebook=political_claims().model_copy(update={"pass_guessed": False}))
    store.coding("[/x]\u00e9")
    app = AnnotatorApp(Session(store, "[/x]é", lambda: 0.0))
    database = Database(store.path)
    n = len(app._session.cursor.article.paragraphs)
    async with app.run_test(size=size) as pilot:
        for i in range(n):
            assert screen(app).session.cursor.index == i
            text = screen(app).session.cursor.text
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown(app))
            await keys(pilot, "right", "0", "n", "f", "enter")
            assert screen(app).session.cursor.index == (i + 1 if i + 1 < n else i)
            statement = database.statements("[/x]é")[i]
            assert statement["evidence"] in text
            assert len(plain(text)) == len(text)


async def test_hostile_speakers_targets_and_titles_are_shown_harmless(make_project: MakeProject) -> None:
    codebook = instrument(
        {"name": "speaker", "level": "entity"},
        {"name": "[/x] v", "key": "v", "categories": [{"name": "[bold]c", "key": "c"}, {"name": "[/]", "key": "d"}]},
        {"name": "free", "level": "text", "key": "q"},
    )
    store = make_project("One line about [/x].", codebook=codebook)
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(
            pilot, "slash", *"[/x]", "enter", "v", "d", "q", *"[b", "enter", "w", *"[/]", "enter", "question_mark"
        )
        await keys(pilot, "escape", "z")

        (statement,) = Database(store.path).statements()
        assert statement["speakers"] == ["[/x]"]
        assert statement["[/x] v"] == "[/]"
        assert statement["free"] == "[b"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_long_name_is_cut_and_not_left_out(size: tuple[int, int], make_project: MakeProject) -> None:
    name = "Bartholomea-Wilhelmina Featherstonehaugh-Cholmondeley of Upper Langavik"
    store = make_project(f"{name} said no. Bo Reed said yes.")
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    with store.history.step(store.program(), "an entry") as step:
        store.registry.put(step, Speaker(speaker_id="x" * 36, name=name))
    async with app.run_test(size=size) as pilot:
        await keys(pilot, "slash", *"Barth", "enter", "s")
        assert re.search(r"\[?\d Bartholomea-Wilhelmina", shown(app))
        assert "Bo Reed" in shown(app)


# mouse


async def test_clicking_a_key_in_the_form_or_the_footer_presses_it(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j")
        await pilot.click(offset=place_of(app, "o oppose"))
        await pilot.pause()
        assert database.statements()[0]["stance"] == "oppose"

        await pilot.click(offset=place_of(app, "d demand"))
        await pilot.click(offset=place_of(app, "3 Critics"))
        await pilot.pause()
        assert database.statements()[0]["claim_type"] == "demand"
        assert database.statements()[0]["speakers"] == ["Critics"]

        await pilot.click(offset=place_of(app, "done  Space"))
        await pilot.pause()
        assert database.state(1) == "coded"


async def test_clicking_a_paragraph_goes_there_and_the_wheel_to_the_next(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.click(offset=place_of(app, "The pier was built"))
        await pilot.pause()
        assert screen(app).session.cursor.index == 4

        await pilot.click(offset=place_of(app, "Bo Reed of the"))
        await pilot.pause()
        assert screen(app).session.cursor.index == 2


async def test_words_marked_with_the_mouse_are_the_evidence(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "s")
        x, y = place_of(app, "Ada Stone", "harbour")
        await pilot.mouse_down(offset=(x, y))
        await pilot.hover(offset=(x + 8, y))
        await pilot.mouse_up(offset=(x + 8, y))
        await pilot.pause()

        assert database.statements()[0]["evidence"] == "Ada Stone"


# sizes


@pytest.mark.parametrize("size", SIZES)
async def test_all_that_is_needed_is_on_the_screen(size: tuple[int, int], app: AnnotatorApp) -> None:
    async with app.run_test(size=size) as pilot:
        await keys(pilot, "x", "x", "1")
        text = shown(app)

    for needed in (
        "Bo Reed of the fishing",
        "READ MORE",
        "Critics doubt",
        " Bo Reed",
        "0 journalist",
        "2 done, 4 left",
    ):
        assert needed in text, needed
    for key in "o oppose|n neutral|s support|m mixed|u unclear|f fact|d demand|r denial|l other|t —|y ".split("|"):
        assert key in text, key
    assert "Enter done" in text
    assert "x no claim" in text


@pytest.mark.slow
async def test_every_paragraph_of_a_sample_article_is_in_sight_when_it_is_current(make_project: MakeProject) -> None:
    text = min(seeds().glob("*.txt")).read_text(encoding="utf-8")
    app = AnnotatorApp(Session(make_project(text), "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        for i in range(len(screen(app).session.cursor.article.paragraphs)):
            assert screen(app).session.cursor.index == i
            begins = plain(screen(app).session.cursor.text)[:20]
            assert begins.split("\n")[0] in shown(app)
            await keys(pilot, "j")


async def test_a_window_grows_and_shrinks_without_losing_the_place(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "o")
        for size in [(40, 10), (59, 40), (200, 19), (60, 20), (300, 90), (1, 1), (80, 24)]:
            await resize(pilot, *size)
            is_tiny = size[0] < 60 or size[1] < 20
            assert app.screen.has_class("tiny") == is_tiny
            if is_tiny:
                await keys(pilot, "x", "s")
        assert database.statements()[0]["stance"] == "oppose"
        assert "[o oppose]" in shown(app)


# pictures


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("name", "pressed"),
    [
        ("begin", ("x", "k")),
        ("statement", ("x", "2", "s", "d", "t", "p", "i", "e", "enter", "!")),
        ("two-statements", ("x", "2", "s", "a", "space", "slash", "B", "o", "enter", "o", "right")),
        ("open-target", ("x", "2", "s", "t")),
        ("open-role", ("x", "h")),
        ("type-speaker", ("x", "slash", "R", "e")),
        ("missing", ("x", "2", "enter")),
        ("help", ("question_mark",)),
    ],
)
async def test_the_screen_looks_as_accepted(
    name: str, pressed: tuple[str, ...], size: tuple[int, int], app: AnnotatorApp, snapshot: Snapshot
) -> None:
    async with app.run_test(size=size) as pilot:
        await keys(pilot, *pressed)

        snapshot(f"{name}-{size[0]}x{size[1]}", shown(app))


@pytest.mark.parametrize("name", ["framing", "checkworthiness", "interview"])
async def test_the_other_codebooks_have_a_form_too(name: str, make_project: MakeProject, snapshot: Snapshot) -> None:
    codebook = load_codebook(Path(__file__).resolve().parents[2] / "schemas" / f"{name}.yaml")
    app = AnnotatorApp(Session(make_project("Pier vote.\nBo Reed said no.\n", codebook=codebook), "a", lambda: 0.0))
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "k")

        snapshot(f"codebook-{name}", shown(app))


async def test_the_article_view_lays_out_only_what_is_in_sight(make_project: MakeProject) -> None:
    text = "\n".join(f"Paragraph {i} says a little more than nothing at all." for i in range(3000))
    app = AnnotatorApp(Session(make_project(text), "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "g", *"1500", "enter")

        assert "Paragraph 1499 says" in shown(app)
        assert len(app.screen.query_one(ArticleView)._lines) <= 24


async def test_a_locked_codebook_refuses_a_rule_before_it_is_typed(app: AnnotatorApp, project: Store) -> None:
    write_meta(project.connection, LOCKED, "1")
    before = project.codebooks.current_id()

    async with app.run_test(size=SIZES[0]) as pilot:
        await keys(pilot, "R")
        assert "the codebook is locked in this file" in shown(app)
        await keys(pilot, "x")

    assert project.codebooks.current_id() == before
    assert project.coding("a").review(1).state == "no claim"


@pytest.mark.parametrize("size", SIZES)
async def test_gold_stands_beside_the_answer_in_training(
    project: Store, snapshot: Snapshot, size: tuple[int, int]
) -> None:
    told = GoldStatement((137, 158), ("Ada Stone",), {"stance": "support", "claim_type": "commitment"})
    Adjudication(project, "lead").adjudicate(2, GoldParagraph("coded", (told,), reason="she promises to pay"))
    plan = AssignmentPlan(project)
    plan.put(plan.draw(["a"], feedback=True), "training", "one", feedback=True)
    app = AnnotatorApp(Session(project, "a", lambda: 0.0))
    async with app.run_test(size=size) as pilot:
        await keys(pilot, "j", "1", "s", "d")
        assert "gold" not in shown(app)

        await keys(pilot, "enter")

        snapshot(f"gold-{size[0]}x{size[1]}", shown(app))
        await keys(pilot, "question_mark")
        for theme in ("textual-light", "textual-dark"):
            app.theme = theme
            await pilot.pause()
            assert not pale_words(app)
        await keys(pilot, "escape")
        await keys(pilot, "o")
        assert FIXED in " ".join(shown(app).split())


async def test_a_question_mark_stands_beside_a_role_guessed_in_doubt(make_project: MakeProject) -> None:
    app = AnnotatorApp(Session(make_project(DOUBTFUL), "a", lambda: 0.0))

    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "j", "j")
        in_doubt = shown(app)
        await keys(pilot, "b", "k")
        settled = shown(app)

    assert re.search(r"4 ○\? +Now it is your turn", in_doubt)
    assert "¶ 4/6 body?, open" in in_doubt
    assert "?  " not in settled.split("Now it is your turn")[0].splitlines()[-1]
