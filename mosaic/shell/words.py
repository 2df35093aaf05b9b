"""The one place that turns wire values into words people read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from datetime import date as Day
from typing import NamedTuple


class Said(NamedTuple):
    """A value in words, with the tone of its badge: '', 'going', 'attention' or 'stopped'."""

    label: str
    tone: str = ""


_STATUS = {
    "DRAFT": Said("Draft", "attention"),
    "PUBLISHED": Said("Published", "going"),
    "ARCHIVED": Said("Archived"),
}
_VISIBILITY = {
    "PRIVATE": Said("Only you", "attention"),
    "WORKSPACE": Said("Everyone in the workspace"),
    "PUBLIC": Said("Public"),
}
STATUS_OPTIONS = [(value, said.label) for value, said in _STATUS.items()]
VISIBILITY_OPTIONS = [(value, said.label) for value, said in _VISIBILITY.items()]
_FIELDS = {"aliases": "Other names", "visibility": "Who sees it"}
FACT_KINDS = [
    ("text", "Text"),
    ("number", "Number"),
    ("date", "Date"),
    ("checkbox", "Checkbox"),
    ("list", "List"),
]
_ROLES = {
    "OWNER": Said("Owner", "going"),
    "ADMIN": Said("Administrator"),
    "MEMBER": Said("Member"),
    "GUEST": Said("Guest, reads only"),
}
_ACTIONS = {
    "CREATED": "made",
    "UPDATED": "changed",
    "ARCHIVED": "archived",
    "DELETED": "removed",
    "RESTORED": "brought back",
    "COMPLETED": "completed",
    "MOVED": "moved",
    "COMMENTED": "commented on",
    "UNDONE": "took back a change of",
    "IMPORTED": "imported",
    "INVITED": "invited",
    "JOINED": "joined",
    "LEFT": "left",
    "REVOKED": "withdrew",
    "FAILED": "did not finish",
    "CANCELLED": "cancelled",
    "RETRIED": "tried again",
    "PAUSED": "paused",
    "SKIPPED": "passed over",
    "APPROVED": "approved",
    "DECLINED": "declined",
}
_OUTCOMES = {
    "created": "made",
    "updated": "changed",
    "skipped": "left as is",
    "failed": "not kept",
}
_VAULTS = {
    "obsidian": "a vault of Obsidian",
    "silverbullet": "a space of SilverBullet",
    "logseq": "a graph of Logseq",
    "mosaic": "an export of Mosaic",
}
_THINGS = {
    "IMPORT": "import",
    "ENTRY": "page",
    "TAG": "tag",
    "ATTACHMENT": "file",
    "WORKSPACE": "workspace",
    "MEMBER": "member",
    "INVITATION": "invitation",
    "TEAM": "team",
    "JOB": "run",
    "SCHEDULE": "schedule",
    "TASK": "task",
    "PROJECT": "project",
    "TEMPLATE": "template",
}
CONNECTION_AWAY = "The connection is away. What you typed is still here, and Mosaic keeps trying."
CONNECTION_BACK = "Connected again"
PART_AWAY = "A part of Mosaic is away for a moment. Please try again shortly."
UNEXPECTED = "Something unexpected happened, and it was noted. Trying again may help."
NO_ANSWER = "Mosaic did not answer just now. What you typed is still here; try again in a moment."
BROKEN_VIEW = "This page could not be shown. Loading it again may help; nothing you saved is lost."
NOT_HERE = "There is no page at this address. It may have moved, or the link may be incomplete."


def status(value: str) -> Said:
    """Say a page's status."""
    return _STATUS.get(value) or Said(_spelled(value))


def visibility(value: str) -> Said:
    """Say who can see a page."""
    return _VISIBILITY.get(value) or Said(_spelled(value))


def field(name: str) -> str:
    """Say what a page has beside its text: "Tags"."""
    return _FIELDS.get(name) or _spelled(name)


def seen_by(value: str) -> str:
    """Say who could see a page, to whoever asks."""
    return dict(_SEEN_BY).get(value) or _spelled(value)


def stays(known: bool) -> str:
    """Say what stays when a version is brought back, of which all is `known` or only the text."""
    if known:
        return "Bringing it back leaves its status and who sees it as they are now."
    return "Of this version title and text are known. Bringing it back leaves all else as it is."


def role(value: str) -> Said:
    """Say a role in a workspace."""
    return _ROLES.get(value) or Said(_spelled(value))


def action(value: str) -> str:
    """Say what somebody did, in the past: "changed"."""
    return _ACTIONS.get(value) or _spelled(value).lower()


