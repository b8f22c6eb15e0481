# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionCostEntry(models.Model):
    _inherit = "construction.cost.entry"

    def action_construction_messages(self):
        """Open the events behind an entry: those that touched its document, its own first."""
        self.ensure_one()
        links = self.env["construction.message.record"].search(
            [("res_model", "=", self.document_model), ("res_id", "=", self.document_id)]
        )
        messages = links.message_id
        own = messages.filtered(
            lambda message: self.correlation_id and message.correlation == self.correlation_id
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_sync.action_construction_message"
        )
        action.update(domain=[("id", "in", (own or messages).ids)], context={})
        return action
