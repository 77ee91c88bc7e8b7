"""Screens in a browser: memory each, key to frame, screens a core: `python -m benchmarks.serve`.

The server and its screens are real; in place of browsers, sockets press keys and wait for what is drawn. Memory is the
proportional set size (PSS), which divides what processes share among them (Linux). With --browser, keys are pressed in
one page of a real Chromium, and a key's time ends with the frame after the one in which its first answer can be drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar

from benchmarks.projects import five
from tests.serve.processes import CHROMIUM, children

CYCLE = ("0", "n", "f", "o", "d", "s", "i", "u", "\r")
"""A statement of the journalist's, changed a few times, and on to the next paragraph."""

WATCH = """
window.took = [];
let pressed = 0;
addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", (event) => {
      if (typeof event.data === "string" || !pressed) return;
      const since = pressed;
      pressed = 0;
      requestAnimationFrame(() => requestAnimationFrame(() => took.push(performance.now() - since)));
    });
  }
};
"""
"""Measures in the page, in milliseconds. The terminal draws in the first frame after an answer or in the next."""

BROWSER_KEYS = {"\r": "Enter"}

QUIET = 0.2
"""Seconds without a frame after which a screen is drawn."""


def pss(pid: int) -> float:
    """Proportional memory of a process, in MB."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1000


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(project: Path, coders: list[str]) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Serve a project: the server's process, its origin, and the link of each coder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    annotator = [sys.executable, "-m", "annotator", "--project", str(project), "serve", "--port", str(port)]
    invite = [word for coder in coders for word in ("--invite", coder)]
    invited = subprocess.run([*annotator, *invite], capture_output=True, text=True, check=True)
    links = dict(line.split("  ") for line in invited.stdout.splitlines())
    server = subprocess.Popen(annotator, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield server.pid, f"http://127.0.0.1:{port}", links
    finally:
        server.terminate()
        server.wait()


async def opened(origin: str, token: str) -> tuple[ClientSession, ClientWebSocketResponse]:
    """Log in and open a screen."""
    session = ClientSession(cookie_jar=CookieJar(unsafe=True), headers={"Origin": origin})
    await session.post(f"{origin}/login", data={"token": token})
    return session, await session.ws_connect(f"{origin}/ws/label?width=120&height=36")


async def drawn(page: ClientWebSocketResponse) -> None:
    """Wait until nothing more is drawn."""
    while True:
        try:
            await asyncio.wait_for(page.receive(), QUIET)
        except TimeoutError:
            return


async def press_keys(page: ClientWebSocketResponse, every: float, until: float, took: list[float]) -> None:
    """Press a key every few seconds; note the milliseconds from each to its first frame."""
    await asyncio.sleep(random.uniform(0, every))
    for key in cycle(CYCLE):
        if time.perf_counter() >= until:
            return
        since = time.perf_counter()
        await page.send_json(["stdin", key])
        await page.receive()
        took.append((time.perf_counter() - since) * 1000)
        await drawn(page)
        await asyncio.sleep(max(0.0, since + every - time.perf_counter()))


async def measure(pid: int, origin: str, links: dict[str, str], every: float, seconds: float) -> None:
    """Open two screens a coder, press keys, and print the figures."""
    first: list[float] = []
    pages = []
    for link in [link for link in links.values() for _ in range(2)]:
        since = time.perf_counter()
        session, page = await opened(origin, link.partition("#")[2])
        message = await page.receive()
        while len(message.data) < 1000:
            message = await page.receive()
        first.append(time.perf_counter() - since)
        await drawn(page)
        pages.append((session, page))
    screens = children(pid)
    before, server_before = sum(map(processor, screens)), processor(pid)
    began = time.perf_counter()
    took: list[float] = []
    await asyncio.gather(*(press_keys(page, every, began + seconds, took) for _, page in pages))
    passed = time.perf_counter() - began
    used, server_used = sum(map(processor, screens)) - before, processor(pid) - server_before
    each = [pss(one) for one in screens]
    ranked = sorted(took)
    print(f"{len(screens)} screens, a key every {every:g} s for {passed:.0f} s ({len(took)} keys)")
    print(f"first frame: {statistics.median(first):.2f} s (median)")
    print(f"key to frame: {statistics.median(took):.1f} ms median, {ranked[int(len(ranked) * 0.95)]:.1f} ms p95")
    print(f"memory: {statistics.mean(each):.1f} MB a screen (PSS), {pss(pid):.1f} MB the server")
    print(f"processor: {used / passed:.1%} of a core all screens, {server_used / passed:.1%} the server")
    print(f"screens a core: {len(screens) * passed / (used + server_used):.0f}")
    for session, page in pages:
        await page.close()
        await session.close()
    closed = time.perf_counter()
    while children(pid):
        await asyncio.sleep(0.05)
    print(f"screens gone {time.perf_counter() - closed:.1f} s after the last page closed")


def measure_browser(link: str, every: float, seconds: float) -> None:
    """Press keys in a page of Chromium, and print the time from each to its frame."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1170, "height": 760})
        page.add_init_script(WATCH)
        page.goto(link)
        page.click("a:has-text('Code')")
        page.wait_for_selector("body.-first-byte", state="attached")
        page.wait_for_function("document.activeElement.className === 'xterm-helper-textarea'")
        page.wait_for_timeout(1000)
        began = time.perf_counter()
        for key in cycle(CYCLE):
            if time.perf_counter() - began >= seconds:
                break
            page.keyboard.press(BROWSER_KEYS.get(key, key))
            page.wait_for_timeout(every * 1000)
        ranked = sorted(page.evaluate("took"))
        browser.close()
    p95 = ranked[int(len(ranked) * 0.95)]
    print(f"key to frame in Chromium: {statistics.median(ranked):.1f} ms median, {p95:.1f} ms p95 ({len(ranked)} keys)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coders", type=int, default=5, help="coders, with two screens each (5)")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two keys of a screen (2)")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long keys are pressed (30)")
    parser.add_argument("--browser", action="store_true", help="measure in Chromium instead, in one page")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = five(Path(folder))
        coders = [f"coder {n}" for n in range(asked.coders)]
        with serving(project, coders) as (pid, origin, links):
            if asked.browser:
                measure_browser(next(iter(links.values())), asked.every, asked.seconds)
            else:
                asyncio.run(measure(pid, origin, links, asked.every, asked.seconds))


if __name__ == "__main__":
    main()
