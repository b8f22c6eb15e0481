# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_base.lib.decimals import decimal
from odoo.addons.construction_base.lib.transaction import notes

from ..lib import budget
from .construction_cost_source_mixin import TOGETHER, UNCHECKED

# what was given room and not looked at yet: {(job id, code id): {ids of the orders that gave it}}
ROOM = "construction_cost_room"
# of the context, what has nothing to do with what gave the room
KEPT = ("allowed_company_ids", "lang", "tz", "tracking_disable")


class ConstructionCostRoom(models.Model):
    """Whatever leaves a code with more available is told to what waits for its budget.

    Orders cancelled, reduced or closed short, credits, cheaper bills, budgets: it is seen by the entries that
    they post. An entry that takes as much as another one gives (a bill of what was committed) costs nothing.
    """

    # apart from the entries: what they say and what follows from it are two ideas
    _inherit = "construction.cost.entry"  # pylint: disable=consider-merging-classes-inherited

    # what waits for its budget, by code
    _waiting_idx = models.Index("(job_id, cost_code_id) WHERE kind = 'pending' AND stage = 'draft'")

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        codes = budget.room(
            (
                (vals["job_id"], vals.get("cost_code_id") or False, vals.get("cost_type_id") or None),
                vals["kind"],
                vals.get("stage"),
                decimal(vals["amount"]),
            )
            for vals in vals_list
        )
        if codes:
            self._note_room(
                {
                    code: {
                        vals["document_id"]
                        for vals in vals_list
                        if vals.get("document_model") == "purchase.order"
                        and (vals["job_id"], vals.get("cost_code_id") or False) == code
                    }
                    for code in codes
                }
            )
        return entries

    @api.model
    def _note_room(self, codes=()):
        """Have what waits for these codes looked at when the transaction ends, or flushes.

        Called without codes at the end of what must not be disturbed: what was noted within is due then.
        """
        noted = notes(self.env)
        for code, orders in dict(codes).items():
            noted.setdefault(ROOM, {}).setdefault(code, set()).update(orders)
        if noted.get(ROOM):
            self.env.cr.precommit.add(self._offer_noted_room)

    @api.model
    def _offer_noted_room(self):
        noted = notes(self.env)
        if UNCHECKED in noted or TOGETHER in noted:
            # what is half done is checked and posted at its own end
            return
        codes = noted.pop(ROOM, None)
        if codes:
            context = {name: value for name, value in self.env.context.items() if name in KEPT}
            entries = self.with_env(self.env(context=context, su=True))
            entries._offer_room(set(codes), set().union(*codes.values()))

    @api.model
    def _offer_room(self, codes, order_ids):
        """Look again at what waits for its budget in these codes. Modules that have such add to it.

        :param codes: {(job id, code id)} with more available than before
        :param order_ids: of the orders that gave it
        """
