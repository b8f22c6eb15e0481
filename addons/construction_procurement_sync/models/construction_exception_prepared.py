# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_sync.lib.words import listed

PREPARED, TAKEN_BACK, RETURNED = "prepared", "taken_back", "returned"
# how the cause begins of a cancellation that waits for what was received or billed
STARTED = "cancel_started:"


class ConstructionExceptionPrepared(models.Model):
    """What asks about what a person prepared or took back, or waits for it, goes again when that changes."""

    # apart from periods: each of these ends by something else
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _construction_resume_prepared(self, records):
        """Send round again what asks which holds, what was prepared for these documents or an event."""
        asked = self.sudo().search(
            [
                ("record_ref", "in", [f"{record._name},{record.id}" for record in records]),
                "|",
                "|",
                ("cause_key", "=like", f"{STARTED}%"),
                ("question", "in", (PREPARED, RETURNED)),
                ("question", "=like", f"{TAKEN_BACK}:%"),
                ("state", "=", "open"),
            ]
        )
        blocked = asked.blocked_ids.filtered(lambda message: message.state == "exception")
        if blocked:
            blocked._requeue(self.env._("Resumed: %s", listed(self.env, records.mapped("display_name"))))
