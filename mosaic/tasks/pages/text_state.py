"""State of a task's description while it is being written."""

from typing import Any
from uuid import UUID

import reflex as rx
from pydantic import ValidationError

from mosaic import ui
from mosaic.core.errors import Conflict, Problem
from mosaic.knowledge.merging import joined, merge
from mosaic.problems import value_words
from mosaic.shell.session import acting
from mosaic.tasks.fields import as_text, change_fields
from mosaic.tasks.service import read_task
from mosaic.tasks.shapes import TaskUpdate


class TaskText(rx.State):
    """The text of the task `of`, in the browser's own field until it is saved."""

    of: str = ""
    text: str = ""
    owner: str = ""
    theirs: str = ""
    message: str = ""

    @rx.event
    async def write(self, of: str) -> None:
        """Offer the text of a task for writing."""
        async with acting(self) as work:
            self.text = as_text((await read_task(work, UUID(of))).description)
            self.owner = f"{work.actor.email}:{work.workspace_slug}"
        self.of, self.theirs, self.message = of, "", ""

    @rx.event
    def leave(self) -> None:
        """Show the text again as it was; what was typed stays in the browser's draft."""
        self.of, self.theirs, self.message = "", "", ""

    @rx.event
    async def save(self, of: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Keep the text of the task `of`, put together with what somebody else has saved since.

        Where both changed the same lines nothing is saved, and their text is shown.
        """
        if self.of != of:  # the server was away: what does not work out is said where it was typed
            await self.write(of)
        mine, base = as_text(str(form.get("content", ""))), as_text(str(form.get("base", "")))
        begun = self.theirs or base  # whoever has seen the other text saves over it
        try:
            await self._keep(mine, begun)
        except ValidationError as problem:
            self.message = value_words(problem.errors()[0])
        except Conflict as problem:
            return await self._merge(mine, begun, problem)
        except Problem as problem:
            self.message = problem.detail
        else:
            return self._done()
        return None

    async def _merge(self, mine: str, base: str, problem: Conflict) -> rx.event.EventSpec | None:
        theirs = as_text(problem.extra["current"]["description"])
        both = joined(merge(base, mine, theirs))
        if both is None:
            self.theirs = theirs
            self.message = "Somebody changed the same lines meanwhile. Yours are still here."
            return None
        await self._keep(both, theirs)
        return self._done()

    async def _keep(self, text: str, begun: str) -> None:
        change = TaskUpdate.model_validate({"description": text})
        async with acting(self) as work:
            await change_fields(work, UUID(self.of), change, {"description": begun})

    def _done(self) -> rx.event.EventSpec:
        self.of, self.theirs, self.message = "", "", ""
        return rx.call_script(ui.DRAFT_IS_SAVED)
