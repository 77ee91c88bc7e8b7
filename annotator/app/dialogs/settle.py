"""Settling a disagreement from the screen: every difference is asked for, and nothing is written before the last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from annotator.app.dialogs.prompt import Found, Prompt
from annotator.codebook.model import Codebook
from annotator.reports.adjudication import Question, questions, weighed
from annotator.reports.disagreements import Disagreement
from annotator.store.changes.adjudication import Verdict
from annotator.text.terminal_text import one_line

_WAY = "Enter takes the marked line, ↓ ↑ mark another, Esc leaves it all as it is"


async def weigh(app: App[Any], one: Disagreement, codebook: Codebook) -> Verdict | None:
    """Ask which value stands, difference by difference, and why.

    Returns:
        What stands; None if it was left before the end.
    """
    asked = questions(one, codebook)
    answers = []
    for n, question in enumerate(asked, 1):
        what = f"{n} of {len(asked)} · {one_line(question.difference.title)}: what stands?"
        answer = await app.push_screen_wait(Prompt(what, _among(question), "", _WAY))
        if answer is None:
            return None
        answers.append(answer)
    reason = await app.push_screen_wait(Prompt(WHY, None, "", "Enter settles the paragraph, Esc leaves it open"))
    if reason is None:
        return None
    return weighed(one, answers, codebook)._replace(reason=reason.strip() or None)


async def settle_is_meant(app: App[Any]) -> bool:
    """Ask a coder on the labelling screen whether a key was meant to settle the paragraph."""
    choices = [Found("", "no, leave it open"), Found("yes", "yes, settle the paragraph: this coding becomes gold")]

    def find(text: str) -> list[Found]:
        return [one for one in choices if text.casefold() in one.shown.casefold()]

    question = "settle this paragraph? Settling writes the gold layer, not your own coding"
    return await app.push_screen_wait(Prompt(question, find, "", _WAY)) == "yes"


WHY = "why? (may stay empty)"


def _among(question: Question) -> Callable[[str], list[Found]]:
    def find(text: str) -> list[Found]:
        wanted = text.casefold().split()
        return [
            Found(value, one_line(shown))
            for value, shown in question.choices
            if all(word in shown.casefold() for word in wanted)
        ]

    return find
