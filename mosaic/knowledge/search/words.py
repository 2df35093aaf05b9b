"""The words of a page as they are kept for finding it."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from mosaic.core.work import Work
from mosaic.knowledge.search.letters import pairs, typed

# To be raised by who changes what is kept here: pages of another number are read anew.
DERIVATION = 2
_MOST_BODY = 1_000_000


def text_row(workspace: UUID, id: UUID, title: str, words: str) -> dict[str, Any]:
    """Return the row of `entry_texts` for a page: its title and its plain words."""
    return {
        "workspace_id": workspace,
        "entry_id": id,
        "title": title,
        "body": words[:_MOST_BODY],
        "title_pairs": pairs(title),
        "pairs": pairs(f"{title}\n{words}"),
        "derivation": DERIVATION,
    }


def label_rows(workspace: UUID, id: UUID, title: str, aliases: list[str]) -> list[dict[str, Any]]:
    """Return the rows of `entry_labels` for a page: its title and its other names."""
    labels = [(title, False), *((alias, True) for alias in dict.fromkeys(aliases))]
    return [
        {
            "workspace_id": workspace,
            "entry_id": id,
            "label": label,
            "typed": typed(label),
            "is_alias": is_alias,
        }
        for label, is_alias in labels
    ]


async def change_texts(work: Work, rows: list[dict[str, Any]]) -> None:
    """Put rows of `text_row` in the place of those of the same pages."""
    await work.session.execute(_CHANGE_TEXTS, {"rows": json.dumps(rows, default=str)})


_CHANGE_TEXTS = text(
    "UPDATE entry_texts t SET title = r.title, body = r.body, title_pairs = r.title_pairs, "
    "pairs = r.pairs, derivation = r.derivation "
    "FROM jsonb_populate_recordset(NULL::entry_texts, CAST(:rows AS jsonb)) r "
    "WHERE t.entry_id = r.entry_id"
)


async def remove_labels(work: Work, ids: Sequence[UUID]) -> None:
    """Remove the names that pages are completed by."""
    await work.session.execute(_REMOVE_LABELS, {"ids": ids})


_REMOVE_LABELS = text("DELETE FROM entry_labels WHERE entry_id = ANY(:ids)")
