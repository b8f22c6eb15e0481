# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..lib.duplicates import normalise_reference
from ..tools import given_names, is_coded
from .construction_hold import RELEASE_GROUP

BILL_TYPES = ("in_invoice", "in_receipt")
MONEY = ("bank", "cash", "credit")
# what the rules conclude, and where a bill came from, is not for anybody to write
CONCLUSIONS = {
    "construction_on_hold",
    "construction_cleared",
    "construction_changed_by_ids",
    "construction_reference_key",
    "construction_apart_ids",
    "construction_apart_from_ids",
}
ORIGIN = {
    "construction_document_hash",
    "construction_external_key",
    "construction_occurred_at",
    "construction_prepaid",
    "construction_rounding",
    "construction_misstated",
}


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = [
        "account.move",
        "construction.external.mixin",
        "construction.left.behind.mixin",
        "construction.authors.mixin",
    ]

    construction_hold_ids = fields.One2many(
        "construction.hold", "move_id", string="Payment Holds", readonly=True
    )
    construction_on_hold = fields.Boolean(
        string="On Payment Hold",
        compute="_compute_construction_on_hold",
        store=True,
        help="The bill can be neither posted nor paid until its holds are cured or released.",
    )
    construction_cleared = fields.Boolean(
        readonly=True,
        copy=False,
        help="It was matched and nothing holds it: what it bills is no longer there for others.",
    )
    construction_changed_by_ids = fields.Many2many(
        "res.users",
        "construction_bill_changed_by_rel",
        "move_id",
        "user_id",
        string="Changed by",
        readonly=True,
        copy=False,
        help="Who added, changed or took out lines of the draft: they release none of its holds.",
    )
    construction_hold_text = fields.Text(compute="_compute_construction_hold_text", compute_sudo=True)
    construction_releasers = fields.Char(
        string="May Be Released by",
        compute="_compute_construction_releasers",
        compute_sudo=True,
        help="Cost controllers who did not enter the bill.",
    )
    construction_may_release = fields.Boolean(compute="_compute_construction_may_release", compute_sudo=False)
    construction_reference_key = fields.Char(
        compute="_compute_construction_reference_key",
        store=True,
        index="btree_not_null",
        help="The supplier's reference without case, separators and leading zeros.",
    )
    construction_document_hash = fields.Char(readonly=True, copy=False, index="btree_not_null")

    @api.depends("construction_hold_ids.state")
    def _compute_construction_on_hold(self):
        for move in self:
            move.construction_on_hold = any(hold.state == "open" for hold in move.construction_hold_ids)

    @api.depends("construction_hold_ids.state", "construction_hold_ids.name")
    def _compute_construction_hold_text(self):
        for move in self:
            holds = move.construction_hold_ids.filtered(lambda h: h.state == "open")
            move.construction_hold_text = "\n".join(holds.mapped("name"))

    @api.depends("construction_on_hold")
    def _compute_construction_releasers(self):
        for move in self:
            users = move._construction_releasers() if move.construction_on_hold else self.env["res.users"]
            move.construction_releasers = ", ".join(users.mapped("name"))

    @api.depends("construction_on_hold")
    @api.depends_context("uid")
    def _compute_construction_may_release(self):
        holds = self._construction_open_holds()._construction_may_release(self.env.user)
        may = set(holds.move_id.ids)
        for move in self:
            move.construction_may_release = move.id in may or move._origin.id in may

    @api.depends("ref", "move_type")
    def _compute_construction_reference_key(self):
        for move in self:
            move.construction_reference_key = (
                normalise_reference(move.ref) or False
                if move.move_type in ("in_refund", *BILL_TYPES)
                else False
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and CONCLUSIONS & given_names(self.env, vals_list):
            raise AccessError(self.env._("Whether a bill is on hold follows from the rules."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (CONCLUSIONS | ORIGIN) & vals.keys():
            raise AccessError(self.env._("Whether a bill is on hold follows from the rules."))
        if vals.get("state") == "posted":
            self._construction_check_posting()
        if vals.get("matched_payment_ids"):
            self._construction_check_payable()
        return super().write(vals)

    # --- what a hold stops ----------------------------------------------------

    def _construction_is_guarded(self):
        """Whether the rules of matching, duplicates and holds apply when this is posted.

        They do for a bill that bills job orders or is coded to a job, and for a credit note of what was
        billed of job orders, whoever enters it, and for whatever a rule held before. Other bills behave
        as Odoo has them.
        """
        self.ensure_one()
        bill = self.sudo()
        if bill.construction_hold_ids:
            return True
        lines = bill.invoice_line_ids
        if bill.move_type == "in_refund":
            return is_coded(lines.purchase_line_id)
        if bill.move_type not in BILL_TYPES:
            return False
        return is_coded(lines) or is_coded(lines.purchase_line_id)

    def _construction_open_holds(self):
        # read from the database, never from the stored flag: a flag can be written by SQL
        return (
            self.env["construction.hold"].sudo().search([("move_id", "in", self.ids), ("state", "=", "open")])
        )

    def _construction_check_held(self, sentence):
        holds = self._construction_open_holds()
        if holds:
            reasons = "\n".join(
                f"{hold.move_id._construction_label()}: {words}"
                for hold, words in zip(holds, holds._construction_words(), strict=True)
            )
            raise UserError(self.env._("%(sentence)s\n%(reasons)s", sentence=sentence, reasons=reasons))

    def _construction_check_payable(self, payment=None):
        """:raises UserError: when a bill is on hold, or its supplier is

        :param payment: account.payment that is asked about, linked to the bill or not yet
        """
        self._construction_check_held(
            self.env._("A bill on payment hold is not paid. Release its holds first.")
        )
        for bill in self.sudo():
            # one whose payment is under way was asked about when it was paid
            payments = bill.matched_payment_ids - (payment or bill.matched_payment_ids.browse())
            under_way = payments.filtered(lambda p: p.state in ("in_process", "paid"))
            if bill.move_type in BILL_TYPES and not under_way:
                bill.commercial_partner_id._construction_check_bank()
                bill._construction_check_compliance()

    def _construction_check_settled_by(self, other):
        """Refuse to reconcile a bill that may not be paid with money; a refund may always be set off."""
        if other.journal_id.type in MONEY or other.origin_payment_id:
            self._construction_check_payable()
        elif other.move_type == "entry":
            self._construction_check_held(
                self.env._("A bill on payment hold is not paid. Release its holds first.")
            )

    def _construction_check_compliance(self):
        problems = self._construction_compliance_problems() if self._construction_is_guarded() else []
        released = self.construction_hold_ids.filtered(
            lambda hold: hold.state == "released" and hold.rule == "compliance"
        )
        for problem in problems:
            if not any(hold._construction_covers(problem) for hold in released):
                raise UserError(
                    self.env._("%(bill)s is not paid. %(why)s", bill=self.display_name, why=problem["name"])
                )

    def action_force_register_payment(self):
        self._construction_check_payable()
        return super().action_force_register_payment()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        if self.sudo().construction_hold_ids:
            raise UserError(self.env._("A bill that was on hold is cancelled, not deleted."))

    # --- release --------------------------------------------------------------

    def _construction_authors(self):
        """Who entered these bills or changed what they bill: they release none of their holds."""
        lines = self.sudo().invoice_line_ids
        return super()._construction_authors() | (lines.create_uid | lines.write_uid).with_env(self.env)

    def _construction_releasers(self):
        """The users who may release the holds of this bill."""
        self.ensure_one()
        users = self.env.ref(RELEASE_GROUP).sudo().all_user_ids
        groups = self._construction_open_holds()._construction_word_groups()
        if groups:
            users |= self._construction_who_know(groups)
        users = users.filtered(lambda user: user.active and self.company_id in user.company_ids)
        return users - self._construction_authors()

    def _construction_who_know(self, groups):
        """The buyers of the orders that are billed and the managers of their jobs, or else one group.

        :param groups: of which they are, as external ids
        """
        lines = self.sudo().invoice_line_ids
        users = lines.purchase_line_id.order_id.user_id | lines.construction_job_id.user_id
        users = users.filtered(
            lambda user: user.active and not user.share and any(map(user.has_group, groups))
        )
        return users or self.env.ref(groups[0]).sudo().all_user_ids

    def _construction_release_holds(self, reason):
        """Release the open holds of these bills.

        :param str reason: why, for the audit trail
        A buyer or a project manager releases what waits for their word that a service was done.

        :raises AccessError: without the role, or for a bill that the user entered
        :raises UserError: without a reason or without a hold
        """
        user = self.env.user
        words = self.env["construction.hold"]._construction_all_word_groups()
        if not any(map(user.has_group, (RELEASE_GROUP, *words))):
            raise AccessError(self.env._("Only a cost controller releases a payment hold."))
        self.check_access("read")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the hold is released."))
        holds = self._construction_open_holds()
        if not holds:
            raise UserError(self.env._("There is no open hold to release."))
        if user in self._construction_authors():
            raise AccessError(self.env._("Nobody releases the hold of a bill that they entered themselves."))
        holds = holds._construction_may_release(user)
        if not holds:
            raise AccessError(self.env._("Only a cost controller releases a payment hold of this kind."))
        holds.write(holds.with_env(self.env)._construction_released_vals(reason))
        for move in holds.move_id.with_env(self.env):
            released = holds.filtered(lambda hold, move=move: hold.move_id == move)
            move.sudo().message_post(
                body=self.env._(
                    "%(user)s released the payment hold: %(reason)s (%(holds)s)",
                    user=user.name,
                    reason=reason,
                    holds="; ".join(released._construction_words()),
                ),
                author_id=user.partner_id.id,
            )
        (self - self._construction_open_holds().move_id)._construction_end_activities()
        self.env["construction.message"]._resume_for_records(self)
        return holds

    def action_construction_release(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release Payment Hold"),
            "res_model": "construction.hold.release",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_ids": self.ids},
        }
