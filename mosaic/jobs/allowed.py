"""Which programs may be run: a table in TOML that only who administers the machine can write.

[backup]
title = "Back up the notes"
program = ["/usr/local/bin/backup", "--target={target}"]
parameters = { target = "[a-z]{1,20}" }    # a regular expression for the whole value
"""

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from mosaic.core.config import Duration, settings
from mosaic.core.errors import Invalid, Unavailable
from mosaic.core.work import Role, Work

_LONGEST = 4_096  # characters of a value
_PLACE = re.compile(r"\{(\w+)\}")


class Program(BaseModel):
    """A program that may be run; `{name}` in an argument stands for the parameter's value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    program: list[str] = Field(min_length=1)
    parameters: dict[str, str] = {}
    role: Literal["MEMBER", "ADMIN", "OWNER"] = "ADMIN"
    time_limit: Duration = timedelta(minutes=10)
    env: dict[str, str] = {}
    cpu: Duration = timedelta(minutes=10)
    memory_mb: int = Field(2_048, ge=16)
    file_mb: int = Field(1_024, ge=1)
    processes: int = Field(64, ge=1)

    @field_validator("parameters")
    @classmethod
    def _patterns(cls, value: dict[str, str]) -> dict[str, str]:
        for pattern in value.values():
            try:
                re.compile(pattern)
            except re.error as problem:
                raise ValueError(f"{pattern} is no regular expression: {problem}") from None
        return value


def programs() -> dict[str, Program]:
    """Return the programs that may be run; none where there is no table.

    Raises Unavailable when the table cannot be read, so that nothing runs by mistake.
    """
    path = settings().job_commands or settings().mosaic_data_dir / "commands.toml"
    try:
        found = tomllib.loads(Path(path).read_text())
        return {name: Program.model_validate(table) for name, table in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, ValidationError) as problem:
        raise Unavailable(f"The table of programs in {path.name} cannot be read.") from problem


def options() -> list[tuple[str, str]]:
    """Return (name, title) of the programs, for a form."""
    return [(name, program.title) for name, program in programs().items()]


def chosen(work: Work, wanted: dict[str, Any]) -> tuple[Program, list[str]]:
    """Return the program that `wanted` names, and its arguments.

    Raises Invalid for what is not in the table or does not fit it, NotAllowed for the role.
    """
    table, name = programs(), wanted.get("command")
    if not isinstance(name, str) or name not in table:
        raise Invalid("There is no program of this name here.", "input")
    program = table[name]
    work.require(Role[program.role])
    values = _values(program, wanted.get("parameters") or {})
    return program, [_filled(part, values) for part in program.program]


def _values(program: Program, given: object) -> dict[str, str]:
    given = _pairs(given) if isinstance(given, str) else given
    if not isinstance(given, dict) or set(given) != set(program.parameters):
        names = ", ".join(program.parameters) or "none"
        raise Invalid(f"The parameters of this program are: {names}.", "input")
    for name, value in given.items():
        fits = isinstance(value, str) and len(value) <= _LONGEST and "\x00" not in value
        if not fits or not re.fullmatch(program.parameters[name], value):
            raise Invalid(f"The value of {name} does not fit what this program takes.", "input")
    return given


def _pairs(lines: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _filled(part: str, values: dict[str, str]) -> str:
    filled = _PLACE.sub(lambda place: values.get(place[1], place[0]), part)
    if filled.startswith("-") and not part.startswith("-"):
        raise Invalid("A value that begins with - could be taken for an option.", "input")
    return filled
