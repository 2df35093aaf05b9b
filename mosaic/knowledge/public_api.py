"""Public pages as HTML, for anybody: no sign-in, no script, no way to anything else."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import HTMLResponse

from mosaic.core.errors import NotFound
from mosaic.edge import Public
from mosaic.knowledge import public
from mosaic.knowledge.public_style import STYLE

router = APIRouter(prefix="/p", include_in_schema=False, dependencies=[Public])
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-cache",
}


@router.get("/{token}")
async def read_public_page(token: str) -> HTMLResponse:
    """A public page."""
    try:
        page = await public.read_page(token)
    except NotFound as gone:
        return _html("Nothing here", f"<h1>Nothing here</h1><p>{escape(gone.detail)}</p>", 404)
    changed = f"{page.updated_at.day} {page.updated_at:%B %Y}"
    head = f"<header><h1>{escape(page.title)}</h1><p>{changed}</p></header>"
    return _html(page.title, f"{head}<article>{page.html}</article>")


@router.get("/{token}/pictures/{place}")
async def read_public_picture(
    token: str, place: int, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """A picture that a public page shows."""
    picture = await public.read_picture(token, place)
    headers = {**_HEADERS, "ETag": f'"{picture.digest[:32]}"'}
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(picture.data, media_type=picture.media_type, headers=headers)


def _html(title: str, body: str, status: int = 200) -> HTMLResponse:
    whole = _PAGE.format(title=escape(title), style=STYLE, body=body)
    return HTMLResponse(whole, status, headers=_HEADERS)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<meta name="robots" content="noindex, nofollow"><style>{style}</style></head>
<body><main>{body}</main></body></html>
"""
