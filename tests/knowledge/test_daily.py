"""Templates, and the page of a day."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from mosaic.core.clock import time_in
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.templates import begin_with, fill
from mosaic.knowledge.writing import insert_entries
from tests.answers import problem
from tests.knowledge.wiki import change, read, remove, write
from tests.world import Person, World

DAILY = "/api/knowledge/daily"


async def _open(person: Person, day: str = "2026-11-24") -> tuple[int, dict[str, str]]:
    answer = await person.http.post(f"{DAILY}?date={day}")
    assert answer.is_success, answer.text
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("{{date}} {{ Time }} {{title}}", "2026-03-01 09:05 A <b>"),
        ("{{date:dddd, DD MMMM YYYY}}", "Sunday, 01 March 2026"),
        ("{{time:HH.mm}} {{date:}} {{other}} {title}", "09.05 {{date:}} {{other}} {title}"),
        ("{{date:%s %d}}", "%s %d"),
        ("{{date:D/M/YY, Do MMM [the month]}}", "1/3/26, 1st Mar the month"),
        ("{{date:GGGG-[W]WW Q}} {{time:h:mm a, hh A}}", "2026-W09 1 9:05 am, 09 AM"),
        ("{{date:[no end}} {{time:[]}}", "[no end "),
    ],
)
def test_places_in_a_template(written: str, becomes: str) -> None:
    assert fill(written, datetime(2026, 3, 1, 9, 5, tzinfo=UTC), "A <b>") == becomes


def test_without_a_title_its_place_waits() -> None:
    assert fill("{{title}}", datetime.now(UTC)) == "{{title}}"


def test_today_is_the_persons() -> None:
    at = datetime(2026, 12, 31, 11, tzinfo=UTC)
    for zone, day in [
        ("Pacific/Kiritimati", date(2027, 1, 1)),
        ("Europe/Berlin", date(2026, 12, 31)),
        ("Pacific/Pago_Pago", date(2026, 12, 31)),
    ]:
        assert time_in(zone, at).date() == day
    assert time_in("Pacific/Pago_Pago", datetime(2027, 1, 1, 10, 59, tzinfo=UTC)).year == 2026
    for hostile in ("", "Europe", "../../etc/passwd", "\x00", "a" * 5000):
        assert time_in(hostile, at) == at


TOLD = """---
tags: [template]
template: true
kind: talk
when: {{date}}
of:
- {{ title }}
- x
deep: {a: '{{date}}'}
said: '{{time}} on {{date}}'
---
"""


async def test_a_page_gets_the_properties_of_its_template(world: World) -> None:
    async with world.mia.work() as w:
        await insert_entries(w, [Draft("Daily note", "", front_matter=TOLD, tags=["template"])])
        at = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
        begun = await begin_with(w, "daily-note", 'A: "b', at)
    assert begun.properties == {
        "kind": "talk",
        "when": "2026-03-01",
        "of": ['A: "b', "x"],
        "deep": {"a": "{{date}}"},
        "said": "09:05 on 2026-03-01",
    }
    await _open(world.mia)
    day = await read(world.mia, "2026-11-24")
    assert (day["properties"]["when"], day["properties"]["of"][0]) == ("2026-11-24",) * 2
    assert (day["tags"], "template" in day["properties"]) == ([], False)


async def test_a_day_is_made_once_and_found_again(world: World) -> None:
    await write(world.ana, "daily note", "It is {{date}}, {{title}}.", tags=["template", "journal"])
    answers = await asyncio.gather(*(_open(who) for who in (world.ana, world.mia, world.ana)))
    assert sorted(status for status, _ in answers) == [200, 200, 201]
    assert len({page["id"] for _, page in answers}) == 1
    page = await read(world.gil, "2026-11-24")
    assert page["content"] == "It is 2026-11-24, 2026-11-24."
    assert [tag["name"] for tag in page["tags"]] == ["journal"]
    assert (await _open(world.gil))[0] == 200
    await remove(world.ana, "2026-11-24")
    assert (await _open(world.ana))[1]["id"] == page["id"]


async def test_a_page_that_is_called_so_is_the_page_of_the_day(world: World) -> None:
    made = await write(world.mia, "2026-01-02", "from long ago")
    assert (await _open(world.ana, "2026-01-02"))[1]["id"] == made["id"]
    # What somebody keeps for themselves is their day, and nobody else's.
    await change(world.mia, "2026-01-02", visibility="PRIVATE")
    assert (await _open(world.mia, "2026-01-02"))[1]["id"] == made["id"]
    assert (await _open(world.ana, "2026-01-02"))[0] == 201


async def test_who_may_make_a_day(world: World) -> None:
    problem(await world.gil.http.post(f"{DAILY}?date=2026-05-05"), 403)
    problem(await world.mia.http.post(f"{DAILY}?date=yesterday"), 422)
    own = (await _open(world.bo))[1]["id"]
    assert (await _open(world.ana))[1]["id"] != own


async def test_templates_are_pages_with_the_tag_or_in_the_folder(world: World) -> None:
    await write(world.mia, "Meeting", "{{title}}", tags=["Template"])
    await write(world.mia, "Other")
    await write(world.ana, "Hers", tags=["template"], status="DRAFT")
    found = (await world.gil.http.get("/api/knowledge/templates")).json()
    assert [row["title"] for row in found] == ["Meeting"]
    assert (await world.bo.http.get("/api/knowledge/templates")).json() == []
