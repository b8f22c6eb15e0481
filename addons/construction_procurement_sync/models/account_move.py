# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..lib.duplicates import normalise_reference

RELEASE_GROUP = "construction_base.group_cost_controller"


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "construction.external.mixin"]

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
    construction_hold_text = fields.Text(compute="_compute_construction_hold_text")
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

    @api.depends("ref", "move_type")
    def _compute_construction_reference_key(self):
        for move in self:
            move.construction_reference_key = (
                normalise_reference(move.ref) or False
                if move.move_type in ("in_invoice", "in_refund")
                else False
            )

    # --- what a hold stops ----------------------------------------------------

    def _construction_open_holds(self):
        # read from the database, never from the stored flag: a flag can be written by RPC
        return (
            self.env["construction.hold"].sudo().search([("move_id", "in", self.ids), ("state", "=", "open")])
        )

    def _construction_check_held(self, sentence):
        holds = self._construction_open_holds()
        if holds:
            reasons = "\n".join(f"{hold.move_id.ref or hold.move_id.name}: {hold.name}" for hold in holds)
            raise UserError(self.env._("%(sentence)s\n%(reasons)s", sentence=sentence, reasons=reasons))

    def _construction_check_payable(self):
        """:raises UserError: when a bill is on hold or its supplier's bank details are."""
        self._construction_check_held(
            self.env._("A bill on payment hold is not paid. Release its holds first.")
        )
        partners = self.commercial_partner_id.filtered("construction_bank_hold")
        if partners and any(move.move_type == "in_invoice" for move in self):
            raise UserError(
                self.env._(
                    "The bank details of %s have changed and are not confirmed: "
                    "nothing is paid until they are.",
                    ", ".join(partners.mapped("display_name")),
                )
            )

    def _post(self, soft=True):
        self._construction_check_held(
            self.env._("A bill on payment hold is not posted. Release its holds first.")
        )
        return super()._post(soft)

    def action_force_register_payment(self):
        self._construction_check_payable()
        return super().action_force_register_payment()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        if self.sudo().construction_hold_ids:
            raise UserError(self.env._("A bill that was on hold is cancelled, not deleted."))

    # --- release --------------------------------------------------------------

    def _construction_release_holds(self, reason):
        """Release the open holds of these bills.

        :param str reason: why, for the audit trail
        :raises AccessError: without the role, or for a bill that the user entered
        :raises UserError: without a reason or without a hold
        """
        user = self.env.user
        if not user.has_group(RELEASE_GROUP):
            raise AccessError(self.env._("Only a cost controller releases a payment hold."))
        self.check_access("read")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the hold is released."))
        holds = self._construction_open_holds()
        if not holds:
            raise UserError(self.env._("There is no open hold to release."))
        if user in holds.create_uid | self.sudo().create_uid:
            raise AccessError(self.env._("Nobody releases the hold of a bill that they entered themselves."))
        holds.write(holds.with_env(self.env)._construction_released_vals(reason))
        for move in holds.move_id.with_env(self.env):
            released = holds.filtered(lambda hold, move=move: hold.move_id == move)
            move.sudo().message_post(
                body=self.env._(
                    "%(user)s released the payment hold: %(reason)s (%(holds)s)",
                    user=user.name,
                    reason=reason,
                    holds="; ".join(released.mapped("name")),
                ),
                author_id=user.partner_id.id,
            )
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
