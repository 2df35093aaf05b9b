"""Templates: pages that new pages begin with.

A page is one when it lies in the folder `Templates` or has the tag `template`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.knowledge.models import Entry
from mosaic.knowledge.names import ordinal
from mosaic.knowledge.properties import is_known, read_properties
from mosaic.knowledge.service import EntryRow, get_entry
from mosaic.knowledge.tags import slugs_of, tagged, tags_of

TAG = "template"
_MOST = 200
# From the folder's first name to the last: a range, which an index knows under row-level security.
_FOLDERS = (("Templates/", "Templates0"), ("templates/", "templates0"))
_PLACE = re.compile(r"\{\{\s*(date|time|title)(?::([^{}\n]{1,60}))?\s*\}\}", re.IGNORECASE)
# People write `created: {{date}}`, which means something else in YAML.
_PLACE_AS_VALUE = re.compile(r"(?m)^([^\n:#]+: +|[ ]*- +)(\{\{[^{}\"\\\n]+\}\})([ \t]*)$")
# As Obsidian writes them: what `strftime` knows, and what is counted.
_PARTS = {
    **{"YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "DD": "%d"},
    **{"dddd": "%A", "ddd": "%a", "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "A": "%p"},
    **{"GGGG": "%G", "gggg": "%G", "WW": "%V", "ww": "%V"},
}
_COUNTED: dict[str, Callable[[datetime], object]] = {
    "Do": lambda at: ordinal(at.day),
    "D": lambda at: at.day,
    "M": lambda at: at.month,
    "Q": lambda at: (at.month + 2) // 3,
    "H": lambda at: at.hour,
    "h": lambda at: (at.hour - 1) % 12 + 1,
    "a": lambda at: "am" if at.hour < 12 else "pm",
}
_PART = re.compile("|".join([r"\[([^\[\]]*)\]", *_PARTS, *_COUNTED]))


@dataclass
class Beginning:
    """What a new page begins with."""

    content: str
    tags: list[str]
    summary: str
    properties: dict[str, Any]


async def list_templates(work: Work) -> list[EntryRow]:
    """Return the templates that the actor can see, at most 200, by title."""
    in_folder = [and_(col(Entry.path) >= first, col(Entry.path) < last) for first, last in _FOLDERS]
    rows = await work.session.scalars(
        select(Entry)
        .where(
            col(Entry.workspace_id) == func.app_workspace(),
            col(Entry.status) != "ARCHIVED",
            or_(*in_folder, col(Entry.id).in_(tagged(TAG))),
        )
        .order_by(func.lower(col(Entry.title)), col(Entry.id))
        .limit(_MOST)
    )
    return [EntryRow.model_validate(row) for row in rows]


async def begin_with(work: Work, slug: str, title: str, at: datetime) -> Beginning:
    """Return what a page called `title` begins with, after the template at `slug`, at `at`.

    Without a title its place is kept. NotFound when there is no such page.
    """
    page = await get_entry(work, slug)
    named = [tag.name for tag in (await tags_of(work, [page.id]))[page.id]]
    tags = [name for name in named if slugs_of([name]) != {TAG}]
    written = _PLACE_AS_VALUE.sub(r'\1"\2"\3', page.front_matter)
    properties, _ = read_properties(written)
    begun = {
        name: _filled(value, at, title)
        for name, value in properties.rest.items()
        if not is_known(name) and name.lower() != TAG
    }
    return Beginning(fill(page.content, at, title), tags, page.summary or "", begun)


def _filled(value: Any, at: datetime, title: str) -> Any:
    if isinstance(value, list):
        return [_filled(one, at, title) for one in value]
    return fill(value, at, title) if isinstance(value, str) else value


def fill(text: str, at: datetime, title: str = "") -> str:
    """Return a template's text with `{{date}}`, `{{time}}` and, `{{title}}` put in.

    A form may follow, such as `{{date:dddd, D MMMM YYYY}}`; words in it stand in brackets.
    """

    def put(place: re.Match[str]) -> str:
        kind, form = place[1].lower(), place[2]
        if kind == "title":
            return title or place[0]
        usual = "YYYY-MM-DD" if kind == "date" else "HH:mm"
        return _PART.sub(lambda part: _said(part, at), form or usual)

    return _PLACE.sub(put, text)


def _said(part: re.Match[str], at: datetime) -> str:
    if part[1] is not None:
        return part[1]
    form = _PARTS.get(part[0])
    return at.strftime(form) if form else str(_COUNTED[part[0]](at))
