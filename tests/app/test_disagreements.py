"""The disagreement browser under Pilot: what stands on the screen, where Enter goes, what stays hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from threading import Event
from typing import Any
from unittest.mock import ANY

import pytest
from textual.app import App
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import OptionList

from annotator.app.adjudication_app import AdjudicationApp
from annotator.app.colours import ReadableTheme
from annotator.app.screens import disagreements
from annotator.app.screens.disagreements import Disagreements
from annotator.app.themes import OFFERED, OWN
from annotator.reports.differences.disagreements import Search
from annotator.store import Store
from annotator.store.changes.adjudication import GoldParagraph, adjudicated, gold_of, name_judges
from annotator.store.changes.assignment_plan import AssignmentPlan
from tests.app.conftest import keys, pale_words
from tests.app.steady import until
from tests.conftest import MakeProject, connect, political_claims
from tests.reports.coding import CODEBOOK, Said, code


class Browser(ReadableTheme, App[int | None]):
    """An app that holds nothing but the browser.

    Attributes:
        lets_threads_run: Whether keys are pressed while a thread compares.
    """

    lets_threads_run = False

    def __init__(self, store: Store, coder: str) -> None:
        super().__init__()
        self.store = store
        self.coder = coder

    def on_mount(self) -> None:
        self.push_screen(Disagreements(self.store, self.coder), self.exit)


def shown(app: App[Any]) -> str:
    """What stands on the screen, a line a line."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()[:height]
    return "\n".join(strip.crop(0, width).text.rstrip() for strip in lines)


@pytest.fixture
def project(make_project: MakeProject) -> Store:
    store = make_project(
        "The pier must be rebuilt, she said on Monday.\nThe plan is [/b] a gift \x1b[31mto hotels.\nNobody asked us.",
        codebook=CODEBOOK,
    )
    code(store, "ada", 1, Said({"stance": "oppose"}, evidence=(0, 25), note="see rule 3"))
    code(store, "ben", 1, Said({"stance": "neutral"}, evidence=(0, 15)))
    code(store, "ada", 2, Said({"stance": "oppose", "kind": "fact"}), Said({"kind": "demand"}, evidence=(1, 4)))
    code(store, "ben", 2, Said({"stance": "support", "kind": "denial"}))
    code(store, "ben", 3, Said({"stance": "oppose"}))
    code(store, "cleo", 3, Said({"stance": "support"}))
    return store


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_all_codings_stand_side_by_side(project: Store, size: tuple[int, int]) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=size) as pilot:
        await pilot.press("down")

        screen = shown(app)

        assert "2 paragraphs differ, 2 comparisons of two coders · 1 hidden" in screen
        assert "‹[The pier must b]e rebuilt," in screen
        assert "≠ stance" in screen
        assert "ada noted: see rule 3" in screen
        assert "Esc back" in screen


async def test_enter_goes_to_the_paragraph_and_esc_goes_back(project: Store) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("down", "enter")
    assert app.return_value == 1

    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("escape")
    assert app.return_value is None


async def test_a_filter_by_variable_narrows_the_list_and_0_takes_it_away(project: Store) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("v", *"kind", "enter")
        assert app.screen.query_one(OptionList).option_count == 1
        assert "only variable kind" in shown(app)

        await pilot.press("0")
        assert app.screen.query_one(OptionList).option_count == 2


async def test_markup_and_escapes_of_the_text_are_shown_and_not_obeyed(project: Store) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()

        screen = shown(app)

        assert "[/b] a gift ␛[31mto" in screen
        assert "\x1b" not in screen


async def test_who_is_still_blind_sees_nothing(project: Store) -> None:
    app = Browser(project, "dora")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()

        screen = shown(app)

        assert "There is nothing to compare yet" in screen
        assert "oppose" not in screen


async def test_a_click_of_the_mouse_goes_to_the_paragraph(project: Store) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.click(OptionList, offset=(3, 0))
    assert app.return_value == 2


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_one_key_lets_one_coders_work_stand_and_z_takes_it_back(project: Store, size: tuple[int, int]) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "2")
        await pilot.press("down", "enter")

        gold = gold_of(project, 1)
        assert gold is not None
        assert gold.statements[0].labels == {"stance": "neutral"}
        assert "1 gold" in shown(app)

        assert "✓ gold by ada: coded" in shown(app)
        assert "Ása Brandt: stance neutral" in shown(app)

        await pilot.press("z")
        assert gold_of(project, 1) is None
        assert "✓" not in shown(app)


