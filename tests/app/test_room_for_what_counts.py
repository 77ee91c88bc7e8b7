"""What gives way where the window is narrow, and what does not."""

from __future__ import annotations

import re

import pytest

from annotator.app.app import AnnotatorApp
from annotator.codebook.model import Codebook
from annotator.session import Session
from annotator.store import Store
from tests.app.conftest import keys, shown
from tests.conftest import MakeProject, political_claims
from tests.session.test_digits import issue


async def test_progress_is_in_sight_at_80_columns_however_long_the_names_are(project: Store) -> None:
    app = AnnotatorApp(Session(project, "a coder with a name of sixty characters and not one letter less", lambda: 0.0))

    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "exclamation_mark")

        first = shown(app).splitlines()[0]

    assert "0 done, 6 left · 1 flagged" in first
    assert "¶ 1/6 headline, open" in first


async def test_the_current_statement_is_in_sight_among_many(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "1", *["space"] * 8)
        last = shown(app)
        await keys(pilot, *["shift+tab"] * 4)
        middle = shown(app)

    assert re.search(r"statement …? .*\[9 \w+\]", last)
    assert re.search(r"statement .*\[5 \w+\]", middle)


async def test_a_chosen_speaker_and_the_reason_for_offering_it_are_apart(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "2")

        assert "[2 Ada Stone] “she”" in shown(app)


async def test_a_long_sentence_is_shown_to_its_end(app: AnnotatorApp, project: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        elsewhere = project.path.with_name("elsewhere.db")
        project.path.rename(elsewhere)
        await keys(pilot, "x")

        said = " ".join(" ".join(shown(app).splitlines()[-6:]).split())
        assert "put it back, or leave and open it again" in said
        assert "Enter done" in said

        elsewhere.rename(project.path)
        await keys(pilot, "x")
        assert "✓ saved" in shown(app).splitlines()[-2]
        assert "no statement yet" in shown(app).splitlines()[-14], "the lines are given back"


async def test_statements_carry_the_name_that_tells_speakers_apart(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        for name in ("Xi Jinping", "State Department"):
            typed = ("space" if sign == " " else sign for sign in name)
            await keys(pilot, "space", "slash", *typed, "enter")

        assert re.search(r"statement  1 Xi \[2 State Department\]", shown(app))


async def test_statements_carry_both_of_two_speakers_and_how_many_more(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        for names in (("Xi Jinping", "Vladimir Putin"), ("State Department", "Xi Jinping", "Bo Reed")):
            await keys(pilot, "space")
            for name in names:
                typed = ("space" if sign == " " else sign for sign in name)
                await keys(pilot, *([] if name == names[0] else ["comma"]), "slash", *typed, "enter")

        assert re.search(r"statement  1 Xi, Putin \[2 State…, Xi \+1\]", shown(app))


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_no_prompt_is_cut_in_a_word(app: AnnotatorApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await keys(pilot, "j", "h")
        assert "role of this paragraph: a key, Esc leaves" in shown(app)

        await keys(pilot, "escape", "1", "o", "a", "y")
        assert re.search(r"mode: a key, / types, Backspace clears,[\s\S]{1,200}Esc\b", shown(app))


@pytest.mark.parametrize("size", [(120, 36), (110, 24), (80, 24), (60, 20)])
async def test_no_row_jumps_when_other_speakers_are_suggested(make_project: MakeProject, size: tuple[int, int]) -> None:
    names = "Ada Stone, Bo Reed, Carl Lund, Dora Frey, Emil Berg, Fay Holt, Gus Hale, Ida Moss and Jon Vale"
    store = make_project(f"The sea is cold.\n{names} said no.\nThe pier is old.\n")
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    places = []
    async with app.run_test(size=size) as pilot:
        for pressed in ("k", "j", "1", "o", "f", "space", "h", "escape", "j"):
            await keys(pilot, pressed)
            lines = shown(app).splitlines()
            places.append([y for y, line in enumerate(lines) if re.search(r"\b(stance|mode)\b", line)])

    without_roles = places[:6] + places[7:]
    assert len(places[0]) == 2
    assert without_roles == [places[0]] * 8


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_a_warning_is_shown_to_its_end_and_hides_nothing(app: AnnotatorApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await keys(pilot, "j", "0", "a", "s")

        seen = shown(app)
        assert "1–9 target" in seen
        assert "▲ An accusation hardly ever" in seen
        assert " one?" in seen


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 20)])
async def test_every_name_that_a_digit_takes_is_in_sight(make_project: MakeProject, size: tuple[int, int]) -> None:
    people = "Ada Kristiansen, Bo Reed, Carl Lindenbaum, Dora Frey, Emil Abrahamsson, Fay Holt, Gus Winterfeldt, Ida Mo"
    store = make_project(f"{people} and Jon Featherstonehaugh said no.\n")
    with store.history.step(store.program(), "targets") as step:
        for at in range(9):
            store.registry.put(step, issue(f"fees for the use of harbour number {at}"))
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=size) as pilot:
        await keys(pilot, "k")
        assert offered(app, "speaker") == [*"123456789"]

        await keys(pilot, "1", "o")
        assert offered(app, "target") == [*"123456789"]


async def test_of_many_variables_some_give_way_and_no_name_under_a_digit(make_project: MakeProject) -> None:
    codebook = political_claims()
    more = [{"name": f"more {at}", "scope": "statement", "level": "text", "required": False} for at in range(9)]
    held = codebook.model_dump()
    store = make_project(
        "Ada Stone, Bo Reed, Carl Lund and Dora Frey said no.\n",
        codebook=Codebook.model_validate({**held, "variables": [*held["variables"], *more]}),
    )
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "k")

        assert re.search(r"… \d+ more lines: . lists all variables", shown(app))
        assert offered(app, "speaker") == [*"1234"]


