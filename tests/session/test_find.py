"""Finding while the index is still being made."""

from __future__ import annotations

import pytest

from annotator.session import Session
from annotator.store.coder import search


def test_what_is_not_searched_yet_is_said_until_it_is(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 0)
    monkeypatch.setattr(search, "_CHUNK", 3)

    first = session.navigation.find("Ada")
    second = session.navigation.find("Ada")

    assert [one.paragraph for one in first] == [1, None]
    assert first[-1].shown.startswith("3 paragraphs not searched yet")
    assert [one.paragraph for one in second] == [1, 5]
