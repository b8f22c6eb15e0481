# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import models

from ..lib import duplicates
from ..lib.tolerance import MatchLine, breaches
from ..tools import decimal


class AccountMove(models.Model):
    _inherit = "account.move"

    def _construction_evaluate(self, bank_account=None):
        """Match one draft bill, and bring its holds up to date.

        A hold whose cause is gone cures itself. One that a person released stays
        released while the bill breaks the rule by no more than they saw.

        :param str bank_account: the account that the supplier asks payment to
        :return: the open holds
        """
        self.ensure_one()
        problems = {problem["rule"]: problem for problem in self._construction_problems(bank_account)}
        holds = self.construction_hold_ids
        new = []
        for rule, problem in problems.items():
            ours = holds.filtered(lambda hold, rule=rule: hold.rule == rule)
            released = ours.filtered(lambda hold: hold.state == "released")
            if any(problem["excess"] <= hold.excess for hold in released):
                continue
            still_open = ours.filtered(lambda hold: hold.state == "open")
            if not still_open:
                new.append({**problem, "move_id": self.id})
            elif still_open.name != problem["name"]:
                still_open.write(problem)
        cured = holds.filtered(lambda hold: hold.state == "open" and hold.rule not in problems)
        if cured:
            cured.write({"state": "cured"})
        if new:
            self.env["construction.hold"].create(new)
        still_open = self.construction_hold_ids.filtered(lambda hold: hold.state == "open")
        if self.construction_cleared == bool(still_open):
            self.construction_cleared = not still_open
        return still_open

    def _construction_problems(self, bank_account):
        """Every rule that this bill breaks, as values of its holds."""
        problems = self._construction_duplicate_problems()
        released = self.construction_hold_ids.filtered(lambda hold: hold.state == "released")
        if problems and "duplicate" not in released.mapped("rule"):
            # what was billed before matches nothing; that is asked once the double is cleared
            return problems
        if self.move_type == "in_invoice":
            problems += self._construction_match_problems()
        problems += self._construction_bank_problems(bank_account)
        return problems

    # --- order, receipt, bill -------------------------------------------------

    def _construction_match_problems(self):
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        matched = lines.filtered("purchase_line_id")
        if not matched:
            return [
                {
                    "rule": "no_order",
                    "name": self.env._("No purchase order stands behind this bill."),
                    "excess": abs(self.amount_total),
                    "figures": {self.env._("billed"): self.amount_total},
                }
            ]
        freight = sum((decimal(line.price_subtotal) for line in lines - matched), decimal(0))
        policy = self.company_id._construction_match_policy(self.invoice_currency_rate or 1.0)
        found = breaches(
            self._construction_match_lines(matched),
            freight,
            policy,
            self.currency_id.decimal_places,
        )
        by_rule = {}
        for breach in found:
            by_rule.setdefault(breach.rule, []).append(breach)
        return [self._prepare_breach_vals(rule, items) for rule, items in by_rule.items()]

    def _construction_match_lines(self, lines):
        order_lines = lines.purchase_line_id
        billed = order_lines._construction_taken(besides=self)
        available = {line: decimal(line.qty_received) - billed[line] for line in order_lines}
        result = []
        for line in lines:
            order_line = line.purchase_line_id
            quantity = decimal(
                line.product_uom_id._compute_quantity(line.quantity, order_line.product_uom_id, round=False)
            )
            amount = decimal(line.price_subtotal)
            result.append(
                MatchLine(
                    line=line.construction_external_line or str(line.id),
                    quantity=quantity,
                    price=amount / quantity if quantity else amount,
                    order_price=decimal(self._construction_order_price(order_line), 10),
                    available=max(available[order_line], decimal(0)),
                )
            )
            available[order_line] -= quantity
        return result

    def _construction_order_price(self, order_line):
        price = order_line.price_unit_discounted
        if order_line.currency_id == self.currency_id:
            return price
        return order_line.currency_id._convert(
            price, self.currency_id, self.company_id, self.invoice_date, round=False
        )

    def _prepare_breach_vals(self, rule, items):
        _ = self.env._
        texts = {
            "price": _("line %(line)s: billed %(billed)s, ordered %(expected)s, tolerance %(allowed)s"),
            "invoice_price": _("billed %(billed)s in all, ordered %(expected)s, tolerance %(allowed)s"),
            "quantity": _(
                "line %(line)s: %(billed)s billed, %(expected)s received and not yet billed, "
                "tolerance %(allowed)s"
            ),
            "freight": _("%(billed)s of charges that the order does not foresee, tolerance %(allowed)s"),
        }
        label = dict(self.env["construction.hold"]._fields["rule"]._description_selection(self.env))
        details = []
        for item in items:
            figures = {
                name: f"{getattr(item, name).normalize():f}"
                if rule == "quantity"
                else f"{getattr(item, name):.{self.currency_id.decimal_places}f}"
                for name in ("billed", "expected", "allowed")
            }
            details.append((texts[rule] % {"line": item.line, **figures}, {"line": item.line, **figures}))
        return {
            "rule": rule,
            "name": f"{label[rule]}: " + "; ".join(text for text, figures in details),
            "excess": float(sum(item.excess for item in items)),
            "figures": {"lines": [figures for text, figures in details]},
        }

    # --- duplicates -----------------------------------------------------------

    def _construction_as_bill(self):
        return duplicates.Bill(
            key=self.id,
            supplier=self.commercial_partner_id.id,
            company=self.company_id.id,
            kind=self.move_type,
            reference=self.ref or "",
            date=self.invoice_date or self.date,
            total=decimal(self.amount_total),
            currency=self.currency_id.name,
            document_hash=self.construction_document_hash or None,
        )

    def _construction_duplicate_candidates(self):
        near = timedelta(days=duplicates.NEAR_DAYS)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("commercial_partner_id", "=", self.commercial_partner_id.id),
            ("move_type", "=", self.move_type),
            ("state", "!=", "cancel"),
            ("id", "!=", self.id),
            "|",
            "|",
            ("construction_reference_key", "=", self.construction_reference_key or "-"),
            ("construction_document_hash", "=", self.construction_document_hash or "-"),
            "&",
            ("invoice_date", ">=", self.invoice_date - near),
            ("invoice_date", "<=", self.invoice_date + near),
        ]
        # of two drafts the later one is the duplicate, so that they do not hold each other
        return self.search(domain, order="id").filtered(
            lambda bill: bill.state == "posted" or bill._construction_arrival() < self._construction_arrival()
        )

    def _construction_arrival(self):
        return self.construction_occurred_at or self.create_date, self.id

    def _construction_guard_keys(self):
        base = f"{self.company_id.id}:{self.commercial_partner_id.id}:{self.move_type}"
        keys = {
            f"{base}:ref:{self.construction_reference_key}",
            f"{base}:amount:{self.currency_id.name}:{decimal(self.amount_total)}",
        }
        if self.construction_document_hash:
            keys.add(f"{base}:document:{self.construction_document_hash}")
        return keys

    def _construction_duplicate_problems(self):
        _ = self.env._
        self.env["construction.bill.guard"]._touch(self._construction_guard_keys())
        others = self._construction_duplicate_candidates()
        found = duplicates.find(
            self._construction_as_bill(), [other._construction_as_bill() for other in others]
        )
        if found["warn"] and not self.construction_hold_ids:
            self.message_post(
                body=_(
                    "The supplier used this reference before, in another year and for another amount: %s",
                    ", ".join(self.browse(found["warn"]).mapped("display_name")),
                )
            )
        doubles = self.browse(found["exact"] + found["near"])
        if not doubles:
            return []
        sentence = (
            _("%(ref)s was received before: %(others)s")
            if found["exact"]
            else _("%(ref)s looks like a bill received before: %(others)s")
        )
        shown = ", ".join(
            f"{bill.ref} ({bill.invoice_date}, {bill.amount_total:.2f} {bill.currency_id.name})"
            for bill in doubles
        )
        return [
            {
                "rule": "duplicate",
                "name": sentence % {"ref": self.ref, "others": shown},
                "excess": len(doubles),
                "figures": {"bills": doubles.ids},
                "other_move_ids": [(6, 0, doubles.ids)],
            }
        ]

    # --- bank -----------------------------------------------------------------

    def _construction_bank_problems(self, bank_account):
        partner = self.commercial_partner_id
        if partner.construction_bank_hold:
            sentence = self.env._(
                "The bank details of %s have changed and are not confirmed.", partner.display_name
            )
        elif not partner._construction_knows_account(bank_account):
            sentence = self.env._(
                "The bill asks for payment to an account that %s did not have before.",
                partner.display_name,
            )
        else:
            return []
        return [{"rule": "bank", "name": sentence, "excess": 1.0, "figures": {}}]
