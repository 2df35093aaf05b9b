"""What the front matter of a Markdown file says, made safe to keep as JSON."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from mosaic.knowledge.shapes import EntrySlug

_MOST_CHARACTERS = 64_000
_MOST_VALUES = 5_000
_DEEPEST = 20
_ADDRESS: TypeAdapter[str] = TypeAdapter(EntrySlug)
# What is said under which names; the first counts.
NAMES = {
    field: (f"mosaic-{field}", field, *others)
    for field, others in {
        "title": (),
        "slug": (),
        "path": (),
        "aliases": ("alias",),
        "tags": ("tag",),
        "summary": ("description",),
        "created": ("date",),
        "updated": ("modified",),
        "status": (),
        "visibility": (),
    }.items()
}
_KNOWN = {name for names in NAMES.values() for name in names}
_BREAKS = re.compile(r"[\t\r\n]+")
_UNREADABLE = "Its front matter could not be read; it is kept as it is."
_NOT_TEXT = re.compile(
    r"(?ms)^[ >\t]*(`{3,}|~{3,}).*?(?:^[ >\t]*\1|\Z)|`[^`\n]*`|<!--.*?(?:-->|\Z)"
    r"|\[\[[^\n\[\]]{0,1000}\]\]|\]\([^)\n]{0,1000}\)"
)
# At least one letter: a number after # counts something.
_TAG = re.compile(r"(?<![\w/&#=])#(?=[\d/-]{0,60}[^\W\d])(\w[\w/-]{0,80})")


class _Loader(yaml.SafeLoader):
    """The values of JSON and no others: dates, `12:30`, `yes` and `007` stay as written.

    Not the loader in C, which ends the process on sixty thousand brackets.
    """

    yaml_implicit_resolvers: Any = {}

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Leave `<<` alone: a few merges of merges would fill the memory."""


for _kind, _pattern, _first in (
    ("null", r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,14})$", list("-+0123456789")),
    ("float", r"[-+]?(?:[0-9]{1,15}\.[0-9]{0,15}|\.[0-9]{1,15})$", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(_pattern), _first)


@dataclass
class Properties:
    """The front matter that Mosaic knows, and the `rest`."""

    title: str = ""
    slug: str | None = None
    path: str | None = None
    aliases: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    summary: str | None = None
    created: datetime | None = None
    updated: datetime | None = None
    status: str | None = None
    visibility: str | None = None
    rest: dict[str, Any] = field(default_factory=dict)


def read_properties(front_matter: str) -> tuple[Properties, str]:
    """Read the YAML between the `---` lines; return it with a remark when that cannot be done."""
    if not front_matter:
        return Properties(), ""
    yaml_text = front_matter.strip().removeprefix("---").removesuffix("---")
    try:
        if len(yaml_text) > _MOST_CHARACTERS:
            raise ValueError("too long")
        loaded = yaml.load(yaml_text, Loader=_Loader)  # noqa: S506  (a SafeLoader)
        values = _plain(loaded if isinstance(loaded, dict) else {}, [0], 0)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, OverflowError):
        return Properties(), _UNREADABLE
    said = {str(name).lower(): value for name, value in values.items()}
    return (
        Properties(
            title=one_line(_said(said, "title"))[:200],
            slug=_slug(_said(said, "slug")),
            path=_text(_said(said, "path")) or None,
            aliases=lines_of(_said(said, "aliases"), ","),
            tags=_tags(_said(said, "tags")),
            summary=_text(_said(said, "summary"))[:1000] or None,
            created=_moment(_said(said, "created")),
            updated=_moment(_said(said, "updated")),
            status=_one_of(("DRAFT", "PUBLISHED", "ARCHIVED"), _said(said, "status")),
            visibility=_one_of(("PRIVATE", "WORKSPACE", "PUBLIC"), _said(said, "visibility")),
            rest=values,
        ),
        "",
    )


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties as they can be kept. ValueError for more than any page needs."""
    return {_key(name): value for name, value in _plain(dict(values), [0], 0).items()}


def name_of(rest: Mapping[str, Any], field: str, understood: bool) -> str:
    """Return the name under which front matter that says `rest` is to say `field`.

    One of Mosaic's own where the usual one has a value of another program, not `understood` here.
    """
    said = {name.lower(): value for name, value in rest.items()}
    names = NAMES[field]
    found = next((name for name in names if name in said), names[1])
    foreign = not understood and said.get(found) not in (None, "")
    return names[0] if foreign else found


def _said(said: Mapping[str, Any], field: str) -> Any:
    return next((said[name] for name in NAMES[field] if name in said), None)


def is_known(name: str) -> bool:
    """Whether front matter says something to Mosaic under this name."""
    return name.lower() in _KNOWN


def inline_tags(content: str) -> list[str]:
    """Return the `#tags` in a text, outside of code and links, in the order in which they come."""
    return list(
        dict.fromkeys(found.rstrip("/-") for found in _TAG.findall(_NOT_TEXT.sub("", content)))
    )


def _plain(value: Any, seen: list[int], depth: int) -> Any:
    """Return `value` as JSON can hold it. ValueError for more than any page needs: YAML's aliases
    make a few lines into billions of values.
    """
    seen[0] += 1
    if seen[0] > _MOST_VALUES or depth > _DEEPEST:
        raise ValueError("too much")
    if isinstance(value, dict):
        return {_key(k): _plain(v, seen, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(each, seen, depth + 1) for each in value]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return _clean(str(value))


def _key(value: Any) -> str:
    return _clean(str(value))[:200]


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode(errors="replace").decode()


def one_line(value: Any) -> str:
    """Return a value as one line of text; nothing for what is none."""
    return _BREAKS.sub(" ", _text(value))


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def lines_of(value: Any, separators: str = "") -> list[str]:
    """Return the different lines in a value, which may be a list or a text with separators."""
    parts = re.split(f"[{separators}]", value) if isinstance(value, str) and separators else value
    if not isinstance(parts, list):
        parts = [parts]
    lines = [one_line(part)[:200] for part in parts if part is not None]
    return list(dict.fromkeys(line for line in lines if line))[:100]


def _tags(value: Any) -> list[str]:
    lines = [line.lstrip("#").strip() or line for line in lines_of(value, ", ")]
    return list(dict.fromkeys(lines))


def _slug(value: Any) -> str | None:
    try:
        return _ADDRESS.validate_python(_text(value))
    except ValidationError:
        return None


def _one_of(words: tuple[str, ...], value: Any) -> str | None:
    # In capitals, as an export writes it: other people's "status: draft" is not ours.
    return value if value in words else None


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if not 1 < found.year < 9998:
        return None
    return found if found.tzinfo else datetime.combine(found.date(), found.time() or time(), UTC)