@pytest.mark.parametrize(("answer", "is_gold"), [(("enter",), False), (("escape",), False), (("down", "enter"), True)])
async def test_a_coder_is_asked_before_a_key_makes_gold(project: Store, answer: list[str], is_gold: bool) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "2")
        assert gold_of(project, 1) is None
        assert "gold layer" in shown(app)

        await pilot.press(*answer)

        assert (gold_of(project, 1) is not None) is is_gold


async def test_every_difference_is_asked_for_and_then_why(project: Store) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("down", "s")
        assert "1 of at most 1 · statement 1, stance: which is right?" in shown(app)
        assert "neutral: ben" in shown(app)

        await pilot.press("down", "down", "enter", *"rule 3", "enter")

        gold = gold_of(project, 1)
        assert gold is not None
        assert (gold.statements[0].labels, gold.reason) == ({"stance": "support"}, "rule 3")


async def test_leaving_before_the_last_question_settles_nothing(project: Store) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("s", "enter", "escape")
        assert adjudicated(project) == set()

        await pilot.press("w")
        assert "this paragraph has no gold yet" in shown(app)


async def test_what_is_settled_can_be_left_out(project: Store) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("u", "x")
        await pilot.press("down", "enter")

        assert app.screen.query_one(OptionList).option_count == 1
        assert "1 gold, not shown" in shown(app)
        gold = gold_of(project, 2)
        assert gold is not None
        assert gold.state == "no claim"


