"""Lines of the log as pages show them."""

from dataclasses import dataclass

from mosaic.accounts.events.models import SIGN_IN
from mosaic.activity.models import ActivityPublic
from mosaic.shell import account_words, words


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
    who, did, title = _sentence(line)
    return LogLine(
        who=who,
        did=did,
        title=title,
        href=_address(f"/w/{workspace}", line),
        when=words.ago(line.created_at),
        day=f"{line.created_at:%A}, {line.created_at.day} {line.created_at:%B %Y}",
    )


def _sentence(line: ActivityPublic) -> tuple[str, str, str]:
    who = line.user_name or "Somebody who has left"
    if line.entity_type == SIGN_IN:
        return *account_words.sign_in(who, line.action, line.details), _place(line)
    if line.entity_type == "member" and line.entity_id == line.user_id:
        did = _OWN.get(line.action) or words.action(line.action)
        return line.user_name or line.entity_title, did, ""
    return who, _did(line), line.entity_title


_OWN = {"REMOVED": "left", "UPDATED": "changed their role"}
_OF_OTHERS = {
    ("member", "JOINED"): "took in",
    ("member", "REMOVED"): "removed",
    ("member", "UPDATED"): "changed the role of",
    ("invitation", "INVITED"): "invited",
}


def _address(base: str, line: ActivityPublic) -> str:
    slug = line.details.get("slug")
    if line.entity_type == "entry" and slug and line.action != "DELETED":
        return f"{base}/knowledge/{slug}"
    if line.entity_type == "task" and (number := line.details.get("number")):
        return f"{base}/tasks?task={number}" if line.action != "DELETED" else ""
    if line.entity_type == "project" and slug and line.action != "DELETED":
        return f"{base}/projects/{slug}"
    return f"{base}/jobs/{line.entity_id}" if line.entity_type == "job" else ""


def _place(line: ActivityPublic) -> str:
    device = account_words.device(line.details["userAgent"])
    return f"from {line.ip_address}, {device}" if line.ip_address else f"with {device}"


def _did(line: ActivityPublic) -> str:
    if said := _OF_OTHERS.get((line.entity_type, line.action)):
        return said
    did = words.action(line.action)
    if line.action == "IMPORTED" and "tasks" in line.details:
        return f"{did} {words.count(line.details['tasks'], 'task')} into"
    if line.action == "IMPORTED":
        return f"{did} {words.count(line.details.get('files', 0), 'file')} from"
    if line.entity_type == "task" and line.entity_id is None:
        return did  # several of them, as the title says
    return f"{did} the {words.thing(line.entity_type)}"
