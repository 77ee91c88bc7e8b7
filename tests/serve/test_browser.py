"""A real Chromium codes: the login, keys, pasting, phones, foreign pages, and what happens when something is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from annotator.store import Store
from tests.conftest import MakeOnce, connect, political_claims, read_articles
from tests.serve.processes import CHROMIUM, children, is_running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, WebSocket

LONGEST = 30.0
"""Seconds that a busy machine may take for anything."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is in the group consumers")
    with api.sync_playwright() as playwright:
        # Root, and many containers, cannot have a sandbox.
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def two_coders(path: Path) -> None:
    """Make a project of the sample articles for Anna and Ben."""
    with Store.create(path, political_claims(), read_articles()) as store:
        for name in ("anna", "ben"):
            store.coder(name)


class Team:
    """A project, its server, and the links of its coders.

    Attributes:
        path: The project.
        links: The links, by coder.
        server: The process.
        origin: The origin of its pages.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        words = [sys.executable, "-m", "annotator", "--project", str(path), "serve", "--port", str(port)]
        self.server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.server.stdout is not None
        assert self.server.stderr is not None
        self.links = dict(self.server.stdout.readline().strip().split("  ") for _ in range(2))
        while "can log in" not in self.server.stderr.readline():
            pass
        self.origin = f"http://127.0.0.1:{port}"
        until(self._answers)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", int(self.origin.rpartition(":")[2]))):
            return True
        return False

    @property
    def screens(self) -> list[int]:
        """The processes of the open screens."""
        return children(self.server.pid)

    def read(self, sql: str) -> list[Any]:
        """Read from the project through a second connection."""
        connection = connect(self.path)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def statements(self) -> list[Any]:
        return self.read("select coder, stance, claim_type from v_statements order by coder")

    def close(self) -> None:
        self.server.terminate()
        self.server.communicate(timeout=LONGEST)


@pytest.fixture
def team(tmp_path: Path, make_once: MakeOnce) -> Iterator[Team]:
    team = Team(make_once(two_coders, tmp_path / "study.db"))
    yield team
    team.close()


class Visit:
    """A page of a coder with a browser profile of its own.

    Attributes:
        page: The page.
        urls: Whatever it asked for.
        sent: What it sent through its socket.
        faults: Errors and refused requests that its console shows.
    """

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.urls: list[str] = []
        self.sent: list[str] = []
        self.sockets: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", self._ask)
        self.page.on("websocket", self._connect)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

    def _ask(self, request: Request) -> None:
        self.urls.append(request.url)

    def _connect(self, opened: WebSocket) -> None:
        self.sockets.append(opened.url)
        opened.on("framesent", lambda data: self.sent.append(data if isinstance(data, str) else ""))

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds, and let the page work meanwhile."""
        until(holds, lambda: self.page.wait_for_timeout(30))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(120)  # faster, several keys at once could be a text

    def log_in(self, link: str, door: str = "Code") -> None:
        """Open a link and go through a door, until the screen is drawn."""
        self.page.goto(link)
        self.page.click(f"a:has-text('{door}')")
        self.wait_for_screen()

    def wait_for_screen(self) -> None:
        self.page.wait_for_selector("body.-first-byte", timeout=LONGEST * 1000, state="attached")
        self.until(lambda: self.page.evaluate("document.activeElement.className") == "xterm-helper-textarea")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    opened: list[Visit] = []

    def open_(**options: Any) -> Visit:
        opened.append(Visit(browser, **options))
        return opened[-1]

    yield open_
    for one in opened:
        one.context.close()


def until(holds: Callable[[], object], rest: Callable[[], object] = lambda: time.sleep(0.03)) -> None:
    end = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        rest()


