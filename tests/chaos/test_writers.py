"""Many people change one page at the same moment: every save that counted is a version."""

import asyncio
from pathlib import Path

import httpx2 as httpx

from tests.bench.stage import reached
from tests.chaos.figures import note, times
from tests.chaos.ledger import ENTRIES, Ledger, client, make_pages
from tests.e2e.site import running
from tests.knowledge.consistency import disagreements


async def test_one_page(tmp_path: Path) -> None:
    writers, edits = times(10, 50), times(10, 50)
    ledger, page = Ledger(fine=frozenset({409, 503})), f"{ENTRIES}/page-0"
    with running(tmp_path) as server:
        root = server.set_up()
        make_pages(root, 1)

        async def write(http: httpx.AsyncClient, name: int) -> None:
            version = 1
            for number in range(edits):
                body = {"content": f"{name}.{number} [[Page 0]]", "version": version}
                answer = await http.patch(page, json=body)
                ledger.answers[answer.status_code] += 1
                told = answer.json()
                if answer.status_code == 200:
                    version = told["version"]
                    assert ("page-0", version) not in ledger.acknowledged
                    ledger.acknowledged["page-0", version] = body["content"]
                elif answer.status_code == 409:
                    # What is there now, which nobody but the winner can have written.
                    assert told["current"]["version"] > version
                    version = told["current"]["version"]
                else:
                    assert answer.status_code == 503, answer.text

        async with client(root) as http, asyncio.TaskGroup() as tasks:
            for name in range(writers):
                tasks.create_task(write(http, name))
        ready = reached(tmp_path)
        assert ledger.lost(ready) == []
        now = root.ask("GET", page)
        assert now["version"] == ledger.saved + 1
        versions = sorted(version for _, version in ledger.acknowledged)
        assert versions == list(range(2, ledger.saved + 2))
        assert now["content"] == ledger.acknowledged["page-0", now["version"]]
        assert disagreements(ready, "first") == []
    assert sum(ledger.answers.values()) == writers * edits
    note(
        "writers",
        f"{writers} writers × {edits} edits",
        f"{ledger.saved:,} acknowledged and as many versions, without a gap",
        f"{ledger.answers[409]:,} answered 409 with the page as it was then, "
        f"{ledger.answers[503]:,} answered 503",
    )
