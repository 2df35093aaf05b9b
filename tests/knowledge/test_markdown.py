"""What people write and what they see."""

import re
from hashlib import blake2b

import pytest

from mosaic.knowledge.render.highlight import stylesheet
from mosaic.knowledge.render.markdown import Document, Heading, Target, fill, parse, section
from mosaic.knowledge.render.reading import count_words
from tests.knowledge.inert import read_inert


def _seen(content: str) -> str:
    html = parse(content).html
    read_inert(html)
    return re.sub(r"\s+", " ", html).strip()


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("a ==b *c*== d", "<p>a <mark>b <em>c</em></mark> d</p>"),
        ("a == b == c", "<p>a == b == c</p>"),
        ("`==a==`", "<p><code>==a==</code></p>"),
        ("Term\n: what it means", "<dl> <dt>Term</dt> <dd>what it means</dd> </dl>"),
        ("---\ntitle: x\n---\nBody", "<p>Body</p>"),
        ("2 < 3 & 4", "<p>2 &lt; 3 &amp; 4</p>"),
        ("Click <Save as>, <b>now</b>", "<p>Click &lt;Save as&gt;, <b>now</b></p>"),
        ("a <font color=red>b</font>", "<p>a b</p>"),
        ("[x](obsidian://open)", '<p><a rel="noopener noreferrer nofollow">x</a></p>'),
        ("![x](data:image/png;base64,AAAA)", f"<p>{'<img '}loading"),
        ("<details open>\n<summary>More</summary>\n\n*text*\n\n</details>", "<details open"),
    ],
)
def test_markdown_is_seen_as(written: str, seen: str) -> None:
    assert _seen(written).startswith(seen)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("see https://e.com/a_b_c.", "https://e.com/a_b_c"),
        ("(https://e.com/x(y)z)", "https://e.com/x(y)z"),
        ("https://e.com/a?b=c&d=e, and", "https://e.com/a?b=c&amp;d=e"),
        ("**https://e.com**", "https://e.com"),
        ("HTTP://E.com", "HTTP://E.com"),
        ("https://日本.jp/茶", "https://xn--wgv71a.jp/%E8%8C%B6"),
    ],
)
def test_addresses_in_text_are_links(written: str, address: str) -> None:
    assert f'<a href="{address}" rel="noopener noreferrer nofollow">' in _seen(written)


@pytest.mark.parametrize(
    "written", ["`https://e.com`", "xhttps://e.com", "ftp://e.com", "https://", "README.md a@b.c"]
)
def test_other_text_is_no_address(written: str) -> None:
    assert "<a" not in _seen(written)


def test_boxes_of_tasks_only_show() -> None:
    html = _seen("- [ ] open\n- [x] done\n- [/] other")
    assert html.count('<li class="task"><input type="checkbox" disabled="" aria-label="') == 2
    assert html.count("checked") == 1
    assert "[/] other" in html


@pytest.mark.parametrize(
    ("written", "kind", "title"),
    [
        ("> [!note]\n> text", "note", "Note"),
        ("> [!WARNING] Mind *this*\n> text", "warning", "Mind <em>this</em>"),
        ("> [!tip]- Folded\n> text", "tip", "Folded"),
        ("> [!released]\n>\n> text", "released", "Released"),
        ("> [!note] [[Page]]\n> text", "note", '<a data-link="0">Page</a>'),
    ],
)
def test_callouts_have_a_kind_and_a_title(written: str, kind: str, title: str) -> None:
    assert _seen(written) == (
        f'<div class="callout" data-callout="{kind}"> '
        f'<p class="callout-title">{title}</p> <p>text</p> </div>'
    )


def test_other_quotations_stay_quotations() -> None:
    for written in ("> [!] x", "> text [!note]", "> `[!note]`", "> [!no te] x"):
        assert _seen(written).startswith("<blockquote>")
    nested = _seen("> a\n> > [!tip]\n> > b\n>\n> c")
    assert nested.count("blockquote") == 2
    assert nested.count("<div") == nested.count("</div>") == 1


def test_headings_have_anchors_of_their_own() -> None:
    document = parse("# Tea & *Water*\n## tea water\n## 🍵\nText\n===\n### Tea, water!\n")
    assert document.headings == [
        Heading(1, "Tea & Water", "h-tea-water"),
        Heading(2, "tea water", "h-tea-water-2"),
        Heading(2, "🍵", "h-section"),
        Heading(1, "Text", "h-text"),
        Heading(3, "Tea, water!", "h-tea-water-3"),
    ]
    for heading in document.headings:
        assert f'<h{heading.level} id="{heading.anchor}">' in document.html


