"""Several lines that arrive at once: text is dropped, statements are coded, and else a question decides."""

from __future__ import annotations

import asyncio
import time

import pytest
from textual import events
from textual.pilot import Pilot

from annotator.app.app import AnnotatorApp
from annotator.app.bursts import are_numbered, are_statements, is_word
from annotator.app.command_screen import ends_a_line
from annotator.app.keyed_app import KeyedApp
from annotator.session.keys.custom_keys import Keymap
from tests.app.conftest import shown
from tests.app.steady import still
from tests.app.test_bursts import pressed
from tests.conftest import political_claims
from tests.session.conftest import Database

QUESTION = "Did you type them?"


def _event(sign: str) -> events.Key:
    return events.Key({"\r": "enter", "\x1b": "escape"}.get(sign, sign), sign)


async def arrive(pilot: Pilot[None], keys: str, *, silence: float = 9.0) -> None:
    """Let keys arrive in one read, so many seconds after the last one."""
    app: AnnotatorApp = pilot.app  # type: ignore[assignment]
    if app.keys._last is not None:
        app.keys._last.last = time.monotonic() - silence
    app.put([_event(sign) for sign in keys])
    await still(app)


@pytest.fixture
def _judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge bursts as on a terminal; a Pilot's keys are taken as they come."""
    monkeypatch.setattr(KeyedApp, "is_headless", False)


async def begin(pilot: Pilot[None]) -> None:
    """Mark the headline as done, so that a paragraph with a speaker is current."""
    await arrive(pilot, "x")


@pytest.mark.usefixtures("_judged")
@pytest.mark.parametrize(
    "keys", ["s\ro\rn\r", "s\ro", "of\rme\r", "1\r2\r3\r", "wnote\rof\r", "x\rx\r", "1nf\r2ov\r", "nice", "person\r"]
)
async def test_lines_of_keys_wait_for_an_answer(app: AnnotatorApp, database: Database, keys: str) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        before = database.n_steps()

        await arrive(pilot, keys)
        assert f"{len(keys)} keys arrived at once" in shown(app)
        assert QUESTION in shown(app)
        await arrive(pilot, "\x1b")

        assert QUESTION not in shown(app)
        assert f"thrown away: {len(keys)} keys" in shown(app)
        assert database.n_steps() == before
        await arrive(pilot, "x")
        assert database.state(1) == "no claim"


