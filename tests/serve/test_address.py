"""Which Host and Origin are the server's own."""

from __future__ import annotations

import pytest

from annotator.errors import UsageError
from annotator.serve.address import Address, listen


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:9000", "[::1]:8000", "LOCALHOST", "127.0.0.1"])
def test_a_loopback_name_is_ours_at_any_port(host: str) -> None:
    assert Address(8000).is_host(host)


@pytest.mark.parametrize(
    "host",
    [
        *[None, "", "evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "192.0.2.1:8000", "[::1"],
        *["evil@localhost", "localhost:80;script-src *", "localhost:8000 ", "localhost:\u0661", "localhost\n"],
    ],
)
def test_a_foreign_name_that_leads_here_is_refused(host: str | None) -> None:
    assert not Address(8000).is_host(host)


def test_behind_a_proxy_only_the_public_name_is_ours() -> None:
    address = Address(8000, "https://Code.Example.org/")

    assert address.url == "https://code.example.org"
    assert address.is_host("code.example.org")
    assert not address.is_host("127.0.0.1:8000")
    assert not address.is_host("code.example.org.evil.example")
    assert address.is_origin("https://code.example.org", "code.example.org")
    assert not address.is_origin("http://code.example.org", "code.example.org")


@pytest.mark.parametrize(
    "origin", [None, "null", "", "http://evil.example", "http://127.0.0.1:8001", "http://localhost"]
)
def test_a_foreign_page_is_not_ours(origin: str | None) -> None:
    assert not Address(8000).is_origin(origin, "127.0.0.1:8000")


def test_a_page_of_ours_is_ours_through_a_tunnel_too() -> None:
    assert Address(8000).is_origin("http://localhost:9000", "localhost:9000")


@pytest.mark.parametrize(
    "url",
    [
        "http://code.example.org",
        "code.example.org",
        "https://",
        "https://code.example.org/annotator",
        "https://code.example.org?a",
        "https://code.example.org#a",
        "https://me:secret@code.example.org",
        "https://code.example.org:port",
        "https://code.example.org:99999",
        "https://code.example.org;script-src *",
        "https://a b",
        "https://[::1",
        "https://.example.org",
        "",
    ],
)
def test_a_public_address_is_https_and_a_host(url: str) -> None:
    with pytest.raises(UsageError, match="is not an address as https://"):
        Address(8000, url)


def test_a_port_stays_in_a_public_address_unless_it_is_the_usual_one() -> None:
    assert Address(8000, "https://code.example.org:8443").url == "https://code.example.org:8443"
    assert Address(8000, "https://code.example.org:443").url == "https://code.example.org"


def test_a_name_with_other_letters_is_kept_as_browsers_send_it() -> None:
    address = Address(8000, "https://Käse.example")

    assert address.url == "https://xn--kse-qla.example"
    assert address.is_host("xn--kse-qla.example")


def test_a_port_is_taken_or_refused() -> None:
    with listen(0) as first, pytest.raises(UsageError, match="cannot be used; choose another with --port"):
        listen(first.getsockname()[1])
