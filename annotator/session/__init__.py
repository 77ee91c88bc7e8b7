"""Coding session without a screen: the coder's place and the actions of the keys."""

from __future__ import annotations

from annotator.session.session import Session

__all__ = ["Session"]
