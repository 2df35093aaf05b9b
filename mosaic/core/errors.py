"""What a service raises when it cannot do what was asked: a status and calm words."""

from typing import Any


class Problem(Exception):
    """Something that was asked for did not happen.

    `detail` is a sentence for people. `extra` holds further members of the RFC 9457 document,
    such as `current` of a conflict.
    """

    status = 400
    title = "That did not work out"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class BadRequest(Problem):
    """400: the request cannot be understood."""


class NotSignedIn(Problem):
    """401: nobody is signed in, or the sign-in has ended."""

    status = 401
    title = "Please sign in"

    def __init__(self, detail: str = "Sign in to continue.", **extra: Any) -> None:
        super().__init__(detail, **extra)


class NotAllowed(Problem):
    """403: the role or the token does not reach that far."""

    status = 403
    title = "Not available with this role"


class NotFound(Problem):
    """404: it is not there, or belongs to another tenant; the answer is the same."""

    status = 404
    title = "Not found"


class Conflict(Problem):
    """409: what is there now does not go together with the request."""

    status = 409
    title = "Something changed meanwhile"


class Gone(Problem):
    """410: it was there and has ended."""

    status = 410
    title = "No longer available"


class TooLarge(Problem):
    """413: more than is taken at once."""

    status = 413
    title = "Too large"


class Invalid(Problem):
    """422: understood, but a value does not fit. `field` names it in camelCase."""

    status = 422
    title = "A value does not fit"

    def __init__(self, detail: str, field: str = "", **extra: Any) -> None:
        loc = ["body", field] if field else ["body"]
        super().__init__(detail, errors=[{"loc": loc, "msg": detail}], **extra)


class TooMany(Problem):
    """429: too often in a short time. `seconds` says when it may be tried again."""

    status = 429
    title = "A short pause"

    def __init__(self, detail: str, seconds: int) -> None:
        super().__init__(detail)
        self.seconds = seconds


class Unavailable(Problem):
    """503: something Mosaic stands on is away for the moment."""

    status = 503
    title = "Away for a moment"

    def __init__(
        self, detail: str = "The database is away for a moment. Please try again shortly."
    ) -> None:
        super().__init__(detail)


class Full(Unavailable):
    """507: there is no room on the disk. What only reads goes on."""

    status = 507
    title = "No room left"

    def __init__(self) -> None:
        super().__init__(
            "The disk is full, so nothing can be saved for now. What was saved is there, and "
            "saving goes on as soon as there is room."
        )
