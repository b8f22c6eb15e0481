# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_base.lib.decimals import denoised

from ..errors import Variance
from ..lib.tolerance import breaches
from ..tools import is_coded
from .account_move import BILL_TYPES

# more is billed than came, or than was said to be done
RULES = ("quantity", "service")
PAYABLE = "construction_base.group_accounts_payable,construction_base.group_cost_controller"
CREDIT_DUE = "credit_due:"
# nothing of these is left to be paid
PAID = ("in_payment", "paid", "reversed")


class AccountMoveRest(models.Model):
    """A bill rests on what was received and credited: where that is taken away, it is held again.

    The latest bills first, until the others fit into what is there; a posted one as long as it is not paid.
    """

    # apart from matching drafts: what stands and loses its ground is another idea
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        if vals.get("state", "posted") == "posted":
            return super().write(vals)
        credits = self.sudo().filtered(lambda move: move.state == "posted" and move._construction_credits())
        lines = credits.invoice_line_ids.purchase_line_id
        result = super().write(vals)
        lines._construction_look_at_rest()
        return result

    @api.model
    def _cron_construction_holds(self):
        """Look at the posted bills that are held for what they rest on, too."""
        self._construction_look_at_asked()
        missed = super()._cron_construction_holds()
        held = self.sudo().search(
            [("construction_on_hold", "=", True), ("state", "=", "posted")], order="company_id, id"
        )
        for company, bills in held.grouped("company_id").items():
            before = bills._construction_open_holds().filtered(lambda hold: hold.rule in RULES)
            lines = before.move_id.invoice_line_ids.purchase_line_id
            lines.with_company(company)._construction_look_at_rest()
            missed |= before.filtered(lambda hold: hold.state == "cured").move_id
        return missed

    def _post(self, soft=True):
        posted = super()._post(soft)
        refunds = posted.sudo().filtered(lambda move: move.move_type == "in_refund")
        if refunds:
            # what was asked for may be this
            refunds.invoice_line_ids.purchase_line_id._construction_look_at_rest()
        return posted

    def _construction_look_at_asked(self):
        """Close the items that ask for a credit note which is not due any more."""
        items = self.env["construction.exception"].sudo()
        asked = items.search([("cause_key", "=like", f"{CREDIT_DUE}%"), ("state", "=", "open")])
        names = [item.cause_key.removeprefix(CREDIT_DUE) for item in asked]
        bills = self.sudo().search([("name", "in", names), ("company_id", "in", asked.company_id.ids)])
        for company, found in bills.grouped("company_id").items():
            found.invoice_line_ids.purchase_line_id.with_company(company)._construction_look_at_rest()

    def _construction_credits(self):
        """Whether something of an order is credited here."""
        return any(
            line.purchase_line_id and (self.move_type == "in_refund" or line.quantity < 0)
            for line in self.invoice_line_ids
        )

    def _construction_rest_problem(self, besides):
        """Values of the hold of a bill that bills more than was received, beside all others but these."""
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.purchase_line_id
        )
        policy = self.company_id._construction_match_policy(self.invoice_currency_rate or 1.0)
        found = breaches(
            self._construction_match_lines(self._construction_netted(lines, besides=besides)),
            denoised(0),
            policy,
            self.currency_id.decimal_places,
        )
        problems = self._construction_breach_problems([one for one in found if one.rule in RULES])
        released = self.construction_hold_ids.filtered(lambda hold: hold.state == "released")
        return next(
            (one for one in problems if not any(hold._construction_covers(one) for hold in released)), None
        )

    def _construction_set_rest(self, problem):
        """Hold a posted bill for the quantity that it bills, or no longer."""
        before = self._construction_open_holds()
        mine = before.filtered(lambda hold: hold.rule in RULES)
        if not problem:
            if mine:
                mine.write({"state": "cured"})
                if not before - mine:
                    self._construction_end_activities()
            return
        if mine:
            mine.write(problem)
            return
        self.env["construction.hold"].create({**problem, "move_id": self.id})
        self._construction_tell_rest()

    def _construction_ask_credit(self, problem):
        """Have somebody ask for a credit note of what was paid and is no longer there, or no longer."""
        items = self.env["construction.exception"].sudo()
        if not problem:
            note = self.env._("It bills no more than is there.")
            items._end_told(self, (CREDIT_DUE,), note)
            return
        job = self.invoice_line_ids.construction_job_id
        items._open(
            self.company_id,
            Variance(
                self.env._(
                    "%(bill)s of %(supplier)s is paid, and bills more than is there by now. %(why)s. Ask for "
                    "a credit note, or have it delivered again.",
                    bill=self._construction_label(),
                    supplier=self.partner_id.display_name,
                    why=problem["name"],
                ),
                cause_key=f"{CREDIT_DUE}{self.name}",
                job=job if len(job) == 1 else None,
                partner=self.partner_id,
                record=self,
                groups=PAYABLE,
            ),
        )

    def _construction_tell_rest(self):
        holds = self._construction_open_holds()
        author = self.env.user.partner_id
        self.message_post(
            body=self.env._("On payment hold: %s", "; ".join(holds._construction_words())),
            author_id=author.id,
        )
        self._construction_ask_releasers(holds)


class PurchaseOrderLineRest(models.Model):
    # the same for the order lines of which they are
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _construction_look_at_rest(self):
        """Hold the bills of these lines that do not fit into what is received any more, the latest first."""
        lines = self.sudo().filtered(is_coded)
        bills = lines.invoice_lines.move_id.filtered(lambda move: move.move_type in BILL_TYPES)
        drafts = bills.filtered(lambda bill: bill.state == "draft" and bill.construction_cleared)
        posted = bills.filtered(lambda bill: bill.state == "posted")
        if not drafts and not posted:
            return
        keys = set().union(*(bill._construction_guard_keys() for bill in drafts | posted))
        self.env["construction.bill.guard"].sudo()._touch(keys)
        apart = bills.browse()
        for bill in drafts.sorted(lambda move: move._construction_arrival(), reverse=True):
            if bill._construction_evaluate_by_hand():
                bill._construction_ask_releasers(bill._construction_open_holds())
        latest = posted.sorted(lambda move: move._construction_arrival(), reverse=True)
        for bill in latest:
            paid = bill.payment_state in PAID
            problem = None if paid else bill._construction_rest_problem(apart)
            if problem:
                apart |= bill
            bill._construction_set_rest(problem)
        for bill in latest.filtered(lambda move: move.payment_state in PAID and not move.reversal_move_ids):
            problem = bill._construction_rest_problem(apart)
            if problem:
                apart |= bill
            bill._construction_ask_credit(problem)
