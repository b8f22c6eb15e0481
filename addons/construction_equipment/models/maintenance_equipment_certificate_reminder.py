# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ..errors import MANAGER


class MaintenanceEquipmentCertificate(models.Model):
    """Who is reminded of a certificate of a machine that has no technician and no owner."""

    # apart from what a certificate is
    _inherit = "maintenance.equipment.certificate"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _cron_notify_expiring_certificates(self):
        """Have an equipment manager see to those that nobody else is reminded of, once a reminder."""
        enabled = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("maintenance_equipment_certification.expiration_notify_enabled")
        )
        if enabled and enabled != "False":
            self._remind_managers()
        return super()._cron_notify_expiring_certificates()

    @api.model
    def _remind_managers(self):
        rules = self.env["maintenance.certificate.reminder.rule"].search([("days_before", ">=", 0)])
        today = fields.Date.context_today(self)
        days = max(rules.mapped("days_before"), default=-1)
        due = self.search(
            [
                ("renewal_date", ">=", today),
                ("renewal_date", "<=", today + timedelta(days=days)),
                ("equipment_id.ownership", "!=", False),
                ("equipment_id.technician_user_id", "=", False),
                ("equipment_id.owner_user_id", "=", False),
            ]
        )
        for certificate in due:
            left = (certificate.renewal_date - today).days
            expected = len(rules.filtered(lambda rule, left=left: rule.days_before >= left))
            manager = self._manager_of(certificate.equipment_id.company_id)
            if certificate.expiration_notify_count >= expected or not manager:
                continue
            machine = certificate.equipment_id
            machine.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=certificate.renewal_date,
                user_id=manager.id,
                summary=self.env._("Certificate expires: %s", certificate.name or ""),
                note=Markup("%s")
                % self.env._("The machine has no technician. Renew the certificate, or name who sees to it."),
            )
            certificate.expiration_notify_count = expected

    @api.model
    def _manager_of(self, company):
        """An equipment manager of a company: the administrator only where there is no other."""
        managers = (
            self.env.ref(MANAGER)
            .sudo()
            .all_user_ids.filtered(
                lambda user: user.active and not user.share and company in user.company_ids
            )
        )
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        return managers.sorted(lambda user: (user == admin, user.id))[:1]
