"""Links as they are written, and the sentence around each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaic.knowledge.render.markdown import Link, image_size, parse


def _links(content: str) -> list[Link]:
    return parse(content).links


def _one(content: str) -> Link:
    [link] = _links(content)
    return link


@pytest.mark.parametrize(
    ("written", "target", "heading", "text", "embed"),
    [
        ("[[Page]]", "Page", None, None, False),
        ("[[ Page  two ]]", "Page  two", None, None, False),
        ("[[Page|text]]", "Page", None, "text", False),
        ("[[Page|]]", "Page", None, None, False),
        ("[[Page|a|b]]", "Page", None, "a|b", False),
        ("[[Page|see [1]]]", "Page", None, "see [1", False),
        ("[[Page#Heading]]", "Page", "Heading", None, False),
        ("[[Page#`id`|the `id`]]", "Page", "`id`", "the `id`", False),
        ("[[Page#A#B]]", "Page", "A#B", None, False),
        ("[[#Heading]]", "", "Heading", None, False),
        ("[[folder/Page]]", "folder/Page", None, None, False),
        ("[[Page.md]]", "Page.md", None, None, False),
        ("![[image.png]]", "image.png", None, None, True),
        ("![[image.png|300]]", "image.png", None, "300", True),
        ("![[Page#Heading]]", "Page", "Heading", None, True),
        ("[[^Library/Std]]", "Library/Std", None, None, False),
        ("[[Page@123]]", "Page", None, None, False),
        ("[[Page@L12c4]]", "Page", None, None, False),
        ("[[me@home]]", "me@home", None, None, False),
        ("[[A$AP Rocky]]", "A$AP Rocky", None, None, False),
        ("[[[Page]]]", "Page", None, None, False),
        ("*a [[Page]]*", "Page", None, None, False),
        ("# [[Page]]", "Page", None, None, False),
        ("参见[[页面]]。", "页面", None, None, False),
        ("[[Tom & Jerry <b>]]", "Tom & Jerry <b>", None, None, False),
        ("[[&amp;]]", "&amp;", None, None, False),
        ("[[\\*]]", "\\*", None, None, False),
    ],
)
def test_a_wiki_link_has_its_parts(
    written: str, target: str, heading: str | None, text: str | None, embed: bool
) -> None:
    link = _one(written)
    assert (link.kind, link.target, link.heading, link.text, link.embed) == (
        "wiki",
        target,
        heading,
        text,
        embed,
    )


@pytest.mark.parametrize(
    "written",
    [
        "[[]]",
        "[[ ]]",
        "[[|text]]",
        "[[#]]",
        "[[Page",
        "[[Pa\nge]]",
        "\\[[Page]]",
        "[[Pa[ge]]",
        "`[[Page]]`",
        "``a ` [[Page]]``",
        "`a [[Page` b]]",
        "[[Page `b]] c`",
        "```\n[[Page]]\n```",
        "~~~ md\n[[Page]]",
        "    [[Page]]",
        "> ```\n> [[Page]]\n> ```",
        "- ```\n  [[Page]]\n  ```",
        "<!-- [[Page]] -->",
        "<div>\n[[Page]]\n</div>",
        "---\na: '[[Page]]'\n---\n",
        "${query[[from index.pages() limit 3]]}",
        "[x](https://e.com/[[Page]])",
        "<https://e.com/[[Page]]>",
        "![[[Page]]](https://e.com/x.png)",
    ],
)
def test_what_is_no_link(written: str) -> None:
    assert _links(written) == []


def test_links_in_table_cells_take_an_escaped_bar() -> None:
    content = "| a | b |\n|-|-|\n| [[Page\\|text]] | ![[i.png\\|300]] |"
    assert [(link.target, link.text) for link in _links(content)] == [
        ("Page", "text"),
        ("i.png", "300"),
    ]


@pytest.mark.parametrize(
    ("written", "target", "heading", "embed"),
    [
        ("[x](Page.md)", "Page.md", None, False),
        ("[x](folder/My%20Page.md)", "folder/My Page.md", None, False),
        ("[x](<folder/My Page.md>)", "folder/My Page.md", None, False),
        ("[x](../Page.md#The%20Heading)", "../Page.md", "The Heading", False),
        ("[x](Page)", "Page", None, False),
        ("![x](img.png)", "img.png", None, True),
        ("![x](img.png?raw=true)", "img.png", None, True),
        ("[x][r]\n\n[r]: Page.md", "Page.md", None, False),
        ("[x](a%00b)", "ab", None, False),
        ("[x](%FF)", "\ufffd", None, False),
    ],
)
def test_relative_addresses_are_links(
    written: str, target: str, heading: str | None, embed: bool
) -> None:
    link = _one(written)
    assert (link.kind, link.target, link.heading, link.text, link.embed) == (
        "markdown",
        target,
        heading,
        "x",
        embed,
    )


@pytest.mark.parametrize(
    "address",
    ["https://e.com", "//e.com/x", "mailto:a@b.c", "/w/x", "#here", "", "?a=b", "javascript:x"],
)
def test_addresses_elsewhere_are_no_links(address: str) -> None:
    assert _links(f"[x]({address}) ![x]({address})") == []


def test_links_are_numbered_in_the_order_in_which_they_are_read() -> None:
    content = "[^1] [[A]]\n\n[^1]: [[D]]\n\n> [[B]] [c](C.md)"
    links = _links(content)
    assert [link.target for link in links] == ["A", "B", "C.md", "D"]
    assert [link.ordinal for link in links] == [0, 1, 2, 3]


def test_a_picture_that_is_a_link_is_two() -> None:
    assert [link.target for link in _links("[![x](thumb.png)](Full.md)")] == [
        "Full.md",
        "thumb.png",
    ]


@pytest.mark.parametrize(
    ("content", "context"),
    [
        ("One. Two [[Page]] three. Four.", "Two Page three."),
        ("One? See *the* [[Page|`code` text]]! Four.", "See the `code` text!"),
        ("Water, e.g. [[Page]], is wet. So what.", "Water, e.g. Page, is wet."),
        ("- item\n- [[Page]] first", "Page first"),
        ("| a | [[Page]] b |\n|-|-|", "Page b"),
        ("line one\n[[Page]] line\ntwo", "line one Page line two"),
        ("# About [[Page#Part]]", "About Page#Part"),
        ("茶。参见[[页面]]吧。水。", "参见页面吧。"),
        ("[words](Page.md) here", "words here"),
        ("![[i.png|300]] here", "i.png here"),
    ],
)
def test_the_context_is_the_sentence_around_a_link(content: str, context: str) -> None:
    assert _one(content).context == context


def test_a_long_context_is_cut_around_its_link() -> None:
    link = _one(f"{'before ' * 200}[[Page]]{' after' * 200}")
    assert len(link.context) <= 300
    assert link.context.startswith("…")
    assert link.context.endswith("…")
    assert " Page after" in link.context


@given(st.text(alphabet="ab. \n!?。", max_size=700), st.text(alphabet="ab. \n!?。", max_size=700))
def test_a_context_holds_its_link_and_is_short(before: str, after: str) -> None:
    for link in _links(f"x{before}[[The Page]]{after}"):
        assert "The Page" in link.context
        assert len(link.context) <= 300


@given(st.text(max_size=200), st.sampled_from(["`", "``", "```\n", "~~~\n"]))
def test_links_in_code_are_never_found(text: str, fence: str) -> None:
    clean = text.replace("`", "").replace("~", "").replace("\r", "")
    inside = f"{clean}[[Page]]" if "\n" in fence else f"{clean.replace(chr(10), ' ')}[[Page]]"
    content = f"x {fence}{inside}{fence}" if "\n" not in fence else f"{fence}{inside}\n{fence}"
    assert _links(content) == []


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (None, ("", None)),
        ("300", ("", 300)),
        ("300x200", ("", 300)),
        ("x200", ("", None)),
        ("A cat", ("A cat", None)),
        ("A cat|300", ("A cat", 300)),
        ("A|B", ("A|B", None)),
        ("²", ("²", None)),
        ("99999", ("99999", None)),
    ],
)
def test_sizes_of_pictures(text: str | None, size: tuple[str, int | None]) -> None:
    assert image_size(text) == size
