"""What nobody asks for any more is removed, and nothing else."""

from collections.abc import AsyncIterator

import psycopg
from psycopg import sql

from mosaic.core.postgres import Server
from mosaic.core.start import Ready
from mosaic.jobs import files, idempotency, service
from mosaic.jobs.engine.dispatcher import tidy
from mosaic.jobs.files import Upload
from mosaic.jobs.shapes import JobCreate
from tests.world import Person, World

_AGE = {
    "jobs": "completed_at = completed_at - interval '8 days'",
    "idempotent_answers": "created_at = created_at - interval '25 hours'",
}


async def _bytes() -> AsyncIterator[bytes]:
    yield b"what was given"


async def _leave(person: Person, title: str, status: str) -> None:
    """Leave a run with a file that it was given, and an answer kept under its title."""
    async with person.work() as work:
        upload = Upload("vault.zip", "application/zip", _bytes())
        job = JobCreate(type="KNOWLEDGE_IMPORT", title=title, input={"file": "vault.zip"})
        made = await service.create_job(work, job, [upload])
        await files.put(work, made.id, "made.txt", "text/plain", _bytes(), "ARTIFACT")
        assert await idempotency.begin(work, title, "") is None
        if status == "CANCELLED":
            await service.cancel_job(work, made.id)


def _grow_old(server: Server, ready: Ready, title: str) -> None:
    database = psycopg.conninfo.conninfo_to_dict(ready.app_dsn)["dbname"]
    with psycopg.connect(server.dsn("postgres", str(database))) as superuser:
        # The clock of the database alone sets these times, so the rule is put aside.
        superuser.execute("SET session_replication_role = replica")
        for table, change in _AGE.items():
            name = "title" if table == "jobs" else "key"
            superuser.execute(
                sql.SQL("UPDATE {} SET {} WHERE {} = %s").format(
                    sql.Identifier(table), sql.SQL(change), sql.Identifier(name)
                ),
                [title],
            )


async def test_old_uploads_and_answers_go_and_artefacts_stay(
    world: World, server: Server, ready: Ready
) -> None:
    for title, status in (("old", "CANCELLED"), ("fresh", "CANCELLED"), ("waits", "QUEUED")):
        await _leave(world.mia, title, status)
    _grow_old(server, ready, "old")
    await tidy()
    kinds = {}
    async with world.mia.work() as work:
        for job in (await service.list_rows(work, service.JobQuery())).data:
            kinds[job.title] = {file.kind for file in await files.list_files(work, job.id)}
        both = {"INPUT", "ARTIFACT"}
        assert kinds == {"old": {"ARTIFACT"}, "fresh": both, "waits": both}
        assert await idempotency.begin(work, "old", "") is None
    async with world.mia.work() as work:
        await idempotency.keep(work, "fresh", {"kept": True})
        assert await idempotency.begin(work, "fresh", "") == {"kept": True}
