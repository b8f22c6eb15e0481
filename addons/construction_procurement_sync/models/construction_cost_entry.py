# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import SQL

CHANGE = "construction.order.change"


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
            "construction_sync.construction_message_action"
        )
        action.update(domain=[("id", "in", (own or messages).ids)], context={})
        return action

    # --- room -----------------------------------------------------------------------------------------

    @api.model
    def _offer_room(self, codes, order_ids):
        """Try again what its budget stopped in these codes, the oldest first; nothing when none waits."""
        result = super()._offer_room(codes, order_ids)
        waiting = self._construction_waiting(codes)
        orders = self.env["purchase.order"].browse(waiting.get("purchase.order", ())).exists()
        orders._construction_resume_stopped_by_budget()
        changes = self.env[CHANGE].browse(waiting.get(CHANGE, ())).exists()
        # whatever stops it, the change of an order that is another by now asks for something else
        own = self.env[CHANGE].search([("order_id", "in", list(order_ids)), ("state", "=", "pending")])
        stopped = changes.filtered(lambda c: c.state == "pending" and c.stop == "budget") - own
        cured = stopped.filtered(lambda change: not change._construction_find_short())
        (own | cured).sorted("id")._construction_retry()
        return result

    @api.model
    def _construction_waiting(self, codes):
        """{model: [ids]} of the documents that have something pending and not reserved in these codes."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT document_model, document_id
                     FROM construction_cost_entry
                    WHERE kind = 'pending' AND stage = 'draft'
                      AND job_id = ANY(%s) AND (job_id, COALESCE(cost_code_id, 0)) IN (%s)
                 GROUP BY document_model, document_id
                   HAVING SUM(amount) > 0
                 ORDER BY document_model, document_id""",
                list({job for job, _code in codes}),
                SQL(", ").join(SQL("(%s, %s)", job, code or 0) for job, code in codes),
            )
        )
        found = {}
        for model, res_id in rows:
            found.setdefault(model, []).append(res_id)
        return found
