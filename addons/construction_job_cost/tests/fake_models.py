# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FakeMachineDay(models.Model):
    """A source of cost of a later addon, which is its own document."""

    _name = "fake.machine.day"
    _description = "Fake Machine Day"
    _inherit = ["construction.cost.source.mixin"]

    name = fields.Char()
    job_id = fields.Many2one("project.project")
    company_id = fields.Many2one("res.company")
    hours = fields.Float()

    def _construction_cost_position(self):
        return {
            day: [
                {
                    "kind": "actual",
                    "stage": None,
                    "job_id": day.job_id.id,
                    "cost_code_id": None,
                    "cost_type_id": None,
                    "currency_id": day.company_id.currency_id.id,
                    "amount": day.hours * 10,
                    "amount_currency": day.hours * 10,
                    "quantity": day.hours,
                }
            ]
            for day in self
        }
