"""AI_ACTION, against a stand-in that speaks Ollama's streaming protocol on loopback.

The stand-in answers as an Ollama server does (`POST /api/chat`, lines of JSON); there is no model
behind it.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from mosaic.jobs import service
from tests.answers import problem
from tests.conftest import Configure
from tests.jobs.engine.runs import ask, ended, events_of, steps_of
from tests.waiting import until
from tests.world import World

pytestmark = pytest.mark.usefixtures("performer")


class Ollama(BaseHTTPRequestHandler):
    """Answers `words`, then says how many tokens that were."""

    server: "Server"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        self.server.turns += 1
        if self.server.turns <= self.server.broken:
            self.send_error(500)
            return
        if body["model"] not in self.server.models:
            self._answer(404, [{"error": f"model '{body['model']}' not found"}])
            return
        said = [
            {"model": body["model"], "message": {"role": "assistant", "content": word}}
            for word in self.server.words
        ]
        last = {"model": body["model"], "message": {"role": "assistant", "content": ""}}
        counts = {"done": True, "done_reason": "stop", "prompt_eval_count": 26, "eval_count": 298}
        self._answer(200, [*said, last | counts] if self.server.ends else said)

    def _answer(self, status: int, lines: list[dict[str, Any]]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        for line in lines:
            self.wfile.write(json.dumps(line).encode() + b"\n")
            self.wfile.flush()
            self.server.pause.wait(20)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """The stand-in."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Ollama)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.words = ["Well", "-tended ", "gardens."]
        self.models = {"gardener:7b"}
        self.turns = self.broken = 0
        self.ends = True
        self.pause = threading.Event()
        self.pause.set()

    def handle_error(self, request: object, address: object) -> None:
        """A client that went away is no news."""


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.pause.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def ollama(configure: Configure) -> Iterator[Server]:
    with serving() as server:
        configure(OLLAMA_URL=f"http://127.0.0.1:{server.server_port}", OLLAMA_MODEL="gardener:7b")
        yield server


async def test_the_answer_and_its_tokens(world: World, ollama: Server) -> None:
    id = await ask(
        world.mia, "AI_ACTION", input={"prompt": "What do you like?", "system": "Be brief."}
    )
    job = await ended(world.mia, id)
    assert (job.status, job.error) == ("COMPLETED", None)
    assert job.result == {"model": "gardener:7b", "answer": "Well-tended gardens."}
    assert job.tokens.model_dump() == {"input": 26, "output": 298, "total": 324}
    [step] = await steps_of(world.mia, id)
    assert (step.type, step.model, step.tokens_input, step.tokens_output) == (
        "AI_ACTION",
        "gardener:7b",
        26,
        298,
    )
    assert step.output == "Well-tended gardens."
    [(path, body)] = ollama.asked
    assert path == "/api/chat"
    assert body["stream"] is True
    assert [(one["role"], one["content"]) for one in body["messages"]] == [
        ("system", "Be brief."),
        ("user", "What do you like?"),
    ]
    assert "ai.tokens_used" in [one.type for one in await events_of(world.mia, id)]


async def test_words_are_read_while_they_come(world: World, ollama: Server) -> None:
    ollama.pause.clear()
    id = await ask(world.mia, "AI_ACTION", input={"prompt": "Go on."})

    async def begun() -> bool:
        return [step.output for step in await steps_of(world.mia, id)] == ["Well"]

    await until(begun)
    ollama.pause.set()
    assert (await ended(world.mia, id)).status == "COMPLETED"


async def test_a_server_that_stumbles_is_asked_again(world: World, ollama: Server) -> None:
    ollama.broken = 1
    id = await ask(world.mia, "AI_ACTION", input={"prompt": "Go on."})
    assert (await ended(world.mia, id)).status == "COMPLETED"
    [step] = await steps_of(world.mia, id)
    assert step.output.startswith("The model's server could not answer. Another try in 1 s.\n")
    assert (step.tokens_input, step.tokens_output) == (26, 298)


async def test_a_model_that_is_not_there(world: World, ollama: Server) -> None:
    id = await ask(world.mia, "AI_ACTION", input={"prompt": "Go on.", "model": "other"})
    job = await ended(world.mia, id)
    assert (job.status, job.error) == ("FAILED", "The server does not have the model other.")
    assert len(ollama.asked) == 1


async def test_an_answer_without_an_end_is_none(world: World, ollama: Server) -> None:
    ollama.ends = False
    id = await ask(world.mia, "AI_ACTION", input={"prompt": "Go on."})
    job = await ended(world.mia, id)
    assert (job.status, len(ollama.asked)) == ("FAILED", 3)
    assert job.error == "The model's server stopped in the middle of its answer."
    assert job.tokens.total == 0


async def test_an_answer_without_bounds_is_cut_off(world: World, ollama: Server) -> None:
    ollama.words = ["on and on " * 1000] * 50
    job = await ended(world.mia, await ask(world.mia, "AI_ACTION", input={"prompt": "Go on."}), 30)
    assert (job.status, job.error) == ("FAILED", "The answer became longer than is kept.")


async def test_without_a_server_there_is_none_to_ask(world: World) -> None:
    wanted = {"type": "AI_ACTION", "input": {"prompt": "Hello?"}}
    answer = problem(await world.mia.http.post("/api/runner-jobs", json=wanted), 503)
    assert "OLLAMA_URL" in answer["detail"]


@pytest.mark.parametrize(
    "given", [{}, {"prompt": ""}, {"prompt": 7}, {"prompt": " " * 9}, {"prompt": "x", "model": 1}]
)
async def test_what_is_no_question(world: World, ollama: Server, given: dict[str, Any]) -> None:
    answer = await world.mia.http.post(
        "/api/runner-jobs", json={"type": "AI_ACTION", "input": given}
    )
    problem(answer, 422)
    assert ollama.asked == []


async def test_cancelled_in_the_middle(world: World, ollama: Server) -> None:
    ollama.pause.clear()
    id = await ask(world.mia, "AI_ACTION", input={"prompt": "Go on."})
    await until(lambda: bool(ollama.asked))
    async with world.mia.work() as work:
        await service.cancel_job(work, id)
    ollama.pause.set()
    job = await ended(world.mia, id)
    assert (job.status, job.result) == ("CANCELLED", None)
