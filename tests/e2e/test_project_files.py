"""A project comes in from a table, goes out again, and becomes a template."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.site import Site

LINES = [f"Task {n},2027-02-{n % 28 + 1:02},Doing" for n in range(60)]
TABLE = "\n".join(["Name,Target date,List", *LINES, ",2027-01-01", "Odd day,someday", "Last,"])


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
async def test_a_project_comes_in_goes_out_and_begins_anew(
    site: Site, tmp_path: Path, width: int, theme: str
) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/projects", ana, width=width, theme=theme)
    await page.get_by_role("link", name="Import", exact=True).click()
    table = tmp_path / "Our garden.csv"
    table.write_text(TABLE)
    await page.locator("input[type=file]").set_input_files(table)
    await expect(page.get_by_text("Our garden.csv")).to_be_visible()
    await page.get_by_role("button", name="Import", exact=True).click()
    said = page.get_by_text("62 tasks made, 1 line not kept, from a table")
    await expect(said).to_be_visible(timeout=60_000)
    assert not await serious(page)
    await page.get_by_role("link", name="With a remark 2").click()
    lines = page.get_by_role("table").get_by_role("row")
    await expect(lines).to_have_count(3)
    await expect(lines.nth(1)).to_contain_text("This task has no title.")
    await expect(lines.nth(2)).to_contain_text("“someday” is no day that is known here.")
    await page.get_by_role("link", name="Open the board").click()
    await expect(page.locator(".page-head h1")).to_have_text("Our garden")

    for name, ending in (
        ("Export as a table (CSV)", "csv"),
        ("Export as JSON, without files", "json"),
    ):
        await page.get_by_role("button", name="More of this project").click()
        async with page.expect_download() as download:
            await page.get_by_role("menuitem", name=name).click()
        kept = await download.value
        assert kept.suggested_filename.endswith(f".{ending}")
        await kept.save_as(tmp_path / ending)
        assert "Task 59" in (tmp_path / ending).read_text()

    await page.get_by_role("button", name="More of this project").click()
    await page.get_by_role("menuitem", name="Keep as a template").click()
    await expect(page.get_by_text("“Our garden” is a template now.")).to_be_visible()
    await page.goto(f"/w/{workspace}/projects/templates")
    await page.get_by_role("button", name="Begin a project with Our garden").click()
    assert not await serious(page)
    await page.get_by_label("Name").fill("Second garden")
    await page.get_by_label("First day").fill("2027-06-07")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.locator(".page-head h1")).to_have_text("Second garden")
    await expect(page.get_by_text("0 of 62 tasks completed")).to_be_visible()
