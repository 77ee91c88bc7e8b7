"""Which bursts of keys are text: a table of keys and texts, and the queue that forms bursts."""

from __future__ import annotations

import time
from typing import Any, cast

import pytest
from textual import events

from annotator.app.bursts import is_text, is_unknown
from annotator.app.key_queue import GAP, KeyQueue, Waiting, key_name
from annotator.codebook.model import Variable
from annotator.session.keys.custom_keys import Keymap, Keys
from tests.conftest import political_claims

CODES = (
    "1nf\r",
    "1nft2\r2oet3\r",
    "1nftfuel tax\r\r",
    "0nftNorway-Iceland ties\r\r",
    "tl'île d'Yeu\r",
    "0nftn 1oe\r",
    "xxbxx",
    "1nf\r2oe\r0sd\r",
    "nwa footnote, with words\r\r",
    "h=",
    "!!zzZ",
    "1nf/Somebody new\r\r",
    "SNorway\rrename\rNoreg\r\r",
    "Fwords that mean nothing\rqqq",
    "g3/7\r1nf\r",
    "to\r",
    "\x1b",
)
TEXTS = (
    "The minister said",
    "v",
    "1nf\rq\r",
    "one\ntwo\n",
    "the minister's plan\nis a harbour-master's dream\n",
    "sweden\nnorway\nfinland\n",
    "hx",
    "yq",
    "nice\nlines\nare\nmade\n",
)


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keymap().keys(political_claims())


def pressed(text: str) -> list[str]:
    names = {"\r": "enter", "\n": "enter", " ": "space", "\x1b": "escape"}
    return [names.get(sign, sign) for sign in text]


@pytest.mark.parametrize("text", CODES)
def test_codes_that_arrive_together_are_codes(text: str, keys: Keys) -> None:
    assert not is_text(pressed(text), keys)


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_arrives_as_keys_is_text(text: str, keys: Keys) -> None:
    assert is_text(pressed(text), keys)


def test_one_line_of_words_after_a_box_is_text(keys: Keys) -> None:
    assert is_text(pressed("nice\r"), keys, n_lines=1)
    assert not is_text(pressed("nf\r"), keys, n_lines=1)


def test_an_open_list_takes_its_own_keys(keys: Keys) -> None:
    mode = political_claims().variable("mode")
    assert isinstance(mode, Variable)

    assert not is_text(pressed("d1nf"), keys, mode)
    assert is_text(pressed("qn"), keys, mode)
    assert not is_text(pressed("=1nf"), keys, "role")


def test_a_screen_with_few_keys_knows_its_own() -> None:
    assert not is_unknown(["1", "enter", "z"], frozenset("1zw"), frozenset("w"))
    assert not is_unknown(["w", "t"], frozenset("1zw"), frozenset("w"))
    assert is_unknown(["1", "t", "w"], frozenset("1zw"), frozenset("w"))


def key(sign: str, at: float) -> events.Key:
    event = events.Key("enter" if sign == "\r" else sign, sign)
    event.time = at
    return event


def test_keys_that_are_read_together_are_one_burst_and_later_ones_another() -> None:
    queue = KeyQueue()
    queue.put([key("a", 0), key("b", 0.001)])
    queue.put([key("c", 0.002)])
    time.sleep(GAP * 3)
    queue.put([key("d", 1)])

    first = queue.first()
    assert first is not None
    assert first.names == ["a", "b", "c"]
    first.waiting.clear()
    second = queue.first()
    assert second is not None
    assert second.names == ["d"]


def test_keys_before_esc_are_dropped_and_keys_after_leaving_too() -> None:
    queue = KeyQueue()
    queue.put([key("a", 0), events.Key("escape", "\x1b"), key("b", 0)])
    queue.drop_to("escape")
    assert len(queue) == 2

    assert not queue.cut_at("ctrl+q")
    queue.put([key("c", 0), events.Key("ctrl+q", "\x11"), key("d", 0)])
    assert queue.cut_at("ctrl+q")
    first = queue.first()
    assert first is not None
    assert first.names == ["escape", "b", "c"]


def test_line_ends_are_enter_whatever_a_terminal_sends() -> None:
    queue = KeyQueue()
    queue.put([events.Key("ctrl+j", "\n"), events.Key("ctrl+h", "\x08")])

    first = queue.first()
    assert first is not None
    assert [key_name(one) for one in first.waiting if isinstance(one, events.Key)] == ["enter", "backspace"]


def test_only_a_burst_of_one_key_alone_counts_as_a_key_that_is_held_down() -> None:
    """A last key that waits alone, because the others were handed on already, is not a key held down."""
    pressed = [events.Key(sign, sign) for sign in ("a", "n", "i")]
    queue = KeyQueue()
    for key in pressed:
        queue.put([key])
        burst = queue.first()
        assert burst is not None
        assert burst.is_repeated is (key is pressed[0])
        burst.waiting.popleft()


def test_however_often_a_key_has_to_wait_one_timer_tries_again() -> None:
    """Each try blocks the screen, so that timers left over from keys that were given up would block it for good."""
    running = []

    class Clock:
        def __init__(self) -> None:
            running.append(self)

        def stop(self) -> None:
            running.remove(self)

    waiting, set_timer = Waiting(), cast("Any", lambda _seconds, _go_on: Clock())
    for _ in range(3):
        waiting.try_again(set_timer, lambda: None)
    assert len(running) == 1

    waiting.forget()
    assert not running
