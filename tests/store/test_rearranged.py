"""A connection that arranges the rows anew knows so, also when the journal is folded into the file at the commit."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from annotator.errors import StoreError
from annotator.store import Store
from annotator.store.file.backup import new_epoch
from annotator.store.file.open_files import OpenFiles
from tests.conftest import MakeProject


@pytest.fixture(autouse=True)
def folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after every large transaction: SQLite has folded the journal into the file by the end of the commit."""
    monkeypatch.setattr(OpenFiles, "is_written", lambda _self: True)


def test_its_own_arrangement_is_not_taken_for_another_programs(make_project: MakeProject) -> None:
    c = make_project("One.").connection

    with c.write():
        new_epoch(c)
    with c.write():
        c.execute("update meta set value = value")


def test_an_arrangement_that_was_rolled_back_is_forgotten(make_project: MakeProject) -> None:
    c = make_project("One.").connection

    with suppress(ZeroDivisionError), c.write():
        new_epoch(c)
        raise ZeroDivisionError
    with c.write():
        c.execute("update meta set value = value")


def test_another_programs_arrangement_is_refused(make_project: MakeProject) -> None:
    store = make_project("One.")
    with Store(Path(store.path)) as other, other.connection.write():
        new_epoch(other.connection)

    with pytest.raises(StoreError, match="restored, merged or repaired meanwhile"), store.connection.write():
        pass
