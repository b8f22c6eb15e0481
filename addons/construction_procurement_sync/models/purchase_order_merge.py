# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare
from odoo.tools.misc import formatLang

from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.lib.words import listed

MERGING = "construction_merging"
# what Odoo would propose anew for a line of another order, or of another quantity
STANDS = ("price_unit", "technical_price_unit", "discount", "date_planned", "name")


class Merging:
    """What Odoo's merge of orders does to their lines, noted while it is at work."""

    def __init__(self, orders):
        self.names = {order.id: order._construction_number() for order in orders}
        # lines of an order by hand are counted as its paper does, for they mean nothing by themselves after
        self.counted = orders.filtered(
            lambda order: not order.construction_external_key
        ).order_line._construction_next_numbers()
        self.keys = {
            line.id: (line.order_id.id, line._construction_line_key() or self.counted.get(line))
            for line in orders.order_line
        }
        # what was agreed, typed or proposed before, by line
        self.stood = {line.id: {name: line[name] for name in STANDS} for line in orders.order_line}
        # lines that stayed several because of their prices or of what they order, by order
        self.apart = {}
        self.pairs = []
        self.folded = {}
        self.deleted = []

    def fold(self, ids, line):
        """Lines that are a part of another one now."""
        self.folded.update(dict.fromkeys(ids, line.id))

    def target(self, line_id):
        """The id of the line into which a line went: itself, where it moved as a whole."""
        while line_id in self.folded:
            line_id = self.folded[line_id]
        return line_id

    def number(self, order):
        """Let the lines that an order had keep the numbers that they were counted by."""
        for line, number in self.counted.items():
            if self.keys[line.id][0] == order.id and self.target(line.id) == line.id:
                models.BaseModel.write(line.sudo(), {"construction_printed_line": number})

    def lines_of(self, order_id):
        """(line id, its key) of the lines that an order had."""
        return [(line, key) for line, (order, key) in self.keys.items() if order == order_id and key]


