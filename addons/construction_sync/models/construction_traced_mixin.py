# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionTracedMixin(models.AbstractModel):
    """A record that events make or change, and whose forms lead to them."""

    _name = "construction.traced.mixin"
    _inherit = "construction.trace.mixin"
    _description = "Traced by Integration"
