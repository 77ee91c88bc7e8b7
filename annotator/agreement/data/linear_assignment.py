"""The cheapest one-to-one assignment of rows to columns, exactly (Kuhn 1955; shortest augmenting paths)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def assign(cost: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The column of each row in an assignment of least total cost; -1 for rows left over when columns are fewer.

    Args:
        cost: Shape (n, m), finite. Whole numbers below 2⁵³ are added without error.

    Returns:
        Shape (n,). The same costs always give the same assignment.
    """
    n, m = cost.shape
    if n > m:
        columns = np.full(n, -1, np.int64)
        of_column = assign(cost.T)
        columns[of_column] = np.arange(m)
        return columns
    row_of, columns = _augment(cost), np.full(n, -1, np.int64)
    taken = np.nonzero(row_of >= 0)[0]
    columns[row_of[taken]] = taken
    return columns


def _augment(cost: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The row of each column, -1 for a free one; rows enter one by one along the cheapest augmenting path."""
    n, m = cost.shape
    u, v = np.zeros(n), np.zeros(m)
    row_of = np.full(m, -1, np.int64)
    for start in range(n):
        slack = np.full(m, np.inf)
        came_from = np.full(m, -1, np.int64)
        used = np.zeros(m, dtype=bool)
        row, column = start, -1
        while row >= 0:
            reduced = cost[row] - u[row] - v
            closer = ~used & (reduced < slack)
            slack[closer] = reduced[closer]
            came_from[closer] = column
            column = int(np.argmin(np.where(used, np.inf, slack)))
            step = slack[column]
            u[start] += step
            u[row_of[used]] += step
            v[used] -= step
            slack[~used] -= step
            used[column] = True
            row = int(row_of[column])
        while column >= 0:
            before = int(came_from[column])
            row_of[column] = row_of[before] if before >= 0 else start
            column = before
    return row_of
