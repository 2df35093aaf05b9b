"""Words for projects that come in and go out."""

from mosaic.shell.words import count

NEW_PROJECT = "A new project"
SHOWN = {"all": "All", "created": "Made", "failed": "Not kept", "remark": "With a remark"}
_KINDS = {
    "csv": "a table",
    "trello": "a board of Trello",
    "mosaic": "an export of Mosaic",
}


def standing(created: int, failed: int, kind: str | None) -> str:
    """Return how an import stands: "120 tasks made, 3 lines not kept, from a table"."""
    if not created and not failed:
        return "Nothing so far"
    told = [f"{count(created, 'task')} made"]
    told += [f"{count(failed, 'line')} not kept"] if failed else []
    told += [f"from {_KINDS[kind]}"] if kind in _KINDS else []
    return ", ".join(told)


REMOVED = "The template is gone. Projects that began with it stay."


def kept(name: str) -> str:
    """Return what is said when a project was kept as a template."""
    return f"“{name}” is a template now."
