"""Two texts put together lose nothing of either."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mosaic.knowledge.merging import Collision, joined, merge, settled, value
from mosaic.knowledge.pages.editor_form import steps

TEXTS = st.one_of(
    st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=12).map("\n".join),
    st.text(alphabet="ab\n\r ", max_size=30),
)


def _lines(text: str) -> set[str]:
    return set(text.split("\n"))


@given(TEXTS, TEXTS)
def test_one_change_alone_is_taken(base: str, mine: str) -> None:
    assert joined(merge(base, mine, base)) == mine
    assert joined(merge(base, base, mine)) == mine
    assert joined(merge(base, mine, mine)) == mine


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_that_somebody_added_is_lost(base: str, mine: str, theirs: str) -> None:
    both = settled(merge(base, mine, theirs), [])
    assert (_lines(mine) | _lines(theirs)) - _lines(base) - {""} <= _lines(both)


@given(TEXTS, TEXTS, TEXTS)
def test_collisions_are_settled_as_chosen(base: str, mine: str, theirs: str) -> None:
    pieces = merge(base, mine, theirs)
    found = [piece for piece in pieces if isinstance(piece, Collision)]
    assert (joined(pieces) is None) == bool(found)
    ours = settled(pieces, ["mine"] * len(found))
    others = settled(pieces, ["theirs"] * len(found))
    assert all(piece.mine in ours and piece.theirs in others for piece in found)
    if not found:
        assert ours == others == joined(pieces)


def test_changes_apart_from_each_other_do_not_collide() -> None:
    merged = merge("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n")
    assert joined(merged) == "A\nb\nc\nD\n"
    merged = merge("a\nb\n", "x\nb\n", "y\nb\n")
    assert settled(merged, ["both"]) == "x\ny\nb\n"
    assert settled(merged, ["theirs"]) == "y\nb\n"
    assert settled(merge("", "x", "y"), []) == "x\ny"
    assert joined(merge("a\nb", "a\nb\nmine", "theirs\na\nb")) == "theirs\na\nb\nmine"
    assert joined(merge("a", "a\n", "a\nb")) is None


def test_of_a_value_the_change_counts() -> None:
    assert value("a", "a", "b") == "b"
    assert value("a", "b", "a") == "b"
    assert value("a", "b", "c") == "b"


def test_of_lists_every_change_counts() -> None:
    assert value(["a", "b"], ["b", "mine"], ["a", "b", "theirs"]) == ["b", "theirs", "mine"]
    assert value(["a"], ["a"], ["b"]) == ["b"]
    assert value([], ["a"], ["a"]) == ["a"]


def test_too_many_collisions_are_one_choice() -> None:
    base, mine, theirs = ("".join(f"{at}\n{who}{at}\n" for at in range(300)) for who in "abc")
    assert merge(base, mine, theirs) == [Collision(mine, theirs)]


@given(TEXTS | st.text(), TEXTS | st.text())
def test_steps_lead_from_one_text_to_the_other_as_browsers_count(before: str, after: str) -> None:
    units, moved = before.encode("utf-16-le", "surrogatepass"), 0
    for start, end, text in json.loads(steps(before, after)):
        insert = text.encode("utf-16-le", "surrogatepass")
        units = units[: 2 * start + moved] + insert + units[2 * end + moved :]
        moved += len(insert) - 2 * (end - start)
    assert units.decode("utf-16-le", "surrogatepass") == after
