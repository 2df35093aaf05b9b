"""axe-core on a page: what it finds that is serious or critical."""

from axe_core_python.base import AXE_SCRIPT
from playwright.async_api import Page

_RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html).join(" ")}`))"""


async def serious(page: Page) -> list[str]:
    """Return what is serious or critical on the page as it is now, as lines."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found: list[str] = await page.evaluate(_RUN)
    return found
