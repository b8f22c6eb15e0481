# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

# what keys of these kinds mean an order keeps: it is cancelled, and ordered anew
KEPT = ("supplier", "item")
ARCHIVED, REMAPPED = "archived", "remapped"
STATES = [("open", "Open"), ("recoded", "Recoded"), ("left", "Left as They Are"), ("ended", "Nothing Left")]


class ConstructionRecode(models.Model):
    """Open documents that were left behind: a key means another record now, or a code was archived.

    A cost controller has their coding recoded, or leaves them, with a reason. What is posted stays;
    an order keeps its supplier and its items, which are listed only.
    """

    _name = "construction.recode"
    _description = "Documents Left Behind"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _mail_post_access = "read"

    name = fields.Char(readonly=True, required=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    why = fields.Selection(
        [(REMAPPED, "Key Mapped Anew"), (ARCHIVED, "Archived")], required=True, readonly=True
    )
    source_id = fields.Many2one("construction.source", readonly=True, string="System")
    kind = fields.Char(required=True, readonly=True)
    key = fields.Char(readonly=True, string="External Key")
    res_model = fields.Char(required=True, readonly=True)
    target_id = fields.Many2oneReference(
        string="Recode to", model_field="res_model", readonly=True, help="What the key means now."
    )
    target_name = fields.Char(readonly=True, string="Recoded to")
    state = fields.Selection(STATES, required=True, readonly=True, default="open", tracking=True, index=True)
    reason = fields.Char(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    line_ids = fields.One2many("construction.recode.line", "recode_id", readonly=True)
    amount = fields.Monetary(
        compute="_compute_amount",
        string="Open Amount",
        help="A draft bill of an order that is listed, too, is part of what is open of the order.",
    )

    _one_open = models.UniqueIndex(
        "(company_id, COALESCE(source_id, 0), res_model, kind, key) WHERE state = 'open'",
        "What this key left behind is listed already.",
    )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for recode in self:
            recode.amount = sum((recode.line_ids - recode.line_ids._of_listed()).mapped("amount"))

    def action_open_item(self):
        """Open the work item that asks what becomes of them."""
        self.ensure_one()
        item = self.env["construction.exception"].search(
            [("record_ref", "=", f"{self._name},{self.id}"), ("state", "=", "open")], limit=1
        )
        if not item:
            raise UserError(self.env._("Nothing is asked about it any more, or not of you."))
        return item.get_formview_action()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was decided on documents left behind is kept."))


class ConstructionRecodeLine(models.Model):
    _name = "construction.recode.line"
    _description = "Line of a Document Left Behind"
    _order = "recode_id, document_model, document_id, id"

    recode_id = fields.Many2one(
        "construction.recode", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="recode_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="recode_id.currency_id")
    document_model = fields.Char(required=True, readonly=True)
    document_id = fields.Many2oneReference(
        string="Document ID", model_field="document_model", required=True, readonly=True
    )
    document_name = fields.Char(string="Document", readonly=True)
    line_model = fields.Char(required=True, readonly=True)
    line_id = fields.Many2oneReference(
        string="Line ID", model_field="line_model", required=True, readonly=True
    )
    label = fields.Char(string="Line", readonly=True)
    former_id = fields.Integer(required=True, readonly=True)
    former_name = fields.Char(string="Coded", readonly=True)
    amount = fields.Monetary(
        string="Open Amount",
        readonly=True,
        help="What of the line's coding is still open: ordered and not billed, asked for, or on a draft.",
    )
    posted = fields.Monetary(readonly=True, help="What is posted of the line. It stays where it is.")
    outcome = fields.Selection(
        [
            ("open", "Open"),
            ("recoded", "Recoded"),
            ("waiting", "Change Waits"),
            ("stopped", "Stopped"),
            ("left", "Left"),
            ("gone", "No Longer Open"),
        ],
        required=True,
        readonly=True,
        default="open",
    )
    note = fields.Char(readonly=True)
    change_id = fields.Many2one(
        "construction.order.change",
        readonly=True,
        index="btree_not_null",
        help="The change of the order that recodes it, or that is decided before it can be.",
    )

    _document_index = models.Index("(document_model, document_id)")

    def _of_listed(self):
        """Those of these lines that are open only as a part of others which are among them."""
        known = set(self.mapped(lambda line: (line.line_model, line.line_id)))
        part = set()
        for model, entries in self.grouped("line_model").items():
            for line in self.env[model].sudo().browse(entries.mapped("line_id")).exists():
                if any((whole._name, whole.id) in known for whole in line._construction_part_of()):
                    part.add((model, line.id))
        return self.filtered(lambda line: (line.line_model, line.line_id) in part)

    def action_open(self):
        """Open the document of this line."""
        self.ensure_one()
        self.check_access("read")
        document = self.env[self.document_model].browse(self.document_id).exists()
        if not document:
            raise UserError(self.env._("%s is not there any more.", self.document_name))
        return document.get_formview_action()
