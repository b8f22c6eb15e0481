# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml.builder import E

from odoo import api, fields, models

UNDECIDED = ("open", "stopped")
# decided, and not there yet: the list ends with the change
WAITING = "waiting"
FLAG = "construction_left_behind"


class ConstructionLeftBehindMixin(models.AbstractModel):
    """Flags a document that a list of documents left behind has, on every form of its model."""

    _inherit = "construction.left.behind.mixin"

    construction_left_behind = fields.Char(
        compute="_compute_construction_left_behind",
        search="_search_construction_left_behind",
        compute_sudo=True,
        string="Coding Left Behind",
        help="Why the coding of its lines is looked at by a cost controller.",
    )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if arch.tag == "form" and not arch.xpath(f"//field[@name='{FLAG}'][not(ancestor::field)]"):
            alert = E.div(
                self.env._("A cost controller is asked about its coding:"),
                E.field({"class": "d-inline"}, name=FLAG, nolabel="1", readonly="1"),
                {"class": "alert alert-warning mb-0"},
                role="alert",
                invisible=f"not {FLAG}",
            )
            sheets = arch.xpath("//sheet[not(ancestor::field)]")
            if sheets:
                sheets[0].addprevious(alert)
            else:
                arch.insert(0, alert)
        return arch, view

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

    def _construction_recode(self, lines, target, reason):
        document = self.with_context(skip_validation_check=True)
        if "review_ids" in document._fields and document.review_ids:
            # what the reviewers saw is no longer what is asked for
            document.restart_validation()
        return super(ConstructionLeftBehindMixin, document)._construction_recode(lines, target, reason)
