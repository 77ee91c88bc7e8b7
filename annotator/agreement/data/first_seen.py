"""In which order things first occur."""

from __future__ import annotations

import numpy as np

from annotator.agreement.data.patterns import Ints


def first_seen(index: Ints) -> Ints:
    """The different indexes (0 or more) in the order in which they first occur."""
    size = int(index.max(initial=-1)) + 1
    first = np.full(size, index.size, np.int64)
    # Of several values for one place the last is kept, which from behind is the first.
    first[index[::-1]] = np.arange(index.size - 1, -1, -1)
    order = np.argsort(first, kind="stable")
    return order[: int((first < index.size).sum())]
