"""One property of a page is added, changed or taken away, beside whatever else changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mosaic.core.errors import Conflict, Invalid
from mosaic.core.work import Role, Work
from mosaic.knowledge import kinds
from mosaic.knowledge.front_matter import REMOVED
from mosaic.knowledge.properties import is_known
from mosaic.knowledge.service import change_entry, read_entry
from mosaic.knowledge.shapes import EntryPublic, EntryUpdate

_LONGEST_NAME = 100


@dataclass
class FactChange:
    """What becomes of a property; `was` and `before` are its name and value as they were seen.

    `was` is empty for a new one; `value` is REMOVED where it is to go.
    """

    was: str
    before: Any
    name: str
    value: Any


class Changed(Conflict):
    """Somebody else has changed the property meanwhile; `value` is what it is now, or REMOVED."""

    def __init__(self, value: Any) -> None:
        said = "Somebody took this property away meanwhile. Saving once more brings it back."
        if value is not REMOVED:
            said = (
                "Somebody changed this property meanwhile. Saving once more puts yours in its "
                f"place; theirs is: {kinds.written(value)[:200] or '—'}"
            )
        super().__init__(said)
        self.value = value


async def change_fact(work: Work, slug: str, change: FactChange) -> EntryPublic:
    """Write a page anew with one property as it is to be; all others stay as they are. MEMBER.

    Raises Changed when that property is not what was seen, and Invalid for a name that is none.
    """
    work.require(Role.MEMBER)
    entry = await read_entry(work, slug)
    now = dict(entry.properties)
    found = now.pop(change.was, REMOVED) if change.was else REMOVED
    if found is REMOVED and change.value is REMOVED:
        return entry
    if change.was and (found is REMOVED or not kinds.same(found, change.before)):
        raise Changed(found)
    if change.value is not REMOVED:
        if not change.was or change.name != change.was:
            _check_name(change.name, now)
        now[change.name] = change.value
    wanted = EntryUpdate(properties=now, version=entry.version)
    try:
        return await change_entry(work, slug, wanted)
    except Invalid as problem:
        raise Invalid(problem.detail) from problem  # about all properties, not a field of this one


def _check_name(name: str, others: Iterable[str]) -> None:
    if not name:
        raise Invalid("A property has a name, such as “rating”.", "name")
    if len(name) > _LONGEST_NAME:
        raise Invalid("This name is long; a hundred characters are possible.", "name")
    if is_known(name):
        raise Invalid(f"“{name}” is among the fields of the page, under Edit.", "name")
    if ":" in name or not name.isprintable():
        raise Invalid("A name without a colon and on one line can be found again.", "name")
    other = next((one for one in others if one.lower() == name.lower()), None)
    if other is not None:
        raise Invalid(f"There is a property “{other}” on this page already.", "name")
