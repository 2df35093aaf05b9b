"""Large JSON, a value at a time, so that it is never in memory as a whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import ijson
from ijson.common import ObjectBuilder

from mosaic.projects.exchange.records import Refused

_BROKEN = "This file begins like JSON, and something in it is not. An export made anew may help."
_DEEP = "This file is nested deeper than anything that is known here."
_DEEPEST = 100

Events = Iterator[tuple[str, Any]]


def members(path: Path, encoding: str) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of a JSON object; those of a list one by one, under its name.

    Raises Refused for what is no JSON object.
    """
    try:
        with path.open(encoding=encoding, errors="replace") as file:
            yield from _object(ijson.basic_parse(_Utf8(file), use_float=True))
    except (ijson.JSONError, ValueError):
        raise Refused(_BROKEN) from None


def _object(events: Events) -> Iterator[tuple[str, Any]]:
    if next(events)[0] != "start_map":
        raise ValueError("an object is expected")
    for event, name in events:
        if event == "end_map":
            return
        event, value = next(events)
        if event != "start_array":
            yield name, _value(event, value, events)
            continue
        while (first := next(events))[0] != "end_array":
            yield name, _value(*first, events)


def _value(event: str, value: Any, events: Events) -> Any:
    builder, depth = ObjectBuilder(), 0
    while True:
        builder.event(event, value)
        depth += event.startswith("start_") - event.startswith("end_")
        if depth == 0:
            return builder.value
        if depth > _DEEPEST:
            raise Refused(_DEEP)
        event, value = next(events)


class _Utf8:
    """A text file as the bytes that the parser reads."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        return self._file.read(size).encode()
