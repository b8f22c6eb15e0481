# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionBenchRow(models.Model):
    """The fields of an inbox row in a model without rules of its own."""

    _name = "construction.bench.row"
    _description = "Bench Row"

    type_name = fields.Char()
    event_source = fields.Char()
    event_id = fields.Char(index=True)
    subject = fields.Char()
    occurred_at = fields.Datetime()
    correlation = fields.Char(index=True)
    data = fields.Text()
    state = fields.Char(index=True)
