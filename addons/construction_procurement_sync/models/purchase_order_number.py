# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.errors import DuplicateFound
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work

ORDER_KINDS = ("order", "released_order")
OPEN = ("draft", "sent", "purchase")


class PurchaseOrderNumber(models.Model):
    """What others know an order and its lines by: the numbers printed when it is confirmed."""

    # apart from the order: what is ordered and what others call it are two ideas
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "New") == "New":
                vals["name"] = self._construction_next_number(vals)
        return super().create(vals_list)

    @api.model
    def _construction_next_number(self, vals):
        """The next number of the sequence that no source uses for an order of its own."""
        company = vals.get("company_id") or self.default_get(["company_id"])["company_id"]
        date = vals.get("date_order")
        day = date and fields.Datetime.context_timestamp(self, fields.Datetime.to_datetime(date))
        sequence = self.with_company(company).env["ir.sequence"]
        while True:
            number = sequence.next_by_code("purchase.order", sequence_date=day or None)
            if not number or not self._construction_uses(company, [document_key(number)]):
                return number or "/"

    @api.model
    def _construction_uses(self, company_id, keys):
        """What sources of a company, its own numbers among them, call by these numbers."""
        return (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("kind", "=", "order"),
                    ("key", "in", list(keys)),
                    ("valid_until", "=", False),
                    ("company_id", "=", company_id),
                ]
            )
        )

    def write(self, vals):
        if vals.get("name"):
            self._construction_check_number(vals["name"])
        result = super().write(vals)
        if vals.get("state") == "purchase":
            self.order_line._construction_print_numbers()
        if vals.get("state") == "purchase" or vals.get("name"):
            self._construction_announce()
        if not at_work(self.env) and (vals.get("state") in OPEN or vals.get("locked") is False):
            self._construction_reopened()
        return result

    def _construction_check_number(self, name):
        """:raises UserError: when an order would get a number by which another is known"""
        renamed = self.sudo().filtered(lambda order: order._construction_is_renamed_to(name))
        if len(renamed) > 1:
            raise UserError(
                self.env._(
                    "%(orders)s cannot bear one number: nobody could tell which one %(number)s means.",
                    orders=listed(self.env, renamed.mapped("name")),
                    number=name,
                )
            )
        for entry in self._construction_uses(renamed.company_id.id, [document_key(name)]) if renamed else ():
            if (entry.res_model, entry.res_id) != (renamed._name, renamed.id):
                renamed._construction_refuse_number(name, entry)

    def _construction_is_renamed_to(self, name):
        """Whether this would give an order, which others know, a number that they take for its own."""
        if self.name == name:
            return False
        if not self.construction_external_key:
            return self.state == "purchase"
        # its source says what it is called, and may call it what another source calls another one
        own = document_key(name) == document_key(self.construction_external_key)
        return self.state != "cancel" and not own and not at_work(self.env)

    def _construction_refuse_number(self, name, entry):
        raise UserError(
            self.env._(
                "%(number)s is the number of another order for %(system)s: %(record)s. Receipts and bills "
                "that name it would be taken for that one: give this order another number.",
                number=name,
                system=entry.source_id.name,
                record=entry.record_name,
            )
        )

    def _construction_reopened(self):
        """Let go on what was stopped because these orders were cancelled, or locked by a person."""
        references = [f"{self._name},{order.id}" for order in self]
        items = self.env["construction.exception"].sudo()._about(references)
        items = items.filtered(lambda item: item.cause_key.startswith(("cancelled:", "locked:")))
        if items.blocked_ids:
            items.blocked_ids._requeue(
                self.env._(
                    "%(orders)s: put right by %(user)s",
                    orders=listed(self.env, self.mapped("name")),
                    user=self.env.user.name,
                )
            )

    def _construction_number(self):
        """The number by which others know the order."""
        self.ensure_one()
        return self.construction_external_key or self.name

    def _construction_is_numbered_here(self):
        """Whether the company's own numbers say what this order is called.

        They do for one that was born here, once it is confirmed, and for one from an event since a
        person gave it another number than its source has for it.
        """
        if not self.construction_external_key:
            return self.state == "purchase"
        same = document_key(self.name) == document_key(self.construction_external_key)
        return self.state != "cancel" and not same

    def _construction_announce(self):
        """Let every source know orders by the numbers that were given here."""
        for company, orders in (
            self.sudo()
            .filtered(lambda order: order._construction_is_numbered_here())
            .grouped("company_id")
            .items()
        ):
            authority = self.env["construction.source"]._company_authority(company)
            crosswalk = self.env["construction.crosswalk"].sudo()
            named = {}
            for order in orders:
                named.setdefault(document_key(order.name), order)
            for kind in ORDER_KINDS:
                known = crosswalk._contents(authority, kind, named)
                for key, entry in known.items():
                    if entry.res_id != named[key].id:
                        named[key]._construction_refuse_number(named[key].name, entry)
                new = {
                    key: order
                    for key, order in named.items()
                    if key not in known and (kind == "order" or order.state == "purchase")
                }
                if new:
                    # renamed, it is known by the number that was printed as well
                    crosswalk._bind(authority, kind, new, share=True)
            orders._construction_tell_same_number()
            self._construction_wake(named)

    def _construction_tell_same_number(self):
        """Tell the buyer of an order that its number means another one, too."""
        named = {}
        for order in self:
            named.setdefault(document_key(order.name), []).append(order)
        for item in self._construction_uses(self.company_id.id, named):
            for order in named[item.key]:
                if (item.res_model, item.res_id) != (self._name, order.id):
                    order._construction_tell_other(item)

    def _construction_tell_other(self, item):
        other = self.env[item.res_model].sudo().browse(item.res_id).exists()
        error = DuplicateFound(
            self.env._(
                "Order %(order)s with %(supplier)s bears the number of another order of %(system)s, with "
                "%(other)s: what names it is told apart by supplier, job and lines, or asked about. Cancel "
                "it and order anew under another number, or tell both suppliers which is which.",
                order=self.name,
                supplier=self.partner_id.display_name,
                system=item.source_id.name,
                other=other.partner_id.display_name if other._name == self._name else "?",
            ),
            cause_key=f"same_number:{item.key}:{item.source_id.code}",
            severity="medium",
            job=self.order_line.construction_job_id[:1],
            partner=self.partner_id,
            record=self,
            owner=self._construction_buyer(),
        )
        self.env["construction.exception"].sudo()._open(self.company_id, error)

    def _construction_wake(self, keys):
        waiting = (
            self.env["construction.message"]
            .sudo()
            .search_count(
                [
                    ("wait_kind", "in", ORDER_KINDS),
                    ("wait_key", "in", list(keys)),
                    ("state", "in", ("waiting", "exception")),
                ],
                limit=1,
            )
        )
        if waiting:
            self.env["construction.message"]._delay_release()


