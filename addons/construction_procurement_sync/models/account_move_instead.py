# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_master_sync.models.construction_external_mixin import ConstructionExternalMixin
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work


class AccountMoveInstead(models.Model):
    """Of the bills that stand in one another's place, one stands: none comes back by hand beside it."""

    # apart from what takes a bill back: which bills are one document is another idea
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    _construction_event_fields = ConstructionExternalMixin._construction_event_fields | {
        "construction_again_of_id",
        "construction_instead_of_id",
        "construction_back_by_event",
    }

    construction_instead_of_id = fields.Many2one(
        "account.move",
        string="In the Place of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The bill that this one corrects, and in whose place it stands.",
    )
    construction_back_by_event = fields.Boolean(
        string="Taken Back by a Correction",
        readonly=True,
        copy=False,
        help="An event took back what this reverses, for its bill was corrected.",
    )

    # --- which bills are one document -------------------------------------------------------

    def _construction_before(self):
        """The documents in whose place these stand, and those in whose place they stood."""
        before = self.construction_instead_of_id | self.construction_again_of_id
        return before | before._construction_before() if before else before

    def _construction_family(self):
        """These and all that stand or stood in one another's place with them."""
        family, new = self, self
        while new:
            after = self.search(
                [
                    "|",
                    ("construction_instead_of_id", "in", new.ids),
                    ("construction_again_of_id", "in", new.ids),
                ]
            )
            new = (after | new.construction_instead_of_id | new.construction_again_of_id) - family
            family |= new
        return family

    def _construction_instead(self):
        """The other bills of one document that stand, or wait to be posted."""
        others = self._construction_family() - self
        return others.filtered(lambda move: move.state != "cancel" and not move._construction_is_reversed())

    def _construction_kin(self):
        """These, those in whose place they stand, and all that takes any of them back."""
        kin = self | self._construction_before()
        return kin | kin._construction_backs()

    def _construction_root(self):
        """What a reversal takes back in the end, or bills again."""
        return self.reversed_entry_id._construction_root() if self.reversed_entry_id else self

    # --- what took a bill back stays ----------------------------------------------------------

    def write(self, vals):
        gone = vals.get("state", "posted") != "posted" or "reversed_entry_id" in vals
        if gone and not at_work(self.env):
            self._construction_check_withdrawn()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _construction_unlink_except_settled(self):
        self._construction_check_withdrawn()

    def _construction_check_withdrawn(self):
        """:raises UserError: for what settles a bill in whose place another one stands"""
        for move in self.sudo().filtered(lambda move: move.state == "posted"):
            root = move._construction_root()
            if not move._construction_settles(root):
                continue
            # two of one document may be taken away at once: the later one sees what the first did
            self.env["construction.bill.guard"].sudo()._touch(root._construction_guard_keys())
            others = root._construction_instead()
            if not others:
                continue
            names = {
                "move": move.display_name,
                "bill": root.display_name,
                "others": listed(self.env, others.mapped("display_name")),
            }
            if move == root or not move.reversed_entry_id:
                sentence = self.env._(
                    "%(move)s is taken back, and %(others)s was booked in its place: without it, what takes "
                    "it back would take back nothing. It stays as it is.",
                    **names,
                )
            else:
                sentence = self.env._(
                    "%(move)s belongs to the correction of %(bill)s, in whose place %(others)s was booked: "
                    "taking it away would leave one invoice booked twice, or in part. Reverse or cancel "
                    "%(others)s first, or have the supplier's system correct the invoice.",
                    **names,
                )
            raise UserError(sentence)

    def _construction_settles(self, root):
        """Whether this posted document is a part of what took a bill back, or was taken back with it."""
        if self == root:
            return self._construction_is_reversed()
        if self.construction_back_by_event or self._construction_backs_by_event():
            return True
        if root.state != "posted" or not root._construction_is_reversed():
            return False
        return root._construction_stands_with(-self._construction_effect())

    def _construction_backs_by_event(self):
        return self.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and move.construction_back_by_event
        )

    def _construction_effect(self):
        """What this document adds to what stands of its root: less than nothing where it takes it back."""
        sign, move = 1, self
        while move.reversed_entry_id:
            sign, move = -sign, move.reversed_entry_id
        return sign * self._construction_standing()

    def _construction_stands_with(self, amount):
        """Whether something of a document stands when so much of it is added."""
        return self.currency_id.compare_amounts(self._construction_standing() + amount, 0.0) > 0

    # --- paying -------------------------------------------------------------------------------

    def _construction_check_payable(self, payment=None):
        for bill in self.sudo().filtered("reversal_move_ids"):
            others = bill._construction_instead() if bill._construction_is_reversed() else ()
            if others:
                raise UserError(
                    self.env._(
                        "%(bill)s is taken back, and %(others)s was booked in its place: pay that one. Set "
                        "this one off against what takes it back.",
                        bill=bill.display_name,
                        others=listed(self.env, others.mapped("display_name")),
                    )
                )
        return super()._construction_check_payable(payment)
