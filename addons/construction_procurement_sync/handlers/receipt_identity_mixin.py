# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from odoo.addons.construction_sync.errors import InvalidData
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
        order, found = self._order_as_sent(work), {}
        for key in self._keys_at(work, order, ended=True) if order else ():
            item = self._know_key(work, key, model) if key != work.key else known
            # a number that the order had before may be another's by now
            if item.verdict != NEW and self._order_behind(item.record) == order:
                found[key] = item
        if not found:
            return known
        # several where orders were merged, and the receipt came without its order
        same = (key for key, item in found.items() if self._is_same(work, item))
        work.key = next(same, next(iter(found)))
        return found[work.key]

    def _is_same(self, work, known):
        return known.verdict == REPEAT or self._is_completed(work, known)

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

        Orders that were merged here are still several to their sender: the numbers of the one that is
        named are meant, or those of all where none is.

        :param bool ended: also under those by which it was known before a person corrected them
        """
        current, former = self._numbers_of(work, order)
        numbers = current or [document_key(order._construction_number())]
        numbers = dict.fromkeys([*numbers, *(former if ended else ())])
        if work.data.get("order") and order.sudo().construction_merged_ids:
            part = self._part_of(work, order)
            numbers = [number for number in numbers if order._construction_part(number) == part]
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
            if self._meaning(work, "receipt", own):
                continue
            self._bind_many(work, "receipt", {own: known.record}, share=True)
            self._note_at(work, [own])

    def _claim(self, works):
        """Of a receipt that came without its order, and may be of each of some merged ones, let the first
        that comes with its order be the one: what comes of the others is another receipt.
        """
        claimed = set()
        for work in works:
            known = work.resolved["known"]
            if known.verdict != REPEAT or not work.data.get("order") or not known.before:
                continue
            order = self._order_behind(known.record)
            if known.before.get("order") or not order.sudo().construction_merged_ids:
                continue
            if known.record in claimed:
                raise InvalidData(self.env._("Two deliveries of one order in one batch."))
            claimed.add(known.record)
            mine = self._keys_at(work, order, ended=True)
            bare = document_key(None, "")
            for entry in self._receipts_of(order):
                same = (entry.res_model, entry.res_id) == (known.record._name, known.record.id)
                if same and entry.key not in mine and not entry.key.startswith(bare):
                    self._forget_document(work, entry, "renewed")

    def _bind_at_order(self, work):
        """Let a receipt that came without its order, or under a former number of it, be known with it."""
        own, number = self._document_key(work.data), work.data.get("order")
        order = work.resolved["order"]
        bearing = self._entries_of_number(work, document_key(number)) if number else ()
        as_it_is = any(item.res_id == order.id for item in bearing)
        if as_it_is or not work.key.startswith(own):
            return
        end = work.key[len(own) :]
        keys = [f"{key}{end}" for key in self._keys_at(work, order)]
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
