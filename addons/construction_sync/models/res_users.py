# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, Command, api, fields, models, tools
from odoo.exceptions import AccessDenied, UserError, ValidationError
from odoo.fields import Domain

MARK = "construction_is_service"
# what passes the guard of the mark: an object of this process, which no call from outside can send
DOOR = "construction_service_door"
_KEY = object()


class ResUsers(models.Model):
    """A service user is a role, not a person: a source acts with its rights; nobody logs in as it."""

    _inherit = "res.users"

    construction_is_service = fields.Boolean(
        "Integration Service",
        readonly=True,
        copy=False,
        help="Made for an integration source: without password or API key, and nobody can log in as it.",
    )

    # ---- made by one door ------------------------------------------------------------

    @api.model
    def _construction_create_service(self, name, login, company, groups):
        """A service user with exactly these groups; nobody is invited or told.

        :param str login: the wished one; a number is added where it is taken
        """
        users = self.with_user(SUPERUSER_ID).with_context(active_test=False)
        taken = set(users.search([("login", "=like", f"{login}%")]).mapped("login"))
        number, wished = 1, login
        while login in taken:
            number += 1
            login = f"{wished}-{number}"
        return users._construction_open_door().create(
            {
                "name": name,
                "login": login,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(groups.ids)],
                "tz": company.partner_id.tz or "UTC",
                MARK: True,
            }
        )

    def _construction_open_door(self):
        return self.with_context(
            **{DOOR: _KEY},
            no_reset_password=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            tracking_disable=True,
        )

    @api.model
    def _construction_check_door(self):
        if self.env.context.get(DOOR) is not _KEY:
            raise UserError(
                self.env._(
                    "A user is made a service user by the button on its integration source only, "
                    "and stays one."
                )
            )

    @api.model
    @tools.ormcache()
    def _construction_service_ids(self):
        self.env.cr.execute("SELECT id FROM res_users WHERE construction_is_service")
        return frozenset(row[0] for row in self.env.cr.fetchall())

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        if any(user[MARK] for user in users.sudo()):
            self._construction_check_door()
            self.env.registry.clear_cache()
        return users

    def write(self, vals):
        if MARK in vals:
            self._construction_check_door()
        return super().write(vals)

    @api.model
    def _get_invalidation_fields(self):
        return super()._get_invalidation_fields() | {MARK}

    # ---- while a source lives on it --------------------------------------------------

    def _construction_sources(self):
        return self.env["construction.source"].sudo().search([("user_id", "in", self.ids)])

    @api.constrains("active", "company_id", "company_ids", "group_ids")
    def _check_construction_service(self):
        services = self.filtered(lambda user: user.id in self._construction_service_ids())
        for source in services._construction_sources() if services else ():
            user = source.user_id
            if not user.active:
                raise ValidationError(
                    self.env._(
                        "%(user)s is the service user of %(system)s: give the source another one first.",
                        user=user.name,
                        system=source.name,
                    )
                )
            if source.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s is the service user of %(system)s and stays in %(company)s.",
                        user=user.name,
                        system=source.name,
                        company=source.company_id.name,
                    )
                )
        services._construction_check_no_admin()

    def _construction_check_no_admin(self):
        """:raises ValidationError: for a service user that would administer the system, as is written now"""
        powers = self.env.ref("base.group_system") | self.env.ref("base.group_erp_manager")
        for user in self.sudo():
            if user._is_superuser() or powers & user.group_ids.all_implied_ids:
                raise ValidationError(
                    self.env._("%s is a service user: it cannot be an administrator.", user.name)
                )

    def copy(self, default=None):
        for user in self.filtered(MARK):
            # the copy would be a person who logs in with the rights of a system
            raise UserError(
                self.env._("%s is a service user: make one by the button on its source.", user.name)
            )
        return super().copy(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_construction_service(self):
        for source in self._construction_sources():
            raise UserError(
                self.env._(
                    "%(user)s is the service user of %(system)s: give the source another one first.",
                    user=source.user_id.name,
                    system=source.name,
                )
            )

    # ---- nobody logs in as it --------------------------------------------------------

    def _check_credentials(self, credential, env):
        if self.env.uid in self._construction_service_ids():
            raise AccessDenied()
        return super()._check_credentials(credential, env)

    def _login(self, credential, user_agent_env):
        # a way of logging in that asks nobody else, such as a directory, ends here all the same
        info = super()._login(credential, user_agent_env)
        if info["uid"] in self._construction_service_ids():
            raise AccessDenied()
        return info

    def _compute_session_token(self, sid):
        if self.id in self._construction_service_ids():
            return False
        return super()._compute_session_token(sid)

    def _set_encrypted_password(self, uid, pw):
        user = self.browse(uid).sudo()
        if user[MARK]:
            raise UserError(self.env._("%s is a service user: it has no password.", user.name))
        return super()._set_encrypted_password(uid, pw)

    def _action_reset_password(self, signup_type="reset"):
        for user in self.filtered(MARK):
            raise UserError(self.env._("%s is a service user: it has no password.", user.name))
        return super()._action_reset_password(signup_type)

    def reset_password(self, login):
        # a stranger who asks for one learns of no service user
        persons = self.with_context(construction_persons_only=True)
        return super(ResUsers, persons).reset_password(login)

    def send_unregistered_user_reminder(self, *, after_days=5, batch_size=100):
        # nobody waits for a service user to log in for the first time
        persons = self.with_context(construction_persons_only=True)
        return super(ResUsers, persons).send_unregistered_user_reminder(
            after_days=after_days, batch_size=batch_size
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("construction_persons_only"):
            domain = Domain(domain) & Domain(MARK, "=", False)
        return super()._search(domain, *args, **kwargs)


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups._construction_check_services()
        return groups

    def write(self, vals):
        result = super().write(vals)
        # after the caches of what groups imply were cleared, which no constraint is
        if vals.keys() & {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}:
            self._construction_check_services()
        return result

    def _construction_check_services(self):
        """A service user becomes no administrator by a group's members, or by what a group implies."""
        users = self.env["res.users"].with_context(active_test=False)
        users.browse(users._construction_service_ids())._construction_check_no_admin()
