"""Components of a graph of members and what ties them, by scipy, and the ties that alone hold a component together.

This room knows numbers: which member holds which key. It knows no person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Ties:
    """A two-sided graph: which member holds which key, both counted from 0, one pair a place."""

    members: Numbers
    keys: Numbers

    def where(self, is_kept: Truths) -> Ties:
        """Return some of the ties."""
        return Ties(self.members[is_kept], self.keys[is_kept])

    def join_several(self, clusters: Numbers) -> Truths:
        """Tell of each tie whether its key ties another member of the same cluster too."""
        if not len(self.keys):
            return np.zeros(0, dtype=np.bool_)
        places = self.keys * len(clusters) + clusters[self.members]
        _, inverse, counts = np.unique(places, return_inverse=True, return_counts=True)
        return np.asarray(counts[inverse] > 1, dtype=np.bool_)


def distinct(numbers: Numbers) -> Numbers:
    """Return each number once, in order; for many numbers much faster than NumPy's own way."""
    ordered = np.sort(numbers)
    is_first = np.ones(len(ordered), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def components(members: Numbers, keys: Numbers, member_count: int) -> Numbers:
    """Return, for each of `member_count` members, the smallest member of its component.

    `members` and `keys` are the two ends of each tie, both counted from 0: a two-sided graph.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = member_count + (int(keys.max()) + 1 if len(keys) else 0)
    ends = (members.astype(np.int32), (keys + member_count).astype(np.int32))
    edges = coo_array((np.ones(len(members), dtype=np.bool_), ends), shape=(size, size))
    count, labels = connected_components(edges, directed=False)
    labels = labels[:member_count]
    smallest = np.full(count, member_count, dtype=np.int64)
    np.minimum.at(smallest, labels, np.arange(member_count))
    return np.asarray(smallest[labels], dtype=np.int64)


def keys_per_component(ties: Ties, united: Numbers) -> Numbers:
    """Return how many keys tie each component together, by its smallest member."""
    holders = np.full(int(ties.keys.max()) + 1 if len(ties.keys) else 0, -1, dtype=np.int64)
    holders[ties.keys] = ties.members
    return np.bincount(united[holders[holders >= 0]], minlength=len(united))


def bridges(members: Numbers, keys: Numbers) -> set[int]:
    """Return the keys without which a component falls into several parts: its weakest links.

    One pass over the graph by depth (Hopcroft and Tarjan), for components that are too large to be one person.
    """
    neighbours: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for member, key in zip(members.tolist(), keys.tolist(), strict=True):
        neighbours.setdefault(("member", member), []).append(("key", key))
        neighbours.setdefault(("key", key), []).append(("member", member))
    depth: dict[tuple[str, int], int] = {}
    lowest: dict[tuple[str, int], int] = {}
    found: set[int] = set()
    for root in sorted(neighbours):
        if root in depth or root[0] == "key":
            continue
        depth[root] = lowest[root] = 0
        stack = [(root, iter(neighbours[root]))]
        while stack:
            node, rest = stack[-1]
            for other in rest:
                if other not in depth:
                    depth[other] = lowest[other] = len(stack)
                    stack.append((other, iter(neighbours[other])))
                    break
                lowest[node] = min(lowest[node], depth[other])
            else:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                    if above[0] == "key" and lowest[node] >= depth[above]:
                        found.add(above[1])
    return found
