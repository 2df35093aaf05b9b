"""Public pages as HTML, for anybody: no sign-in, no script, no way to anything else."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import HTMLResponse

from mosaic.core.errors import NotFound, TooMany
from mosaic.edge import Public, client_address
from mosaic.knowledge import public
from mosaic.plain_page import HEADERS, plain_page, problem_page

router = APIRouter(prefix="/p", include_in_schema=False, dependencies=[Public])


@router.get("/{token}")
async def read_public_page(request: Request, token: str) -> HTMLResponse:
    """A public page."""
    try:
        page = await public.read_page(token, client_address(request))
    except NotFound as gone:
        return problem_page(gone, "Nothing here")
    except TooMany as pause:
        return problem_page(pause)
    changed = f"{page.updated_at.day} {page.updated_at:%B %Y}"
    head = f"<header><h1>{escape(page.title)}</h1><p>{changed}</p></header>"
    return plain_page(page.title, f"{head}<article>{page.html}</article>")


@router.get("/{token}/pictures/{place}")
async def read_public_picture(
    request: Request,
    token: str,
    place: int,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """A picture that a public page shows."""
    picture = await public.read_picture(token, place, client_address(request))
    headers = {**HEADERS, "ETag": f'"{picture.digest[:32]}"'}
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(picture.data, media_type=picture.media_type, headers=headers)
