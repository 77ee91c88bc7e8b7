"""What an exchange with a target did, in numbers and sentences."""

from __future__ import annotations

from typing import NamedTuple


class Result(NamedTuple):
    """What an exchange did.

    Attributes:
        n_sent: Number of steps that were sent, or would be.
        n_came: Number of steps that came in, or would.
        n_articles: Number of articles that came in.
        n_waiting: Number of steps that came and wait until the session is left.
        n_held: Number of changes of the codebook that stay here until the lead has them.
        n_incomplete: Number of streams with a batch that is missing or not whole yet at the target.
        stopped: Why a stream was not read to its end, a sentence each.
        clocks: Which clocks are wrong, a sentence each.
    """

    n_sent: int = 0
    n_came: int = 0
    n_articles: int = 0
    n_waiting: int = 0
    n_held: int = 0
    n_incomplete: int = 0
    stopped: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()

    def and_(self, other: Result) -> Result:
        """Both together; a sentence that is in both stands once."""
        return Result(
            self.n_sent + other.n_sent,
            self.n_came + other.n_came,
            self.n_articles + other.n_articles,
            self.n_waiting + other.n_waiting,
            self.n_held + other.n_held,
            self.n_incomplete + other.n_incomplete,
            tuple(dict.fromkeys((*self.stopped, *other.stopped))),
            tuple(dict.fromkeys((*self.clocks, *other.clocks))),
        )
