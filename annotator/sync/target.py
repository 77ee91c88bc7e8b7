"""What a target does: it keeps batches and texts, and gives them back to those who may read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Protocol

from annotator.batch import Batch, Text


class Target(Protocol):
    """A folder, a bucket or a database between the machines of a team.

    Every method may raise an OfflineError or a RefusedError, and no other error. A target belongs to the thread that
    made it.

    Attributes:
        name: What a person typed to name it, without a password.
    """

    name: str

    def streams(self) -> dict[str, int]:
        """The streams that this reader may see, each with the number of its last batch; in the order of their ids."""
        ...

    def last(self, stream: str) -> int:
        """The number of the last batch in the own stream that the target holds without a gap; 0 if it holds none."""
        ...

    def push(self, batch: Batch) -> None:
        """Keep a batch of one's own stream, whole or not at all, and durably.

        Raises:
            RefusedError: A batch with that number is there already, or its predecessor is not.
        """
        ...

    def pull(self, stream: str, after: int) -> Iterator[Batch]:
        """The batches of a stream whose last number is greater than `after`, in their order.

        A batch may hold fewer items than were sent: a database leaves out what this reader must not see. A batch that
        is not complete yet ends the iteration.

        Raises:
            RefusedError: A batch is damaged, or is in a newer format.
        """
        ...

    def put_texts(self, texts: Iterable[Text]) -> None:
        """Keep texts of articles; one that is there already stays."""
        ...

    def lacking(self, article_ids: Collection[str]) -> set[str]:
        """Those of these articles whose text the target does not have, or does not show to this reader."""
        ...

    def get_texts(self, article_ids: Collection[str]) -> Iterator[Text]:
        """The texts of these articles, as far as this reader may see them."""
        ...

    def now(self) -> datetime | None:
        """The time by the target's clock, aware; None if it has none of its own."""
        ...

    def close(self) -> None:
        """Let go of the target."""
        ...
