"""The web server behind `annotator serve`: pages, logins, and one child for each open screen."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import jinja2
from aiohttp import WSMsgType, web
from aiohttp.typedefs import Handler
from textual_serve.server import Server

from annotator.errors import StoreError
from annotator.serve.address import LOOPBACK, Address
from annotator.serve.child import Child, command_line, environment
from annotator.serve.doors import Door, doors
from annotator.serve.guard import COOKIE_VALUE, LOGIN, WHO, Guard, go_to
from annotator.serve.sessions import LOOK, Session, Sessions
from annotator.serve.tokens import TokenFile
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from socket import socket as _Port  # noqa: N812 (here a socket is the connection of a page)

HEARTBEAT = 15.0
"""Seconds between two signs of life; a page that does not answer is gone."""

STUCK = 30.0
"""Seconds that a page may take to accept what is sent; a foreign program may answer and never read."""

_LARGEST_FORM = 4096
_LARGEST_MESSAGE = 2**20
"""Bytes that a page may send at once: a long text that is pasted."""

_COLUMNS, _ROWS = (1, 500), (1, 300)
_PAGES = Path(str(files("annotator.serve") / "pages"))
_OWN = {"page.css": "text/css", "login.js": "text/javascript", "terminal.js": "text/javascript"}
_TEXTUAL = {
    "css/xterm.css": "text/css",
    "js/textual.js": "text/javascript",
    "fonts/RobotoMono-VariableFont_wght.ttf": "font/ttf",
    "fonts/RobotoMono-Italic-VariableFont_wght.ttf": "font/ttf",
}
"""Files of textual-serve that the page needs; no others are served, and no list of them."""

_FULL = "You have two screens open already. Close one of them, then restart."
_IDLE = "Nothing was typed for an hour, so the screen was closed. Everything is saved."
_REVOKED = "Your token was taken back. Ask your project leader."
_EXPIRED = "Your login has ended after 12 hours. Everything is saved. Log in again with your link."
_NOT_STARTED = "The screen could not be started. Ask your project leader."
_LOGGED_OUT = "You have logged out. Everything is saved."
_STOPPED = "The server was stopped. Everything is saved."

Talk = Callable[[str], None]


class CoderServer(Server):
    """Serves the screens of one project to its coders.

    Attributes:
        sessions: The open screens.
    """

    def __init__(self, project: Path, tokens: TokenFile, address: Address, settings: Path, say: Talk) -> None:
        """Prepare the server.

        Args:
            project: The project file.
            tokens: Who may log in.
            address: Where it answers.
            settings: The folder of display settings.
            say: Called with a line for the leader who started it.
        """
        super().__init__("annotator", host=LOOPBACK, port=address.port, public_url=address.url)
        self._project = project
        self._tokens = tokens
        self._address = address
        self._settings = settings
        self._say = say
        self.sessions = Sessions()
        self._templates = jinja2.Environment(loader=jinja2.FileSystemLoader(_PAGES), autoescape=True)

    def serve_at(self, port: _Port) -> None:
        """Serve at a port that was taken, until the process is told to end."""
        faults = Faults(self._say)
        for name in ("aiohttp", "asyncio"):
            logging.getLogger(name).addHandler(faults)
        web.run_app(self._make_app(), sock=port, access_log=None, print=None, shutdown_timeout=8.0)

    async def _make_app(self) -> web.Application:
        guard = self._guard = Guard(self._tokens, self._address)
        app = web.Application(middlewares=[guard.middleware], client_max_size=_LARGEST_FORM)
        app.add_routes(
            [
                web.get("/", self.handle_index),
                web.get(LOGIN, self._show_login),
                web.post(LOGIN, self._log_in),
                web.post("/logout", self._log_out),
                web.get("/open/{door}", self._show_screen),
                web.get("/ws/{door}", self.handle_websocket),
                *(web.get(f"/pages/{name}", _file(_PAGES / name, kind)) for name, kind in _OWN.items()),
                *(web.get(f"/static/{name}", _file(self.statics_path / name, kind)) for name, kind in _TEXTUAL.items()),
            ]
        )
        app.on_response_prepare.append(guard.add_headers)
        app.cleanup_ctx.append(self._look_after)
        app.on_shutdown.append(self.on_shutdown)
        return app

    # pages

    async def _show_login(self, _request: web.Request) -> web.Response:
        return self._page("login.html", fault="")

    async def _log_in(self, request: web.Request) -> web.Response:
        # A form as our page sends it; aiohttp reads other kinds too, and stumbles over them.
        form = parse_qs((await request.read()).decode("utf-8", "replace"))
        answer = await self._guard.log_in(request, form.get("token", [""])[0])
        if isinstance(answer, str):
            return self._page("login.html", status=401, fault=answer)
        return answer

    async def _log_out(self, request: web.Request) -> web.Response:
        cookie = request[COOKIE_VALUE]
        self.sessions.end_where(lambda one: one.cookie == cookie, _LOGGED_OUT)
        return self._guard.log_out(request)

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """Show the doors of a coder; who has only one goes through it."""
        coder = request[WHO].coder
        found = await self._doors(coder)
        if len(found) == 1:
            return go_to(f"/open/{found[0].name}")
        return self._page("doors.html", coder=coder, doors=found, project=self._project.name)

    async def _show_screen(self, request: web.Request) -> web.Response:
        coder = request[WHO].coder
        found = await self._doors(coder)
        door = _of(found, request)
        if door is None:
            return go_to("/")
        return self._page("terminal.html", coder=coder, door=door, has_others=len(found) > 1)

    def _page(self, template: str, status: int = 200, **values: Any) -> web.Response:
        text = self._templates.get_template(template).render(values)
        return web.Response(text=text, status=status, content_type="text/html")

    async def _doors(self, coder: str) -> Sequence[Door]:
        return await asyncio.to_thread(doors, self._project, coder)

    # screens

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run a child for a page, until either of them ends."""
        who = request[WHO]
        door = _of(await self._doors(who.coder), request)
        if door is None:
            raise web.HTTPNotFound(text="There is no such screen.\n")
        columns, rows = (_size(request.query.get(name), *_limits(name)) for name in ("width", "height"))
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=_LARGEST_MESSAGE)
        await socket.prepare(request)
        session = await self.sessions.open(who, request[COOKIE_VALUE])
        if session is None:
            await _close(socket, _FULL)
            return socket
        child = Child(
            command_line(self._project, door.command),
            environment(who.coder, columns, rows, self._settings),
            write_bytes=_quietly(socket, request.transport),
            on_end=lambda: _ended(session, child),
        )
        shown = f"{one_line(who.coder)}: {door.title.lower()}"
        self._say(f"{shown} opened")
        try:
            if await self._start(child, columns, rows):
                await self._until_the_end(socket, session, child)
            else:
                await _close(socket, _NOT_STARTED)
        finally:
            await self.sessions.close(session)
            try:
                await asyncio.shield(child.stop())
            finally:
                self._say(f"{shown} closed")
        return socket

    async def _start(self, child: Child, columns: int, rows: int) -> bool:
        try:
            await child.start(columns, rows)
        except OSError as error:  # as where no memory is left for another process
            self._say(f"No screen could be started: {error.strerror}")
            return False
        return True

    async def _until_the_end(self, socket: web.WebSocketResponse, session: Session, child: Child) -> None:
        """Hand on what the page sends until the page, the child or the server ends."""
        reading = asyncio.create_task(_read(socket, session, child))
        living = asyncio.create_task(_say_alive(socket))
        both: set[asyncio.Future[Any]] = {reading, session.ending}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if session.ending.done():
                if child.ending is None:
                    await child.stop()
                await _close(socket, session.ending.result())
        finally:
            for task in (reading, living):
                task.cancel()
            await asyncio.gather(reading, living, return_exceptions=True)

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 (aiohttp gives it)
        """End every screen in order."""
        self.sessions.end_where(lambda _: True, _STOPPED)

    async def _look_after(self, _app: web.Application) -> Any:
        """End screens that are idle, and those of coders whose token was taken back."""
        task = asyncio.create_task(self._look_again_and_again())
        yield
        task.cancel()

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            self.sessions.end_where(lambda one: one.is_idle, _IDLE)
            self.sessions.end_where(lambda one: not self._guard.is_logged_in(one.cookie), _EXPIRED)
            with suppress(StoreError):
                self.sessions.end_where(lambda one: not self._tokens.is_valid(one.who), _REVOKED)


