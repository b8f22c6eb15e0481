# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class BenchOrderNoted(models.AbstractModel):
    _name = "construction.handler.bench.order.noted"
    _description = "An order was noted"
    _inherit = "construction.event.handler"

    _event_type = "bench.order.noted"
    _event_lane = "bulk"

    def _apply(self, works):
        rows = self.env["construction.bench.row"].create(
            [{"subject": work.message.subject} for work in works]
        )
        for work, row in zip(works, rows, strict=True):
            work.trace(row)