def thing(value: str) -> str:
    """Say what kind of thing it was done to: "page"."""
    return _THINGS.get(value.upper()) or _spelled(value).lower()


def count(number: int, one: str, many: str = "") -> str:
    """Say how many: "1 page", "1,204 pages"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def listed(names: Sequence[str]) -> str:
    """Say several things in one sentence: "tags, status and summary"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Say how long ago `moment` was, or its date where that is more than a week.

    Both are aware; what lies ahead by a clock's inaccuracy is "just now".
    """
    now = now or datetime.now(UTC)
    passed = now - moment
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{count(int(passed.total_seconds() // 60), 'minute')} ago"
    if passed < timedelta(days=1):
        return f"{count(int(passed.total_seconds() // 3600), 'hour')} ago"
    if passed < timedelta(days=7):
        return "yesterday" if passed.days == 1 else f"{passed.days} days ago"
    return date(moment, now)


def ahead(moment: datetime, now: datetime | None = None) -> str:
    """Say when something comes: "in 5 minutes", "3 March at 06:00"."""
    now = now or datetime.now(UTC)
    until = moment - now
    if until < timedelta(minutes=1):
        return "in a moment"
    if until < timedelta(hours=1):
        return f"in {count(int(until.total_seconds() // 60), 'minute')}"
    if until < timedelta(hours=20):
        return f"in {count(int(until.total_seconds() // 3600), 'hour')}"
    return f"{date(moment, now)} at {moment:%H:%M}"


def date(moment: datetime, now: datetime | None = None) -> str:
    """Say a date, without the year where it is this one: "3 March", "3 March 2024"."""
    now = now or datetime.now(UTC)
    year = "" if moment.year == now.year else f" {moment.year}"
    return f"{moment.day} {moment:%B}{year}"


def _spelled(value: str) -> str:
    """Return a value nobody wrote words for, at least without capitals and underscores."""
    return value.replace("_", " ").capitalize()


def vault(kind: str | None) -> str:
    """Say which program a vault is from; nothing for plain Markdown."""
    return _VAULTS.get(kind or "", "")


def outcome(value: str) -> str:
    """Say what became of an imported file: "made"."""
    return _OUTCOMES.get(value) or _spelled(value).lower()


def matched(ways: Sequence[str]) -> str:
    """Say why a page was found: "in its text"."""
    return ", ".join(_WAYS[way] for way in ways if way in _WAYS)


def search_mode(mode: str) -> str:
    """Say how was searched: "text search"."""
    return {"hybrid": "by words and meaning", "semantic": "by meaning"}.get(mode, "text search")


_SEEN_BY = (("PRIVATE", "Only its author"), ("WORKSPACE", "The workspace"), ("PUBLIC", "Everybody"))
# Among which pages is searched: the filter, what it is called, and its choices.
SEARCH_FILTERS = (
    (
        "status",
        "Status",
        (("PUBLISHED", "Published"), ("DRAFT", "Drafts"), ("ARCHIVED", "Archived")),
    ),
    (
        "visibility",
        "Who sees it",
        _SEEN_BY,
    ),
    (
        "changed",
        "Changed",
        (("7", "Past week"), ("31", "Past month"), ("366", "Past year")),
    ),
)
# What may be typed among the words of a search.
SEARCH_OPERATORS = (
    ('"several words"', "in their order"),
    ("-word", "without it"),
    ("tag:plant", "with this tag"),
    ("in:garden/", "of this folder"),
    ("is:draft", "drafts"),
    ("updated:>2026-01-01", "changed after this day"),
)
_WAYS = {
    "title": "in its title",
    "text": "in its text",
    "fuzzy": "nearly the same letters",
    "semantic": "close in meaning",
}


def scopes(values: Sequence[str]) -> str:
    """Say what an API token may do."""
    return "reads and changes" if "write" in values else "reads only"


READING = {
    "contents": "On this page",
    "link": "Link to this heading",
    "linked": "Link copied",
    "copy": "Copy",
    "copied": "Copied",
    "not_copied": "The browser keeps its clipboard closed here",
}
_READ_IN_A_MINUTE = 230  # words


def length(number: int) -> str:
    """Return how long a text of that many words is, with the time to read it."""
    minutes = round(number / _READ_IN_A_MINUTE)
    return count(number, "word") + (f", {minutes} min to read" if minutes else "")


def day(at: Day) -> str:
    """Return a day in words: Tuesday, 24 November 2026."""
    return f"{at:%A}, {at.day} {at:%B %Y}"
