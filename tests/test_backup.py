"""Backups hold one moment, come back to the row, and are refused when anything is off."""

import asyncio
import io
import json
import os
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from mosaic import backups
from mosaic.core import backup, config, migrate, restore, settings_file, start
from mosaic.core.backup_file import Manifest, Reader
from mosaic.core.errors import Conflict, Invalid, NotFound
from mosaic.core.postgres import Server
from mosaic.core.postgres_binaries import binary
from mosaic.core.start import Ready
from tests.answers import NEVER
from tests.architecture.full_world import fill
from tests.chaos.figures import note
from tests.conftest import Configure, connected, fresh_database
from tests.jobs.engine.accounts import account
from tests.jobs.engine.conftest import workers_on
from tests.jobs.engine.runs import ask, become, ended, steps_of
from tests.jobs.runs import JOBS
from tests.knowledge.consistency import disagreements
from tests.knowledge.wiki import ENTRIES, read, write
from tests.performer import performing
from tests.test_cli import MOSAIC
from tests.waiting import until
from tests.world import PASSWORD, Person, client, make_world

AWKWARD = (
    "\\N \\. \\\\ \t \r\n \x01\x1f\x7f \u2028 \ufeff 🦋👩‍👩‍👧 \U0010ffff 'quotes\" é e\u0301 مرحبا"
)
SUMS = (
    "SELECT count(*), sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint::numeric), "
    "max(md5(t::text)) FROM {} t"
)


def sums(ready: Ready) -> dict[str, Any]:
    """What is in each table, generated columns too, reckoned in another way than backups do."""
    with psycopg.connect(ready.admin_dsn) as owner:
        names = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename <> 'presences'"
        )
        found: dict[str, Any] = {
            name: owner.execute(sql.SQL(SUMS).format(sql.Identifier(name))).fetchone()
            for (name,) in names.fetchall()
        }
        return found | {"job_event_ids": owner.execute("TABLE job_event_ids").fetchone()[:1]}


def shape(ready: Ready) -> str:
    """Everything about the tables but what is in them: columns, rules, rights, functions."""
    command = [binary("pg_dump"), "--schema-only", "--schema=public", ready.admin_dsn]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in said.splitlines() if not line.startswith("\\"))


def took(ready: Ready, path: Path, **settings: bytes) -> Manifest:
    with path.open("wb") as out:
        return backup.take(ready.admin_dsn, out, settings)


def put_into(ready: Ready, path: Path) -> None:
    with Reader(path) as found:
        found.check()
        restore.restore(ready.admin_dsn, found)


def tables(ready: Ready) -> list[str]:
    with psycopg.connect(ready.admin_dsn) as owner:
        rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [name for (name,) in rows]


@pytest.fixture
async def small(empty: Ready, tmp_path: Path) -> Path:
    """A backup of two workspaces with a few pages."""
    world = await make_world()
    await write(world.ana, "Garden", "Beside the [[Shed]].")
    took(empty, tmp_path / "small.zip")
    return tmp_path / "small.zip"


@pytest.mark.chaos
async def test_every_row_of_every_table_comes_back(
    empty: Ready, place: Ready, tmp_path: Path
) -> None:
    world = await make_world()
    async with performing():
        await fill(world, empty)
    page = await write(world.ana, "Awkward 🦋", AWKWARD, tags=["ünï 🦋"], aliases=["a\\b", '"{,}'])
    large = Random(1).randbytes(20_000_000)
    files = {"file": ("every byte.bin", bytes(range(256)) * 3 + large)}
    sent = await world.ana.http.post("/api/knowledge/attachments", files=files)
    assert sent.status_code == 201, sent.text
    before, filled = sums(empty), tmp_path / "all.zip"
    await asyncio.to_thread(took, empty, filled)
    await asyncio.to_thread(put_into, place, filled)
    assert sums(place) == before == sums(empty)
    assert [name for name, found in before.items() if not found[0]] == ["provider_identities"]
    assert shape(place) == shape(empty)
    async with connected(place.app_dsn):
        assert await read(world.ana, page["slug"]) == page
        async with client() as http:
            body = {"email": world.bo.actor.email, "password": PASSWORD}
            assert (await http.post("/api/auth/login", json=body)).status_code == 200
        assert await write(world.ana, "And it goes on", "[[Awkward 🦋]]")
    assert disagreements(place, world.ana.workspace) == disagreements(empty, world.ana.workspace)
    rows = sum(found[0] for name, found in before.items() if name != "job_event_ids")
    note("backup", f"{len(before) - 1} tables with {rows} rows", "every checksum equal")


