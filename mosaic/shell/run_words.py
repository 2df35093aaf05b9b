"""The words for runs: the part of `words` that turns the values of jobs into what people read."""

from typing import Any

from mosaic.shell.words import Said

_JOBS = {
    "PENDING": Said("Waits for a runner"),
    "QUEUED": Said("In line"),
    "RUNNING": Said("Running", "going"),
    "COMPLETED": Said("Finished"),
    "FAILED": Said("Did not finish", "stopped"),
    "CANCELLED": Said("Cancelled"),
}
_STEPS = {
    "PENDING": Said("Waiting"),
    "RUNNING": Said("Running", "going"),
    "COMPLETED": Said("Finished"),
    "FAILED": Said("Did not finish", "stopped"),
    "SKIPPED": Said("Left out"),
}
ASKS = Said("Waits for an answer", "attention")
_PHASES = {
    "SETUP": "Preparation",
    "EXECUTION": "Work",
    "VALIDATION": "Checks",
    "CLEANUP": "Tidying up",
}
_KINDS = {"COMMAND": "Command", "AI_ACTION": "AI", "GATE": "Question", "ARTIFACT": "Result"}
_EVENTS = {
    "job.created": "asked for this run",
    "job.queued": "put the run in line",
    "job.started": "began the run",
    "job.progress": "said how far the run is",
    "job.completed": "finished the run",
    "job.failed": "ended the run before it was done",
    "job.cancelled": "cancelled the run",
    "job.retried": "asked to try the run again",
    "step.created": "added the step",
    "step.started": "began the step",
    "step.progress": "reported from the step",
    "step.output": "wrote to the log of",
    "step.completed": "finished the step",
    "step.failed": "did not finish the step",
    "step.skipped": "left out the step",
    "ai.tool_called": "used a tool in the step",
    "ai.tokens_used": "counted tokens in the step",
    "ai.artifact_created": "made a file in the step",
    "gate.started": "asks for an answer to",
    "gate.passed": "approved",
    "gate.failed": "declined",
}
JOB_STATUS_OPTIONS = [(value, said.label) for value, said in _JOBS.items()]
PHASES = tuple(_PHASES)
_UNITS = ("B", "kB", "MB", "GB")


def job_status(value: str) -> Said:
    """Say how a run stands."""
    return _JOBS.get(value) or Said(_spelled(value))


def step_status(value: str, kind: str = "") -> Said:
    """Say how a step stands; a gate that has begun waits for a person."""
    if kind == "GATE" and value == "RUNNING":
        return ASKS
    return _STEPS.get(value) or Said(_spelled(value))


def phase(value: str) -> str:
    """Say which phase of a run it is."""
    return _PHASES.get(value) or _spelled(value)


def kind(value: str) -> str:
    """Say what kind of step it is."""
    return _KINDS.get(value) or _spelled(value)


def job_type(value: str) -> str:
    """Say a type that nobody gave a title: "Knowledge import"."""
    return _spelled(value)


def event(value: str) -> str:
    """Say what happened, in the past, before the name of the step."""
    return _EVENTS.get(value) or _spelled(value).lower()


def remark(payload: dict[str, Any], of: str = "") -> str:
    """Say what else an event tells: how far, which tool, which note."""
    names = ("message", "note", "tool", "reason", "error")
    told = [payload.get(name) for name in (names if of == "step.created" else ("name", *names))]
    words = [str(one) for one in told if one]
    if "progress" in payload:
        words.append(f"{payload['progress']} %")
    return " · ".join(words)[:300]


def duration(ms: int | None) -> str:
    """Say how long something took: "480 ms", "3.2 s", "4 min 10 s", "2 h 5 min"."""
    if ms is None:
        return ""
    if ms < 1000:
        return f"{ms} ms"
    if ms < 10_000:
        return f"{ms // 100 / 10:.1f} s"
    seconds = ms // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 60:
        return f"{minutes} min {seconds % 60} s"
    if hours < 48:
        return f"{hours} h {minutes % 60} min"
    return f"{hours // 24} days {hours % 24} h"


def size(count: int) -> str:
    """Say a size in bytes: "2.4 MB"."""
    amount, unit = float(count), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return (
        f"{amount:.1f} {_UNITS[unit]}" if unit and amount < 100 else f"{amount:.0f} {_UNITS[unit]}"
    )


def tokens(count: int) -> str:
    """Say how many tokens, briefly: "840", "12.4k", "3.1M"."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 1_000_000 else f"{count / 1_000_000:.1f}M"


def money(amount: float | None, currency: str) -> str:
    """Say what something cost; empty where no price is known."""
    if amount is None:
        return ""
    return f"{amount:.2f} {currency}" if amount >= 0.1 or not amount else f"{amount:.4f} {currency}"


def _spelled(value: str) -> str:
    return value.replace("_", " ").capitalize()
