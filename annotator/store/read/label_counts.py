"""Millions of labels of one paragraph variable as count patterns, read where they lie in the project file.

Coefficients depend on a paragraph only through how many coders chose each category, so a label is one small number: its
paragraph within a block, its coder, its category. SQLite writes the numbers of a block into one text of fixed width
while it walks through the labels in the order in which they are stored; numpy reads that text at once. No row of a
label ever becomes a Python object.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.agreement import Patterns
from annotator.agreement.data.patterns import unpack
from annotator.codebook.model import Variable
from annotator.errors import AgreementError
from annotator.store.file.connection import Connection
from annotator.store.read.codings import Codings
from annotator.text.terminal_text import one_line

Ints = npt.NDArray[np.int64]

_BLOCK = 16_384
"""Paragraphs of one text."""
_BITS = 52
"""What the counts of a paragraph may take up, as one number that is still exact as a float."""
_TABLE = 1 << 22
"""Up to this many possible count vectors, they are counted in a table."""


class Counted(NamedTuple):
    """The patterns of one variable, and how many of its labels do not count."""

    patterns: Patterns
    n_left_out: int
    """Labels that are defaults, off the scale, or on paragraphs that their coder set aside or is not done with."""


def paragraph_patterns(connection: Connection, variable: Variable) -> Counted:
    """The patterns of a nominal or ordinal variable of paragraphs, over all human coders.

    For an ordinal variable the categories outside the scale do not count.

    Raises:
        AgreementError: The variable is not one of paragraphs with categories, or has too many for this way of counting.
    """
    if variable.scope != "paragraph" or variable.level not in ("nominal", "ordinal"):
        raise AgreementError(f"{one_line(variable.name)} is no variable of paragraphs with single categories.")
    with connection.read():
        return _Count(connection, variable, Codings(connection).coder_rows).run()


class _Count:
    def __init__(self, connection: Connection, variable: Variable, coders: tuple[int, ...]) -> None:
        self._c = connection
        self._name = variable.name
        self._names = variable.scale
        self._coders = coders
        self._base = len(coders) + 1
        if len(self._names) * np.log2(self._base) > _BITS:
            raise AgreementError(f"{one_line(variable.name)} has too many categories or coders to be counted at once.")
        self._last = self._largest("paragraphs")
        self._index = np.full(self._largest("coders") + 1, -1, np.int64)
        self._index[list(coders)] = np.arange(len(coders))

    def run(self) -> Counted:
        """Count block by block."""
        counts = np.zeros(0, np.int64)
        is_table = self._base ** len(self._names) <= _TABLE
        times: dict[int, int] = {}
        used = np.zeros(len(self._coders), dtype=bool)
        n_left_out = 0
        if is_table:
            counts = np.zeros(self._base ** len(self._names), np.int64)
        allowed = self._may_count()
        for first in range(1, self._last + 1, _BLOCK):
            keys, n_out = self._block(first, allowed, used)
            n_left_out += n_out
            if is_table:
                counts += np.bincount(keys, minlength=counts.size)
            else:
                for key, n in zip(*(x.tolist() for x in np.unique(keys, return_counts=True)), strict=True):
                    times[key] = times.get(key, 0) + n
        if is_table:
            counts[0] = 0
            found = np.nonzero(counts)[0]
            multiplicity = counts[found]
        else:
            times.pop(0, None)
            found, multiplicity = np.array(list(times), np.int64), np.array(list(times.values()), np.int64)
        matrix = unpack(found, self._base, len(self._names))
        return Counted(Patterns.of_matrix(matrix, multiplicity, self._names, int(used.sum())), n_left_out)

    def _block(self, first: int, allowed: npt.NDArray[np.bool_], used: npt.NDArray[np.bool_]) -> tuple[Ints, int]:
        """The counts of each paragraph of a block as one number, and how many labels do not count."""
        q, radix = len(self._names) + 1, self._index.size
        cases = " ".join(f"when ? then {i}" for i in range(1, q))
        offset = _top(_BLOCK * radix * q) - first * radix * q
        row = self._c.one(
            f"select json_group_array({offset} + paragraph * {radix * q} + coder * {q}"
            f" + case when origin = 'default' then 0 else case value {cases} else 0 end end)"
            " from paragraph_labels where variable = ? and paragraph between ? and ?",
            (*self._names, self._name, first, first + _BLOCK - 1),
        )
        labels = _numbers(str(row[0]) if row else "[]")
        rest, category = np.divmod(labels, q)
        place, coder = np.divmod(rest, radix)
        coder = self._index[coder]
        chosen = coder >= 0
        if not chosen.all():
            place, coder, category = place[chosen], coder[chosen], category[chosen]
        good = allowed[coder, place + first] & (category > 0)
        used[np.unique(coder[good])] = True
        weight = (self._base ** np.arange(-1, q - 1, dtype=np.float64))[category[good]]
        keys = np.bincount(place[good], weights=weight, minlength=_BLOCK).astype(np.int64)
        return keys, int(good.size - good.sum())

    def _largest(self, table: str) -> int:
        row = self._c.one(f"select max(id) from {table}")
        return int(row[0]) if row and row[0] is not None else 0

    def _may_count(self) -> npt.NDArray[np.bool_]:
        """Whether each coder is done with each paragraph and did not set it aside, shape (coders, paragraphs + 2)."""
        allowed = np.zeros((len(self._coders), self._last + 2), dtype=bool)
        place = {coder: i for i, coder in enumerate(self._coders)}
        top = _top(self._last + 1)
        for coder, i in place.items():
            both = f"json_group_array({top} + first), json_group_array({top} + last)"
            row = self._c.one(f"select {both} from done_runs where coder = ?", (coder,))
            firsts, lasts = (_numbers(text) for text in row or ("[]", "[]"))
            edges = np.zeros(self._last + 2, np.int8)
            edges[firsts] = 1
            edges[lasts + 1] -= 1
            allowed[i] = np.cumsum(edges, dtype=np.int8)
        aside = self._c.all("select coder, paragraph from reviews where state in ('furniture', 'duplicate')")
        for coder, paragraph in aside:
            if coder in place:
                allowed[place[coder], paragraph] = False
        return allowed


def _top(limit: int) -> int:
    """A power of ten that lies above a limit: added to smaller numbers, it gives all of them the same width."""
    return int(10 ** len(str(limit)))


def _numbers(text: str) -> Ints:
    """The numbers of a JSON list in which all have the same width and begin with the digit 1, which is taken off."""
    if len(text) < 3:
        return np.zeros(0, np.int64)
    width = text.find(",") if "," in text else len(text) - 1
    # "[1037,1992]" without its first character is a table of rows such as "037," with a 1 before them.
    table = np.frombuffer(text.encode("ascii"), np.uint8)[1:].reshape(-1, width)
    numbers = np.zeros(len(table), np.int64)
    for column in range(1, width - 1):
        numbers = numbers * 10 + (table[:, column] - 48)
    return numbers