async def test_public_links_lead_on(empty: Ready, place: Ready, tmp_path: Path) -> None:
    world = await make_world()
    page = await write(world.ana, "For all", "Read me.", visibility="PUBLIC")
    link = (await world.ana.http.get(f"{ENTRIES}/{page['slug']}/public-link")).json()["url"]
    took(empty, tmp_path / "b.zip")
    put_into(place, tmp_path / "b.zip")
    async with connected(place.app_dsn), client() as http:
        assert "Read me." in (await http.get(link)).text


async def test_what_is_committed_later_is_not_in_it(empty: Ready, tmp_path: Path) -> None:
    """Before each table is read, something that spans several tables is committed."""
    world = await make_world()
    before = sums(empty)

    def commit(_table: str) -> None:
        with psycopg.connect(empty.admin_dsn) as owner:
            mark = uuid4()
            owner.execute("INSERT INTO users VALUES (%s, %s, 'Zoe')", [mark, str(mark)])
            owner.execute(
                "INSERT INTO workspaces VALUES (%s, %s, 'Z', %s)", [mark, str(mark), mark]
            )
            owner.execute(
                "UPDATE members SET role = 'OWNER' WHERE user_id = %s", [world.mia.actor.user_id]
            )
            owner.execute("SELECT nextval('job_event_ids')")

    with (tmp_path / "b.zip").open("wb") as out:
        made = backup.take(empty.admin_dsn, out, {}, commit)
    assert {name: made.tables[name].rows for name in ("users", "workspaces", "members")} == {
        name: before[name][0] for name in ("users", "workspaces", "members")
    }
    with Reader(tmp_path / "b.zip") as found:
        found.check()
        assert b"Zoe" not in b"".join(found.chunks("users"))


async def test_taken_and_restored_while_people_write(
    empty: Ready, server: Server, tmp_path: Path
) -> None:
    world = await make_world()
    writing = True

    async def go_on(person: Person) -> int:
        count = 0
        while writing:
            links = f"[[{person.actor.name} {count - 1}]] and [[Ana {count}]]"
            await write(
                person, f"{person.actor.name} {count}", links, tags=["one", f"t{count % 3}"]
            )
            count += 1
        return count

    writers = [asyncio.create_task(go_on(one)) for one in (world.ana, world.adam, world.mia)]
    seen = []
    for turn in range(4):

        async def some(turn: int = turn) -> bool:
            return sums(empty)["entries"][0] > 10 * turn

        await until(some)
        made = await asyncio.to_thread(took, empty, tmp_path / f"{turn}.zip")
        seen.append(made.tables["entries"].rows)
    writing = False
    written = sum(await asyncio.gather(*writers))
    assert seen == sorted(seen)
    assert seen[-1] <= written
    for turn in range(4):
        name = f"turn_{uuid4().hex}"
        migrate.create(server.dsn("postgres", "postgres"), name)
        there = start.embedded(server, name)
        await asyncio.to_thread(put_into, there, tmp_path / f"{turn}.zip")
        assert disagreements(there, world.ana.workspace) == []


async def test_a_run_goes_on_from_its_last_finished_step(
    empty: Ready, place: Ready, tmp_path: Path
) -> None:
    world, folder = await make_world(), tmp_path / "hold"
    folder.mkdir()
    async with workers_on(empty) as workers:
        await workers.start()
        going = await ask(world.mia, "TEST_PHASES", input={"hold": {"in EXECUTION 0": str(folder)}})
        asking = await ask(world.mia, "TEST_GATE")
        await become(world.mia, asking, "RUNNING")
        await until(lambda: len(list(folder.glob("*.here"))) == 1)

        async def asks() -> bool:
            return any(one.type == "GATE" for one in await steps_of(world.mia, asking))

        await until(asks)
        took(empty, tmp_path / "b.zip")
        (folder / "go").touch()
        await ended(world.mia, going)
    put_into(place, tmp_path / "b.zip")
    migrate.upgrade(place.admin_dsn)
    async with connected(place.app_dsn), workers_on(place) as workers:
        await workers.start()
        await ended(world.mia, going)
        await account(world.mia, place, going)
        [gate] = [one for one in await steps_of(world.mia, asking) if one.type == "GATE"]
        answer = f"{JOBS}/{asking}/steps/{gate.id}/approval"
        assert (await world.mia.http.put(answer, json={"approved": True})).status_code == 200
        assert (await ended(world.mia, asking)).status == "COMPLETED"