class Faults(logging.Handler):
    """Tell the leader of a fault in one line: what anybody sends may be in more of it."""

    def __init__(self, say: Talk) -> None:
        super().__init__(logging.WARNING)
        self._tell = say

    def emit(self, record: logging.LogRecord) -> None:
        """Name the kind of fault."""
        kind = record.exc_info[0] if record.exc_info else None
        self._tell(f"A request was not answered ({kind.__name__ if kind else record.name}).")


async def _read(socket: web.WebSocketResponse, session: Session, child: Child) -> None:
    """Hand on what a page sends; what it should not send is dropped."""
    async for message in socket:
        if message.type != WSMsgType.TEXT:
            continue
        try:
            kind, *values = json.loads(message.data)
            value = values[0] if values else None
        except (ValueError, TypeError, RecursionError):
            continue
        if kind == "stdin" and isinstance(value, str):
            session.has_key()
            await child.send_bytes(value.encode("utf-8", "replace"))
        elif kind == "resize" and isinstance(value, dict):
            columns, rows = (_size(value.get(name), *_limits(name)) for name in ("width", "height"))
            await child.set_terminal_size(columns, rows)
        elif kind == "focus":
            await child.focus()
        elif kind == "blur":
            await child.blur()


async def _say_alive(socket: web.WebSocketResponse) -> None:
    """Tell the page that the server is there: pages do not see the signs of life of the protocol."""
    while True:
        await asyncio.sleep(HEARTBEAT)
        with suppress(ConnectionError, RuntimeError):
            await socket.send_str('["alive"]')


