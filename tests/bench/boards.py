"""Figures of a board with thousands of cards: how soon it is there, and a dragged card lands."""

from typing import Any
from uuid import uuid4

import psycopg
from playwright.async_api import Page

from mosaic.core.order import following
from tests.bench.row import Row, quantiles
from tests.bench.stage import reached
from tests.e2e.site import Person, Site

CARDS, TIMES = 5_000, 20
_CARD = ".board-card[data-card]"
# From the click to the first frame with cards in it.
_OPENED = f"""() => new Promise(done => {{
  const way = [...document.querySelectorAll('.tabs a')].find(a => a.innerText === 'Board');
  const begun = performance.now();
  way.click();
  const look = () => document.querySelector('{_CARD}')
    ? done(performance.now() - begun) : requestAnimationFrame(look);
  look();
}})"""
# From letting go to the first frame with the card in the column, and to the server's answer.
_FOLLOW = """card => { window.landed = new Promise(done => {
  document.addEventListener('drop', () => {
    const begun = performance.now(), ends = {};
    const column = () => document.querySelector(`[data-card="${card}"]`)?.closest('section');
    const there = () => column()?.ariaLabel === 'In progress';
    const look = () => {
      if (there() && !ends.shown) ends.shown = performance.now() - begun;
      const [sent] = performance.getEntriesByType('resource')
        .filter(one => one.name.includes(`${card}/move`) && one.responseEnd > begun);
      if (sent) ends.kept = sent.responseEnd - begun;
      if (ends.shown && ends.kept) done(ends); else requestAnimationFrame(look);
    };
    look();
  }, { once: true, capture: true });
}); }"""


async def measure(site: Site) -> list[Row]:
    """Return the row of `design/quality.md` about boards, and what belongs to it."""
    ana, workspace = site.make_owner("Ana")
    with psycopg.connect(reached(site.server.log.parent).admin_dsn, autocommit=True) as owner:
        slug = _filled(ana, workspace, owner)
    page = await site.open(f"/w/{workspace}/projects/{slug}/board", ana)
    await page.wait_for_selector(_CARD)
    await page.evaluate("performance.setResourceTimingBufferSize(10_000)")
    opened = []
    for _ in range(TIMES):
        await page.get_by_role("link", name="Overview").click()
        await page.wait_for_selector(".board-card", state="detached")
        opened.append(await page.evaluate(_OPENED))
    drags = [await _dragged(page) for _ in range(TIMES)]
    await page.reload()
    await page.wait_for_selector(_CARD)
    drawn = await page.locator("*").count()
    how = f"{CARDS:,} cards in three columns, 1280 × 800, within the browser, {TIMES} times"
    return [
        Row(f"board with {CARDS:,} cards, opened", "1 s", quantiles(opened), how=how),
        Row(
            "a card dragged to another column, shown there",
            "100 ms",
            quantiles([one["shown"] for one in drags]),
            how="from letting go to the frame that shows it",
        ),
        Row(
            "and kept by the server",
            "",
            quantiles([one["kept"] for one in drags]),
            how="from letting go to its answer",
        ),
        Row("elements of the page with that board", "", f"{drawn:,}", how="with cards as seen"),
    ]


def _filled(person: Person, workspace: str, owner: psycopg.Connection[Any]) -> str:
    where = f"?workspaceId={workspace}"
    made: dict[str, Any] = person.ask("POST", f"/api/projects{where}", name="Large")
    places = following(None, CARDS)
    rows = [
        (uuid4(), n + 1, f"Card {n} with some words", made["columns"][n % 3], places[n])
        for n in range(CARDS)
    ]
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO tasks (id, workspace_id, number, title, status, project_id, column_id, "
            "position, completed_at, created_by, updated_by) SELECT %s, workspace_id, %s, %s, %s, "
            "id, %s, %s, CASE WHEN %s THEN now() END, created_by, created_by FROM projects "
            "WHERE id = %s",
            [
                (
                    *(id, number, title, column["status"], column["id"], place),
                    *(column["status"] == "COMPLETED", made["id"]),
                )
                for id, number, title, column, place in rows
            ],
        )
    owner.execute(
        "INSERT INTO task_numbers (workspace_id, last) SELECT workspace_id, %s FROM projects "
        "WHERE id = %s",
        [CARDS, made["id"]],
    )
    owner.execute("ANALYZE tasks")
    return str(made["slug"])


async def _dragged(page: Page) -> dict[str, float]:
    """Drag the first card of the first column to the top of the second one."""
    card = page.get_by_role("region", name="To do").locator(_CARD).first
    id = await card.get_attribute("data-card")
    target = page.get_by_role("region", name="In progress").locator(_CARD).first
    box = await target.bounding_box()
    assert box
    await card.hover()
    await page.mouse.down()
    await page.mouse.move(box["x"] + 80, box["y"] + 5, steps=8)
    await page.mouse.move(box["x"] + 81, box["y"] + 6, steps=2)
    await page.evaluate(_FOLLOW, id)
    await page.mouse.up()
    ends: dict[str, float] = await page.evaluate("window.landed")
    return ends
