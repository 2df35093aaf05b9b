"""Administrators see the sign-ins of the members of their workspace, from when they joined on."""

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.execute(STATEMENTS)


STATEMENTS = """
CREATE POLICY administrators ON account_events FOR SELECT TO mosaic_app USING (
    action IN ('SIGNED_IN', 'SIGN_IN_REFUSED', 'CODE_NEEDED', 'CODE_REFUSED')
    AND EXISTS (SELECT 1 FROM members one
                WHERE one.workspace_id = app_workspace() AND one.user_id = account_events.user_id
                  AND one.joined_at <= account_events.created_at)
    AND EXISTS (SELECT 1 FROM members own
                WHERE own.workspace_id = app_workspace() AND own.user_id = app_user()
                  AND own.role IN ('OWNER', 'ADMIN')));
"""
