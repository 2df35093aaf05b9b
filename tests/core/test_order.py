"""Keys for an order: always room between two, in the order of their bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaic.core.order import between, following


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=200))
def test_an_order_of_keys_is_the_order_of_things(places: list[int]) -> None:
    keys: list[str] = []
    for place in places:
        at = place % (len(keys) + 1)
        low = keys[at - 1] if at else None
        high = keys[at] if at < len(keys) else None
        keys.insert(at, between(low, high))
    assert sorted(keys) == keys
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("side", ["low", "high"])
def test_keys_grow_slowly_in_the_tightest_place(side: str) -> None:
    low, high = between(None, None), between(between(None, None), None)
    for _ in range(600):
        middle = between(low, high)
        assert low < middle < high
        low, high = (middle, high) if side == "low" else (low, middle)
    assert len(middle) < 130


def test_what_is_appended_stays_short() -> None:
    keys = following(None, 10_000)
    assert sorted(set(keys)) == keys
    assert {len(key) for key in keys} == {6}
    assert following(keys[-1], 1) > [keys[-1]]
    assert following(keys[-1], 0) == []


def test_keys_out_of_order_are_no_range() -> None:
    low, high = following(None, 2)
    for pair in ((high, low), (low, low)):
        with pytest.raises(ValueError, match="not in order"):
            between(*pair)
