"""Search by meaning: pages are learned in the background and found by other words.

The model is a stand-in (see `ollama.py`): there is no Ollama server where tests run.
"""

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest
from numpy.typing import NDArray
from sqlalchemy import text

from mosaic.core.start import Ready
from mosaic.jobs import service as jobs
from mosaic.knowledge.search import model
from tests.answers import listed, problem
from tests.conftest import Configure
from tests.knowledge.search.ollama import Ollama, running
from tests.knowledge.wiki import change, read, write
from tests.statements import scans
from tests.waiting import until
from tests.world import Person, World, make_world

SEARCH = "/api/knowledge/search"


@pytest.fixture
def ollama(configure: Configure) -> Iterator[Ollama]:
    with running() as server:
        configure(OLLAMA_URL=server.url, OLLAMA_EMBED_MODEL="words:8")
        yield server


async def _learned(person: Person) -> None:
    """Wait until no run that learns is left."""

    async def done() -> bool:
        async with person.work() as work:
            found = await jobs.list_rows(work, jobs.JobQuery(type="KNOWLEDGE_EMBED", limit=100))
        ended = {"COMPLETED", "FAILED", "CANCELLED"}
        assert "FAILED" not in {row.status for row in found.data}
        return bool(found.data) and {row.status for row in found.data} <= ended

    await until(done)


async def _hits(person: Person, q: str, **more: Any) -> list[dict[str, Any]]:
    return listed(await person.http.get(SEARCH, params={"q": q, **more}))


@pytest.mark.usefixtures("performer")
async def test_pages_are_learned_and_found_by_other_words(world: World, ollama: Ollama) -> None:
    await write(world.mia, "Pet", "The cat sleeps.")
    await write(world.mia, "Harbour", "A ship and a boat.")
    await write(world.ana, "Hers", "My feline secret", status="DRAFT")
    await _learned(world.mia)
    await _learned(world.ana)
    [first, *_] = await _hits(world.mia, "kitty", mode="semantic")
    assert (first["title"], first["matched"]) == ("Pet", ["semantic"])
    found = await _hits(world.mia, "kitty")
    assert [hit["title"] for hit in found] == ["Pet"]
    assert {hit["title"] for hit in await _hits(world.ana, "kitty")} == {"Pet", "Hers"}
    assert await _hits(world.bo, "kitty") == []
    both = await _hits(world.mia, "cat")
    assert set(both[0]["matched"]) == {"text", "semantic"}
    assert await _hits(world.mia, "kitty", mode="text") == []
    sent = {"query": "vessel", "limit": 1}
    answer = await world.gil.http.post(f"{SEARCH}/semantic", json=sent)
    assert answer.json()["data"][0]["title"] == "Harbour"
    assert answer.json()["meta"]["mode"] == "semantic"

    await change(world.mia, "pet", content="Bread from the bakery.")
    await _learned(world.mia)
    assert [hit["title"] for hit in await _hits(world.mia, "loaf")] == ["Pet"]
    assert await _hits(world.mia, "kitty") == []


@pytest.mark.usefixtures("performer")
async def test_another_model_learns_everything_again(
    world: World, ollama: Ollama, configure: Configure
) -> None:
    for number in range(20):
        await write(world.mia, f"Page {number}", "cat " + "words " * 800)
    await _learned(world.mia)
    assert len(ollama.asked) >= 60
    ollama.asked.clear()
    ollama.length = 16
    configure(OLLAMA_URL=ollama.url, OLLAMA_EMBED_MODEL="words:16")
    started = await world.mia.http.post("/api/knowledge/embeddings/batch")
    assert started.status_code == 202, started.text
    await _learned(world.mia)
    assert len(ollama.asked) >= 60
    assert len(await _hits(world.mia, "kitty", mode="semantic")) == 20
    ollama.asked.clear()
    await world.mia.http.post("/api/knowledge/embeddings/batch")
    await _learned(world.mia)
    assert ollama.asked == []


async def test_without_a_model_words_are_searched(world: World, ollama: Ollama) -> None:
    await write(world.mia, "Pet", "The cat sleeps.")
    ollama.broken = True
    answer = await world.mia.http.get(SEARCH, params={"q": "cat"})
    assert answer.json()["meta"]["mode"] == "text"
    assert [hit["title"] for hit in answer.json()["data"]] == ["Pet"]
    problem(await world.mia.http.get(SEARCH, params={"q": "cat", "mode": "semantic"}), 503)


async def test_a_model_that_is_slow_keeps_nobody_waiting(
    world: World, ollama: Ollama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "_SOON", 0.05)
    await write(world.mia, "Pet", "The cat sleeps.")
    ollama.answers.clear()

    async def mode() -> str:
        answer = await world.mia.http.get(SEARCH, params={"q": "cat"})
        assert [hit["title"] for hit in answer.json()["data"]] == ["Pet"]
        return str(answer.json()["meta"]["mode"])

    asked = len(ollama.asked)
    assert [await mode() for _ in range(5)] == ["text"] * 5
    monkeypatch.setattr(model, "_SOON", 2.0)
    ollama.answers.set()

    async def by_meaning() -> bool:
        return await mode() == "hybrid"

    # It was heard to the end, and what was found without it is not kept.
    await until(by_meaning)
    assert ollama.asked[asked:] == ["cat", "cat"]


