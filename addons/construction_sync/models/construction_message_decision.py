# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.proposals import WHOLE


class ConstructionMessageDecision(models.Model):
    """What a person decided on a message that asked: read by its handler, never changed."""

    _name = "construction.message.decision"
    _description = "Decision on a Message"
    _order = "id desc"
    _log_access = False

    message_id = fields.Many2one(
        "construction.message", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="message_id.company_id")
    question = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    label = fields.Char(string="Decision", readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(string="Record ID", model_field="res_model", readonly=True)
    record_name = fields.Char(string="Chosen", readonly=True)
    price = fields.Char(readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Decided by", required=True, readonly=True)
    decided_at = fields.Datetime(required=True, readonly=True)
    # what the document said that was decided on, and what stood against it: the answer to the same again
    document_kind = fields.Char(readonly=True)
    document_key = fields.Char(readonly=True)
    content_hash = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    # of what systems proposed: {field: what tells its value from others}
    content_marks = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    against_hash = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    revision = fields.Integer(readonly=True)

    _document_index = models.Index("(document_kind, document_key) WHERE document_key IS NOT NULL")

    def _record(self):
        """The record that was chosen, or None when none was or it is gone."""
        if not self or not self.res_model or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None

    @api.model
    def _last_on(self, source_ids, kind, key, content_hash):
        """The latest decision on this content of a document, or an empty recordset."""
        return self.sudo().search(
            [
                ("document_kind", "=", kind),
                ("document_key", "=", key),
                ("content_hash", "=", content_hash),
                ("message_id.source_id", "in", list(source_ids)),
            ],
            order="id desc",
            limit=1,
        )

    @api.model
    def _answers_on(self, kind, keys):
        """The decisions on each of these questions, in order: {key: [decision]}"""
        if not keys:
            return {}
        found = self.sudo().search(
            [("document_kind", "=", kind), ("document_key", "in", list(keys))], order="id"
        )
        answers = {}
        for decision in found:
            answers.setdefault(decision.document_key, []).append(decision)
        return answers

    def _marks(self):
        """What tells the values that were decided on: {field: mark}"""
        decision = self.sudo()
        return decision.content_marks or {WHOLE: decision.content_hash}

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("A decision is taken on its work item."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A decision does not change: decide anew."))

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("A decision is not deleted."))
