# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import models
from odoo.tools import format_date

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_job_cost.lib.quantity import compare
from odoo.addons.construction_sync.lib.words import listed

from ..lib import duplicates
from .account_move import BILL_TYPES


class AccountMoveDuplicate(models.Model):
    """Whether a bill that came or was entered is one that is there already."""

    # apart from matching: what agrees with its order and what came twice are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_as_bill(self, receipts=True):
        """:param bool receipts: whether it is of interest which receipts its lines name"""
        lines = self.invoice_line_ids if receipts else self.invoice_line_ids.browse()
        return duplicates.Bill(
            key=self.id,
            supplier=self.commercial_partner_id.id,
            company=self.company_id.id,
            kind="in_refund" if self.move_type == "in_refund" else "in_invoice",
            reference=self.ref or "",
            date=self.invoice_date or self.date,
            total=denoised(self.amount_total),
            currency=self.currency_id.name,
            document_hash=self.construction_document_hash or None,
            receipts=_named(lines, "construction_receipt"),
            delivery_notes=_named(lines, "construction_delivery_note"),
        )

    def _construction_near(self, ids):
        """Those of the bills that look alike which are not known to be another load by what was received."""
        near = self.browse(ids)
        mine = self.construction_document_hash
        return near.filtered(
            lambda bill: (
                (mine and bill.construction_document_hash == mine) or not self._construction_fits_beside(bill)
            )
        )

    def _construction_fits_beside(self, other):
        """Whether this bill and another one both fit into what was received and not billed before."""
        lines = self.invoice_line_ids.filtered("purchase_line_id")
        if not lines or not other.invoice_line_ids.purchase_line_id:
            return False
        matched = self._construction_match_lines(self._construction_netted(lines, also=other))
        return any(line.quantity > 0 for line in matched) and all(
            compare(line.quantity, line.available, line.slack) <= 0 for line in matched
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
            "&",
            ("amount_total", "=", self.amount_total),
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
            f"{base}:amount:{self.currency_id.name}:{denoised(self.amount_total)}",
        }
        if self.construction_document_hash:
            keys.add(f"{base}:document:{self.construction_document_hash}")
        return keys | {f"order_line:{line.id}" for line in self.invoice_line_ids.purchase_line_id}

    def _construction_duplicate_problems(self):
        if self.move_type not in BILL_TYPES and not self.construction_external_key:
            # what a person credits is counted against what was billed
            return []
        others = self._construction_duplicate_candidates()
        if not others:
            return []
        own = self._construction_as_bill()
        names = bool(own.receipts or own.delivery_notes)
        found = duplicates.find(own, [other._construction_as_bill(names) for other in others])
        if found["warn"] and not self.construction_hold_ids:
            self.message_post(
                body=self.env._(
                    "The supplier used this reference before, about a year apart and for another amount: %s",
                    listed(self.env, self.browse(found["warn"]).mapped("display_name")),
                )
            )
        doubles = self.browse(found["exact"]) | self._construction_near(found["near"])
        if not doubles:
            return []
        sentence = (
            self.env._("%(ref)s was received before: %(others)s")
            if found["exact"]
            else self.env._("%(ref)s looks like a bill received before: %(others)s")
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


def _named(lines, name):
    return frozenset(filter(None, (duplicates.normalise_reference(line[name]) for line in lines)))
