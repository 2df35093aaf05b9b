"""What may be chosen for tasks: members, projects, tags."""

from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.core.work import Work
from mosaic.knowledge.models import Tag
from mosaic.knowledge.tags import slugs_of
from mosaic.projects.models import Project
from mosaic.tasks.models import TaskTag
from mosaic.tasks.quick.signs import Known, tags_said
from mosaic.workspaces.models import Member

_MOST = 500
Option = tuple[str, str]


@dataclass(frozen=True)
class Choices:
    """Of each kind the first 500, by name; of tags the names."""

    people: list[Known]
    projects: list[Known]
    tags: list[str]


async def read_choices(work: Work) -> Choices:
    """Return what may be chosen for tasks here; archived projects are left out."""
    tags = _TAGS.order_by(func.lower(col(Tag.name))).limit(_MOST)
    return Choices(
        people=await _people(work),
        projects=await _projects(work),
        tags=list(await work.session.scalars(tags)),
    )


def names_any(text: str) -> bool:
    """Tell whether a line may name somebody or something that can be chosen."""
    return any(sign in text for sign in "@+#")


async def read_named(work: Work, text: str) -> Choices:
    """Return what a line may name: only the kinds whose sign stands in it, a statement each."""
    slugs = slugs_of(tags_said(text))
    tags = await work.session.scalars(_TAGS.where(col(Tag.slug).in_(slugs))) if slugs else ()
    return Choices(
        people=await _people(work) if "@" in text else [],
        projects=await _projects(work) if "+" in text else [],
        tags=list(tags),
    )


async def _people(work: Work) -> list[Known]:
    rows = await work.session.execute(
        select(col(User.id), col(User.name), col(User.email))
        .join(Member, col(Member.user_id) == col(User.id))
        .where(col(Member.workspace_id) == work.tenant)
        .order_by(func.lower(col(User.name)), col(User.id))
        .limit(_MOST)
    )
    return [Known(*row) for row in rows]


async def _projects(work: Work) -> list[Known]:
    rows = await work.session.execute(
        select(col(Project.id), col(Project.name), col(Project.slug))
        .where(col(Project.status) != "ARCHIVED")
        .order_by(func.lower(col(Project.name)), col(Project.id))
        .limit(_MOST)
    )
    return [Known(*row) for row in rows]


# Not those that are on pages only: a page may be a draft of somebody else.
_TAGS = select(col(Tag.name)).where(
    or_(col(Tag.kept), exists().where(col(TaskTag.tag_id) == col(Tag.id)))
)


def options(known: list[Known], none: str) -> list[Option]:
    """Return ids and names to choose from, after what stands for none."""
    return [("", none), *((str(one.id), one.name) for one in known)]
