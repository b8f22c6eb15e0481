# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import models

from odoo.addons.construction_sync.lib.keys import SEPARATOR, document_key
from odoo.addons.construction_sync.models.construction_event_document import NEW, OTHER, REPEAT

from .procurement_mixin import ORDER


class ConstructionReceiptIdentityMixin(models.AbstractModel):
    """A receipt that came without its order is the one that comes with it, and the other way round."""

    # apart from how a receipt is corrected: which receipt it is and what it moves are two ideas
    _inherit = "construction.receipt.correction.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _know_elsewhere(self, work, known, model):
        known = super()._know_elsewhere(work, known, model)
        if known.verdict == NEW and not work.data.get("order"):
            known = self._know_at_order(work, known, model)
        if known.verdict == OTHER and self._is_completed(work, known):
            known.verdict = REPEAT
        return known

    def _know_at_order(self, work, known, model):
        """A receipt that names no order, under the keys of the one that a buyer chose: sets ``work.key``."""
        order = work.decided(ORDER)._record()
        if order is None or order._name != "purchase.order":
            return known
        for key in self._keys_at(work, order):
            found = self._know_key(work, key, model)
            if found.verdict != NEW:
                work.key = key
                return found
        return known

    def _keys_at(self, work, order):
        """The keys of a receipt under all numbers by which its order is known."""
        crosswalk = self.env["construction.crosswalk"].sudo()
        entries = crosswalk.search(
            [
                ("source_id", "in", list(crosswalk._source_ranks(work.message.source_id))),
                ("kind", "=", "order"),
                ("res_model", "=", order._name),
                ("res_id", "=", order.id),
                ("valid_until", "=", False),
            ],
            order="is_alias, id",
        )
        numbers = dict.fromkeys(entries.mapped("key")) or [document_key(order._construction_number())]
        return [f"{number}{SEPARATOR}{document_key(work.data['receipt'])}" for number in numbers]

    def _is_completed(self, work, known):
        """Whether the only thing that a receipt says otherwise is which order it is of."""
        before, now = known.before, work.data
        if before is None or bool(before.get("order")) == bool(now.get("order")):
            return False
        return _brought(before) == _brought(now)

    def _bind_as_sent(self, works):
        """Let receipts be known as they were sent where they were found under a key of their order."""
        for work in works:
            own = self._document_key(work.data)
            known = work.resolved["known"]
            if work.data.get("order") or known.verdict != REPEAT or work.key.startswith(own):
                continue
            self._bind_many(work, "receipt", {own: known.record}, share=True)
            self._note_at(work, [own])

    def _bind_at_order(self, work):
        """Let a receipt that came without its order be known under the keys that it has with it."""
        own = self._document_key(work.data)
        if work.data.get("order") or not work.key.startswith(own):
            return
        end = work.key[len(own) :]
        keys = [f"{key}{end}" for key in self._keys_at(work, work.resolved["order"])]
        receipt = work.resolved["receipt"].with_env(self.env)
        free = [key for key in keys if not self._meaning(work, "receipt", key)]
        if free:
            self._bind_many(work, "receipt", dict.fromkeys(free, receipt), share=True)
            self._note_at(work, free)

    def _note_at(self, work, keys):
        contents = dict.fromkeys(keys, (*self._content_of(work), work.message))
        self.env["construction.crosswalk"]._note_content(work.message.source_id, "receipt", contents)


def _brought(data):
    """What a receipt brings, whatever it calls its lines."""
    lines = [
        (Decimal(str(line["quantity"])).normalize(), line["uom"], line["condition"]) for line in data["lines"]
    ]
    return sorted(lines), bool(data.get("final"))
