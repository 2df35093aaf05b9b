"""Who was added to a workspace without being asked is not watched by its administrators."""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.execute(STATEMENTS)


# By whom somebody came in is known from the log; what came over REST has an address there.
STATEMENTS = """
ALTER TABLE members ADD by_admin boolean NOT NULL DEFAULT false;
UPDATE members m SET by_admin = true FROM activity a
WHERE a.workspace_id = m.workspace_id AND a.entity_type = 'member' AND a.entity_id = m.user_id
    AND a.action = 'JOINED' AND a.user_id <> m.user_id AND a.ip_address IS NOT NULL;

DROP POLICY administrators ON account_events;
CREATE POLICY administrators ON account_events FOR SELECT TO mosaic_app USING (
    action IN ('SIGNED_IN', 'SIGN_IN_REFUSED', 'CODE_NEEDED', 'CODE_REFUSED')
    AND EXISTS (SELECT 1 FROM members one
                WHERE one.workspace_id = app_workspace() AND one.user_id = account_events.user_id
                  AND one.joined_at <= account_events.created_at AND NOT one.by_admin)
    AND EXISTS (SELECT 1 FROM members own
                WHERE own.workspace_id = app_workspace() AND own.user_id = app_user()
                  AND own.role IN ('OWNER', 'ADMIN')));
"""
