"""What a page offers to somebody: what their role allows, on whom."""

from collections.abc import Sequence

from mosaic.core.work import Role, Work
from mosaic.workspaces.models import MemberPublic


def manages(work: Work) -> bool:
    """Whether the actor manages members, teams and the workspace's name: ADMIN and above."""
    return work.role >= Role.ADMIN


def owns(work: Work) -> bool:
    """Whether the actor may remove the workspace: OWNER."""
    return work.role is Role.OWNER


def grantable(work: Work) -> list[str]:
    """Return the roles that the actor may give and take, the farthest-reaching first."""
    reachable = [role for role in reversed(Role) if role is not Role.OWNER or owns(work)]
    return [role.name for role in reachable] if manages(work) else []


def may_change(work: Work, member: MemberPublic, members: Sequence[MemberPublic]) -> bool:
    """Whether the actor may give `member`, one of `members`, another role."""
    return member.role in grantable(work) and not _is_last_owner(member, members)


def may_part(work: Work, member: MemberPublic, members: Sequence[MemberPublic]) -> bool:
    """Whether the actor may take `member`, one of `members`, out; oneself: leave."""
    reachable = member.user_id == work.user_id or member.role in grantable(work)
    return reachable and not _is_last_owner(member, members)


def _is_last_owner(member: MemberPublic, members: Sequence[MemberPublic]) -> bool:
    owners = [one for one in members if one.role == Role.OWNER.name]
    return owners == [member]
