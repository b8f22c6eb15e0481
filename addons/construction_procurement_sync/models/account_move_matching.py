# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import models
from odoo.tools import format_date

from odoo.addons.construction_job_cost.lib.quantity import exact
from odoo.addons.construction_sync.lib.words import listed

from ..lib import duplicates
from ..lib.tolerance import MatchLine, breaches
from ..tools import decimal
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
            if not any(h.rule == problem["rule"] and h._construction_covers(problem) for h in released)
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
        problems += self._construction_bank_problems(bank_account)
        return problems

    # --- order, receipt, bill -------------------------------------------------

    def _construction_match_problems(self, by_hand=False):
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        matched = lines.filtered("purchase_line_id")
        if not matched and by_hand and not self._construction_needs_order():
            return []
        if not matched:
            return [
                {
                    "rule": "no_order",
                    "name": self._construction_no_order_sentence(),
                    "excess": abs(self.amount_total),
                    "figures": {self.env._("billed"): self.amount_total},
                }
            ]
        freight = self._construction_charges(lines)
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
        return self._construction_item_problems(matched) + [
            self._prepare_breach_vals(rule, items) for rule, items in by_rule.items()
        ]

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
                line=line.construction_external_line or _label(line),
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

    def _construction_match_lines(self, lines):
        order_lines = lines.purchase_line_id
        billed = order_lines._construction_taken(besides=self)
        available = {line: exact(line.qty_received) - billed[line] for line in order_lines}
        result = []
        for line in lines:
            order_line = line.purchase_line_id
            unit = order_line.product_uom_id
            quantity = line.product_uom_id._construction_said_in(line.quantity, unit)
            amount = decimal(line.price_subtotal)
            result.append(
                MatchLine(
                    line=line.construction_external_line or _label(line),
                    quantity=quantity,
                    price=amount / quantity if quantity else amount,
                    order_price=decimal(self._construction_order_price(order_line), 10),
                    available=max(available[order_line], decimal(0)),
                    slack=unit._construction_slack(line.product_uom_id | order_line.move_ids.product_uom),
                )
            )
            available[order_line] -= quantity
        return result

    def _construction_order_price(self, order_line):
        # a bill's line is compared by its net amount
        price = order_line._construction_net_price()
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
        units = {
            line.construction_external_line or _label(line): line.purchase_line_id.product_uom_id
            for line in self.invoice_line_ids.filtered("purchase_line_id")
        }
        details = []
        for item in items:
            unit = units.get(item.line, self.env["uom.uom"])
            figures = {
                name: unit._construction_words(round(getattr(item, name), 6))
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
            kind="in_refund" if self.move_type == "in_refund" else "in_invoice",
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
            ("move_type", "in", BILL_TYPES if self.move_type in BILL_TYPES else [self.move_type]),
            ("state", "!=", "cancel"),
            ("id", "!=", self.id),
            # what takes back a credit note is nothing that a supplier sent
            "|",
            ("move_type", "not in", BILL_TYPES),
            ("reversed_entry_id", "=", False),
            "|",
            "|",
            ("construction_reference_key", "=", duplicates.normalise_reference(self.ref) or "-"),
            ("construction_document_hash", "=", self.construction_document_hash or "-"),
            "&",
            ("invoice_date", ">=", self.invoice_date - near),
            ("invoice_date", "<=", self.invoice_date + near),
        ]
        apart = self._construction_apart()
        # of two drafts the later one is the duplicate, so that they do not hold each other
        return self.search(domain, order="id").filtered(
            lambda bill: (
                not bill._construction_is_billed_back()
                and bill not in apart
                and (bill.state == "posted" or bill._construction_arrival() < self._construction_arrival())
            )
        )

    def _construction_is_billed_back(self):
        """Whether this was reversed, or set off against what a supplier credited: it may be billed again."""
        if self.reversal_move_ids:
            return self._construction_is_reversed()
        return self.payment_state == "reversed"

    def _construction_arrival(self):
        return self.construction_occurred_at or self.create_date, self.id

    def _construction_guard_keys(self):
        """What this bill has in common with those that it must not pass unseen."""
        base = f"{self.company_id.id}:{self.commercial_partner_id.id}"
        keys = {
            f"{base}:ref:{duplicates.normalise_reference(self.ref)}",
            f"{base}:amount:{self.currency_id.name}:{decimal(self.amount_total)}",
        }
        if self.construction_document_hash:
            keys.add(f"{base}:document:{self.construction_document_hash}")
        return keys | {f"order_line:{line.id}" for line in self.invoice_line_ids.purchase_line_id}

    def _construction_duplicate_problems(self):
        others = self._construction_duplicate_candidates()
        found = duplicates.find(
            self._construction_as_bill(), [other._construction_as_bill() for other in others]
        )
        if found["warn"] and not self.construction_hold_ids:
            self.message_post(
                body=self.env._(
                    "The supplier used this reference before, about a year apart and for another amount: %s",
                    listed(self.env, self.browse(found["warn"]).mapped("display_name")),
                )
            )
        doubles = self.browse(found["exact"] + found["near"])
        if not doubles:
            return []
        _ = self.env._
        sentence = (
            _("%(ref)s was received before: %(others)s")
            if found["exact"]
            else _("%(ref)s looks like a bill received before: %(others)s")
        )
        shown = listed(
            self.env,
            (
                f"{bill._construction_label()} "
                f"({format_date(self.env, bill.invoice_date)}, {bill.currency_id.format(bill.amount_total)})"
                for bill in doubles
            ),
        )
        sentence = sentence % {"ref": self._construction_label(), "others": shown}
        return [self._prepare_double_vals(sentence, doubles)]

    def _prepare_double_vals(self, sentence, others):
        """Values of the hold of a bill that is a double of others."""
        return {
            "rule": "duplicate",
            "name": sentence,
            "excess": len(others),
            "figures": {"bills": others.ids},
            "other_move_ids": [(6, 0, others.ids)],
        }

    # --- the supplier ---------------------------------------------------------

    def _construction_bank_problems(self, bank_account):
        partner = self.commercial_partner_id
        asked = False
        if partner.construction_bank_hold:
            sentence = self.env._(
                "The bank details of %s have changed and are not confirmed.", partner.display_name
            )
        elif not partner._construction_knows_account(bank_account):
            asked = True
            sentence = self.env._(
                "The bill asks for payment to an account that %s did not have before.",
                partner.display_name,
            )
        else:
            return []
        figures = {"asked": asked, "accounts": [partner._construction_account_mark(bank_account)]}
        return [{"rule": "bank", "name": sentence, "excess": 1.0, "figures": figures}]

    def _construction_asked_account(self):
        """Whether an event asked for payment to an unknown account, which only its replay can cure."""
        return any(
            hold.state == "open" and hold.rule == "bank" and (hold.figures or {}).get("asked")
            for hold in self.construction_hold_ids
        )

    def _construction_compliance_problems(self):
        self.ensure_one()
        partner = self.sudo().commercial_partner_id
        lapsed = partner._construction_lapsed(self.company_id, self._construction_authors())
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


def _label(line):
    """What a person knows a line by that no event numbered."""
    return (line.name or line.product_id.display_name or str(line.sequence)).splitlines()[0][:60]
