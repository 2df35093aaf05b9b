"""State of the properties of a page, as its front matter has them."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.knowledge import facts, service
from mosaic.knowledge.service import Moved
from mosaic.shell.session import acting, watch

_MOST_VALUES = 50


@dataclass
class FactValue:
    """A value in words, and where it leads."""

    text: str
    href: str


@dataclass
class Fact:
    """A property with its values."""

    name: str
    said: list[FactValue]


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
            Fact(name, [_value(base, name, one, slugs) for one in values[:_MOST_VALUES]])
            for name, values in shown.items()
        ]


def _value(base: str, name: str, value: Any, slugs: dict[str, str]) -> FactValue:
    if link := facts.link_in(value):
        target, words = link
        place = quote(slugs[target]) if target in slugs else f"new?{urlencode({'title': target})}"
        return FactValue(words, f"{base}/{place}")
    if isinstance(value, str) and value.startswith(("https://", "http://")):
        return FactValue(value, value)
    if isinstance(value, (dict, list)):
        return FactValue(json.dumps(value, ensure_ascii=False), "")
    words = {True: "Yes", False: "No", None: "—"}[value] if _is_mark(value) else str(value)
    said = words if isinstance(value, str) else json.dumps(value)
    return FactValue(words, f"{base}?{urlencode({'property': f'{name}:{said}'})}")


def _is_mark(value: Any) -> bool:
    return value is None or isinstance(value, bool)
