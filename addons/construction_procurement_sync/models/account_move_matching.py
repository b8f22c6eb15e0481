# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.lib.words import listed

from ..lib.sums import round_money
from ..lib.tolerance import CreditLine, MatchLine, breaches, credit_breaches
from ..tools import is_coded
from .account_move import BILL_TYPES


class AccountMove(models.Model):
    _inherit = "account.move"

    def _construction_evaluate(self, bank_account=None, by_hand=False):
        """Match one draft bill, and bring its holds up to date.

        A hold whose cause is gone cures itself. One that a person released stays
        released while the bill breaks the rule by no more than they saw.

        :param str bank_account: the account that the supplier's event asks payment to
        :param bool by_hand: no event is at hand; a hold for the account that one asked for stays
        :return: the open holds
        """
        self.ensure_one()
        bill = self.sudo()
        bill.env["construction.bill.guard"]._touch(bill._construction_guard_keys())
        holds = bill.construction_hold_ids
        released = holds.filtered(lambda hold: hold.state == "released")
        problems = {
            problem["rule"]: problem
            for problem in bill._construction_problems(bank_account, by_hand)
            if not any(h._construction_covers(problem) for h in released)
        }
        new = []
        for rule, problem in problems.items():
            still_open = holds.filtered(lambda h, rule=rule: h.rule == rule and h.state == "open")
            if not still_open:
                new.append({**problem, "move_id": bill.id})
            elif any(still_open[name] != problem[name] for name in ("name", "figures")):
                still_open.write(problem)
        kept = {"bank"} if by_hand and bill._construction_asked_account() else set()
        cured = holds.filtered(lambda h: h.state == "open" and h.rule not in problems and h.rule not in kept)
        if cured:
            cured.write({"state": "cured"})
        if new:
            bill.env["construction.hold"].create(new)
        still_open = bill.construction_hold_ids.filtered(lambda hold: hold.state == "open")
        if bill.construction_cleared == bool(still_open):
            # a note of ours: nothing of accounting follows from it, and its write looks at every line
            models.BaseModel.write(bill, {"construction_cleared": not still_open})
        return still_open.with_env(self.env)

    def _construction_problems(self, bank_account, by_hand=False):
        """Every rule that this bill breaks, as values of its holds."""
        problems = self._construction_duplicate_problems()
        released = self.construction_hold_ids.filtered(lambda hold: hold.state == "released")
        if problems and "duplicate" not in released.mapped("rule"):
            # what was billed before matches nothing; that is asked once the double is cleared
            return problems
        if self.move_type in BILL_TYPES:
            problems += self._construction_match_problems(by_hand)
            problems += self._construction_compliance_problems()
        else:
            problems += self._construction_credit_problems()
        if self.move_type in BILL_TYPES or self.construction_external_key:
            problems += self._construction_bank_problems(bank_account, by_hand)
        return problems

    # --- order, receipt, bill -------------------------------------------------

    def _construction_match_problems(self, by_hand=False):
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        matched = lines.filtered("purchase_line_id")
        uncoded = self._construction_uncoded_problems(lines - matched)
        if not matched and by_hand and not self._construction_needs_order():
            return uncoded
        if not matched:
            return [
                {
                    "rule": "no_order",
                    "name": self._construction_no_order_sentence(),
                    "excess": abs(self.amount_total),
                    "figures": {self.env._("billed"): self.amount_total},
                },
                *uncoded,
            ]
        freight = self._construction_charges(lines)
        policy = self.company_id._construction_match_policy(self.invoice_currency_rate or 1.0)
        digits = self.currency_id.decimal_places
        netted = list(self._construction_netted(matched))
        found = breaches(self._construction_match_lines(netted), freight, policy, digits)
        found += credit_breaches(self._construction_credit_lines(netted), digits)
        return uncoded + self._construction_item_problems(matched) + self._construction_breach_problems(found)

    def _construction_credit_problems(self):
        """What a credit note takes back beyond what was billed, and what it bills on the way."""
        matched = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.purchase_line_id
        )
        if not matched:
            return []
        digits = self.currency_id.decimal_places
        policy = self.company_id._construction_match_policy(self.invoice_currency_rate or 1.0)
        netted = list(self._construction_netted(matched))
        billed = [line for line in self._construction_match_lines(netted) if line.quantity > 0]
        found = breaches(billed, denoised(0), policy, digits) if billed else []
        found += credit_breaches(self._construction_credit_lines(netted), digits)
        return self._construction_breach_problems(found)

    def _construction_breach_problems(self, found):
        by_rule = {}
        for breach in found:
            by_rule.setdefault(breach.rule.removesuffix("_amount"), []).append(breach)
        return [self._prepare_breach_vals(rule, items) for rule, items in by_rule.items()]

    def _construction_uncoded_problems(self, lines):
        """A rebate that no order line stands behind lowers the cost of a job: somebody says of which."""
        rebates = lines.filtered(lambda row: row.price_subtotal < 0 and not row._construction_is_rounding())
        uncoded = rebates.filtered(lambda line: not is_coded(line))
        if not uncoded:
            return []
        sentence = self.env._(
            "A rebate lowers the cost of a job and a cost code: code %s, then confirm the bill again.",
            listed(self.env, (label_of(line) for line in uncoded)),
        )
        figures = {"lines": [{"line": line.name} for line in uncoded]}
        return [{"rule": "coding", "name": sentence, "excess": float(len(uncoded)), "figures": figures}]

    def _construction_no_order_sentence(self):
        named = self.env["purchase.order"]
        if self.construction_external_key and self.invoice_origin:
            # an event's bill names the one order it is of
            named = named.search(
                [("name", "=", self.invoice_origin), ("company_id", "=", self.company_id.id)], limit=1
            )
        if not named:
            return self.env._("No purchase order stands behind this bill.")
        return self.env._(
            "This bill names order %s, but none of its lines and no item on it: have the supplier's system "
            "name the lines, correct its message, or release the hold.",
            named.name,
        )

    def _construction_item_problems(self, matched):
        """A line that bills another item than its order line orders, which no buyer took in its place."""
        other = matched.filtered(
            lambda line: (
                line.product_id
                and line.product_id != line.purchase_line_id.product_id
                # what an order names without an item is any
                and not line.purchase_line_id.product_id._construction_is_direct()
            )
        )
        if not other:
            return []
        details = "; ".join(
            self.env._(
                "line %(line)s bills %(billed)s, and the order says %(ordered)s",
                line=line.construction_external_line or label_of(line),
                billed=line.product_id.display_name,
                ordered=line.purchase_line_id.product_id.display_name,
            )
            for line in other
        )
        label = dict(self.env["construction.hold"]._fields["rule"]._description_selection(self.env))["item"]
        return [
            {
                "rule": "item",
                "name": f"{label}: {details}",
                "excess": float(len(other)),
                "figures": {"lines": [{"line": line.name} for line in other]},
            }
        ]

    def _construction_needs_order(self):
        """Whether this bill, which no order stands behind, is held though a person posts it."""
        return bool(self.construction_external_key) or self.company_id.construction_hold_unordered

    def _construction_match_lines(self, netted):
        """What lines bill of each order line, beside what may be billed of it.

        :param netted: as ``_construction_netted`` gives it
        """
        result = []
        for order_line, own, mine, others, _rows in netted:
            sign, billed = order_line._construction_quantity_sign(), others.quantity
            received = order_line._construction_received_to_bill()
            with_word = order_line._construction_billable_with_word()
            amount = sum((denoised(line.price_subtotal) for line in own), denoised(0))
            amount *= -1 if self.move_type == "in_refund" else 1
            quantity = mine.quantity
            if mine.price_credit > 0 and self.reversed_entry_id.move_type == "in_refund":
                # it takes a credit of the price back, which bills nothing
                if quantity <= 0:
                    continue
                if self.currency_id == order_line.currency_id:
                    amount -= mine.price_credit
            elif quantity <= 0 < amount:
                # other credits take it all: it bills what it says, and that is no longer there
                said = sum((row.quantity for row in own._construction_as_billed()), denoised(0))
                quantity = max(quantity, said)
            result.append(
                MatchLine(
                    line=_labels(own),
                    quantity=quantity,
                    amount=amount,
                    order_price=sign * denoised(self._construction_order_price(order_line), 10),
                    available=max(received - billed, denoised(0)),
                    slack=order_line._construction_billing_slack(own),
                    with_word=None if with_word is None else max(with_word - billed, denoised(0)),
                )
            )
        return result

    def _construction_credit_lines(self, netted):
        """What lines take back of each order line, beside what is billed of it; as above."""
        result = []
        for order_line, own, mine, others, rows in netted:
            if mine.quantity < 0 or mine.paid < 0:
                result.append(
                    CreditLine(
                        line=_labels(own),
                        quantity=max(-mine.quantity, denoised(0)),
                        amount=-mine.paid,
                        billed=others.quantity,
                        billed_amount=others.paid,
                        slack=order_line._construction_billing_slack(own),
                        # each of several parts may be rounded up
                        rounding=denoised(self.currency_id.rounding) * len(_credits(rows)),
                    )
                )
        return result

    def _construction_netted(self, lines, also=None, besides=None):
        """What lines bill of each order line, and what other bills do.

        :param also: account.move that counts as billed though nothing cleared it
        :param besides: account.move that count as not billed
        :yield: (order line, these lines of it, what they come to, what others come to, their rows)
        """
        by_line = lines.grouped("purchase_line_id")
        apart = self | besides if besides else self
        rows = lines.purchase_line_id._construction_billed_rows(besides=apart, also=also)
        for order_line, own in by_line.items():
            others = order_line._construction_net(rows[order_line])
            both = order_line._construction_net(rows[order_line] + own._construction_as_billed(), own)
            yield order_line, own, both - others, others, rows[order_line]

    def _construction_order_price(self, order_line):
        # a bill's line is compared by its net amount
        price = order_line._construction_net_price()
        if order_line.currency_id == self.currency_id:
            return price
        return order_line.currency_id._convert(
            price, self.currency_id, self.company_id, self.invoice_date, round=False
        )

    def _prepare_breach_vals(self, rule, items):
        texts = {
            "service": self.env._(
                "line %(line)s: %(billed)s billed, %(expected)s confirmed as done: the buyer or the project "
                "manager says whether it was"
            ),
            "credit": self.env._("line %(line)s: %(billed)s credited, %(expected)s billed"),
            "credit_amount": self.env._("line %(line)s: %(billed)s credited, %(expected)s billed in all"),
            "price": self.env._(
                "line %(line)s: billed %(billed)s, ordered %(expected)s, tolerance %(allowed)s"
            ),
            "invoice_price": self.env._(
                "billed %(billed)s in all, ordered %(expected)s, tolerance %(allowed)s"
            ),
            "quantity": self.env._(
                "line %(line)s: %(billed)s billed, %(expected)s received and not yet billed, "
                "tolerance %(allowed)s"
            ),
            "quantity_ordered": self.env._(
                "line %(line)s: %(billed)s billed, %(expected)s ordered and not yet billed, "
                "tolerance %(allowed)s"
            ),
            "freight": self.env._(
                "%(billed)s of charges that the order does not foresee, tolerance %(allowed)s"
            ),
        }
        label = dict(self.env["construction.hold"]._fields["rule"]._description_selection(self.env))
        matched = self.invoice_line_ids.filtered("purchase_line_id").grouped("purchase_line_id")
        units = {_labels(own): order_line.product_uom_id for order_line, own in matched.items()}
        details = []
        for item in items:
            text = "quantity_ordered" if item.of_order else item.rule
            unit = units.get(item.line, self.env["uom.uom"])
            figures = {
                name: unit._construction_words(round(getattr(item, name), 6))
                if item.rule in ("quantity", "service", "credit")
                else self.currency_id.format(float(getattr(item, name)))
                for name in ("billed", "expected", "allowed")
            }
            details.append((texts[text] % {"line": item.line, **figures}, {"line": item.line, **figures}))
        digits = self.currency_id.decimal_places
        amount = sum(round_money(item.amount, digits) for item in items)
        return {
            "rule": rule,
            "name": f"{label[rule]}: " + "; ".join(text for text, figures in details),
            "excess": float(sum(item.excess for item in items)),
            "figures": {"lines": [figures for text, figures in details], "amount": float(amount)},
        }

    # --- the supplier ---------------------------------------------------------

    def _construction_bank_problems(self, bank_account, by_hand=False):
        partner = self.commercial_partner_id
        asked = not partner._construction_knows_account(bank_account)
        partner._construction_ask_unconfirmed()
        if not partner.construction_bank_hold and not asked:
            return []
        number = bank_account or self.construction_asked_bank_id.acc_number
        figures = {
            "asked": asked,
            "accounts": [partner._construction_account_mark(bank_account)],
            "account": partner._construction_number_words(number) if number else "",
        }
        if by_hand and self._construction_asked_account():
            # no event is at hand to say again what it asked for
            figures = self._construction_asking_hold().figures
        sentence = self._construction_bank_sentence(figures["asked"], figures.get("account"))
        return [{"rule": "bank", "name": sentence, "excess": 1.0, "figures": figures}]

    def _construction_bank_sentence(self, asked, account):
        """:param asked: whether payment is asked to an account that the supplier does not have
        :param account: the account to which it is asked, in words
        """
        partner, sentences = self.commercial_partner_id, []
        words = {"account": account, "supplier": partner.display_name}
        if partner.construction_bank_hold:
            sentences.append(
                self.env._("The bank details of %s have changed and are not confirmed.", partner.display_name)
            )
        if asked and account:
            sentences.append(
                self.env._(
                    "The bill asks for payment to account %(account)s, which %(supplier)s did not have "
                    "before.",
                    **words,
                )
            )
        elif asked:
            sentences.append(
                self.env._(
                    "The bill asks for payment to an account that %(supplier)s did not have before.", **words
                )
            )
        elif account:
            sentences.append(self.env._("The bill asks for payment to account %(account)s.", **words))
        return " ".join(sentences)

    def _construction_asking_hold(self):
        """The hold of a bill whose event asked for payment to an account that was not its supplier's."""
        return self.construction_hold_ids.filtered(
            lambda hold: hold.state == "open" and hold.rule == "bank" and (hold.figures or {}).get("asked")
        )

    def _construction_asked_account(self):
        """Whether an event asked for payment to an account that its supplier still does not have."""
        hold = self._construction_asking_hold()
        if not hold:
            return False
        partner = self.commercial_partner_id
        numbers = partner._construction_bank_accounts().mapped("acc_number")
        known = {partner._construction_account_mark(number) for number in numbers}
        return not known.issuperset(hold.figures.get("accounts", ()))

    def _construction_compliance_problems(self):
        self.ensure_one()
        partner = self.sudo().commercial_partner_id
        lapsed = partner._construction_lapsed(self.company_id, self._construction_authors)
        if not lapsed:
            return []
        return [
            {
                "rule": "compliance",
                "name": partner._construction_lapsed_sentence(lapsed),
                "excess": len(lapsed),
                "figures": {"documents": lapsed.ids},
            }
        ]


def _credits(rows):
    """The documents of these rows that credit something."""
    return {row.document for row in rows if row.quantity < 0 or row.amount < 0}


def _labels(lines):
    return ", ".join(line.construction_external_line or label_of(line) for line in lines)


def label_of(line):
    """What a person knows a line by that no event numbered."""
    return (line.name or line.product_id.display_name or str(line.sequence)).splitlines()[0][:60]
