"""One screen's process: what it gets, how it ends, and that it never outlives its server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from annotator.cli.screen import BROWSER
from annotator.files.names import is_windows
from annotator.serve import child as child_module
from annotator.serve import server as server_module
from annotator.serve.child import DIED, LEFT, Child, command_line, environment
from annotator.serve.logins import LASTS
from tests.conftest import connect
from tests.serve.conftest import Clock, Served
from tests.serve.processes import is_running

READY = r"import sys, json, os, time; out = sys.stdout.buffer; out.write(b'__GANGLION__\n'); out.flush();"
MET = r"out.write(b'M' + len(m).to_bytes(4, 'big') + m); out.flush();"


class Screen:
    """A child that runs some Python in place of the program.

    Attributes:
        drawn: What it has drawn.
        ended: How often its end was told.
    """

    def __init__(self, code: str) -> None:
        self.drawn = b""
        self.ended = 0
        self.child = Child([sys.executable, "-c", code], dict(os.environ), write_bytes=self._draw, on_end=self._end)

    async def _draw(self, data: bytes) -> None:
        self.drawn += data

    async def _end(self) -> None:
        self.ended += 1

    async def until_it_ends(self) -> str:
        await self.child.start(80, 24)
        assert self.child._task is not None
        await asyncio.wait_for(self.child._task, 20)
        assert self.ended == 1
        assert self.child.ending is not None
        return self.child.ending


def test_a_child_gets_the_coder_and_no_other_variable_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "PYTHONPATH", "PYTHONSTARTUP", "LD_PRELOAD", "ANNOTATOR_PROJECT", "TEXTUAL"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("ANNOTATOR_CODER", "the leader")

    anna, ben = (environment(name, 100, 30, tmp_path) for name in ("anna", "../ben"))

    assert "secret" not in anna.values()
    assert anna["ANNOTATOR_CODER"] == "anna"
    assert anna["TEXTUAL_DRIVER"] == BROWSER
    assert (anna["COLUMNS"], anna["ROWS"]) == ("100", "30")
    assert anna["ANNOTATOR_CONFIG"] != ben["ANNOTATOR_CONFIG"]
    assert Path(ben["ANNOTATOR_CONFIG"]).parent == tmp_path / "serve"


def test_a_projects_name_is_one_word_of_the_command_line(tmp_path: Path) -> None:
    words = command_line(tmp_path / "a b; rm -rf $HOME.db", ("label",))

    assert words[-2:] == [str(tmp_path / "a b; rm -rf $HOME.db"), "label"]
    assert words[0] == sys.executable


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "ending"),
    [
        (READY + "m = json.dumps({'type': 'exit'}).encode();" + MET, LEFT),
        (READY + "os._exit(3)", DIED),
        (READY + "m = json.dumps({'type': 'exit'}).encode();" + MET + "os._exit(1)", DIED),
        ("pass", DIED),
        ("print('a\\n' * 20)", DIED),
        ("import sys; sys.exit('Error: this file was packed for ben')", "this file was packed for ben"),
        ("import sys; sys.exit('Error: \\x1b[2J' + 'a' * 2000)", None),
    ],
)
async def test_the_page_is_told_how_a_child_ended(code: str, ending: str | None) -> None:
    said = await Screen(code).until_it_ends()

    assert ending is None or said == ending
    assert "\x1b" not in said
    assert len(said) <= 500


@pytest.mark.slow
async def test_a_child_that_does_not_leave_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "PATIENCE", 0.3)
    screen = Screen(READY + "time.sleep(60)")
    await screen.child.start(80, 24)
    pid = screen.child.pid
    assert pid is not None

    await asyncio.wait_for(screen.child.stop(), 20)

    assert not is_running(pid)
    assert screen.ended == 1


@pytest.mark.slow
async def test_a_page_that_closes_lets_the_child_leave_in_order(
    served: Served, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = await _open(served)
    while not served.lines:
        await asyncio.sleep(0.02)
    await _until_drawn(socket, b"One")

    await socket.send_str(json.dumps(["stdin", "x"]))
    await _until(lambda: bool(_states(path)))
    await socket.close()

    await _until(lambda: len(served.lines) == 2)
    assert served.lines == ["anna: code opened", "anna: code closed"]
    assert _states(path) == ["no claim"]


@pytest.mark.slow
async def test_what_a_page_should_not_send_is_dropped(served: Served, path: Path) -> None:
    socket = await _open(served)
    await _until_drawn(socket, b"One")

    for odd in (
        "{}",
        "[",
        "[" * 100_000,
        "[]",
        '["resize", {"width": 1e99, "height": null}]',
        '["resize", 3]',
        '["stdin", 3]',
        "3",
    ):
        await socket.send_str(odd)
    await socket.send_str(json.dumps(["resize", {"width": 10**9, "height": -5}]))
    await socket.send_str(json.dumps(["resize", {"width": 90, "height": 30}]))
    await socket.send_str(json.dumps(["stdin", "x"]))

    await _until(lambda: _states(path) == ["no claim"])
    await socket.close()


@pytest.mark.slow
async def test_a_third_screen_of_a_coder_is_refused_with_the_reason(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.serve.sessions._WAIT_FOR_PLACE", 0.01)
    first, second = await _open(served), await _open(served)

    third = await _open(served)
    message = await third.receive(20)

    assert json.loads(message.data)[1].startswith("You have two screens open")
    await first.close()
    await second.close()


@pytest.mark.slow
async def test_a_screen_ends_when_its_token_is_taken_back(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.serve.server.LOOK", 0.05)
    server = served.server
    client = TestClient(TestServer(await server._make_app()))
    await client.start_server()
    again = served._replace(client=client, origin=str(client.make_url("")).rstrip("/"))
    socket = await _open(again)
    await _until_drawn(socket, b"One")

    server._tokens.revoke("anna")

    message = await socket.receive(20)
    while message.type.name == "BINARY":
        message = await socket.receive(20)
    assert json.loads(message.data)[1].startswith("Your token was taken back")
    await client.close()


@pytest.mark.slow
async def test_a_screen_ends_when_its_login_ends(served: Served, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.serve.server.LOOK", 0.05)
    server = served.server
    client = TestClient(TestServer(await server._make_app()))
    await client.start_server()
    server._guard._logins._clock = clock
    again = served._replace(client=client, origin=str(client.make_url("")).rstrip("/"))
    socket = await _open(again)
    await _until_drawn(socket, b"One")

    clock.now += LASTS

    message = await socket.receive(20)
    while message.type.name == "BINARY":
        message = await socket.receive(20)
    assert json.loads(message.data)[1].startswith("Your login has ended after 12 hours")
    await client.close()


async def test_a_page_that_accepts_nothing_is_left() -> None:
    class Page:
        """It takes nothing, and its connection is cut when the server gives up."""

        is_cut = False

        async def send_bytes(self, _data: bytes) -> None:
            await asyncio.sleep(60)

        def abort(self) -> None:
            self.is_cut = True

    page = Page()

    await server_module._quietly(page, page, 0.01)(b"drawn")  # type: ignore[arg-type]

    assert page.is_cut


@pytest.mark.slow
async def test_a_screen_that_cannot_be_started_says_so(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.serve.server.command_line", lambda *_: ["/nowhere/annotator"])

    socket = await _open(served)

    assert json.loads((await socket.receive(20)).data)[1].startswith("The screen could not be started")
    await socket.close()
    await _until(lambda: served.lines[-1] == "anna: code closed")
    assert served.lines[-2].startswith("No screen could be started: ")
    assert len(served.server.sessions) == 0


@pytest.mark.slow
@pytest.mark.skipif(is_windows(), reason="kills with a signal")
@pytest.mark.parametrize("is_heard", [True, False])
def test_no_child_outlives_a_server_that_was_killed(path: Path, tmp_path: Path, is_heard: bool) -> None:
    """Also where the pipes of the server stay open, because another process has them."""
    starter = f"""
