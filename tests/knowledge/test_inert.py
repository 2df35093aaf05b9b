"""Whatever is written, nothing in the page acts, and reading it comes to an end."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaic.knowledge.render.markdown import Document, Target, fill, parse, section
from tests.conftest import SHARED
from tests.knowledge import hostile
from tests.knowledge.inert import read_inert

NAUGHTY = SHARED / "fixtures/blns/blns.json"
CORPORA = ["silverbullet-docs", "obsidian-tasks-docs", "kepano-vault"]
STATES = ["page", "missing", "ambiguous", "image", "file"]

PAYLOADS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror = 'alert(1)' //>",
    "<svg onload=alert(1)><svg/onload=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<iframe src=javascript:alert(1)></iframe><iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a><a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=' &#14;javascript:alert(1)'>x</a><a href='JaVaScRiPt:alert(1)'>x</a>",
    "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>x</button></form>",
    "<input autofocus onfocus=alert(1)><input type=image src=x>",
    "<details open ontoggle=alert(1)>x</details>",
    "<div style='background:url(javascript:alert(1))' class='fixed inset-0'>x</div>",
    "<base href=//e.com/><link rel=stylesheet href=//e.com/x><meta http-equiv=refresh content=0>",
    "<object data=x></object><embed src=x><applet code=x>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>--><!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]><?xml <img src=x onerror=alert(1)>?>",
    "</div></article></body><div id=app onclick=alert(1)>",
    "<template><script>alert(1)</script></template><video><source onerror=alert(1)></video>",
    "<p id='x' id='location' name='cookie'>x</p><a id=document name=forms>x</a>",
    "[x](javascript:alert(1)) [x](JAVASCRIPT:alert(1)) [x](javascript&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=) [x](vbscript:x) [x](<java\nscript:alert(1)>)",
    "![x](javascript:alert(1)) ![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x]: javascript:alert(1)\n\n[x] ![x]",
    "<javascript:alert(1)> <data:text/html,x>",
    '[x](/u "onclick=alert(1)\\" onmouseover=\\"alert(1)")',
    '[["><img src=x onerror=alert(1)>]] [[a|<img src=x onerror=alert(1)>]]',
    '![[" onerror="alert(1)]] ![[x|"><script>alert(1)</script>]]',
    "[[javascript:alert(1)]] [x](javascript%3Aalert(1))",
    '```"><script>alert(1)</script>\nx\n```',
    '> [!note"><script>alert(1)</script>] x',
    '# <img src=x onerror=alert(1)>\n# "><script>',
    '[^1]\n\n[^1]: <script>alert(1)</script>\n\n[^"><img src=x>]: x',
    "- [ ] <input type=text autofocus onfocus=alert(1)>",
    "|<script>|\n|-|\n|<img onerror=alert(1)>|",
    'https://e.com/"onmouseover=alert(1) https://e.com/<script>alert(1)</script>',
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    "<b>" * 50 + "\n\n" + "<p>x" * 50,
    "<table><tr><td><table><b></table><td></b>",
    "<a href=/x><a href=/y><b></a></b><p></a>",
]


def _all_states(content: str) -> list[str]:
    """The page as it is kept, and with its links in every state, labelled with the text itself."""
    document = parse(content)
    pages = [document.html]
    content = content.encode("utf-8", "replace").decode()  # what a title can hold
    for state in STATES:
        target = Target(state, f"/w/{content}", content, title=content)
        pages.append(fill(document.html, {link.ordinal: target for link in document.links}))
    pages += [section(pages[-1], heading.text) for heading in document.headings[:3]]
    return pages


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_payloads_do_nothing(payload: str) -> None:
    forms = ["{}", "x {} y", "<div>\n{}\n</div>", "> {}", "- {}", "*{}*", "[[{}]]", "![[{}]]"]
    forms += ["[[a|{}]]", "![[a|{}]]", "[{}](/u)", "[x]({})", "[x](<{}>)", '[x](/u "{}")', "`{}`"]
    forms += ["```{}\nx\n```", "# {}", "|{}|\n|-|\n", "---\na: {}\n---\n{}", "![{}](x.png)"]
    for form in forms:
        for html in _all_states(form.replace("{}", payload)):
            read_inert(html)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="../shared/fixtures is not here")
def test_naughty_strings_do_nothing() -> None:
    strings = json.loads(NAUGHTY.read_text("utf-8"))
    assert len(strings) > 500
    for text in strings:
        for form in ("{}", "[[{}]]", "[x]({})", "<div>\n{}\n</div>", "`{}`"):
            for html in _all_states(form.replace("{}", text)):
                read_inert(html)


@pytest.mark.parametrize("name", CORPORA)
def test_real_pages_are_read(name: str, caplog: pytest.LogCaptureFixture) -> None:
    root = SHARED / "corpora" / name
    if not root.exists():
        pytest.skip("../shared/corpora is not here")
    paths = sorted(root.rglob("*.md"))
    assert len(paths) > 100
    for path in paths:
        document = parse(path.read_text("utf-8"))
        read_inert(document.html)
        assert [link.ordinal for link in document.links] == [*range(len(document.links))]
        places = re.findall(r'<(?:a|img) data-(?:link|wrap)="(\d+)"', document.html)
        assert sorted(map(int, places)) == [link.ordinal for link in document.links]
        anchors = [heading.anchor for heading in document.headings]
        assert len(anchors) == len(set(anchors))
        assert all(f' id="{anchor}"' in document.html for anchor in anchors)
        filled = fill(document.html, {n: Target("page", "/x") for n in range(len(places))})
        read_inert(filled)
        assert "data-link" not in filled
    assert not caplog.records


WRITTEN = (
    "a b⏎ ⏎⏎ #␣ >␣ -␣ 1.␣ ␣␣␣␣ * ** _ ~~ == ` ``` ~~~ [ ] ( ) ![ [[ ]] ![[ | \\| \\ < > </ & &# ; "
    ": :// http://e.com <b> </b> <p> </p> <div>⏎ </div> <table> <td> <a␣href=x> </a> <script> <!-- "
    "--> <? [^1] [^1]:␣ [x]:␣ ^[ |-|⏎ ␣[!note]␣ [␣]␣ [x]␣ ---⏎ a:␣b⏎ :␣ \" ' = @ javascript: "
    "onerror= é 🍵"
)
PIECES = st.sampled_from(
    [piece.replace("⏎", "\n").replace("␣", " ") for piece in WRITTEN.split()]
    + ["\x00", "\u2028", "\ud800"]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join))
def test_nothing_that_is_written_acts(content: str) -> None:
    document = parse(content)
    assert isinstance(document, Document)
    assert "\x00" not in document.text
    for html in _all_states(content):
        read_inert(html)
        html.encode()


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_reading_does_not_fall_back_to_plain_text(content: str) -> None:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    log = logging.getLogger("mosaic.knowledge.render.markdown")
    log.addHandler(handler)
    try:
        parse(content)
    finally:
        log.removeHandler(handler)
    assert not records


def test_a_page_that_cannot_be_read_is_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("mosaic.knowledge.render.markdown.read", fail)
    document = parse("# <b>Title</b>")
    assert document.html == '<pre class="plain"># &lt;b&gt;Title&lt;/b&gt;</pre>'
    assert document.text == "# <b>Title</b>"


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("# Title\n\n" + "- item\n" * 50_000 + "the end", "the end"),
        ("# Title\n\n" + "*a" * 100_000 + "\n\nthe end", "the end"),
        ("# Title\n\n" + "| a " * 50_000 + "\n\nthe end", "the end"),
    ],
)
def test_what_is_over_the_limit_is_shown_as_written(content: str, kept: str) -> None:
    document = parse(content)
    read_inert(document.html)
    assert document.html.startswith("<h1")
    assert kept in document.html
    assert kept in document.text


def test_raw_tags_do_not_multiply() -> None:
    """A parser opens formatting again in every paragraph: 21 kB of tags would make 18 MB."""
    tags = "".join(f"<b title={n}>" for n in range(1000))
    for start in (
        f"<p>{tags}</p>\n\n",
        f"<div>\n{tags}\n\n",
        f"x {tags}\n\n",
        f"*x {tags}</p>*\n\n",
    ):
        content = start + "<p>a</p>\n\n" * 1000
        assert len(parse(content).html) < 4 * len(content)


def test_references_do_not_multiply() -> None:
    content = f"[a]: /{'x' * 3000}\n\n" + "[a] " * 20_000
    assert len(parse(content).html) < 10 * len(content)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_hostile_pages_take_little_time_and_memory() -> None:
    """Half a megabyte of each: at most 5 seconds of processor time each, 300 MB above the start."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.knowledge.hostile"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=590)
    assert done.returncode == 0, done.stderr[-2000:]
    seconds, megabytes = json.loads(done.stdout)
    assert seconds.keys() == hostile.PAGES.keys()
    assert {name: spent for name, spent in seconds.items() if spent > 5} == {}
    assert megabytes < 300
