"""The job type AI_ACTION: asks a language model of an Ollama server."""

from typing import TYPE_CHECKING, Any

from mosaic.core import trust
from mosaic.core.config import settings
from mosaic.core.errors import Invalid, Unavailable
from mosaic.core.work import Work
from mosaic.jobs.types import Field, Input, Phase, job_type, step

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

_NOT_SET = "No language model is set up here. The setting OLLAMA_URL names a server."
_SILENCE = 120.0  # seconds without a word, in which a large model may still be loaded
_MOST_ANSWER = 100_000  # characters
_MOST_PROMPT = 100_000


def check(work: Work, wanted: Input) -> None:
    """Raise Unavailable where there is no server, Invalid for what is no question."""
    if not settings().ollama_url:
        raise Unavailable(_NOT_SET)
    prompt = wanted.get("prompt")
    if not isinstance(prompt, str) or not 0 < len(prompt.strip()) <= _MOST_PROMPT:
        raise Invalid("Write what the model is asked, as text.", "input")
    for name in ("system", "model"):
        if not isinstance(wanted.get(name) or "", str):
            raise Invalid(f"A text is expected for {name}.", "input")
    _model(wanted)


def _model(wanted: Input) -> str:
    model = wanted.get("model") or settings().ollama_model
    if not model:
        raise Invalid("Name a model, here or in the setting OLLAMA_MODEL.", "input")
    return str(model)


@step(
    Phase.EXECUTION,
    "Ask the model",
    type="AI_ACTION",
    transaction=False,
    retries=2,
    time_limit=1800,
)
async def ask(run: "Run") -> dict[str, str]:
    """Pass on the answer while it comes, and count its tokens."""
    from httpx import HTTPError
    from ollama import ResponseError

    model = _model(run.input)
    try:
        answer = await _listen(run, model)
    except ResponseError as problem:
        if problem.status_code == 404:
            raise Invalid(f"The server does not have the model {model}.") from problem
        raise Unavailable("The model's server could not answer.") from problem
    except (HTTPError, OSError) as problem:
        raise Unavailable("The model's server does not answer.") from problem
    return {"model": model, "answer": answer}


async def _listen(run: "Run", model: str) -> str:
    from ollama import AsyncClient

    said = (("system", run.input.get("system")), ("user", run.input["prompt"]))
    messages = [{"role": role, "content": words} for role, words in said if words]
    answer = ""
    async with AsyncClient(
        settings().ollama_url,
        timeout=_SILENCE,
        follow_redirects=False,
        verify=trust.certificates(),
    ) as client:
        async for part in await client.chat(model=model, messages=messages, stream=True):
            answer += (words := part.message.content or "")
            run.log(words)
            await run.room()
            if len(answer) > _MOST_ANSWER:
                raise Invalid("The answer became longer than is kept.")
            if part.done:
                run.tokens(model, part.prompt_eval_count or 0, part.eval_count or 0)
                return answer
    raise Unavailable("The model's server stopped in the middle of its answer.")


@job_type(
    "AI_ACTION",
    title="Ask the language model",
    about="Asks the model a question and keeps the answer, with the tokens that it took.",
    fields=(
        Field("prompt", "Question", kind="text"),
        Field("system", "How to answer", "Optional", "text", optional=True),
        Field("model", "Model", "Without one: the usual", optional=True),
    ),
    check=check,
)
async def ai_action(run: "Run") -> Any:
    """Ask once."""
    return await run(ask)
