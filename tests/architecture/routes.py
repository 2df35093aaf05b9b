"""Every route there is, and requests for it, made from the OpenAPI document and the tables.

Nobody adds a route or a table here: a route is found in the application, the ids in its path are
found in the table that its address names, a body is made from its schema. What cannot be found
fails the test that asks, so that a new route is never left out in silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from psycopg import sql
from psycopg.rows import dict_row

from mosaic.api import api, not_found
from mosaic.metadata import metadata

Values = dict[str, str]


def routes() -> list[RouteContext]:
    """Every route of the REST API but the one that answers for no route."""
    found = iter_route_contexts(api.routes)
    return [
        one
        for one in found
        if isinstance(one.original_route, APIRoute) and one.endpoint is not not_found
    ]


@dataclass(frozen=True)
class Operation:
    """A method at an address, with its part of the OpenAPI document."""

    method: str
    path: str
    described: dict[str, Any]

    @property
    def public(self) -> bool:
        return "security" not in self.described

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    def parameters(self, place: str) -> list[dict[str, Any]]:
        return [one for one in self.described.get("parameters", []) if one["in"] == place]

    @property
    def body(self) -> tuple[str, dict[str, Any]] | None:
        """The kind of content it takes, and the schema."""
        content = self.described.get("requestBody", {}).get("content", {})
        return next(((kind, one.get("schema", {})) for kind, one in content.items()), None)

    def fields(self) -> list[str]:
        """The fields of its JSON body that take free text."""
        kind, schema = self.body or ("", {})
        properties = resolve(schema).get("properties", {}) if kind == "application/json" else {}
        return [name for name, one in properties.items() if _is_text(one)]


def operations() -> list[Operation]:
    """Every operation.

    `PUT` that only stands for `PATCH` is described as that, and so is an address that leaves out
    the `/api` before it.
    """
    paths = api.openapi()["paths"]
    found = []
    for route in routes():
        assert route.path
        described = paths.get(route.path) or paths.get(f"/api{route.path}", {})
        for method in sorted(route.methods or ()):
            own = described.get(method.lower())
            if own is None and method == "PUT":
                own = described.get("patch")
            if own is not None:
                found.append(Operation(method, route.path, own))
            else:
                assert not route.include_in_schema, f"{method} {route.path} is not described"
    return found


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and take the first kind of a value that can be of several."""
    if "$ref" in schema:
        return resolve(api.openapi()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return resolve(schema[several][0])
    return schema


def _is_text(schema: dict[str, Any]) -> bool:
    schema = resolve(schema)
    return schema.get("type") == "string" and "format" not in schema and "enum" not in schema


def example(name: str, schema: dict[str, Any], words: str, ids: str | None = None) -> Any:
    """Return a value that fits; text says `words`, and ids are `ids`."""
    schema = {**schema, **resolve(schema)}
    match schema:
        case {"const": only}:
            return only
        case {"enum": [first, *_]}:
            return schema.get("default", first)
        case {"type": "object"}:
            fields = schema.get("properties", {})
            return {key: example(key, one, words, ids) for key, one in fields.items()}
        case {"type": "array"}:
            return [example(name, schema.get("items", {}), words, ids)]
        case {"type": "integer" | "number"}:
            return schema.get("minimum", 1)
        case {"type": "boolean"}:
            return False
        case {"format": "uuid"}:
            return ids or str(uuid4())
        case {"format": "date-time"}:
            return "2099-01-01T00:00:00Z"
        case {"format": "date"}:
            return "2099-01-01"
        case {"type": "string"} if "email" in name.lower():
            return f"{words.lower()}@example.org"
        case {"type": "string"} if schema.get("maxLength", 10**6) > 5_000:
            return f"{words} speaks of [[{words}]], [[nobody]] and ![[{words}.png]]."
        case {"type": "string"}:
            return words if "pattern" not in schema else words.lower()
    return None


def ids_of(admin_dsn: str, workspace_id: str, secrets: Values) -> "Belongings":
    """Look up what belongs to a workspace and its owner, as the owner of the tables."""
    with psycopg.connect(admin_dsn, row_factory=dict_row) as connection:
        members = "SELECT user_id FROM members WHERE workspace_id = %s"
        people = [row["user_id"] for row in connection.execute(members, [workspace_id])]
        with connection.pipeline():
            asked = {}
            for table in metadata.tables.values():
                query, value = _rows_of(table.name, set(table.c.keys()), workspace_id, people)
                if query:
                    asked[table.name] = connection.execute(query, [value])
            found = {name: rows.fetchall() for name, rows in asked.items()}
    return Belongings(found, secrets)


def _rows_of(
    table: str, columns: set[str], workspace_id: str, people: list[Any]
) -> tuple[sql.Composed | None, object]:
    rows = sql.SQL("SELECT * FROM {} WHERE {} = ANY(%s) ORDER BY ctid")
    name = sql.Identifier
    if table == "workspaces":
        return rows.format(name(table), name("id")), [workspace_id]
    if "workspace_id" in columns:
        return rows.format(name(table), name("workspace_id")), [workspace_id]
    for column in ("user_id", "id" if table == "users" else ""):
        if column in columns:
            return rows.format(name(table), name(column)), people
    return None, None


@dataclass
class Belongings:
    """The rows of a workspace and its people, by table."""

    rows: dict[str, list[dict[str, Any]]]
    secrets: Values

    def paths(self, operation: Operation) -> Iterator[str]:
        """Yield the operation's address with real ids in it; a workspace by id and by slug."""
        if "{workspace}" not in operation.path:
            yield self._filled(operation)
            return
        for column in ("id", "slug"):
            ref = str(self.rows["workspaces"][0][column])
            yield self._filled(operation, {"workspace": ref})

    def _filled(self, operation: Operation, given: Values | None = None) -> str:
        path, values = operation.path, dict(given or {})
        kinds = {one["name"]: resolve(one["schema"]) for one in operation.parameters("path")}
        segments = operation.path.split("/")
        # From the right: a row knows what it belongs to.
        for place in reversed(range(len(segments))):
            if segments[place].startswith("{"):
                name = segments[place].strip("{}")
                before = [one for one in segments[:place] if not one.startswith("{")][-1]
                if name not in values:
                    before = f"{segments[2]}-imports" if before == "imports" else before
                    values |= self._values(name, before, kinds[name])
                path = path.replace(segments[place], values[name])
        return path

    def _values(self, name: str, collection: str, schema: dict[str, Any]) -> Values:
        """The value for a name in a path, and for what the same row refers to."""
        if name in self.secrets:
            return {name: self.secrets[name]}
        if schema.get("type") == "integer":
            return {name: "1"}
        rows = self.of(collection)
        assert rows, f"nobody has made a row in {collection}, which {{{name}}} would name"
        column = name if name in rows[0] else "id"
        assert column in rows[0], f"{{{name}}} is no column of {collection}"
        refers = {key: str(value) for key, value in rows[-1].items() if key.endswith("_id")}
        return {**refers, name: str(rows[-1][column])}

    def of(self, collection: str) -> list[dict[str, Any]]:
        """The rows that the part of an address before an id names."""
        collection = collection.replace("-", "_")
        return self._imported(collection) or self.rows[self._table(collection)]

    def _imported(self, collection: str) -> list[dict[str, Any]]:
        """The lines of imports of a feature; nothing for another collection."""
        kind = {"knowledge_imports": "KNOWLEDGE_IMPORT", "projects_imports": "PROJECT_IMPORT"}
        jobs = {row["id"] for row in self.rows["jobs"] if row["type"] == kind.get(collection)}
        return [row for row in self.rows["import_lines"] if row["job_id"] in jobs]

    def _table(self, collection: str) -> str:
        collection = {"graph": "entries"}.get(collection, collection)
        collection = "import_lines" if collection.endswith("_imports") else collection
        fits = [name for name in self.rows if name == collection] or [
            name
            for name in self.rows
            if name.endswith(f"_{collection}") or collection.endswith(f"_{name}")
        ]
        assert fits, f"no table is called like the address part {collection}"
        return fits[0]

    def some_id(self) -> str:
        """An id of something in the workspace, for a field that takes one."""
        return str(self.rows["workspaces"][0]["id"])
