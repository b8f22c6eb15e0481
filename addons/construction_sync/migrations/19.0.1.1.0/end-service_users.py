# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sources act as service users of their own, where they acted as any user that someone chose."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields

GRACE = timedelta(days=30)


def migrate(cr, version):
    if version:
        adopt(api.Environment(cr, SUPERUSER_ID, {}))


def adopt(env):
    """Make users that serve one source only service users; give the others' sources 30 days and an item."""
    for source in env["construction.source"].search([("user_id", "!=", False), ("grace_until", "=", False)]):
        user = source.user_id
        if not user.construction_is_service and serves_only(user) and not source._sharing():
            user._construction_open_door().construction_is_service = True
        source._give_rights()
        if source._service_problems():
            source.grace_until = fields.Datetime.now() + GRACE
        source._watch()


def serves_only(user):
    """Whether nobody can have logged in as this user, and nobody was meant to."""
    user.env.cr.execute(
        """
        SELECT coalesce(password, '') <> ''
            OR EXISTS (SELECT FROM res_users_apikeys WHERE user_id = u.id)
            OR EXISTS (SELECT FROM res_users_log WHERE create_uid = u.id)
        FROM res_users u WHERE id = %s
        """,
        [user.id],
    )
    [used] = user.env.cr.fetchone()
    roles = user.env.ref("construction_base.privilege_construction").group_ids
    return user.active and not used and not user._is_admin() and not user.all_group_ids & roles
