"""Figures of finding by meaning: the ten closest pages, and how many of them are the real ten.

There is no model here: vectors are made up, in clusters as those of texts are.
"""

import struct
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from tests.bench import corpus
from tests.bench.row import Row, against, timed
from tests.bench.stage import Stage

_MOST = 25_000  # pages with a vector in a workspace: more than are compared one by one
_LENGTH, _TOPICS, _SPREAD = 384, 300, 0.7
_ASKED, _CLOSEST, _EXACT = 40, 10, 5_000
_INDEX = f"ix_embeddings_{_LENGTH}"
_MODEL = "bench"
_FIND = """
SELECT id FROM app_find_meaning(
    %(vector)s::vector, 'bench', 10, %(exact)s, NULL, NULL, NULL, NULL, NULL, NULL)
"""
_WITH_PAGES = """
SELECT slug, id FROM workspaces w
WHERE EXISTS (SELECT FROM entries e WHERE e.workspace_id = w.id) ORDER BY slug
"""
# What PostgreSQL takes by itself, as owner.
_CLOSE = f"""
SELECT entry_id FROM embeddings
WHERE workspace_id = %(workspace)s AND model = 'bench' AND dimension = {_LENGTH}
ORDER BY embedding::vector({_LENGTH}) <=> %(vector)s::vector({_LENGTH}) LIMIT 10
"""
Vectors = NDArray[np.float32]


Wall = psycopg.Connection[Any]


def measure(stage: Stage, walls: dict[str, Wall], wall_of: Callable[[str], Wall]) -> list[Row]:
    """Return a row for each of `walls`, connections to a workspace as the application has them.

    And one for all workspaces, to each of which `wall_of` opens a connection by its slug.
    """
    random = np.random.default_rng(corpus.SEED)
    topics = random.standard_normal((_TOPICS, _LENGTH))
    asked = [_written(vector) for vector in _about(random, topics, _ASKED)]
    with stage.owner() as owner:
        places = {what: _id(wall) for what, wall in walls.items()}
        every = dict(owner.execute(_WITH_PAGES).fetchall())
        _learn(owner, list(every.values()), random, topics)
        rows = [_row(owner, walls[what], what, id, asked) for what, id in places.items()]
        recalls = [_recall(wall_of(slug), asked) for slug in every]
    how = f"the {_CLOSEST} closest of {len(asked)} times in each of {len(recalls)} workspaces"
    return [*rows, Row("by meaning, the real ones found", "95 %", f"{min(recalls):.1%}", how=how)]


def _recall(wall: Wall, asked: list[str]) -> float:
    """Return which part of the really closest pages are found in a workspace."""
    with wall:
        both = [(_find(wall, one, _EXACT), _find(wall, one, 10 * corpus.PAGES)) for one in asked]
    return sum(len(found & real) for found, real in both) / sum(len(real) for _, real in both)


def _find(wall: Wall, vector: str, exact: int = _EXACT) -> set[UUID]:
    """Return the ten closest pages; up to `exact` pages with a vector each is looked at."""
    rows = wall.execute(_FIND, {"vector": vector, "exact": exact}).fetchall()
    return {id for [id] in rows}


def _id(wall: Wall) -> UUID:
    [id] = wall.execute("SELECT app_workspace()").fetchone() or [None]
    assert id
    return UUID(str(id))


def _row(
    owner: psycopg.Connection[Any], wall: Wall, what: str, workspace: UUID, asked: list[str]
) -> Row:
    [pages] = owner.execute(
        "SELECT count(*) FROM embeddings WHERE workspace_id = %s", [workspace]
    ).fetchone() or [0]

    timed(lambda vector: _find(wall, vector), asked[:5])
    ours = timed(lambda vector: _find(wall, vector), asked)
    with owner.transaction():
        owner.execute("SET LOCAL hnsw.iterative_scan = strict_order")
        values = [{"workspace": workspace, "vector": vector} for vector in asked]
        floor = timed(lambda given: owner.execute(_CLOSE, given).fetchall(), values)
    how = (
        f"{len(asked)} times the function of search, without the model; {pages:,} pages with "
        f"made-up vectors of {_LENGTH} numbers; floor: ten by PostgreSQL alone, as owner"
    )
    return against(f"by meaning, {what}", "10 / 30 ms", ours, floor, how)


def _learn(
    owner: psycopg.Connection[Any],
    workspaces: list[UUID],
    random: np.random.Generator,
    topics: NDArray[np.float64],
) -> None:
    """Give pages of each workspace a vector, and make the index at once; once for a corpus."""
    [known] = owner.execute(
        "SELECT count(DISTINCT workspace_id) FROM embeddings WHERE model = 'bench'"
    ).fetchone() or [0]
    if known == len(workspaces):
        return
    owner.execute("DELETE FROM embeddings WHERE model = 'bench'")
    pages = [
        (workspace, id)
        for workspace in workspaces
        for [id] in owner.execute(
            "SELECT id FROM entries WHERE workspace_id = %s ORDER BY id LIMIT %s",
            [workspace, _MOST],
        ).fetchall()
    ]
    [index] = owner.execute("SELECT pg_get_indexdef(%s::regclass)", [_INDEX]).fetchone() or [""]
    owner.execute(f"DROP INDEX {_INDEX}")
    with owner.cursor().copy(
        "COPY embeddings (workspace_id, entry_id, model, part, version, dimension, embedding) "
        "FROM STDIN (FORMAT binary)"
    ) as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0))
        for (workspace, id), vector in zip(pages, _about(random, topics, len(pages)), strict=True):
            copy.write(_line(workspace, id, vector))
        copy.write(struct.pack("!h", -1))
    owner.execute("SET maintenance_work_mem = '1GB'")
    owner.execute(index)
    owner.execute("VACUUM (ANALYZE) embeddings")


def _about(
    random: np.random.Generator, topics: NDArray[np.float64], number: int
) -> Iterable[Vectors]:
    """Return vectors, each near one of the topics, of which some are commoner than others."""
    for _ in range(number):
        topic = topics[int(len(topics) * random.random() ** 2)]
        vector = topic + _SPREAD * random.standard_normal(_LENGTH)
        yield (vector / np.linalg.norm(vector)).astype(np.float32)


def _line(workspace: UUID, id: UUID, vector: Vectors) -> bytes:
    """Return a row as COPY has it in its binary form; a vector is its length and its numbers."""
    numbers = struct.pack("!hh", _LENGTH, 0) + vector.astype(">f4").tobytes()
    fields = (
        workspace.bytes,
        id.bytes,
        _MODEL.encode(),
        struct.pack("!h", 0),
        struct.pack("!i", 1),
        struct.pack("!i", _LENGTH),
        numbers,
    )
    lengths = (struct.pack("!i", len(one)) + one for one in fields)
    return struct.pack("!h", len(fields)) + b"".join(lengths)


def _written(vector: Vectors) -> str:
    return f"[{','.join(f'{number:.6f}' for number in vector)}]"
