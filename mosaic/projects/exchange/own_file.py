"""A project from a file that an export of Mosaic wrote."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mosaic.projects.exchange.item import Item, item, reason
from mosaic.projects.exchange.json_stream import members
from mosaic.projects.exchange.records import Refused
from mosaic.projects.exchange.shapes import FORMAT, VERSION, BaselineFile, ProjectFile, WaitFile
from mosaic.projects.exchange.ties import Ties, Wait

_NEWER = "This file was written by a newer Mosaic than this one."


class OwnFile:
    """The tasks of the file in their order. Where it names them by other numbers, these count."""

    kind = "mosaic"
    exact = True  # each task stands in its column with its status

    def __init__(self, path: Path, encoding: str) -> None:
        """Look through the file. Raises Refused."""
        self._path, self._encoding = path, encoding
        self.head, self.count, self.baseline_count = ProjectFile(name="Project"), 0, 0
        self.ties = Ties()
        self._places: dict[int, int] = {}
        self._look()

    def _look(self) -> None:
        refers: list[tuple[int, Any, Any]] = []
        for name, value in self._members():
            if name == "format" and value != FORMAT:
                raise Refused("This file is not as an export of a project writes it.")
            if name == "formatVersion" and value != VERSION:
                raise Refused(_NEWER)
            if name == "project":
                self.head = _head(value)
            elif name == "baselines":
                self.baseline_count += 1
            elif name == "tasks":
                self.count += 1
                if isinstance(value, dict):
                    self._note(value, refers)
        for place, parent, waits in refers:
            self._tie(place, parent, waits)
        self.ties.settle()

    def _note(self, value: dict[str, Any], refers: list[tuple[int, Any, Any]]) -> None:
        id, number = value.get("id"), value.get("number")
        if isinstance(id, int):
            self._places.setdefault(id, self.count)
        if isinstance(number, int):
            self.ties.numbers.setdefault(number, self.count)
        waits = value.get("dependsOn")
        if value.get("parent") is not None or waits:
            refers.append((self.count, value.get("parent"), waits))

    def _tie(self, place: int, parent: Any, waits: Any) -> None:
        if isinstance(parent, int) and parent in self._places:
            self.ties.parents[place] = self._places[parent]
        for one in waits if isinstance(waits, list) else ():
            with suppress(ValidationError):  # said when the task itself is read
                wait = WaitFile.model_validate(one)
                if other := self._places.get(wait.id):
                    self.ties.waits.append(Wait(place, other, wait.type, wait.lag_days))

    def items(self) -> Iterator[Item]:
        """Yield the tasks from the first one on."""
        place = 0
        for name, value in self._members():
            if name == "tasks":
                place += 1
                if isinstance(value, dict):
                    yield item(place, {**value, "id": place}, [])
                else:
                    yield Item(place, said=["There is no task in this place."])

    def baselines(self) -> Iterator[BaselineFile | None]:
        """Yield the baselines, with the places of tasks; None for one that cannot be read."""
        for name, value in self._members():
            if name == "baselines":
                yield self._baseline(value)

    def _baseline(self, value: Any) -> BaselineFile | None:
        try:
            found = BaselineFile.model_validate(value)
        except ValidationError:
            return None
        found.tasks = [one for one in found.tasks if one.id in self._places]
        for one in found.tasks:
            one.id = self._places[one.id]
        return found

    def _members(self) -> Iterator[tuple[str, Any]]:
        return members(self._path, self._encoding)


def _head(value: Any) -> ProjectFile:
    try:
        head = ProjectFile.model_validate(value)
    except ValidationError as problem:
        raise Refused(
            f"What the file says of the project does not fit. {reason(problem)}"
        ) from None
    if head.start_date and head.end_date and head.start_date > head.end_date:
        head.end_date = None
    return head
