"""Places for pages that have none yet: beside what they are linked with, the same each time."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

Place = tuple[float, float]
_GOLDEN = math.pi * (3 - math.sqrt(5))
_BESIDE = 1.4  # in distances between pages, of which the layout makes about one each


def fill_in(
    places: Mapping[UUID, Place | None], edges: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, Place]:
    """Return a place for every page; `places` are in the order in which they count.

    Pages that have a place keep it. Where none has, they are put as seeds in a sunflower are, the
    first ones in the middle.
    """
    known = {id: place for id, place in places.items() if place is not None}
    left = [id for id in places if id not in known]
    if not known:
        return {id: sunflower(number) for number, id in enumerate(left)}
    near = _neighbours(edges, set(places))
    while left:
        found = {id: [known[one] for one in near[id] if one in known] for id in left}
        fresh = {id: _beside(id, around) for id, around in found.items() if around}
        if not fresh:
            break
        known |= fresh
        left = [id for id in left if id not in fresh]
    first = _first_outside(known.values())
    return known | {id: sunflower(first + number) for number, id in enumerate(sorted(left))}


def sunflower(number: int) -> Place:
    """Return the place of a seed; neighbours are about one apart."""
    radius, angle = 0.62 * math.sqrt(number), number * _GOLDEN
    return radius * math.cos(angle), radius * math.sin(angle)


def _neighbours(
    edges: Iterable[tuple[UUID, UUID]], here: set[UUID]
) -> defaultdict[UUID, list[UUID]]:
    near: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for source, target in edges:
        if source in here and target in here:
            near[source].append(target)
            near[target].append(source)
    return near


def _beside(id: UUID, around: list[Place]) -> Place:
    # Its id says where around them, so that it is there the next time too, and seldom on another.
    angle = id.int % 100_003 / 100_003 * 2 * math.pi
    away = _BESIDE * (0.7 + 0.6 * (id.int % 1009 / 1009))
    x, y = (sum(place[axis] for place in around) / len(around) for axis in (0, 1))
    return x + away * math.cos(angle), y + away * math.sin(angle)


def _first_outside(places: Iterable[Place]) -> int:
    """Return the number of the first seed outside of everything."""
    return math.ceil((max(math.hypot(*place) for place in places) / 0.62 + 3) ** 2)
