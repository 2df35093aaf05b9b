"""Boards and time lines under a finger: what has a grip is dragged, all else scrolls."""

from collections.abc import Sequence
from datetime import date, timedelta

from playwright.async_api import Locator, Page, expect

from tests.e2e.site import Site

EVERY_DAY = {"workingDays": [1, 2, 3, 4, 5, 6, 7]}
DAY = 30  # pixels of a day, seen in days


def _on(day: int) -> date:
    return date.today() + timedelta(day)


async def _touch(page: Page, *places: tuple[float, float], lifts: bool = True) -> None:
    """Put a finger down at the first place, and take it to the others in small steps."""
    screen = await page.context.new_cdp_session(page)

    async def tell(what: str, points: Sequence[tuple[float, float]] = ()) -> None:
        touched = [{"x": x, "y": y} for x, y in points]
        await screen.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": touched})

    x, y = places[0]
    await tell("touchStart", [(x, y)])
    for to_x, to_y in places[1:]:
        for step in range(1, 9):
            at = (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8)
            await tell("touchMove", [at])
        x, y = to_x, to_y
    if lifts:
        await tell("touchEnd")


# Moves a finger by some pixels to the right before the browser draws anything. It is made up, so it
# cannot be captured.
QUICK = """async ([x, y, by]) => {
  Element.prototype.setPointerCapture = () => {};
  const grip = document.elementFromPoint(x, y);
  for (const [type, moved] of [["pointerdown", 0], ["pointermove", by], ["pointerup", by]]) {
    const at = {clientX: x + moved, clientY: y, pointerType: "touch", pointerId: 9, bubbles: true};
    grip.dispatchEvent(new PointerEvent(type, at));
    for (let turn = 0; turn < 5; turn++) await null;
  }
}"""


async def _middle(of: Locator) -> tuple[float, float]:
    box = await of.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_a_finger_drags_cards_and_bars(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    query = f"?workspaceId={workspace}"
    made = ana.ask("POST", f"/api/projects{query}", name="Garden", calendar=EVERY_DAY)
    for title in ("Dig", "Sow", "Water"):
        body = {"title": title, "projectId": made["id"], "startDate": f"{_on(1)}"}
        ana.ask("POST", f"/api/tasks{query}", **body, dueDate=f"{_on(2)}")
    page = await site.open(f"/w/{workspace}/projects/garden/board", ana, width=390, touch=True)

    def column(name: str) -> Locator:
        return page.get_by_role("region", name=name).locator(".board-title")

    # Within a column; then to the edge, at which the board scrolls, into the next one.
    await expect(column("To do")).to_have_text(["Dig", "Sow", "Water"])
    grip = page.locator(".board-card", has_text="Dig").locator(".board-grip")
    below = await _middle(page.locator(".board-card", has_text="Water"))
    await _touch(page, await _middle(grip), (below[0], below[1] + 30))
    await expect(column("To do")).to_have_text(["Sow", "Water", "Dig"])
    begin = await _middle(page.locator(".board-card", has_text="Sow").locator(".board-grip"))
    await _touch(page, begin, (380, begin[1]), lifts=False)
    board = page.locator(".board-columns")
    await expect(page.get_by_role("region", name="In progress")).to_be_in_viewport(ratio=0.8)
    await _touch(page, begin, (200, begin[1]))
    await expect(column("In progress")).to_have_text(["Sow"])
    assert await board.evaluate("board => board.scrollLeft") > 100
    # The card itself is no grip: it scrolls the list, and a tap opens it.
    await page.reload()
    await expect(column("To do")).to_have_text(["Water", "Dig"])
    card = await _middle(page.locator(".board-card", has_text="Water"))
    await _touch(page, card, (card[0], card[1] + 90))
    await expect(column("To do")).to_have_text(["Water", "Dig"])

    # A bar is chosen by a tap, and follows the finger as a whole or by its knobs.
    await page.goto(f"/w/{workspace}/projects/garden/timeline?zoom=days")
    await expect(page.locator(".gantt-plot[data-drawn]")).to_be_attached()
    row = await _middle(page.locator(".gantt-row", has_text="Dig"))
    now = await _middle(page.locator(".gantt-now"))
    bar = (now[0] + 1.5 * DAY, row[1])
    await _touch(page, bar)
    grips, panel = page.locator(".gantt-grips"), page.locator(".gantt-panel")
    await expect(grips).to_be_visible()
    await expect(panel.get_by_label("Start")).to_have_value(f"{_on(1)}")
    begin = await _middle(grips)
    await _touch(page, begin, (begin[0] + 2 * DAY, begin[1]))
    await expect(panel.get_by_label("Start")).to_have_value(f"{_on(3)}")
    begin = await _middle(grips.locator("[data-part=first]"))
    await _touch(page, begin, (begin[0] - DAY, begin[1]))
    await expect(panel.get_by_label("Start")).to_have_value(f"{_on(2)}")
    await expect(panel.get_by_label("Target date")).to_have_value(f"{_on(4)}")
    await panel.get_by_role("button", name="Apply").tap()
    await expect(panel.get_by_role("button", name="Apply")).to_have_count(0)
    kept = ana.ask("GET", f"/api/tasks{query}&q=Dig")["data"]
    assert [(one["startDate"], one["dueDate"]) for one in kept] == [(f"{_on(2)}", f"{_on(4)}")]

    await page.evaluate(QUICK, [*await _middle(grips), DAY])
    await expect(panel.get_by_label("Start")).to_have_value(f"{_on(3)}")