def test_links_on_the_page_find_their_headings() -> None:
    html = _seen("[x](#tea--water) [y](#Tea%20Water)[^1]\n\n[^1]: note\n")
    assert html.count('href="#h-tea-water"') == 2
    assert 'href="#h-fn1" id="h-fnref1"' in html
    assert '<li id="h-fn1" class="footnote-item">' in html
    assert 'href="#h-fnref1"' in html


def test_ids_of_people_are_kept_apart() -> None:
    assert _seen('<h2 id="login">x</h2>') == '<h2 id="h-login">x</h2>'


def test_code_is_coloured_by_classes() -> None:
    html = _seen("```python\ndef f(): return '<b>'\n```")
    assert '<code data-language="python"><span class="hl-k">def</span>' in html
    assert "&lt;b&gt;" in html
    assert ".prose .hl-k" in stylesheet("default", ".prose")


@pytest.mark.parametrize("language", ["unknown", '"><script>', "a" * 500, "java", "PYTHON", ""])
def test_code_in_any_language_is_shown(language: str) -> None:
    html = _seen(f"```{language}\nint x = 1;\n```")
    assert "int x = 1;" in re.sub(r"<[^>]*>", "", html)


def test_code_that_takes_long_to_colour_is_shown_plainly() -> None:
    for code in ("x" * 400, "\n" * 20, "x = 1\n" * 2000):
        assert "<span" not in parse(f"```python\n{code}\n```").html


def test_text_is_what_a_search_can_find() -> None:
    content = (
        "# Title\n*one* [[Page|two]] [three](x) ![four](y.png)<br>five[^1] `six`\n\n"
        "| seven | eight |\n|-|-|\n| nine | ten |\n\n"
        "```\neleven\n```\n<div>&eacute;twelve</div>\n\n"
        "[^1]: thirteen\n"
    )
    assert " ".join(parse(content).text.split()) == (
        "Title one two three four five six seven eight nine ten eleven étwelve thirteen"
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("", 0),
        ("Don't **split** un*der*lined, well-known U.S.A. words", 6),
        ("- one\n- two\n\n| a | b |\n|-|-|\n| 1 | 2,5 |", 7),
        ("今日は良い天気です and more", 11),
        ("![[picture.png]] & — …", 0),
    ],
)
def test_words_are_counted_as_they_are_shown(written: str, number: int) -> None:
    shown = fill(parse(written).html, {0: Target("image", "/picture.png", "A picture")})
    assert count_words(shown) == number


def test_many_ampersands_stay_what_they_are() -> None:
    """They are cut into pieces on the way, of which nothing may be left."""
    words = [f"&amp;lt; {n} & <\xa0" for n in range(6000)]
    html = parse("\n\n".join(map(" ".join, zip(*[iter(words)] * 3000, strict=True)))).html
    assert "".join(piece[1] for piece in read_inert(html) if piece[0] == "text").split() == (
        " ".join(words).replace("&amp;", "&").split()
    )


def test_tables_are_aligned_without_styles() -> None:
    html = _seen("| a | b | c |\n|:-|:-:|-:|\n| 1 | 2 | 3 |")
    assert "style" not in html
    assert [html.count(f'align="{side}"') for side in ("left", "center", "right")] == [2, 2, 2]


PAGE = Target("page", "/w/x/tea", "Tea <b>", title='"Quoted"')


@pytest.mark.parametrize(
    ("written", "target", "seen"),
    [
        (
            "[[Tea]]",
            PAGE,
            '<a class="wikilink" href="/w/x/tea" title="&quot;Quoted&quot;">Tea &lt;b&gt;</a>',
        ),
        ("[[Tea & co]]", Target("page", "/t"), '<a class="wikilink" href="/t">Tea &amp; co</a>'),
        (
            "[[Tea]]",
            Target("missing", "/new"),
            '<a class="wikilink missing" href="/new" title="Not written yet">Tea</a>',
        ),
        (
            "[[Tea]]",
            Target("ambiguous", "/q"),
            '<a class="wikilink ambiguous" href="/q" title="Several pages have this name">Tea</a>',
        ),
        (
            "[my *tea*](Tea.md)",
            Target("page", "/t", "other"),
            '<a class="wikilink" href="/t">my <em>tea</em></a>',
        ),
        ("[](Tea.md)", Target("page", "/t", "Tea"), '<a class="wikilink" href="/t">Tea</a>'),
        (
            "![[i.png]]",
            Target("image", "/a/1", "A cat", width=300),
            '<img src="/a/1" alt="A cat" width="300" loading="lazy">',
        ),
        ("![cat](i.png)", Target("image", "/a/1"), '<img src="/a/1" alt="cat" loading="lazy">'),
        ("![[i.png]]", Target("file", "/a/1"), '<a class="attachment" href="/a/1">i.png</a>'),
        ("[[i.pdf]]", Target("file", "/a/1"), '<a class="attachment" href="/a/1">i.pdf</a>'),
        ("![[Tea]]", Target("missing", ""), "<a "),
        ("[[Tea]]", Target("page", "javascript:alert(1)"), '<a class="wikilink">Tea</a>'),
        ("![[i.png]]", Target("image", "data:x"), '<img alt="i.png" loading="lazy">'),
    ],
)
def test_placeholders_are_filled(written: str, target: Target, seen: str) -> None:
    html = fill(parse(written).html, {0: target})
    read_inert(html)
    assert html.startswith(f"<p>{seen}")


