"""Where pages are drawn, which belong together, and how central each is. Run as a script.

Reads `{"edges": [[a, b], …], "count": n, "before": {"a": [x, y, community]}}` from stdin, pages as
numbers, and writes `[[x, y, community, centrality], …]`. The same input gives the same output.
First communities (Louvain), then a place for each community, then a place for each page within,
then forces. Pages that had a place start there and move little, so that people find them again.
"""

import json
import math
import os
import sys
from collections import Counter
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from mosaic.knowledge.graph.placing import sunflower

Points = NDArray[np.float64]
Before = dict[int, tuple[float, float, int]]
Placed = list[tuple[float, float, int, float]]
_SEED = 7
_ROUNDS, _ROUNDS_AGAIN = 90, 25
_NEAR = 12  # neighbours in space that push a page away
_BETWEEN = 0.15  # how much a link between groups pulls, of one within
_ROOM = 1.35  # how much more room a community gets than its pages need


def arrange(count: int, edges: list[tuple[int, int]], before: Before) -> Placed:
    """Return x, y, community and centrality (PageRank) of pages 0 to `count` - 1."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges)
    linked = graph.subgraph(sorted(n for n, degree in graph.degree() if degree))
    groups = _communities(linked)
    names = _names(groups, before)
    points = np.zeros((count, 2))
    _place_by_groups(points, linked, groups)
    old = sorted(n for n in before if n < count and n in linked)
    again = len(old) > len(linked) / 2
    if again:
        _start_from(points, linked, groups, {n: before[n] for n in old})
    inside = np.array(sorted(linked), dtype=int)
    if len(inside) > 1:
        known = np.isin(inside, old) if again else np.zeros(len(inside), dtype=bool)
        group = {n: number for number, group in enumerate(groups) for n in group}
        groups_of = np.array([group[int(n)] for n in inside])
        points[inside] = _settle(points[inside], _ends(linked, inside), groups_of, known)
    orphans = sorted(set(range(count)) - set(linked))
    kept = [n for n in orphans if again and n in before]
    for n in kept:
        points[n] = before[n][:2]
    _place_orphans(points, sorted(set(orphans) - set(kept)), [*inside, *kept])
    ranks = nx.pagerank(linked) if len(linked) else {}
    community = {n: names[number] for number, group in enumerate(groups) for n in group}
    free = max(names, default=-1) + 1
    for n in range(count):
        if n not in community:
            community[n], free = free, free + 1
    return [
        (float(x), float(y), community[n], float(ranks.get(n, 0.0)))
        for n, (x, y) in enumerate(points)
    ]


def _communities(graph: "nx.Graph[int]") -> list[list[int]]:
    """Return the communities, the largest first."""
    found = nx.community.louvain_communities(graph, seed=_SEED) if len(graph) else []
    return sorted((sorted(group) for group in found), key=lambda group: (-len(group), group[0]))


def _names(groups: list[list[int]], before: Before) -> list[int]:
    """Return a number for each community: that of the former one most of its pages come from."""
    taken: set[int] = set()
    names: list[int | None] = []
    for group in groups:
        votes = Counter(before[n][2] for n in group if n in before)
        free = [name for name, _ in votes.most_common() if name not in taken]
        names.append(free[0] if free else None)
        taken.update(free[:1])
    unused = (n for n in range(len(groups) + len(taken)) if n not in taken)
    return [next(unused) if name is None else name for name in names]


def _place_by_groups(points: Points, graph: "nx.Graph[int]", groups: list[list[int]]) -> None:
    number = {n: at for at, group in enumerate(groups) for n in group}
    far: nx.Graph[int] = nx.Graph()
    far.add_nodes_from(range(len(groups)))
    for (a, b), links in Counter(_between(graph, number)).items():
        far.add_edge(a, b, weight=math.log1p(links))
    radii = np.array([0.62 * math.sqrt(len(group)) * _ROOM + 0.8 for group in groups])
    centres = _far_places(far, radii)
    for at, group in enumerate(groups):
        inside = sorted(group, key=lambda n: (-graph.degree(n), n))
        for place, n in enumerate(inside):
            points[n] = centres[at] + np.array(sunflower(place)) * _ROOM


def _between(graph: "nx.Graph[int]", number: dict[int, int]) -> list[tuple[int, int]]:
    pairs = ((number[a], number[b]) for a, b in graph.edges())
    return [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


def _far_places(far: "nx.Graph[int]", radii: Points) -> Points:
    """Return a centre for each community; none lies on another."""
    if len(far) < 2:
        return np.zeros((len(far), 2))
    # Small islands need no drawing of their own: they lie around, as the sunflower has them.
    joined = [n for n, degree in far.degree() if degree][:400]
    reach = math.sqrt(float((radii**2).sum()))
    centres = np.array([sunflower(n) for n in range(len(far))])
    centres *= reach / max(1.0, float(np.abs(centres).max()))
    if len(joined) > 1:
        drawn = nx.spring_layout(
            far.subgraph(joined), seed=_SEED, iterations=80, weight="weight", method="force"
        )
        for n, place in drawn.items():
            centres[n] = np.asarray(place) * reach * 0.8
    return _apart(centres, radii)


def _apart(centres: Points, radii: Points) -> Points:
    for _ in range(120):
        near = cKDTree(centres).query_pairs(2 * float(radii.max()), output_type="ndarray")
        if not len(near):
            break
        a, b = near[:, 0], near[:, 1]
        way = centres[a] - centres[b]
        distance = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)
        overlap = np.maximum(radii[a] + radii[b] - distance, 0)
        if not overlap.any():
            break
        # The small one gives way to the large one.
        push = way / distance[:, None] * (overlap * 0.6)[:, None]
        share = (radii[b] ** 2 / (radii[a] ** 2 + radii[b] ** 2))[:, None]
        np.add.at(centres, a, push * share)
        np.add.at(centres, b, -push * (1 - share))
    return centres


def _start_from(
    points: Points, graph: "nx.Graph[int]", groups: list[list[int]], before: Before
) -> None:
    """Put pages where they were, and new ones beside what they are linked with."""
    for n, (x, y, _) in before.items():
        points[n] = (x, y)
    number = {n: group for group in groups for n in group}
    for n in sorted(set(graph) - set(before)):
        around = [one for one in graph[n] if one in before]
        around = around or [one for one in number[n] if one in before]
        if around:
            beside = 1.4 * np.array([math.cos(n), math.sin(n)])
            points[n] = points[around].mean(axis=0) + beside


def _ends(graph: "nx.Graph[int]", inside: NDArray[np.int_]) -> NDArray[np.int_]:
    row = {int(n): at for at, n in enumerate(inside)}
    return np.array([(row[a], row[b]) for a, b in graph.edges() if a != b], dtype=int)


def _settle(
    points: Points, ends: NDArray[np.int_], group: NDArray[np.int_], known: NDArray[np.bool_]
) -> Points:
    """Let links pull and pages that are near push, in steps that become smaller.

    Links within a group pull more, so groups stay together and apart from others. Pages whose
    place is `known` to people hardly move.
    """
    a, b = ends[:, 0], ends[:, 1]
    degree = np.bincount(ends.ravel(), minlength=len(points)).astype(float)
    pull = np.where(group[a] == group[b], 1, _BETWEEN)
    pull = (pull / np.maximum(1, np.minimum(degree[a], degree[b])))[:, None]
    size = 0.55 + 0.25 * np.log1p(degree)
    rounds = _ROUNDS_AGAIN if known.any() else _ROUNDS
    most = np.where(known, 0.02, 1.6)
    near = min(_NEAR, len(points) - 1) + 1
    points = points + _jitter(len(points)) * ~known[:, None]
    for turn in range(rounds):
        move = np.zeros_like(points)
        way = points[b] - points[a]
        length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)[:, None]
        stretch = way * np.maximum(0, 1 - 1.1 / length) * 0.35 * pull
        np.add.at(move, a, stretch)
        np.add.at(move, b, -stretch)
        distance, others = cKDTree(points).query(points, k=near)
        distance, others = np.maximum(distance[:, 1:], 1e-3), others[:, 1:]
        room = size[:, None] + size[others]
        force = np.where(distance < 2.2 * room, (room / distance) ** 2 * 0.16, 0)
        away = (points[:, None, :] - points[others]) / distance[:, :, None]
        move += (away * np.minimum(force, 2)[:, :, None]).sum(axis=1)
        far = np.maximum(np.hypot(move[:, 0], move[:, 1]), 1e-9)
        limit = most * (1 - turn / rounds)
        points = points + move * np.minimum(1, limit / far)[:, None]
    return points if known.any() else points - points.mean(axis=0)


def _jitter(count: int) -> Points:
    """Return tiny steps, so that no two pages lie on one point."""
    turn = np.arange(count) * 2.399963
    return np.stack([np.cos(turn), np.sin(turn)], axis=1) * 1e-3


def _place_orphans(points: Points, orphans: list[int], inside: list[int]) -> None:
    """Put pages without links into rings around everything else."""
    reach = float(np.hypot(*points[inside].T).max()) + 1.5 if inside else 0.0
    first = math.ceil((reach / 0.62) ** 2)
    for number, n in enumerate(orphans):
        points[n] = sunflower(first + number)


def main() -> None:
    """Arrange what stdin says."""
    os.nice(10)  # people who wait for a page come first
    given: dict[str, Any] = json.load(sys.stdin)
    before = {int(n): tuple(place) for n, place in given["before"].items()}
    json.dump(arrange(given["count"], [tuple(pair) for pair in given["edges"]], before), sys.stdout)


if __name__ == "__main__":
    main()