class PurchaseOrderLineNumber(models.Model):
    # the same for the lines: they are numbered when their order is
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    construction_printed_line = fields.Char(
        string="No.",
        readonly=True,
        copy=False,
        help="Number of the line on the confirmed order. It stays, whatever becomes of other lines.",
    )
    construction_substitute_for_id = fields.Many2one(
        "purchase.order.line",
        string="Substitute for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    construction_substitute_qty = fields.Float(
        string="Taken off the Line",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What the substitute took off the line that it stands for, in the unit of that line, as "
        "long as the sender's order does not know of it.",
    )
    construction_substitute_ids = fields.One2many(
        "purchase.order.line", "construction_substitute_for_id", string="Substitutes"
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.order_id.state == "purchase")._construction_print_numbers()
        return lines

    def _construction_print_numbers(self):
        """Number the lines of confirmed orders that have no number yet, after those that have."""
        printed = self._fields["construction_printed_line"]
        for line, number in self._construction_next_numbers().items():
            # a note of ours: nothing of the order follows from it, and a write looks at every line
            printed.write(line, number)

    def _construction_next_numbers(self):
        """The numbers of lines that have none yet: {line: number}."""
        numbers = {}
        for order, lines in self.filtered(lambda line: not line.display_type).grouped("order_id").items():
            given = [line.construction_printed_line or "0" for line in order.order_line]
            last = max((int(number) for number in given if number.isdigit()), default=0)
            new = lines.filtered(lambda line: not line.construction_printed_line)
            for number, line in enumerate(new.sorted(lambda row: (row.sequence, row.id)), last + 1):
                numbers[line] = str(number)
        return numbers

    def _construction_line_key(self):
        """What others call the line: its own key, or for a line born here the printed number."""
        self.ensure_one()
        return self.construction_external_line or self.construction_printed_line
