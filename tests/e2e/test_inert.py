"""Hostile text in every place of the wiki, opened in Chromium: no script runs.

With the content policy, and without it: the policy is the second wall, not the first.
"""

import asyncio
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.site import Person, Site, request

# Each calls `alert`, which nothing of Mosaic does.
SCRIPTS = [
    "<script>alert(1)</script>",
    "</title></textarea></style></noscript><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:x onerror=alert(1)//",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=20>a</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><mi//xlink:href='javascript:alert(1)'>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src=javascript:parent.alert(1)></iframe>",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<body onload=alert(1)><body onpageshow=alert(1)>",
    "<details open ontoggle=alert(1)>a</details>",
    "<input autofocus onfocus=alert(1)><textarea autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>a</marquee>",
    "<form><button formaction=javascript:alert(1)>a</button></form>",
    "<base href='javascript:alert(1)//'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=data:,*{x:expression(alert(1))}>",
    "<style>@keyframes x{}</style><b style='animation-name:x' onanimationstart=alert(1)>a</b>",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href='jav&#x09;ascript:alert(1)'>a</a>",
    "<a href='&#106;avascript&colon;alert(1)'>a</a>",
    "<a href=' \x01javascript:alert(1)'>a</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
    "<a href='vbscript:alert(1)' onmouseover=alert(1)>a</a>",
    "[a](javascript:alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](JaVaScRiPt:alert(1))",
    "![a](javascript:alert(1))",
    "![a](x \"' onerror=alert(1) '\")",
    '[a](x "\\" onmouseover=alert(1) \\"")',
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    "[[javascript:alert(1)]]",
    "[[a|<img src=x onerror=alert(1)>]]",
    "[[<img src=x onerror=alert(1)>]]",
    "![[<img src=x onerror=alert(1)>.png|300]]",
    '![[" onerror=alert(1) x=".png]]',
    "[[a#<script>alert(1)</script>]]",
    "```<script>alert(1)</script>\n<script>alert(1)</script>\n```",
    '```" onmouseover=alert(1) x="\na\n```',
    "`<img src=x onerror=alert(1)>`",
    "> [!<img src=x onerror=alert(1)>] <img src=x onerror=alert(1)>\n> a",
    "| <img src=x onerror=alert(1)> |\n|-|\n| <script>alert(1)</script> |",
    "a[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "\ufeff<script\x0c>alert(1)</script\x0c>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "';alert(1);'",
    '";alert(1);//',
    "\u2028alert(1)\u2029",
    "</script><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<x contenteditable onfocus=alert(1) autofocus tabindex=1>a</x>",
    "<div style='background:url(javascript:alert(1))'>a</div>",
    "<template><script>alert(1)</script></template>",
    "<b id=__proto__ name=constructor>a</b><a id=defaultView><a id=defaultView>",
]
_AT_ONCE = 40
# What would run by itself, and what would when a person touches it.
_WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print"])
    Object.defineProperty(window, name, {value: (...said) => { window.ran.push([name, said]); }});
"""
_TOUCH = """
() => {
    const SCHEME = /^[\\s\\x00-\\x20]*(javascript|vbscript|data:text)/i;
    const inside = document.querySelectorAll("main *, aside *");
    for (const one of inside) {
        for (const kind of ["mouseover", "mouseenter", "focus", "animationstart", "toggle"])
            one.dispatchEvent(new Event(kind, {bubbles: false}));
        for (const name of ["href", "src", "action", "formaction", "xlink:href"])
            if (SCHEME.test(one.getAttribute(name) ?? ""))
                window.ran.push([name, one.outerHTML]);
        for (const name of one.getAttributeNames())
            if (name.startsWith("on")) window.ran.push([name, one.outerHTML]);
    }
    return window.ran;
}
"""


def _strings(shared: Path) -> list[str]:
    naughty: list[str] = json.loads((shared / "fixtures" / "blns" / "blns.json").read_text())
    kept = [text for text in naughty if text.strip() and "\x00" not in text]
    return [*SCRIPTS, *kept]


def _page(texts: Iterable[str]) -> str:
    """Each text by itself, and in every place where Markdown takes one."""
    parts = []
    for text in texts:
        line = " ".join(text.split())
        parts += [text, f"- {line}", f"# {line}", f"[[{line}]]", f"[[A|{line}]]", f"![[{line}]]"]
        parts += [
            f"[{line}]({line})",
            f"![{line}]({line} '{line}')",
            f"| {line} |\n|-|\n| {line} |",
        ]
        parts += [f"```{line}\n{text}\n```", f"==**{line}**==", f"> [!note] {line}\n> {line}"]
    return "\n\n".join(parts)


def _vault(texts: list[str]) -> bytes:
    """A page for each text: in its file's name, its front matter and its words."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, text in enumerate(texts):
            line = " ".join(text.split())
            kept = "".join("\u2215" if c in "/\\:" else c for c in line if c.isprintable())
            name = f"{number} {kept.encode()[:150].decode(errors='ignore')}".strip(" .")
            value = json.dumps(line)
            front = {"title": value, "aliases": f"[{value}]", "tags": f"[{value}]"}
            front |= {"summary": value, "note": value, value: value}
            head = "\n".join(f"{key}: {said}" for key, said in front.items())
            archive.writestr(f"{name}.md", f"---\n{head}\n---\n[[A]] {text}\n\n#t{number} {text}")
            archive.writestr(f"files/{name}.svg", f"<svg xmlns='http://www.w3.org/2000/svg'>{text}")
    return packed.getvalue()


