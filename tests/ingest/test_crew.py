"""Several processes that read: the same results in the same order, and no process left behind."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import islice

import pytest

from annotator.errors import AnnotatorError, IngestError
from annotator.ingest.process_pool import Crew, n_workers


def doubled(text: str) -> str:
    return text * 2


def numbered(number: int) -> int:
    if number == 500:
        raise IngestError("line 500: no text")
    if number == 1000:
        raise ZeroDivisionError("by nothing")
    return number


def ended(_: object) -> None:
    os._exit(7)


def slept(_: object) -> None:
    time.sleep(60)


def test_results_come_in_the_order_of_the_things_however_large_they_are() -> None:
    texts = [str(number) * (1 + 7919 * number % 20_000) for number in range(600)]

    with Crew(doubled, 2) as crew:
        assert list(crew.map(texts, len)) == [text * 2 for text in texts]


def test_things_are_asked_for_only_as_far_ahead_as_they_are_needed() -> None:
    asked = 0

    def things() -> Iterator[str]:
        nonlocal asked
        for _ in range(10_000):
            asked += 1
            yield "x" * 1000

    with Crew(doubled, 2) as crew:
        first = list(islice(crew.map(things(), len), 10))

    assert len(first) == 10
    assert asked < 1000


@pytest.mark.parametrize(("last", "said"), [(600, "line 500: no text"), (1200, "line 500: no text")])
def test_what_a_process_refuses_is_refused_here(last: int, said: str) -> None:
    with Crew(numbered, 2) as crew, pytest.raises(IngestError, match=said):
        list(crew.map(range(last), lambda _: 1))


def test_what_goes_wrong_in_a_process_is_said_in_a_sentence() -> None:
    with Crew(numbered, 1) as crew, pytest.raises(AnnotatorError, match="ZeroDivisionError: by nothing"):
        list(crew.map(range(900, 1100), lambda _: 1))


def test_a_process_that_ends_too_early_is_noticed() -> None:
    with Crew(ended, 2) as crew, pytest.raises(AnnotatorError, match="ended too early"):
        list(crew.map(range(1000), lambda _: 1))


def test_processes_are_ended_whatever_they_are_doing() -> None:
    with Crew(slept, 2) as crew:
        processes = list(crew._processes)
        next(islice(iter(crew.map(range(3), lambda _: 1 << 20)), 0, 0), None)

    assert not any(process.is_alive() for process in processes)


def test_one_processor_is_not_shared() -> None:
    assert n_workers() != 1