def test_a_coder_logs_in_with_the_link_and_codes_without_a_click(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit()

    anna.log_in(team.links["anna"])
    anna.press("1", "o", "d")

    anna.until(lambda: team.statements() == [("anna", "oppose", "demand")])
    token = team.links["anna"].partition("#")[2]
    assert {url for url in anna.urls if not url.startswith((f"{team.origin}/", "data:"))} == set()
    assert not any(token in url for url in anna.urls if "#" not in url)
    assert anna.faults == []
    anna.page.go_back()
    assert token not in anna.page.url


def test_a_token_can_be_typed_and_a_wrong_one_is_refused(team: Team, visit: Callable[..., Visit]) -> None:
    ben = visit()
    ben.page.goto(team.origin)

    ben.press("x", "Enter")
    ben.page.wait_for_selector("text=This token is not valid")
    ben.page.fill("#token", team.links["ben"].partition("#")[2].upper())
    ben.press("Enter")

    ben.page.wait_for_selector("text=You are logged in as ben")
    cookie = ben.context.cookies()[0]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    ben.page.goto("about:blank")
    ben.page.goto(f"{team.origin}/login")  # as from a link in a mail
    ben.page.wait_for_selector("text=You are logged in as ben")


def test_pasted_text_goes_into_a_note_as_one_piece(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit(permissions=["clipboard-read", "clipboard-write"])
    anna.log_in(team.links["anna"])
    anna.press("1", "w")
    anna.page.evaluate("navigator.clipboard.writeText('Ünï „x“')")

    anna.press("Control+v")
    anna.until(lambda: any("200~Ünï „x“\\u001b[201~" in one for one in anna.sent))
    anna.press("Enter")

    anna.until(lambda: team.read("select note from statements where note is not null") == [("Ünï „x“",)])
    assert not any("\\u0016" in one for one in anna.sent)


def test_a_pasted_control_sequence_does_not_end_the_paste(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit(permissions=["clipboard-read", "clipboard-write"])
    anna.log_in(team.links["anna"])
    anna.press("1", "w")
    anna.page.evaluate("navigator.clipboard.writeText('a\\x1b[201~\\rxxx')")

    anna.press("Control+v")
    anna.until(lambda: any("200~a" in one for one in anna.sent))
    anna.press("Enter")

    anna.until(lambda: team.read("select note from statements where note is not null") == [("a[201~ xxx",)])
    assert team.read("select state from reviews where state <> 'open'") == []


def test_a_text_that_is_too_long_to_paste_is_named(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit(permissions=["clipboard-read", "clipboard-write"])
    anna.log_in(team.links["anna"])
    anna.page.evaluate("navigator.clipboard.writeText('a line of text\\n'.repeat(100_000))")

    anna.press("Control+v")

    anna.page.wait_for_selector("#ended[open]")
    assert anna.page.inner_text("#reason").startswith("You pasted more text than the server takes at once.")


def test_a_link_in_a_text_opens_nothing(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit()
    anna.log_in(team.links["anna"])

    anna.page.evaluate("window.open('http://evil.example/')")

    anna.page.wait_for_timeout(100)
    assert len(anna.context.pages) == 1


def test_two_coders_code_at_once_under_their_own_names(team: Team, visit: Callable[..., Visit]) -> None:
    anna, ben = visit(), visit()
    for one, name in ((anna, "anna"), (ben, "ben")):
        one.log_in(team.links[name])

    anna.press("1", "o", "d")
    ben.press("1", "s", "c")

    anna.until(lambda: team.statements() == [("anna", "oppose", "demand"), ("ben", "support", "commitment")])
    assert len(team.screens) == 2


def test_a_foreign_page_reaches_nothing_although_the_coder_is_logged_in(
    team: Team, visit: Callable[..., Visit]
) -> None:
    anna = visit()
    anna.log_in(team.links["anna"])
    before = team.screens
    evil = anna.context.new_page()
    evil.route("http://evil.example/", lambda route: route.fulfill(body="<h1>evil</h1>", content_type="text/html"))
    evil.goto("http://evil.example/")

    opened = evil.evaluate(
        """host => new Promise(done => {
            const socket = new WebSocket(`ws://${host}/ws/label?width=80&height=24`);
            socket.onopen = () => done("open");
            socket.onerror = () => done("refused");
        })""",
        team.origin.removeprefix("http://"),
    )
    read = evil.evaluate("url => fetch(url, {credentials: 'include'}).then(() => 'read', () => 'refused')", team.origin)

    assert (opened, read) == ("refused", "refused")
    assert team.screens == before


def test_a_screen_that_was_killed_can_be_restarted_with_one_key(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit()
    anna.log_in(team.links["anna"])
    anna.press("1", "o")
    anna.until(lambda: team.statements() == [("anna", "oppose", None)])
    (screen,) = team.screens

    os.kill(screen, signal.SIGKILL)
    anna.page.wait_for_selector("#ended[open]")
    assert "ended unexpectedly" in anna.page.inner_text("#reason")
    anna.page.wait_for_timeout(1100)
    anna.press("Enter")
    anna.page.wait_for_selector("#ended:not([open])", state="attached")
    anna.wait_for_screen()
    anna.press("d")

    anna.until(lambda: team.statements() == [("anna", "oppose", "demand")])


def test_a_key_that_was_meant_for_the_screen_does_not_restart_it(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit()
    anna.log_in(team.links["anna"])
    anna.page.evaluate(
        """() => {
            const [dialog, button] = ["#ended", "#restart"].map((name) => document.querySelector(name));
            const watch = new MutationObserver(() => { if (dialog.open) { button.click(); window.pressed = true; } });
            watch.observe(dialog, {attributes: true});
        }"""
    )
    (screen,) = team.screens

    os.kill(screen, signal.SIGKILL)
    anna.until(lambda: anna.page.evaluate("window.pressed"))
    anna.page.wait_for_timeout(1100)

    assert anna.page.evaluate("window.pressed && document.querySelector('#ended').open")
    anna.press("Enter")
    anna.page.wait_for_selector("#ended:not([open])", state="attached")


def test_who_leaves_is_told_so_can_adjudicate_next_and_log_out(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit()
    anna.log_in(team.links["anna"])

    anna.press("Control+q")
    anna.page.wait_for_selector("#ended[open]")
    assert anna.page.inner_text("#reason") == "You have left. Everything is saved."
    anna.page.click("text=Start page")
    anna.page.click("a:has-text('Adjudicate')")
    anna.wait_for_screen()

    (screen,) = team.screens
    assert "adjudicate" in Path(f"/proc/{screen}/cmdline").read_text(encoding="utf-8").split("\0")
    anna.press("Control+q")
    anna.page.wait_for_selector("#ended[open]")
    anna.press("Escape", "Escape")
    assert anna.page.inner_text("#ended[open] #reason") == "You have left. Everything is saved."
    anna.page.click("text=Log out")
    anna.page.wait_for_selector("text=Your token")
    anna.page.goto(f"{team.origin}/open/label")
    anna.page.wait_for_selector("text=Your token")


def test_no_screen_outlives_a_server_that_was_killed(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit()
    anna.log_in(team.links["anna"])
    anna.press("1", "o", "d")
    anna.until(lambda: team.statements() == [("anna", "oppose", "demand")])
    (screen,) = team.screens

    team.server.kill()

    anna.until(lambda: not is_running(screen))
    anna.page.wait_for_selector("#ended[open]")
    assert "connection to the server was lost" in anna.page.inner_text("#reason")


def test_a_page_notices_when_the_server_falls_silent(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit()
    anna.page.clock.install()
    anna.log_in(team.links["anna"])

    team.server.send_signal(signal.SIGSTOP)
    try:
        anna.page.clock.fast_forward(46_000)
        anna.page.wait_for_selector("#ended[open]")
    finally:
        team.server.send_signal(signal.SIGCONT)

    assert "connection to the server was lost" in anna.page.inner_text("#reason")


def test_a_server_that_is_stopped_leaves_no_screen_and_says_so(team: Team, visit: Callable[..., Visit]) -> None:
    anna = visit()
    anna.log_in(team.links["anna"])
    (screen,) = team.screens

    team.server.send_signal(signal.SIGINT)

    anna.page.wait_for_selector("#ended[open]")
    assert anna.page.inner_text("#reason") == "The server was stopped. Everything is saved."
    team.server.wait(LONGEST)
    assert not is_running(screen)


@pytest.mark.parametrize(("width", "height", "is_phone"), [(412, 915, True), (915, 412, True), (360, 640, False)])
def test_a_small_window_has_room_for_sixty_columns(
    team: Team, visit: Callable[..., Visit], width: int, height: int, is_phone: bool
) -> None:
    anna = visit(viewport={"width": width, "height": height}, has_touch=is_phone, is_mobile=is_phone)

    anna.log_in(team.links["anna"])

    size = dict(part.split("=") for part in anna.sockets[0].partition("?")[2].split("&"))
    assert int(size["width"]) >= 60
    assert int(size["height"]) >= 20
    assert anna.page.evaluate("document.documentElement.scrollWidth") <= width
    anna.press("x")
    anna.until(lambda: team.read("select state from reviews where state <> 'open'") == [("no claim",)])
