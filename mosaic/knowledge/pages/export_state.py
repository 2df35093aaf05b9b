"""State of the export page."""

import reflex as rx

from mosaic.knowledge.exchange import export
from mosaic.shell import words
from mosaic.shell.session import acting, workspace_of


class Exporting(rx.State):
    """What an export would hold now, and where it is."""

    standing: str = ""
    hidden: str = ""
    address: str = ""

    @rx.event
    async def load(self) -> None:
        """Count what the reader sees."""
        async with acting(self) as work:
            found = await export.count(work)
        files = words.count(found.files, "file")
        self.standing = f"{words.count(found.pages, 'page')} and {files}"
        self.hidden = _hidden(found.hidden)
        self.address = f"/api/knowledge/export?workspaceId={workspace_of(self)}&format="


def _hidden(number: int) -> str:
    if not number:
        return "Drafts and private pages of others are not in it."
    are = "is" if number == 1 else "are"
    mine = words.count(number, "draft or private page", "drafts and private pages")
    return f"{mine} of yours {are} in it, and none of others."
