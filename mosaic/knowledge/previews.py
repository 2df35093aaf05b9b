"""A text as it would look as a page, without saving it."""

import asyncio
from contextlib import suppress

from mosaic.core.errors import NotFound
from mosaic.core.shapes import Shape
from mosaic.core.work import Work
from mosaic.knowledge import links
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.service import Moved, get_entry
from mosaic.knowledge.shapes import Content, EntrySlug


class PreviewAsked(Shape):
    """A text; `slug` is the page that it is written for, from which paths are seen."""

    content: Content
    slug: EntrySlug | None = None


class Preview(Shape):
    """Safe HTML."""

    html: str


async def preview(work: Work, asked: PreviewAsked) -> Preview:
    """Return the text as the actor would see it; nothing is written."""
    path = None
    if asked.slug:
        with suppress(NotFound, Moved):
            path = (await get_entry(work, asked.slug)).path
    document = await asyncio.to_thread(parse, asked.content)
    return Preview(html=await links.preview(work, document, path))
