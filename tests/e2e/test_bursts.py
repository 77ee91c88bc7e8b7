"""Keys that arrive together, in the real program: each reaches what it was meant for, and pasted text codes nothing."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.app.key_queue import GAP
from tests.conftest import MakeProject
from tests.e2e.coder import ANNOTATOR, ROOT, annotator
from tests.e2e.terminal import Terminal
from tests.reports.coding import CODEBOOK, Said, code
from tests.session.conftest import Database

GAPS: tuple[float | None, ...] = (None, 0, 1, 5)
"""Milliseconds between two keys; None is one write for all."""


def burst(terminal: Terminal, keys: str, gap: float | None) -> bool:
    """Send keys so many milliseconds apart, wait until it is still; return whether the machine kept the pace."""
    longest, last = 0.0, time.monotonic()
    for part in [keys] if gap is None else keys:
        terminal.send(part)
        if gap:
            time.sleep(gap / 1000)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    terminal.read_until_still(0.4)
    return longest < GAP * 0.8


def at_pace(tmp_path: Path, check: Callable[[Path], bool]) -> None:
    """Check in a new folder until the machine has kept the pace of the keys.

    A busy machine can also stall the program between two keys, which the sender does not see: three failures count.
    """
    n_failed = 0
    for attempt in range(10):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        try:
            if check(folder):
                return
        except AssertionError:
            n_failed += 1
            if n_failed == 3:
                raise
    pytest.skip("the machine is too busy to type at this pace")


def stored(folder: Path) -> list[dict[str, Any]]:
    """The statements in the project."""
    return Database(folder / "annotations.db").statements(coder="a")


def n_steps(folder: Path) -> int:
    return Database(folder / "annotations.db").n_steps()


@pytest.mark.slow
@pytest.mark.parametrize("gap", GAPS)
def test_letters_that_come_with_the_key_of_a_box_go_into_the_box(tmp_path: Path, gap: float | None) -> None:
    with annotator(tmp_path) as terminal:
        burst(terminal, "1nfwfootnote\r", gap)
        (statement,) = stored(tmp_path)
        assert (statement["stance"], statement["claim_type"], statement["note"]) == ("neutral", "fact", "footnote")

        for keys, question in (
            ("/zzq", "speaker"),
            ("Fzzq", "find"),
            ("gzzq", "go to"),
            ("Azzq", "article"),
            ("Szzq", "targets: type"),
            ("Rzzq", "a rule for which category"),
            ("Vzzq", "variable"),
            ("\x10zzq", "zzq"),
        ):
            before = n_steps(tmp_path)
            burst(terminal, keys, gap)
            assert re.search(r"\bzzq\b", terminal.text), f"{keys!r}:\n{terminal.text}"
            assert question in terminal.text
            burst(terminal, "\x1b", None)
            assert not re.search(r"\bzzq\b", terminal.text)
            assert n_steps(tmp_path) == before, keys
        assert stored(tmp_path) == [statement]


@pytest.mark.slow
@pytest.mark.parametrize("gap", GAPS)
def test_a_whole_statement_sent_at_once_is_coded(tmp_path: Path, gap: float | None) -> None:
    with annotator(tmp_path) as terminal:
        burst(terminal, "0nf 1oe\r", gap)

        first, second = stored(tmp_path)
        assert (first["stance"], first["claim_type"]) == ("neutral", "fact")
        assert (second["stance"], second["claim_type"]) == ("oppose", "evaluation")
        assert "1 done," in terminal.text


@pytest.mark.slow
@pytest.mark.parametrize("gap", GAPS)
def test_enter_pressed_once_more_with_a_box_neither_ends_the_program_nor_the_paragraph(
    tmp_path: Path, gap: float | None
) -> None:
    with annotator(tmp_path) as terminal:
        terminal.press("0", "n", "f", "w")
        burst(terminal, "", None)
        burst(terminal, "ab\r\r\r", gap)

        assert stored(tmp_path)[0]["note"] == "ab"
        assert "0 done," in terminal.text
        terminal.press("x")
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0


TEXTS = (
    "The minister said that the pier was safe.\nSweden and Norway agreed.\nNobody asked the fishermen.\n",
    "one\ntwo\nthree\n",
    "sweden\nnorway\nfinland\n",
    "xero\nzeal\nline\n",
    "nine hens were seen on a pier\r\n" * 200,
)
"""Texts that a terminal without bracketed paste types; some of them hold nothing but keys."""


@pytest.mark.slow
@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("text", TEXTS)
def test_pasted_lines_code_nothing_and_the_screen_says_so(tmp_path: Path, text: str, gap: float | None) -> None:
    if gap and len(text) > 1000:
        text = text[:1000]
    at_pace(tmp_path, lambda folder: is_not_taken(folder, text, gap))


def is_not_taken(folder: Path, text: str, gap: float | None) -> bool:
    """Paste a text and check that nothing of it is taken; return whether the machine kept the pace."""
    with annotator(folder) as terminal:
        if not burst(terminal, text, gap):
            return False
        assert stored(folder) == []
        assert "0 done," in terminal.text
        told = re.search(r"([\d,]+) keys (?:arrived at once and|after it) were not taken", terminal.text)
        assert told is not None
        assert len(text) - int(told[1].replace(",", "")) in (0, 1)  # a first key that does nothing is told by itself
        terminal.press("x")
        assert "1 done," in terminal.text
    return True


@pytest.mark.slow
@pytest.mark.parametrize("gap", GAPS)
def test_the_first_line_pasted_into_a_box_is_taken_and_the_rest_codes_nothing(
    tmp_path: Path, gap: float | None
) -> None:
    def check(folder: Path) -> bool:
        with annotator(folder) as terminal:
            terminal.press("0", "n", "f", "w")
            burst(terminal, "", None)
            if not burst(terminal, "a footnote\nnice\n", gap):
                return False
            (statement,) = stored(folder)
            assert (statement["note"], statement["stance"], statement["claim_type"]) == (
                "a footnote",
                "neutral",
                "fact",
            )
            assert "5 keys arrived at once and were not taken" in terminal.text
        return True

    at_pace(tmp_path, check)


SHORT = ("s\no\nn\n", "1\n2\n3\n", "to\nso\n", "well\r\nsome\r\n", "x\nx\n")
"""Lines that hold nothing but keys."""


@pytest.mark.slow
@pytest.mark.parametrize("gap", GAPS)
def test_short_lines_of_keys_wait_for_an_answer(tmp_path: Path, gap: float | None) -> None:
    def check(folder: Path) -> bool:
        with annotator(folder) as terminal:
            for text in SHORT:
                time.sleep(1.1)
                if not burst(terminal, text, gap):
                    return False
                assert "Did you type them?" in terminal.text
                time.sleep(0.6)
                terminal.press("escape")
                assert "thrown away" in terminal.text
            assert stored(folder) == []
            assert "0 done," in terminal.text
            time.sleep(1.1)
            burst(terminal, "0n\rf\r", gap)
            time.sleep(0.6)
            terminal.press("enter")
            (statement,) = stored(folder)
            assert statement["stance"] == "neutral"
        return True

    at_pace(tmp_path, check)


@pytest.mark.slow
def test_what_a_bad_line_makes_of_keys_codes_nothing_and_ends_nothing(tmp_path: Path) -> None:
    with annotator(tmp_path) as terminal:
        terminal.press("0", "n", "f")
        (before,) = stored(tmp_path)

        for parts in (
            ("\x1b", "[C"),
            ("\x1b[", "Z"),
            ("\x1bo",),
            ("\x1b[200~nice\x1b[31msome\x1b", "[201~"),
            ("\x1b]11;rgb:0000/0000/0000\x1b\\",),
        ):
            for part in parts:
                terminal.send(part)
                time.sleep(0.15)
            terminal.read_until_still(0.3)
            (after,) = stored(tmp_path)
            assert {**after, "evidence": None} == {**before, "evidence": None}, parts
        os.write(terminal.file, b"caf\xe9\xff")
        terminal.read_until_still(0.4)
        burst(terminal, "wfoot\x1b!", None)

        (after,) = stored(tmp_path)
        assert (after["note"], after["flag"]) == (None, True)
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["0nf\r", "0nfwfoot\r\r", "0nfwfoot\r\x1b"])
def test_keys_typed_while_the_program_starts_wait_for_the_first_paragraph(tmp_path: Path, keys: str) -> None:
    environment = {"ANNOTATOR_CODER": "a", "ANNOTATOR_CONFIG": str(tmp_path / ".config"), "PYTHONPATH": str(ROOT)}
    for delay in (0.0, 0.15, 0.3):
        folder = tmp_path / str(delay)
        folder.mkdir()
        with Terminal(ANNOTATOR, folder, environment=environment) as terminal:
            time.sleep(delay)
            terminal.send(keys)
            terminal.wait_for("0 journalist]" if "w" in keys else "1 done,")
            terminal.read_until_still()

            (statement,) = Database(folder / "samples.db").statements(coder="a")
            assert (statement["stance"], statement["claim_type"]) == ("neutral", "fact")
            assert (statement["note"] or "") == ("foot" if "w" in keys else "")


@pytest.mark.slow
@pytest.mark.parametrize("gap", GAPS)
def test_keys_after_one_that_was_refused_are_not_taken(tmp_path: Path, gap: float | None) -> None:
    with annotator(tmp_path) as terminal:
        burst(terminal, "Hx", gap)

        assert "there is no statement here" in terminal.text
        assert "the key after it was not taken" in terminal.text
        assert "0 done," in terminal.text


@pytest.fixture
def coded(make_project: MakeProject) -> Path:
    """The folder of a project in which two coders differ in every paragraph."""
    store = make_project("\n".join(f"The {n}th plan is a gift to hotels." for n in range(4, 10)), codebook=CODEBOOK)
    for paragraph in range(1, 7):
        code(store, "ada", paragraph, Said({"stance": "oppose", "kind": "demand"}))
        code(store, "ben", paragraph, Said({"stance": "neutral", "kind": "fact"}))
    return store.path.parent


def judging(folder: Path) -> Terminal:
    environment = {"ANNOTATOR_CONFIG": str(folder / ".config"), "PYTHONPATH": str(ROOT)}
    return Terminal((*ANNOTATOR, "adjudicate", "--coder", "dora"), folder, environment=environment)


def n_gold(folder: Path) -> int:
    return int(Database(folder / "annotations.db").one("select count(*) from verdicts"))


@pytest.mark.slow
@pytest.mark.parametrize("gap", GAPS)
def test_in_the_adjudication_screen_keys_go_where_they_belong(coded: Path, gap: float | None) -> None:
    with judging(coded) as terminal:
        burst(terminal, "1", gap)
        terminal.wait_for("1 gold")
        assert n_gold(coded) == 1

        for keys, question in (
            ("czzq", "category"),
            ("szzq", "which is right"),
            ("ozzq", "coder"),
            ("Rzzq", "a rule for which category"),
            ("kwzzq", "why"),
            ("ezzq", "what of the gold"),
            ("+zzq", "evidence of the new statement"),
        ):
            burst(terminal, keys, gap)
            assert question in terminal.text
            assert re.search(r"\bzzq\b", terminal.text), terminal.text
            burst(terminal, "\x1b", None)
        assert n_gold(coded) == 1

        burst(terminal, "jwx1 no reason yet", gap)
        assert "this paragraph has no gold yet" in terminal.text
        for text in TEXTS[:2]:
            burst(terminal, text, gap)
            burst(terminal, "\x1b", None)
        assert n_gold(coded) == 1
