"""Live pages: woken after a commit and only then, in every process."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from mosaic.core import live, messages
from mosaic.core import valkey as sharing
from mosaic.core.start import Ready
from mosaic.core.work import _NOTIFY, look_up
from tests.valkey import Server, needs_server, shared
from tests.waiting import LIMIT, until
from tests.world import Person, World


@pytest.fixture(params=["PostgreSQL", pytest.param("Valkey", marks=needs_server)])
async def listening(
    request: pytest.FixtureRequest, ready: Ready, pool: None, tmp_path: Path
) -> AsyncIterator[str]:
    """This process hears what is announced, by each way in turn; the address of its Valkey."""
    async with AsyncExitStack() as ways:
        url = ""
        if request.param == "Valkey":
            url = (await ways.enter_async_context(shared(tmp_path))).url
        await ways.enter_async_context(_hearing(ready))
        yield url


@pytest.fixture
async def valkey(ready: Ready, pool: None, tmp_path: Path) -> AsyncIterator[Server]:
    """This process hears what is announced, over the Valkey that is returned."""
    async with shared(tmp_path) as server, _hearing(ready):
        yield server


@asynccontextmanager
async def _hearing(ready: Ready) -> AsyncIterator[None]:
    live._watchers.clear()
    task = asyncio.create_task(live.listen(ready.app_dsn))
    await _heard(ready)
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    live._watchers.clear()


async def _heard(ready: Ready) -> None:
    """Return when what is announced from now on is heard, and nothing from before any more."""
    for way in (_notify, messages.publish) if sharing.shared() else (_notify,):
        place = uuid4()
        tab = Tab(place, "here", client="nobody")
        said = [json.dumps({"workspace": str(place), "topics": ["here"]})]

        async def told(way: Way = way, said: list[str] = said, tab: Tab = tab) -> bool:
            await way(said)
            return tab.seen > 0

        await until(told)
    live.unwatch("nobody")


Way = Callable[[list[str]], Awaitable[object]]


async def _notify(said: list[str]) -> None:
    await look_up(_NOTIFY, {"channel": messages.CHANNEL, "announced": said})


def _as_superuser(ready: Ready) -> psycopg.Connection:
    return psycopg.connect(ready.admin_dsn.replace("mosaic_owner@", "postgres@"))


_LISTENING = (
    "SELECT pid FROM pg_stat_activity "
    "WHERE datname = current_database() AND query = 'LISTEN mosaic'"
)


class Tab:
    """A page in a browser; `seen` counts how often it was refreshed."""

    def __init__(self, place: UUID, *topics: str, client: str = "tab", page: str = "page") -> None:
        self.seen = 0
        self.open = True
        live.watch(client, page, place, set(topics), self.refresh)

    async def refresh(self) -> bool:
        self.seen += 1
        return self.open


async def _place(person: Person) -> UUID:
    async with person.work() as w:
        return w.tenant


async def _change(person: Person, module: str, *things: object) -> None:
    async with person.work() as w:
        w.changed(module, *things)


@pytest.mark.usefixtures("listening")
async def test_who_watches_a_topic_is_woken(world: World) -> None:
    place, elsewhere = await _place(world.ana), await _place(world.bo)
    module = Tab(place, "knowledge", client="a")
    thing = Tab(place, "knowledge:7", client="b")
    other_thing = Tab(place, "knowledge:8", client="c")
    other_module = Tab(place, "tasks", client="d")
    other_workspace = Tab(elsewhere, "knowledge", client="e")
    await _change(world.ana, "knowledge", 7)
    await until(lambda: module.seen == 1 and thing.seen == 1)
    await _change(world.ana, "tasks")  # comes after whatever the first change sent
    await until(lambda: other_module.seen == 1)
    assert (module.seen, thing.seen, other_thing.seen, other_workspace.seen) == (1, 1, 0, 0)


@pytest.mark.usefixtures("listening")
async def test_nobody_is_woken_before_the_commit_or_by_a_rollback(world: World) -> None:
    tab = Tab(await _place(world.ana), "knowledge", client="a")
    after = Tab(await _place(world.ana), "after", client="b")
    with pytest.raises(ZeroDivisionError):
        async with world.ana.work() as w:
            w.changed("knowledge")
            raise ZeroDivisionError
    async with world.ana.work() as w:
        w.changed("knowledge")
        await _change(world.mia, "after")
        await until(lambda: after.seen == 1)
        assert tab.seen == 0
    await until(lambda: tab.seen == 1)


@pytest.mark.usefixtures("listening")
async def test_many_changes_are_one_refresh_and_the_last_is_not_missed(world: World) -> None:
    place, done, seen = await _place(world.ana), 0, []

    async def refresh() -> bool:
        seen.append(done)
        return True

    live.watch("tab", "page", place, {"knowledge"}, refresh)
    start = asyncio.get_running_loop().time()
    for done in range(1, 41):  # noqa: B007 -- refresh reads it
        await _change(world.ana, "knowledge")
    await until(lambda: bool(seen) and seen[-1] == 40)
    took = asyncio.get_running_loop().time() - start
    assert len(seen) <= took * 10 + 2


@pytest.mark.usefixtures("listening")
async def test_a_tab_that_has_gone_is_forgotten(world: World) -> None:
    place = await _place(world.ana)
    gone, stays = Tab(place, "knowledge", client="a"), Tab(place, "knowledge", client="b")
    gone.open = False
    await _change(world.ana, "knowledge")
    await until(lambda: stays.seen == 1 and gone.seen == 1)
    await _change(world.ana, "knowledge")
    await until(lambda: stays.seen == 2)
    assert gone.seen == 1
    assert list(live._watchers) == [("b", "page")]


@pytest.mark.usefixtures("listening")
async def test_a_tab_that_cannot_be_refreshed_stands_in_nobodys_way(world: World) -> None:
    place, tried = await _place(world.ana), []

    async def refresh() -> bool:
        tried.append(1)
        raise RuntimeError

    live.watch("a", "page", place, {"knowledge"}, refresh)
    stays = Tab(place, "knowledge", client="b")
    for turn in (1, 2):
        await _change(world.ana, "knowledge")
        await until(lambda turn=turn: stays.seen == turn and len(tried) == turn)


@pytest.mark.usefixtures("listening")
async def test_watching_again_replaces_and_unwatching_ends(world: World) -> None:
    place = await _place(world.ana)
    before, after = Tab(place, "knowledge"), Tab(place, "tasks")
    ended = Tab(place, "tasks", client="b", page="one")
    other_page = Tab(place, "tasks", client="b", page="two")
    all_ended = Tab(place, "tasks", client="c")
    live.unwatch("b", "one")
    live.unwatch("c")
    live.unwatch("nobody")
    await _change(world.ana, "knowledge")
    await _change(world.ana, "tasks")
    await until(lambda: after.seen == 1 and other_page.seen == 1)
    assert (before.seen, ended.seen, all_ended.seen) == (0, 0, 0)


@pytest.mark.usefixtures("listening")
async def test_so_many_things_that_no_message_holds_them_wake_everybody(world: World) -> None:
    tab = Tab(await _place(world.ana), "knowledge:none of them")
    await _change(world.ana, "knowledge", *(f"{n} {'x' * 100}" for n in range(200)))
    await until(lambda: tab.seen == 1)


@pytest.mark.usefixtures("listening")
async def test_after_a_lost_connection_everybody_looks_again(world: World, ready: Ready) -> None:
    tab = Tab(await _place(world.ana), "knowledge")
    with _as_superuser(ready) as connection:
        for row in connection.execute(_LISTENING).fetchall():
            connection.execute("SELECT pg_terminate_backend(%s)", row)
    await until(lambda: tab.seen > 0)
    await _heard(ready)
    seen = tab.seen
    await _change(world.ana, "knowledge")
    await until(lambda: tab.seen == seen + 1)


@pytest.mark.usefixtures("listening")
async def test_a_workspace_that_is_removed_wakes_its_pages(world: World) -> None:
    tab = Tab(await _place(world.ana), "workspace")
    place = f"/api/workspaces/{world.ana.workspace}"
    assert (await world.ana.http.delete(place)).status_code == 204
    await until(lambda: tab.seen == 1)


ELSEWHERE = """
import asyncio, sys
from uuid import UUID, uuid4
from mosaic.core import live, valkey
async def refresh():
    print("refreshed", flush=True)
    return True
