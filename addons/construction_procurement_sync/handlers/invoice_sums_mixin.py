# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, models

from odoo.addons.construction_sync.errors import InvalidData
from odoo.addons.construction_sync.lib.words import listed

from ..errors import Variance
from ..lib.sums import (
    ZERO,
    Part,
    Stated,
    SumLine,
    is_tax_plain,
    shown,
    tax_shares,
    wrong_sums,
)
from ..models.account_move_stated import ROUNDING

PER_LINE = "round_per_line"


class ConstructionInvoiceSumsMixin(models.AbstractModel):
    """The figures of an invoice: do they add up, and how does a bill come to just these."""

    # apart from reading lines: what is billed and what it comes to are two ideas
    _inherit = "construction.invoice.mixin"  # pylint: disable=consider-merging-classes-inherited

    # --- reading --------------------------------------------------------------

    def _read_stated(self, work):
        """:return: lib.sums.Stated"""
        data = work.data
        net_total, tax_total, total, rounding = (
            self._decimal(data.get(name) or 0, f"/{name}")
            for name in ("net_total", "tax_total", "total", "rounding")
        )
        return Stated(
            lines=[self._read_sum_line(line, f"/lines/{n}") for n, line in enumerate(data["lines"])],
            net_total=net_total,
            tax_total=tax_total,
            total=total,
            parts=[
                Part(
                    sign * self._decimal(part["amount"], f"{pointer}/amount"),
                    self._decimal(part.get("tax_percent") or 0, f"{pointer}/tax_percent"),
                )
                for sign, part, pointer in self._parts(data)
            ],
            rounding=rounding,
        )

    def _read_sum_line(self, line, pointer):
        def number(name, default=0):
            return self._decimal(line.get(name) or default, f"{pointer}/{name}")

        def added(name):
            return sum(
                (
                    self._decimal(part["amount"], f"{pointer}/{name}/{index}/amount")
                    for index, part in enumerate(line.get(name) or ())
                ),
                ZERO,
            )

        return SumLine(
            line["line"],
            self._quantity(line["quantity"], f"{pointer}/quantity"),
            number("unit_price"),
            number("amount"),
            number("tax_percent"),
            base_quantity=number("price_base_quantity", 1),
            discount=number("discount"),
            allowances=added("allowances"),
            charges=added("charges"),
        )

    def _parts_words(self, line, currency):
        """What a line comes to beside its quantity and price, for who reads the bill; empty for most."""

        def money(value, sign=1):
            return currency.format(sign * float(self._decimal(value)))

        rows = []
        if self._decimal(line.get("discount") or 0):
            rows.append(self.env._("discount %s", money(line["discount"], -1)))
        for name, sign in (("allowances", -1), ("charges", 1)):
            rows += [f"{part['reason']} {money(part['amount'], sign)}" for part in line.get(name) or ()]
        base = line.get("price_base_quantity")
        if base and self._decimal(base) != 1:
            price = self.env._("%(price)s for %(quantity)s", price=money(line["unit_price"]), quantity=base)
        elif rows:
            price = self.env._("price %s", money(line["unit_price"]))
        else:
            return ""
        return "; ".join([price, *rows])

    def _parts(self, data):
        """(sign, part, pointer) of what is charged or allowed on the document as a whole."""
        for name, sign in (("charges", 1), ("allowances", -1)):
            for number, part in enumerate(data.get(name) or ()):
                yield sign, part, f"/{name}/{number}"

    def _check_sums(self, work, supplier, currency):
        """Read what the invoice states.

        A line whose amount is not what its quantity and price come to is taken as it is stated: its bill
        says so, and is held.

        :return: (lib.sums.Stated, the faults that are taken)
        :raises InvalidData: when its totals do not follow from its lines
        """
        digits = currency.decimal_places
        stated = self._read_stated(work)
        faults = wrong_sums(stated, digits)
        if all(fault.is_taken(digits) for fault in faults):
            return stated, faults
        label = {
            "line": self.env._("the amount of line %s"),
            "net_total": self.env._("the net total"),
            "tax_total": self.env._("the tax"),
            "total": self.env._("the total"),
        }
        named = {
            label[fault.what] % fault.line if fault.line else label[fault.what]: fault for fault in faults
        }
        raise InvalidData(
            self.env._(
                "Invoice %(invoice)s does not add up: %(faults)s.",
                invoice=work.data["invoice"],
                faults=listed(
                    self.env,
                    (
                        self.env._(
                            "%(what)s says %(stated)s, but it is %(computed)s",
                            what=what,
                            stated=currency.format(float(fault.stated)),
                            computed=currency.format(float(fault.computed)),
                        )
                        for what, fault in named.items()
                    ),
                    "; ",
                ),
            ),
            cause_key=f"sum:{self._work_key(work)}",
            job=work.job,
            partner=supplier,
            figures={
                what: " ≠ ".join(currency.format(float(amount)) for amount in (fault.stated, fault.computed))
                for what, fault in named.items()
            },
        )

    # --- the bill -------------------------------------------------------------

    def _prepare_stated_vals(self, work, stated, faults):
        """What the supplier states beside the lines, for the bill to show."""
        quantities = {line.line: line.quantity for line in stated.lines}
        return {
            "construction_prepaid": float(self._decimal(work.data.get("prepaid") or 0)),
            "construction_rounding": float(stated.rounding - stated.rounded_within),
            "construction_misstated": [
                {
                    "line": fault.line,
                    "stated": str(fault.stated),
                    "computed": str(fault.computed),
                    "quantity": str(quantities[fault.line]),
                }
                for fault in faults
            ]
            or False,
        }

    def _prepare_figures(self, work, stated, currency):
        """Values of what each line, then each part, comes to: quantity, price, discount, tax.

        Where the stated tax is not the one that Odoo computes either way, each row bears its share of it.
        """
        digits = currency.decimal_places
        exact = self.env.company.tax_calculation_rounding_method != PER_LINE
        rows = [*(shown(line, digits, exact) for line in stated.lines), *map(_as_one, stated.parts)]
        plain = is_tax_plain(stated.tax_total, stated.taxed, digits)
        shares = None if plain else tax_shares(stated.tax_total, stated.taxed, digits)
        found = []
        for number, row in enumerate(rows):
            vals = {
                "quantity": float(row.quantity),
                "price_unit": float(row.unit_price),
                "discount": float(row.discount),
            }
            percent = stated.taxed[number].tax_percent
            tax = self._tax(work, percent, self._figure_pointer(work, number))
            vals["tax_ids"] = [Command.set(tax.ids)]
            if tax and tax.price_include:
                vals["price_unit"] *= float(1 + percent / 100)
            if shares and tax and tax.amount_type == "percent" and not tax.children_tax_ids:
                amounts = {"tax_amount_currency": float(shares[number])}
                vals["extra_tax_data"] = {
                    "manual_tax_amounts": {str(tax.id): amounts},
                    "currency_id": currency.id,
                    **{name: vals[name] for name in ("price_unit", "discount", "quantity")},
                }
            found.append(vals)
        return found

    def _figure_pointer(self, work, number):
        lines = work.data["lines"]
        if number < len(lines):
            return f"/lines/{number}"
        return [pointer for _sign, _part, pointer in self._parts(work.data)][number - len(lines)]

    def _prepare_part_lines(self, work, order, figures):
        """Lines of what is charged or allowed on the document: no goods, and of no order line."""
        unit = self._standard("uom.uom", "uom.product_uom_unit")
        cost_type = self._cost_type(work, None)
        for (_sign, part, pointer), vals in zip(self._parts(work.data), figures, strict=True):
            # its key is where it stands: no line of a supplier is called so
            line = {**part, "line": pointer.strip("/"), "description": part["reason"]}
            yield {
                "display_type": "product",
                "construction_external_line": line["line"],
                "name": part["reason"],
                "product_id": self._product(work, None, unit, cost_type).id,
                "product_uom_id": unit.id,
                "analytic_distribution": self._unordered_coding(work, order, line, pointer),
                **vals,
            }

    def _prepare_rounding_line(self, amount):
        return {
            "display_type": "product",
            "construction_external_line": ROUNDING,
            "name": self.env._("Rounding"),
            "quantity": 1.0,
            "price_unit": float(amount),
            "discount": 0.0,
            "tax_ids": [Command.clear()],
        }

    def _check_total(self, work, bill):
        """:raises Variance: when a bill would not come to what the invoice states"""
        stated = self._read_stated(work)
        compared = {
            self.env._("net"): (stated.net_total + stated.rounded_within, bill.amount_untaxed),
            self.env._("tax"): (stated.tax_total, bill.amount_tax),
            self.env._("total"): (stated.total, bill.amount_total),
        }
        other = {
            what: f"{bill.currency_id.format(float(said))} ≠ {bill.currency_id.format(comes_to)}"
            for what, (said, comes_to) in compared.items()
            if bill.currency_id.compare_amounts(comes_to, float(said))
        }
        if not other:
            return
        raise Variance(
            self.env._(
                "Invoice %(invoice)s totals %(stated)s, but its bill would total %(computed)s. "
                "Check the taxes of its lines.",
                invoice=bill._construction_label(),
                stated=bill.currency_id.format(float(stated.total)),
                computed=bill.currency_id.format(bill.amount_total),
            ),
            cause_key=f"total:{self._work_key(work)}",
            job=work.job,
            partner=bill.partner_id,
            figures=other,
        )


def _as_one(part):
    return shown(SumLine("", ZERO, ZERO, part.amount))
