"""The time where somebody is, after the time zone that their browser told."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ZONE = "mosaic_zone"  # the cookie that assets/ui/frame.jsx sets


def now_in(zone: str) -> datetime:
    """Return the time in a time zone, or where the server is where there is no such zone."""
    return time_in(zone, datetime.now(UTC))


def time_in(zone: str, at: datetime) -> datetime:
    """Return the moment `at` as clocks show it in a time zone, or here where there is no such."""
    try:
        return at.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        return at.astimezone()
