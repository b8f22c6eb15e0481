# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ConstructionMessageRedaction(models.Model):
    """A message whose personal values were, or are to be, taken out."""

    # apart from the message: what came and what is left of it are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    holds_personal = fields.Boolean(readonly=True, help="It holds what is taken out one day.")
    redacted_at = fields.Datetime(readonly=True, string="Personal Values Taken Out")
    redaction_id = fields.Many2one("construction.audit.entry", readonly=True, ondelete="restrict")
    redaction_note = fields.Char(compute="_compute_redaction_note", string="Taken Out By")

    _personal_index = models.Index("(event_type_id, received_at) WHERE holds_personal")

    @api.depends("redaction_id")
    def _compute_redaction_note(self):
        for message in self:
            message.redaction_note = message.redaction_id.sudo()._in_words()

    def _store_done(self, works, outcome):
        result = super()._store_done(works, outcome)
        if any(
            work.message.holds_personal and work.message.event_type_id.personal_until_done for work in works
        ):
            self.env["construction.redaction"]._delay()
        return result
