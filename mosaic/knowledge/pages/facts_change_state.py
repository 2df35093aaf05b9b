"""State of the dialog in which a property of the page that is read is changed."""

import json
from typing import Any

import reflex as rx

from mosaic.knowledge import kinds, service
from mosaic.knowledge.fact_changes import Changed, FactChange, change_fact
from mosaic.knowledge.front_matter import REMOVED
from mosaic.shell import words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting


class FactForm(rx.State):
    """The property that is added or changed, called `was` and with the value `before`, as JSON.

    `values` is what stands in the field of each kind.
    """

    shown: bool = False
    form_key: int = 0
    was: str = ""
    before: str = "null"
    kind: str = "text"
    values: dict[str, str] = dict.fromkeys(dict(words.FACT_KINDS), "")
    said: dict[str, str] = {}

    @rx.event
    async def ask(self, name: str) -> None:
        """Open the dialog about a property of the page, or with an empty name about a new one."""
        async with acting(self) as work:
            entry = await service.read_entry(work, str(self.slug))
        self.was = name if name in entry.properties else ""
        before = entry.properties.get(name)
        self.before = json.dumps(before)
        self.kind = kinds.kind_of(before) or "text"
        self.values = _values(before)
        self.said, self.shown = {}, True
        self.form_key += 1

    @rx.event
    def close(self, opened: bool) -> None:
        """Leave everything as it is."""
        self.shown = opened

    @rx.event
    async def save(self, was: str, before: str, form: dict[str, Any]) -> None:
        """Keep what was typed."""
        name, kind = str(form.get("name", "")).strip(), str(form.get("kind", "text"))
        with saying(self):
            begun = json.loads(before)
            value = kinds.read(kind, str(form.get(kind, "")), begun)
            await self._change(FactChange(was, begun, name, value))

    @rx.event
    async def remove(self, was: str, before: str) -> None:
        """Take the property away."""
        with saying(self):
            await self._change(FactChange(was, json.loads(before), was, REMOVED))

    async def _change(self, change: FactChange) -> None:
        try:
            async with acting(self) as work:
                await change_fact(work, str(self.slug), change)
        except Changed as meanwhile:
            # What they saw by now: saving once more is meant.
            gone = meanwhile.value is REMOVED
            self.was = "" if gone else change.was
            self.before = json.dumps(None if gone else meanwhile.value)
            raise
        self.shown = False


def _values(value: Any) -> dict[str, str]:
    """Return how a value stands in the field of each kind; where it does not fit, nothing."""
    said, kind = kinds.written(value), kinds.kind_of(value)
    return {
        "text": said,
        "number": said if kind == "number" else "",
        "date": said if kind == "date" else "",
        "checkbox": "yes" if value is True else "",
        "list": said,
    }
