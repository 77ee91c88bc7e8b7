"""The project file: every read and write of it; nothing else speaks SQL."""

from __future__ import annotations

from annotator.store.store import Store

__all__ = ["Store"]