import os, subprocess, sys, time
words, kept = {command_line(path, ("label", "--new-coder"))!r}, {environment("anna", 80, 24, tmp_path)!r}
kept["ANNOTATOR_PARENT"] = str(os.getpid())
child = subprocess.Popen(words, env=kept, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
if not {is_heard}:
    held = (child.stdin.fileno(), child.stdout.fileno())
    idle = [sys.executable, "-c", "import time; time.sleep(60)"]
    other = subprocess.Popen(idle, stdout=subprocess.DEVNULL, pass_fds=held)
child.stdout.read(100)
print(child.pid, other.pid if not {is_heard} else 0, flush=True)
time.sleep(60)
"""
    server = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pid, other = map(int, server.stdout.readline().split())
    assert is_running(pid)

    server.send_signal(signal.SIGKILL)
    server.wait()
    server.stdout.close()

    try:
        until = time.monotonic() + 30
        while is_running(pid) and time.monotonic() < until:
            time.sleep(0.05)
        assert not is_running(pid)
    finally:
        if other:
            os.kill(other, signal.SIGKILL)


def _states(path: Path) -> list[str]:
    connection = connect(path)
    try:
        return [state for (state,) in connection.execute("select state from reviews where state <> 'open'")]
    finally:
        connection.close()


async def _open(served: Served):  # type: ignore[no-untyped-def]
    if not served.server._tokens.coders():
        assert await served.log_in(served.server._tokens.invite("anna")) == 303
    return await served.client.ws_connect("/ws/label?width=100&height=30", headers={"Origin": served.origin})


async def _until_drawn(socket, text: bytes) -> None:  # type: ignore[no-untyped-def]
    drawn = b""
    while text not in drawn:
        drawn += (await socket.receive(30)).data


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)
