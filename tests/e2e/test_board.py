"""A board, as people use it: by mouse, by keys, in lanes, and two of them at once."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import Person, Site
from tests.waiting import until


def _project(person: Person, workspace: str, cards: list[str], **values: Any) -> dict[str, Any]:
    query = f"?workspaceId={workspace}"
    made = person.ask("POST", f"/api/projects{query}", name="Garden", **values)
    for title in cards:
        person.ask("POST", f"/api/tasks{query}", title=title, projectId=made["id"])
    return made


def _column(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def _card(page: Page, title: str) -> Locator:
    return page.locator(".board-card").filter(has_text=title)


async def _holds(page: Page, column: str, titles: list[str]) -> None:
    """Wait until a column shows these cards, in this order."""
    await expect(_column(page, column).locator(".board-title")).to_have_text(titles)


async def _drag(page: Page, card: Locator, to: Locator, below: float = 0.9) -> None:
    """Drag a card to a height of another element, as a hand does."""
    await card.hover()
    await page.mouse.down()
    box = await to.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * below
    await page.mouse.move(x, y, steps=8)
    await page.mouse.move(x + 1, y, steps=2)
    await page.mouse.up()


async def test_cards_are_carried_and_both_see_it(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    ben = site.make_person("Ben")
    ana.take_in(workspace, ben)
    _project(ana, workspace, ["Dig", "Sow", "Water"])
    page = await site.open(f"/w/{workspace}/projects/garden/board", ana)
    other = await site.open(f"/w/{workspace}/projects/garden/board", ben)
    await _holds(page, "To do", ["Dig", "Sow", "Water"])
    await _holds(other, "To do", ["Dig", "Sow", "Water"])

    # Within a column, into an empty one, and beside a card there.
    await _drag(page, _card(page, "Dig"), _card(page, "Sow"))
    await _holds(page, "To do", ["Sow", "Dig", "Water"])
    await _drag(page, _card(page, "Water"), _column(page, "In progress"), 0.5)
    await _drag(page, _card(page, "Sow"), _card(page, "Water"), 0.1)
    for one in (page, other):
        await _holds(one, "To do", ["Dig"])
        await _holds(one, "In progress", ["Sow", "Water"])

    # By keys, with words for those who listen; Escape brings it back.
    await _card(other, "Dig").focus()
    await other.keyboard.press("Space")
    await other.keyboard.press("ArrowRight")
    await _holds(other, "In progress", ["Dig", "Sow", "Water"])
    await expect(other.get_by_role("status").last).to_have_text("In progress, place 1 of 3.")
    await other.keyboard.press("Escape")
    await _holds(other, "To do", ["Dig"])
    await other.keyboard.press("Space")
    await other.keyboard.press("ArrowRight")
    await _holds(other, "In progress", ["Dig", "Sow", "Water"])
    await other.get_by_role("heading", name="Garden", level=1).click()
    await _holds(other, "To do", ["Dig"])
    await _card(other, "Dig").focus()
    await other.keyboard.press("Space")
    for key in ("ArrowRight", "ArrowRight", "Space"):
        await other.keyboard.press(key)
    await expect(_card(other, "Dig")).to_be_focused()
    for one in (page, other):
        await _holds(one, "Done", ["Dig"])
    await expect(page.get_by_text("1 of 3 tasks completed")).to_be_visible()

    # After a reload all is as it was; a card can be added where it belongs.
    await page.reload()
    await _holds(page, "In progress", ["Sow", "Water"])
    await page.get_by_role("button", name="Add a card").nth(1).click()
    await page.get_by_label("A new card in In progress").fill("Harvest")
    await page.keyboard.press("Enter")
    for one in (page, other):
        await _holds(one, "In progress", ["Sow", "Water", "Harvest"])


async def test_lanes_limits_and_columns(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    _project(ana, workspace, ["Dig", "Sow"])
    page = await site.open(f"/w/{workspace}/projects", ana)
    await page.get_by_role("link", name="Garden").click()
    await page.get_by_role("link", name="Board").click()
    await page.get_by_label("Lanes").select_option("priority")
    high = page.locator("details").filter(has_text="High priority")
    medium = page.locator("details").filter(has_text="Medium priority")
    await high.locator("summary").click()
    await _drag(page, _card(page, "Dig"), high.get_by_role("region", name="To do"), 0.6)
    await expect(high.locator(".board-title")).to_have_text(["Dig"])
    await expect(medium.locator(".board-title")).to_have_text(["Sow"])
    await page.reload()
    await expect(high.locator(".board-title")).to_have_text(["Dig"])
    await page.get_by_label("Lanes").select_option("")

    # A limit shows, and forbids nothing; a column that holds cards stays.
    await page.get_by_role("button", name="Columns").click()
    await page.get_by_label("Limit of To do").fill("1")
    await page.get_by_role("button", name="Keep To do").click()
    await page.get_by_role("button", name="Remove To do").click()
    await expect(page.get_by_role("alert").get_by_text("There are cards in")).to_be_visible()
    await page.get_by_label("New column").fill("Waiting")
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.get_by_role("button", name="Move Waiting to the left").click()
    await page.get_by_role("button", name="Close").click()
    await expect(_column(page, "To do").locator("header")).to_contain_text("2 of 1")
    # In lanes it is that of the whole column.
    await page.get_by_label("Lanes").select_option("priority")
    for lane in (high, medium):
        head = lane.get_by_role("region", name="To do").locator("header")
        await expect(head).to_contain_text("1, in all 2 of 1")
    await page.get_by_label("Lanes").select_option("")
    names = page.locator(".board-column h2")
    await expect(names).to_have_text(["To do", "In progress", "Waiting", "Done"])


async def test_keys_carry_a_card_into_other_lanes(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    made = _project(ana, workspace, ["Dig", "Sow", "Water"])
    page = await site.open(f"/w/{workspace}/projects/garden/board?lanes=priority", ana)
    lanes = {
        name: page.locator("details").filter(has_text=f"{name} priority")
        for name in ("High", "Medium", "Low")
    }
    status = page.get_by_role("status").last

    async def press(*keys: str) -> None:
        for key in keys:
            await page.keyboard.press(key)

    async def hold(name: str, titles: list[str]) -> None:
        await expect(lanes[name].locator(".board-title")).to_have_text(titles)

    await hold("Medium", ["Dig", "Sow", "Water"])
    await expect(lanes["High"]).not_to_have_attribute("open", "")
    await _card(page, "Dig").focus()
    await press("Space", "ArrowUp")
    await hold("High", ["Dig"])
    await hold("Medium", ["Sow", "Water"])
    await expect(_card(page, "Dig")).to_be_focused()
    await expect(status).to_have_text("High priority: To do, place 1 of 1.")
    # Beyond the first lane there is none.
    await press("ArrowUp", "ArrowRight")
    await expect(status).to_have_text("In progress, place 1 of 1.")
    await press("Escape")
    await hold("Medium", ["Dig", "Sow", "Water"])
    await hold("High", [])
    await expect(_card(page, "Dig")).to_be_focused()

    # Down through a column, on into the next lane, and back up from there.
    await press("Space", "ArrowDown", "ArrowDown", "ArrowDown")
    await hold("Low", ["Dig"])
    await press("ArrowUp")
    await hold("Medium", ["Sow", "Water", "Dig"])
    await press("ArrowDown", "Space")
    await hold("Low", ["Dig"])
    await expect(_card(page, "Dig")).to_be_focused()
    await _card(page, "Water").focus()
    await press("Space", "ArrowDown", "ArrowRight", "Enter")
    await hold("Low", ["Dig", "Water"])
    query = f"?workspaceId={workspace}&projectId={made['id']}"

    def standing() -> dict[str, tuple[str, str]]:
        found = ana.ask("GET", f"/api/tasks{query}")["data"]
        return {one["title"]: (one["priority"], one["status"]) for one in found}

    await until(
        lambda: (
            standing()
            == {
                "Dig": ("LOW", "NOT_STARTED"),
                "Sow": ("MEDIUM", "NOT_STARTED"),
                "Water": ("LOW", "IN_PROGRESS"),
            }
        )
    )
    await page.reload()
    await hold("Low", ["Dig", "Water"])
    await hold("Medium", ["Sow"])


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
async def test_pages_of_projects_are_accessible(site: Site, width: int, theme: str) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/projects?new=1", ana, width=width, theme=theme)
    await page.get_by_label("Name").fill("Garden")
    await page.get_by_label("From").fill("2027-02-01")
    await page.get_by_label("Planned for").fill("2027-01-01")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_text("The project ends before it starts.")).to_be_visible()
    assert await serious(page) == []
    await page.get_by_label("Planned for").fill("2027-03-01")
    await page.get_by_role("button", name="Make it").click()
    await page.wait_for_url("**/projects/garden/board")
    query = f"?workspaceId={workspace}"
    [made] = ana.ask("GET", f"/api/projects{query}")["data"]
    for title in ("Dig", "A word that is very long " * 8, "😀" * 100):
        body = {"title": title, "projectId": made["id"], "dueDate": "2026-01-02"}
        ana.ask("POST", f"/api/tasks{query}", **body, priority="HIGH", tags=["outside"])
    await expect(page.locator(".board-card")).to_have_count(3)
    inside = "document.querySelector('.board-list').clientHeight < window.innerHeight"
    assert await page.evaluate(inside), "only the cards that are seen are in the page"
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    for part in ("/garden/board", "/garden", ""):
        await page.goto(f"{site.url}/w/{workspace}/projects{part}")
        await expect(page.get_by_text("0 of 3 tasks completed").first).to_be_visible()
        if part == "/garden":
            await expect(page.locator(".chart .plotly")).to_be_visible()
        assert await serious(page) == []
        assert await page.evaluate(wide)