async def _ended(session: Session, child: Child) -> None:
    session.end(child.ending or "")


async def _close(socket: web.WebSocketResponse, reason: str) -> None:
    """Tell the page why, and close its connection."""
    with suppress(ConnectionError, RuntimeError, TimeoutError):
        async with asyncio.timeout(STUCK):
            await socket.send_str(json.dumps(["ended", reason]))
            await socket.close()


def _quietly(
    socket: web.WebSocketResponse, connection: asyncio.Transport | None, patience: float = STUCK
) -> Callable[[bytes], Awaitable[None]]:
    """Send to a page that may be gone; its child is told by other means. Leave a page that takes nothing."""

    async def quiet(data: bytes) -> None:
        try:
            async with asyncio.timeout(patience):
                await socket.send_bytes(data)
        except TimeoutError:
            if connection is not None:
                connection.abort()
        except (ConnectionError, RuntimeError):
            pass

    return quiet


def _of(found: Sequence[Door], request: web.Request) -> Door | None:
    return next((door for door in found if door.name == request.match_info["door"]), None)


def _limits(name: str) -> tuple[int, int]:
    return _COLUMNS if name == "width" else _ROWS


def _size(value: object, least: int, most: int) -> int:
    """A size that a page gave, within limits; 80 where it is not a number."""
    try:
        return max(least, min(most, int(str(value))))
    except ValueError:
        return min(80, most)


def _file(path: Path, kind: str) -> Handler:
    """Serve one file, compressed: the terminal's script is half a megabyte, which slow links feel."""
    packed = gzip.compress(path.read_bytes())
    headers = {"Content-Type": kind, "Content-Encoding": "gzip", "Cache-Control": "max-age=3600"}

    async def send(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=packed, headers=headers)

    return send
