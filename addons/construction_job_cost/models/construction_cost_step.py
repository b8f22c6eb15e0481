# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.extras import Json

from odoo import api, fields, models

from odoo.addons.construction_base.lib.decimals import decimal

from ..lib.timeline import Step, Terms


class ConstructionCostStep(models.Model):
    """What changed of an order line, and since which day: the ledger's figures of each day follow from it.

    Beside the ledger and append-only as it is. A line's documents say what it is now; since when it is so, no
    field of theirs tells.
    """

    _name = "construction.cost.step"
    _inherit = ["construction.cost.appended.mixin"]
    _description = "Job Cost Step"
    _order = "id"

    date = fields.Date(required=True, help="Since when it holds.")
    order_line = fields.Integer(string="Order Line ID", required=True, index=True)
    received = fields.Float(digits=False, help="More received than before, in the line's unit.")
    terms = fields.Json(help="What the line promises since then; empty where only more was received.")

    @api.model
    def _steps_of(self, lines):
        """{order line id: [lib.timeline.Step, as they were entered]}"""
        self.flush_model()
        self.env.cr.execute(
            "SELECT order_line, date, received, terms FROM construction_cost_step"
            " WHERE order_line = ANY(%s) ORDER BY id",
            [lines.ids],
        )
        result = {}
        for line, date, received, terms in self.env.cr.fetchall():
            step = Step(date, round(decimal(received), 6), Terms.read(terms) if terms else None)
            result.setdefault(line, []).append(step)
        return result

    @api.model
    def _append(self, steps):
        """Note new steps: a list of (order line, lib.timeline.Step).

        As plain rows: nothing is computed of them, and every posting waits for it.
        """
        now, user = self.env.cr.now(), self.env.uid
        self.env.cr.execute_values(
            "INSERT INTO construction_cost_step"
            " (date, order_line, received, terms, create_uid, create_date, write_uid, write_date) VALUES %s",
            [
                (
                    step.date,
                    line.id,
                    float(step.received),
                    Json(step.terms.stored()) if step.terms else None,
                    *(user, now, user, now),
                )
                for line, step in steps
            ],
        )
