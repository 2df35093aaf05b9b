"""Short ways to write and read pages over REST."""

from typing import Any

from tests.answers import listed
from tests.world import Person

ENTRIES = "/api/knowledge/entries"


async def write(person: Person, title: str, content: str = "", **more: Any) -> dict[str, Any]:
    """Write a new page and return it."""
    answer = await person.http.post(ENTRIES, json={"title": title, "content": content, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def read(person: Person, slug: str) -> dict[str, Any]:
    """Return a page."""
    answer = await person.http.get(f"{ENTRIES}/{slug}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def change(person: Person, slug: str, /, **values: Any) -> dict[str, Any]:
    """Change a page and return it."""
    answer = await person.http.patch(f"{ENTRIES}/{slug}", json=values)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def remove(person: Person, slug: str, permanent: bool = False) -> None:
    """Put a page away, or remove it for good."""
    query = "?permanent=true" if permanent else ""
    answer = await person.http.delete(f"{ENTRIES}/{slug}{query}")
    assert answer.status_code == 204, answer.text


async def titles(person: Person, **filters: Any) -> list[str]:
    """Return the titles in the list of pages."""
    rows = listed(await person.http.get(ENTRIES, params={"limit": 100, **filters}))
    return [row["title"] for row in rows]


async def links(person: Person, slug: str) -> list[dict[str, Any]]:
    """Return the links on a page."""
    answer = await person.http.get(f"{ENTRIES}/{slug}/links")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def backlinks(person: Person, slug: str) -> list[dict[str, Any]]:
    """Return what links to a page."""
    answer = await person.http.get(f"{ENTRIES}/{slug}/backlinks")
    assert answer.status_code == 200, answer.text
    return answer.json()
