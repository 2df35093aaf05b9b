"""The pages about runs: lists, logs, drawings, replay, schedules."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.axe import serious
from tests.e2e.runs import Runs
from tests.e2e.site import Site

WIDTHS = pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])


async def _fits(page: Page) -> bool:
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(await page.evaluate(wide))


def _text(path: Path) -> str:
    return path.read_bytes().decode()


@WIDTHS
async def test_every_page_is_accessible_and_fits(site: Site, width: int, theme: str) -> None:
    ana, workspace = site.make_owner("Ana")
    done, waits = Runs(ana, workspace).full()
    page = await site.open(f"/w/{workspace}/jobs", ana, width=width, theme=theme)
    for path, landmark in {
        "": "Publish the handbook",
        "?status=FAILED": "No run fits these filters.",
        "?start=1": "What to run",
        f"/{done}": "Collect what moved",
        f"/{waits}": "Publish version 2.4?",
        f"/{done}?view=times": "2 steps",
        f"/{done}?view=tokens": "llama3.2",
        f"/{done}?view=events": "finished the run",
        f"/{done}?view=data": "What came out",
        f"/{done}/replay": "asked for this run",
        f"/compare?a={done}&b={waits}": "Only in the first",
        "/statistics": "How long runs take",
        "/schedules": "Runs that start by themselves go here",
    }.items():
        await page.goto(f"/w/{workspace}/jobs{path}")
        await expect(page.get_by_text(landmark).first).to_be_visible()
        assert await serious(page) == [], path
        assert await _fits(page), path
    await page.goto(f"/w/{workspace}/jobs/{done}")
    await page.get_by_role("button", name="Collect what moved").click()
    await expect(page.get_by_role("region", name="Log of")).to_contain_text("12 pages")
    assert not await serious(page)
    assert await _fits(page)


async def test_filters_survive_a_reload_and_the_way_back(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    runs = Runs(ana, workspace)
    runs.end(runs.start("Digest", "digest"), "FAILED")
    runs.end(runs.start("Index", "index"), "FAILED")
    runs.start("Digest again", "digest")
    page = await site.open(f"/w/{workspace}/jobs", ana)
    lines = page.locator("a.row.run")
    await expect(lines).to_have_count(3)
    await expect(lines.first).to_contain_text("Digest again")
    await page.get_by_label("Type").select_option("digest")
    await expect(lines).to_have_count(2)
    await page.locator(".tabs").get_by_text("Did not finish").click()
    await expect(lines).to_have_count(1)
    assert "type=digest" in page.url
    assert "status=FAILED" in page.url
    await page.reload()
    await expect(lines).to_have_count(1)
    await expect(page.get_by_label("Type")).to_have_value("digest")
    await lines.first.click()
    await expect(page.locator(".page-head h1")).to_have_text("Digest")
    await page.go_back()
    await expect(lines).to_have_count(1)
    await page.go_back()
    await expect(lines).to_have_count(2)
    same = await site.open(page.url, ana)
    await expect(same.locator("a.row.run")).to_have_count(2)
    await page.get_by_label("From").fill("2001-05-01")
    await expect(page).to_have_url(re.compile("from=2001-05-01"))
    await page.get_by_label("To").fill("2001-05-02")
    await expect(page.get_by_text("No run fits these filters.")).to_be_visible()


async def test_a_log_is_followed_searched_and_kept_in_place(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    runs = Runs(ana, workspace)
    job = runs.start("Talks much")
    step = runs.add(job, "Talk", "RUNNING")
    text = "".join(f"line {n} {'needle' if n % 400 == 7 else 'hay'}\n" for n in range(1, 2_001))
    runs.write(
        job, step, f"loading 10%\rloading 100%\n{text}\x1b[31mred \x1b[1mbold\x1b[0m plain\n"
    )
    page = await site.open(f"/w/{workspace}/jobs/{job}", ana)
    await page.get_by_role("button", name="Talk", exact=False).first.click()
    log = page.get_by_role("region", name="Log of Talk")
    await expect(log.locator(".log-fg-red.log-bold")).to_have_text("bold")
    await expect(log.locator(".log-line").last).to_contain_text("2002")

    runs.write(job, step, "and one more\n")
    await expect(log).to_contain_text("and one more")
    back = page.get_by_role("button", name="To the latest line")
    await expect(back).not_to_be_visible()
    await log.focus()
    await page.keyboard.press("Home")
    await expect(log.locator(".log-line").first).to_have_text(re.compile(r"1\s*loading 100%"))
    await expect(back).to_be_visible()
    runs.write(job, step, "not seen yet\n")
    await expect(page.get_by_text("line 1 hay")).to_be_visible()
    assert await log.evaluate("box => box.scrollTop") < 30
    await back.click()
    await expect(log).to_contain_text("not seen yet")

    search = page.get_by_role("searchbox", name="Search: Log of Talk")
    await search.fill("NEEDLE")
    await expect(page.get_by_text("1 of 5", exact=True)).to_be_visible()
    await expect(log.locator(".here mark")).to_have_text("needle")
    await search.press("Enter")
    await expect(page.get_by_text("2 of 5", exact=True)).to_be_visible()
    await expect(log.locator(".log-line.here")).to_contain_text("line 407")
    await search.press("Shift+Enter")
    await search.press("Shift+Enter")
    await expect(log.locator(".log-line.here")).to_contain_text("line 1607")
    await search.fill("nowhere to be found")
    await expect(page.get_by_text("Not in this log")).to_be_visible()
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("loading 100%\nline 1 hay\n")
    assert "red bold plain" in copied
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download").click()
    kept = _text(await (await download.value).path())
    assert kept.startswith("loading 10%\rloading 100%\nline 1 ")
    await expect(page.locator(".log [onerror], .log script")).to_have_count(0)


async def test_a_log_shows_what_a_program_wrote_and_no_more(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    runs = Runs(ana, workspace)
    job = runs.start("Hostile")
    step = runs.add(job, "Print", "RUNNING")
    runs.write(
        job,
        step,
        "<img src=x onerror=\"document.title='taken'\">\n\x1b]0;title\x07bell \x1b[2Kerased\x1b[m\n"
        "\x1b[38;2;1;2;3mdeep\x1b[0m \x1b[48;5;20mground\x1b[0m " + "x" * 20_000 + "\n",
    )
    page = await site.open(f"/w/{workspace}/jobs/{job}", ana)
    await page.get_by_role("button", name="Print").first.click()
    log = page.get_by_role("region", name="Log of Print")
    await expect(log).to_contain_text("<img src=x onerror=\"document.title='taken'\">")
    await expect(log).to_contain_text("bell erased")
    await expect(log.locator(".log-fg")).to_have_text("deep")
    await expect(log.locator(".log-bg")).to_have_text("ground")
    assert "taken" not in await page.title()
    assert not await log.locator("img").count()


async def test_ten_megabytes_of_log(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    runs = Runs(ana, workspace)
    job = runs.start("Long")
    step = runs.add(job, "Print", "RUNNING")
    line = "{:07d} \x1b[32mok\x1b[0m " + "a line of a log that is about as long as most are" * 2
    for part in range(10):
        runs.write(job, step, "".join(line.format(part * 8_000 + n) + "\n" for n in range(8_000)))
    page = await site.open(f"/w/{workspace}/jobs/{job}", ana)
    await page.get_by_role("button", name="Print").first.click()
    log = page.get_by_role("region", name="Log of Print")
    await expect(log).to_contain_text("0079999")
    assert await log.locator(".log-line").count() < 120
    # What is earlier comes in while one scrolls towards it; what is read keeps its place.
    await log.evaluate("""async (box) => {
        for (let n = 0; n < 120; n++) {
            box.scrollTop -= 300;
            await new Promise(requestAnimationFrame);
        }
    }""")
    await expect(log).not_to_contain_text("0079999")
    assert await log.locator(".log-line").count() < 120
    await page.get_by_role("searchbox", name="Search").fill("0000007")
    await expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()
    await expect(log.locator(".log-line.here")).to_have_text(re.compile(r"^8\s*0000007"))


async def test_a_run_of_20000_steps_opens_at_once(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    runs = Runs(ana, workspace)
    job = runs.start("Go through everything")
    for part in range(20):
        items = [{"op": "step", "name": f"Page {part * 1000 + n}"} for n in range(1, 1001)]
        made = runs.batch(job, items)["steps"]
        if part < 10:
            for status in ("RUNNING", "COMPLETED"):
                moves = [{"op": "update", "stepId": s["id"], "status": status} for s in made]
                runs.batch(job, moves)
    page = await site.open(f"/w/{workspace}/jobs", ana)
    line = page.get_by_role("link", name="Go through everything")
    await expect(line).to_be_visible()
    await line.click()
    await expect(page.get_by_text("10,000 of 20,000 finished")).to_be_visible()
    await expect(page.get_by_text("10,001–10,050 of 20,000")).to_be_visible()
    assert await page.locator(".step").count() == 50
    await page.get_by_role("link", name="Later", exact=True).click()
    await expect(page.get_by_text("10,051–10,100 of 20,000")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("10,051–10,100 of 20,000")).to_be_visible()
    await page.get_by_role("link", name="Time line").click()
    await expect(page.get_by_text("The 200 longest of 20,000 steps")).to_be_visible()


async def test_mosaics_own_worker_runs_a_program(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    table = site.server.log.parent / "data" / "commands.toml"
    script = "echo begun; echo made > artifacts/report.txt; echo ended"
    table.write_text(f'[greet]\ntitle = "Greet"\nprogram = ["/bin/sh", "-c", "{script}"]\n')
    page = await site.open(f"/w/{workspace}/jobs", ana)
    await expect(page.get_by_role("button", name="Start a run")).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("start a run")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Start a run")
    await dialog.get_by_label("What to run").select_option(label="Run a program")
    await dialog.get_by_label("Program").select_option(label="Greet")
    await dialog.get_by_label("Title").fill("Say hello")
    await dialog.get_by_role("button", name="Start").click()
    await expect(page.locator(".page-head h1")).to_have_text("Say hello")
    await expect(page.locator(".page-head > .standing")).to_contain_text("Finished", timeout=30_000)
    await page.get_by_role("button", name="Run the program").click()
    log = page.get_by_role("region", name="Log of Run the program")
    await expect(log).to_contain_text("ended")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="report.txt").click()
    assert _text(await (await download.value).path()) == "made\n"
    first = page.url
    await page.get_by_role("button", name="More to do with this run").click()
    await page.get_by_role("menuitem", name="Run again from the start").click()
    await expect(page).not_to_have_url(first)
    await expect(page.locator(".page-head > .standing")).to_contain_text("Finished", timeout=30_000)
    await page.goto(f"/w/{workspace}/jobs")
    await expect(page.locator("a.row.run", has_text="Say hello")).to_have_count(2)


async def test_a_schedule_is_added_rests_and_is_removed(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    table = site.server.log.parent / "data" / "commands.toml"
    table.write_text('[greet]\ntitle = "Greet"\nprogram = ["/bin/echo", "hello"]\n')
    page = await site.open(f"/w/{workspace}/jobs/schedules", ana)
    await page.get_by_role("button", name="Add a schedule").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("What to run").select_option(label="Run a program")
    await dialog.get_by_label("Program").select_option(label="Greet")
    await dialog.get_by_label("Title").fill("Every morning")
    await dialog.get_by_label("When").fill("whenever it suits")
    await dialog.get_by_role("button", name="Add").click()
    await expect(dialog.get_by_text("Five fields are expected")).to_be_visible()
    await dialog.get_by_label("When").fill("0 6 * * *")
    await dialog.get_by_role("button", name="Add").click()
    await expect(dialog).not_to_be_visible()
    await expect(page.get_by_text("0 6 * * * · UTC")).to_be_visible()
    await page.get_by_role("button", name="What to do with Every morning").click()
    await page.get_by_role("menuitem", name="Let it rest").click()
    await expect(page.get_by_text("Rests", exact=True)).to_be_visible()
    assert not await serious(page)
    await page.get_by_role("button", name="What to do with Every morning").click()
    await page.get_by_role("menuitem", name="Remove").click()
    await expect(page.get_by_text("Runs that start by themselves go here")).to_be_visible()


async def test_a_run_is_replayed(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    done, _ = Runs(ana, workspace).full()
    page = await site.open(f"/w/{workspace}/jobs/{done}", ana)
    await page.get_by_role("button", name="More to do with this run").click()
    await page.get_by_role("menuitem", name="Replay").click()
    await expect(page.get_by_text("Ana asked for this run")).to_be_visible()
    slider = page.get_by_role("slider")
    await slider.press("End")
    await expect(page.get_by_text("Ana finished the run")).to_be_visible()
    await expect(page.locator(".standing")).to_contain_text("Finished")
    await slider.press("Home")
    await expect(page.locator(".standing")).to_contain_text("Waits for a runner")
    await page.get_by_role("button", name="Play").click()
    await expect(page.get_by_text("Ana finished the run")).to_be_visible()
    await expect(page.get_by_role("button", name="Play")).to_be_visible()


async def test_two_runs_are_compared(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    runs = Runs(ana, workspace)
    first, second = runs.start("Monday", "build"), runs.start("Tuesday", "build")
    for job, ways in ((first, ("RUNNING", "COMPLETED")), (second, ("RUNNING", "FAILED"))):
        runs.add(job, "Fetch", "RUNNING", "COMPLETED", phase="SETUP")
        runs.add(job, "Compile", *ways)
    page = await site.open(f"/w/{workspace}/jobs/{first}", ana)
    await page.get_by_role("button", name="More to do with this run").click()
    await page.get_by_role("menuitem", name="Compare with another run").click()
    other = await page.get_by_label("Compare with").locator("option").nth(1).get_attribute("value")
    assert other == second
    await page.get_by_label("Compare with").select_option(second)
    row = page.get_by_role("row", name="Compile")
    await expect(row).to_contain_text("Finished before")
    await expect(page.get_by_role("row", name="Fetch")).to_be_visible()
    await page.get_by_label("Only steps that went differently").click()
    await expect(page.get_by_role("row", name="Fetch")).not_to_be_visible()
    await page.reload()
    await expect(row).to_be_visible()
    await expect(page.get_by_label("Only steps that went differently")).to_be_checked()
    await expect(page.get_by_role("row", name="Fetch")).not_to_be_visible()


async def test_a_bar_of_the_time_line_opens_its_step(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    done, _ = Runs(ana, workspace).full()
    page = await site.open(f"/w/{workspace}/jobs/{done}?view=times", ana)
    bar = page.locator(".chart .barlayer .point path").first
    await expect(bar).to_be_visible()
    box = await _middle(page.locator(".chart .barlayer .point path").first)
    await page.mouse.click(*box)
    await expect(page.get_by_role("region", name="Log of Collect what moved")).to_be_visible()


async def _middle(shape: Locator) -> tuple[float, float]:
    box = await shape.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_runs_are_seen_where_they_matter(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    runs = Runs(ana, workspace)
    made = ana.ask(
        "POST", f"/api/knowledge/entries?workspaceId={workspace}", title="Digest", content="x"
    )
    done, _ = runs.full()
    runs.ask("POST", f"/{done}/entries", entries=[made["slug"]])
    page = await site.open(f"/w/{workspace}", ana)
    running = page.locator(".running-now a.row.run")
    await expect(running).to_have_count(1)
    await expect(running).to_contain_text("Waits for an answer")
    runs.start("Another", "publish")
    await expect(running).to_have_count(2)
    await page.keyboard.press("g")
    await page.keyboard.press("j")
    await expect(page.locator(".page-head h1")).to_have_text("Jobs")
    await page.goto(f"/w/{workspace}/knowledge/{made['slug']}")
    await page.get_by_role("link", name="Weekly digest").click()
    await expect(page.get_by_role("link", name="Digest", exact=True)).to_be_visible()


async def test_a_guest_watches_and_is_offered_nothing_to_do(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    gil = site.make_person("Gil")
    ana.take_in(workspace, gil, "GUEST")
    _, waits = Runs(ana, workspace).full()
    page = await site.open(f"/w/{workspace}/jobs/{waits}", gil)
    await expect(page.get_by_text("It waits for a member of this workspace.")).to_be_visible()
    for name in ("Approve", "Cancel", "Start a run"):
        await expect(page.get_by_role("button", name=name)).not_to_be_visible()
    await page.goto(f"/w/{workspace}/jobs")
    await expect(page.locator("a.row.run")).to_have_count(2)
    await expect(page.get_by_role("button", name="Start a run")).not_to_be_visible()
