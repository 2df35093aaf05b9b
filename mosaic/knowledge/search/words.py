"""The words of a page as they are kept for finding it."""

from typing import Any
from uuid import UUID

from mosaic.knowledge.search.letters import pairs, typed

_MOST_BODY = 1_000_000


def text_row(workspace: UUID, id: UUID, title: str, text: str) -> dict[str, Any]:
    """Return the row of `entry_texts` for a page: its title and its plain words."""
    return {
        "workspace_id": workspace,
        "entry_id": id,
        "title": title,
        "body": text[:_MOST_BODY],
        "title_pairs": pairs(title),
        "pairs": pairs(f"{title}\n{text}"),
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
