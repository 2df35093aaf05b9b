"""A task of a file on its way in."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from mosaic.projects.exchange import cells
from mosaic.projects.exchange.shapes import TaskFile
from mosaic.projects.shapes import ColumnCreate, ColumnStatus

LONGEST_TITLE = 200


@dataclass(slots=True)
class Item:
    """A task as a file has it, or why it is none. `line` is where the report names it.

    `said` is what is remarked about it. The `id` of the task is that line.
    """

    line: int
    title: str = ""
    task: TaskFile | None = None
    said: list[str] = field(default_factory=list)


def item(line: int, values: dict[str, Any], said: list[str]) -> Item:
    """Return the task that these values are, with a title that is cut where it is too long."""
    title = str(values.get("title") or "").strip()
    if not title:
        return Item(line, said=["This task has no title."])
    if len(title) > LONGEST_TITLE:
        values["title"] = title[: LONGEST_TITLE - 1] + "…"
        text = str(values.get("description") or "")
        values["description"] = f"{title}\n\n{text}".strip()
        said.append("The title is long; all of it stands in the description.")
    try:
        task = TaskFile.model_validate(values)
    except ValidationError as problem:
        return Item(line, storable_part(title)[:LONGEST_TITLE], said=[reason(problem)])
    start, end = task.start_date, task.due_date
    if start and end and start > end:
        task.start_date = None
        said.append("The start comes after the target date, so it was left out.")
    if task.due_time and not end:
        task.due_time = None
        said.append("It has a time and no target date, so the time was left out.")
    return Item(line, task.title, task, said)


def storable_part(text: str) -> str:
    """Return what of a text can be kept: without NUL characters and halves of others."""
    return text.replace("\x00", "").encode(errors="ignore").decode()


def column(name: str) -> ColumnCreate:
    """Return a column with the status that its name speaks of."""
    meant = cells.status(name)
    status: ColumnStatus = "NOT_STARTED" if not meant or meant == "ARCHIVED" else meant
    return ColumnCreate(name=storable_part(name)[:200].strip() or "Column", status=status)


def reason(problem: ValidationError) -> str:
    """Return what people read about the first value that does not fit."""
    found = problem.errors()[0]
    name = next((str(part) for part in found["loc"] if isinstance(part, str)), "value")
    words = "".join(f" {one.lower()}" if one.isupper() else one for one in name).replace("_", " ")
    match found["type"]:
        case "value_error":
            return f"Its {words}: {str(found['msg']).removeprefix('Value error, ')}"
        case "string_too_long" | "too_long" if isinstance(found["input"], str):
            most = found["ctx"]["max_length"]
            return f"Its {words} is longer than the {most:,} characters that are kept."
        case "too_long":
            return f"Its {words} has more parts than the {found['ctx']['max_length']:,} kept."
    return f"Its {words} has another form than is known here."
