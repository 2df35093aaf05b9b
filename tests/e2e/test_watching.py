"""A server that is watched: its log, its figures and its traces while people use it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.site import PASSWORD, Server, Site, running
from tests.receiver import Receiver, receiving
from tests.waiting import until

SECRET = "open-Sesame7f3a"
STATE = "reflex___state____state"

# Speaks to the socket of the pages as somebody would who wants the log to tell something.
SPEAK = """async ([token, events]) => {
    const url = `ws://${location.host}/_event/?EIO=4&transport=websocket&token=${token}`;
    const socket = new WebSocket(url);
    const heard = [];
    socket.onmessage = (message) => {
        heard.push(message.data.slice(0, 2));
        if (message.data.startsWith("0")) socket.send("40/_event,{}");
        if (message.data.startsWith("40"))
            for (const one of events) socket.send("42/_event," + JSON.stringify(one));
        if (message.data === "2") socket.send("3");
    };
    const end = Date.now() + 10000;
    while (!heard.includes("42") && Date.now() < end)
        await new Promise((go) => setTimeout(go, 50));
    socket.close();
    return heard;
}"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def watched(tmp_path: Path, receiver: Receiver) -> Iterator[Server]:
    """A server that says all that it ever says."""
    more = {
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
        "SLOW_QUERY_MS": "1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
    }
    with running(tmp_path, **more) as server:
        server.set_up()
        yield server


def _lines(server: Server) -> list[dict[str, Any]]:
    """What was logged; what `mosaic up` says to people stands beside it."""
    said = server.log.read_text().splitlines()
    return [json.loads(line) for line in said if line.startswith("{")]


async def _sign_in(page: Page, email: str) -> None:
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(SECRET)
    await page.get_by_label("Password").press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Password").press("Enter")


async def test_what_is_told_of_people_at_work(
    watched: Server, browser: Browser, receiver: Receiver
) -> None:
    site = Site(watched, browser)
    ana = site.make_person("Ana")
    workspace = ana.make_workspace("Garden")
    page = await site.open(f"/login?next=/w/{workspace}&token={SECRET}")
    await _sign_in(page, ana.email)
    await expect(page).to_have_url(f"{site.url}/w/{workspace}")
    cookies = {str(one.get("name")): str(one.get("value")) for one in await page.context.cookies()}
    handler = f"{STATE}.mosaic___shell___state____shell.search_palette"
    strange = [
        ["event", {"name": SECRET, "payload": {"password": SECRET}, "router_data": {}}],
        ["event", {"name": handler, "payload": {"text": {"password": SECRET}}}],
        ["event", SECRET],
        ["client_error", {"error_type": SECRET, "message": f"token {SECRET}", "event": SECRET}],
        ["event", {"name": f"{STATE}.hydrate", "payload": {}, "router_data": {}}],
    ]
    assert "42" in await page.evaluate(SPEAK, [SECRET, strange])
    # What was strange to Reflex is in the log, with the place and no word of it.
    await until(lambda: any(one["logger"].startswith("reflex") for one in _lines(watched)))

    def told() -> list[dict[str, Any]]:
        return [one for one in _lines(watched) if one["event"] == "event"]

    await until(lambda: any(one["handler"] == "Today.load" for one in told()))
    # Once: there may be another event by the next look.
    ids = [one["request_id"] for one in told()]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    hidden = (SECRET, PASSWORD, cookies["mosaic_session"], ana.token)
    said = watched.log.read_text()
    assert [one for one in hidden if one in said] == []
    assert {one["event"] for one in _lines(watched)} >= {"request", "event", "slow query"}
    slow = [one for one in _lines(watched) if one["event"] == "slow query"]
    assert {one["request_id"] for one in told()} & {one.get("request_id") for one in slow}

    figures = httpx.get(f"{site.url}/metrics").text
    assert 'mosaic_events_total{event="Today.load",outcome="done"}' in figures
    assert "mosaic_live_subscribers 0.0" not in figures
    assert 'mosaic_requests_total{method="GET",route="pages",status="200"}' in figures
    assert [one for one in (*hidden, workspace) if one in figures] == []

    load = f"{STATE}.mosaic___today___state____today.load"
    await until(lambda: bool(receiver.named(load)))
    [loaded, *_] = receiver.named(load)
    await until(lambda: bool(receiver.under(loaded)))
    assert {one.attributes["db.system.name"] for one in receiver.under(loaded)} == {"postgresql"}
    sent = b"".join(receiver.raw)
    assert [one for one in (*hidden, workspace) if one.encode() in sent] == []
    await site.close()
