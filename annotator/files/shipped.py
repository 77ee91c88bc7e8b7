"""Files that travel with the program: codebooks, pages; from the wheel or, in a checkout, from their folders."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def shipped(name: str) -> str:
    """The text of a file, as `schemas/framing.yaml`."""
    inside = _PACKAGE / name
    path = inside if inside.is_file() else _PACKAGE.parent / name
    return path.read_text(encoding="utf-8")


def shipped_names(folder: str, suffix: str) -> list[str]:
    """The names, without suffix and sorted, of the files with that suffix in a folder."""
    inside = _PACKAGE / folder
    found = inside if inside.is_dir() else _PACKAGE.parent / folder
    return sorted(path.stem for path in found.glob(f"*{suffix}"))
