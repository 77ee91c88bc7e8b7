"""Adjudication dialog: ask about each difference, write only after the last answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from annotator.app.dialogs.prompt import Found, Prompt
from annotator.codebook.model import Codebook
from annotator.reports.adjudication import Question, gold_from_answers, questions
from annotator.reports.disagreements import Disagreement
from annotator.store.changes.adjudication import GoldParagraph
from annotator.text.search_text import holds_words
from annotator.text.terminal_text import one_line

_WAY = "Enter takes the marked line, ↓ ↑ mark another, Esc changes nothing"


async def ask_each(app: App[Any], one: Disagreement, codebook: Codebook) -> GoldParagraph | None:
    """Ask for each difference which value becomes gold, then for the reason.

    Returns:
        The decision; None if the coder left before the end.
    """
    asked = questions(one, codebook)
    answers = []
    for n, question in enumerate(asked, 1):
        what = f"{n} of {len(asked)} · {one_line(question.difference.title)}: which is right?"
        answer = await app.push_screen_wait(Prompt(what, _among(question), "", _WAY))
        if answer is None:
            return None
        answers.append(answer)
    reason = await app.push_screen_wait(Prompt(WHY, None, "", "Enter makes the paragraph gold, Esc leaves it open"))
    if reason is None:
        return None
    return gold_from_answers(one, answers, codebook)._replace(reason=reason.strip() or None)


async def gold_is_meant(app: App[Any]) -> bool:
    """Ask a coder on the labelling screen to confirm that a key shall make the paragraph gold."""
    choices = [Found("", "no, leave it open"), Found("yes", "yes: this coding becomes gold")]

    def find(text: str) -> list[Found]:
        return [one for one in choices if holds_words(one.shown, text)]

    question = "adjudicate this paragraph? This writes the gold layer, not your own coding"
    return await app.push_screen_wait(Prompt(question, find, "", _WAY)) == "yes"


WHY = "why? (may stay empty)"


def _among(question: Question) -> Callable[[str], list[Found]]:
    def find(text: str) -> list[Found]:
        return [Found(value, one_line(shown)) for value, shown in question.choices if holds_words(shown, text)]

    return find
