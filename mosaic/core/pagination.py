"""Lists in pages, as the contract has them."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, func, select

from mosaic.core.errors import BadRequest
from mosaic.core.shapes import Shape
from mosaic.core.work import Work

T = TypeVar("T")
S = TypeVar("S", bound=Shape)
# What a list sorts by: a column of each name, or several that count in turn.
Sortable = Mapping[str, ColumnElement[object] | tuple[ColumnElement[object], ...]]


class PageQuery(BaseModel):
    """`?page=1&limit=20&sort=-updatedAt` of a list."""

    page: int = Field(1, ge=1, le=1_000_000)
    limit: int = Field(20, ge=1, le=100)
    sort: str | None = Field(None, max_length=50)


class PageMeta(Shape):
    """How much there is, and which part this is."""

    total: int
    page: int
    limit: int
    total_pages: int


class Page(Shape, Generic[T]):
    """One page of a list."""

    data: list[T]
    meta: PageMeta


async def paginate(
    work: Work,
    query: Select[T],
    wanted: PageQuery,
    sortable: Sortable,
    default: str,
) -> Page[T]:
    """Run `query` sorted by a key of `sortable` (camelCase, `-` for descending) and cut a page.

    Two statements: the count, then the rows. Raises BadRequest for an unknown sort field.
    """
    total = await work.session.scalar(select(func.count()).select_from(query.subquery()))
    ordered = query.order_by(*ordering(wanted.sort or default, sortable))
    rows = await work.session.scalars(
        ordered.offset((wanted.page - 1) * wanted.limit).limit(wanted.limit)
    )
    return page_of(list(rows), total or 0, wanted)


def page_of(rows: list[T], total: int, wanted: PageQuery) -> Page[T]:
    """Return `rows` as the page that was wanted, out of `total`."""
    pages = -(-total // wanted.limit)
    meta = PageMeta(total=total, page=wanted.page, limit=wanted.limit, total_pages=pages)
    return Page.model_construct(data=rows, meta=meta)


def cut(rows: list[S], wanted: PageQuery) -> Page[S]:
    """Return the page that was wanted out of a whole list that is short by nature.

    It sorts by every field that holds text, a number or a time, else keeps the order it has.
    Raises BadRequest for an unknown sort field.
    """
    start = (wanted.page - 1) * wanted.limit
    ordered = _sorted(rows, wanted.sort) if wanted.sort and rows else rows
    return page_of(ordered[start : start + wanted.limit], len(rows), wanted)


def _sorted(rows: list[S], sort: str) -> list[S]:
    first = rows[0].model_dump(by_alias=True)
    names = [name for name, value in first.items() if not isinstance(value, (list, dict))]
    name = sort.removeprefix("-")
    if name not in names:
        raise BadRequest(f"Lists like this one sort by {', '.join(names)}.")

    def by(row: S) -> tuple[bool, Any]:
        value = row.model_dump(by_alias=True)[name]
        return value is not None, value.casefold() if isinstance(value, str) else value

    return sorted(rows, key=by, reverse=sort.startswith("-"))


def ordering(sort: str, sortable: Sortable) -> tuple[ColumnElement[object], ...]:
    """Return the columns to order by for `sort`; the last of `sortable` breaks ties."""
    name = sort.removeprefix("-")
    if name not in sortable:
        raise BadRequest(f"Lists like this one sort by {', '.join(sortable)}.")
    column, tie = sortable[name], list(sortable.values())[-1]
    columns = [
        one for each in (column, tie) for one in (each if isinstance(each, tuple) else (each,))
    ]
    return tuple(one.desc() if sort.startswith("-") else one.asc() for one in columns)
