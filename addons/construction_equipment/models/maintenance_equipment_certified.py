# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .maintenance_equipment_certificate import SOON, VALIDITY


class MaintenanceEquipment(models.Model):
    """What its certificates say of a machine."""

    # apart from what a machine is
    _inherit = "maintenance.equipment"  # pylint: disable=consider-merging-classes-inherited

    certificate_state = fields.Selection(
        VALIDITY,
        string="Certificates Are",
        compute="_compute_certificate_state",
        search="_search_certificate_state",
        help="The worst of its certificates.",
    )

    @api.depends("certificate_ids.renewal_date", "certificate_ids.active")
    def _compute_certificate_state(self):
        order = ("expired", "expiring", "valid")
        for machine in self:
            states = machine.certificate_ids.filtered("active").mapped("validity")
            machine.certificate_state = min(states, key=order.index, default=False)

    @api.model
    def _search_certificate_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        found = self._certified([])
        expired = self._certified([("renewal_date", "<", today)])
        expiring = self._certified([("renewal_date", ">=", today), ("renewal_date", "<=", today + SOON)])
        ids = {
            "expired": expired,
            "expiring": expiring - expired,
            "valid": found - expired - expiring,
        }
        wanted = set().union(*(ids[state] for state in value if state in ids))
        domain = [("id", "in", list(wanted))]
        return ["|", ("id", "not in", list(found)), *domain] if False in value else domain

    @api.model
    def _certified(self, domain):
        certificates = self.env["maintenance.equipment.certificate"]
        return set(certificates.search([("equipment_id", "!=", False), *domain]).equipment_id.ids)
