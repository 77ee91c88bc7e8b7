"""Guard before every page: whose request it is, from which page it comes, and for which host it was meant."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from annotator.errors import StoreError
from annotator.serve.address import Address
from annotator.serve.logins import LASTS, Logins, Tries
from annotator.serve.tokens import Invited, TokenFile

WHO: web.RequestKey[Invited] = web.RequestKey("who", Invited)
"""The coder of a request."""

COOKIE_VALUE: web.RequestKey[str] = web.RequestKey("cookie", str)

LOGIN = "/login"
_OPEN = (LOGIN, "/pages/", "/static/")
"""Paths that need no login; they hold nothing of the project."""

_AT_ONCE = 2
"""So many tokens are checked at the same time: each takes 16 MB."""


class Guard:
    """Checks requests and logs coders in and out."""

    def __init__(self, tokens: TokenFile, address: Address, logins: Logins | None = None, tries: Tries | None = None):
        self._tokens = tokens
        self._address = address
        self._logins = logins or Logins()
        self._tries = tries or Tries()
        self._checking = asyncio.Semaphore(_AT_ONCE)
        # Browsers send a cookie to every port of a host: two servers on one machine need two names.
        self.cookie = "__Host-annotator" if address.is_public else f"annotator-{address.port}"

    @property
    def middleware(self) -> Middleware:
        """The check, as aiohttp takes it."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            host = request.headers.get("Host")
            if not self._address.is_host(host):
                raise web.HTTPForbidden(text=f"This server answers at {self._address.url} only.\n")
            is_page = request.method in ("GET", "HEAD") and not request.path.startswith("/ws/")
            if not is_page and not self._address.is_origin(request.headers.get("Origin"), host or ""):
                raise web.HTTPForbidden(text="Another page sent this request.\n")
            try:
                if not request.path.startswith(_OPEN):
                    self._find_coder(request, is_page=is_page)
                return await handler(request)
            except StoreError as error:
                raise web.HTTPServiceUnavailable(text=f"{error}\n") from error

        return check

    def _find_coder(self, request: web.Request, *, is_page: bool) -> None:
        cookie = request.cookies.get(self.cookie, "")
        who = self._logins.find(cookie)
        if who is None or not self._tokens.is_valid(who):
            if is_page:
                raise web.HTTPSeeOther(LOGIN)
            raise web.HTTPUnauthorized(text="Log in first.\n")
        request[WHO] = who
        request[COOKIE_VALUE] = cookie

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let browsers load nothing from elsewhere, show us in no frame of another page, and keep no copies."""
        host = request.headers.get("Host", "")
        if not self._address.is_host(host):
            return
        socket = self._address.origin(host).replace("http", "ws", 1)
        response.headers.update(
            {
                "Content-Security-Policy": (
                    "default-src 'none'; script-src 'self'; font-src 'self'; img-src 'self' data:;"
                    # The terminal on the page writes its own styles.
                    f" style-src 'self' 'unsafe-inline'; connect-src 'self' {socket};"
                    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
                ),
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Referrer-Policy": "same-origin",
                "Server": "annotator",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
            }
        )
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"

    def is_logged_in(self, cookie: str) -> bool:
        """Whether a login still lasts."""
        return self._logins.find(cookie) is not None

    async def log_in(self, request: web.Request, token: str) -> web.Response | str:
        """Log a coder in with a token.

        Returns:
            The answer with the cookie, which leads to the first page; or why the token was not taken.
        """
        where = self._sender(request)
        async with self._checking:
            if not self._tries.has_left(where):
                return "Too many wrong tokens: wait a minute, then try again."
            self._tries.count(where)
            found = await asyncio.to_thread(self._tokens.find, token)
        if found is None:
            return "This token is not valid. Ask your project leader for a new one."
        self._tries.take_back(where)
        answer = go_to("/")
        answer.set_cookie(
            self.cookie,
            self._logins.begin(found),
            max_age=LASTS,
            httponly=True,
            samesite="Strict",
            secure=self._address.is_public,
            path="/",
        )
        return answer

    def log_out(self, request: web.Request) -> web.Response:
        """Log the coder of a request out."""
        self._logins.end(request[COOKIE_VALUE])
        answer = go_to(LOGIN)
        answer.del_cookie(self.cookie, path="/", secure=self._address.is_public, samesite="Strict", httponly=True)
        return answer

    def _sender(self, request: web.Request) -> str:
        """The address of the sender. Behind a proxy it is the last one that the proxy has added."""
        forwarded = request.headers.getall("X-Forwarded-For", [])
        if self._address.is_public and forwarded:
            return forwarded[-1].rpartition(",")[2].strip()
        return request.remote or ""


def go_to(path: str) -> web.Response:
    """Lead the browser to another page of ours."""
    return web.Response(status=303, headers={"Location": path})
