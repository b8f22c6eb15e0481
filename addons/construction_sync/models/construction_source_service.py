# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..errors import SourceStands

_logger = logging.getLogger(__name__)

BASE_GROUP = "construction_sync.group_service"


class ConstructionSourceService(models.Model):
    """As whom a source acts: a service user of its own, with the rights that its event types need."""

    _inherit = "construction.source"

    user_id = fields.Many2one(
        "res.users",
        string="Service User",
        tracking=True,
        ondelete="restrict",
        copy=False,
        domain=[("construction_is_service", "=", True)],
        help="The source acts with this user's rights, and no others. Nobody can log in as it.",
    )
    grace_until = fields.Datetime(
        string="Works as It Is until",
        readonly=True,
        copy=False,
        help="From before service users were a role of their own: until then it works with the user it has.",
    )
    needs_service_user = fields.Boolean(compute="_compute_service", compute_sudo=True)
    needs_rights = fields.Boolean(compute="_compute_service", compute_sudo=True)

    @api.constrains("user_id")
    def _check_user_id(self):
        for source in self.sudo().filtered("user_id"):
            user = source.user_id
            if not user.construction_is_service:
                raise ValidationError(
                    self.env._(
                        "%(user)s is a person's account. %(system)s acts as a service user of its own: "
                        "make one with “New Service User”.",
                        user=user.name,
                        system=source.name,
                    )
                )
            other = source._sharing()
            if other:
                raise ValidationError(
                    self.env._(
                        "%(user)s is the service user of %(other)s: each source has its own.",
                        user=user.name,
                        other=other[0].name,
                    )
                )

    def _sharing(self):
        """Other sources that act as the same user."""
        return self.sudo().search([("user_id", "in", self.user_id.ids), ("id", "not in", self.ids)])

    @api.depends("user_id", "event_type_ids")
    def _compute_service(self):
        for source in self:
            user = source.user_id
            source.needs_service_user = not user.construction_is_service or bool(source._sharing())
            source.needs_rights = bool(user) and bool(source._missing_groups())

    # ---- rights ----------------------------------------------------------------------

    def _service_groups(self):
        """Exactly the groups that the allowed event types need."""
        self.ensure_one()
        groups = self.env.ref(BASE_GROUP)
        for kind in self.sudo().event_type_ids:
            groups |= kind._service_group()
        return groups.sudo()

    def _missing_groups(self):
        return self._service_groups() - self.user_id.sudo().all_group_ids

    def _give_rights(self):
        """Give the service user of each source the groups its types need, and no others."""
        for source in self.sudo().filtered(lambda source: source.user_id.construction_is_service):
            groups = source._service_groups()
            if source.user_id.group_ids != groups and not source._sharing():
                source.user_id.group_ids = groups
                source._watch()

    def action_new_service_user(self):
        """Make a service user for this source: nobody is invited, nobody can log in as it."""
        self.ensure_one()
        self._require_manager()
        if not self.needs_service_user:
            raise UserError(self.env._("%s has a service user of its own.", self.name))
        self._make_service_user()

    def _make_service_user(self):
        for source in self.sudo():
            source.user_id = self.env["res.users"]._construction_create_service(
                self.env._("%s (service)", source.name),
                f"service-{source.code}",
                source.company_id,
                source._service_groups(),
            )
            source.grace_until = False
            source._watch()
        return self.user_id

    def action_give_rights(self):
        """Give the service user what the allowed event types need."""
        self._require_manager()
        self._give_rights()

    # ---- what is wrong with it -------------------------------------------------------

    def _service_problems(self):
        """What keeps the service user of this source from its work, as phrases for a person."""
        self.ensure_one()
        user = self.user_id.sudo()
        if not user:
            return [self.env._("it has no service user")]
        problems = []
        if not user.active:
            problems.append(self.env._("its service user %s is archived", user.name))
        if user._is_admin() or user._is_superuser():
            problems.append(self.env._("its service user is an administrator"))
        elif not user.construction_is_service:
            problems.append(
                self.env._("it acts as %s, who is a person: make it a service user of its own", user.name)
            )
        if self.company_id not in user.company_ids:
            problems.append(self.env._("its service user may not act in %s", self.company_id.name))
        others = self._sharing()
        if others:
            problems.append(
                self.env._(
                    "it shares its service user with %s: make it one of its own",
                    ", ".join(others.mapped("name")),
                )
            )
        missing = self._missing_groups()
        if missing:
            problems.append(
                self.env._(
                    "its service user lacks the rights for what it may send: %s",
                    ", ".join(missing.mapped("name")),
                )
            )
        return problems

    def _in_grace(self):
        self.ensure_one()
        return bool(self.grace_until and self.grace_until > fields.Datetime.now())

    def _language(self):
        """The language that the source writes: the company's, or else the first that is installed."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        spoken = self.company_id.sudo().partner_id.lang
        return spoken if spoken in installed else next(iter(installed), "en_US")

    def _acting_user(self):
        """The user that handlers of this source run as.

        :raises SourceStands: when there is none that may: never the superuser, never an administrator
        """
        self.ensure_one()
        user = self.user_id.sudo()
        if (
            not user
            or not user.active
            or user._is_superuser()
            or user._is_admin()
            or not (user.construction_is_service or self._in_grace())
        ):
            raise SourceStands(
                self.env._("%s has no service user that it could act as: its events stay.", self.name)
            )
        return self.user_id
