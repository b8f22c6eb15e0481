# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain

from odoo.addons.construction_sync.errors import Candidate, Choice, Undecided
from odoo.addons.construction_sync.lib.keys import document_key, numbered
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import REFS

from .named_line_mixin import OrderRows

WHICH = "which_order"
UNREAD = object()


class ConstructionOrderNumberMixin(models.AbstractModel):
    """Which order a number means, where it means several.

    A number means several orders where a person called one another document under the same number, or
    where a source uses a number that the company gave to an order of its own. What tells them apart
    (supplier, job, currency, lines) finds the one that is meant; else a person says so. It is never the
    first one by itself.
    """

    # apart from what the handlers share: reading an event and telling orders apart are two ideas
    _inherit = "construction.procurement.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _order_entry(self, work, number):
        """The crosswalk entry of the order that is meant, or None where the number means one order at most.

        :raises Undecided: when nothing tells the orders of a number apart, until a person says which
        """
        if self._document_kind == "order" and work.apart:
            # an order of its own under a number that was sent before for one that a person corrected
            found = self._number_apart(work)
            return self._entry(work, numbered(self._document_key(work.data), found)) if found else None
        key = self._order_key(work, number)
        entries = self._entries_meant(work, key)
        if self._document_kind == "order":
            # what a source says of its order is said of its own
            plain = next((item for item in entries if item.key == key), None)
            entries = [item for item in entries if item == plain or item.key != key]
        by_order = {}
        for item in entries:
            by_order.setdefault(item.res_id, item)
        orders = self.env["purchase.order"].browse(by_order).exists()
        if len(orders) < 2:
            # none but a further one bears the number: nothing else is meant by it
            found = by_order.get(orders.id)
            return (
                found if found and found.key != key and not self._object_known(work, "order", key) else None
            )
        order = self._order_meant(work, orders, by_order, key)
        if not order:
            raise self._ask_which_order(work, orders, number)
        return by_order[order.id]

    def _order_key(self, work, number):
        """The key under which the order of a number is known: its own, or the one that a person gave it."""
        key = document_key(number)
        return key if self._entries_of_number(work, key) else self._key_as_corrected(work, "order", key)

    def _part_of(self, work, order):
        """The order that a message names, where it was merged into this one; else an empty recordset.

        To its sender it is still an order of its own.
        """
        number = work.data.get("order")
        if not number or not order.sudo().construction_merged_ids:
            return order.browse()
        key = self._order_key(work, number)
        mine = (item.key for item in self._entries_meant(work, key) if item.res_id == order.id)
        return order._construction_part(next(mine, key))

    def _entries_meant(self, work, key):
        """All that a number may mean: also the order that a person corrected, as long as none but further
        ones bear the number by which its sender still calls it.
        """
        entries = self._entries_of_number(work, key)
        if not entries or any(item.key == key for item in entries):
            return entries
        message = self._corrected_from(work, "order", key)[:1]
        former = message and message._present_key()
        return [*(i for i in self._entries_of_number(work, former) if i.key == former), *entries]

    def _entries_of_number(self, work, key):
        """All that a number means for a source, in the order in which its keys answer.

        The numbers of a batch are read together.
        """
        source = work.message.source_id
        cache = self.env.context.get(REFS, {})
        slot = (source.id, "orders of number", key)
        found = cache.get(slot, UNREAD)
        if found is UNREAD:
            keys = {name for owner, kind, name in cache if (owner, kind) == (source.id, "order")} | {key}
            by_key = self._read_numbers(source, keys)
            for name in keys:
                cache[(source.id, "orders of number", name)] = by_key.get(name, [])
            found = by_key.get(key, [])
        return found

    def _read_numbers(self, source, keys):
        crosswalk = self.env["construction.crosswalk"].sudo()
        rank = crosswalk._counting_ranks(source)
        base = {name: name for name in keys} | {numbered(name, 2): name for name in keys}
        by_key = {}
        number = 2
        while base:
            items = crosswalk.search_fetch(
                crosswalk._counting_domain(source)
                & Domain(
                    [
                        ("kind", "=", "order"),
                        ("key", "in", list(base)),
                        ("res_model", "=", "purchase.order"),
                        ("valid_until", "=", False),
                    ]
                ),
                ["source_id", "key", "res_id", "content_hash"],
            )
            number += 1
            further = {}
            for item in items.sorted(lambda entry: (rank[entry.source_id.id], entry.key)):
                by_key.setdefault(base[item.key], []).append(item)
                if item.key == numbered(base[item.key], number - 1):
                    further[numbered(base[item.key], number)] = base[item.key]
            base = further
        return by_key

    def _order_meant(self, work, orders, by_order, key):
        """The one of several orders that is meant, or None."""
        chosen = work.decided(WHICH)._record()
        if chosen is not None and chosen._name == orders._name and chosen.id in orders.ids:
            return orders.browse(chosen.id)
        known = self._order_said_before(work, orders, by_order)
        if known:
            return known
        fits = orders.filtered(lambda order: self._fits_order(work, order))
        if len(fits) == 1:
            return fits
        own = orders.browse(next(iter(by_order)))
        if own in fits and all(item.key == key for item in by_order.values()):
            # two systems used one number: each means its own by it
            return own
        return None

    def _order_said_before(self, work, orders, by_order):
        """The order that this message made or changed before, or that says just the same."""
        if self._document_kind != "order":
            return None
        links = work.message.sudo().record_ids.filtered(lambda link: link.res_model == orders._name)
        mine = orders.filtered(lambda order: order.id in links.mapped("res_id"))
        said = self._content_of(work)[0]
        mine = mine or orders.filtered(lambda order: by_order[order.id].content_hash == said)
        return mine if len(mine) == 1 else None

    # --- known by another number ------------------------------------------------------

    def _is_other_number(self, work, order):
        """Whether a message calls an order from an event by another number than that event did.

        A person renamed it here; what is said under the new number counts revisions of its own.
        """
        own = order.construction_external_key
        return bool(own) and not work.former and self._work_key(work) != document_key(own)

    def _applied_revision(self, work, order, entry):
        """The revision at which an order stands under the number by which a message calls it."""
        if entry and self._is_other_number(work, order):
            return entry.revision
        if not order:
            return None
        # what waits, or was turned down, came all the same
        return max([order.construction_revision, *order.sudo().construction_change_ids.mapped("revision")])

    # --- telling apart ----------------------------------------------------------------

    def _fits_party(self, work, order):
        """Whether supplier, job and currency that a message names, if any, are those of an order."""
        data = work.data
        supplier = self._ref_of(work, "supplier", "res.partner")
        if supplier and supplier.commercial_partner_id != order.partner_id.commercial_partner_id:
            return False
        jobs = order.construction_order_job_id or order.order_line.construction_job_id
        job = self._ref_of(work, "job", "project.project")
        if job and jobs and job not in jobs:
            return False
        return not data.get("currency") or data["currency"] == order.currency_id.name

    def _fits_order(self, work, order):
        """Whether nothing that a message names contradicts that it speaks of an order."""
        if not self._fits_party(work, order):
            return False
        if self._document_kind == "order":
            return True
        rows = OrderRows(order)
        return order.state != "cancel" and all(
            self._fits_line(work, rows, line) for line in work.data.get("lines", ())
        )

    def _fits_line(self, work, rows, line):
        named = rows.rows.browse()
        if line.get("order_line"):
            named = self._named_line(work, rows, line["order_line"])
        item = line.get("item")
        product = item and self._ref(work, "item", item, model="product.product", required=False)
        if not product:
            return bool(named) or not line.get("order_line")
        if named:
            products = (named | named.construction_substitute_ids).product_id
        else:
            products = rows.products
        return product in products or any(found._construction_is_direct() for found in products)

    def _ask_which_order(self, work, orders, number):
        fits = orders.filtered(lambda order: self._fits_order(work, order)) or orders
        words = {
            order: self.env._(
                "%(supplier)s, job %(job)s",
                supplier=order.partner_id.display_name,
                job=order.order_line.construction_job_id[:1].display_name or "-",
            )
            for order in orders
        }
        return Undecided(
            self.env._(
                "%(what)s names order %(number)s, which may be any of these: %(orders)s. Choose the one that "
                "is meant.",
                what=self._words_of(work),
                number=number,
                orders=listed(self.env, (f"{order.name} ({words[order]})" for order in orders), "; "),
            ),
            cause_key=f"{WHICH}:{self._document_kind}:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=WHICH,
            choices=[
                Choice(
                    WHICH,
                    self.env._("It is of"),
                    self._document_groups,
                    needs="record",
                    model="purchase.order",
                )
            ],
            candidates=[Candidate(order, words[order]) for order in [*fits, *(orders - fits)]],
            job=work.job,
            record=orders,
        )
