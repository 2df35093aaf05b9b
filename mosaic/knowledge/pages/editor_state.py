"""State of the page on which entries are written."""

from typing import Any

import reflex as rx
from pydantic import ValidationError

from mosaic.core.errors import Conflict, Problem
from mosaic.knowledge import service
from mosaic.knowledge.shapes import EntryCreate, EntryPublic, EntryUpdate
from mosaic.problems import value_words
from mosaic.shell.session import acting, watch, workspace_of


class Editor(rx.State):
    """A page that is being written. Inputs are the browser's own until the form is sent."""

    stage: str = "waiting"
    form_key: str = ""
    entry: dict[str, str] = {}
    version: int = 0
    message: str = ""
    newer: int = 0
    theirs: str = ""
    over: int = 0

    @rx.event
    def load_new(self) -> None:
        """Offer an empty page, with the title that the address names."""
        self._fill({"title": self.router.url.query_parameters.get("title", "")[:200]}, 0)

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Offer the page at this address for writing."""
        async with acting(self) as work:
            try:
                entry = await service.read_entry(work, str(self.slug))
            except service.Moved as moved:
                return rx.redirect(f"/w/{workspace_of(self)}/knowledge/{moved.slug}/edit")
            watch(self, work.tenant, {f"knowledge:{entry.id}"}, Editor.notice)
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
        if entry.version > max(self.version, self.over):
            self.newer, self.theirs = entry.version, entry.content

    @rx.event
    async def save(self, form: dict[str, Any]) -> rx.event.EventSpec | list[Any] | None:
        """Keep what was written and show it; when it does not fit, say why and lose nothing."""
        self.message = ""
        try:
            values = _typed(form)
            async with acting(self) as work:
                if self.version:
                    # The version with which the form was filled, also when it comes from a draft.
                    seen = self.over or _number(form.get("version"))
                    change = EntryUpdate(**values, version=seen)
                    saved = await service.change_entry(work, self.entry["slug"], change)
                else:
                    saved = await service.create_entry(work, EntryCreate(**values))
        except ValidationError as problem:
            self.message = _words(problem)
        except Conflict as conflict:
            self.message = conflict.detail
            current = conflict.extra.get("current")
            if current:
                self.newer, self.theirs = current["version"], current["content"]
        except Problem as problem:
            self.message = problem.detail
        else:
            self.stage = "saved"
            return rx.redirect(f"/w/{workspace_of(self)}/knowledge/{saved.slug}")
        return None

    @rx.event
    def keep_mine(self) -> rx.event.EventSpec:
        """Let the next save go over what somebody else has written; that stays as a version."""
        self.over, self.newer, self.theirs, self.message = self.newer, 0, "", ""
        return rx.toast("Saving now keeps your text. Theirs stays in the history.")

    def _fill(self, entry: dict[str, str], version: int) -> None:
        self.stage, self.entry, self.version = "writing", entry, version
        self.message, self.newer, self.theirs, self.over = "", 0, "", 0
        self.form_key = f"{entry.get('slug', '')}:{version}:{entry.get('title', '')}"


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
