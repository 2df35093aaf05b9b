"""Identifiers sort by the time they were made."""

import time

from mosaic.core.ids import new_id


def test_ids_sort_by_time_and_tell_it() -> None:
    before = time.time_ns() // 1_000_000
    made = []
    for _ in range(200):
        made.append(new_id())
        tick = time.time_ns()
        while time.time_ns() - tick < 1_000:  # two at the same instant would be in any order
            pass
    assert made == sorted(made)
    assert str(made[0]) < str(made[-1])
    assert before <= made[0].int >> 80 <= made[-1].int >> 80 <= time.time_ns() // 1_000_000


def test_ids_are_version_7_and_differ() -> None:
    made = [new_id() for _ in range(10_000)]
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert len(set(made)) == len(made)
