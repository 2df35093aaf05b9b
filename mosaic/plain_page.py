"""Pages without script, for whoever is not signed in: what is public, what did not work out."""

from collections.abc import Mapping
from html import escape
from pathlib import Path

from fastapi.responses import HTMLResponse

from mosaic.core.errors import Problem, TooMany

_STYLE = Path(__file__).with_name("plain_page.css").read_text()
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address can be a key
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-cache",
}


def plain_page(
    title: str, body: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Return a page with `body`, which is safe HTML."""
    whole = _PAGE.format(title=escape(title), style=_STYLE, body=body)
    return HTMLResponse(whole, status, headers={**HEADERS, **(headers or {})})


def problem_page(problem: Problem, title: str | None = None, more: str = "") -> HTMLResponse:
    """Return a page that says what did not work out; `more` is safe HTML below it."""
    title = title or problem.title
    headers = {"Retry-After": str(problem.seconds)} if isinstance(problem, TooMany) else {}
    body = f"<h1>{escape(title)}</h1><p>{escape(problem.detail)}</p>{more}"
    return plain_page(title, body, problem.status, headers)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<meta name="robots" content="noindex, nofollow"><style>{style}</style></head>
<body><main>{body}</main></body></html>
"""