class PurchaseOrderMerge(models.Model):
    """What others call orders that Odoo's merge makes one."""

    # apart from the order: what is ordered and what becomes of two orders are two ideas
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    construction_merged_into_id = fields.Many2one(
        "purchase.order",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What others say of this order is taken as said of that one.",
    )
    construction_merged_ids = fields.One2many("purchase.order", "construction_merged_into_id")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_merged(self):
        """By an order that was merged away its receipts are told from those of the one that stayed.

        :raises UserError: for one of these
        """
        self.filtered(
            lambda order: order.sudo().construction_merged_into_id - self
        )._construction_check_stays_merged()

    def _construction_check_stays_merged(self):
        """:raises UserError: for an order that was merged away: what it ordered is ordered by another one"""
        for order in self.sudo():
            if order.construction_merged_into_id:
                raise UserError(
                    self.env._(
                        "%(order)s was merged into %(into)s, and what others send for it is still known by "
                        "it. Leave it cancelled.",
                        order=order.name,
                        into=order.construction_merged_into_id.name,
                    )
                )

    def action_merge(self):
        merging = Merging(self)
        result = super(PurchaseOrderMerge, self.with_context(**{MERGING: merging})).action_merge()
        self.env["purchase.order.line"].browse(merging.stood)._construction_stand_all(merging)
        for losers, survivor in merging.pairs:
            survivor.with_env(self.env)._construction_take_over(losers.with_env(self.env), merging)
            merging.number(survivor)
            survivor.with_env(self.env)._construction_tell_apart(merging)
        return result

    def _construction_tell_apart(self, merging):
        """Tell whoever merged the orders which of their lines stayed several."""
        lines = self.order_line.filtered(lambda line: line.id in merging.apart.get(self.id, ()))
        if not lines:
            return
        sentence = self.env._(
            "These lines were not made one, for they order different things, or at different prices: %s",
            listed(
                self.env,
                (
                    f"{line.name} ({line.product_qty:g} {line.product_uom_id.name}, "
                    f"{formatLang(self.env, line.price_unit, currency_obj=self.currency_id)})"
                    for line in lines
                ),
                "; ",
            ),
        )
        self.message_post(body=sentence)

    def _merge_alternative_po(self, rfqs):
        merging = _merging(self.env)
        if merging:
            merging.pairs.append((rfqs, self))
        return super()._merge_alternative_po(rfqs)

    def _construction_take_over(self, losers, merging):
        """Have what others call merged orders and their lines mean this one and its lines."""
        self.ensure_one()
        crosswalk = self.env["construction.crosswalk"].sudo()
        entries = crosswalk.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", [*losers.ids, self.id]),
                ("valid_until", "=", False),
            ]
        )
        # receipts that moved no goods are of the order itself, and are known as well
        said = [
            (item.source_id, item.kind, item.key, (item.content_hash, item.revision, item.content_message_id))
            for item in entries
            if item.res_id != self.id and item.content_hash
        ]
        entries = entries.filtered(lambda item: item.kind == "order")
        authority = self.env["construction.source"]._company_authority(self.company_id)
        sources = {
            order: entries.filtered(lambda item, order=order: item.res_id == order.id).source_id or authority
            for order in losers | self
        }
        crosswalk._merge(losers, self)
        for source, kind, key, content in said:
            crosswalk._note_content(source, kind, {key: content})
        for loser in losers.filtered(lambda order: not order.construction_external_key):
            self._construction_bind_free(authority, "order", document_key(loser.name), self)
        self._construction_take_lines(losers, sources, merging)
        losers = losers.sudo()
        (losers | losers.construction_merged_ids).write({"construction_merged_into_id": self.id})
        self.env["construction.message"]._resume_for_records(losers | self.sudo())
        self.env["construction.message"].sudo()._delay_release()

    def _construction_take_lines(self, losers, sources, merging):
        crosswalk = self.env["construction.crosswalk"].sudo()
        lines = self.env["purchase.order.line"]
        for order in losers | self:
            for line_id, key in merging.lines_of(order.id):
                line, target = lines.browse(line_id), lines.browse(merging.target(line_id))
                if order == self and line == target:
                    continue
                if line != target and line.exists():
                    crosswalk._merge(line, target)
                for source in sources[order]:
                    number = document_key(merging.names[order.id], key)
                    self._construction_bind_free(source, "order_line", number, target)
                if line == target:
                    # of two lines 1 of an order each is known by its own order's number
                    own = {"construction_external_line": False, "construction_printed_line": False}
                    models.BaseModel.write(line.sudo(), own)

    def _construction_bind_free(self, source, kind, key, record):
        """Let a key that means nothing else mean a record."""
        crosswalk = self.env["construction.crosswalk"].sudo()
        if (kind, key) not in crosswalk._current(source, {kind: {key}}, own_only=True):
            crosswalk._bind(source, kind, {key: record}, share=True)

    def _construction_part(self, wanted):
        """The order that was merged into this one and that a key means, or an empty recordset.

        It may have had other numbers before, by which it is known as well.
        """
        merged = self.sudo().construction_merged_ids
        if not merged:
            return merged
        found = merged.filtered(
            lambda order: wanted in (document_key(order._construction_number()), document_key(order.name))
        )
        if found:
            return found[:1]
        ended = (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("kind", "=", "order"),
                    ("key", "=", wanted),
                    ("res_model", "=", self._name),
                    ("res_id", "in", merged.ids),
                    ("closed_reason", "=", "merged"),
                ],
                # merged twice, it was that of the first one before
                order="id",
                limit=1,
            )
        )
        return merged.browse(ended.res_id) if ended else merged.browse()

    def write(self, vals):
        if vals.get("state", "cancel") != "cancel":
            self._construction_check_stays_merged()
        result = super().write(vals)
        if vals.get("state") == "purchase":
            for order in self.filtered(lambda found: found.sudo().construction_merged_ids):
                order._construction_announce_merged()
        return result

    def _construction_announce_merged(self):
        """Once the order is confirmed, what waits for those merged into it goes on."""
        crosswalk = self.env["construction.crosswalk"].sudo()
        entries = crosswalk.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("kind", "=", "order"),
                ("valid_until", "=", False),
            ]
        )
        for item in entries:
            self._construction_bind_free(item.source_id, "released_order", item.key, self)
        self.env["construction.message"].sudo()._delay_release()


