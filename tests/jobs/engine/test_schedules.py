"""Schedules start their runs once, however many workers there are and whatever was missed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from mosaic.core.actor import DOORKEEPER
from mosaic.core.errors import Invalid
from mosaic.core.start import Ready
from mosaic.core.work import work as begin
from mosaic.jobs import schedules, service
from mosaic.jobs.schedules import next_time
from mosaic.jobs.service import JobQuery
from mosaic.workspaces.models import Member
from tests.answers import listed, problem
from tests.conftest import Configure
from tests.jobs.engine.conftest import Workers
from tests.jobs.engine.runs import ended
from tests.waiting import until
from tests.world import Person, World

PATH = "/api/runner-jobs/schedules"
NIGHTLY = {"title": "Nightly", "type": "TEST_PHASES", "cron": "30 3 * * *"}


async def make(person: Person, **more: object) -> dict[str, object]:
    answer = await person.http.post(PATH, json={**NIGHTLY, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def long_ago(ready: Ready, *ids: object) -> None:
    """Let the time of schedules have come two days ago."""
    query = "UPDATE job_schedules SET next_at = now() - interval '2 days' WHERE id = ANY(%s)"
    with psycopg.connect(ready.admin_dsn) as owner:
        owner.execute(query, [[UUID(str(id)) for id in ids]])


async def runs_of(person: Person, id: object) -> list[UUID]:
    async with person.work() as work:
        query = JobQuery(schedule_id=UUID(str(id)), limit=100)
        return [job.id for job in (await service.list_rows(work, query)).data]


async def test_with_two_workers_each_starts_once(
    world: World, ready: Ready, workers: Workers
) -> None:
    for _ in range(2):
        await workers.start()
    made = [await make(world.mia, title=f"Yearly {n}", cron="0 0 1 1 *") for n in range(5)]
    ids = [one["id"] for one in made]
    long_ago(ready, *ids)

    async def all_started() -> bool:
        return all([await runs_of(world.mia, id) for id in ids])

    await until(all_started)
    for id in ids:
        [run] = await runs_of(world.mia, id)
        job = await ended(world.mia, run, 40)
        assert (job.status, job.title, str(job.schedule_id)) == (
            "COMPLETED",
            made[ids.index(id)]["title"],
            id,
        )
        assert job.requested_by == world.mia.actor.user_id
    for id in ids:
        assert len(await runs_of(world.mia, id)) == 1
        shown = (await world.mia.http.get(f"{PATH}/{id}")).json()
        assert datetime.fromisoformat(shown["nextAt"]) > datetime.now(UTC) - timedelta(minutes=1)


async def test_whose_maker_has_left_comes_to_rest(world: World, ready: Ready) -> None:
    made = await make(world.mia)
    long_ago(ready, made["id"])
    async with world.ana.work() as work:
        tenant = work.tenant
    async with begin(DOORKEEPER) as work:
        member = await work.session.get_one(Member, (tenant, world.mia.actor.user_id))
        await work.session.delete(member)
    await schedules.fire()
    shown = (await world.ana.http.get(f"{PATH}/{made['id']}")).json()
    assert (shown["active"], shown["nextAt"]) == (False, None)
    assert await runs_of(world.ana, made["id"]) == []


async def test_one_that_cannot_start_now_keeps_no_other_from_starting(
    world: World, ready: Ready, configure: Configure
) -> None:
    configure(OLLAMA_URL="http://127.0.0.1:9", OLLAMA_MODEL="small")
    asking = await make(world.mia, type="AI_ACTION", input={"prompt": "Well?"})
    other = await make(world.bo)
    configure(OLLAMA_URL="")
    long_ago(ready, asking["id"])
    long_ago(ready, other["id"])
    await schedules.fire()
    assert await runs_of(world.mia, asking["id"]) == []
    assert len(await runs_of(world.bo, other["id"])) == 1
    shown = (await world.mia.http.get(f"{PATH}/{asking['id']}")).json()
    assert shown["active"]
    assert datetime.fromisoformat(shown["nextAt"]) > datetime.now(UTC)
    log = listed(await world.mia.http.get(f"/api/activity?entityId={asking['id']}"))
    assert [line["action"] for line in log] == ["SKIPPED", "CREATED"]


async def test_at_rest_nothing_starts_and_waking_is_not_made_up_for(
    world: World, ready: Ready
) -> None:
    made = await make(world.mia)
    path = f"{PATH}/{made['id']}"
    at_rest = (await world.mia.http.patch(path, json={"active": False})).json()
    assert (at_rest["active"], at_rest["nextAt"]) == (False, None)
    woken = (await world.mia.http.patch(path, json={"active": True})).json()
    assert woken["nextAt"] == made["nextAt"]
    await schedules.fire()
    assert await runs_of(world.mia, made["id"]) == []


async def test_made_listed_changed_and_removed(world: World) -> None:
    made = await make(world.mia, timeZone="Europe/Berlin", input={"parts": 1}, priority=70)
    assert listed(await world.gil.http.get(PATH)) == [made]
    path = f"{PATH}/{made['id']}"
    changed = (
        await world.mia.http.patch(path, json={"title": "Early", "cron": "0 5 * * 1"})
    ).json()
    assert (changed["title"], changed["cron"]) == ("Early", "0 5 * * 1")
    assert changed["nextAt"] != made["nextAt"]
    problem(await world.gil.http.patch(path, json={"title": "Mine"}), 403)
    problem(await world.gil.http.post(PATH, json=NIGHTLY), 403)
    problem(await world.gil.http.delete(path), 403)
    problem(await world.bo.http.get(path), 404)
    assert (await world.mia.http.delete(path)).status_code == 204
    problem(await world.mia.http.get(path), 404)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cron": "every day"}, "cron"),
        ({"cron": "61 * * * *"}, "cron"),
        ({"cron": "* * * * * *"}, "cron"),
        ({"cron": "0 0 31 2 *"}, "cron"),
        ({"cron": "@never"}, "cron"),
        ({"cron": ""}, "cron"),
        ({"cron": "*/0 * * * *"}, "cron"),
        ({"timeZone": "Mars/Olympus"}, "timeZone"),
        ({"timeZone": "../../etc/passwd"}, "timeZone"),
        ({"timeZone": ""}, "timeZone"),
        ({"type": "COMMAND", "input": {"command": "rm"}}, "input"),
    ],
)
async def test_what_is_no_time_is_said_calmly(
    world: World, change: dict[str, object], field: str
) -> None:
    answer = problem(await world.ana.http.post(PATH, json={**NIGHTLY, **change}), 422)
    assert answer["errors"][0]["loc"][-1] == field


def test_times_are_those_of_the_place() -> None:
    winter = datetime(2026, 1, 10, 12, tzinfo=UTC)
    summer = datetime(2026, 7, 10, 12, tzinfo=UTC)
    assert next_time("0 9 * * *", "Europe/Berlin", winter).hour == 8
    assert next_time("0 9 * * *", "Europe/Berlin", summer).hour == 7
    # 2:30 does not exist in the night in which clocks go forward.
    gap = next_time("30 2 29 3 *", "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert gap > datetime(2026, 3, 28, 12, tzinfo=UTC)
    with pytest.raises(Invalid):
        next_time("0 0 30 2 *", "UTC")


@pytest.mark.parametrize(
    ("cron", "zone", "day", "times"),
    [
        ("30 2 * * *", "Europe/Berlin", "2027-10-31", 1),
        ("45 1 * * *", "Australia/Lord_Howe", "2027-04-04", 1),
        ("30 2 * * *", "Europe/Berlin", "2027-03-28", 1),
        ("0 * * * *", "Europe/Berlin", "2027-10-31", 25),
        ("0 * * * *", "Europe/Berlin", "2027-03-28", 23),
    ],
)
def test_a_daily_time_comes_once_on_days_that_change_their_clocks(
    cron: str, zone: str, day: str, times: int
) -> None:
    here = ZoneInfo(zone)
    at = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=here) - timedelta(seconds=1)
    found = []
    while (at := next_time(cron, zone, at)).astimezone(here).date().isoformat() == day:
        found.append(at)
    assert len(found) == times
