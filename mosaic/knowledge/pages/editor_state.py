"""State of the page on which entries are written."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from pydantic import ValidationError

from mosaic import ui
from mosaic.accounts.service import names_of
from mosaic.core.errors import NotFound, Problem
from mosaic.knowledge import service
from mosaic.knowledge.merging import settled
from mosaic.knowledge.pages.editor_form import (
    Choice,
    Colliding,
    base_of,
    beginning,
    begun_with,
    change,
    create,
    number,
    read_anywhere,
    take_over,
    typed,
    values_of,
)
from mosaic.knowledge.shapes import EntryPublic
from mosaic.problems import value_words
from mosaic.shell.session import acting, now_of, watch, workspace_of


class Editor(rx.State):
    """A page that is being written. Inputs are the browser's own until the form is sent."""

    stage: str = "waiting"
    form_key: str = ""
    entry: dict[str, str] = {}
    base: str = ""
    version: int = 0
    said: dict[str, str] = {}
    newer: dict[str, str] = {}
    taken: dict[str, str] = {}
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
            values = await beginning(work, asked, now_of(self))
        self._fill(values, 0)

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Offer the page at this address for writing."""
        base = f"/w/{workspace_of(self)}/knowledge"
        async with acting(self) as work:
            try:
                entry = await service.read_entry(work, str(self.slug))
            except service.Moved as moved:
                return rx.redirect(f"{base}/{moved.slug}/edit", replace=True)
            except NotFound:
                return rx.redirect(f"{base}/{self.slug}", replace=True)
            watch(self, work.tenant, {f"knowledge:{entry.id}"}, Editor.notice)
            self.owner, self.workspace_slug = work.actor.email, work.workspace_slug
        self._fill(values_of(entry), entry.version)
        return None

    @rx.event
    async def notice(self) -> None:
        """Say so when somebody else has changed the page meanwhile."""
        if not self.version:
            return
        async with acting(self) as work:
            entry = await read_anywhere(work, self.entry["slug"])
            watch(self, work.tenant, {f"knowledge:{entry.id}"}, Editor.notice)
            names = await names_of(work, [entry.updated_by])
        if entry.version > max(self.version, number(self.taken.get("version"))):
            name = names.get(entry.updated_by, "Somebody")
            self.newer = {"name": name, "text": entry.content}

    @rx.event
    async def take(self, form: dict[str, Any]) -> None:
        """Put what somebody else has saved meanwhile into the text that is being written."""
        try:
            async with acting(self) as work:
                taken = await take_over(work, str(self.slug), form)
        except Problem as problem:
            self.said = {"": problem.detail}
            return
        # The form fills these in itself, when nothing has been typed meanwhile.
        self.taken = taken or self.taken
        self.newer = {} if taken else {**self.newer, "collides": "yes"}

    @rx.event
    async def save(self, form: dict[str, Any]) -> rx.event.EventSpec | list[Any] | None:
        """Keep what was written and show it; when it does not fit, say why and lose nothing."""
        # All of it from the form: the server may have been away since that was filled, or the
        # browser may have had it in a draft.
        base = begun_with(form.get("base"))
        return await self._keep(lambda: typed(form), number(form.get("version")), base)

    @rx.event
    async def settle(self, form: dict[str, Any]) -> rx.event.EventSpec | list[Any] | None:
        """Keep the text with what was chosen where two people changed the same lines."""
        chosen = [str(form.get(one.name, "both")) for one in self.collisions]
        if not self._pending:
            self.go_on()
            return None
        values = dict(self._pending)
        values["content"] = settled(values.pop("pieces", []), chosen)
        return await self._keep(lambda: values, values.pop("version"), values.pop("base"))

    @rx.event
    def go_on(self) -> None:
        """Show the text again instead of what collides; nothing is saved by it."""
        self.collisions = []
        self.said = {"": "Your text is not saved yet. Saving shows the lines again."}

    async def _keep(
        self, read: Callable[[], dict[str, Any]], seen: int, base: dict[str, Any]
    ) -> rx.event.EventSpec | list[Any] | None:
        if self.stage == "saved":
            return None
        self.said = {}
        try:
            values = read()
            async with acting(self) as work:
                if seen:
                    saved = await change(work, str(self.slug), values, seen, base)
                else:
                    saved = await create(work, values, base, now_of(self))
        except ValidationError as problem:
            self.said = _words(problem)
            return rx.set_focus("title") if "title" in self.said else None
        except Problem as problem:
            self.said = {"": problem.detail}
        else:
            if not isinstance(saved, Colliding):
                together = bool(self.collisions) or saved.version > seen + 1
                return self._done(saved, together)
            self._pending, self.collisions = saved.pending, saved.choices
        return None

    def _done(self, saved: EntryPublic, together: bool) -> list[Any]:
        self.stage, self.collisions, self.newer = "saved", [], {}
        said = [rx.toast("Both changes are in the page, yours and theirs.")] if together else []
        place = f"/w/{workspace_of(self)}/knowledge/{saved.slug}"
        return [rx.call_script(ui.DRAFT_IS_SAVED), rx.redirect(place), *said]

    def _fill(self, entry: dict[str, str], version: int) -> None:
        self.stage, self.entry, self.version = "writing", entry, version
        self.base = base_of(entry)
        self.said, self.newer, self.taken, self.collisions = {}, {}, {}, []
        named = (entry.get(name, "") for name in ("slug", "title", "template"))
        self.form_key = ":".join((str(version), *named))


def _words(problem: ValidationError) -> dict[str, str]:
    """Say what does not fit at the title; about fields that may be folded, beside the button."""
    first = problem.errors()[0]
    name, words = str(first["loc"][0]), value_words(first)
    if name == "title":
        return {name: words}
    return {"": f"{name.replace('_', ' ').capitalize()}: {words}"}
