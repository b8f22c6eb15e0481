# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import api, fields, models

from ..lib import crypto, envelope, personal, strict_json


class ConstructionInboundDeliveryRedaction(models.Model):
    """A body whose personal values were taken out: its events are known by what they were."""

    # apart from what came: what came and what is left of it are two ideas
    _inherit = "construction.inbound.delivery"  # pylint: disable=consider-merging-classes-inherited

    holds_personal = fields.Boolean(readonly=True, help="It holds what is taken out one day.")
    redacted_at = fields.Datetime(readonly=True, string="Personal Values Taken Out")
    redaction_id = fields.Many2one("construction.audit.entry", readonly=True, ondelete="restrict")
    redaction_note = fields.Char(compute="_compute_redaction_note", string="Taken Out By")
    hashes_text = fields.Text(
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Of a body that was changed: the hash of each event's data.",
    )

    _personal_index = models.Index("(id) WHERE holds_personal")

    @api.depends("redaction_id")
    def _compute_redaction_note(self):
        for delivery in self:
            delivery.redaction_note = delivery.redaction_id.sudo()._in_words()

    def _data_hashes(self):
        """The hash of the data of each event as it came, in their order."""
        self.ensure_one()
        kept = self.sudo().hashes_text
        return json.loads(kept) if kept else [_data_hash(event) for event in self._events()]

    def _prepare_without_personal(self):
        """(sealed body without personal values, hashes of what each event was)"""
        form, _headers = self._form()
        types = self.env["construction.event.type"]
        events = self._events()
        hashes = self._data_hashes()
        for event in events:
            if isinstance(event, dict) and "data" in event:
                name = envelope.clip(event.get("type"), envelope.BYTES["type"])
                version = envelope.version_of(event.get("dataschema"))
                sound = types._is_sound(name, version, event["data"])
                event["data"] = types._without_personal(name, version, event["data"], sound)
        return crypto.encrypt(personal.body_of(form, events)).decode(), json.dumps(hashes)


def _data_hash(event):
    return strict_json.canonical_hash(event.get("data") if isinstance(event, dict) else None)
