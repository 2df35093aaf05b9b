"""The server is killed while somebody types: what was sent is kept, once and where it was meant."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.runs import Runs
from tests.e2e.site import Person, Server, Site, running

HERE = "?workspaceId=first"


def _back(folder: Path, server: Server) -> AbstractContextManager[Server]:
    """Start a server that was killed again, with the same data at the same port."""
    return running(folder, port=int(server.url.rpartition(":")[2]))


async def _kill(server: Server, *pages: Page) -> None:
    server.process.kill()
    server.process.wait()
    for page in pages:
        await expect(page.get_by_text("The connection is away.")).to_be_visible()


async def _send(field: Locator, text: str) -> None:
    await field.fill(text)
    await field.press("Control+Enter")


def _tasks(person: Person) -> dict[str, Any]:
    return {one["title"]: one for one in person.ask("GET", f"/api/tasks{HERE}")["data"]}


async def test_tasks(tmp_path: Path, browser: Browser) -> None:
    with running(tmp_path) as server:
        ana, site = server.set_up(), Site(server, browser)
        roses = ana.ask("POST", f"/api/tasks{HERE}", title="Prune the roses")
        other = ana.ask("POST", f"/api/tasks{HERE}", title="Another task")
        quick = await site.open("/w/first/tasks?priority=HIGH", ana)
        page = await site.open("/w/first/tasks?task=1", ana)
        typing = await site.open("/w/first/tasks?task=1", ana)
        panel = page.get_by_role("complementary", name="Task 1")
        say = panel.get_by_label("Say something")
        await _send(say, "Before.")
        await expect(panel.locator(".talk")).to_contain_text("Before.")
        await quick.get_by_label("Add a task").fill("Water them tomorrow")
        words = typing.get_by_label("Say something")
        await words.fill("It was begun before, ")
        await _kill(server, quick, page, typing)

    await quick.get_by_label("Add a task").press("Enter")
    await _send(say, "Said meanwhile.")
    await _send(panel.get_by_label("Add to the checklist"), "Gloves")
    await _send(panel.get_by_label("Add a subtask"), "Sharpen the shears")
    await _send(panel.get_by_label("Add a tag"), "autumn")
    await panel.get_by_label("Priority", exact=True).select_option("High")
    await panel.get_by_label("Estimate", exact=True).fill("90")
    await panel.get_by_label("Estimate", exact=True).press("Enter")
    # What was sent about a task stays there also when somebody has gone on to another one.
    await page.get_by_role("link", name="Another task").click()
    await words.press("End")
    await typing.keyboard.type("goes on, ")

    with _back(tmp_path, server):
        await expect(quick.get_by_role("link", name="Water them")).to_be_visible()
        # Whoever is typing stays where they are, with all that they typed.
        await expect(typing.locator(".talk")).to_contain_text("Said meanwhile.")
        await expect(words).to_be_focused()
        await typing.keyboard.type("and ends after.")
        await words.press("Control+Enter")
        said = "It was begun before, goes on, and ends after."
        await expect(typing.locator(".talk")).to_contain_text(said)
        await expect(words).to_have_value("")
        await expect(page.get_by_role("complementary", name="Task 2")).to_be_visible()
        await expect(page.locator(".talk")).to_have_count(0)
        found = _tasks(ana)
        assert found["Water them"]["priority"] == "HIGH"
        assert found["Sharpen the shears"]["parentId"] == roses["id"]
        assert len(found) == 4
        [kept, none] = [ana.ask("GET", f"/api/tasks/{one['id']}{HERE}") for one in (roses, other)]
        assert (kept["priority"], kept["estimateMinutes"]) == ("HIGH", 90)
        assert [tag["name"] for tag in kept["tags"]] == ["autumn"]
        assert (none["priority"], none["tags"]) == ("MEDIUM", [])
        around = [
            ana.ask("GET", f"/api/tasks/{one['id']}/{part}{HERE}")
            for one in (roses, other)
            for part in ("checklist", "comments")
        ]
        assert [one["title"] for one in around[0]] == ["Gloves"]
        comments = {one["content"] for one in around[1]["data"]}
        assert comments == {"Before.", "Said meanwhile.", said}
        assert not around[2]
        assert not around[3]["data"]
        site.problems.clear()  # the browser reports that the server was away
        await site.close()


async def test_pages_projects_and_the_workspace(tmp_path: Path, browser: Browser) -> None:
    with running(tmp_path) as server:
        ana, site = server.set_up(), Site(server, browser)
        (tmp_path / "data" / "commands.toml").write_text(
            '[greet]\ntitle = "Greet"\nprogram = ["/bin/echo", "hello"]\n'
        )
        entries = f"/api/knowledge/entries{HERE}"
        about = {"author": "Jane"}
        ana.ask("POST", entries, title="Plan", content="", tags=["green"], properties=about)
        ana.ask("POST", entries, title="Shed", content="Old.")
        for name in ("Garden", "Cellar"):
            ana.ask("POST", f"/api/projects{HERE}", name=name)
        team = ana.ask("POST", "/api/workspaces/first/teams", name="Diggers")
        fact = await site.open("/w/first/knowledge/plan", ana)
        await fact.get_by_role("button", name="Change author").click()
        tag = await site.open("/w/first/tags", ana)
        await tag.get_by_role("button", name="What to do with #green").click()
        await tag.get_by_role("menuitem", name="Name and colour").click()
        rename = await site.open("/w/first/knowledge/shed/rename", ana)
        board = await site.open("/w/first/projects/garden/board", ana)
        await board.get_by_role("button", name="Columns").click()
        teams = await site.open("/w/first/settings/teams", ana)
        await teams.get_by_role("button", name="What to do with Diggers").click()
        await teams.get_by_role("menuitem", name="Rename").click()
        general = await site.open("/w/first/settings/general", ana)
        end = await site.open("/w/first/settings/general", ana)
        await end.get_by_role("button", name="Remove the workspace").click()
        run = await site.open("/w/first/jobs?start=1", ana)
        tasks = await site.open("/w/first/knowledge/plan", ana)
        line = tasks.get_by_label("Add a task about this page")
        walks = await site.open("/w/first/projects", ana)
        await walks.get_by_role("link", name="Garden").click()
        await walks.get_by_role("link", name="Settings").last.click()
        day = walks.get_by_label("Another day without work")
        fields = [
            (fact.get_by_role("dialog").locator("#fact-text"), "Joan"),
            (tag.get_by_role("dialog").get_by_label("Name"), "leafy"),
            (rename.get_by_label("New title"), "Summer house"),
            (board.get_by_label("New column"), "Waiting"),
            (teams.get_by_role("dialog").get_by_label("Name"), "Builders"),
            (general.get_by_label("Name"), "Home"),
            (run.get_by_label("Title"), "Say hello"),
            (line, "Think of it"),
        ]
        for field, _ in fields:
            await expect(field).to_be_visible()
        await run.get_by_label("What to run").select_option(label="Run a program")
        await run.get_by_label("Program", exact=True).select_option(label="Greet")
        await expect(day).to_be_visible()
        pages = [fact, tag, rename, board, teams, general, end, run, tasks, walks]
        await _kill(server, *pages)

    for field, words in fields:
        await field.fill(words)
        await field.press("Enter")
    # Nobody removes a workspace by its name left empty.
    await end.get_by_label("Type First to go on").press("Enter")
    # What was sent about a project stays there also when somebody has gone on to another one.
    await day.fill("2030-01-07")
    await day.press("Enter")
    await walks.get_by_role("link", name="Projects").last.click()
    await walks.get_by_role("link", name="Cellar").click()

    with _back(tmp_path, server):
        await expect(walks.get_by_role("heading", name="Cellar")).to_be_visible()
        await expect(run.locator(".page-head h1")).to_have_text("Say hello")
        await expect(tasks.get_by_role("link", name="Think of it")).to_be_visible()
        await expect(fact.get_by_text("Joan")).to_be_visible()
        await expect(tag.get_by_role("link", name="#leafy")).to_be_visible()
        await expect(rename.get_by_role("button", name="Take it back")).to_be_visible()
        await expect(teams.get_by_role("heading", name="Builders")).to_be_visible()
        await expect(board.get_by_role("region", name="Waiting")).to_be_visible()
        await expect(general.get_by_text("The workspace was changed.")).to_be_visible()
        plan = ana.ask("GET", f"/api/knowledge/entries/plan{HERE}")
        assert plan["properties"] == {"author": "Joan"}
        tags = ana.ask("GET", f"/api/knowledge/tags{HERE}")
        assert [one["name"] for one in tags["data"]] == ["leafy"]
        [one] = ana.ask("GET", "/api/workspaces/first/teams")["data"]
        assert (one["id"], one["name"]) == (team["id"], "Builders")
        projects = {
            name: ana.ask("GET", f"/api/projects/{name}{HERE}") for name in ("garden", "cellar")
        }
        holidays = {name: one["calendar"]["holidays"] for name, one in projects.items()}
        assert holidays == {"garden": ["2030-01-07"], "cellar": []}
        places = ana.ask("GET", "/api/workspaces")["data"]
        assert [one["name"] for one in places] == ["Home"]
        assert len(Runs(ana, "first").ask("GET", "")["data"]) == 1
        site.problems.clear()  # the browser reports that the server was away
        await site.close()
