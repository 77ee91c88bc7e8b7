"""What a terminal sends, cut in every way: keys and pasted texts, never letters of a sequence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual import events
from textual.message import Message

from annotator.app import key_parser
from annotator.app.key_parser import KeyParser

BEGIN, END = "\x1b[200~", "\x1b[201~"

Parse = Callable[..., list[str]]


@pytest.fixture
def parse(monkeypatch: pytest.MonkeyPatch) -> Parse:
    """Reads texts one after the other; a number is the seconds until the next one."""
    now = [100.0]
    monkeypatch.setattr(key_parser, "monotonic", lambda: now[0])

    def parse_all(*reads: str | float) -> list[str]:
        parser = KeyParser()
        found: list[Message] = []
        for read in (*reads, 2.0):
            if isinstance(read, str):
                found += parser.feed(read)
            else:
                now[0] += read
            found += parser.tick()
        return [_name(message) for message in found]

    return parse_all


def _name(message: Message) -> str:
    if isinstance(message, events.Key):
        return message.key
    return f"paste {message.text}" if isinstance(message, events.Paste) else type(message).__name__


@pytest.mark.parametrize("sequence", ["\x1b[C", "\x1bOC", "\x1b[1;1C", "\x1b[Z", "\x1b[1;2D"])
@pytest.mark.parametrize("seconds", [0.001, 0.05, 0.3])
def test_a_key_that_arrives_in_two_parts_is_that_key_or_nothing(parse: Parse, sequence: str, seconds: float) -> None:
    whole = parse(sequence)
    for at in range(1, len(sequence)):
        found = parse(sequence[:at], seconds, sequence[at:], "s")
        is_late = at == 1 and seconds > 0.1
        assert found == (["escape", "s"] if is_late else [*whole, "s"])


@pytest.mark.parametrize(
    "sent",
    [
        "\x1b[99z",
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1b]11;rgb:0000/0000/0000\x07",
        "\x1bP>|xterm(370)\x1b\\",
        "\x1b_Gi=1;OK\x1b\\",
        "\x1b[?6c",
    ],
)
def test_what_a_terminal_reports_is_no_key(parse: Parse, sent: str) -> None:
    assert parse(f"{sent}s") == ["s"]
    for at in range(3, len(sent)):
        assert parse(sent[:at], 0.05, sent[at:], "s") == ["s"]


def test_the_beginning_of_a_sequence_without_an_end_is_dropped(parse: Parse) -> None:
    assert parse("\x1b[1;", 1.0, "s") == ["s"]


def test_a_pasted_text_ends_with_its_mark_whatever_it_holds(parse: Parse) -> None:
    text = "one \x1b[31mred\x1b and some more of it in a long line\x1bOC"
    assert parse(f"{BEGIN}{text}{END}s") == [f"paste {text}", "s"]
    assert parse(*f"{BEGIN}{text}{END}s") == [f"paste {text}", "s"]


def test_the_marks_of_a_pasted_text_may_arrive_late_and_in_parts(parse: Parse) -> None:
    assert parse(f"{BEGIN}nice", 0.3, "\x1b", 0.3, "[201~", "s") == ["paste nice", "s"]
    assert parse("\x1b", 0.3, f"[200~nice\nsome\n{END}s") == ["escape", "paste nice\nsome\n", "s"]


def test_a_pasted_text_without_an_end_does_not_lock_the_keyboard(parse: Parse) -> None:
    assert parse(f"{BEGIN}nice", "s", "\x03", "s") == ["ctrl+c", "s"]


def test_alt_is_no_letter_and_esc_with_other_keys_is_esc(parse: Parse) -> None:
    assert parse("\x1bo") == ["alt+o"]
    assert parse("\x1bo", 0.2, "s") == ["alt+o", "s"]
    assert parse("\x1bo", 0.001, "s") == ["escape", "o", "s"]
    assert parse("w", 0.001, "\x1bo") == ["w", "escape", "o"]
    assert parse("\x1bb\x1bb") == ["ctrl+left", "ctrl+left"]
    assert parse("wsome\x1bo") == ["w", "s", "o", "m", "e", "escape", "o"]
    assert parse("\x1b", 0.01, "o") == ["escape", "o"]
    assert parse("\x1b\x1b", 0.3, "o") == ["escape", "escape", "o"]
