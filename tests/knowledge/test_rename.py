"""Renaming a page: what is written anew, what is left, and the way back."""

import asyncio
from typing import Any

import pytest

from mosaic.core.start import Ready
from mosaic.knowledge import renaming, renaming_undo, service
from tests.answers import listed, problem
from tests.knowledge.consistency import disagreements
from tests.knowledge.wiki import ENTRIES, change, links, read, remove, write
from tests.world import Person, World


async def rename(person: Person, slug: str, title: str, /, **more: Any) -> dict[str, Any]:
    """Rename a page and return it with what was done."""
    answer = await person.http.post(f"{ENTRIES}/{slug}/rename", json={"title": title, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def preview(person: Person, slug: str, title: str, /, **more: Any) -> dict[str, Any]:
    """Return what a rename would do."""
    path = f"{ENTRIES}/{slug}/rename?preview=true"
    answer = await person.http.post(path, json={"title": title, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


WRITTEN = (
    "---\nrelated: [[Old tea]]\n---\r\n"
    "A [[Old tea]], [[ old-tea|a  *word* ]], [[OLD TEA#Heat it|x]], ![[Old tea#Heat it]]\r\n"
    "`[[Old tea]]` \\[[Old tea]] [[Old tea party]] [[Brew]]\t\n\n"
    "| a | b |\n|---|---|\n| [[Old tea\\|in a cell]] | `[[Old tea\\|code]]` |\n\n"
    "```\n[[Old tea]]\n```\n\n    [[Old tea]]\n"
)
MEANT = (
    "---\nrelated: [[Old tea]]\n---\r\n"
    "A [[Green tea]], [[ green-tea|a  *word* ]], [[Green tea#Heat it|x]], "
    "![[Green tea#Heat it]]\r\n"
    "`[[Old tea]]` \\[[Old tea]] [[Old tea party]] [[Brew]]\t\n\n"
    "| a | b |\n|---|---|\n| [[Green tea\\|in a cell]] | `[[Old tea\\|code]]` |\n\n"
    "```\n[[Old tea]]\n```\n\n    [[Old tea]]\n"
)


async def test_links_that_mean_the_page_are_written_anew_and_nothing_else(
    world: World, ready: Ready
) -> None:
    await write(world.ana, "Old tea", "# Heat it\n\nSee [[Old tea#Heat it]].", aliases=["Brew"])
    await write(world.adam, "Source", WRITTEN)
    told = await preview(world.mia, "old-tea", "Green tea")
    assert (await read(world.gil, "source"))["content"] == WRITTEN
    done = await rename(world.mia, "old-tea", "Green tea")
    assert {name: done[name] for name in told} == told
    assert (done["slug"], done["version"]) == ("green-tea", 2)
    assert [(one["slug"], len(one["lines"])) for one in done["changes"]] == [
        ("old-tea", 1),
        ("source", 2),
    ]
    assert done["changes"][1]["lines"][1] == {
        "number": 9,
        "before": "| [[Old tea\\|in a cell]] | `[[Old tea\\|code]]` |",
        "after": "| [[Green tea\\|in a cell]] | `[[Old tea\\|code]]` |",
    }
    source = await read(world.gil, "source")
    assert source["content"] == MEANT
    assert (await read(world.gil, "green-tea"))["content"].endswith("See [[Green tea#Heat it]].")
    assert [link["slug"] for link in await links(world.gil, "source")] == [
        *["green-tea"] * 4,
        None,
        *["green-tea"] * 2,
    ]
    assert (await world.gil.http.get(f"{ENTRIES}/old-tea")).status_code == 308
    [version, _] = listed(await world.gil.http.get(f"{ENTRIES}/source/versions"))
    assert version["changeNote"] == "Link to “Old tea” renamed to “Green tea”"
    assert version["createdBy"] == str(world.mia.actor.user_id)
    assert disagreements(ready, world.ana.workspace) == []


async def test_a_rename_is_known_until_the_page_gets_another_name(world: World) -> None:
    await write(world.ana, "One")

    async def last(slug: str) -> tuple[int, str] | None:
        async with world.mia.work() as work:
            return await renaming_undo.last_rename(work, await service.get_entry(work, slug))

    assert await last("one") is None
    await rename(world.mia, "one", "Two")
    await change(world.mia, "two", content="Later.")
    assert await last("two") == (2, "One")
    await rename(world.mia, "two", "Three")
    assert await last("three") == (4, "Two")
    path = f"{ENTRIES}/three/rename/undo"
    assert (await world.mia.http.post(path, json={"version": 4})).status_code == 200
    assert await last("two") is None
    await rename(world.mia, "two", "Four")
    await change(world.mia, "four", title="By hand")
    assert await last("four") is None


async def test_undo_gives_back_the_bytes_and_leaves_what_was_changed_since(
    world: World, ready: Ready
) -> None:
    await write(world.ana, "Old tea", "[[Old tea]]")
    for name in ("Source", "Other"):
        await write(world.adam, name, WRITTEN)
    done = await rename(world.mia, "old-tea", "Green tea")
    await change(world.adam, "other", content="[[Green tea]] since")
    path = f"{ENTRIES}/green-tea/rename/undo"
    problem(await world.gil.http.post(path, json={"version": done["version"]}), 403)
    problem(await world.mia.http.post(path, json={"version": 1}), 404)
    answer = await world.adam.http.post(path, json={"version": done["version"]})
    assert answer.status_code == 200, answer.text
    undone = answer.json()
    assert (undone["title"], undone["slug"], undone["content"]) == (
        "Old tea",
        "old-tea",
        "[[Old tea]]",
    )
    assert undone["undone"] == [{"slug": "source", "title": "Source"}]
    assert undone["left"] == [{"slug": "other", "title": "Other"}]
    assert (await read(world.gil, "source"))["content"] == WRITTEN
    [link] = await links(world.gil, "other")
    assert link["slug"] == "old-tea"
    again = await world.mia.http.post(
        f"{ENTRIES}/old-tea/rename/undo", json={"version": done["version"]}
    )
    problem(again, 409)
    assert disagreements(ready, world.ana.workspace) == []


async def test_pages_that_the_renamer_cannot_see_stay_and_go_on_leading_there(
    world: World, ready: Ready
) -> None:
    await write(world.ana, "Old tea")
    hidden = "[[Old tea]] [[OLD TEA]] [[old-tea]] [[old tea]]"
    await write(world.adam, "Diary", hidden, visibility="PRIVATE")
    done = await rename(world.mia, "old-tea", "Green tea")
    assert (done["changes"], done["left"]) == ([], [])
    assert (await read(world.adam, "diary"))["content"] == hidden
    found = [link["slug"] for link in await links(world.adam, "diary")]
    assert found == ["green-tea"] * 4
    await write(world.ana, "Old tea", "another one")
    assert (await links(world.adam, "diary"))[0]["slug"] == "old-tea"
    assert disagreements(ready, world.ana.workspace) == []


async def test_the_new_name_of_a_hidden_page_is_told_nowhere(world: World) -> None:
    await write(world.mia, "Old tea", visibility="PRIVATE")
    await write(world.mia, "Mine", "[[Old tea]]", status="DRAFT")
    await write(world.ana, "Shared", "[[Old tea]]")
    done = await rename(world.mia, "old-tea", "Secret tea")
    assert [one["slug"] for one in done["changes"]] == ["mine"]
    assert [one["slug"] for one in done["left"]] == ["shared"]
    assert (await read(world.ana, "shared"))["version"] == 1
    assert (await read(world.mia, "mine"))["content"] == "[[Secret tea]]"
    [link] = await links(world.mia, "shared")
    assert link["slug"] == "secret-tea"
    for method in ("rename", "rename?preview=true"):
        answer = await world.ana.http.post(f"{ENTRIES}/secret-tea/{method}", json={"title": "x"})
        problem(answer, 404)


async def test_a_title_that_another_page_has_is_told_and_links_stay_clear(
    world: World, ready: Ready
) -> None:
    await write(world.ana, "Old tea")
    await write(world.ana, "Green tea")
    await write(world.ana, "Source", "[[Old tea]] [[Green tea]]")
    told = await preview(world.mia, "old-tea", "Green tea")
    assert told["sameTitle"] == [{"slug": "green-tea", "title": "Green tea"}]
    assert told["slug"] == "green-tea-2"
    await rename(world.mia, "old-tea", "Green tea")
    assert (await read(world.ana, "source"))["content"] == "[[green-tea-2]] [[Green tea]]"
    first, second = await links(world.ana, "source")
    assert (first["slug"], second["ambiguous"]) == ("green-tea-2", True)
    assert disagreements(ready, world.ana.workspace) == []


async def test_without_rewriting_the_links_lead_there_by_the_old_name(
    world: World, ready: Ready
) -> None:
    await write(world.ana, "Old tea")
    await write(world.ana, "Source", "[[Old tea]]")
    done = await rename(world.mia, "old-tea", "Green tea", rewriteLinks=False, slug="tea")
    assert (done["slug"], done["changes"]) == ("tea", [])
    assert (await read(world.ana, "source"))["content"] == "[[Old tea]]"
    assert (await links(world.ana, "source"))[0]["slug"] == "tea"
    assert disagreements(ready, world.ana.workspace) == []


async def test_bad_names_and_roles(world: World) -> None:
    await write(world.ana, "Old tea")
    await write(world.ana, "Other")
    path = f"{ENTRIES}/old-tea/rename"
    problem(await world.gil.http.post(path, json={"title": "x"}), 403)
    problem(await world.gil.http.post(f"{path}?preview=true", json={"title": "x"}), 403)
    problem(await world.bo.http.post(path, json={"title": "x"}), 404)
    problem(await world.mia.http.post(path, json={"title": " "}), 422)
    problem(await world.mia.http.post(path, json={"title": "x", "slug": "a b"}), 422)
    for sub in ("", "?preview=true"):
        body = {"title": "x", "slug": "other"}
        problem(await world.mia.http.post(f"{path}{sub}", json=body), 409)
    assert (await read(world.ana, "old-tea"))["version"] == 1
    await remove(world.ana, "old-tea")
    assert (await rename(world.mia, "old-tea", "New [x] | y"))["status"] == "ARCHIVED"
    await write(world.ana, "Source", "[[Other]]")
    done = await rename(world.mia, "other", "A [b] | c # d")
    assert (await read(world.ana, "source"))["content"] == f"[[{done['slug']}]]"


async def test_fifty_renames_while_others_write(world: World, ready: Ready) -> None:
    """Each link leads to its page whatever came first, and everything agrees in the end."""
    for number in range(10):
        await write(world.ana, f"Page {number}")
    every = " ".join(f"[[Page {number}]]" for number in range(10))
    await write(world.ana, "Source", every)

    async def renames(number: int) -> None:
        slug = f"page-{number}"
        for turn in range(5):
            body = {"title": f"Turn {turn} of {number}"}
            answer = await world.mia.http.post(f"{ENTRIES}/{slug}/rename", json=body)
            assert answer.status_code in {200, 503}, answer.text
            slug = answer.json().get("slug", slug)

    async def edits(number: int) -> None:
        for turn in range(5):
            body = {"title": f"New {number} {turn}", "content": every}
            answer = await world.adam.http.post(ENTRIES, json=body)
            assert answer.status_code in {201, 503}, answer.text

    await asyncio.gather(*map(renames, range(10)), *map(edits, range(4)))
    assert disagreements(ready, world.ana.workspace) == []
    assert all(link["resolved"] for link in await links(world.gil, "source"))


async def test_a_page_that_begins_to_link_while_a_rename_is_planned_loses_nothing(
    world: World, ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not locked, so it stays as written, and leads to the page by its old name."""
    await write(world.ana, "Old tea")
    await write(world.ana, "Source", "[[Old tea]]")
    await write(world.adam, "Other", "nothing yet")
    lock, make_plan = renaming.lock, renaming.make_plan

    async def lock_then_link(*given: Any) -> None:
        await lock(*given)
        await change(world.adam, "other", content="[[Old tea]]")

    async def plan_then_change(*given: Any) -> Any:
        plan = await make_plan(*given)
        await change(world.adam, "other", content="[[Old tea]] and more")
        return plan

    monkeypatch.setattr(renaming, "lock", lock_then_link)
    monkeypatch.setattr(renaming, "make_plan", plan_then_change)
    done = await rename(world.mia, "old-tea", "Green tea")
    assert [one["slug"] for one in done["changes"]] == ["source"]
    other = await read(world.gil, "other")
    assert (other["content"], other["version"]) == ("[[Old tea]] and more", 3)
    assert [link["slug"] for link in await links(world.gil, "other")] == ["green-tea"]
    assert disagreements(ready, world.ana.workspace) == []
