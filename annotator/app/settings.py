"""Display settings, kept between sessions: theme, width of lines, density."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from annotator.files import private
from annotator.files.user_folder import user_folder

DEFAULT_THEME = "textual-dark"
NARROWEST = 30
STEP = 8


@dataclass(frozen=True)
class Settings:
    """A coder's display settings."""

    theme: str = DEFAULT_THEME
    max_width: int | None = None
    """The most cells that a line of an article takes; None is all there is."""
    is_tight: bool = False
    """No blank line between paragraphs."""


def settings_path() -> Path:
    """Where the settings are kept."""
    return user_folder() / "settings.json"


def load_settings() -> Settings:
    """The saved settings; the defaults if there are none or they are unreadable."""
    try:
        found = json.loads(settings_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    known = {field.name: found[field.name] for field in fields(Settings) if field.name in found}
    width = known.get("max_width")
    is_sound = isinstance(known.get("theme", ""), str) and isinstance(known.get("is_tight", False), bool)
    is_sound = is_sound and (width is None or (isinstance(width, int) and width >= NARROWEST))
    return Settings(**known) if is_sound else Settings()


def save_settings(settings: Settings) -> None:
    """Keep the settings; where that cannot be done they hold for this session."""
    path = settings_path()
    with suppress(OSError):
        private.make_folder(path.parent)
        private.write(path, json.dumps(asdict(settings), indent=2) + "\n")
