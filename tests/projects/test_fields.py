"""Fields of a project that several people change, and its days of work."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from mosaic.core.errors import Conflict, NotAllowed, NotFound
from mosaic.core.work import Work
from mosaic.projects import fields
from mosaic.projects.shapes import ProjectUpdate
from tests.answers import problem
from tests.tasks.planned import PROJECTS, Row, done, project
from tests.world import Person, World

TEXT = "One\nTwo\nThree\nFour\nFive\n"


async def change(person: Person, made: Row, begun: dict[str, str], **wanted: Any) -> Row:
    async with person.work() as work:
        change = ProjectUpdate.model_validate(wanted)
        saved = await fields.change_fields(work, made["slug"], change, begun)
    return saved.model_dump(mode="json", by_alias=True)


async def test_fields_that_others_left_alone_are_saved_together(world: World) -> None:
    made = await project(world.mia, color="#112233")
    begun = {"name": "Garden", "slug": "garden", "color": "#112233", "endDate": ""}
    await change(world.ana, made, begun, name="Her garden", endDate="2027-05-01")
    saved = await change(world.mia, made, begun, color=None, name="Her garden")
    assert (saved["name"], saved["color"], saved["endDate"]) == ("Her garden", None, "2027-05-01")
    with pytest.raises(Conflict) as met:
        await change(world.mia, made, begun, name="My garden", startDate="2027-01-01")
    assert met.value.extra["current"]["name"] == "Her garden"
    now = done(await world.mia.http.get(f"{PROJECTS}/garden"))
    assert (now["startDate"], now["version"]) == (None, 3)
    seen = {**begun, "name": "Her garden"}
    assert (await change(world.mia, made, seen, name="My garden"))["name"] == "My garden"


async def test_other_lines_of_a_description_are_put_together(world: World) -> None:
    made = await project(world.mia, description=TEXT)
    begun = {"description": TEXT}
    await change(world.ana, made, begun, description=TEXT.replace("One", "Eins"))
    mine = TEXT.replace("Five", "Fünf").replace("\n", "\r\n")
    saved = await change(world.mia, made, begun, description=mine)
    assert saved["description"] == "Eins\nTwo\nThree\nFour\nFünf\n"
    with pytest.raises(Conflict):
        await change(world.mia, made, begun, description=TEXT.replace("One", "Un"))
    half = "x" * 150_000
    long = await project(world.mia, "Long", description=TEXT)
    await change(world.ana, long, begun, description=half + TEXT)
    with pytest.raises(ValidationError):
        await change(world.mia, long, begun, description=TEXT + half)


async def test_days_of_work_are_changed_one_by_one(world: World) -> None:
    made = await project(world.mia, calendar={"workingDays": [1, 2], "holidays": ["2027-01-01"]})
    async with world.mia.work() as work:
        await fields.set_working_day(work, made["id"], 6, True)
        await fields.set_working_day(work, made["id"], 1, False)
        await fields.add_holiday(work, made["id"], "2026-12-25")
        await fields.add_holiday(work, made["id"], "2026-12-25")
        saved = await fields.remove_holiday(work, made["id"], date(2027, 1, 1))
    assert saved.calendar.model_dump(mode="json", by_alias=True) == {
        "workingDays": [2, 6],
        "holidays": ["2026-12-25"],
    }
    async with world.mia.work() as work:
        await fields.set_working_day(work, made["id"], 6, False)
        with pytest.raises(ValidationError, match="at least one day of work"):
            await fields.set_working_day(work, made["id"], 2, False)
        for wrong in ("", "soon", "2027-02-30", "275760-01-01"):
            with pytest.raises(ValidationError):
                await fields.add_holiday(work, made["id"], wrong)
        with pytest.raises(ValidationError):
            await fields.set_working_day(work, made["id"], 8, True)


async def test_who_only_reads_and_other_tenants_change_nothing(world: World) -> None:
    made = await project(world.mia)

    async def everything(work: Work) -> None:
        for verb in (
            lambda: fields.change_fields(work, made["id"], ProjectUpdate(name="x"), {}),
            lambda: fields.set_working_day(work, made["id"], 6, True),
            lambda: fields.add_holiday(work, made["id"], "2027-01-01"),
            lambda: fields.remove_holiday(work, made["id"], date(2027, 1, 1)),
        ):
            with pytest.raises((NotAllowed, NotFound)) as met:
                await verb()
            assert met.type is (NotAllowed if work.role < work.role.MEMBER else NotFound)

    for person in (world.gil, world.bo):
        async with person.work() as work:
            await everything(work)
    assert done(await world.mia.http.get(f"{PROJECTS}/garden"))["version"] == 1


async def test_a_page_of_another_tenant_cannot_tell_of_a_project(world: World) -> None:
    made = await project(world.mia)
    theirs = done(await world.bo.http.post("/api/knowledge/entries", json={"title": "Theirs"}))
    place = f"{PROJECTS}/{made['id']}"
    for page in (theirs["id"], str(uuid4())):
        answer = problem(await world.mia.http.patch(place, json={"entryId": page}), 422)
        assert answer["errors"][0]["loc"] == ["body", "entryId"]


async def test_a_taken_address_is_said_at_its_field(world: World) -> None:
    await project(world.mia, "Other")
    made = await project(world.mia)
    place = f"{PROJECTS}/{made['id']}"
    answer = problem(await world.mia.http.patch(place, json={"slug": "other"}), 409)
    assert answer["errors"][0]["loc"] == ["body", "slug"]


async def test_an_archived_project_comes_back_as_it_was(world: World) -> None:
    made = await project(world.mia, status="ON_HOLD")
    place = f"{PROJECTS}/{made['id']}"
    assert (await world.mia.http.delete(place)).status_code == 204
    put_away = done(await world.mia.http.get(place))
    assert put_away["status"] == "ARCHIVED"
    back = {"status": "ON_HOLD", "version": put_away["version"]}
    assert done(await world.mia.http.patch(place, json=back))["status"] == "ON_HOLD"
    problem(await world.mia.http.patch(place, json=back), 409)
    log = done(await world.mia.http.get("/api/activity"))["data"]
    assert [one["action"] for one in log[:2]] == ["RESTORED", "ARCHIVED"]
