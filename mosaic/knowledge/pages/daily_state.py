"""State of the ways to a day's page, and of the page of a day on which nothing is written."""

from datetime import date, timedelta

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.core.work import Role
from mosaic.knowledge import daily
from mosaic.shell import words
from mosaic.shell.session import acting, now_of, workspace_of


class Daily(rx.State):
    """A day on which nothing is written; others lead on to their page."""

    title: str = ""
    before: str = ""
    after: str = ""
    here: bool = False

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Open the day in the address, or today, whose page is made when it is not there."""
        day = day_of(self.router.url.query_parameters.get("date", "")) or now_of(self).date()
        self.here = False
        async with acting(self) as work:
            try:
                if day == now_of(self).date() and work.role >= Role.MEMBER:
                    entry, _ = await daily.open_day(work, day, now_of(self))
                else:
                    entry = await daily.find_day(work, day)
            except NotFound:
                self._show(day)
                return None
            return rx.redirect(f"/w/{work.workspace_slug}/knowledge/{entry.slug}", replace=True)

    @rx.event
    async def write(self) -> rx.event.EventSpec:
        """Make the page of the day that is shown, and go on to writing it."""
        day = day_of(self.router.url.query_parameters.get("date", "")) or now_of(self).date()
        async with acting(self) as work:
            entry, _ = await daily.open_day(work, day, now_of(self))
            return rx.redirect(f"/w/{work.workspace_slug}/knowledge/{entry.slug}/edit")

    def _show(self, day: date) -> None:
        self.title, self.here = words.day(day), True
        self.before, self.after = days_beside(workspace_of(self), day)


def days_beside(workspace: str, day: date) -> tuple[str, str]:
    """Return the addresses of the days before and after; empty at the ends of the calendar."""

    def address(days: int) -> str:
        try:
            return f"/w/{workspace}/daily?date={day + timedelta(days)}"
        except OverflowError:
            return ""

    return address(-1), address(1)


def day_of(text: str) -> date | None:
    """Return the day that a text, such as the title of a day's page, is: `YYYY-MM-DD`."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None
