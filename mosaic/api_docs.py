"""The readable page of the REST API: one HTML document without outside resources."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from fastapi.responses import HTMLResponse

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(document: dict[str, Any]) -> HTMLResponse:
    """Return an OpenAPI 3.1 document as a page to read, grouped by tag."""
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", ["Other"])[0]
            groups.setdefault(tag, []).append(_operation(method, path, operation))
    links = "".join(f'<a href="#{_anchor(tag)}">{escape(tag)}</a>' for tag in groups)
    sections = "".join(
        f'<section id="{_anchor(tag)}"><h2>{escape(tag)}</h2>{"".join(operations)}</section>'
        for tag, operations in groups.items()
    )
    shapes = "".join(_shape(*item) for item in sorted(document["components"]["schemas"].items()))
    about = document["info"]
    title = f"{escape(about['title'])} API {escape(about['version'])}"
    html = _PAGE.format(
        title=title,
        style=_STYLE,
        about=_prose(about.get("description", "")),
        links=links,
        sections=sections,
        shapes=shapes,
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    name = operation["operationId"]
    open_to_all = "" if "security" in operation else "<p>Open to everybody.</p>"
    return (
        f'<details id="{_anchor(name)}"><summary><b class="{method}">{method.upper()}</b> '
        f"<code>{escape(path)}</code> <span>{escape(operation['summary'])}</span></summary>"
        f"{_prose(_more(operation))}{open_to_all}"
        f"{_parameters(operation.get('parameters', []))}{_body(operation.get('requestBody'))}"
        f"{_answers(operation['responses'])}</details>"
    )


def _more(operation: dict[str, Any]) -> str:
    return str(operation.get("description", "")).partition("\n\n")[2]


def _parameters(parameters: list[dict[str, Any]]) -> str:
    rows = [
        (f"<code>{escape(one['name'])}</code>", escape(one["in"]), _type(one["schema"]))
        for one in parameters
    ]
    return _table("Parameters", ("Name", "Where", "Value"), rows)


def _body(body: dict[str, Any] | None) -> str:
    rows = [
        (f"<code>{escape(kind)}</code>", _type(content.get("schema", {})))
        for kind, content in (body or {}).get("content", {}).items()
    ]
    return _table("Body", ("Content", "Value"), rows)


def _answers(answers: dict[str, Any]) -> str:
    rows = []
    for status, answer in answers.items():
        schemas = [content.get("schema", {}) for content in answer.get("content", {}).values()]
        value = ", ".join(map(_type, schemas))
        rows.append((escape(status), _inline(answer["description"]), value))
    return _table("Answers", ("Status", "Meaning", "Value"), rows)


def _shape(name: str, schema: dict[str, Any]) -> str:
    always = schema.get("required", [])
    rows = [
        (
            f"<code>{escape(field)}</code>",
            _type(value),
            "always" if field in always else f"optional{_default(value)}",
        )
        for field, value in schema.get("properties", {}).items()
    ]
    table = _table("", ("Field", "Value", ""), rows)
    about = _prose(schema.get("description", ""))
    return f'<article id="{_anchor(name)}"><h3>{escape(name)}</h3>{about}{table}</article>'


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f'<a href="#{_anchor(name)}">{escape(name)}</a>'
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(map(_type, schema[several]))
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    words = schema.get("format") or schema.get("type") or "anything"
    limits = [f"{_LIMITS[key]} {schema[key]}" for key in _LIMITS if key in schema]
    return escape(", ".join([{"null": "nothing"}.get(words, words), *limits]))


_LIMITS = {
    "minLength": "at least",
    "maxLength": "characters at most",
    "minimum": "from",
    "maximum": "to",
    "pattern": "like",
}


def _default(schema: dict[str, Any]) -> str:
    given = schema.get("default")
    return "" if given is None else f", else <code>{escape(str(given))}</code>"


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    heading = f"<h4>{title}</h4>" if title else ""
    columns = "".join(f"<th>{name}</th>" for name in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"{heading}<table><thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table>"


def _prose(text: str) -> str:
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{_inline(part)}</p>" for part in paragraphs)


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _anchor(name: str) -> str:
    return re.sub(r"\W+", "-", name)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>
<body><header><h1>{title}</h1>{about}<p><a href="/api/openapi.json">openapi.json</a></p>
<nav>{links}<a href="#shapes">Shapes</a></nav></header>
<main>{sections}<section id="shapes"><h2>Shapes</h2>{shapes}</section></main></body></html>
"""
_STYLE = """
:root { color-scheme: light dark; --ink: #2b2a27; --page: #faf8f5; --line: #e2ddd5;
  --quiet: #6d685f; --accent: #2f6f66; --change: #8a5a12; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e4dd; --page: #1d1c1a; --line: #3a3733;
  --quiet: #a8a297; --accent: #7fc4b8; --change: #d9a95c; } }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; color: var(--ink);
  background: var(--page); font: 1rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
header p { max-width: 72ch; }
a { color: var(--accent); }
nav a { margin-right: 1rem; }
code { font-size: .9em; }
details { border-top: 1px solid var(--line); padding: .5rem 0; }
summary { cursor: pointer; }
summary span { color: var(--quiet); }
summary b { display: inline-block; min-width: 4.5em; color: var(--change); }
summary b.get { color: var(--accent); }
table { width: 100%; border-collapse: collapse; margin: .5rem 0; }
th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th, h4 { color: var(--quiet); font-weight: 600; margin: .75rem 0 0; font-size: 1rem; }
"""
