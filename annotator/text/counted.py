"""A number with its noun: 1 article, 2 articles."""

from __future__ import annotations


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun.

    Args:
        n: The number.
        noun: The noun in the singular, with the words before it, as in "new article".
        plural: Its plural, where that is not the usual one with s, es or ies.
    """
    return f"{n} {noun if n == 1 else plural or _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith(("ch", "sh", "s", "x")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"
