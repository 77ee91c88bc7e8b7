"""What installs the program, and how it is cited; no other place names either."""

from __future__ import annotations

from annotator import __version__

NAME = "annotator-tui"
"""The distribution in the package index, where `annotator` is another project. The import name and the command are
`annotator`."""

WHEEL = f"./{NAME.replace('-', '_')}-{__version__}-py3-none-any.whl"
"""The file that `uv build --wheel` makes. It installs the program without the index."""

CITATION = f"The annotator authors. annotator: a terminal tool for coding news (version {__version__})."
"""How to cite the program; `CITATION.cff` says the same to machines."""


def with_extra(extra: str) -> str:
    """How to install the program with the packages of an extra, as the end of a sentence."""
    pip, tool = f"pip install '{NAME}[{extra}]'", f"uv tool install '{WHEEL}[{extra}]'"
    return (
        f"install it with {pip} where annotator is installed, with {tool}, or in a"
        f" checkout with uv sync --extra {extra}"
    )
