"""A coder at work, without a screen: where they are and what each key does."""

from __future__ import annotations

from annotator.session.session import Session

__all__ = ["Session"]
