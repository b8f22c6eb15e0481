# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from werkzeug.datastructures import Headers

from odoo import fields, models
from odoo.exceptions import UserError

from ..lib import crypto, envelope


class ConstructionInboundDelivery(models.Model):
    """One request as it came: its bytes, encrypted, never change and are never read twice."""

    _name = "construction.inbound.delivery"
    _description = "Inbound Delivery"
    _order = "id desc"
    _rec_name = "webhook_id"
    _log_access = False

    source_id = fields.Many2one("construction.source", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(related="source_id.company_id", store=False, search="_search_company")
    webhook_id = fields.Char(required=True, readonly=True, string="Delivery ID")
    holds_identity = fields.Boolean(
        readonly=True, help="Unset for another body that came under an id already taken."
    )
    body_hash = fields.Char(required=True, readonly=True, string="SHA-256")
    body_token = fields.Char(required=True, readonly=True, groups=fields.NO_ACCESS)
    content_type = fields.Char(readonly=True)
    headers_text = fields.Text(readonly=True, string="Headers")
    credential_id = fields.Many2one("construction.source.credential", readonly=True, index="btree_not_null")
    received_at = fields.Datetime(readonly=True, required=True)
    message_ids = fields.One2many("construction.message", "delivery_id", readonly=True)
    results_text = fields.Text(readonly=True, string="Answer")

    _identity = models.UniqueIndex(
        "(source_id, webhook_id) WHERE holds_identity",
        "This delivery was received before.",
    )

    def _search_company(self, operator, value):
        return [("source_id.company_id", operator, value)]

    def _results(self):
        return json.loads(self.results_text)

    def _body(self):
        """The body's bytes as received."""
        self.ensure_one()
        return crypto.decrypt(self.sudo().body_token.encode())

    def _form(self):
        """Which of the three forms the request had, and its headers."""
        self.ensure_one()
        headers = Headers(json.loads(self.headers_text or "{}"))
        media_type = (headers.get("Content-Type") or self.content_type or "").split(";")[0].strip().lower()
        return envelope.mode(media_type, headers), headers

    def _events(self):
        """The events of this delivery, parsed from its bytes as at first."""
        form, headers = self._form()
        return envelope.events(form, self._body(), headers)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A delivery is evidence: it does not change."))

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("A delivery is evidence: it is not deleted."))