class PurchaseOrderLineMerge(models.Model):
    # the same for the lines: they go where their order goes
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _merge_po_line(self, rfq_line):
        merging = _merging(self.env)
        if not merging:
            return super()._merge_po_line(rfq_line)
        line = self._construction_line_for(merging, rfq_line)
        if not line:
            # of another price than all that is there: a line of its own
            rfq_line.order_id = self.order_id
            merging.apart.setdefault(self.order_id.id, set()).update((self | rfq_line).ids)
            return None
        merging.fold(rfq_line.ids, line)
        result = super(PurchaseOrderLineMerge, line)._merge_po_line(rfq_line)
        line._construction_stand(merging, rfq_line)
        return result

    def _construction_line_for(self, merging, rfq_line):
        """The line into which another one goes: this, or one that Odoo folded into it.

        Odoo adds up the lines of its own order and takes the lowest price of all: those that order something
        else than this one, or at another price, are taken out of it again.
        """
        others, merging.deleted = self.browse(merging.deleted), []
        apart = others.filtered(lambda line: not self._construction_may_be_one(line, merging))
        same = others - apart
        if apart:
            quantity = self.product_qty - sum(apart.mapped("product_qty"))
            self.write({"product_qty": quantity, **merging.stood[self.id]})
            merging.apart.setdefault(self.order_id.id, set()).update((self | apart).ids)
        if same:
            self._construction_stand(merging, same)
        merging.fold(same.ids, self)
        super(PurchaseOrderLineMerge, same).unlink()  # pylint: disable=super-method-mismatch
        fits = (self | apart).filtered(lambda line: line._construction_may_be_one(rfq_line, merging))
        return fits[:1]

    def _construction_may_be_one(self, other, merging):
        """Whether two lines order the same at one price."""
        same = self._construction_ordered_thing(merging) == other._construction_ordered_thing(merging)
        return same and self._construction_same_price(other, merging)

    def _construction_ordered_thing(self, merging):
        """What a line orders beside its product: lines of which this differs are never made one.

        Odoo looks at the product only, which is a general one where an order names no item.
        """
        words = " ".join((merging.stood[self.id]["name"] or "").split()).casefold()
        coding = self.construction_job_id, self.cost_code_id, self.cost_type_id
        # a price says with its taxes what it comes to; what takes off an order is no part of what it orders
        return words, *coding, self.tax_ids, self.product_qty < 0

    def _construction_stand(self, merging, others):
        """Give a line back what it had, after Odoo proposed a price for its new quantity.

        :param others: lines that are a part of it now: where the price of one was agreed, it is of this
        """
        if (self | others).filtered("construction_agreed"):
            models.BaseModel.write(self.sudo(), {"construction_agreed": True})
        self.write(dict(merging.stood[self.id]))

    def _construction_stand_all(self, merging):
        """The same for all lines that are left: Odoo proposes a price of what goes to another order, too."""
        for line in self.exists():
            stood = merging.stood[line.id]
            other = {name: value for name, value in stood.items() if line[name] != value}
            if other and merging.target(line.id) == line.id:
                line.write(other)

    def _construction_same_price(self, other, merging):
        """Whether two lines may become one: only at one price and discount, whoever said it."""
        one, two = merging.stood[self.id], merging.stood[other.id]
        precision = self.env["decimal.precision"].precision_get
        return not any(
            float_compare(one[name], two[name], precision_digits=precision(digits))
            for name, digits in (("price_unit", "Product Price"), ("discount", "Discount"))
        )

    def unlink(self):
        merging = _merging(self.env)
        if merging:
            # into which line they go shows in the next step
            merging.deleted += self.ids
            return True
        return super().unlink()


def _merging(env):
    merging = env.context.get(MERGING)
    return merging if isinstance(merging, Merging) else None
