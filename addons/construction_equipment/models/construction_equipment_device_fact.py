# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ConstructionEquipmentDeviceFact(models.Model):
    """What is said of a device: that it sits on a machine since then. It is withdrawn, never changed."""

    _name = "construction.equipment.device.fact"
    _inherit = "construction.traced.mixin"
    _description = "Said of a Device"
    _order = "date_from desc, id desc"
    _rec_name = "device_id"
    _check_company_auto = True

    device_id = fields.Many2one(
        "construction.equipment.device", required=True, index=True, ondelete="cascade", check_company=True
    )
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("ownership", "!=", False)],
        check_company=True,
    )
    company_id = fields.Many2one(related="device_id.company_id", store=True, index=True)
    date_from = fields.Datetime(string="From", required=True, default=fields.Datetime.now)
    date_until = fields.Datetime(string="Until", help="Only where it is said when it was taken off.")
    since_first = fields.Boolean(
        string="Since First Heard",
        readonly=True,
        help="It begins when its device is first heard, also where an earlier reading comes later.",
    )
    said_by = fields.Char(readonly=True, help="A system, or a person.")
    reason = fields.Char(readonly=True)
    active = fields.Boolean(string="Holds", default=True, readonly=True)

    _said_once = models.UniqueIndex(
        "(device_id, equipment_id, date_from, COALESCE(date_until, 'infinity')) WHERE active",
        "That is said of this device already.",
    )
    _ends_after_it_begins = models.Constraint(
        "CHECK(date_until IS NULL OR date_until > date_from)",
        "It ends after it begins.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        by = self.env.user.name
        facts = super().create([{"said_by": by, **vals} for vals in vals_list])
        facts.device_id._derive_assignments()
        return facts

    def write(self, vals):
        if not self.env.su and vals:
            raise UserError(
                self.env._("What was said stays as it was: withdraw it, and say what is right beside it.")
            )
        return super().write(vals)

    def action_withdraw(self):
        """It does not hold: what hangs on it is worked out anew.

        :raises AccessError: for who does not keep devices
        """
        self.check_access("write")
        for fact in self.filtered("active"):
            fact.sudo().write({"active": False, "reason": self.env._("Withdrawn by %s", self.env.user.name)})
            fact.device_id.message_post(
                body=self.env._(
                    "%(user)s withdrew that it sat on %(machine)s from %(moment)s.",
                    user=self.env.user.name,
                    machine=fact.equipment_id.display_name,
                    moment=fact.date_from,
                )
            )
        self.device_id._derive_assignments()
        return True
