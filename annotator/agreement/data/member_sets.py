"""Which sets occur: owners with the same members have the same set."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from annotator.agreement.data.patterns import Ints, patterns_of_units


def distinct_sets(owner: Ints, member: Ints, n_owners: int, n_members: int) -> tuple[Ints, list[tuple[int, ...]]]:
    """The different sets of members, and which of them each owner has.

    Args:
        owner: Who has the member: 0 to n_owners - 1, in any order; an owner may have a member twice, or none.
        member: 0 to n_members - 1.
        n_owners: How many owners there are.
        n_members: How many members there are.

    Returns:
        An index into the sets for each owner, shape (n_owners,), and the sets, each as ascending members, the empty
        one first.
    """
    pairs = np.unique(owner * max(n_members, 1) + member)
    owners, members = np.divmod(pairs, max(n_members, 1))
    sizes = np.bincount(owners, minlength=n_owners)
    start = np.concatenate([[0], np.cumsum(sizes[sizes > 0])])
    kind, patterns = patterns_of_units(start, members, tuple(range(n_members)))
    found = np.zeros(n_owners, np.int64)
    found[sizes > 0] = kind + 1
    members_of = patterns.category.tolist()
    return found, [(), *(tuple(members_of[i:j]) for i, j in pairwise(patterns.start.tolist()))]
