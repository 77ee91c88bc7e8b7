"""Logins end after twelve hours; an address may try ten wrong tokens a minute."""

from __future__ import annotations

import pytest

from annotator.serve.logins import LASTS, MOST_TRIES, TRIES_IN, Logins, Tries
from annotator.serve.tokens import Invited
from tests.serve.conftest import Clock

ANNA = Invited("anna", "abcde")


def test_a_login_lasts_twelve_hours(clock: Clock) -> None:
    logins = Logins(clock)
    cookie = logins.begin(ANNA)

    clock.now += LASTS - 1
    assert logins.find(cookie) == ANNA
    clock.now += 1
    assert logins.find(cookie) is None
    assert LASTS == 12 * 60 * 60


def test_only_the_whole_cookie_is_a_login(clock: Clock) -> None:
    logins = Logins(clock)
    cookie, other = logins.begin(ANNA), logins.begin(ANNA)

    assert cookie != other
    assert logins.find(cookie[:-1]) is None
    assert logins.find("") is None
    logins.end(cookie)
    assert logins.find(cookie) is None
    assert logins.find(other) == ANNA


def test_an_address_waits_after_ten_wrong_tokens(clock: Clock) -> None:
    tries = Tries(clock)
    for _ in range(MOST_TRIES):
        assert tries.has_left("192.0.2.1")
        tries.count("192.0.2.1")

    assert not tries.has_left("192.0.2.1")
    assert tries.has_left("192.0.2.2")
    clock.now += TRIES_IN
    assert tries.has_left("192.0.2.1")


def test_a_right_token_does_not_count(clock: Clock) -> None:
    tries = Tries(clock)

    for _ in range(MOST_TRIES + 1):
        assert tries.has_left("192.0.2.1")
        tries.count("192.0.2.1")
        tries.take_back("192.0.2.1")


def test_a_cookie_may_be_any_bytes(clock: Clock) -> None:
    assert Logins(clock).find("\udcff") is None


@pytest.mark.parametrize("other", ["2001:db8::2", "2001:db8::ffff:1"])
def test_the_addresses_of_one_customer_count_as_one(clock: Clock, other: str) -> None:
    tries = Tries(clock)
    for _ in range(MOST_TRIES):
        tries.count("2001:db8::1")

    assert not tries.has_left(other)
    assert tries.has_left("2001:db8:0:1::1")


def test_a_mapped_address_counts_as_the_one_it_stands_for(clock: Clock) -> None:
    tries = Tries(clock)
    for _ in range(MOST_TRIES):
        tries.count("::ffff:192.0.2.1")

    assert not tries.has_left("192.0.2.1")
    assert tries.has_left("::ffff:192.0.2.2")


def test_many_addresses_do_not_fill_the_memory(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.serve.logins._MOST_ADDRESSES", 5)
    tries = Tries(clock)
    for last in range(5):
        tries.count(f"192.0.2.{last}")
    clock.now += TRIES_IN

    tries.count("192.0.2.99")

    assert len(tries._wrong) == 1
