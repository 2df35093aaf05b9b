"""PostgreSQL is killed with -9 under writes: nothing that was acknowledged is lost."""

import asyncio
import time
from pathlib import Path

from tests.bench.stage import reached
from tests.chaos.figures import note, seconds, times
from tests.chaos.ledger import Ledger, kill_postgres, make_pages, more_than, writing
from tests.e2e.site import running
from tests.knowledge.consistency import disagreements
from tests.waiting import until

WRITERS = 8


async def test_what_was_acknowledged_is_there(tmp_path: Path) -> None:
    ledger, back = Ledger(), []
    with running(tmp_path) as server:
        root = server.set_up()
        ready = reached(tmp_path)
        make_pages(root, WRITERS)
        async with writing(ledger, root, WRITERS):
            for turn in range(times(2, 20)):
                await until(more_than(ledger, times(15, 40)), 60)
                killed = time.monotonic()
                kill_postgres(tmp_path / "data", everything=turn % 2 == 1)
                await until(lambda: ledger.newest > killed, 120)  # noqa: B023
                back.append(time.monotonic() - killed)
                assert await asyncio.to_thread(disagreements, ready, "first") == []
                assert ledger.lost(ready) == []
        assert ledger.cut == 0
        assert ledger.lost(ready) == []
        assert "Traceback" not in server.log.read_text()
    note(
        "database",
        f"killed {len(back)} times",
        f"{ledger.saved:,} writes acknowledged, 0 lost, nothing half written",
        f"{ledger.answers[503]} answered 503, none left without an answer",
        f"longest answer {ledger.longest:.1f} s",
        f"saves again after {seconds(back)}",
    )
