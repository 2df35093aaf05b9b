"""Imports a vault in a process of its own, which a test can kill; tells how many MB that took."""

import asyncio
import json
import sys
from pathlib import Path
from uuid import UUID

import mosaic.metadata  # noqa: F401  (the tables of every feature)
from mosaic.core import database
from mosaic.core.actor import Actor
from mosaic.core.work import work
from mosaic.knowledge import exchange
from mosaic.knowledge.markdown import parse


def _memory() -> int:
    # Not getrusage: after fork and exec that still counts what the parent had.
    lines = Path("/proc/self/status").read_text().splitlines()
    [most] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(most) // 1024


async def _main(dsn: str, user: str, workspace: str, path: str, batch: int) -> None:
    database.connect(dsn, pool_size=2)
    exchange._BATCH = batch
    actor = Actor(UUID(user))
    parse("# Warm\n```python\nx = 1\n```")
    async with work(actor, workspace) as w:
        id, tenant = await exchange.begin_import(w, "a vault"), w.tenant
    before = _memory()
    await exchange.run_import(actor, tenant, id, Path(path))
    async with work(actor, workspace) as w:
        report = await exchange.get_import(w, id)
    await database.disconnect()
    json.dump([report.status, report.counts, _memory() - before], sys.stdout)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:5], int(sys.argv[5])))
