"""Notes come in and go out again, as people do it."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.site import Site
from tests.knowledge.vaults import PNG, zipped

NOT_RUN = "<img src=x onerror=document.title='taken'>.md"
VAULT: dict[str, str | bytes] = {
    ".obsidian/app.json": "{}",
    "Garden.md": "---\ntags: [home] # kept\n---\nSee [[Roses]] and ![[rose.png]].",
    "flowers/Roses.md": "They smell. <script>document.title='taken'</script>",
    "images/rose.png": PNG,
    NOT_RUN: "[[Garden]]",
    **{f"many/Page {n}.md": f"[[Page {n + 1}]]" for n in range(60)},
}


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
async def test_a_vault_comes_in_is_reported_and_goes_out_again(
    site: Site, tmp_path: Path, width: int, theme: str
) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/knowledge/import", ana, width=width, theme=theme)
    archive = tmp_path / "vault.zip"
    archive.write_bytes(zipped(VAULT))
    await page.locator("input[type=file]").set_input_files(archive)
    await page.get_by_role("button", name="Import", exact=True).click()
    await expect(page.get_by_text("64 made, from a vault of Obsidian")).to_be_visible(
        timeout=60_000
    )
    assert not await serious(page)
    lines = page.get_by_role("table").get_by_role("row")
    await expect(lines).to_have_count(51)
    await page.get_by_role("link", name="More", exact=True).click()
    await expect(lines).to_have_count(15)
    assert await page.title() == "Import · Mosaic"
    await page.get_by_role("link", name="Page 59.md").click()
    await expect(page.locator(".page-head h1")).to_have_text("Page 59")
    await page.go_back()

    await page.get_by_role("link", name="Import more").click()
    archive.write_bytes(zipped({"Garden.md": "other words", "New.md": "x"}))
    await page.locator("input[type=file]").set_input_files(archive)
    await page.get_by_label("When another version of a file is here").select_option("keep")
    await page.get_by_role("button", name="Import", exact=True).click()
    await expect(page.get_by_text("2 made")).to_be_visible(timeout=60_000)
    await expect(page.get_by_text("Kept beside as Garden 2")).to_be_visible()

    await page.goto(f"/w/{workspace}/export")
    await expect(page.get_by_text("65 pages and 1 file")).to_be_visible()
    assert not await serious(page)
    for name, inside in (("Markdown", "Garden.md"), ("JSON", "pages/garden.json")):
        async with page.expect_download() as download:
            await page.get_by_role("link", name=f"Download as {name}").click()
        kept = await download.value
        assert re.fullmatch(rf"{workspace}-\d{{4}}-\d\d-\d\d\.zip", kept.suggested_filename)
        await kept.save_as(tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as opened:
            assert opened.testzip() is None
            said = opened.read(inside).decode()
            assert "[[Roses]]" in said
            if name == "Markdown":
                assert said == VAULT["Garden.md"]
                assert opened.read("images/rose.png") == PNG
                assert not any(set('<>:"|?*') & set(path) for path in opened.namelist())