async def main():
    valkey.connect(sys.argv[3] or None)
    live.watch("tab", "page", UUID(sys.argv[2]), {"knowledge"}, refresh)
    await live.listen(sys.argv[1])
asyncio.run(main())
"""


@asynccontextmanager
async def _another_process(ready: Ready, place: UUID, valkey: str) -> AsyncIterator[Any]:
    """A process that prints a line for each time that a page of its looks again."""
    arguments = ("-c", ELSEWHERE, ready.app_dsn, str(place), valkey)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_a_change_in_one_process_is_seen_in_another(
    world: World, ready: Ready, listening: str
) -> None:
    place = await _place(world.ana)
    here = Tab(place, "knowledge")
    async with _another_process(ready, place, listening) as elsewhere, asyncio.timeout(LIMIT):
        await elsewhere.stdout.readline()  # everybody looks when the connection is there
        await _change(world.ana, "knowledge")
        assert await elsewhere.stdout.readline() == b"refreshed\n"
        await until(lambda: here.seen > 0)


async def test_the_page_before_does_not_take_the_place_of_the_one_that_is_shown() -> None:
    asked: list[str] = []
    workspace = uuid4()

    def look(page: str) -> live.Refresh:
        async def refresh() -> bool:
            asked.append(page)
            return True

        return refresh

    live.watch("tab", "List", workspace, {"jobs"}, look("List"), "/jobs")
    live.watch("tab", "Run", workspace, {"jobs"}, look("Run"), "/jobs/1")
    live.watch("tab", "List", workspace, {"jobs"}, look("List"), "/jobs/1")
    live.dispatch(json.dumps({"workspace": str(workspace), "topics": ["jobs"]}))
    await until(lambda: "Run" in asked)
    asked.clear()
    live.watch("tab", "Today", workspace, {"jobs"}, look("Today"), "/")
    live.dispatch(json.dumps({"workspace": str(workspace), "topics": ["jobs"]}))
    await until(lambda: asked == ["Today"])
    live.unwatch("tab")


async def test_a_page_that_is_slow_to_fill_is_asked_once_more_and_not_meanwhile(
    world: World, listening: None
) -> None:
    place = await _place(world.mia)
    going, most, seen = 0, 0, 0
    goes_on, begun = asyncio.Event(), asyncio.Event()

    async def fill() -> bool:
        nonlocal going, most, seen
        going, seen = going + 1, seen + 1
        most = max(most, going)
        live.watch("slow", "page", place, {"slow"}, fill)  # as every page does when it is filled
        begun.set()
        await goes_on.wait()
        going -= 1
        return True

    live.watch("slow", "page", place, {"slow"}, fill)
    message = f'{{"workspace": "{place}", "topics": ["slow"]}}'
    live.dispatch(message)
    await asyncio.wait_for(begun.wait(), LIMIT)
    for _ in range(5):
        live.dispatch(message)
        await asyncio.sleep(0)
    goes_on.set()
    await until(lambda: seen == 2 and not going)
    assert most == 1


@needs_server
async def test_what_valkey_carries_does_not_go_through_the_database(
    world: World, valkey: Server, ready: Ready
) -> None:
    place = await _place(world.ana)
    tab = Tab(place, "knowledge")
    with psycopg.connect(ready.app_dsn, autocommit=True) as connection:
        connection.execute(f"LISTEN {messages.CHANNEL}")
        await _change(world.ana, "knowledge")
        await until(lambda: tab.seen == 1)
        await _notify(["after it"])
        assert [one.payload for one in connection.notifies(timeout=LIMIT, stop_after=1)] == [
            "after it"
        ]


@pytest.mark.usefixtures("listening")
async def test_what_others_say_on_the_channel_is_passed_over(world: World) -> None:
    tab = Tab(await _place(world.ana), "knowledge")
    for said in ("hello", "{}", "[]", "7", '{"topics": []}', '{"workspace": 1, "topics": [[]]}'):
        await (messages.publish if sharing.shared() else _notify)([said])
    if kept := sharing.shared():
        await kept.ask(None, "PUBLISH", messages.CHANNEL, b"\xff")
    await _change(world.ana, "knowledge")
    await until(lambda: tab.seen == 1)


@needs_server
async def test_while_valkey_is_away_the_database_carries(world: World, valkey: Server) -> None:
    tab = Tab(await _place(world.ana), "knowledge")
    await valkey.kill()
    for turn in (1, 2):
        await _change(world.ana, "knowledge")
        await until(lambda turn=turn: tab.seen == turn)
    await valkey.start()
    await until(lambda: tab.seen == 3)  # as something may have been missed
    await until(messages.by_valkey)
    await _change(world.ana, "knowledge")
    await until(lambda: tab.seen == 4)


@needs_server
async def test_a_valkey_that_says_nothing_is_left_and_found_again(
    world: World, valkey: Server
) -> None:
    tab = Tab(await _place(world.ana), "knowledge")
    assert valkey.process
    valkey.process.send_signal(signal.SIGSTOP)
    await _change(world.ana, "knowledge")
    await until(lambda: tab.seen == 1)
    assert not messages.by_valkey()
    valkey.process.send_signal(signal.SIGCONT)
    await until(messages.by_valkey)
    seen = tab.seen
    await _change(world.ana, "knowledge")
    await until(lambda: tab.seen > seen)


@needs_server
async def test_who_is_cut_off_at_the_commit_has_told_all_the_same(
    world: World, valkey: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = Tab(await _place(world.ana), "knowledge")
    with pytest.raises(asyncio.CancelledError):
        async with world.ana.work() as w:
            w.changed("knowledge")
            commit = w.session.commit

            async def cut_off() -> None:
                await commit()
                raise asyncio.CancelledError

            monkeypatch.setattr(w.session, "commit", cut_off)
    await until(lambda: tab.seen == 1)


@needs_server
async def test_when_a_process_starts_all_pages_look_again(
    world: World, valkey: Server, ready: Ready
) -> None:
    """The one in its place may have been killed between a commit and its message."""
    place = await _place(world.ana)
    tab = Tab(place, "knowledge")
    async with _another_process(ready, place, valkey.url):
        await until(lambda: tab.seen == 1)
