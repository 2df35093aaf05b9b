"""The command line, as people run it: in a process of its own, on this worker's database."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from mosaic import cli
from mosaic.core import start
from tests.accounts.test_second_factor import sign_in, switched_on
from tests.answers import NEVER
from tests.world import PASSWORD, World, client

MOSAIC = Path(sys.executable).with_name("mosaic")


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    aside: str


Run = Callable[..., "asyncio.Future[Ran]"]


@pytest.fixture
def mosaic(ready: start.Ready) -> Run:
    """A function that runs `mosaic …`, with no runs of other tests for it to perform."""
    with psycopg.connect(ready.admin_dsn) as owner:
        owner.execute("DELETE FROM jobs WHERE status IN ('PENDING', 'QUEUED', 'RUNNING')")
    own = {"DATABASE_URL": ready.app_dsn, "DATABASE_ADMIN_URL": ready.admin_dsn}

    def run(*arguments: str, piped: str = "", **settings: str) -> "asyncio.Future[Ran]":
        return asyncio.ensure_future(
            asyncio.to_thread(_run, arguments, piped, {**os.environ, **own, **settings})
        )

    return run


def _run(arguments: tuple[str, ...], piped: str, env: dict[str, str]) -> Ran:
    done = subprocess.run(
        [MOSAIC, *arguments], input=piped, env=env, capture_output=True, text=True, timeout=90
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        (["migrate"], {"PORT": "http"}, "The setting PORT is 'http'"),
        (["migrate"], {"DATABASE_ADMIN_URL": "postgresql:///x?host=/nowhere"}, "No such file"),
        (["up"], {"MOSAIC_HOST": "192.0.2.1"}, "Port 3000 on 192.0.2.1 cannot be used"),
        (["import", "/nowhere"], {}, "There is nothing at /nowhere."),
        (["demo"], {}, "There are several workspaces. Choose one with --workspace:"),
    ],
)
async def test_what_does_not_work_out_is_a_sentence(
    mosaic: Run, world: World, arguments: list[str], settings: dict[str, str], sentence: str
) -> None:
    ran = await mosaic(*arguments, **settings)
    assert ran.code == 1
    assert sentence in ran.aside
    assert "Traceback" not in ran.aside
    assert not NEVER.search(ran.aside), ran.aside


def test_what_nobody_expected_is_logged_without_secrets(
    lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("postgresql://ana:hunter22@db/mosaic")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit):
        cli.main()
    assert "RuntimeError" in lines[0]
    assert "hunter22" not in lines[0]


async def test_what_an_upgrade_brings_is_told_before(
    mosaic: Run, empty: start.Ready, world: World
) -> None:
    own = {"DATABASE_URL": empty.app_dsn, "DATABASE_ADMIN_URL": empty.admin_dsn}
    ran = await mosaic("upgrade", **own)
    assert (ran.code, "The next start changes nothing." in ran.out) == (0, True)
    with psycopg.connect(empty.admin_dsn, autocommit=True) as owner:
        for revision, told in (("0028", "0029  A second factor for"), ("9999", "a newer Mosaic")):
            owner.execute("UPDATE alembic_version SET version_num = %s", [revision])
            ran = await mosaic("upgrade", **own)
            assert told in ran.out + ran.aside
            assert ran.code == (1 if revision == "9999" else 0)
            there = owner.execute("SELECT version_num FROM alembic_version").fetchone()
            assert there == (revision,)


async def test_import_reports_every_file_that_was_not_simply_made(
    mosaic: Run, world: World, tmp_path: Path
) -> None:
    (tmp_path / "Garden.md").write_text("Beside the [[Shed]] and the [[Pond]].")
    (tmp_path / "Shed.md").write_text("Old.")
    first = await mosaic("import", str(tmp_path), "-w", world.ana.workspace)
    assert (first.code, first.out.splitlines()) == (
        0,
        ["2 made", "2 pages; links: 1 resolved, 1 broken, 0 ambiguous"],
    )
    (tmp_path / "Pond.md").write_text("Deep.")
    second = await mosaic("import", str(tmp_path), "-w", world.ana.workspace)
    lines = second.out.splitlines()
    assert [line for line in lines if "Garden" in line or "Shed" in line] == lines[:2]
    assert lines[-2:] == [
        "1 made, 2 left as is",
        "3 pages; links: 2 resolved, 0 broken, 0 ambiguous",
    ]


async def test_a_token_is_all_that_is_printed(mosaic: Run, world: World) -> None:
    ran = await mosaic("token", world.ana.actor.email, "--read-only")
    secret = ran.out.removesuffix("\n")
    assert secret.startswith("mos_")
    async with client(secret, world.ana.workspace) as http:
        assert (await http.get("/api/auth/me")).json()["user"]["name"] == "Ana"
        page = await http.post("/api/knowledge/entries", json={"title": "Garden"})
        assert page.status_code == 403


async def test_a_lost_second_factor_is_switched_off(mosaic: Run, world: World) -> None:
    email = world.ana.actor.email
    ran = await mosaic("second-factor", "off", email)
    assert (ran.code, ran.out) == (0, f"{email} has no second factor.\n")
    await switched_on(world.ana)
    assert (await sign_in(world.ana)).status_code == 401
    ran = await mosaic("second-factor", "off", email)
    assert (ran.code, ran.out) == (0, f"{email} signs in with the password alone now.\n")
    assert (await sign_in(world.ana)).status_code == 200
    ran = await mosaic("second-factor", "off", "nobody@example.org")
    assert (ran.code, ran.aside) == (1, "Nobody here has the address nobody@example.org.\n")


async def test_a_new_account_is_let_into_the_workspace(mosaic: Run, world: World) -> None:
    address = f"zoe.{world.ana.workspace}@example.org"
    where = ("user", address, "--name", "Zoe", "-w", world.ana.workspace)
    assert (await mosaic(*where, "--role", "guest", piped=f"{PASSWORD}\n")).code == 0
    async with client() as http:
        body = {"email": address, "password": PASSWORD}
        signed_in = (await http.post("/api/auth/login", json=body)).json()
    async with client(signed_in["token"]) as http:
        [place] = (await http.get("/api/auth/me")).json()["workspaces"]
    assert (place["slug"], place["role"]) == (world.ana.workspace, "GUEST")
