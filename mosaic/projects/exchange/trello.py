"""A project from a board of Trello, as Trello exports it (JSON)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mosaic.core.clock import time_in
from mosaic.projects.exchange import cells
from mosaic.projects.exchange.item import Item, column, item, storable_part
from mosaic.projects.exchange.json_stream import members
from mosaic.projects.exchange.shapes import BaselineFile, ProjectFile
from mosaic.projects.exchange.ties import Ties

Card = dict[str, Any]
_MOST_COLUMNS = 50


class TrelloFile:
    """Lists become columns and cards tasks, in their order; what is closed is archived."""

    kind = "trello"
    exact = False
    baseline_count = 0

    def __init__(self, path: Path, encoding: str, zone: str = "") -> None:
        """Look through the file; its times are those of a time zone. Raises Refused."""
        self._zone = zone
        self.ties = Ties()
        self._kept: dict[str, list[Any]] = defaultdict(list)
        about: dict[str, str] = {}
        for name, value in members(path, encoding):
            if name in ("name", "desc"):
                about[name] = value if isinstance(value, str) else ""
            elif isinstance(value, dict) and name in _KEPT:
                self._keep(name, value)
        lists = sorted(self._kept["lists"], key=_order)
        open_lists = [one for one in lists if not one.get("closed")][:_MOST_COLUMNS]
        self._columns = {_text(one, "id"): place for place, one in enumerate(open_lists)}
        self._cards = sorted(self._kept.pop("cards", []), key=self._place)
        self.count = len(self._cards)
        self.head = ProjectFile(
            name=storable_part(about.get("name", ""))[:200].strip() or "Board",
            description=storable_part(about.get("desc", ""))[:200_000],
            columns=[column(_text(one, "name")) for one in open_lists],
        )
        self._labels = _by_id(self._kept.pop("labels", []))
        self._people = _by_id(self._kept.pop("members", []))
        self._lists = _grouped(self._kept.pop("checklists", []), "idCard")
        self._said = _grouped(self._kept.pop("actions", []), "card")

    def _keep(self, name: str, value: Card) -> None:
        if name != "actions":
            self._kept[name].append(value)
            return
        data = value.get("data")
        if value.get("type") == "commentCard" and isinstance(data, dict):
            card = data.get("card")
            self._kept[name].append(
                {
                    "card": card.get("id") if isinstance(card, dict) else None,
                    "text": _text(data, "text"),
                    "at": _text(value, "date"),
                    "who": _person(value.get("memberCreator")),
                }
            )

    def _place(self, card: Card) -> tuple[int, float]:
        return self._columns.get(_text(card, "idList"), _MOST_COLUMNS), _order(card)

    def items(self) -> Iterator[Item]:
        """Yield the cards from the first one on."""
        for place, card in enumerate(self._cards, 1):
            yield self._item(place, card)

    def baselines(self) -> Iterator[BaselineFile | None]:
        """Yield nothing: Trello keeps none."""
        yield from ()

    def _item(self, place: int, card: Card) -> Item:
        said: list[str] = []
        column = self._columns.get(_text(card, "idList"))
        away = card.get("closed") or column is None
        done = "COMPLETED" if card.get("dueComplete") else "NOT_STARTED"
        start, due = self._moment(card, "start"), self._moment(card, "due")
        values: dict[str, Any] = {
            "id": place,
            "title": _text(card, "name"),
            "description": _with_links(card),
            "status": "ARCHIVED" if away else done,
            "column": column,
            "start_date": start and start.date(),
            "due_date": due and due.date(),
            "due_time": due and f"{due:%H:%M}",
            "created_at": _made_at(card),
            "updated_at": self._moment(card, "dateLastActivity") or _made_at(card),
            "tags": self._tags(card),
            "assignee": self._assignee(card, said),
            "checklist": self._checklist(card, said),
            "comments": self._comments(card),
        }
        return item(place, values, said)

    def _tags(self, card: Card) -> list[dict[str, Any]]:
        own = [one for one in _list(card, "labels") if isinstance(one, dict)]
        found = own or [self._labels[id] for id in _texts(card, "idLabels") if id in self._labels]
        colors: dict[str, str | None] = {}
        for one in found:
            color = _text(one, "color")
            hue = _COLORS.get(color.partition("_")[0])
            colors.setdefault(_text(one, "name").strip() or color.replace("_", " "), hue)
        return [{"name": name, "color": color} for name, color in colors.items() if name]

    def _moment(self, card: Card, name: str) -> datetime | None:
        at = cells.moment(_text(card, name), cells.DayOrder(day_first=True))
        return time_in(self._zone, at) if at else None

    def _assignee(self, card: Card, said: list[str]) -> dict[str, Any] | None:
        people = (self._people.get(id) for id in _texts(card, "idMembers"))
        names = [name for one in people if (name := _person(one))]
        if len(names) > 1:
            said.append(f"With it were also: {', '.join(names[1:])}.")
        return {"name": names[0][:300]} if names else None

    def _checklist(self, card: Card, said: list[str]) -> list[dict[str, Any]]:
        lists = sorted(self._lists.get(_text(card, "id"), ()), key=_order)
        found = []
        for one in lists:
            before = f"{_text(one, 'name')}: " if len(lists) > 1 else ""
            lines = [line for line in _list(one, "checkItems") if isinstance(line, dict)]
            for line in sorted(lines, key=_order):
                title = f"{before}{_text(line, 'name')}".strip()[:200]
                checked = line.get("state") == "complete"
                found.append({"title": title or "…", "checked": checked})
        if len(found) > 500:
            said.append("Of its checklist the first 500 lines are here.")
        return found[:500]

    def _comments(self, card: Card) -> list[dict[str, Any]]:
        said = sorted(self._said.get(_text(card, "id"), ()), key=lambda one: str(one["at"]))
        order = cells.DayOrder()
        return [
            {
                "author": {"name": one["who"][:300]},
                "at": cells.moment(one["at"], order),
                "content": one["text"][:50_000],
            }
            for one in said
            if one["text"]
        ]


# Each also comes as `_light` and `_dark`.
_COLORS = {
    "green": "#4bce97",
    "yellow": "#e2b203",
    "orange": "#faa53d",
    "red": "#f87462",
    "purple": "#9f8fef",
    "blue": "#579dff",
    "sky": "#6cc3e0",
    "lime": "#94c748",
    "pink": "#e774bb",
    "black": "#8590a2",
}
_KEPT = frozenset({"lists", "cards", "labels", "members", "checklists", "actions"})


def _text(of: Any, name: str) -> str:
    value = of.get(name) if isinstance(of, dict) else None
    return value if isinstance(value, str) else ""


def _list(of: Card, name: str) -> list[Any]:
    value = of.get(name)
    return value if isinstance(value, list) else []


def _texts(of: Card, name: str) -> list[str]:
    return [one for one in _list(of, name) if isinstance(one, str)]


def _order(of: Card) -> float:
    value = of.get("pos")
    return value if isinstance(value, int | float) else 0


def _made_at(card: Card) -> datetime | None:
    # The id of a card begins with the second in which it was made.
    found = re.fullmatch(r"([0-9a-f]{8})[0-9a-f]{16}", _text(card, "id"))
    return datetime.fromtimestamp(int(found[1], 16), UTC) if found else None


def _person(of: Any) -> str:
    return _text(of, "fullName") or _text(of, "username")


def _by_id(rows: list[Card]) -> dict[Any, Card]:
    return {id: row for row in rows if isinstance(id := row.get("id"), str)}


def _grouped(rows: list[Card], by: str) -> dict[Any, list[Card]]:
    found: dict[Any, list[Card]] = defaultdict(list)
    for row in rows:
        if isinstance(row.get(by), str):
            found[row[by]].append(row)
    return found


def _with_links(card: Card) -> str:
    links = [
        f"- [{_text(one, 'name') or url}]({url})"
        for one in _list(card, "attachments")
        if (url := _text(one, "url")).startswith(("https://", "http://"))
    ]
    return "\n\n".join(filter(None, (_text(card, "desc").rstrip(), "\n".join(links))))
