"""How often the cache has the answer, on a stated trace."""

import json
from itertools import accumulate
from random import Random

from tests.bench import corpus
from tests.bench.client import Client
from tests.bench.row import Row
from tests.bench.stage import Stage

PAGES, ASKED, WRITES, SKEW = 500, 4_000, 0.05, 0.8


def measure(stage: Stage) -> list[Row]:
    """Return the part of reads that the cache answers, from empty, and with what it had before.

    One person reads and changes pages of one workspace; the page in place n is asked for as often
    as 1 / n^0.8 says (Zipf), and every twentieth time it is changed instead.
    """
    client = Client(stage.server.url, stage.root.token, stage.big)
    with stage.owner() as owner:
        rows = owner.execute(
            "SELECT slug FROM entries WHERE workspace_id = %s AND private_to IS NULL "
            "ORDER BY slug LIMIT %s",
            [stage.workspace_id, PAGES],
        ).fetchall()
    pages = [slug for [slug] in rows]
    random = Random(corpus.SEED)
    random.shuffle(pages)
    stage.root.ask("POST", f"/api/knowledge/cache/clear?workspaceId={stage.big}")
    first, second = [_hit_rate(stage, client, pages, random) for _ in range(2)]
    how = (
        f"Zipf {SKEW}, {WRITES:.0%} writes, {ASKED:,} requests to {PAGES} pages; then as many more"
    )
    return [Row("cache: part of reads found", "85 %", f"{first:.0%} / {second:.0%}", how=how)]


def _hit_rate(stage: Stage, client: Client, pages: list[str], random: Random) -> float:
    stage.root.ask("POST", f"/api/knowledge/cache/stats/reset?workspaceId={stage.big}")
    weights = list(accumulate((place + 1) ** -SKEW for place in range(len(pages))))
    for number, slug in enumerate(random.choices(pages, cum_weights=weights, k=ASKED)):
        place = f"/api/knowledge/entries/{slug}"
        if random.random() < WRITES:
            client.send("PATCH", place, {"content": f"Written anew, for the {number}th time."})
        else:
            client.get(place)
    return float(json.loads(client.get("/api/knowledge/cache/stats"))["stats"]["hitRate"])
