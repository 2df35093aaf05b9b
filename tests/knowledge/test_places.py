"""Targets of links are written anew in any text, and nothing else changes by a byte."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaic.knowledge.places import with_targets
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.resolution import link_row

PATH = "notes/Page"
NAMES = {
    ("wiki", "Old name"): "New name",
    ("wiki", "notes/Old name"): "notes/New name",
    ("markdown", "notes/Old name"): "New name",
    ("markdown", "Old name"): "New (name)",
}


def _links(content: str) -> list[dict[str, Any]]:
    return [link_row(link, PATH) for link in parse(content).links]


def _rewritten(content: str) -> str | None:
    found = with_targets(content, PATH, _links(content), NAMES)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[[Old name]]", "[[New name]]"),
        ("![[ Old  name #H|300]]\r\n", "![[ New name #H|300]]\r\n"),
        ("[[^Old name@12]] [[Old name.md|x]]", "[[^New name@12]] [[New name.md|x]]"),
        ("[[notes/Old name]] [[Old name/x]]", "[[notes/New name]] [[Old name/x]]"),
        ("query[[Old name]] \\[[[Old name]]]", "query[[Old name]] \\[[[New name]]]"),
        ("[a](Old%20name.md)", "[a](New%20name.md)"),
        ('[a]( <./Old name.md#h> "Old name")', '[a]( <./New name.md#h> "Old name")'),
        ("![a](../Old%20name.md?x#Old)", "![a](../New%20%28name%29.md?x#Old)"),
        ("[a](/Old%20name.md) [a](other/Old%20name.md)",) * 2,
        (
            "[a][r] [b][r]\n\n[r]: Old%20name.md 'Old name'",
            "[a][r] [b][r]\n\n[r]: New%20name.md 'Old name'",
        ),
        (
            "`[r]: Old%20name.md`\n\n> [a][r]\n>\n> [r]: <Old name.md>",
            "`[r]: Old%20name.md`\n\n> [a][r]\n>\n> [r]: <New name.md>",
        ),
        ("<!-- [[Old name]] -->\n\n[[Old name]]", "<!-- [[Old name]] -->\n\n[[New name]]"),
        ("~~~\n[[Old name]]\n~~~\n[[Old name]]", "~~~\n[[Old name]]\n~~~\n[[New name]]"),
        (
            "a^[ [[Old name]] ] [^1]\n\n[^1]: [[Old name]]",
            "a^[ [[New name]] ] [^1]\n\n[^1]: [[New name]]",
        ),
        ("[^1]: [[Old name]]", "[^1]: [[Old name]]"),
        ("| a |\n|-|\n| [[Old name\\|Old name]] |", "| a |\n|-|\n| [[New name\\|Old name]] |"),
    ],
)
def test_a_link_keeps_everything_but_its_target(before: str, after: str) -> None:
    assert _rewritten(before) == after


PIECES = st.sampled_from(
    [
        *("[[Old name]]", "![[Old name|300]]", "[[old name#H|x\\|y]]", "[[notes/Old name]]"),
        *("[a](Old%20name.md)", "[a](<Old name.md> 'Old name')", "![b](../Old%20name.md#x)"),
        *("[r]", "\n\n[r]: Old%20name.md\n\n", "[[Other]]", "[[Old name", "Old name]]", "[[[["),
        *("`", "``", "\n```\n", "\n~~~\n", "\n    ", "\n\n", "\r\n", "\n> ", "\n- ", "\t", "\\"),
        *("<!--", "-->", "<div>", "</div>", "| ", " |\n|-|-|\n| ", "Old name", " ", "é", "漢字"),
        *("](", ")", "]", "[", "$", "query", "^[", "[^1]", "\n\n[^1]: ", "---\n", "**", "==", "#"),
        *("a: 1\n", "](Old%20name.md", "x"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_in_any_text_only_targets_change(content: str) -> None:
    links = _links(content)
    found = with_targets(content, PATH, links, NAMES)
    if found is None:
        return
    changed, document = found
    now = [link_row(link, PATH) for link in document.links]
    assert [link_row(link, PATH) for link in parse(changed).links] == now
    keys = [(link["kind"], link["target"]) for link in links]
    assert [(n["kind"], n["target"], n["heading"], n["label"], n["embed"]) for n in now] == [
        (kind, _target(kind, target), link["heading"], link["label"], link["embed"])
        for (kind, target), link in zip(keys, links, strict=True)
    ]
    # Read backwards, the new names are the only ones that were put in.
    plain = [("New%20%28name%29", "Old%20name"), ("New (name)", "Old name")]
    for new, old in [*plain, ("New%20name", "Old%20name"), ("New name", "Old name")]:
        changed = changed.replace(new, old)
    assert changed.replace("New %28name%29", "Old name") == content


def _target(kind: str, target: str) -> str:
    folder, slash, _ = target.rpartition("/")
    name = NAMES.get((kind, target))
    if name is None:
        return target
    return f"{folder}{slash}{name}" if kind == "markdown" else name
