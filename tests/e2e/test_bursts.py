"""Keys that arrive together, in the real program: each reaches what it was meant for, and pasted text codes nothing."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.coder import ANNOTATOR, ROOT, annotator
from tests.e2e.terminal import Terminal
from tests.session.conftest import Database

GAPS: tuple[float | None, ...] = (None, 0, 1, 5)
"""Milliseconds between two keys; None is one write for all."""


def burst(terminal: Terminal, keys: str, gap: float | None) -> None:
    """Send keys so many milliseconds apart, and wait until the screen is still."""
    for part in [keys] if gap is None else keys:
        terminal.send(part)
        if gap:
            time.sleep(gap / 1000)
    while terminal.read(0.4):
        pass


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
            ("Szzq", "speakers: type"),
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
        burst(terminal, "0nftn 1oe\r", gap)

        first, second = stored(tmp_path)
        assert (first["stance"], first["claim_type"], first["target"]) == ("neutral", "fact", "Norway")
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
    with annotator(tmp_path) as terminal:
        burst(terminal, text, gap)

        assert stored(tmp_path) == []
        assert "0 done," in terminal.text
        assert f"{len(text):,} keys arrived at once and were not taken" in terminal.text
        terminal.press("x")
        assert "1 done," in terminal.text


@pytest.mark.slow
@pytest.mark.parametrize("gap", GAPS)
def test_the_first_line_pasted_into_a_box_is_taken_and_the_rest_codes_nothing(
    tmp_path: Path, gap: float | None
) -> None:
    with annotator(tmp_path) as terminal:
        terminal.press("0", "n", "f", "w")
        burst(terminal, "", None)
        burst(terminal, "a footnote\nnice\n", gap)

        (statement,) = stored(tmp_path)
        assert (statement["note"], statement["stance"], statement["claim_type"]) == ("a footnote", "neutral", "fact")
        assert "5 keys arrived at once and were not taken" in terminal.text


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["0nf\r", "0nfwfoot\r\r"])
def test_keys_typed_while_the_program_starts_wait_for_the_first_paragraph(tmp_path: Path, keys: str) -> None:
    environment = {"ANNOTATOR_CODER": "a", "ANNOTATOR_CONFIG": str(tmp_path / ".config"), "PYTHONPATH": str(ROOT)}
    for delay in (0.0, 0.15, 0.3):
        folder = tmp_path / str(delay)
        folder.mkdir()
        with Terminal(ANNOTATOR, folder, environment=environment) as terminal:
            time.sleep(delay)
            terminal.send(keys)
            terminal.wait_for("0 journalist]" if "w" in keys else "1 done,")
            while terminal.read(0.5):
                pass

            (statement,) = stored(folder)
            assert (statement["stance"], statement["claim_type"]) == ("neutral", "fact")
            assert (statement["note"] or "") == ("foot" if "w" in keys else "")