def test_an_unknown_link_is_missing() -> None:
    html = fill(parse("[[A]] [b](B.md) ![[C]]").html, {})
    read_inert(html)
    assert html.count('class="wikilink missing" title="Not written yet"') == 3
    assert "href" not in html


def test_an_embed_is_a_block_of_its_own_without_ids() -> None:
    inner = parse('# Heading\n`id="x"`').html
    filled = fill(parse("![[Tea]]\n\nx ![[Tea]]").html, {n: _embed(inner) for n in (0, 1)})
    read_inert(filled)
    first = filled.partition("\n")[0]
    assert first.startswith('<div class="embed"><p class="embed-title"><a class="wikilink"')
    assert "<h1>Heading</h1>" in filled
    assert '<code>id="x"</code>' in filled


def _embed(html: str) -> Target:
    return Target("embed", "/w/x/tea", "Tea", html=html)


def test_embeds_are_limited_in_all() -> None:
    large = _embed(f"<p>{'x' * 900_000}</p>")
    html = fill(parse("![[Tea]]\n\n" * 50).html, dict.fromkeys(range(50), large))
    assert len(html) < 2_100_000
    assert html.count('class="embed"') == 2


def test_nobody_can_write_a_placeholder() -> None:
    real = parse("[[Tea]]")
    forged = (
        f'{real.html} <a data-link="0">x</a> <img data-link="0"> <a data-wrap="0">y</a> '
        '<div data-link="0">\n<a data-link="0">z</a>'
    )
    for content in (forged, f"<div>\n{forged}", forged.replace("<", "&lt;"), f'[x](y "{forged}")'):
        document = parse(content)
        ours = [int(n) for n in re.findall(r'<\w+ data-\w+="(\d+)"', document.html)]
        assert ours == [link.ordinal for link in document.links]


def test_the_mark_of_another_page_is_no_placeholder() -> None:
    marked = re.findall(r'href="(/[0-9a-f]{32}/0)', _marked("[[Tea]]"))
    assert marked
    for mark in marked:
        assert "data-" not in parse(f'<a href="{mark}">x</a> ![y]({mark})').html


def _marked(content: str) -> str:
    """The HTML of a page before its marks become placeholders."""
    return f'href="/{blake2b(content.encode(), digest_size=16).hexdigest()}/0"'


SECTIONS = """# One
first
## Two
> ### Quoted
> [[Tea]]

second
## Three
third[^1]

[^1]: remark
"""


@pytest.mark.parametrize(
    ("heading", "holds", "lacks"),
    [
        ("One", ["first", "second", "third"], ["remark"]),
        ("two", ["second", "Tea"], ["first", "third"]),
        ("Three", ["third"], ["remark", "second"]),
        ("Quoted", ["Tea", "second"], ["third"]),
    ],
)
def test_a_section_ends_with_the_next_heading(
    heading: str, holds: list[str], lacks: list[str]
) -> None:
    document = parse(SECTIONS)
    filled = fill(document.html, {0: Target("page", "/t", "Tea")})
    for html in (section(document.html, heading), section(filled, heading)):
        read_inert(html)
        assert all(word in html for word in holds)
        assert not any(word in html for word in lacks)
    assert 'class="wikilink" href="/t"' in section(filled, "Two")
    assert fill(section(document.html, "Two"), {0: PAGE}).count("/w/x/tea") == 1


def test_a_section_that_is_not_there_is_empty() -> None:
    assert section(parse(SECTIONS).html, "Four") == ""


def test_a_page_is_always_read_the_same_way() -> None:
    content = "![x](https://e.com/i.png)\n\n- [x] a\n\n<td colspan=2 rowspan=3 align=left>"
    assert len({parse(content).html for _ in range(20)}) == 1
    assert isinstance(parse(content), Document)
