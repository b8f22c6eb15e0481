# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

UNDECIDED = ("open", "stopped")
# decided, and not there yet: the list ends with the change
WAITING = "waiting"


class ConstructionLeftBehindMixin(models.AbstractModel):
    """Flags an open document whose coding was left behind by a remap or by an archived code."""

    _name = "construction.left.behind.mixin"
    _description = "May Be Left Behind"

    construction_left_behind = fields.Char(
        compute="_compute_construction_left_behind",
        search="_search_construction_left_behind",
        compute_sudo=True,
        string="Coding Left Behind",
        help="Why the coding of its lines is looked at by a cost controller.",
    )

    def _compute_construction_left_behind(self):
        lines = self.env["construction.recode.line"].search(
            [
                ("document_model", "=", self._name),
                ("document_id", "in", self.ids),
                ("outcome", "in", UNDECIDED),
            ]
        )
        of_document = lines.grouped("document_id")
        for document in self:
            names = of_document.get(document.id, lines.browse()).recode_id.mapped("name")
            document.construction_left_behind = "; ".join(names) or False

    @api.model
    def _search_construction_left_behind(self, operator, value):
        """Only whether there is one is asked."""
        if operator not in ("in", "not in") or {bool(item) for item in value} != {False}:
            return NotImplemented
        lines = self.env["construction.recode.line"].sudo()
        found = lines.search([("document_model", "=", self._name), ("outcome", "in", UNDECIDED)])
        is_set = operator == "not in"
        return [("id", "in" if is_set else "not in", found.mapped("document_id"))]
