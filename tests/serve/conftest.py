"""A project that is served, with cheap tokens and a clock that a test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from aiohttp.test_utils import TestClient, TestServer

from annotator.serve import tokens as tokens_module
from annotator.serve.address import Address
from annotator.serve.server import CoderServer
from annotator.serve.tokens import TokenFile
from annotator.store import Store
from tests.conftest import MakeOnce, article
from tests.store.work import CODEBOOK


def two_coders(path: Path) -> None:
    """Make a project of two articles for Anna and Ben."""
    texts = ["One says this.\nTwo says that.\nThree is silent.", "Four.\nFive."]
    with Store.create(path, CODEBOOK, [article(text, f"a{i}") for i, text in enumerate(texts)]) as store:
        for name in ("anna", "ben"):
            store.coder(name)


@pytest.fixture(autouse=True)
def _cheap_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "_N", 2)


@pytest.fixture
def path(tmp_path: Path, make_once: MakeOnce) -> Path:
    """A project of two coders."""
    return make_once(two_coders, tmp_path / "study.db")


@pytest.fixture
def tokens(path: Path) -> TokenFile:
    return TokenFile(path)


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Served(NamedTuple):
    """A server without a browser.

    Attributes:
        server: The server.
        client: Sends requests to it, and keeps cookies.
        origin: The origin of its pages.
        lines: What it has said to the leader.
    """

    server: CoderServer
    client: TestClient  # type: ignore[type-arg]
    origin: str
    lines: list[str]

    async def log_in(self, token: str) -> int:
        """Log in; return the status of the answer."""
        answer = await self.client.post(
            "/login", data={"token": token}, headers={"Origin": self.origin}, allow_redirects=False
        )
        return answer.status


@pytest.fixture
async def served(path: Path, tokens: TokenFile, tmp_path: Path) -> AsyncIterator[Served]:
    """A server of the project on some port of this machine."""
    lines: list[str] = []
    server = CoderServer(path, tokens, Address(8000), tmp_path / "config", lines.append)
    client = TestClient(TestServer(await server._make_app()))
    await client.start_server()
    yield Served(server, client, str(client.make_url("")).rstrip("/"), lines)
    await client.close()
