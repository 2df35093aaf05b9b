"""Runs, as people watch them: with a real outside runner and with Mosaic's own worker."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.e2e.runs import JOBS, Runs, runner
from tests.e2e.site import Person, Site, running
from tests.waiting import until

# A step of the script goes on as soon as the test says so by a file of that name.
WAIT = 'wait() { while [ ! -e "$1" ]; do sleep 0.05; done; }\n'
PUBLISH = f"""{WAIT}
case "$1" in
setup) echo "sources are here" ;;
execution) echo "built the first half"; wait half; echo "built the second half" ;;
validation) echo checked ;;
cleanup) echo tidy ;;
esac
"""
ENDLESS = f"""{WAIT}
if [ "$1" = execution ]; then echo $$ > pid; echo "on and on"; touch begun; wait never; fi
"""
MENDED = """
case "$1" in
execution) echo once >> executions ;;
validation) [ -e mended ] || { echo "two links lead nowhere"; exit 3; } ;;
esac
"""


def _alive(pid: str) -> bool:
    return Path("/proc", pid).exists()


def _script(folder: Path, text: str) -> Path:
    (folder / "script.sh").write_text(f"cd '{folder}'\n{text}")
    return folder


def _ask_for(person: Person, workspace: str, **more: object) -> str:
    wanted = {"script": "script.sh", **more}
    path = f"{JOBS}?workspaceId={workspace}"
    made = person.ask("POST", path, type="shell-script", title="Publish", input=wanted)
    return str(made["id"])


def _standing(page: Page, words: str) -> object:
    return expect(
        page.locator(".page-head > .standing").get_by_text(words, exact=True)
    ).to_be_visible()


async def test_a_run_is_watched_from_start_to_end(site: Site, tmp_path: Path) -> None:
    ana, workspace = site.make_owner("Ana")
    mia = site.make_person("Mia")
    ana.take_in(workspace, mia)
    with runner(ana, workspace, _script(tmp_path, PUBLISH)):
        page = await site.open(f"/w/{workspace}/jobs", ana)
        await expect(page.get_by_text("Runs go here")).to_be_visible()
        job = _ask_for(ana, workspace, ask="Publish it now?")
        line = page.get_by_role("region", name="Now").get_by_role("link", name="Publish")
        await expect(line).to_contain_text("Waits for an answer")
        await line.click()
        await expect(page).to_have_url(re.compile(f"/jobs/{job}$"))
        other = await site.open(f"/w/{workspace}/jobs/{job}", mia)
        for one in (page, other):
            await _standing(one, "Waits for an answer")
            await expect(one.get_by_role("heading", name="Publish it now?")).to_be_visible()
        await other.get_by_label("Note to: Publish it now?").fill("Go ahead")
        await other.get_by_role("button", name="Approve").click()
        await _standing(page, "Running")
        for one in (page, other):
            await one.get_by_role("button", name="Execution of script.sh").click()
            log = one.get_by_role("region", name="Log of Execution")
            await expect(log).to_contain_text("built the first half")
            await expect(log).not_to_contain_text("second")
        (tmp_path / "half").touch()
        for one in (page, other):
            log = one.get_by_role("region", name="Log of Execution")
            await expect(log).to_contain_text("built the second half")
            await _standing(one, "Finished")
        await page.get_by_role("button", name="Publish it now?").click()
        await expect(page.get_by_text("Mia approved this: “Go ahead”")).to_be_visible()
        await page.get_by_role("link", name="What happened").click()
        await expect(page.get_by_text("finished the run")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_text("Mia approved this")).to_be_visible()


async def test_a_run_is_cancelled(site: Site, tmp_path: Path) -> None:
    ana, workspace = site.make_owner("Ana")
    with runner(ana, workspace, _script(tmp_path, ENDLESS)):
        job = _ask_for(ana, workspace)
        page = await site.open(f"/w/{workspace}/jobs/{job}", ana)
        await page.get_by_role("button", name="Execution of script.sh").click()
        await expect(page.get_by_role("region", name="Log of")).to_contain_text("on and on")
        pid = (tmp_path / "pid").read_text().strip()
        await page.get_by_role("button", name="Cancel").click()
        await _standing(page, "Cancelled")
        await until(lambda: not _alive(pid))
        step = page.locator("[data-status=FAILED]")
        await expect(step).to_contain_text("Stopped when the run ended.")
        await page.goto(f"/w/{workspace}/jobs?status=CANCELLED")
        await expect(page.locator("a.row.run")).to_have_count(1)


async def test_a_runner_that_ends_leaves_nothing_running(site: Site, tmp_path: Path) -> None:
    ana, workspace = site.make_owner("Ana")
    with runner(ana, workspace, _script(tmp_path, ENDLESS)):
        _ask_for(ana, workspace)
        await until((tmp_path / "begun").exists)
        pid = (tmp_path / "pid").read_text().strip()
        assert _alive(pid)
    assert not _alive(pid)


async def test_a_run_is_tried_again_from_a_step(site: Site, tmp_path: Path) -> None:
    ana, workspace = site.make_owner("Ana")
    with runner(ana, workspace, _script(tmp_path, MENDED)):
        job = _ask_for(ana, workspace)
        page = await site.open(f"/w/{workspace}/jobs/{job}", ana)
        await _standing(page, "Did not finish")
        await page.get_by_role("button", name="Validation of script.sh").click()
        await expect(page.get_by_role("region", name="Log of")).to_contain_text("lead nowhere")
        (tmp_path / "mended").touch()
        await page.get_by_role("button", name="Try again from here").click()
        await _standing(page, "Finished")
        assert (tmp_path / "executions").read_text() == "once\n"
        await expect(page.get_by_role("link", name="Attempt 2")).to_have_attribute(
            "aria-current", "true"
        )
        await expect(page.locator("[data-status=FAILED]")).to_have_count(0)
        await page.get_by_role("link", name="Attempt 1").click()
        await expect(page.locator("[data-status=FAILED]")).to_have_count(1)


async def test_the_page_keeps_its_place_while_the_server_is_restarted(
    browser: object, tmp_path: Path
) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with running(folder) as server:
        root, port = server.set_up(), int(server.url.rpartition(":")[2])
        site = Site(server, browser)  # type: ignore[arg-type]
        runs = Runs(root, "first")
        job = runs.start("Long one")
        for number in range(40):
            runs.add(job, f"Before {number}", "RUNNING", "COMPLETED", phase="SETUP")
        step = runs.add(job, "Work on it", "RUNNING")
        runs.write(job, step, "".join(f"line {n}\n" for n in range(1, 2_001)))
        page = await site.open(f"/w/first/jobs/{job}", root)
        await page.get_by_role("button", name="Preparation").click()
        await page.get_by_role("button", name="Work on it").click()
        log = page.get_by_role("region", name="Log of Work on it")
        await expect(log).to_contain_text("line 2000")
        await log.evaluate("box => { box.scrollTop = 10_000 }")
        await expect(page.get_by_role("button", name="To the latest line")).to_be_visible()
        await page.evaluate("window.scrollTo(0, 900); window.sameDocument = true")
        address, top = page.url, await page.evaluate("window.scrollY")
        assert top > 200
    with running(folder, port=port):
        await expect(page.get_by_role("button", name="Cancel")).to_be_visible()
        runs.write(job, step, "said after the restart\n")
        await expect(log).to_be_visible()
        assert await page.evaluate("window.sameDocument")
        assert page.url == address
        await page.wait_for_function(f"Math.abs(window.scrollY - {top}) < 30")
        assert abs(await log.evaluate("box => box.scrollTop") - 10_000) < 30
        await page.get_by_role("button", name="To the latest line").click()
        await expect(log).to_contain_text("said after the restart")
        runs.ask("PATCH", f"/{job}/steps/{step}", status="COMPLETED")
        runs.end(job)
        await _standing(page, "Finished")
        site.problems.clear()  # the browser reports that the server was away
        await site.close()
