"""The ways to the sign-in service and back: addresses that a browser opens, not a program."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from mosaic.accounts.oidc import signing_in
from mosaic.core.config import settings
from mosaic.core.errors import BadRequest, Problem
from mosaic.edge import COOKIE, Caller, Public, client_address, set_cookie
from mosaic.plain_page import problem_page
from mosaic.problems import answer as problem_answer

router = APIRouter(prefix="/auth/oidc", tags=["Accounts"])
_HERE = "/api/auth/oidc"
_AGAIN = '<p><a href="/login">Back to the sign-in page</a></p>'
_REFUSED = "The sign-in service let nobody in. You may have chosen not to go on there."
Text = Annotated[str, Query(max_length=4_000)]


@router.get(
    "/login",
    status_code=302,
    dependencies=[Public],
    response_class=RedirectResponse,
    responses={404: {}},
)
async def begin_sign_in(request: Request, next: Text = "/") -> Response:
    """Lead to the sign-in service, and afterwards to the path `next`."""
    try:
        begun = await signing_in.begin_sign_in(next)
    except Problem as problem:
        return _said(request, problem)
    answer = RedirectResponse(begun.url, 302)
    answer.set_cookie(
        begun.cookie,
        begun.kept,
        max_age=signing_in.LASTS,
        path=_HERE,
        httponly=True,
        samesite="lax",
        secure=settings().app_url.startswith("https:"),
    )
    return answer


@router.get(
    "/callback",
    status_code=302,
    dependencies=[Public],
    response_class=RedirectResponse,
    responses={404: {}},
)
async def finish_sign_in(
    request: Request, state: Text = "", code: Text = "", error: Text = ""
) -> Response:
    """Sign in whoever comes back from the sign-in service."""
    cookie = signing_in.cookie_of(state)
    try:
        if error or not code:
            raise BadRequest(_REFUSED)
        done, after = await signing_in.finish_sign_in(
            state,
            code,
            request.cookies.get(cookie, ""),
            client_address(request),
            request.headers.get("user-agent", ""),
        )
    except Problem as problem:
        answer: Response = _said(request, problem)
    else:
        answer = RedirectResponse(after, 302)
        set_cookie(answer, done)
    # What was begun is over, however it ended: the same answer does not count twice.
    answer.delete_cookie(cookie, path=_HERE)
    return answer


@router.post("/logout")
async def sign_out_everywhere(actor: Caller, response: Response) -> dict[str, str]:
    """End this session; `url` is where it ends at the sign-in service, too."""
    url = await signing_in.sign_out_everywhere(actor)
    response.delete_cookie(COOKIE, path="/")
    return {"url": url}


def _said(request: Request, problem: Problem) -> Response:
    """Answer a browser with a page, and a program as everywhere else."""
    if "text/html" in request.headers.get("accept", ""):
        return problem_page(problem, "Nobody was signed in", _AGAIN)
    return problem_answer(request, problem)
