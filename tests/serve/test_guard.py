"""Every page and socket asks for the login, the host and the page that sends the request."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import WSServerHandshakeError
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from annotator.serve.address import Address
from annotator.serve.guard import Guard
from annotator.serve.logins import MOST_TRIES
from annotator.serve.server import Faults
from annotator.serve.tokens import TokenFile
from tests.serve.conftest import Served

PAGES = ("/", "/open/label", "/open/adjudicate")


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_without_a_login_leads_to_the_login(served: Served, page: str) -> None:
    answer = await served.client.get(page, allow_redirects=False)

    assert answer.status == 303
    assert answer.headers["Location"] == "/login"


async def test_a_login_sets_a_cookie_that_scripts_and_other_sites_cannot_use(served: Served, tokens: TokenFile) -> None:
    answer = await served.client.post(
        "/login",
        data={"token": tokens.invite("anna")},
        headers={"Origin": served.origin},
        allow_redirects=False,
    )

    cookie = answer.headers["Set-Cookie"]
    assert answer.status == 303
    assert {"HttpOnly", "SameSite=Strict", "Max-Age=43200", "Path=/"} <= set(cookie.split("; "))
    page = await served.client.get("/")
    assert "You are logged in as <strong>anna</strong>" in await page.text()


def test_behind_a_proxy_the_cookie_needs_encryption(tokens: TokenFile) -> None:
    guard = Guard(tokens, Address(8000, "https://code.example.org"))

    assert guard.cookie == "__Host-annotator"


async def test_a_wrong_token_says_so_and_ten_of_them_make_the_address_wait(served: Served, tokens: TokenFile) -> None:
    token = tokens.invite("anna")
    for _ in range(MOST_TRIES):
        assert await served.log_in("wrong") == 401

    answer = await served.client.post("/login", data={"token": token}, headers={"Origin": served.origin})

    assert answer.status == 401
    assert "wait a minute" in await answer.text()


async def test_tokens_that_are_sent_at_the_same_time_count_too(served: Served) -> None:
    async def try_one() -> str:
        form = {"token": "wrong"}
        answer = await served.client.post("/login", data=form, headers={"Origin": served.origin})
        return await answer.text()

    answers = await asyncio.gather(*(try_one() for _ in range(2 * MOST_TRIES)))

    assert sum("wait a minute" in one for one in answers) == MOST_TRIES


def test_the_last_forwarded_address_is_the_proxys(tokens: TokenFile) -> None:
    """A proxy adds it to the header, or adds a header; what stands before comes from the sender."""
    headers = CIMultiDict([("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-For", "192.0.2.8, 203.0.113.1")])
    request = make_mocked_request("POST", "/login", headers=headers)

    assert Guard(tokens, Address(8000, "https://code.example.org"))._sender(request) == "203.0.113.1"
    assert Guard(tokens, Address(8000))._sender(request) != "203.0.113.1"


@pytest.mark.parametrize("page", ["/login", "/", "/static/js/textual.js", "/pages/page.css"])
async def test_another_host_name_is_refused_on_every_page(served: Served, page: str) -> None:
    answer = await served.client.get(page, headers={"Host": "evil.example"})

    assert answer.status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
@pytest.mark.parametrize("form", ["/login", "/logout"])
async def test_a_form_on_another_page_is_refused(served: Served, tokens: TokenFile, form: str, origin: str) -> None:
    token = tokens.invite("anna")
    await served.log_in(token)

    answer = await served.client.post(form, data={"token": token}, headers={"Origin": origin})

    assert answer.status == 403


async def test_a_socket_needs_a_login(served: Served) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await served.client.ws_connect("/ws/label", headers={"Origin": served.origin})

    assert refused.value.status == 401


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://evil.example"}, {"Origin": "http://127.0.0.1:1"}])
async def test_a_socket_of_another_page_is_refused_although_the_cookie_is_right(
    served: Served, tokens: TokenFile, headers: dict[str, str]
) -> None:
    await served.log_in(tokens.invite("anna"))

    with pytest.raises(WSServerHandshakeError) as refused:
        await served.client.ws_connect("/ws/label", headers=headers)

    assert refused.value.status == 403


async def test_a_login_ends_when_the_token_is_taken_back(served: Served, tokens: TokenFile) -> None:
    await served.log_in(tokens.invite("anna"))
    assert (await served.client.get("/", allow_redirects=False)).status == 200

    tokens.revoke("anna")

    assert (await served.client.get("/", allow_redirects=False)).status == 303


async def test_logging_out_ends_the_login(served: Served, tokens: TokenFile) -> None:
    await served.log_in(tokens.invite("anna"))

    await served.client.post("/logout", headers={"Origin": served.origin})

    assert (await served.client.get("/", allow_redirects=False)).status == 303


@pytest.mark.parametrize(
    "page", ["/static/", "/static/fonts/", "/download/x", "/pages/login.html", "/pages/../server.py"]
)
async def test_there_are_no_lists_of_files_and_no_downloads(served: Served, tokens: TokenFile, page: str) -> None:
    await served.log_in(tokens.invite("anna"))

    assert (await served.client.get(page)).status == 404


async def test_pages_load_nothing_from_elsewhere_and_are_not_kept(served: Served) -> None:
    answer = await served.client.get("/login")

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


async def test_no_log_holds_the_token_or_the_cookie(
    served: Served, tokens: TokenFile, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    token = tokens.invite("anna")
    with caplog.at_level(logging.DEBUG):
        await served.log_in(token)
        await served.client.get("/")

    cookie = next(one.value for one in served.client.session.cookie_jar)
    said = caplog.text + "".join(capfd.readouterr()) + "\n".join(served.lines)
    assert token not in said
    assert cookie not in said


async def test_a_name_is_text_and_not_markup(served: Served, tokens: TokenFile) -> None:
    await served.log_in(tokens.invite("<b>Zoë & co</b>"))

    text = await (await served.client.get("/")).text()

    assert "&lt;b&gt;Zoë &amp; co&lt;/b&gt;" in text


async def test_a_form_that_is_too_large_is_refused(served: Served) -> None:
    answer = await served.client.post("/login", data={"token": "a" * 10_000}, headers={"Origin": served.origin})

    assert answer.status == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/x-www-form-urlencoded; charset=nope"},
        {"Content-Type": "application/json"},
    ],
)
async def test_a_form_of_another_kind_holds_no_token(served: Served, headers: dict[str, str]) -> None:
    answer = await served.client.post("/login", data=b"--y\xff", headers={"Origin": served.origin, **headers})

    assert answer.status == 401


async def test_a_cookie_of_odd_bytes_is_no_login(served: Served) -> None:
    client = served.client
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: annotator-8000=\xff\xfe\r\n\r\n")

    assert (await reader.readline()).startswith(b"HTTP/1.1 303")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("page", PAGES)
async def test_a_file_of_tokens_that_cannot_be_read_is_said_in_a_sentence(
    served: Served, tokens: TokenFile, page: str
) -> None:
    await served.log_in(tokens.invite("anna"))
    tokens.path.write_text("{")

    answer = await served.client.get(page)

    assert answer.status == 503
    assert (await answer.text()).startswith("study.db.serve cannot be read")


def test_a_fault_is_one_line_without_what_was_sent() -> None:
    lines: list[str] = []
    log = logging.Logger("aiohttp.server")
    log.addHandler(Faults(lines.append))

    try:
        raise ValueError("\x1b[2J")
    except ValueError:
        log.exception("Error handling request \x1b[2J")
    log.warning("odd")

    assert lines == ["A request was not answered (ValueError).", "A request was not answered (aiohttp.server)."]


async def test_the_terminals_script_comes_compressed_and_is_kept_for_an_hour(served: Served) -> None:
    answer = await served.client.get("/static/js/textual.js")

    assert (await answer.read()).startswith(b"(()=>{")
    assert int(answer.headers["Content-Length"]) < 200_000
    assert answer.headers["Cache-Control"] == "max-age=3600"
