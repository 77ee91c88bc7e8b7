"""The start page opens to a coder what the commands would."""

from __future__ import annotations

from pathlib import Path

from annotator.serve.doors import doors
from annotator.serve.tokens import TokenFile
from annotator.store import Store
from annotator.store.changes.adjudication import name_judges
from annotator.store.changes.assignment_plan import AssignmentPlan
from tests.serve.conftest import Served
from tests.store.test_blindness import give


def names(path: Path, coder: str) -> list[str]:
    return [door.name for door in doors(path, coder)]


def test_everybody_codes_and_adjudicates_while_nothing_is_assigned(path: Path) -> None:
    assert names(path, "anna") == ["label", "adjudicate"]
    assert names(path, "somebody new") == ["label", "adjudicate"]


def test_a_coder_whose_phase_is_open_only_codes(path: Path) -> None:
    with Store(path) as store:
        give(store, "main", 1, "anna")

    assert names(path, "anna") == ["label"]
    assert names(path, "ben") == ["label", "adjudicate"]
    with Store(path) as store:
        AssignmentPlan(store).close("main")
    assert names(path, "anna") == ["label", "adjudicate"]


def test_only_those_who_may_adjudicate_have_that_door(path: Path) -> None:
    with Store(path) as store:
        name_judges(store, ["ben"])

    assert names(path, "anna") == ["label"]
    assert names(path, "ben") == ["label", "adjudicate"]


async def test_who_has_one_door_goes_through_it(served: Served, path: Path, tokens: TokenFile) -> None:
    with Store(path) as store:
        give(store, "main", 1, "anna")
    await served.log_in(tokens.invite("anna"))

    answer = await served.client.get("/", allow_redirects=False)
    shut = await served.client.get("/open/adjudicate", allow_redirects=False)
    socket = await served.client.get("/ws/adjudicate", headers={"Origin": served.origin})

    assert answer.headers["Location"] == "/open/label"
    assert shut.headers["Location"] == "/"
    assert socket.status == 404
