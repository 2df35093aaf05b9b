"""Statements that take long are logged, without the values that were in them."""

import json

import pytest
from sqlalchemy import text

from mosaic.core import database
from mosaic.core.actor import DOORKEEPER
from mosaic.core.errors import Unavailable
from mosaic.core.logs import bound
from mosaic.core.metrics import SLOW_STATEMENTS
from mosaic.core.work import work
from tests.conftest import Configure, connected

NAP = text("SELECT pg_sleep(0.02),\n        CAST(:held AS text)")


def _slow(lines: list[str]) -> list[dict[str, object]]:
    told = [json.loads(line) for line in lines]
    return [one for one in told if one["event"] == "slow query"]


@pytest.mark.usefixtures("pool")
async def test_a_slow_statement_is_logged_with_the_request_and_no_values(
    lines: list[str], configure: Configure
) -> None:
    configure(SLOW_QUERY_MS="20")
    before = SLOW_STATEMENTS._value.get()
    async with connected(database.dsn()):
        with bound(request_id="r-3"):
            async with work(DOORKEEPER) as w:
                await w.session.execute(NAP, {"held": "between us"})
                await w.session.execute(text("SELECT 1"))
    slow = [one for one in _slow(lines) if "pg_sleep" in str(one["statement"])]
    [told] = slow
    assert told["statement"] == "SELECT pg_sleep(0.02), CAST(%(held)s AS text)"
    assert told["request_id"] == "r-3"
    assert int(str(told["ms"])) >= 20
    assert "between us" not in "".join(lines)
    assert SLOW_STATEMENTS._value.get() > before


@pytest.mark.usefixtures("pool")
async def test_one_that_the_database_stops_is_logged_too(
    lines: list[str], configure: Configure
) -> None:
    configure(SLOW_QUERY_MS="20")
    async with connected(database.dsn()):
        with pytest.raises(Unavailable):
            async with work(DOORKEEPER) as w:
                await w.session.execute(text("SET LOCAL statement_timeout = '30ms'"))
                await w.session.execute(text("SELECT pg_sleep(20)"))
    assert [one for one in _slow(lines) if one["statement"] == "SELECT pg_sleep(20)"]


@pytest.mark.usefixtures("pool")
async def test_with_nought_nothing_is_slow(lines: list[str], configure: Configure) -> None:
    configure(SLOW_QUERY_MS="0")
    async with connected(database.dsn()), work(DOORKEEPER) as w:
        await w.session.execute(NAP, {"held": ""})
    assert _slow(lines) == []
