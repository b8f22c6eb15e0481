# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MANAGER = "construction_base.group_integration_manager"


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

    # ---- by a person ---------------------------------------------------------------------

    def _require_integration_manager(self):
        """:raises AccessError: for anybody else"""
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Integration managers take personal values out of messages."))
        self.check_access("read")

    def action_redact(self):
        self._require_integration_manager()
        return self._ask(
            self.env._("Take Personal Values Out"), "construction.message.redact", message_ids=self.ids
        )

    def _redact(self, reason):
        """Take out at once what is personal in these, and in the bodies of which nothing else is needed.

        :raises UserError: without a reason, or when one is at work or holds nothing personal
        """
        self._require_integration_manager()
        self._require_reason(reason)
        self._require_free()
        held = self.sudo()
        if not all(message.holds_personal for message in held):
            raise UserError(self.env._("There is nothing personal in it that could be taken out."))
        redaction = self.env["construction.redaction"]
        redaction._take_out(held.ids, reason)
        deliveries = held.delivery_id
        needed = self.sudo().search([("delivery_id", "in", deliveries.ids), ("holds_personal", "=", True)])
        redaction._take_out_of_bodies((deliveries - needed.delivery_id).ids, reason)

    # ---- by itself -----------------------------------------------------------------------

    def _store_done(self, works, outcome):
        result = super()._store_done(works, outcome)
        if any(
            work.message.holds_personal and work.message.event_type_id.personal_until_done for work in works
        ):
            self.env["construction.redaction"]._delay()
        return result
