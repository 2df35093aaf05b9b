"""State of the page on which entries are written."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

import reflex as rx
from pydantic import ValidationError

from mosaic.accounts.service import names_of
from mosaic.core.errors import Problem
from mosaic.core.work import Work
from mosaic.knowledge import service, versions
from mosaic.knowledge.diffing import words as compare_words
from mosaic.knowledge.merging import Collision, Piece, joined, merge, settled, value
from mosaic.knowledge.pages.templates_state import beginning
from mosaic.knowledge.shapes import EntryCreate, EntryPublic, EntryUpdate
from mosaic.knowledge.templates import fill
from mosaic.problems import value_words
from mosaic.shell.session import acting, watch, workspace_of


@dataclass
class Choice:
    """Lines that two people changed at once, each as safe HTML with what differs marked."""

    name: str
    mine: str
    theirs: str


class Editor(rx.State):
    """A page that is being written. Inputs are the browser's own until the form is sent."""

    stage: str = "waiting"
    form_key: str = ""
    entry: dict[str, str] = {}
    base: str = ""
    version: int = 0
    message: str = ""
    newer: str = ""
    theirs: str = ""
    collisions: list[Choice] = []
    workspace_slug: str = ""
    owner: str = ""
    _pending: dict[str, Any] = {}

    @rx.event
    async def load_new(self) -> None:
        """Offer a page with the title, the tags and the template that the address names."""
        asked = self.router.url.query_parameters
        async with acting(self) as work:
            self.owner, self.workspace_slug = work.actor.email, work.workspace_slug
            values = await beginning(work, asked)
        self._fill(values, 0)

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Offer the page at this address for writing."""
        async with acting(self) as work:
            try:
                entry = await service.read_entry(work, str(self.slug))
            except service.Moved as moved:
                return rx.redirect(f"/w/{workspace_of(self)}/knowledge/{moved.slug}/edit")
            watch(self, work.tenant, {f"knowledge:{entry.id}"}, Editor.notice)
            self.owner, self.workspace_slug = work.actor.email, work.workspace_slug
        self._fill(_values(entry), entry.version)
        return None

    @rx.event
    async def notice(self) -> None:
        """Say so when somebody else has changed the page meanwhile."""
        if not self.version:
            return
        async with acting(self) as work:
            entry = await service.read_entry(work, self.entry["slug"])
            watch(self, work.tenant, {f"knowledge:{entry.id}"}, Editor.notice)
            names = await names_of(work, [entry.updated_by])
        if entry.version > self.version:
            self.newer = names.get(entry.updated_by, "Somebody")
            self.theirs = entry.content

    @rx.event
    async def save(self, form: dict[str, Any]) -> rx.event.EventSpec | list[Any] | None:
        """Keep what was written and show it; when it does not fit, say why and lose nothing."""
        # What the form was filled with, also when it comes from a draft.
        base = _read(form.get("base"))
        return await self._keep(lambda: _typed(form), _number(form.get("version")), base)

    @rx.event
    async def settle(self, form: dict[str, Any]) -> rx.event.EventSpec | list[Any] | None:
        """Keep the text with what was chosen where two people changed the same lines."""
        chosen = [str(form.get(one.name, "both")) for one in self.collisions]
        values = dict(self._pending)
        values["content"] = settled(values.pop("pieces", []), chosen)
        return await self._keep(lambda: values, values.pop("version"), values.pop("base"))

    @rx.event
    def go_on(self) -> None:
        """Show the text again instead of what collides; nothing is saved by it."""
        self.collisions = []
        self.message = "Your text is not saved yet. Saving shows the lines again."

    async def _keep(
        self, read: Callable[[], dict[str, Any]], seen: int, base: dict[str, Any]
    ) -> rx.event.EventSpec | list[Any] | None:
        self.message = ""
        try:
            values = read()
            async with acting(self) as work:
                if not self.version:
                    if self.entry.get("template"):
                        now = datetime.now().astimezone()
                        values["content"] = fill(values["content"], now, values["title"])
                    saved = await service.create_entry(work, EntryCreate(**values))
                else:
                    saved = await self._change(work, values, seen, base)
        except ValidationError as problem:
            self.message = _words(problem)
        except Problem as problem:
            self.message = problem.detail
        else:
            if saved:
                together = bool(self.collisions) or saved.version > seen + 1
                return self._done(saved, together)
        return None

    async def _change(
        self, work: Work, values: dict[str, Any], seen: int, base: dict[str, Any]
    ) -> EntryPublic | None:
        """Save the page; what somebody else saved meanwhile is put together with it.

        None when both changed the same lines: those are to be chosen from first.
        """
        slug = self.entry["slug"]
        wanted = EntryUpdate(**values, version=seen)
        current = await service.read_entry(work, slug)
        if current.version == seen:
            return await service.change_entry(work, slug, wanted)
        begun = await versions.get_version(work, await service.get_entry(work, slug), seen)
        pieces = await asyncio.to_thread(merge, begun.content, values["content"], current.content)
        now = _typed(_values(current))
        merged = {name: value(base.get(name), mine, now.get(name)) for name, mine in values.items()}
        text = joined(pieces)
        if text is None:
            self._pending = {**merged, "pieces": pieces, "version": current.version, "base": now}
            self.collisions = await asyncio.to_thread(_choices, pieces)
            return None
        return await service.change_entry(
            work, slug, EntryUpdate(**{**merged, "content": text}, version=current.version)
        )

    def _done(self, saved: EntryPublic, together: bool) -> list[Any]:
        self.stage, self.collisions, self.newer = "saved", [], ""
        said = [rx.toast("Both changes are in the page, yours and theirs.")] if together else []
        return [rx.redirect(f"/w/{workspace_of(self)}/knowledge/{saved.slug}"), *said]

    def _fill(self, entry: dict[str, str], version: int) -> None:
        self.stage, self.entry, self.version = "writing", entry, version
        self.base = json.dumps({name: entry[name] for name in entry if name != "content"})
        self.message, self.newer, self.theirs, self.collisions = "", "", "", []
        named = (entry.get(name, "") for name in ("slug", "title", "template"))
        self.form_key = ":".join((str(version), *named))


def _read(base: Any) -> dict[str, Any]:
    """Return the values that the form began with; a form that does not say began with nothing."""
    try:
        begun = json.loads(str(base))
    except ValueError:
        return _typed({})
    return _typed(begun if isinstance(begun, dict) else {})


def _choices(pieces: list[Piece]) -> list[Choice]:
    found = [piece for piece in pieces if isinstance(piece, Collision)]
    return [
        Choice(f"choice-{at}", *_marked_sides(piece.mine, piece.theirs))
        for at, piece in enumerate(found)
    ]


def _marked_sides(mine: str, theirs: str) -> tuple[str, str]:
    parts = compare_words(mine, theirs)
    sides = []
    for op in ("delete", "insert"):
        kept = [part for part in parts if part.op in ("equal", op)]
        sides.append(
            "".join(
                f"<mark>{escape(part.text)}</mark>" if part.op == op else escape(part.text)
                for part in kept
            )
        )
    return sides[0], sides[1]


def _values(entry: EntryPublic) -> dict[str, str]:
    return {
        "slug": entry.slug,
        "title": entry.title,
        "content": entry.content,
        "summary": entry.summary or "",
        "tags": ", ".join(tag.name for tag in entry.tags),
        "aliases": ", ".join(entry.aliases),
        "status": entry.status,
        "visibility": entry.visibility,
    }


def _typed(form: dict[str, Any]) -> dict[str, Any]:
    """Return the form's values as the service takes them; browsers send lines that end in CRLF."""
    values = {name: str(form.get(name, "")) for name in ("title", "summary", "change_note")}
    values["content"] = str(form.get("content", "")).replace("\r\n", "\n")
    lists = {name: _listed(str(form.get(name, ""))) for name in ("tags", "aliases")}
    chosen = {name: form[name] for name in ("status", "visibility") if form.get(name)}
    return {**values, **lists, **chosen}


def _number(text: Any) -> int:
    return int(text) if str(text).isdecimal() else 0


def _listed(text: str) -> list[str]:
    return [part.strip().lstrip("#") for part in text.split(",") if part.strip(" #")]


def _words(problem: ValidationError) -> str:
    first = problem.errors()[0]
    return f"{str(first['loc'][0]).replace('_', ' ').capitalize()}: {value_words(first)}"
