"""Large JSON, a value at a time, so that it is never in memory as a whole."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from mosaic.projects.exchange.records import Refused

_CHUNK = 256 * 1024  # characters
_BROKEN = "This file begins like JSON, and something in it is not. An export made anew may help."
_DEEP = "This file is nested deeper than anything that is known here."
_decoder = json.JSONDecoder()


def members(path: Path, encoding: str) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of a JSON object; those of a list one by one, under its name.

    Raises Refused for what is no JSON object.
    """
    try:
        with path.open(encoding=encoding, errors="replace") as file:
            yield from _object(_Text(file))
    except RecursionError:
        raise Refused(_DEEP) from None
    except ValueError:
        raise Refused(_BROKEN) from None


def _object(text: "_Text") -> Iterator[tuple[str, Any]]:
    text.take("{")
    if text.peek() == "}":
        return
    while True:
        name = text.value()
        if not isinstance(name, str):
            raise ValueError("a name is expected")
        text.take(":")
        if text.peek() == "[":
            for value in _list(text):
                yield name, value
        else:
            yield name, text.value()
        if text.peek() == "}":
            return
        text.take(",")


def _list(text: "_Text") -> Iterator[Any]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield text.value()
        if text.peek() == "]":
            text.take("]")
            return
        text.take(",")


class _Text:
    """The part of a file that is looked at."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._held, self._at, self._ended = file, "", 0, False

    def peek(self) -> str:
        """Return the next character that is no space, "" at the end."""
        while True:
            while self._at < len(self._held):
                if self._held[self._at] not in " \t\r\n":
                    return self._held[self._at]
                self._at += 1
            if self._ended:
                return ""
            self._more()

    def take(self, sign: str) -> None:
        """Go past a sign. ValueError when something else is there."""
        if self.peek() != sign:
            raise ValueError("another sign is expected")
        self._at += 1

    def value(self) -> Any:
        """Return the next value. ValueError when there is none."""
        self.peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError:
                if self._ended:
                    raise
            else:
                # A number may go on in what is not read yet.
                if end < len(self._held) or self._ended:
                    self._at = end
                    return value
            self._more()

    def _more(self) -> None:
        # As much again as is held: a value that is long is not tried too often.
        more = self._file.read(max(_CHUNK, len(self._held) - self._at))
        self._held, self._at = self._held[self._at :] + more, 0
        self._ended = not more