def _send(person: Person, workspace: str, vault: bytes) -> None:
    answer = request(
        "POST",
        f"{person.url}/api/knowledge/import?wait=true&workspaceId={workspace}",
        files={"files": ("hostile.zip", vault, "application/zip")},
        headers={"Authorization": f"Bearer {person.token}"},
        timeout=120,
    )
    assert answer.status_code == 200, answer.text


def _chunks(texts: list[str]) -> Iterator[list[str]]:
    return (texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE))


def _write(person: Person, workspace: str, texts: list[str]) -> list[str]:
    """Write pages that hold all texts; return the addresses to look at."""
    seen, path = [], f"/api/knowledge/entries?workspaceId={workspace}"
    for number, some in enumerate(_chunks(texts)):
        body = {"title": f"A {number}" if number else "A", "content": _page(some)}
        body["visibility"] = "WORKSPACE" if number else "PUBLIC"
        slug = person.ask("POST", path, **body)["slug"]
        seen.append(f"/w/{workspace}/knowledge/{slug}")
        if number == 0:
            place = f"/api/knowledge/entries/{slug}/public-link?workspaceId={workspace}"
            seen.append("/p/" + person.ask("GET", place)["url"].rpartition("/")[2])
    for text in SCRIPTS:
        line = " ".join(text.split())
        body = {"title": line, "content": f"[[A]] {text}", "summary": line, "changeNote": line}
        person.ask("POST", path, **body, tags=[line], aliases=[line])
    return seen


async def _expect_inert(page: Page, address: str) -> None:
    await page.goto(address)
    await expect(page.locator("main h1").first).to_be_visible()
    await page.wait_for_load_state("networkidle")
    assert await page.evaluate(_TOUCH) == [], address


@pytest.fixture(scope="module")
def strings(shared: Path) -> list[str]:
    return _strings(shared)


@pytest.mark.slow
async def test_no_script_runs_with_the_policy_and_without_it(
    site: Site, strings: list[str]
) -> None:
    person, workspace = site.make_owner("Eve")
    addresses = _write(person, workspace, strings)
    _send(person, workspace, _vault(strings))
    base = f"/w/{workspace}"
    addresses += [f"{base}/knowledge?page={number}" for number in (1, 8)]
    paths = ("", "/activity", "/search?q=alert", "/tags", "/links", "/links?kind=alike")
    addresses += [f"{base}{path}" for path in (*paths, "/templates", "/knowledge/graph")]
    one = person.ask("GET", f"/api/knowledge/entries?workspaceId={workspace}&q=onerror")
    for entry in one["data"][:3]:
        place = f"{base}/knowledge/{entry['slug']}"
        addresses += [place, f"{place}/edit", f"{place}/history"]

    async def walk(some: list[str], bypass: bool) -> None:
        page = await site.open("/account", person, bypass_csp=bypass)
        await page.add_init_script(_WATCH)
        for address in some:
            await _expect_inert(page, address)

    # Nothing gets past the policy that does not run without it.
    await asyncio.gather(walk(addresses[::8], bypass=False), walk(addresses, bypass=True))
    # Pictures that are elsewhere are asked for there, or not at all.
    elsewhere = ("Loading the image", "Failed to load resource")
    site.problems = [said for said in site.problems if not any(word in said for word in elsewhere)]


_BESIDE = "text => document.body.insertAdjacentHTML('beforeend', `<main>${text}</main>`)"


async def test_a_script_would_be_noticed(site: Site) -> None:
    person, workspace = site.make_owner("Eve")
    page = await site.open("/account", person, bypass_csp=True)
    await page.add_init_script(_WATCH)
    for text in ("<img src=x: onerror=alert(1)>", "<a href=' javascript:a'>", "<b onfocus=0>"):
        await page.goto(f"/w/{workspace}/knowledge")
        await expect(page.locator("main h1").first).to_be_visible()
        # Beside what React looks after, which would not stand it.
        await page.evaluate(_BESIDE, text)
        assert await page.evaluate(_TOUCH) != []
    site.problems.clear()
