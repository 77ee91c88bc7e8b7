"""One table of commands: whatever stands in it works on the screen, in `--plain` and in the palette, and is told."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from operator import attrgetter

import pytest

from annotator import commands as table
from annotator.app.app import AnnotatorApp
from annotator.app.command_palette import Everything
from annotator.app.dialogs.help_pages import help_page
from annotator.app.screens.label import HINTS, LabelScreen
from annotator.codebook.file import default_codebook
from annotator.codebook.model import RESERVED, Codebook
from annotator.commands import COMMANDS, Command
from annotator.session import Session
from annotator.session.keys.commands import flat_map
from annotator.session.keys.custom_keys import Keymap
from annotator.session.keys.key_sheet import card, markdown_table
from annotator.session.line_mode.lines import HELP, Lines
from annotator.store import Store
from tests.app.conftest import keys
from tests.conftest import MakeProject
from tests.session.conftest import Database

TEXT = "Ada Stone said no.\nBo Reed said yes.\nNobody asked the sea.\nThe pier was built in 1904.\n"

KEYED = [command for command in COMMANDS if command.keys]
OF_THE_SESSION = [command for command in COMMANDS if command.owner == "session"]
TAKEN = {"text": " 2", "role": " c"}
"""What follows a key in `--plain` that takes more than itself."""


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project(TEXT)


@pytest.fixture
def session(store: Store) -> Session:
    return Session(store, "a", lambda: 0.0)


def of(command: Command) -> str:
    return command.name


# the table


def test_no_two_commands_have_one_name_one_key_or_one_word() -> None:
    for several in (
        [command.name for command in COMMANDS],
        [key for command in COMMANDS for key in command.keys],
        [word for command in COMMANDS for word in command.words],
    ):
        assert [one for one, n in Counter(several).items() if n > 1] == []


@pytest.mark.parametrize("command", COMMANDS, ids=of)
def test_a_command_has_a_key_or_a_word_and_says_what_it_does(command: Command) -> None:
    assert command.keys or command.words
    assert bool(command.keys) == bool(command.shown)
    assert command.help
    assert command.takes == "nothing" or not any(" " in word for word in command.words), (
        "what follows begins at a blank"
    )


def test_a_key_that_does_not_yield_is_reserved_and_no_other_is() -> None:
    kept = {key for command in KEYED if not command.yields for key in command.keys}

    assert {"space" if key == " " else key for key in RESERVED} == {
        key for key in kept if len(key) == 1 or key == "space"
    }
    for command in KEYED:
        assert not command.yields or all(len(key) == 1 and key.isupper() for key in command.keys), "yields a capital"


def test_a_key_that_yields_is_the_codebooks_where_it_takes_it() -> None:
    key = next(command.keys[0] for command in KEYED if command.yields)
    book = Codebook.model_validate(
        {"name": "t", "variables": [{"name": "v", "categories": [{"name": "c", "key": key}]}]}
    )

    assert flat_map(book)[key].category == "c"
    assert key not in Keymap().keys(book).fixed


# each action is there


@pytest.mark.parametrize("command", OF_THE_SESSION, ids=of)
def test_the_session_has_the_method_of_each_command_and_it_takes_what_the_command_gives(
    command: Command, session: Session
) -> None:
    method = attrgetter(command.action)(session)

    inspect.signature(method).bind(*(["x"] if command.takes != "nothing" else []), *command.arguments)


@pytest.mark.parametrize("command", [c for c in KEYED if c.owner == "screen" or c.takes == "role"], ids=of)
def test_the_screen_has_the_action_of_each_command_of_its_own(command: Command) -> None:
    assert f"action_{command.name}" in vars(LabelScreen)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.words and c.owner != "session"], ids=of)
def test_plain_has_the_method_of_each_word_that_the_session_does_not_do(command: Command) -> None:
    assert f"word_{command.name}" in vars(Lines)


def test_no_door_has_an_action_without_its_command() -> None:
    names = {command.name for command in COMMANDS}
    not_by_name = {"nothing", "type_value"}
    of_screen = {name.removeprefix("action_") for name in vars(LabelScreen) if name.startswith("action_")}
    of_lines = {name.removeprefix("word_") for name in vars(Lines) if name.startswith("word_")}

    assert of_screen - not_by_name <= names
    assert of_lines <= {command.name for command in COMMANDS if command.words}


# --plain


@pytest.mark.parametrize(
    ("key", "command"), [(key, command) for command in KEYED for key in command.keys], ids=lambda one: str(one)[:20]
)
def test_plain_takes_each_key_that_is_not_the_screens(key: str, command: Command, session: Session) -> None:
    lines = Lines(session)
    told = list(lines.answer(key + TAKEN.get(command.takes, "")))

    if command.owner == "screen" and command.words and len(key) == 1:
        assert told == list(lines.answer(command.words[0]))
    elif command.owner == "screen":
        assert told == [f"Not done: {key} works only on the screen; type help for a list."]
    else:
        assert not any("neither a key nor" in one or "does nothing here" in one for one in told)


@pytest.mark.parametrize("word", [word for command in COMMANDS for word in command.words])
def test_the_help_of_plain_tells_each_word(word: str) -> None:
    assert any(re.search(rf"(^|, ){word}\b", typed) for typed, _ in HELP)


# what is told of each command


@pytest.mark.parametrize("command", KEYED, ids=of)
def test_key_sheet_readme_and_help_page_have_each_command(command: Command) -> None:
    keymap = Keymap().keys(default_codebook())
    short = command.help.removeprefix(f"{command.group}: ")

    assert f"{command.shown} {short}".replace(" ", "") in card(keymap, "text").replace(" ", "").replace("\n", "")
    assert f"| {short} |" in card(keymap, "markdown")
    assert f"| {command.help} |" in markdown_table(default_codebook())
    assert any(command.help in section.content.plain for section in help_page(keymap, None, ()))


async def test_the_palette_has_each_command_that_needs_no_certain_key(session: Session) -> None:
    app = AnnotatorApp(session)
    async with app.run_test(size=(120, 36)):
        offered = {text for text, _ in Everything(app.screen)._all()}

    for command in KEYED:
        is_offered = command.takes != "key" and command.name != "palette"
        assert (f"{command.help}  ({command.shown})" in offered) == is_offered, command.name


def test_the_last_line_of_the_screen_names_commands_that_are_there() -> None:
    assert set(HINTS) <= {command.name for command in KEYED}


# a new one

LEAP = Command(
    name="leap",
    keys=("home",),
    shown="Home",
    help="leap over a paragraph",
    group="moving",
    words=("leap",),
    action="navigation.move",
    arguments=(2,),
)
LEAP_TO = Command(
    name="leap_to",
    keys=("end",),
    shown="End",
    help="leap to a paragraph",
    group="moving",
    words=("jump",),
    takes="text",
    action="navigation.go_to_place",
)


@pytest.fixture
def _with_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "COMMANDS", (*COMMANDS, LEAP, LEAP_TO))


@pytest.mark.usefixtures("_with_new")
def test_a_new_command_works_in_plain_by_key_and_by_word(store: Store) -> None:
    for typed in ("home", "leap", "end 3", "jump 3"):
        session = Session(store, "a")
        session.navigation.go_to_place("1")
        list(Lines(session).answer(typed))
        assert session.cursor.index == 2, typed


@pytest.mark.usefixtures("_with_new")
async def test_a_new_command_works_on_the_screen_and_in_the_palette(store: Store) -> None:
    session = Session(store, "a", lambda: 0.0)
    app = AnnotatorApp(session)
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "home")
        assert session.cursor.index == 2
        await keys(pilot, "end", "1", "enter")
        assert session.cursor.index == 0
        await keys(pilot, "ctrl+p", *"leap over a paragraph")
        await keys(pilot, "enter")
        assert session.cursor.index == 2


@pytest.mark.usefixtures("_with_new")
def test_a_new_command_is_told_and_can_be_moved() -> None:
    moved = Keymap({"leap": ("v",)}).keys(default_codebook())

    assert moved.fixed["v"].name == "leap"
    assert "leap over a paragraph" in card(moved, "text")
    assert "| `Home` | leap over a paragraph |" in markdown_table(default_codebook())


async def test_a_command_without_its_key_is_still_in_the_palette(store: Store) -> None:
    session = Session(store, "a", lambda: 0.0, Keymap({"no_claim": ()}))
    app = AnnotatorApp(session)
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "ctrl+p", *"no claim, next")
        await keys(pilot, "enter")

        assert Database(store.path).state(0) == "no claim"
