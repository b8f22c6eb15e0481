# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from odoo.addons.construction_sync.lib.keys import SEPARATOR, document_key
from odoo.addons.construction_sync.models.construction_event_document import NEW, OTHER, REPEAT
from odoo.addons.construction_sync.models.construction_event_handler import REFS

from .procurement_mixin import ORDER


class ConstructionReceiptIdentityMixin(models.AbstractModel):
    """A receipt that came without its order, or under another number of it, is the one that comes with it."""

    # apart from how a receipt is corrected: which receipt it is and what it moves are two ideas
    _inherit = "construction.receipt.correction.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _know_elsewhere(self, work, known, model):
        known = super()._know_elsewhere(work, known, model)
        if known.verdict == NEW:
            known = self._know_at_order(work, known, model)
        if known.verdict == OTHER and self._is_completed(work, known):
            known.verdict = REPEAT
        return known

    def _know_at_order(self, work, known, model):
        """A receipt under the other keys of its order, the one that it names or that a buyer chose.

        Sets ``work.key``.
        """
        order = self._order_as_sent(work)
        for key in self._keys_at(work, order, ended=True) if order else ():
            found = self._know_key(work, key, model) if key != work.key else known
            # a number that the order had before may be another's by now
            if found.verdict != NEW and self._order_behind(found.record) == order:
                work.key = key
                return found
        return known

    def _order_as_sent(self, work):
        """The order that a receipt names, where it is known, or that a buyer chose for it."""
        orders = self.env["purchase.order"]
        number = work.data.get("order")
        if not number:
            chosen = work.decided(ORDER)._record()
            return chosen if chosen is not None and chosen._name == orders._name else orders
        entry = self._order_entry(work, number)
        if entry:
            return orders.browse(entry.res_id)
        return self._ref(work, "order", self._order_key(work, number), model=orders._name, required=False)

    def _keys_at(self, work, order, ended=False):
        """The keys of a receipt under all numbers by which its order is known.

        :param bool ended: also under those by which it was known before a person corrected them
        """
        current, former = self._numbers_of(work, order)
        numbers = current or [document_key(order._construction_number())]
        numbers = dict.fromkeys([*numbers, *(former if ended else ())])
        return [f"{number}{SEPARATOR}{document_key(work.data['receipt'])}" for number in numbers]

    def _numbers_of(self, work, order):
        """The numbers by which an order is known, and was before; those of a batch are read together."""
        source = work.message.source_id
        cache = self.env.context.get(REFS, {})
        slot = (source.id, "numbers of order", order.id)
        if slot not in cache:
            orders = {
                hit.id
                for (owner, kind, _key), hit in cache.items()
                if hit and (owner, kind) == (source.id, "order")
            }
            cache.update(self._read_numbers_of(source, orders | {order.id}))
        return cache[slot]

    def _read_numbers_of(self, source, ids):
        crosswalk = self.env["construction.crosswalk"].sudo()
        entries = crosswalk.search_fetch(
            crosswalk._counting_domain(source)
            & Domain(
                [
                    ("kind", "=", "order"),
                    ("res_model", "=", "purchase.order"),
                    ("res_id", "in", list(ids)),
                    "|",
                    ("valid_until", "=", False),
                    ("closed_reason", "=", "remapped"),
                ]
            ),
            ["key", "res_id", "valid_until"],
            order="is_alias, id",
        )
        found = {}
        for order_id in ids:
            mine = entries.filtered(lambda item, order_id=order_id: item.res_id == order_id)
            ended = mine.filtered("valid_until")
            found[source.id, "numbers of order", order_id] = (
                (mine - ended).mapped("key"),
                ended.mapped("key"),
            )
        return found

    def _is_completed(self, work, known):
        """Whether the only thing that a receipt says otherwise is which order it is of, or its number."""
        before, now = known.before, work.data
        if before is None or before.get("order") == now.get("order"):
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
        """Let a receipt that came without its order, or under a former number of it, be known with it."""
        own, number = self._document_key(work.data), work.data.get("order")
        as_it_is = number and self._order_key(work, number) == document_key(number)
        if as_it_is or not work.key.startswith(own):
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
