"""Addresses under which the server answers: loopback names, or one public address behind a proxy."""

from __future__ import annotations

import errno
import re
import socket
from urllib.parse import urlsplit

from annotator.errors import UsageError
from annotator.text.terminal_text import one_line

LOOPBACK = "127.0.0.1"
_LOOPBACK_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE | re.ASCII)
_PUBLIC_HOST = re.compile(r"([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII)
"""The host of a request stands in headers of the answer, so nothing else may be in it."""

_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES, 10048, 10013})


def listen(port: int) -> socket.socket:
    """Take a port of this machine.

    Raises:
        UsageError: The port is taken, or not allowed.
    """
    try:
        return socket.create_server((LOOPBACK, port), backlog=128)
    except OSError as error:
        if error.errno not in _TAKEN:
            raise
        raise UsageError(f"port {port} cannot be used; choose another with --port") from error


class Address:
    """The server's address.

    Attributes:
        port: The port on this machine.
        url: The address in links, without a slash at its end.
        is_public: Whether a proxy stands before the server.
    """

    def __init__(self, port: int, public_url: str | None = None) -> None:
        """Check the address.

        Raises:
            UsageError: The public address is not https://HOST or https://HOST:PORT.
        """
        self.port = port
        self.is_public = public_url is not None
        self.url = f"http://{LOOPBACK}:{port}" if public_url is None else _public(public_url)
        self._host = urlsplit(self.url).netloc

    def is_host(self, host: str | None) -> bool:
        """Whether the Host of a request is ours. A foreign name that leads to this machine is refused.

        A tunnel may use another port, so any port of a loopback name will do.
        """
        if host is None:
            return False
        if self.is_public:
            return host.lower() == self._host
        return _LOOPBACK_HOST.fullmatch(host) is not None

    def is_origin(self, origin: str | None, host: str) -> bool:
        """Whether a page of ours sent a request.

        Args:
            origin: The header Origin, which browsers set and pages cannot change.
            host: The checked Host of the request.
        """
        return origin is not None and origin.lower() == self.origin(host)

    def origin(self, host: str) -> str:
        """The origin of our pages, as a browser sends it."""
        return self.url if self.is_public else f"http://{host.lower()}"


def _public(url: str) -> str:
    fault = f"{one_line(url)[:200]} is not an address as https://code.example.org; the proxy serves annotator there"
    try:
        parts = urlsplit(url.strip())
        has_port = parts.port is not None
        # Browsers send a name with other letters in this form.
        host = parts.netloc.lower() if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    except ValueError as error:
        raise UsageError(fault) from error
    is_whole = parts.scheme == "https" and _PUBLIC_HOST.fullmatch(host) is not None
    if not is_whole or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UsageError(fault)
    return f"https://{host.removesuffix(':443') if has_port else host}"