def offered(app: AnnotatorApp, what: str) -> list[str]:
    """The digits in the list of speakers or targets, each before a name."""
    rows = shown(app).partition(f"1–9 {what}")[2]
    return re.findall(r"\b([1-9]) \w{2}", rows.partition("evidence:")[0])


async def test_the_names_of_the_digits_come_first_and_are_as_long_as_there_is_room(make_project: MakeProject) -> None:
    names = ["Ada Stone", "Bo Reed", "Carl Lund", "Dora Frey"]
    store = make_project(f"{', '.join(names)} said no.")
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "k")
        rows = shown(app).partition("1–9 speaker")[2]

    found = re.findall(r"(\d) (\w+(?: \w+)?)", rows)
    assert [key for key, _ in found[:5]] == ["1", "2", "3", "4", "0"]
    assert sorted(name for _, name in found[:4]) == names


@pytest.mark.parametrize(("size", "most"), [((80, 24), 9), ((60, 20), 6)])
async def test_the_whole_paragraph_is_in_sight_where_it_fits(
    make_project: MakeProject, size: tuple[int, int], most: int
) -> None:
    width = size[0] - 16
    lines = [f"line{n} ".ljust(width, "x") for n in range(1, most + 1)]
    store = make_project("\n".join(["The ice is thin.\nThe sea is cold.", " ".join(lines), "The pier is old.\n" * 9]))
    app = AnnotatorApp(Session(store, "a", lambda: 0.0))
    async with app.run_test(size=size) as pilot:
        await keys(pilot, "j", "j")

        assert [f"line{n}" for n in range(1, most + 1) if f"line{n} " in shown(app)] == [
            f"line{n}" for n in range(1, most + 1)
        ]


async def test_in_the_smallest_window_a_box_full_of_names_says_its_keys(make_project: MakeProject) -> None:
    names = "Ada Stone, Bo Reed, Carl Lund, Dora Frey, Emil Berg, Fay Holt, Gus Hale, Ida Moss, Jon Vale and Kai Wood"
    app = AnnotatorApp(Session(make_project(f"{names} said no."), "a", lambda: 0.0))
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "1", "slash")
        speakers = " ".join(shown(app).replace("│", " ").split())
        await keys(pilot, "escape", "o", "f", "t")
        targets = " ".join(shown(app).replace("│", " ").split())

    assert re.search(r"… \d more Enter takes the marked line · ↓ ↑ another · Esc leaves", speakers)
    assert re.search(r" 9 \w+ \w+ 1–9 or Enter takes a line · ↓ ↑ another · Esc leaves", targets)


async def test_the_key_that_goes_on_with_a_quotation_is_named_where_it_helps(make_project: MakeProject) -> None:
    text = "The ferry\n\n“The ferry is late,” said Ada Berg.\n\n“It was late in May.”\n\nIt sails on."
    app = AnnotatorApp(Session(make_project(text), "a", lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "j", "slash", *"Ada Berg", "enter", "o", "f", "enter")
        assert "no statement yet · Q goes on with Berg" in shown(app)

        await keys(pilot, "Q")
        assert "statement [1 Berg]" in shown(app)
        await keys(pilot, "enter")
        assert "goes on with" not in shown(app)


BOXES = {
    "note": ("w",),
    "go to": ("g",),
    "speaker": ("slash",),
    "target": ("t",),
    "list of variables": ("V",),
    "search": ("F",),
    "articles": ("A",),
    "registry": ("S",),
    "change in the registry": ("S", "enter"),
    "category of a rule": ("R",),
    "kind of a rule": ("R", "enter"),
    "near-duplicate": ("slash", *"Ada Stone", "enter", "slash", *"Ada Stome", "enter"),
}


@pytest.mark.parametrize("pressed", BOXES.values(), ids=BOXES)
async def test_in_the_smallest_window_every_box_says_how_one_leaves_it_and_no_key_of_the_screen_below(
    app: AnnotatorApp, pressed: tuple[str, ...]
) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "j", "1", "s", "d")
        await keys(pilot, *("space" if key == " " else key for key in pressed))
        box = shown(app)
        assert "Esc leaves" in " ".join(box.replace("│", " ").split())
        assert re.search(r"│ .*\bEnter ", box)
        assert not re.search(r"│ · ", box), "no line begins with a separator"
        assert "no claim" not in box

        await keys(pilot, "escape")
        assert "x no claim" in shown(app)


