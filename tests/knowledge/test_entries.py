"""Entries over REST."""

from tests.world import World


async def test_links_resolve_when_the_missing_page_is_written(world: World) -> None:
    async with world.ana.http as http:
        first = await http.post(
            "/api/knowledge/entries", json={"title": "Garden", "content": "See [[Roses]] today."}
        )
        assert first.status_code == 201, first.text
        assert 'class="wikilink missing"' in first.json()["contentHtml"]
        second = await http.post("/api/knowledge/entries", json={"title": "Roses", "content": "x"})
        assert second.status_code == 201, second.text
        again = (await http.get("/api/knowledge/entries/garden")).json()
        assert f'href="/w/{world.ana.workspace}/knowledge/roses"' in again["contentHtml"]
        back = (await http.get("/api/knowledge/entries/roses/backlinks")).json()
        assert back == [{"slug": "garden", "title": "Garden", "context": "See Roses today."}]
