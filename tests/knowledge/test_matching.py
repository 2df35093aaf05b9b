"""What two texts have in common: in the order of both, and what people would point at."""

from hypothesis import given
from hypothesis import strategies as st

from mosaic.knowledge.matching import Matcher

LINES = st.lists(st.sampled_from("abcdefgh") | st.text(max_size=2), max_size=30)


@given(LINES, LINES)
def test_matches_are_there_in_the_order_of_both(old: list[str], new: list[str]) -> None:
    *blocks, end = Matcher(old, new).get_matching_blocks()
    assert end == (len(old), len(new), 0)
    a = b = 0
    for block in blocks:
        assert block.size
        assert block.a >= a
        assert block.b >= b
        a, b = block.a + block.size, block.b + block.size
        assert old[block.a : a] == new[block.b : b]


@given(LINES, LINES)
def test_what_is_put_before_or_after_leaves_the_rest_as_it_was(
    old: list[str], more: list[str]
) -> None:
    for new in ([*more, *old], [*old, *more]):
        blocks = Matcher(old, new).get_matching_blocks()
        assert sum(block.size for block in blocks) == len(old)


def test_a_new_paragraph_is_new_as_a_whole() -> None:
    """And does not begin with the brace of the one before, as in a diff by the shortest way."""
    old = ["def a() {", "  one", "}", "", "def c() {", "  three", "}"]
    new = [*old[:4], "def b() {", "  two", "}", "", *old[4:]]
    changes = [one for one in Matcher(old, new).get_opcodes() if one[0] != "equal"]
    assert changes == [("insert", 4, 4, 4, 8)]


def test_the_longest_order_stays_where_lines_were_moved() -> None:
    blocks = Matcher(list("xabcdy"), list("ycabdx")).get_matching_blocks()
    assert blocks == [(1, 2, 2), (4, 4, 1), (6, 6, 0)]
