"""Names of pages: slugs, keys, paths and anchors."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaic.knowledge.names import fold, heading_anchor, link_key, path_key, relative, slugify


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Green Tea", "green-tea"),
        ("  Über   uns ", "uber-uns"),
        ("U\u0308ber uns", "uber-uns"),
        ("Straße & Łódź", "strasse-lodz"),
        ("It's Don’t", "its-dont"),
        ("C++ / C#", "c-c"),
        ("日本語 page", "日本語-page"),
        ("影師嗎", "影師嗎"),
        ("Йод и чай", "йод-и-чай"),
        ("がぎぐ", "がぎぐ"),
        ("&amp; &#65;", "amp-65"),
        ("2024-05-06", "2024-05-06"),
    ],
)
def test_slugs_can_be_read(title: str, slug: str) -> None:
    assert slugify(title) == slug


@pytest.mark.parametrize("title", ["🍵", "🍵🍵", "!!!", "\ud800", "\u200b", "___"])
def test_a_title_without_letters_has_a_slug_of_its_own(title: str) -> None:
    slug = slugify(title)
    assert slug == slugify(title)
    assert slug.startswith("page-")
    assert slug != slugify(title + "?")


@given(st.text())
def test_a_slug_fits_an_address_and_stays(title: str) -> None:
    slug = slugify(title)
    assert 1 <= len(slug) <= 120
    assert not set(slug) & set(string.punctuation + string.whitespace) - {"-"}
    assert slug == slug.strip("-")
    assert slugify(slug) == slug
    slug.encode()


@pytest.mark.parametrize(
    ("target", "key"),
    [
        (" Green \t\n Tea ", "Green Tea"),
        ("Screenshot 10.00\u202fAM.png", "Screenshot 10.00\u202fAM.png"),
        ("Te\u0301", "T\u00e9"),
        ("Tea.md", "Tea"),
        ("Tea.MD", "Tea"),
        ("Tea.md.md", "Tea.md"),
        ("drinks/Tea", "drinks/Tea"),
        ("", ""),
    ],
)
def test_keys_of_links(target: str, key: str) -> None:
    assert link_key(target) == key


@given(st.text())
def test_keys_without_regard_to_case_are_stable(text: str) -> None:
    key = link_key(text)
    assert fold(key) == fold(fold(key))
    # The Turkish i's change letters when they change case.
    assert fold(key) == fold(key.upper().lower()) or {"\u0130", "\u0131"} & {*text}


@pytest.mark.parametrize(
    ("page", "target", "path"),
    [
        ("drinks/Tea", "Water.md", "drinks/Water"),
        ("drinks/Tea", "../images/x.png", "images/x.png"),
        ("drinks/Tea", "./Water", "drinks/Water"),
        ("drinks/Tea", "../../x", ""),
        ("drinks/Tea", "/Water", "Water"),
        ("Tea", "a/../b.md", "b"),
        (None, "x.md", "x"),
        ("Tea", "..", ""),
        ("Tea", "..x", "..x"),
        ("a/b/c", "../../ x /./y ", "x/y"),
    ],
)
def test_paths_from_a_page(page: str | None, target: str, path: str) -> None:
    assert relative(page, target) == path


@given(st.text(alphabet="ab./\\ ", max_size=30))
def test_no_path_leads_out(path: str) -> None:
    key = path_key(path)
    assert ".." not in key.split("/")
    assert not key.startswith("/")
    assert path_key(key) == key or key.lower().endswith(".md")


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("Hello World", "hello world"),
        ("`id`", "id"),
        ("Values: dates", "Values dates"),
        ("Why? (really)", "Why really"),
    ],
)
def test_a_link_finds_a_heading_as_people_write_it(heading: str, written: str) -> None:
    assert heading_anchor(heading) == heading_anchor(written)


@given(st.text())
def test_anchors_are_ids_of_their_own(heading: str) -> None:
    anchor = heading_anchor(heading)
    assert anchor.startswith("h-")
    assert 2 < len(anchor) <= 82
    assert not set(anchor) & set(string.punctuation + string.whitespace) - {"-"}
