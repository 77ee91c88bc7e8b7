"""Strings and docstrings of the program, and the pages of the manual, are plain English."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.page_sentences import n_words, sentences

ROOT = Path(__file__).parents[1]
NEGATED_NOUN = re.compile(r"(?<![Tt]here )\b(?:is|are) no (?!longer\b)")
RELATIVE = re.compile(r"\b[Ww]hoever\b")
FOLDERS = (".", "benchmarks", "docs", "schemas", "seeds")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in FOLDERS
    for path in (ROOT / folder).glob("*.md")
    if path.name != "CHANGELOG.md"
)
MOST_WORDS = 25


def texts(source: str) -> list[tuple[int, str]]:
    """Every string literal and docstring with its line; the parts of an f-string as one text."""
    tree = ast.parse(source)
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            shown = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
            found.append((node.lineno, " ".join("".join(map(str, shown)).split())))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            found.append((node.lineno, " ".join(node.value.split())))
    return found


def stumbles(source: str) -> list[tuple[int, str]]:
    """The texts with a phrase that a reader must read twice."""
    return [(line, text) for line, text in texts(source) if NEGATED_NOUN.search(text) or RELATIVE.search(text)]


def test_no_text_negates_a_noun_or_says_whoever() -> None:
    """`is not a format` instead of `is no format`; the actor's name instead of `whoever`."""
    found = []
    for path in sorted((ROOT / "annotator").rglob("*.py")):
        name = path.relative_to(ROOT / "annotator")
        found += [f"{name}:{line}: {text[:100]}" for line, text in stumbles(path.read_text(encoding="utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        'x = "h is no role"',
        'x = f"{h} is no role"',
        '"""Those are\n   no labels."""',
        'def f():\n    """Whoever writes."""',
        'x = f"{a}: {whoever}, for whoever writes"',
    ],
)
def test_each_phrase_is_found(source: str) -> None:
    """In literals, f-strings and docstrings, also over a line break."""
    assert stumbles(source)


@pytest.mark.parametrize(
    "source", ['x = "there is no role"', 'x = "There are no roles"', 'x = "is no longer"', "whoever = 1  # is no name"]
)
def test_other_words_pass(source: str) -> None:
    """`there is no` and `is no longer` are plain; names and comments are not texts."""
    assert not stumbles(source)


@pytest.mark.parametrize("page", PAGES)
def test_a_sentence_of_the_manual_has_at_most_25_words(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    long = [f"{page}:{line}: {n_words(one)} words: {one}" for line, one in sentences(text) if n_words(one) > MOST_WORDS]

    assert not long, "\n".join(long)


LONG = "one " * MOST_WORDS + "too many"


@pytest.mark.parametrize(
    "page",
    [
        f"Short. {LONG}.",
        f"# {LONG}",
        f"- item\n- {LONG}",
        f"| a | {LONG} |",
        f"1. Short.\n   {LONG}",
        f"Short.\n\n```text\ncode\n```\n\n{LONG}.",
        "one " * 13 + "\n" + "two " * 13,
        f"See [{LONG}](page.md).",
    ],
)
def test_a_long_sentence_is_found(page: str) -> None:
    assert [one for _, one in sentences(page) if n_words(one) > MOST_WORDS]


@pytest.mark.parametrize(
    "page",
    [
        f"```text\n{LONG}\n```",
        f"<!-- {LONG} -->",
        "one " * 20 + "end. " + "Two " * 20,
        "one " * 20 + "end?\n\n" + "two " * 20,
        "| " + "one " * 20 + "| " + "two " * 20 + "|",
        "- " + "one " * 20 + "\n- " + "two " * 20,
        "It has " + "`a word of code`, " * 30 + "and `more`.",
    ],
)
def test_code_comments_and_short_sentences_pass(page: str) -> None:
    assert not [one for _, one in sentences(page) if n_words(one) > MOST_WORDS]
