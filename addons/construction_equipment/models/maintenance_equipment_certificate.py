# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

SOON = timedelta(days=30)
VALIDITY = [("valid", "Valid"), ("expiring", "Expires Soon"), ("expired", "Expired")]


class MaintenanceEquipmentCertificate(models.Model):
    _inherit = "maintenance.equipment.certificate"

    validity = fields.Selection(
        VALIDITY,
        compute="_compute_validity",
        help="Soon is within 30 days.",
    )

    @api.depends("renewal_date")
    def _compute_validity(self):
        today = fields.Date.context_today(self)
        for certificate in self:
            last = certificate.renewal_date
            expired, soon = last and last < today, last and last <= today + SOON
            certificate.validity = "expired" if expired else "expiring" if soon else "valid"
