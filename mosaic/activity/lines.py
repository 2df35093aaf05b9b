"""Lines of the log as pages show them."""

from dataclasses import dataclass

from mosaic.activity.models import ActivityPublic
from mosaic.shell import words


@dataclass
class LogLine:
    """Who did what, to which `title`, when. `href` is empty where there is nothing to open."""

    who: str
    did: str
    title: str
    href: str
    when: str
    day: str


def log_line(workspace: str, line: ActivityPublic) -> LogLine:
    """Put a line of the log into words."""
    return LogLine(
        who=line.user_name or "Somebody who has left",
        did=_did(line),
        title=line.entity_title,
        href=_address(f"/w/{workspace}", line),
        when=words.ago(line.created_at),
        day=f"{line.created_at:%A}, {line.created_at.day} {line.created_at:%B %Y}",
    )


def _address(base: str, line: ActivityPublic) -> str:
    slug = line.details.get("slug")
    if line.entity_type == "entry" and slug and line.action != "DELETED":
        return f"{base}/knowledge/{slug}"
    if line.entity_type == "task" and (number := line.details.get("number")):
        return f"{base}/tasks?task={number}" if line.action != "DELETED" else ""
    if line.entity_type == "project" and slug and line.action != "DELETED":
        return f"{base}/projects/{slug}"
    return f"{base}/jobs/{line.entity_id}" if line.entity_type == "job" else ""


def _did(line: ActivityPublic) -> str:
    did = words.action(line.action)
    if line.action == "IMPORTED" and "tasks" in line.details:
        return f"{did} {words.count(line.details['tasks'], 'task')} into"
    if line.action == "IMPORTED":
        return f"{did} {words.count(line.details.get('files', 0), 'file')} from"
    if line.entity_type == "task" and line.entity_id is None:
        return did  # several of them, as the title says
    return f"{did} the {words.thing(line.entity_type)}"
