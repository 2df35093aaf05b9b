"""Where the tasks of a file go: the project, its columns, and which ids they get there."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from mosaic.core.errors import NotFound
from mosaic.core.ids import new_id
from mosaic.core.work import Work
from mosaic.knowledge.names import fold
from mosaic.projects.columns import MOST, columns_of
from mosaic.projects.exchange.shapes import ProjectFile, TaskFile
from mosaic.projects.models import BoardColumn, Project
from mosaic.projects.service import create_project, get_project
from mosaic.projects.shapes import ColumnCreate, ProjectCreate
from mosaic.tasks.entries import page_at

_LOW = 2**32


@dataclass(frozen=True)
class Ids:
    """Ids that follow from a run's: who does the same again finds what is there.

    They begin as the id of the run does, so they are ordered by time among others, and end in a
    number.
    """

    run: UUID

    def at(self, number: int) -> UUID:
        """Return the id with a number; of a task, its line in the file."""
        return UUID(int=self.run.int // _LOW * _LOW + number)

    @property
    def range(self) -> dict[str, UUID]:
        """Return the lowest and the highest of them."""
        return {"low": self.at(0), "high": self.at(_LOW - 1)}


@dataclass(frozen=True)
class Target:
    """A project, its board, and which of its columns those of the file are, by their places.

    `exact`: each task stands in its column with the status that it has, as it came from here.
    """

    project_id: UUID
    ids: Ids
    board: Sequence[BoardColumn]
    columns: Sequence[UUID | None]
    exact: bool

    def fit(self, task: TaskFile) -> tuple[UUID | None, str]:
        """Return the column a task goes to, and the status it has there.

        As everywhere, a card has the status of its column; but what is completed stays so, and
        goes to a column for that where there is one.
        """
        wished = self._wished(task.column)
        if wished is None and task.status == "ARCHIVED":
            return None, task.status
        if wished is not None and self.exact:
            return wished.id, task.status
        there = wished
        if wished is None or (task.status == "COMPLETED" != wished.status):
            fits = (one for one in self.board if one.status == task.status)
            there = next(fits, wished or (self.board[0] if self.board else None))
        stays = task.status in ("COMPLETED", "ARCHIVED")
        status = wished.status if wished is not None and not stays else task.status
        return there.id if there else None, status

    def _wished(self, place: int | None) -> BoardColumn | None:
        id = self.columns[place] if place is not None and place < len(self.columns) else None
        return next((one for one in self.board if one.id == id), None)


async def make_target(work: Work, head: ProjectFile, name: str | None = None) -> Project:
    """Make the project that a file tells of, with its columns. MEMBER."""
    given = head.model_dump(exclude={"columns", "page"})
    wanted = ProjectCreate.model_validate({**given, "name": name or head.name})
    if head.page:
        with suppress(NotFound):
            wanted.entry_id = await page_at(work, head.page)
    made = await create_project(work, wanted, head.columns)
    return await get_project(work, made.id)


async def join_board(
    work: Work, project: Project, wanted: Sequence[ColumnCreate]
) -> list[UUID | None]:
    """Return the columns of a held project that are called as those of a file, in their order.

    Those that are not there are added, as long as there is room; else they stand for none.
    """
    board = (await columns_of(work, [project.id]))[project.id]
    there = {fold(one.name): one.id for one in board}
    for one in wanted:
        if fold(one.name) not in there and len(there) < MOST:
            there[fold(one.name)] = id = new_id()
            values = {"workspace_id": work.tenant, "project_id": project.id, **one.model_dump()}
            work.session.add(BoardColumn(id=id, position=len(there) - 1, **values))
    await work.session.flush()
    return [there.get(fold(one.name)) for one in wanted]