@pytest.mark.parametrize("revision", ["0001", "0003", "0012", "0024"])
async def test_one_of_an_older_mosaic_is_brought_up_to_date(
    place: Ready, server: Server, ready: Ready, tmp_path: Path, revision: str
) -> None:
    name = f"older_{uuid4().hex}"
    migrate.create(server.dsn("postgres", "postgres"), name)
    older = start.embedded(server, name)
    with migrate.migrating(older.admin_dsn) as connection:
        migrate.bring(connection, revision)
    user, workspace, entry = uuid4(), uuid4(), uuid4()
    with psycopg.connect(older.admin_dsn) as owner:
        owner.execute("INSERT INTO users VALUES (%s, 'ana@example.org', 'Ana')", [user])
        owner.execute("INSERT INTO workspaces VALUES (%s, 'home', 'Home', %s)", [workspace, user])
        owner.execute("INSERT INTO members VALUES (%s, %s, 'OWNER')", [workspace, user])
        if revision > "0001":
            values = {"id": entry, "workspace_id": workspace, "slug": "garden", "title": "Garden"}
            values |= {
                "content": AWKWARD,
                "created_by": user,
                "updated_by": user,
                "status": "PUBLISHED",
            }
            values |= {"html": "", "visibility": "PUBLIC", "renderer": 0, "version": 1}
            values |= {"path": None}
            here = owner.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'entries'::regclass"
            )
            own = [column for (column,) in here if column in values]
            insert = sql.SQL("INSERT INTO entries ({}) VALUES ({})").format(
                sql.SQL(", ").join(map(sql.Identifier, own)),
                sql.SQL(", ").join(sql.Placeholder(column) for column in own),
            )
            owner.execute(insert, values)
    made = took(older, tmp_path / "older.zip")
    assert made.revision == revision
    put_into(place, tmp_path / "older.zip")
    assert shape(place) == shape(ready)
    with psycopg.connect(place.admin_dsn) as owner:
        assert owner.execute("SELECT name FROM users").fetchall() == [("Ana",)]
        rows = owner.execute("SELECT content FROM entries").fetchall()
        assert rows == ([(AWKWARD,)] if revision > "0001" else [])
        links = owner.execute("SELECT count(*) FROM public_links").fetchone()
        assert links == (len(rows) if revision < "0015" else 0,)


