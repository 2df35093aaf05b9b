"""Addresses of lists that come in pages, and the ways to the pages beside one."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode


def page_number(asked: Mapping[str, str]) -> int:
    """Return the page of a list that an address asks for; 1 for anything else."""
    text = asked.get("page", "")
    return min(int(text[:8]), 1_000_000) or 1 if text.isdecimal() else 1


def address(base: str, page: int = 1, **filters: str) -> str:
    """Return the address of page `page` of a list; filters that are empty are left out."""
    kept = {name: value for name, value in filters.items() if value}
    kept |= {"page": str(page)} if page > 1 else {}
    return f"{base}?{urlencode(kept)}" if kept else base


def neighbours(at: Callable[[int], str], page: int, pages: int) -> tuple[str, str]:
    """Return the addresses of the page before and the page after; empty where there is none."""
    return at(page - 1) if page > 1 else "", at(page + 1) if page < pages else ""
