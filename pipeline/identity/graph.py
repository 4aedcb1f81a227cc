"""Components of a graph of members and what ties them, by scipy, and the ties that alone hold a component together.

This room knows numbers: which member holds which key. It knows no person. Numbers are of 32 bits, because there are
up to a hundred million of each, and of 64 only where two are made one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
LongNumbers = NDArray[np.int64]
Truths = NDArray[np.bool_]
Node = tuple[int, int]  # 0 and a member, or 1 and a key


@dataclass(frozen=True)
class Ties:
    """A two-sided graph: which member holds which key, both counted from 0, one pair a place, in order of the keys."""

    members: Numbers
    keys: Numbers

    @classmethod
    def in_order(cls, members: NDArray[Any], keys: NDArray[Any]) -> Ties:
        """Return ties that come in any order."""
        order = np.argsort(keys, kind="stable")
        return cls(members[order].astype(np.int32), keys[order].astype(np.int32))

    def where(self, is_kept: Truths) -> Ties:
        """Return some of the ties."""
        return Ties(self.members[is_kept], self.keys[is_kept])

    def of(self, clusters: Numbers) -> Ties:
        """Return the ties of the clusters that the members belong to."""
        return Ties(clusters[self.members], self.keys)

    def join_several(self, clusters: Numbers) -> Truths:
        """Tell of each tie whether its key ties another member of the same cluster too."""
        if not len(self.keys):
            return np.zeros(0, dtype=np.bool_)
        held = clusters[self.members]
        counts = np.bincount(self.keys)
        some = np.zeros(len(counts), dtype=np.int32)
        some[self.keys] = held
        is_mixed = np.zeros(len(counts), dtype=np.bool_)
        is_mixed[self.keys[some[self.keys] != held]] = True
        several = counts[self.keys] > 1
        # Only where the holders of a key are of several clusters do they have to be counted one by one.
        open_ = np.flatnonzero(is_mixed[self.keys])
        _, inverse, together = np.unique(
            self.keys[open_].astype(np.int64) * len(clusters) + held[open_], return_inverse=True, return_counts=True
        )
        several[open_] = together[inverse] > 1
        return np.asarray(several, dtype=np.bool_)


def are_first(ordered: NDArray[Any]) -> Truths:
    """Tell of each of some numbers, in order, whether it is the first that is so large."""
    is_first = np.ones(len(ordered), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return is_first


def distinct(numbers: LongNumbers) -> LongNumbers:
    """Return each number once, in order; for many numbers much faster than NumPy's own way."""
    ordered = np.sort(numbers)
    return ordered[are_first(ordered)]


def components(ties: Ties, member_count: int) -> Numbers:
    """Return, for each of `member_count` members, the smallest member of its component.

    Those who hold one key are tied each to the next: half as many edges as with keys for nodes, and half the memory.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other = ties.members[:-1], ties.members[1:]
    is_edge = (ties.keys[:-1] == ties.keys[1:]) & (one != other)
    ends = (one[is_edge], other[is_edge])
    edges = coo_array((np.ones(len(ends[0]), dtype=np.bool_), ends), shape=(member_count, member_count))
    count, labels = connected_components(edges, directed=False)
    smallest = np.full(count, member_count, dtype=np.int32)
    smallest[labels[::-1]] = np.arange(member_count, dtype=np.int32)[::-1]  # the last to be written stays: the first
    return np.asarray(smallest[labels], dtype=np.int32)


def keys_per_component(ties: Ties, united: Numbers) -> LongNumbers:
    """Return how many keys tie each component together, by its smallest member."""
    return np.bincount(united[ties.members[are_first(ties.keys)]], minlength=len(united))


def weakest_links(members: Numbers, keys: Numbers) -> set[int]:
    """Return, of each component, the keys without which it falls into the weightiest parts: its weakest links.

    A part weighs as much as the keys that tie it; what holds the second weightiest part is weakest, and of several that
    are equally weak all are returned, so that no order decides. A key that holds nothing but single members is no link
    between parts. One pass over the graph by depth (Hopcroft and Tarjan), for components too large to be one person.
    """
    neighbours: dict[Node, list[Node]] = {}
    for member, key in zip(members.tolist(), keys.tolist(), strict=True):
        neighbours.setdefault((0, member), []).append((1, key))
        neighbours.setdefault((1, key), []).append((0, member))
    seen: set[Node] = set()
    found: set[int] = set()
    for root in sorted(neighbours):
        if root not in seen and root[0] == 0:
            whole, parts = _parts_held(root, neighbours)
            seen |= whole.keys()
            count = sum(kind for kind, _ in whole)
            weights = {key: sorted([*held, count - 1 - sum(held)])[-2] for key, held in parts.items()}
            most = max(weights.values(), default=0)
            found |= {key for key, weight in weights.items() if weight == most > 0}
    return found


def _parts_held(root: Node, neighbours: dict[Node, list[Node]]) -> tuple[dict[Node, int], dict[int, list[int]]]:
    """Walk a component from one member; return each node's depth, and of each key the weights of the parts it holds."""
    depth, lowest, weight = {root: 0}, {root: 0}, {root: 0}
    parts: dict[int, list[int]] = {}
    stack = [(root, iter(neighbours[root]))]
    while stack:
        node, rest = stack[-1]
        for other in rest:
            if other not in depth:
                depth[other] = lowest[other] = len(stack)
                weight[other] = other[0]
                stack.append((other, iter(neighbours[other])))
                break
            lowest[node] = min(lowest[node], depth[other])
        else:
            stack.pop()
            if stack:
                above = stack[-1][0]
                lowest[above] = min(lowest[above], lowest[node])
                weight[above] += weight[node]
                if above[0] == 1 and lowest[node] >= depth[above]:
                    parts.setdefault(above[1], []).append(weight[node])
    return depth, parts
