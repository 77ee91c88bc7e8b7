"""A hub in PostgreSQL: what pushes and pulls cost, in a cluster of its own.

    uv run python -m benchmarks.hub                  20 coders and 90,000 steps, about half a minute
    uv run python -m benchmarks.hub --coders 40      more at once

It needs Debian's `postgresql` and makes a cluster in a temporary folder, which syncs to the disk as a server does.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from annotator.batch import Batch, StepItem
from annotator.sync.postgresql.hub import Hub
from tests.postgresql import cluster
from tests.sync.hubs import Team, assignment, phase, review

ARTICLES, STEPS, PER_BATCH = 200, 90_000, 2_000
T = TypeVar("T")


def timed(act: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def push_steps(hub: Hub, stream: str, items: list[StepItem], size: int) -> list[float]:
    """Send steps in batches of a size; the seconds of each push."""
    found = []
    first = hub.last(stream) + 1
    for n, start in enumerate(range(0, len(items), size), first):
        batch = Batch(stream=stream, first=n, last=n, items=tuple(items[start : start + size]))
        found.append(timed(lambda batch=batch: hub.push(batch))[0])  # type: ignore[misc]
    return found


def shown(label: str, value: str) -> None:
    print(f"{label:<58}{value:>14}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--coders", type=int, default=20)
    options.add_argument("--rounds", type=int, default=10, help="pushes of 20 steps by each coder")
    options = options.parse_args()  # type: ignore[assignment]
    n_coders, rounds = int(options.coders), int(options.rounds)  # type: ignore[attr-defined]
    with cluster(fsync="on", full_page_writes="on", synchronous_commit="on", log_statement="none") as running:
        team = Team(running)
        coders = [f"coder {n}" for n in range(n_coders)]
        hubs = {coder: team.admit(coder) for coder in ["anna", "ben", *coders]}
        articles = [f"{n:016x}" for n in range(ARTICLES)]
        size = STEPS // ARTICLES
        team.plan(
            *(
                assignment(coder, "pilot" if n % 2 else "main", 0, size - 1, article=article)
                for n, article in enumerate(articles)
                for coder in ("anna", "ben")
            )
        )
        items = [review("ben", n, article=article) for article in articles for n in range(size)]
        seconds = push_steps(hubs["ben"], team.streams["ben"], items, PER_BATCH)
        shown(f"push of {STEPS:,} steps in batches of {PER_BATCH:,}", f"{sum(seconds):.1f} s")
        shown("the slowest batch", f"{max(seconds):.2f} s")

        lead = team.hub("lead")
        took, batches = timed(lambda: list(lead.pull(team.streams["ben"], 0)))
        shown(f"pull of {sum(len(one.items) for one in batches):,} steps by the lead", f"{took:.1f} s")

        count = "select count(*) from hub.item"
        for title in ("a blind coder", "a blind coder, one of two phases closed"):
            with team.session("anna") as c:
                took, row = timed(lambda: c.execute(count).fetchone())
            shown(f"rows that {title} sees: {row[0] if row else 0:,}", f"{took:.2f} s")
            took, streams = timed(hubs["anna"].streams)
            shown(f"  {len(streams)} streams listed", f"{took:.2f} s")
            team.plan(phase("pilot"))
        with team.session() as c:
            took, row = timed(lambda: c.execute(count).fetchone())
            found = c.execute("select pg_database_size(current_database())").fetchone()
        shown(f"rows that the administrator sees: {row[0] if row else 0:,}", f"{took:.2f} s")
        shown("the database", f"{(found[0] if found else 0) / 1e6:.0f} MB")

        def work(coder: str) -> list[float]:
            mine = [review(coder, n) for n in range(20 * rounds)]
            return push_steps(hubs[coder], team.streams[coder], mine, 20)

        for coder in coders:
            hubs[coder].last(team.streams[coder])
        with ThreadPoolExecutor(n_coders) as pool:
            each = sorted(one for seconds in pool.map(work, coders) for one in seconds)
        shown(f"{n_coders} coders at once push 20 steps: median", f"{statistics.median(each) * 1000:.0f} ms")
        shown("  95th percentile", f"{each[int(len(each) * 0.95)] * 1000:.0f} ms")
        team.close()


if __name__ == "__main__":
    main()