@pytest.mark.usefixtures("_judged")
async def test_enter_takes_the_keys_in_their_order(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        await arrive(pilot, "wfoot\r1nf\r\r2oe")

        assert database.statements() == []
        await arrive(pilot, "\r")

        (statement,) = database.statements()
        assert (statement["stance"], statement["claim_type"]) == ("neutral", "fact")
        assert database.review(1)[:3] == ("coded", False, "foot")


@pytest.mark.usefixtures("_judged")
async def test_only_a_key_that_comes_alone_answers_and_others_join_those_that_wait(
    app: AnnotatorApp, database: Database
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        await arrive(pilot, "1\rn\r")
        for keys in ("f\r2", "o", "e", "\r\x1b"):
            await arrive(pilot, keys)
        await arrive(pilot, "\r", silence=0.2)

        assert "12 keys arrived at once" in shown(app)
        assert "1 Enter n Enter f Enter 2 o e Enter Esc Enter" in shown(app)
        assert database.statements() == []


@pytest.mark.usefixtures("_judged")
async def test_the_rest_of_a_text_turns_what_waits_into_text(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        await arrive(pilot, "so\rno\r")
        assert QUESTION in shown(app)
        await arrive(pilot, "very good\r", silence=0.1)

        assert QUESTION not in shown(app)
        assert "16 keys arrived at once and were not taken" in shown(app)
        assert database.statements() == []


@pytest.mark.usefixtures("_judged")
@pytest.mark.parametrize("is_begun", [False, True])
async def test_whole_statements_that_a_stalled_line_brings_are_coded(
    app: AnnotatorApp, database: Database, *, is_begun: bool
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        for key in "1nf" if is_begun else "":
            await arrive(pilot, key)
        await arrive(pilot, "\r2oe\r" if is_begun else "1nf\r2oe\r")

        first, second = database.statements()
        assert (first["stance"], first["claim_type"]) == ("neutral", "fact")
        assert (second["stance"], second["claim_type"]) == ("oppose", "evaluation")
        assert database.state(2) == "coded"


@pytest.mark.usefixtures("_judged")
async def test_a_few_keys_of_a_typist_on_an_uneven_line_are_taken(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        await arrive(pilot, "k")
        await arrive(pilot, "w", silence=0.3)
        await arrive(pilot, "a", silence=0.3)
        await arrive(pilot, "\r!", silence=0.3)

        assert QUESTION not in shown(app)
        assert database.review(0)[1:3] == (True, "a")


@pytest.mark.usefixtures("_judged")
@pytest.mark.parametrize("first", ["n", "f", "o", "j", "!"])
@pytest.mark.parametrize("rest", ["ice\rlines\r", "\ro\r"])
async def test_what_a_first_key_did_that_came_before_its_text_is_taken_back_and_no_more(
    app: AnnotatorApp, database: Database, first: str, rest: str
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        for key in "1nf":
            await arrive(pilot, key)
        (before,) = database.statements()
        place = database.one("select paragraph from places")

        await arrive(pilot, first)
        await arrive(pilot, rest, silence=0)

        assert database.statements() == [before]
        assert database.one("select paragraph from places") == place


@pytest.mark.usefixtures("_judged")
@pytest.mark.parametrize("keys", ["s\ro", "to\rso\r", "/o\rno\r", "wo\rso\r", "Fo\rs\r"])
async def test_lines_whose_keys_come_one_after_the_other_wait_like_those_of_one_read(
    app: AnnotatorApp, database: Database, keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for gap in ("GAP", "_LONG_GAP"):
        monkeypatch.setattr(f"annotator.app.key_queue.{gap}", 0.15)  # however slow the machine is
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        for key in "1nf":
            await arrive(pilot, key)
        before = database.statements()

        assert app.keys._last is not None
        app.keys._last.last -= 9
        for key in keys:
            app.put([_event(key)])
            await asyncio.sleep(0.001)
        await still(app)
        assert QUESTION in shown(app)
        await arrive(pilot, "\x1b")

        assert database.statements() == before
        assert database.state(1) == "open"


@pytest.mark.usefixtures("_judged")
async def test_lines_pasted_into_a_box_fill_it_and_the_rest_waits(app: AnnotatorApp, database: Database) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        for key in "1nfw":
            await arrive(pilot, key)
        await arrive(pilot, "foot\rsa\r")

        assert "3 keys arrived at once" in shown(app)
        await arrive(pilot, "\x1b")
        (statement,) = database.statements()
        assert (statement["note"], statement["stance"]) == ("foot", "neutral")


@pytest.mark.usefixtures("_judged")
async def test_keys_without_an_answer_count_as_not_written_when_the_program_ends(app: AnnotatorApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot)
        await arrive(pilot, "s\ro\r")
        app.leave(1.0)
        await still(app)

    assert app.n_unwritten == 4


@pytest.mark.parametrize(
    ("keys", "given", "are"),
    [
        ("1nf\r2oe\r", "", True),
        ("0nf 1oe\r0", "", True),
        ("1nfwfoot\r\r2oe\r", "", True),
        ("1nftfuel tax\r\r2oe\r", "", True),
        ("/Ada Stone\rof\rx1nf\r", "", True),
        ("f\r2oe\r", "speaker stance", True),
        ("f\r2oe\r", "", False),
        ("s\ro\rn\r", "speaker", False),
        ("s\ro", "speaker stance claim_type", False),
        ("\r2oe", "speaker stance claim_type", True),
        ("1nf\r\r", "", False),
        ("1nf\rj2oe\r", "", False),
        ("1nf\rz2oe\r", "", False),
        ("1nf\rFoe\r", "", False),
    ],
)
def test_only_statements_with_all_they_need_are_told_from_text(keys: str, given: str, *, are: bool) -> None:
    codebook = political_claims()

    assert are_statements(pressed(keys), Keymap().keys(codebook), codebook, given.split()) is are


def test_a_word_gives_one_variable_two_values() -> None:
    keys = Keymap().keys(political_claims())

    for word in ("nice", "person", "reason\r", "spokesperson"):
        assert is_word(pressed(word), keys), word
    for codes in ("1nfs", "no", "nf sd", "nfxoexx", "nftfuel tax\r", "xxbxx", "nfwnice person\r"):
        assert not is_word(pressed(codes), keys), codes


def test_enter_at_the_end_ends_no_line_before_others() -> None:
    def ends(keys: str, *, is_after_enter: bool = False) -> bool:
        return ends_a_line(pressed(keys), is_after_enter=is_after_enter)

    assert not ends("1nf\r")
    assert not ends("1nf\r\r\r")
    assert ends("1\r2")
    assert ends("of", is_after_enter=True)
    assert not ends("\r", is_after_enter=True)
    assert not ends_a_line(["enter", "ctrl+q"]), "a person leaves, a text does not"


def test_lines_that_begin_with_digits_may_be_statements_with_a_slip() -> None:
    assert are_numbered(pressed("1nf\r2oq\r"))
    assert not are_numbered(pressed("1nfq"))
    assert not are_numbered(pressed("1nf\rthe\r"))
    assert not are_numbered(pressed("1nf\r" * 100))
