"""State of the properties of a page, as its front matter has them."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.knowledge import facts, service
from mosaic.knowledge.kinds import kind_of
from mosaic.knowledge.service import MOST_ASKED, Moved
from mosaic.shell.session import acting, watch

_MOST_VALUES = 50


@dataclass
class FactValue:
    """A value in words, and where it leads: elsewhere, or where it `finds` pages that have it."""

    text: str
    href: str = ""
    finds: bool = False


@dataclass
class Fact:
    """A property with its values; one that is nested is shown and `kept` as it is."""

    name: str
    said: list[FactValue]
    kept: bool


class Facts(rx.State):
    """What the front matter of the page that is read says, beside what has a place of its own."""

    rows: list[Fact] = []

    @rx.event
    async def load(self) -> None:
        """Look at the page at this address, and follow it."""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        self.rows = []
        async with acting(self) as work:
            try:
                entry = await service.read_entry(work, str(self.slug))
            except (NotFound, Moved):
                return
            watch(self, work.tenant, {f"knowledge:{entry.id}"}, Facts.refresh)
            shown = facts.shown(entry.properties)
            slugs = await facts.pages_named(work, shown)
            base = f"/w/{work.workspace_slug}/knowledge"
        self.rows = [
            Fact(name, _values(base, name, values, slugs), kind_of(entry.properties[name]) is None)
            for name, values in shown.items()
        ]


def _values(base: str, name: str, values: list[Any], slugs: dict[str, str]) -> list[FactValue]:
    said = [_value(base, name, one, slugs) for one in values[:_MOST_VALUES]]
    more = len(values) - len(said)
    return [*said, FactValue(f"and {more} more")] if more else said


def _value(base: str, name: str, value: Any, slugs: dict[str, str]) -> FactValue:
    if link := facts.link_in(value):
        target, words = link
        place = quote(slugs[target]) if target in slugs else f"new?{urlencode({'title': target})}"
        return FactValue(words, f"{base}/{place}")
    if isinstance(value, str) and value.startswith(("https://", "http://")):
        return FactValue(value, value)
    if isinstance(value, (dict, list)):
        return FactValue(json.dumps(value, ensure_ascii=False))
    words = {True: "Yes", False: "No", None: "—"}[value] if _is_mark(value) else str(value)
    asked = f"{name}:{value if isinstance(value, str) else json.dumps(value)}"
    if ":" in name or len(asked) > MOST_ASKED:
        return FactValue(words)
    return FactValue(words, f"{base}?{urlencode({'property': asked})}", finds=True)


def _is_mark(value: Any) -> bool:
    return value is None or isinstance(value, bool)