async def test_the_first_disagreements_are_listed_and_settled_while_the_rest_is_compared(
    project: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second paragraph differs more; it comes later and goes to the top without moving the cursor."""
    go_on = Event()
    steps = Search.steps

    def slowly(search: Search) -> Iterator[None]:
        for n, _ in enumerate(steps(search)):
            yield
            if n == 0:
                assert go_on.wait(20)

    monkeypatch.setattr(Search, "steps", slowly)
    monkeypatch.setattr(disagreements, "_FIRST", 1)
    monkeypatch.setattr(disagreements, "_AT_WORK", 0)
    app = Browser(project, "ada")
    app.lets_threads_run = True
    async with app.run_test(size=(120, 36)) as pilot:
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count > 0)
        assert "compared" in shown(app)

        await pilot.press("2")
        await pilot.press("down", "enter")
        go_on.set()
        await app.workers.wait_for_complete()
        await pilot.pause()

        assert gold_of(project, 1) is not None
        assert (options.option_count, options.highlighted) == (2, 1)
        assert "1 gold" in shown(app)
        assert "compared ·" not in shown(app)


async def test_a_verdict_leaves_the_other_rows_as_they_are(project: Store) -> None:
    """A list of thousands is not filled anew for one key."""
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        rows = [*app.screen.query_one(OptionList).options]

        await pilot.press("down", "2")
        await pilot.press("down", "enter")

        assert [*app.screen.query_one(OptionList).options] == rows
        assert "✓ 0.5 ¶1" in shown(app)


@pytest.mark.parametrize("most", [1000, 2], ids=["filled anew", "removed"])
async def test_with_gold_left_out_a_settled_row_goes_and_z_brings_it_back(
    project: Store, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disagreements, "MOST_LISTED", most)
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("u", "x")
        await pilot.press("down", "enter")
        assert app.screen.query_one(OptionList).option_count == 1

        await pilot.press("z")
        assert app.screen.query_one(OptionList).option_count == 2


async def test_what_comes_from_the_thread_after_the_browser_was_closed_changes_nothing(project: Store) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        browser = app.screen
        assert isinstance(browser, Disagreements)
        found, view = browser._found, browser._view
        assert found is not None
        app.push_screen(Screen())
        app.screen_stack[-2].remove()
        app._screen_stack.remove(browser)
        await pilot.pause()

        browser._take(found, view)
        browser.on_resize(Resize(Size(80, 24), Size(80, 24)))

        assert not browser.children


async def test_a_decision_waits_for_another_program_and_leaving_tells_when_it_is_lost(project: Store) -> None:
    app = AdjudicationApp(project, "dora")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        with closing(connect(project.path)) as other:
            other.execute("begin immediate")
            await pilot.press("1")
            assert "another program is writing" in shown(app)
            await pilot.press("escape")
            assert "given up" in shown(app)

            await pilot.press("1")
            assert "another program is writing" in shown(app)
            other.execute("rollback")
        await until(pilot, lambda: len(adjudicated(project)) == 1)

        with closing(connect(project.path)) as other:
            other.execute("begin immediate")
            await pilot.press("2", "x")
            app.leave(0.1)
            await until(pilot, lambda: app._exit)

    assert app.n_unwritten == 2
    assert app.return_code == 1


@pytest.fixture
def three(project: Store) -> Store:
    """Three coders: they agree in nothing on paragraph 1, two of them on paragraph 2, all on none."""
    said: dict[str, Any] = {"stance": "unclear", "weight": 3, "issues": ["sea"], "words": "a pier"}
    code(project, "cleo", 1, Said(said, ("Bo Reed",), evidence=(0, 15)))
    code(project, "cleo", 2, Said({"stance": "support", "kind": "denial"}))
    return project


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_an_adjudicator_sees_all_coders_and_the_majority(three: Store, size: tuple[int, int]) -> None:
    app = AdjudicationApp(three, "dora")
    async with app.run_test(size=size) as pilot:
        await pilot.press("k", "j")
        screen = shown(app)

        assert "1 ‹ada›" in screen
        assert "3 {cleo}" in screen
        assert "● more than half of the coders" in screen


async def test_m_makes_the_majority_gold_and_is_refused_where_there_is_none(three: Store) -> None:
    app = AdjudicationApp(three, "dora")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, Disagreements)
        for row, case in enumerate(screen._shown):
            screen.query_one(OptionList).highlighted = row
            await pilot.pause()
            if case.paragraph == 1:
                await pilot.press("m")
                assert "no answer has more than half of the coders: stance" in shown(app)
            if case.paragraph == 2:
                await pilot.press("m")
    assert gold_of(three, 1) is None
    gold = gold_of(three, 2)
    assert gold is not None
    assert [one.labels["stance"] for one in gold.statements] == ["support"]


async def at(app: AdjudicationApp, pilot: Any, paragraph: int) -> None:
    """Stand on a paragraph of the list."""
    await pilot.pause()
    await pilot.pause()
    screen = app.screen
    assert isinstance(screen, Disagreements)
    rows = [row for row, case in enumerate(screen._shown) if case.paragraph == paragraph]
    screen.query_one(OptionList).highlighted = rows[0]
    await pilot.pause()


async def test_other_gold_is_replaced_only_after_a_question(three: Store) -> None:
    app = AdjudicationApp(three, "dora")
    async with app.run_test(size=(120, 36)) as pilot:
        await at(app, pilot, 2)
        await pilot.press("1")
        await at(app, pilot, 2)
        await pilot.press("1")
        assert isinstance(app.screen, Disagreements), "the same gold needs no question"
        first = gold_of(three, 2)
        assert first is not None
        await at(app, pilot, 2)
        await pilot.press("x")
        assert "this paragraph has other gold, by dora; replace it?" in shown(app)
        await pilot.press("enter")
        assert gold_of(three, 2) == first

        await pilot.press("x", "y", "e", "s", "enter")
        second = gold_of(three, 2)
        assert second is not None
        assert (second.state, second.statements) == ("no claim", ())


@pytest.mark.slow
async def test_any_value_can_be_given_a_number_a_set_a_name_and_a_text(three: Store) -> None:
    app = AdjudicationApp(three, "dora")
    async with app.run_test(size=(120, 36)) as pilot:
        await at(app, pilot, 1)
        await pilot.press("s")
        asked = {
            "speaker": [*"Cai Lund", "enter"],
            "stance": [*"support", "enter"],
            "issues": [*"put together", "enter", "enter", "up", "enter"],
            "weight": [*"2.5", "enter"],
            "words": [*"a new pier", "enter"],
        }
        for name, keys in asked.items():
            await pilot.pause()
            assert f"statement 1, {name}: which is right?" in shown(app)
            await pilot.press(*keys)
        await pilot.press("enter")

    gold = gold_of(three, 1)
    assert gold is not None
    [statement] = gold.statements
    assert statement.speakers == ("Cai Lund",)
    assert statement.labels == {"stance": "support", "issues": ["jobs"], "weight": 2.5, "words": "a new pier"}
    assert len(statement.of) == 3


@pytest.mark.slow
async def test_gold_is_changed_value_by_value_and_undone(three: Store) -> None:
    app = AdjudicationApp(three, "dora")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, 1)
        await pilot.press("e")
        assert "this paragraph has no gold yet" in shown(app)
        await pilot.press("1", "k")
        await at(app, pilot, 1)
        await pilot.press("e", *"stance", "enter", *"unclear", "enter")
        gold = gold_of(three, 1)
        assert gold is not None
        assert gold.statements[0].labels == {"stance": "unclear"}

        await pilot.press("e", *"evidence", "enter", *"The pier", "enter")
        assert "“The pier”" in shown(app)
        gold = gold_of(three, 1)
        assert gold is not None
        assert gold.statements[0].evidence == (0, 8)

        await pilot.press("e", *"away", "enter")
        assert gold_of(three, 1) == GoldParagraph("no claim", decided_by="dora", decided_at=ANY)
        await pilot.press("z")
        assert gold_of(three, 1) == gold._replace(decided_at=ANY)


@pytest.mark.slow
async def test_a_statement_that_no_coder_has_is_added_where_all_coded_alike(three: Store) -> None:
    for coder in ("ada", "ben", "cleo"):
        code(three, coder, 3, state="no claim")
        for statement in three.coding(coder).statements(3):
            with three.coding(coder).step("take it away", 3) as step:
                step.change_statement(statement.statement_id, deleted=True)
    app = AdjudicationApp(three, "dora")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("l")
        await at(app, pilot, 3)
        assert "1 coded alike" in shown(app)
        await pilot.press("x", "up")
        await at(app, pilot, 3)
        await pilot.press("plus", *"asked", "enter", *"Bo Reed", "enter", *"oppose", "enter", *"demand", "enter")
        await pilot.press(*"nothing", "enter", "7", "enter", *"nothing", "enter")

    gold = gold_of(three, 3)
    assert gold is not None
    [added] = gold.statements
    assert (gold.state, added.speakers) == ("coded", ("Bo Reed",))
    assert added.labels == {"stance": "oppose", "kind": "demand", "weight": 7}
    assert added.of == ()


async def test_keys_that_come_together_go_into_the_box_that_the_first_opens(three: Store) -> None:
    app = AdjudicationApp(three, "dora")
    async with app.run_test(size=(120, 36)) as pilot:
        await at(app, pilot, 1)
        screen = app.screen
        assert isinstance(screen, Disagreements)
        assert not screen.is_text(["s", *"neutral", "enter"], 1)
        assert screen.is_text([*"neutral"], 1)


@pytest.mark.slow
async def test_who_may_not_adjudicate_is_told_and_sees_no_key_for_it(three: Store) -> None:
    name_judges(three, ["dora"])
    app = Browser(three, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        for key in ("1", "m", "s", "x", "e", "plus", "w", "z"):
            await pilot.press("0", key)
            assert "only dora may adjudicate in this project, not ada" in shown(app), key
        assert "majority's" not in shown(app)
    assert adjudicated(three) == set()


@pytest.mark.slow
async def test_a_rule_from_a_case_lets_what_it_concerns_be_coded_again(three: Store) -> None:
    app = AdjudicationApp(three, "dora")
    async with app.run_test(size=(120, 36)) as pilot:
        await at(app, pilot, 2)
        await pilot.press("R", *"stance: oppose", "enter", *"example", "enter", "enter")
        assert "which labels come back, to be coded again blind?" in shown(app)
        await pilot.press("down", "enter", "enter", *"ada", "enter")
        assert "yes: paragraphs come back (ada 2), hidden among 0 others" in shown(app)
        await pilot.press("down", "enter")
        assert "✓ the codebook is harbour 2.0.1 now; coming back: 2 paragraphs" in shown(app)

    category = three.codebooks.current().variables[1].category("oppose")
    assert category is not None
    assert [one.text for one in category.examples] == ["The plan is [/b] a gift ␛[31mto hotels."]
    assert [(one.coder, one.batch) for one in AssignmentPlan(three).given()] == [
        ("ada", "recode stance/oppose (2.0.1)"),
        ("ada", "recode stance/oppose (2.0.1)"),
    ]
    assert three.blindness("ada").open_phases == ("recheck",)
    assert [one["coder"] for one in three.status()["coders"]] == ["ada", "ben", "cleo"]


@pytest.mark.slow
@pytest.mark.parametrize("last", ["escape", "enter"])
async def test_a_rule_is_not_added_if_the_adjudicator_leaves(three: Store, last: str) -> None:
    app = AdjudicationApp(three, "dora")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, 2)
        await pilot.press("R", *"stance: oppose", "enter", "enter", *"When harm is named.", "enter")
        await pilot.press("down", "enter", "enter", "enter", *last.split())

    assert three.codebooks.current().version == "2.0"
    assert AssignmentPlan(three).given() == []


@pytest.mark.slow
async def test_a_coder_who_may_not_adjudicate_adds_a_rule_and_nothing_comes_back(three: Store) -> None:
    name_judges(three, ["dora"])
    app = Browser(three, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("R", *"stance: oppose", "enter", "enter", *"When harm is named.", "enter")
        assert "✓ the codebook is harbour 2.0.1 now" in shown(app)
    assert AssignmentPlan(three).given() == []


@pytest.mark.slow
@pytest.mark.parametrize("theme", [name for name in OFFERED.values() if not name.startswith("ansi")])
async def test_every_word_of_the_disagreement_browser_can_be_read(project: Store, theme: str) -> None:
    app = AdjudicationApp(project, "judge")
    async with app.run_test(size=(120, 36)) as pilot:
        for own in OWN:
            app.register_theme(own)
        app.theme = theme
        await keys(pilot, "down", "1")
        assert not pale_words(app)
        await keys(pilot, "s")
        assert not pale_words(app)


async def test_a_short_list_leaves_the_smallest_window_to_the_codings(project: Store) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: "≠ stance" in shown(app))

        most = next(line for line in shown(app).splitlines() if line.startswith(" most often: "))

    assert most.endswith("…")


async def test_an_empty_list_names_no_key_that_does_nothing(project: Store) -> None:
    app = Browser(project, "dora")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        screen = shown(app)
        assert screen.splitlines()[-1].strip() == "Esc back"
        assert "hidden until you are done with them" in " ".join(screen.split()), "the first line goes on"

    app = Browser(project, "ada")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "u", "x", "down", "enter", "x", "down", "enter")
        screen = shown(app)
        assert screen.splitlines()[-2:] == [" Esc back", " u without gold"]


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_while_a_box_is_open_only_its_keys_are_named(project: Store, size: tuple[int, int]) -> None:
    app = Browser(project, "ada")
    async with app.run_test(size=size) as pilot:
        await pilot.press("v")
        screen = shown(app)
        assert "no claim" not in screen
        assert re.search(r"Enter takes the marked line[ │·\n]+↓ ↑ another · Esc leaves", screen)

        await pilot.press("escape")
        assert "no claim" in shown(app)


async def test_gold_is_told_in_the_titles_of_the_screen(make_project: MakeProject) -> None:
    store = make_project("The pier must be rebuilt, she said.", codebook=political_claims())
    for coder, kind in (("ada", "demand"), ("ben", "fact")):
        code(store, coder, 1, Said({"stance": "support", "claim_type": kind}))
    app = Browser(store, "ada")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("1", "down", "enter")
        screen = shown(app)

    assert "Ása Brandt: stance support, claim type demand" in screen
    assert "more than half" not in screen, "two coders have no majority"