def test_one_that_was_cut_or_altered_is_refused(small: Path, tmp_path: Path) -> None:
    whole, broken, chance = small.read_bytes(), tmp_path / "broken.zip", Random(5)
    contents = [whole[:length] for length in (0, 1, 100, len(whole) // 2, len(whole) - 1)]
    for _ in range(500):
        bits = bytearray(whole)
        bits[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        contents.append(bytes(bits))
    for content in [*contents, whole + b"0", whole + bytes(64)]:
        broken.write_bytes(content)
        with pytest.raises(Invalid) as told, Reader(broken) as found:
            found.check()
        assert not NEVER.search(told.value.detail), told.value.detail


def rewritten(path: Path, to: Path, changes: dict[str, Callable[[bytes], bytes]]) -> Path:
    """A backup with something else in it, sealed as by somebody who knows how."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
        new.comment = bytes(64)
    unsealed = to.read_bytes()[:-64]
    to.write_bytes(unsealed + sha256(unsealed).hexdigest().encode())
    return to


def changed(**values: Any) -> dict[str, Callable[[bytes], bytes]]:
    return {"manifest.json": lambda text: json.dumps(json.loads(text) | values).encode()}


async def test_a_file_that_was_tampered_with_is_refused(
    small: Path, place: Ready, tmp_path: Path
) -> None:
    def renamed(rows: bytes) -> bytes:
        return rows.replace(b"Garden", b"Forest")

    other = rewritten(small, tmp_path / "other.zip", {"tables/entries": renamed})
    with Reader(other) as found, pytest.raises(migrate.DatabaseProblem, match="keeps in entries"):
        restore.restore(place.admin_dsn, found)
    with Reader(small) as found:
        less = found.manifest.model_dump(mode="json")["tables"]
    members = less.pop("members")
    gone = rewritten(small, tmp_path / "gone.zip", changed(tables=less))
    with Reader(gone) as found, pytest.raises(Invalid, match="members differ"):
        restore.restore(place.admin_dsn, found)
    odd = rewritten(
        small,
        tmp_path / "odd.zip",
        changed(tables=less | {"members": members | {"columns": ["x"]}}),
    )
    with Reader(odd) as found, pytest.raises(Invalid, match="members differ"):
        restore.restore(place.admin_dsn, found)
    assert tables(place) == []


async def test_a_file_of_somebody_else_is_refused(
    small: Path, configure: Configure, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger.zip"
    with zipfile.ZipFile(stranger, "w") as packed:
        packed.writestr("manifest.json", "[]")
    for path, kind, told in (
        (stranger, Invalid, "is not a backup of Mosaic"),
        (tmp_path / "nowhere.zip", NotFound, "There is nothing at"),
        (tmp_path, Invalid, "is not a backup of Mosaic"),
        (
            rewritten(small, tmp_path / "1.zip", changed(format=2)),
            Invalid,
            "by a newer Mosaic, 0.1.0",
        ),
        (
            rewritten(small, tmp_path / "2.zip", changed(revision="9999")),
            Invalid,
            "Consider a newer",
        ),
    ):
        with pytest.raises(kind, match=told):
            backups.put_back(path, configure(MOSAIC_DATA_DIR=str(tmp_path / "new")), str)
    assert not (tmp_path / "new").exists()


async def test_a_place_that_is_not_empty_is_refused_and_named(
    small: Path, place: Ready, empty: Ready, server: Server
) -> None:
    before = sums(empty)
    with pytest.raises(Conflict, match=r"rows in .*credentials.* more\. Nothing was changed"):
        put_into(empty, small)
    assert sums(empty) == before
    with psycopg.connect(place.admin_dsn) as owner:
        owner.execute("CREATE TABLE recipes (name text)")
    with pytest.raises(Conflict, match=r"There are tables recipes\. Nothing was changed"):
        put_into(place, small)
    assert tables(place) == ["recipes"]


async def test_a_place_that_was_started_and_never_used_is_empty(
    small: Path, empty: Ready, server: Server, tmp_path: Path
) -> None:
    before, name = sums(empty), f"unused_{uuid4().hex}"
    unused = fresh_database(server, name)
    put_into(unused, small)
    assert sums(unused) == before
    again = fresh_database(server, name)
    older = rewritten(small, tmp_path / "older.zip", changed(revision="0024"))
    with pytest.raises(Conflict, match="Consider an empty database"), Reader(older) as found:
        restore.restore(again.admin_dsn, found)


async def test_a_place_at_work_is_left_alone(
    small: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "_PATIENCE", "100ms")
    busy = fresh_database(server, f"busy_{uuid4().hex}")
    with psycopg.connect(busy.admin_dsn) as other:
        other.execute("LOCK TABLE users IN SHARE MODE")
        with pytest.raises(Conflict, match="Stop Mosaic there, then restore again"):
            put_into(busy, small)


KILLED = """
import os, signal, sys
from pathlib import Path
from mosaic.core import restore
from mosaic.core.backup_file import Reader
def die(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
with Reader(Path(sys.argv[2])) as found:
    restore.restore(sys.argv[1], found, die)
"""


async def test_a_restore_that_is_killed_leaves_an_empty_place(
    small: Path, empty: Ready, place: Ready
) -> None:
    said: list[str] = []
    for step in (
        "Making the tables",
        "Putting the rows in",
        "Comparing them with the backup",
        "Making the indexes",
        "Bringing the tables up to date",
    ):
        command = [sys.executable, "-c", KILLED, place.admin_dsn, str(small), step]
        killed = await asyncio.to_thread(subprocess.run, command, cwd=config.ROOT, timeout=60)
        assert killed.returncode == -signal.SIGKILL
        await until(lambda: tables(place) == [])
        said.append(step)
    with Reader(small) as found:
        steps: list[str] = []
        restore.restore(place.admin_dsn, found, steps.append)
    assert steps == said
    assert sums(place) == sums(empty)


def test_a_login_that_may_not_read_everything_is_told(ready: Ready, place: Ready) -> None:
    with pytest.raises(migrate.DatabaseProblem, match="DATABASE_ADMIN_URL"):
        backup.take(ready.app_dsn, io.BytesIO(), {})
    with pytest.raises(migrate.DatabaseProblem, match="nothing of Mosaic in this database yet"):
        backup.take(place.admin_dsn, io.BytesIO(), {})
    with pytest.raises(migrate.DatabaseProblem, match="does not answer"):
        backup.take("postgresql://127.0.0.1:1/mosaic", io.BytesIO(), {})


def test_secrets_are_left_out_unless_asked_for(configure: Configure, tmp_path: Path) -> None:
    given = {
        "PORT": "4000",
        "OIDC_NAME": 'it\'s \\ "ours" # ${HOME}',
        "OIDC_CLIENT_SECRET": "hush-1",
        "DATABASE_URL": "postgresql://mosaic:hush-2@db/mosaic",
        "VALKEY_URL": "redis://cache:6379",
        "DATABASE_ADMIN_URL": "postgresql://db/mosaic?user=o&password=hush-3",
        "MOSAIC_DATA_DIR": str(tmp_path),
    }
    set_here = configure(**given)
    set_here.secret("jwt_secret")
    told = settings_file.written(tmp_path, with_secrets=False)
    assert "hush" not in told
    assert set_here.secret("jwt_secret") not in told
    assert "# DATABASE_URL is set, and not in this backup, as it is a secret.\n" in told
    assert settings_file.differing(told) == []
    everything = settings_file.written(tmp_path, with_secrets=True)
    assert {name for name in given if name in everything} == set(given)
    assert settings_file.differing(everything) == ["JWT_SECRET"]
    configure(PORT="5000", OIDC_NAME="another")
    assert settings_file.differing(told) == ["OIDC_NAME", "PORT"]
    secrets = [name for name in config.Settings.model_fields if settings_file.is_secret(name, "")]
    assert {"oidc_client_secret", "jwt_secret", "metrics_token"} == set(secrets)


def _mosaic(
    *arguments: str, piped: bytes = b"", **env: str
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [MOSAIC, *arguments],
        input=piped,
        env={**os.environ, **env},
        capture_output=True,
        timeout=90,
    )


async def test_from_one_data_folder_to_another(empty: Ready, tmp_path: Path) -> None:
    """On the command line, and the database that comes along on the other side."""
    world = await make_world()
    await write(world.ana, "Garden", AWKWARD)
    given = {"DATABASE_URL": empty.app_dsn, "DATABASE_ADMIN_URL": empty.admin_dsn, "PORT": "3456"}
    file, there = tmp_path / "backup.zip", {"MOSAIC_DATA_DIR": str(tmp_path / "there")}
    taken = await asyncio.to_thread(_mosaic, "backup", str(file), **given)
    assert taken.returncode == 0, taken.stderr
    assert b" rows in " in taken.stdout
    assert taken.stderr == b""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["backup.zip"]
    assert b"is whole" in (await asyncio.to_thread(_mosaic, "restore", "--check", str(file))).stdout

    back = await asyncio.to_thread(_mosaic, "restore", str(file), **there)
    assert back.returncode == 0, back.stderr
    assert b"Set otherwise here: PORT." in back.stdout
    settings = tmp_path / "there" / "from-backup" / "settings.env"
    assert "PORT='3456'\n" in settings.read_text()
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    again = await asyncio.to_thread(_mosaic, "backup", "-", **there)
    other_place = {"MOSAIC_DATA_DIR": str(tmp_path / "other")}
    piped = await asyncio.to_thread(_mosaic, "restore", "-", piped=again.stdout, **other_place)
    assert piped.returncode == 0, piped.stderr
    assert b"Restored, each row as it was" in piped.stdout
    with zipfile.ZipFile(io.BytesIO(again.stdout)) as second, zipfile.ZipFile(file) as first:
        one, other = (json.loads(zipped.read("manifest.json")) for zipped in (first, second))
    assert one["tables"] == other["tables"]

    refused = await asyncio.to_thread(_mosaic, "restore", str(file), **there)
    assert refused.returncode == 1
    assert b"This database is not empty" in refused.stderr
    none = await asyncio.to_thread(
        _mosaic, "backup", str(file), MOSAIC_DATA_DIR=str(tmp_path / "no")
    )
    assert (none.returncode, b"There is no database in" in none.stderr) == (1, True)
    nowhere = await asyncio.to_thread(_mosaic, "backup", str(tmp_path / "no" / "b.zip"), **given)
    assert (nowhere.returncode, b"No such file or directory" in nowhere.stderr) == (1, True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is full")
def test_a_full_disk_is_a_sentence(ready: Ready) -> None:
    given = {"DATABASE_URL": ready.app_dsn, "DATABASE_ADMIN_URL": ready.admin_dsn}
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [MOSAIC, "backup", "-"],
            env={**os.environ, **given},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert ran.returncode == 1
    assert ran.stderr.strip().endswith("- cannot be written: No space left on device.")