async def test_who_waits_for_a_model_keeps_no_connection_from_others(
    world: World, ollama: Ollama
) -> None:
    await write(world.mia, "Pet", "The cat sleeps.")
    ollama.answers.clear()

    async def ask(number: int) -> str:
        params = {"q": f"cat {number}", "mode": "semantic"}
        answer = await world.mia.http.get(SEARCH, params=params)
        return str(answer.json()["meta"]["mode"])

    asked = [asyncio.ensure_future(ask(number)) for number in range(30)]  # more than the pool has
    await until(lambda: len(ollama.came) == 30)
    assert (await read(world.mia, "pet"))["version"] == 1
    ollama.answers.set()
    assert await asyncio.gather(*asked) == ["semantic"] * 30


async def test_where_no_model_is_set_up(world: World) -> None:
    problem(await world.mia.http.post(f"{SEARCH}/semantic", json={"query": "cat"}), 503)
    problem(await world.mia.http.post("/api/knowledge/embeddings/batch"), 503)
    problem(await world.gil.http.post("/api/knowledge/embeddings/batch"), 403)
    problem(await world.mia.http.post(f"{SEARCH}/semantic", json={"query": ""}), 422)
    problem(await world.mia.http.post(f"{SEARCH}/semantic", json={"query": "a", "limit": 0}), 422)


LENGTH, LARGE, SMALL = 384, 2_000, 150


async def _fill(person: Person, ready: Ready, count: int, vectors: NDArray[Any]) -> list[UUID]:
    async with person.work() as work:
        values = {"workspace": work.tenant, "user": work.user_id}
    with psycopg.connect(ready.admin_dsn, autocommit=True) as owner:
        made = owner.execute(
            "INSERT INTO entries (id, workspace_id, slug, title, content, html, renderer, status, "
            "visibility, version, created_by, updated_by) SELECT gen_random_uuid(), %(workspace)s, "
            "'p' || n, 'P', '', '', 1, 'PUBLISHED', 'WORKSPACE', 1, %(user)s, %(user)s "
            f"FROM generate_series(1, {count}) n RETURNING id",
            values,
        ).fetchall()
        ids = [row[0] for row in made]
        with (
            owner.cursor() as cursor,
            cursor.copy(
                "COPY embeddings "
                "(workspace_id, entry_id, model, part, version, dimension, embedding) FROM STDIN"
            ) as copy,
        ):
            for id, vector in zip(ids, vectors, strict=True):
                said = f"[{','.join(f'{number:.5f}' for number in vector)}]"
                copy.write_row((values["workspace"], id, "m", 0, 1, LENGTH, said))
        owner.execute("ANALYZE embeddings")
    return ids


_FIND = text(
    "SELECT id FROM app_find_meaning(CAST(:vector AS vector), 'm', 10, :exact, "
    "NULL, NULL, NULL, NULL, NULL, NULL)"
)


async def test_every_tenant_finds_nearly_all_that_is_close(pool: None, ready: Ready) -> None:
    """With the index as without it, in a large workspace and in a small one beside it."""
    world, random = await make_world(), np.random.default_rng(7)
    for person, count in ((world.ana, LARGE), (world.bo, SMALL)):
        vectors = random.normal(size=(count, LENGTH))
        ids = await _fill(person, ready, count, vectors)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        for exact, least in ((20_000, 1.0), (0, 0.95)):
            found = 0
            for asked in random.normal(size=(20, LENGTH)):
                close = {ids[at] for at in np.argsort(-(vectors @ asked))[:10]}
                said = f"[{','.join(f'{number:.5f}' for number in asked)}]"
                async with person.work() as work:
                    rows = await work.session.scalars(_FIND, {"vector": said, "exact": exact})
                    found += len(close & set(rows))
            assert found >= least * 20 * 10 - (1 if exact else 0)
        await _goes_by_an_index(person, ready, said)


async def _goes_by_an_index(person: Person, ready: Ready, asked: str) -> None:
    """Look how PostgreSQL would run the queries of the function, which are planned on their own."""
    async with person.work() as work:
        workspace, user = str(work.tenant), str(work.user_id)
    with psycopg.connect(ready.admin_dsn) as owner:
        owner.execute(
            "SELECT set_config('app.workspace_id', %s, true), set_config('app.user_id', %s, true), "
            "set_config('hnsw.iterative_scan', 'strict_order', true)",
            [workspace, user],
        )
        [body] = owner.execute(
            "SELECT prosrc FROM pg_proc WHERE proname = 'app_find_meaning'"
        ).fetchone() or [""]
        [near] = re.findall(r"EXECUTE format\((.*?), length\)", body, re.DOTALL)
        query = "".join(re.findall(r"'(.*?)'", near)).replace("%1$s", str(LENGTH))
        values = [f"'{asked}'", f"'{workspace}'::uuid", "'m'", *["NULL::text"] * 2, "NULL::jsonb"]
        values += [*["NULL::timestamptz"] * 2, "NULL::text", "10"]
        for number, value in reversed(list(enumerate(values, 1))):
            query = query.replace(f"${number}", value)
        [plan] = owner.execute(f"EXPLAIN (FORMAT JSON) {query}").fetchone() or [None]
        assert set(scans(plan)) & {"embeddings", "entries"} == set(), plan
        # So few pages are as soon looked at one by one; where they are not, it is by nearness.
        owner.execute("SET LOCAL enable_sort = off")
        [plan] = owner.execute(f"EXPLAIN (FORMAT JSON) {query}").fetchone() or [None]
    assert f"ix_embeddings_{LENGTH}" in str(plan)
