"""Addresses of lists that come in pages."""

import pytest

from mosaic.shell.paging import address, neighbours, page_number


@pytest.mark.parametrize(
    ("asked", "page"),
    [("", 1), ("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("1.5", 1), ("9" * 5000, 1_000_000)],
)
def test_a_page_is_a_number_from_one(asked: str, page: int) -> None:
    assert page_number({"page": asked}) == page
    assert page_number({}) == 1


def test_an_address_has_only_what_is_chosen() -> None:
    assert address("/tags") == "/tags"
    assert address("/tags", 1, q="", sort="used") == "/tags?sort=used"
    assert address("/tags", 2, q="a&b ü") == "/tags?q=a%26b+%C3%BC&page=2"


@pytest.mark.parametrize(
    ("page", "pages", "ways"),
    [(1, 0, ("", "")), (1, 2, ("", "2")), (2, 2, ("1", "")), (2, 3, ("1", "3"))],
)
def test_there_is_no_way_past_the_ends(page: int, pages: int, ways: tuple[str, str]) -> None:
    assert neighbours(str, page, pages) == ways
