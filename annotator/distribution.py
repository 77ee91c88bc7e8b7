"""What installs the program; no other place names it."""

from __future__ import annotations

from annotator import __version__

DISTRIBUTION = f"./annotator-{__version__}-py3-none-any.whl"
"""The file that `uv build --wheel` makes. It becomes a name when the program has one in the package index: there,
`annotator` is another project."""


def with_extra(extra: str) -> str:
    """How to install the program with the packages of an extra, as the end of a sentence."""
    tool = f"uv tool install '{DISTRIBUTION}[{extra}]'"
    return f"install annotator with {tool}, or in a checkout with uv sync --extra {extra}"
