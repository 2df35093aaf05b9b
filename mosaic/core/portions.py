"""Many things in portions that are read at once."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

_MOST_BYTES = 8_000_000


class Sized(Protocol):
    """Something that takes about `size` bytes."""

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Sized)


def portions(things: Iterable[T], most: int = 200) -> Iterator[list[T]]:
    """Cut things into portions of at most so many; less when they are large."""
    portion: list[T] = []
    size = 0
    for thing in things:
        if portion and (len(portion) == most or size + thing.size > _MOST_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(thing)
        size += thing.size
    if portion:
        yield portion
