"""Figures of a time line with a thousand tasks: how soon it is drawn, scrolled, and moved along."""

import random
import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from playwright.async_api import Page

from tests.bench.row import Row, quantiles, timed
from tests.bench.stage import reached
from tests.e2e.site import Person, Site

TASKS, LINKS, TIMES, SCROLLS = 1_000, 1_500, 20, 60
_DRAWN = ".gantt-plot[data-drawn] .bars path"
# From the click to the first frame with bars in it.
_OPENED = f"""() => new Promise(done => {{
  const way = [...document.querySelectorAll('.tabs a')].find(a => a.innerText === 'Timeline');
  const begun = performance.now();
  way.click();
  const look = () => document.querySelector('{_DRAWN}')
    ? done(performance.now() - begun) : requestAnimationFrame(look);
  look();
}})"""
# How long each frame takes while all rows go by.
_SCROLLED = f"""() => new Promise(done => {{
  const box = document.querySelector('.gantt-scroll'), took = [];
  const step = (box.scrollHeight - box.clientHeight) / {SCROLLS};
  let before = performance.now();
  const go = now => {{
    took.push(now - before);
    before = now;
    if (took.length > {SCROLLS}) return done(took.slice(1));
    box.scrollTop += step;
    requestAnimationFrame(go);
  }};
  requestAnimationFrame(go);
}})"""


async def measure(site: Site) -> list[Row]:
    """Return the row of `design/quality.md` about the time line, and what belongs to it."""
    ana, workspace = site.make_owner("Ana")
    with psycopg.connect(reached(site.server.log.parent).admin_dsn, autocommit=True) as owner:
        project, first = _filled(ana, workspace, owner)
    address = f"/w/{workspace}/projects/{project['slug']}"
    cold = [await _fresh(site, ana, f"{address}/timeline") for _ in range(5)]
    page = await site.open(f"{address}/timeline", ana)
    await page.wait_for_selector(_DRAWN)
    opened = [await _opened(page) for _ in range(TIMES)]
    await page.wait_for_selector(_DRAWN)
    frames = [took for _ in range(3) for took in await page.evaluate(_SCROLLED)]
    query = f"?workspaceId={workspace}"
    where = f"/api/projects/{project['id']}"
    read = timed(lambda _: ana.ask("GET", f"{where}/gantt{query}"), range(TIMES))
    asked = {"taskId": str(first), "startDate": str(date.today() + timedelta(90)), "preview": True}
    moves = ana.ask("POST", f"{where}/schedule{query}", **asked)["moves"]
    seen = timed(lambda _: ana.ask("POST", f"{where}/schedule{query}", **asked), range(TIMES))
    what = f"Gantt with {TASKS:,} tasks and {LINKS:,} dependencies"
    how = f"1280 × 800, within the browser, {TIMES} times"
    return [
        Row(f"{what}, drawn", "1.5 s", quantiles(opened), how=f"from the click, {how}"),
        Row("and in a fresh tab", "", quantiles(cold), how="all of the page and Plotly with it"),
        Row("scrolled through, a frame", "", quantiles(frames), how="all rows in a second"),
        Row("its tasks, over HTTP", "", quantiles(read), how="windows and slack worked out anew"),
        Row(f"what {len(moves) - 1:,} tasks would do", "", quantiles(seen), how="a preview"),
    ]


async def _fresh(site: Site, person: Person, address: str) -> float:
    """Return the milliseconds until bars are drawn in a tab that has loaded nothing yet."""
    begun = time.perf_counter()
    page = await site.open(address, person)
    await page.wait_for_selector(_DRAWN)
    took = (time.perf_counter() - begun) * 1000
    await page.context.close()
    site.contexts.remove(page.context)
    return took


async def _opened(page: Page) -> float:
    await page.get_by_role("link", name="Overview").click()
    await page.wait_for_selector(".gantt-scroll", state="detached")
    took: float = await page.evaluate(_OPENED)
    return took


def _filled(
    person: Person, workspace: str, owner: psycopg.Connection[Any]
) -> tuple[dict[str, Any], UUID]:
    """Plan tasks one after the other, most of them waiting for one or two from shortly before."""
    where = f"?workspaceId={workspace}"
    made: dict[str, Any] = person.ask("POST", f"/api/projects{where}", name="Long")
    dice, ids = random.Random(20260101), [uuid4() for _ in range(TASKS)]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < LINKS:
        n = dice.randrange(1, TASKS)
        pairs.add((n, n - dice.randint(1, min(n, 12))))
    tasks: list[tuple[Any, ...]] = []
    for n, id in enumerate(ids):
        ends = [tasks[before][4] + timedelta(1) for one, before in pairs if one == n]
        start = max([date.today() + timedelta(n // 4 - 30), *ends])
        end = start + timedelta(dice.randint(0, 5))
        tasks.append((id, n + 1, f"Task {n} with some words", start, end, False))
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO tasks (id, workspace_id, number, title, start_date, due_date, milestone, "
            "project_id, progress, created_by, updated_by) SELECT %s, workspace_id, %s, %s, %s, "
            f"%s, %s, id, 40, created_by, created_by FROM projects WHERE id = '{made['id']}'",
            tasks,
        )
        cursor.executemany(
            "INSERT INTO task_dependencies (id, workspace_id, task_id, depends_on_id) "
            "SELECT gen_random_uuid(), workspace_id, id, %s FROM tasks WHERE id = %s",
            [(ids[before], ids[n]) for n, before in sorted(pairs)],
        )
    owner.execute("ANALYZE tasks, task_dependencies")
    return made, ids[0]
