# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class ConstructionEquipmentRecoveryLine(models.TransientModel):
    _name = "construction.equipment.recovery.line"
    _description = "Pool and Recovery of a Machine or Class"
    _nothing_seen = "The rate that it shows is worked out again, and another one is not adopted."

    recovery_id = fields.Many2one(
        "construction.equipment.recovery", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="recovery_id.company_id")
    currency_id = fields.Many2one(related="recovery_id.currency_id")
    name = fields.Char(compute="_compute_name")
    category_id = fields.Many2one("maintenance.equipment.category", string="Class", readonly=True)
    equipment_id = fields.Many2one("maintenance.equipment", string="Machine", readonly=True)
    cost = fields.Monetary(
        readonly=True, help="What it has cost: journal items that name it, and what was entered."
    )
    hours = fields.Float(string="Charged Hours", readonly=True)
    recovered = fields.Monetary(readonly=True, help="What jobs were charged.")
    under = fields.Monetary(string="Not Recovered", readonly=True, help="Less than 0: more than it has cost.")
    charged_rate = fields.Monetary(string="Charged an Hour", readonly=True)
    proposed = fields.Monetary(
        string="Would Recover", readonly=True, help="The rate of an hour that would have paid it."
    )

    def _compute_name(self):
        for line in self:
            of = line.equipment_id or line.category_id
            line.name = of.display_name if of else self.env._("Without a Class")

    def action_adopt(self):
        """Make the proposed rate the one of the machine or class.

        :raises AccessError: for who keeps no rates
        :raises UserError: where nothing is proposed
        """
        self.ensure_one()
        wizard = self.recovery_id
        wizard._check_reader()
        scope = self.env["construction.equipment.cost"].new(
            {
                "company_id": wizard.company_id.id,
                "equipment_id": self.equipment_id.id,
                "category_id": False if self.equipment_id else self.category_id.id,
            }
        )
        if not self.equipment_id and not self.category_id:
            raise UserError(
                self.env._("Give these machines a class first: a rate is of a machine or a class.")
            )
        found = wizard._recovery_of(self.category_id, self.equipment_id)
        if not found.proposed or found.proposed <= 0:
            raise UserError(
                self.env._("Without charged hours and costs there is no rate to adopt for %s.", self.name)
            )
        amount = wizard._prepare_line(self.category_id, self.equipment_id, found)["proposed"]
        if amount != self.proposed:
            raise UserError(self.env._("The figures of %s have changed since: compare anew.", self.name))
        rate = self.env["construction.equipment.rate"]._adopt(
            scope,
            wizard.adopt_from,
            {
                "operating": amount,
                "note": self.env._(
                    "Adopted: %(pool)s of cost over %(hours)s hours, %(first)s to %(last)s.",
                    pool=wizard.currency_id.format(float(found.pool)),
                    hours=f"{found.hours:,.2f}",
                    first=wizard.date_from,
                    last=wizard.date_to,
                ),
            },
        )
        return rate._open()
