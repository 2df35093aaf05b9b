"""The YAML between `---` lines at the top of a Markdown file."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import yaml

NO_FRONT = "---\n---\n"
REMOVED = object()
_MOST_CHARACTERS = 64_000
_FRONT = re.compile(r"---[ \t]*\r?\n((?:(?!---)[^\n]*\n)*)---[ \t]*(?:\r?\n|\Z)")
_NAMED_VALUE = re.compile(r"[\"'$\w][^:\n]*:(?:\s|$)")
# Read alike by every program: letters first, nothing that YAML gives a meaning to.
_PLAIN = re.compile(r"[^\W\d_](?:[\w .()/'+-]*[\w.)'])?")
_WORDS_OF_YAML = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Unchangeable(Exception):
    """Front matter that cannot be read, or is no list of names and values line by line."""


def split_front_matter(text: str) -> tuple[str, str]:
    """Cut a text into its front matter, with the `---` lines, and the rest.

    The two together are the text again. The first is empty when there is none: two rules with a
    paragraph between them are no front matter.
    """
    found = _FRONT.match(text) if text.startswith("---") else None
    if found is None:
        return "", text
    lines = [line for line in found[1].splitlines() if line.strip() and line[0] != "#"]
    if lines and not _NAMED_VALUE.match(lines[0]):
        return "", text
    return found[0], text[found.end() :]


def change_front_matter(front_matter: str, values: Mapping[str, Any], exact: bool = False) -> str:
    """Return front matter in which each name has the value given, or is gone where it is REMOVED.

    Values are what JSON has, and times. Everything else stays as it was written, with its order,
    comments and quotes; what is new comes last. Names are alike in capitals and small letters
    unless they are to be `exact`. Raises Unchangeable.
    """
    found = _FRONT.match(front_matter or NO_FRONT)
    if found is None:
        raise Unchangeable
    start, end = found.span(1)
    body = found[1]
    for name, value in values.items():
        body = _with(body, name, value, exact)
    whole = found.string
    return whole[:start] + body + whole[end:] if body.strip() or front_matter else ""


def change_values(front_matter: str, change: Callable[[str, str], str]) -> str:
    """Return front matter in which each short text is what `change` makes of it.

    It is told the name of the property, and the text. Everything else stays as it was written, and
    so do quotes. Raises Unchangeable.
    """
    found = _FRONT.match(front_matter)
    root = _composed(found[1]) if found else None
    if found is None or root is None:
        return front_matter
    body, seen = found[1], set[int]()
    texts = [(str(key.value), node) for key, value in root.value for node in _texts(value, seen)]
    for name, node in sorted(texts, key=lambda text: -text[1].start_mark.index):
        if (now := change(name, node.value)) != node.value:
            before, after = body[: node.start_mark.index], body[node.end_mark.index :]
            body = before + _scalar(now, node.style) + after
    return front_matter[: found.start(1)] + body + front_matter[found.end(1) :]


def _texts(node: yaml.Node, seen: set[int]) -> Iterator[yaml.ScalarNode]:
    """Yield each short text in a value once, however often YAML's aliases name it."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode) and _is_short(node):
        yield node
    elif isinstance(node, (yaml.SequenceNode, yaml.MappingNode)):
        inside = (one[1] if isinstance(one, tuple) else one for one in node.value)
        for one in inside:
            yield from _texts(one, seen)


def _with(body: str, name: str, value: Any, exact: bool) -> str:
    root = _composed(body)
    pairs = root.value if root else []
    alike = str if exact else str.lower
    places = [n for n, (key, _) in enumerate(pairs) if alike(str(key.value)) == alike(name)]
    if not places:
        indent = " " * (root.start_mark.column if root else 0)
        return body if value is REMOVED else f"{body}{_lines(indent, name, value)}"
    place = places[-1]
    key, old = pairs[place]
    if value is not REMOVED and _is_short(old) and not isinstance(value, (list, dict)):
        before, after = body[: old.start_mark.index], body[old.end_mark.index :]
        return (
            f"{before if before[-1:].isspace() else before + ' '}{_scalar(value, old.style)}{after}"
        )
    following = pairs[place + 1][0].start_mark.index if place + 1 < len(pairs) else len(body)
    start, end = _line_of(body, key.start_mark.index), _line_of(body, following)
    # Comments and blank lines before the next name belong to that one.
    while (last := _line_of(body, end - 1)) > start and _is_aside(body[last:end]):
        end = last
    if value is REMOVED:
        return body[:start] + body[end:]
    flow = isinstance(old, yaml.SequenceNode) and bool(old.flow_style)
    new = _lines(" " * key.start_mark.column, key.value, value, flow)
    return body[:start] + new + body[end:]


def _line_of(body: str, index: int) -> int:
    return index if index >= len(body) else body.rfind("\n", 0, index) + 1


def _is_aside(line: str) -> bool:
    return not line.strip() or line.startswith("#")


def _composed(body: str) -> yaml.MappingNode | None:
    try:
        if len(body) > _MOST_CHARACTERS:
            raise ValueError("too long")
        root = yaml.compose(body, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise Unchangeable from problem
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        raise Unchangeable
    return root


def _is_short(node: yaml.Node) -> bool:
    one_line = node.start_mark.line == node.end_mark.line
    return isinstance(node, yaml.ScalarNode) and one_line and node.style in {None, "'", '"'}


def _lines(indent: str, name: str, value: Any, flow: bool = False) -> str:
    named = f"{indent}{_scalar(name)}:"
    if isinstance(value, list) and value and not flow:
        items = "".join(f"{indent}  - {_flow(each)}\n" for each in value)
        return f"{named}\n{items}"
    return f"{named} {_flow(value)}\n"


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(str(name))}: {_flow(each)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    return _scalar(value)


def _scalar(value: Any, style: str | None = None) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")  # 1e-05 would be read as a word
    if not isinstance(value, str):
        return json.dumps(value)
    if style is None and _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return _ESCAPED.sub(lambda one: f"\\u{ord(one[0]):04x}", json.dumps(value, ensure_ascii=False))
