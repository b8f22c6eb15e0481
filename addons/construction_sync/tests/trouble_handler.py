# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .troubles import TROUBLES


class TroubleHandler(models.AbstractModel):
    """Writes a contact for each event, and fails as its data says."""

    _name = "construction.handler.test.trouble.made"
    _description = "Trouble was made"
    _inherit = "construction.event.handler"
    _event_type = "test.trouble.made"
    _event_group = "base.group_partner_manager"

    def _fail(self, data, step):
        if data.get("step") == step:
            TROUBLES[data["trouble"]](self.env)

    def _reference_keys(self, data):
        self._fail(data, "keys")
        return [("note", data["name"])]

    def _resolve(self, work):
        self._fail(work.data, "resolve")
        return self._ref(work, "note", work.data["name"], required=False)

    def _apply(self, works):
        for work in works:
            if work.resolved:
                continue
            self._fail(work.data, "before")
            partner = self.env["res.partner"].create({"name": work.data["name"]})
            # not by trace(): another addon has contacts traced
            work.traces.append((work.message.id, partner, "create"))
            self._bind(work, "note", work.data["name"], partner)
            self._fail(work.data, "after")
