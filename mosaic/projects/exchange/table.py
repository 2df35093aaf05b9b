"""A project as a table: one line for each task, in cells that no spreadsheet takes for formulas."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence

from mosaic.projects.exchange.shapes import TaskFile, WaitFile

MARK = "\ufeff"  # by which spreadsheets know UTF-8
# What spreadsheets take for the beginning of a formula; wide ones, too, where people write them.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_NAME = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,;\n]+))')
_TO_QUOTE = re.compile(r'[",;\n]|^\s|\s$')


def guarded(cell: str) -> str:
    """Return a cell that a spreadsheet leaves as it is."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return what a cell was before it was guarded."""
    return cell[1:] if _GUARDED.match(cell) else cell


def joined(names: Sequence[str]) -> str:
    """Return names as one cell holds them, those with commas in quotation marks."""
    return ", ".join(_quoted(name) for name in names)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"' if _TO_QUOTE.search(name) else name


def split(cell: str) -> list[str]:
    """Return the names that a cell holds, separated by commas, semicolons or lines."""
    found = (
        (quoted.replace('""', '"') if quoted else plain).strip()
        for quoted, plain in _NAME.findall(cell)
    )
    return [name for name in found if name]


def waits(task: TaskFile) -> str:
    """Return what a task waits for: "3, 4SS, 5FF+2", for its finish where nothing is said."""
    return ", ".join(_wait(one) for one in task.depends_on)


def _wait(one: WaitFile) -> str:
    lag = f"{one.lag_days:+}" if one.lag_days else ""
    type = one.type if lag or one.type != "FS" else ""
    return f"{one.id}{type}{lag}"


def _words(value: str) -> str:
    return value.replace("_", " ").capitalize()


def _checklist(task: TaskFile) -> str:
    return "\n".join(
        f"[{'x' if one.checked else ' '}] {' '.join(one.title.split())}" for one in task.checklist
    )


def _assignee(task: TaskFile) -> str:
    return (task.assignee.email or task.assignee.name) if task.assignee else ""


# What a table says of a task, and how; of what is None, nothing.
COLUMNS: dict[str, Callable[[TaskFile], object]] = {
    "Number": lambda task: task.id,
    "Title": lambda task: task.title,
    "Status": lambda task: _words(task.status),
    "Priority": lambda task: _words(task.priority),
    "Start": lambda task: task.start_date,
    "Target date": lambda task: task.due_date,
    "Time": lambda task: task.due_time and f"{task.due_time:%H:%M}",
    "Show from": lambda task: task.shown_from,
    "Estimate in minutes": lambda task: task.estimate_minutes,
    "Progress": lambda task: task.progress,
    "Milestone": lambda task: "yes" if task.milestone else "",
    "Repeats": lambda task: task.repeat_rule,
    "Assignee": _assignee,
    "Column": lambda task: "",
    "Tags": lambda task: joined([tag.name for tag in task.tags]),
    "Parent": lambda task: task.parent,
    "Depends on": waits,
    "Checklist": _checklist,
    "Completed": lambda task: task.completed_at and task.completed_at.isoformat(),
    "Description": lambda task: task.description,
}


def head() -> str:
    """Return the first line, which names the columns."""
    return MARK + _line(list(COLUMNS))


def lines(tasks: Sequence[TaskFile], columns: Mapping[int, str]) -> str:
    """Return a line for each task. `columns` are those of the board, by their places."""
    return "".join(_line(_cells(task, columns)) for task in tasks)


def _cells(task: TaskFile, columns: Mapping[int, str]) -> list[str]:
    cells = {name: tell(task) for name, tell in COLUMNS.items()}
    cells["Column"] = columns.get(task.column, "") if task.column is not None else ""
    return ["" if value is None else guarded(str(value)) for value in cells.values()]


def _line(cells: Sequence[str]) -> str:
    made = io.StringIO()
    csv.writer(made).writerow(cells)
    return made.getvalue()