@pytest.mark.parametrize(
    ("pressed", "last"), [("y", "Esc leaves  / types  Backspace clears  ? help"), ("h", "Esc leaves")]
)
async def test_the_last_line_names_only_keys_that_act_where_a_variable_is_open(
    app: AnnotatorApp, pressed: str, last: str
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "j", "1", "s", pressed)
        assert shown(app).splitlines()[-1].strip() == last

        await pilot.click("#keys", offset=(2, 0))
        assert "x no claim" in shown(app)


async def test_the_smallest_window_shows_how_far_one_is_and_where_help_is(app: AnnotatorApp) -> None:
    async with app.run_test(size=(60, 20)):
        first, *_, last = shown(app).splitlines()

    assert first.endswith(" · 6 left")
    assert "article 1" in first
    assert last.endswith("? help")


async def test_the_end_of_a_long_note_is_in_sight(app: AnnotatorApp) -> None:
    note = "a note that goes on for longer than the line of a small window and then ends here"
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "j", "1", "w", *("space" if sign == " " else sign for sign in note), "enter")
        await keys(pilot, "w")
        assert "and then ends here" in shown(app)


async def test_two_who_speak_as_one_have_a_line_that_is_lit_with_theirs(make_project: MakeProject) -> None:
    text = "Ada Stone and Bo Reed said that the pier was old.\nIt rained.\n"
    app = AnnotatorApp(Session(make_project(text), "a", lambda: 0.0))
    line = "Ada Stone and Bo Reed"

    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "3")
        assert f"[3 {line}]" in shown(app)
        assert re.search(r"\[1 .*\n.*\[2 ", shown(app))
        assert re.search(r"speaker +Ada Stone, Bo Reed$", shown(app), re.MULTILINE)

        await keys(pilot, "1")
        assert re.search(rf" 3 {line}  subject of", shown(app))


async def test_a_predicted_speaker_shows_why_and_a_named_one_does_not(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "j", "0", "space")
        assert re.search(r"speaker +\S.* · \S", shown(app))

        await keys(pilot, "0")
        assert re.search(r"speaker +journalist$", shown(app), re.MULTILINE)


async def test_a_message_of_two_lines_takes_empty_rows_of_the_form(app: AnnotatorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "j", "1", "s")
        before = shown(app).splitlines()
        await keys(pilot, "enter")
        after = shown(app).splitlines()

    assert "paragraph open" in after[-2], "the message goes on"
    assert after[1:19] == before[1:19], "no row jumps for it"


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_what_the_digits_name_is_not_cut(make_project: MakeProject, size: tuple[int, int]) -> None:
    variables = [{"name": "speaker", "level": "entity"}, {"name": "tone", "categories": [{"name": "calm", "key": "c"}]}]
    codebook = Codebook.model_validate({"name": "short", "variables": variables})
    names = "Ada Stone, Bo Reed, Carl Lund, Dora Frey, Emil Berg, Fay Holt, Gus Hale, Ida Moss, Jon Vale and Kai Wood"
    app = AnnotatorApp(Session(make_project(f"{names} said no.", codebook=codebook), "a", lambda: 0.0))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "1–9 speaker " in shown(app)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_the_first_screen_shows_all_of_the_tour_beside_a_greeting(project: Store, size: tuple[int, int]) -> None:
    greeting = "These are sample articles (sample.db). `annotator init` begins a project of your own."
    app = AnnotatorApp(Session(project, "a", lambda: 0.0), greeting)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = shown(app)

    assert "who speaks" in screen
    assert "Ctrl+Q leaves" in screen
    assert "your own." in screen


async def test_every_speaker_of_a_joint_statement_is_in_sight(make_project: MakeProject) -> None:
    names = ["Harbour Ministry spokesperson", "Harbour Ministry secretary", "Fishing Commission", "Ada Stone"]
    app = AnnotatorApp(Session(make_project(f"{names[3]} said no."), "a", lambda: 0.0))
    async with app.run_test(size=(60, 20)) as pilot:
        for number, name in enumerate(names):
            typed = ("space" if sign == " " else sign for sign in name)
            await keys(pilot, *(["comma"] if number else []), "slash", *typed, "enter")
        screen = shown(app)

    assert re.search(r"speaker +Harb…erson, Harb…etary, Fishing C…, Ada Stone\n", screen)


async def test_in_the_smallest_window_a_note_or_a_warning_hides_no_variable(app: AnnotatorApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "j", "2", "a", "s")
        assert "another one?" in " ".join(shown(app).split()), "the warning is shown to its end"
        assert "more line" not in shown(app)

        await keys(pilot, "d", "w", *"note", "enter")
        assert re.search(r"note +note", shown(app))
        assert "more line" not in shown(app)
