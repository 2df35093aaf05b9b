"""Properties of pages: what the front matter says beside title, tags and the like."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlmodel import col

from mosaic.core.errors import Invalid
from mosaic.core.work import Work
from mosaic.knowledge import property_links
from mosaic.knowledge.front_matter import REMOVED, Unchangeable, change_front_matter
from mosaic.knowledge.kinds import same
from mosaic.knowledge.models import Entry, EntryName
from mosaic.knowledge.names import fold, link_key
from mosaic.knowledge.properties import checked, is_known, read_properties
from mosaic.knowledge.resolution import FOLDED


def having(asked: str) -> ColumnElement[bool]:
    """Return the condition that a page has a property, `name:value`, or has it in a list.

    A value that reads as a number, `true`, `false` or `null` also means that. Raises Invalid.
    """
    name, colon, value = asked.partition(":")
    if not name.strip() or not colon:
        raise Invalid("A property is asked for as name:value.", "property")
    values: list[Any] = [value.strip()]
    try:
        plain = json.loads(values[0])
    except (ValueError, RecursionError):
        plain = None if values[0] == "null" else values[0]
    if (isinstance(plain, (int, float)) and abs(plain) < 2**53) or values[0] == "null":
        values.append(plain)
    forms = [{name.strip(): kept} for one in values for kept in (one, [one])]
    return col(Entry.id).in_(_HAVING.bindparams(forms=[json.dumps(form) for form in forms]))


_HAVING = text("SELECT app_having(CAST(CAST(:forms AS text[]) AS jsonb[]))")


def rewritten(
    front_matter: str, before: Mapping[str, Any], wanted: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return front matter that says the properties `wanted`, and all properties that it says then.

    What has a place of its own, such as `tags`, stays; so does everything that did not change, to
    the byte. Raises Invalid for too much, and where the front matter cannot be changed.
    """
    try:
        after = {k: v for k, v in checked(wanted).items() if not is_known(k)}
        gone = {k: REMOVED for k in before if not is_known(k) and k not in after}
        changed = {k: v for k, v in after.items() if k not in before or not same(before[k], v)}
        front = change_front_matter(front_matter, {**gone, **changed}, exact=True)
        said, trouble = read_properties(front)
        if trouble:
            raise Unchangeable
    except ValueError:
        raise Invalid("These are more properties than a page can keep.", "properties") from None
    except Unchangeable:
        raise Invalid(
            "The front matter of this page could not be read, so it was left alone.", "properties"
        ) from None
    return front, said.rest


def shown(properties: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the properties without a place of their own, by name, each as its list of values."""
    every = {name: properties[name] for name in sorted(properties, key=str.casefold)}
    return {
        name: value if isinstance(value, list) else [value]
        for name, value in every.items()
        if not is_known(name)
    }


def link_in(value: Any) -> tuple[str, str] | None:
    """Return what a value that is one wiki link points at, and its words."""
    link = property_links.link_in(value)
    return (link_key(link.target), link.text or link.target) if link else None


async def pages_named(work: Work, properties: Mapping[str, list[Any]]) -> dict[str, str]:
    """Return the slugs of the pages that links in values mean, by their target."""
    links = [link_in(value) for values in properties.values() for value in values]
    targets = {link[0] for link in links if link}
    if not targets:
        return {}
    rows = await work.session.execute(
        select(col(EntryName.step), col(EntryName.key), col(Entry.slug))
        .join(Entry, col(Entry.id) == col(EntryName.entry_id))
        .where(
            col(EntryName.workspace_id) == func.app_workspace(),
            col(EntryName.key).in_(targets | {fold(target) for target in targets}),
            col(Entry.status) != "ARCHIVED",
        )
        .order_by(col(EntryName.step).desc(), col(Entry.id).desc())
    )
    named = {(row.step in FOLDED, row.key): (row.step, row.slug) for row in rows}
    keys = {target: ((False, target), (True, fold(target))) for target in targets}
    found = {target: [named[key] for key in keys[target] if key in named] for target in targets}
    return {target: min(pages)[1] for target, pages in found.items() if pages}
