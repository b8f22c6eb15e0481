# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionExternalMixin(models.AbstractModel):
    """A record that another system knows by a key and may bring in versions."""

    _name = "construction.external.mixin"
    _inherit = "construction.traced.mixin"
    _description = "Record Known to Another System"

    construction_external_key = fields.Char(
        string="External Key",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What the system that sent this record calls it.",
    )
    construction_revision = fields.Integer(
        string="Revision",
        readonly=True,
        copy=False,
        help="Revision of the external record that was applied last.",
    )
    construction_occurred_at = fields.Datetime(
        string="As of",
        readonly=True,
        copy=False,
        help="When the change that was applied last happened in the other system.",
    )
