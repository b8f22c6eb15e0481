# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

DAY, CHARGE = "construction.equipment.day", "construction.equipment.charge"


class ConstructionEquipmentApproval(models.TransientModel):
    """Shows the hours, or what jobs pay, that would be approved, and approves just that."""

    _name = "construction.equipment.approval"
    _inherit = ["construction.seen.mixin"]
    _description = "Approve Machines"
    _pointing = ("day_ids", "charge_ids")
    _shows = ("day_ids", "charge_ids")

    day_ids = fields.Many2many(DAY, "construction_equipment_approval_day_rel", string="Days", readonly=True)
    charge_ids = fields.Many2many(
        CHARGE, "construction_equipment_approval_charge_rel", string="Charges", readonly=True
    )
    along = fields.Text(string="Goes Along", readonly=True)
    count = fields.Integer(compute="_compute_totals")
    hours = fields.Float(compute="_compute_totals")
    totals = fields.Char(string="Amount", compute="_compute_totals")

    def _shown(self):
        shown = (self.day_ids, self.charge_ids)
        return {record: [record._asked_mark()] for records in shown for record in records}

    @api.depends("day_ids", "charge_ids")
    def _compute_totals(self):
        self._check_pointed()
        for wizard in self:
            records = wizard.charge_ids or wizard.day_ids
            wizard.count, wizard.hours = len(records), sum(records.mapped("hours"))
            of_currency = wizard.charge_ids.grouped("currency_id").items()
            wizard.totals = " + ".join(
                currency.format(sum(charges.mapped("amount"))) for currency, charges in of_currency
            )

    @api.model
    def _ask(self, records, along=None):
        """The window that asks about days or charges.

        :param along: charges that cannot be left out
        """
        records |= along if along is not None else records.browse()
        wizard = self.create(
            {
                "charge_ids" if records._name == CHARGE else "day_ids": [fields.Command.set(records.ids)],
                "along": self._words(along) if along else False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Approve"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _words(self, along):
        names = [f"{found.name}, {found.job_id.sudo().display_name}" for found in along]
        return self.env._(
            "A correction goes with what it corrects, and what is shared over the jobs of a day goes as one. "
            "So these, which you did not choose, are approved too: %s",
            "; ".join(names[:20]),
        )

    def action_approve(self):
        """Approve what was shown.

        :raises UserError: when any of it has changed since
        """
        self.ensure_one()
        self._check_pointed()
        self._check_seen()
        records = self.charge_ids or self.day_ids
        if not records:
            raise UserError(self.env._("There is nothing to approve in this."))
        records.action_approve()
        return {"type": "ir.actions.act_window_close"}
