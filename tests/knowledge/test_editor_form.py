"""What the form of a page holds, and what is read from it again."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaic.knowledge.pages.editor_form import (
    Colliding,
    begun_with,
    change,
    create,
    names_as_text,
    names_in_text,
    typed,
    values_of,
)
from mosaic.knowledge.shapes import EntryPublic
from tests.knowledge import wiki
from tests.knowledge.wiki import read, write
from tests.world import Person, World

_NAMES = st.text(st.sampled_from('ab, "#é'), min_size=1, max_size=8).map(str.strip).filter(bool)


@given(st.lists(_NAMES))
def test_names_are_read_as_they_were_written(names: list[str]) -> None:
    assert names_in_text(names_as_text(names)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("one, two,three", ["one", "two", "three"]),
        (' "Doe, Jane" , ,x', ["Doe, Jane", "x"]),
        ('"never closed, b', ['"never closed', "b"]),
        ('the "one", b', ['the "one"', "b"]),
        (" , ", []),
    ],
)
def test_names_are_read_as_people_type_them(text: str, names: list[str]) -> None:
    assert names_in_text(text) == names


async def test_a_form_that_is_saved_as_it_came_changes_nothing(world: World) -> None:
    aliases = ["Doe, Jane", 'The "one"', '"quoted"', "#1 fan"]
    page = await write(world.mia, "Jane", aliases=aliases, tags=["people", "a, b"])
    form = values_of(EntryPublic.model_validate(page))
    assert typed(form)["aliases"] == aliases
    await _save(world.mia, form, 1)
    assert (await read(world.mia, "jane"))["version"] == 1


async def test_lines_end_as_they_did_on_a_page_from_windows(world: World) -> None:
    page = await write(world.mia, "Notes", "one\r\ntwo\r\nthree\r\nfour\r\n")
    form = values_of(EntryPublic.model_validate(page))
    form["content"] = "ONE\r\ntwo\r\nthree\r\nfour\r\n"  # as browsers send every form
    await _save(world.mia, form, 1)
    assert (await read(world.mia, "notes"))["content"] == "ONE\r\ntwo\r\nthree\r\nfour\r\n"
    # Somebody else has changed another line meanwhile: the two are put together.
    await _save(world.ana, {**form, "content": "one\ntwo\nthree\nFOUR\n"}, 1)
    assert (await read(world.mia, "notes"))["content"] == "ONE\r\ntwo\r\nthree\r\nFOUR\r\n"
    await wiki.change(world.mia, "notes", content="one\r\ntwo\n")
    await _save(world.ana, {**form, "content": "one\r\n2\r\n"}, 4)
    assert (await read(world.mia, "notes"))["content"] == "one\n2\n"


async def test_a_tag_that_is_new_in_the_text_is_a_tag_of_the_page(world: World) -> None:
    page = await write(world.mia, "Soup", "With #leek.", tags=["food"])
    form = values_of(EntryPublic.model_validate(page))
    assert form["tags"] == "food"
    text = "With #leek, `#code` and #Winter-time in [[#Place]]."
    await _save(world.mia, {**form, "content": text}, 1)
    assert await _tags(world.mia) == {"food", "winter-time"}
    # What is taken off does not come back while the text goes on saying it.
    await wiki.change(world.mia, "soup", tags=["food"])
    await _save(world.mia, {**form, "content": f"{text} Hot."}, 3)
    assert await _tags(world.mia) == {"food"}
    # What two people wrote at once counts as well.
    await wiki.change(world.mia, "soup", content=f"First\n{text} Hot.")
    await _save(world.ana, {**form, "content": f"{text} Hot.\n#last"}, 4)
    assert await _tags(world.mia) == {"food", "last"}


async def test_a_new_page_has_the_tags_in_its_text(world: World) -> None:
    form = {"title": "Stew", "content": "For #autumn, see #3 and https://a.example/#part."}
    base = begun_with("{}")
    async with world.mia.work() as work:
        await create(work, typed(form), base, datetime.now(UTC))
    assert [tag["slug"] for tag in (await read(world.mia, "stew"))["tags"]] == ["autumn"]


async def _tags(person: Person) -> set[str]:
    return {tag["slug"] for tag in (await read(person, "soup"))["tags"]}


async def _save(person: Person, form: dict[str, str], seen: int) -> None:
    base = begun_with(json.dumps(form))
    async with person.work() as work:
        saved = await change(work, form["slug"], typed(form), seen, base)
    assert not isinstance(saved, Colliding)
