"""The file of a page says what the page is, and what was read from a file is written the same."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mosaic.knowledge.exchange.file_names import IGNORED, Taken, attachment_file, page_file
from mosaic.knowledge.exchange.page_file import Kept, Page, read_page, write_page
from mosaic.knowledge.front_matter import change_front_matter, split_front_matter
from mosaic.knowledge.names import slugify
from mosaic.knowledge.properties import lines_of, one_line, read_properties
from mosaic.knowledge.tags import slugs_of

AT = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
LATER = datetime(2025, 1, 1, tzinfo=UTC)

# fmt: off
odd = st.sampled_from([
    "---", "---\n", "\n", "# ", "#tag ", ": ", "'", '"', "{", "[", "&a ", "*a", "!x ", "%", "@",
    "- ", "? ", "|", ">", "\\", "\t", "\x85", "\u2028", "\ufeff", "null", "yes", "1.50", "~",
    "2024-05-06", "title", "tags", "status", "mosaic-", "DRAFT", "é", "e\u0301", "日本", "🙂", "a",
])
names = st.sampled_from([
    "title", "Title", "aliases", "alias", "tags", "tag", "summary", "description", "created",
    "date", "updated", "status", "visibility", "slug", "path", "mosaic-status", "other", "x y",
])
# fmt: on
text = st.lists(odd | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
words = text.map("".join)
line = words.map(lambda one: " ".join(one.split("\n")).strip()[:200] or "x")
value = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | line,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(line, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def front_matters(draw: st.DrawFn) -> str:
    """Front matter as programs, and people, write it; some of it broken."""
    lines = draw(
        st.lists(
            st.tuples(names, line).map(lambda pair: f"{pair[0]}: {pair[1]}")
            | st.tuples(names, line, line).map(lambda one: f"{one[0]}:\n- {one[1]}\n- {one[2]}")
            | st.tuples(names, line).map(lambda pair: f"{pair[0]}: |\n  {pair[1]}\n\n  # more")
            | st.sampled_from(["# a comment", "", "tags: [a, 'b c'] # why", "title: 'T' # why"])
            | line,
            max_size=5,
        )
    )
    return split_front_matter("---\n" + "\n".join(lines) + "\n---\n")[0] if lines else ""


kepts = st.builds(
    Kept,
    title=line,
    slug=st.sampled_from(["a", "tea-2", "日本"]),
    content=words,
    front_matter=front_matters(),
    path=st.none() | st.sampled_from(["Tea", "a/b", "What?", "tags/x"]),
    aliases=st.lists(line, max_size=3),
    tags=st.lists(line, max_size=3),
    properties=st.dictionaries(st.sampled_from(["other", "x y", "n"]), value, max_size=3),
    summary=st.none() | words.map(lambda one: one[:1000]),
    status=st.sampled_from(["DRAFT", "PUBLISHED", "ARCHIVED"]),
    visibility=st.sampled_from(["PRIVATE", "WORKSPACE", "PUBLIC"]),
    created=st.just(AT),
    updated=st.just(LATER),
)


def _settle(asked: str | None, kept: Kept) -> str:
    return asked or slugify(kept.title)


def _imported(page: Page) -> Kept:
    """What an import makes of a page in an empty workspace."""
    return Kept(
        title=page.title,
        slug=page.slug or slugify(page.title),
        content=page.content,
        front_matter=page.front_matter,
        path=page.path,
        aliases=page.aliases,
        tags=page.tags,
        properties=page.properties,
        summary=page.summary,
        status=page.status or "PUBLISHED",
        visibility=page.visibility or "WORKSPACE",
        created=page.created or AT,
        updated=page.updated or page.created or AT,
    )


def _plain(**values: Any) -> Kept:
    page = read_page("Tea.md", "")
    return Kept(**{**vars(_imported(page)), **values})


@settings(max_examples=200)
@given(kepts)
@example(_plain(front_matter="---\na: [\n---\n", visibility="PRIVATE", content="text"))
@example(_plain(front_matter="---\ntitle: &t Foo\nb: *t\n---\n", title="Bar"))
@example(_plain(front_matter="---\n{a: 1}\n---\n", status="DRAFT"))
@example(_plain(front_matter="---\na: 1\n---", content="text"))
@example(_plain(front_matter="---\na: 1\n...\n---\n", status="DRAFT"))
@example(_plain(content="---\nstatus: DRAFT\n---\n"))
@example(_plain(tags=["---\r\x1b"], status="DRAFT"))
@example(_plain(tags=["# #"], status="DRAFT"))
def test_a_file_says_what_a_page_is_and_is_written_again_to_the_byte(kept: Kept) -> None:
    file = page_file(kept.path or "Own") + ".md"
    written = write_page(kept, file, _settle)
    page = read_page(file, written)
    assert page.title == (one_line(kept.title)[:200] or "Untitled")
    assert page.slug in {kept.slug, None}
    assert (page.slug or slugify(page.title)) == kept.slug
    assert (page.status or "PUBLISHED") == kept.status
    assert (page.visibility or "WORKSPACE") == kept.visibility
    assert page.aliases == lines_of(kept.aliases)
    assert page.summary == ((kept.summary or "").strip()[:1000] or None)
    assert slugs_of(page.tags) >= slugs_of(kept.tags)
    assert page.path == (kept.path or "Own")
    assert page.content.endswith(kept.content.replace("\r\n", "\n"))
    if kept.path is None:
        assert (page.created, page.updated) == (AT.replace(microsecond=0), LATER)
    # Then nothing changes any more, to the byte.
    assert write_page(_imported(page), file, _settle) == written


@settings(max_examples=150)
@given(front_matters(), words)
def test_what_was_imported_is_written_as_it_was(front: str, content: str) -> None:
    whole = (front + content).removeprefix("\ufeff").replace("\r\n", "\n")
    for file in ("Tea.md", "folder/A b.md"):
        page = read_page(file, whole)
        if not whole.startswith("\ufeff"):
            assert write_page(_imported(page), file, _settle) == whole


@pytest.mark.parametrize(
    ("front", "changes", "after"),
    [
        ("", {"title": "Tea"}, "---\ntitle: Tea\n---\n"),
        ("---\na: 1 # one\n---\n", {"a": 2}, "---\na: 2 # one\n---\n"),
        ("---\n'a': 'x'\nb: 2\n---\n", {"a": "it's"}, "---\n'a': 'it''s'\nb: 2\n---\n"),
        ("---\na: [x]\nb: 2\n---\n", {"a": ["w", "z: 1"]}, '---\na: [w, "z: 1"]\nb: 2\n---\n'),
        ("---\na:\n- x\n\n# why\nb: 2\n---\n", {"a": []}, "---\na: []\n\n# why\nb: 2\n---\n"),
        ("---\na:\nb: 2\n---\n", {"a": "x"}, "---\na: x\nb: 2\n---\n"),
        ("---\n---\n", {"on": True, "b": None}, '---\n"on": true\nb: null\n---\n'),
    ],
)
def test_only_what_changes_is_changed(front: str, changes: dict[str, Any], after: str) -> None:
    assert change_front_matter(front, changes) == after
    assert {**read_properties(after)[0].rest, **changes} == read_properties(after)[0].rest


def test_another_programs_words_are_left_alone() -> None:
    front = "---\nstatus: in progress\nslug: /a/b\n---\n"
    kept = _plain(front_matter=front, status="DRAFT", slug="other", properties={})
    written = write_page(kept, "Tea.md", _settle)
    assert written.startswith("---\nstatus: in progress\nslug: /a/b\n")
    page = read_page("Tea.md", written)
    assert (page.status, page.slug) == ("DRAFT", "other")


@given(words)
@example("..")
@example("CON")
@example("a/../b")
@example(".x/.y")
@example("x" * 300)
@example("🙂" * 100)
@example("desktop.ini")
def test_names_of_files_can_be_kept_everywhere(name: str) -> None:
    for file in (f"{page_file(name)}.md", attachment_file(name)):
        for part in file.split("/"):
            assert part
            assert not set(part) & set('<>:"|?*\\/\n\t\x7f')
            assert not part.startswith(".")
            assert part not in IGNORED
            assert len(part.encode()) <= 255
            assert part.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
    assert page_file(page_file(name)) == page_file(name)
    assert attachment_file(attachment_file(name)) == attachment_file(name)


def test_names_that_differ_in_capitals_alone_get_numbers() -> None:
    taken = Taken()
    wanted = ("a", "A", "a/b", page_file("a.md/b"), "a 2")
    found = [taken.take_free(name, ".md") for name in wanted]
    assert found == ["a", "A 2", "a/b", "a.md-/b", "a 2 2"]
