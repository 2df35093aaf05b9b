"""Base and field types of what crosses the wire: camelCase outside, snake_case inside."""

from datetime import UTC, datetime
from typing import Annotated

import email_validator
from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, StringConstraints
from pydantic.alias_generators import to_camel

# People run Mosaic on home networks: addresses at .local, .test or .home.arpa are real there.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


class Shape(BaseModel):
    """Base of every request and answer. Reads attributes of rows, too."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, from_attributes=True, extra="ignore"
    )


def storable(text: str) -> str:
    """Return `text` when PostgreSQL can hold it; ValueError for NUL and lone surrogates."""
    if "\x00" in text:
        raise ValueError("This text holds a NUL character, which cannot be stored.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("This text holds half of a character, which cannot be stored.") from None
    return text


def address(text: str) -> str:
    """Return an e-mail address as it is kept: normalised, in small letters; ValueError else."""
    try:
        found = email_validator.validate_email(text, check_deliverability=False)
    except email_validator.EmailNotValidError:
        raise ValueError("This does not look like an e-mail address.") from None
    return found.normalized.lower()


def _instant(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ValueError("A time between the years 1 and 9999 is expected here.") from None


Text = Annotated[str, AfterValidator(storable)]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(storable),
]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254),
    AfterValidator(storable),
    AfterValidator(address),
]
Instant = Annotated[
    datetime,
    AfterValidator(_instant),
    PlainSerializer(lambda at: at.isoformat().replace("+00:00", "Z"), str, when_used="json"),
]
