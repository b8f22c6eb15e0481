# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.lib.words import listed

from ..lib import duplicates
from .account_move import BILL_TYPES


class AccountMoveDouble(models.Model):
    """A posted bill that stands again, for what took it back is gone, passes the rule of duplicates again."""

    # apart from matching drafts: what is posted and stands again is another idea
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        if "state" not in vals:
            return super().write(vals)
        roots, held = self._construction_reversed_roots(), self._construction_held_doubles()
        result = super().write(vals)
        # what bills it again instead was held itself
        (held if vals["state"] == "posted" else roots | held)._construction_evaluate_doubles()
        return result

    def unlink(self):
        if not self:
            return super().unlink()
        concerned = self._construction_reversed_roots() | self._construction_held_doubles()
        result = super().unlink()
        (concerned - self)._construction_evaluate_doubles()
        return result

    def _construction_ancestors(self):
        above = self.reversed_entry_id - self
        return (self | above)._construction_ancestors() if above else self

    def _construction_reversed_roots(self):
        """The bills that these take back, and that are reversed."""
        return (
            self.sudo()
            .reversed_entry_id._construction_ancestors()
            .filtered(
                lambda bill: (
                    bill.move_type in BILL_TYPES
                    and not bill.reversed_entry_id
                    and bill._construction_is_reversed()
                    and bill._construction_is_guarded()
                )
            )
        )

    def _construction_held_doubles(self):
        """The posted bills on hold as doubles whom it concerns what becomes of these."""
        concerned = self.sudo().reversed_entry_id._construction_ancestors() | self.sudo()
        holds = self.env["construction.hold"].sudo()
        domain = [("rule", "=", "duplicate"), ("state", "=", "open"), ("move_id.state", "=", "posted")]
        mine = ["|", ("move_id", "in", concerned.ids), ("other_move_ids", "in", concerned.ids)]
        return holds.search(domain + mine).move_id

    def _construction_evaluate_doubles(self):
        for bill in self.filtered(lambda bill: bill.state == "posted"):
            bill.with_env(self.env)._construction_evaluate_double()

    def _construction_evaluate_double(self):
        """Hold one posted bill as long as it is a double that somebody could pay."""
        bill = self.sudo()
        bill.env["construction.bill.guard"]._touch(bill._construction_guard_keys())
        before = self._construction_open_holds()
        still_open = before.filtered(lambda hold: hold.rule == "duplicate")
        problem = bill._construction_double_problem()
        if not problem:
            still_open.write({"state": "cured"})
        elif still_open:
            still_open.write(problem)
        else:
            still_open.create({**problem, "move_id": bill.id})
        holds = self._construction_open_holds()
        if not holds:
            self._construction_end_activities()
        elif holds - before:
            bill.message_post(
                body=self.env._("On payment hold: %s", "; ".join(holds._construction_words())),
                author_id=self.env.user.partner_id.id,
            )
            self._construction_tell_releasers(holds)

    def _construction_double_problem(self):
        """Values of the hold of a posted bill that stands beside its doubles, unless that was let pass."""
        doubles = self.browse() if self._construction_is_reversed() else self._construction_doubles()
        if not doubles:
            return None
        sentence = self.env._(
            "%(bill)s is taken back no more, and stands beside %(others)s.",
            bill=self.display_name,
            others=listed(self.env, doubles.mapped("display_name")),
        )
        problem = self._prepare_double_vals(sentence, doubles)
        released = self.construction_hold_ids.filtered(
            lambda hold: hold.state == "released" and hold.rule == "duplicate"
        )
        covered = any(hold._construction_covers(problem) for hold in released)
        return None if covered else problem

    def _construction_doubles(self):
        """The bills that this one, which stands, is a double of, but where a person said otherwise."""
        others = self._construction_duplicate_candidates()
        found = duplicates.find(
            self._construction_as_bill(), [other._construction_as_bill() for other in others]
        )
        doubles = self.browse(found["exact"]) | self._construction_near(found["near"])
        released = doubles.construction_hold_ids.filtered(
            lambda hold: hold.state == "released" and hold.rule == "duplicate" and self in hold.other_move_ids
        )
        return doubles - released.move_id

    def _construction_authors(self):
        """Who brought it about that a posted bill is held does not let it go either."""
        posted = self.sudo().filtered(lambda bill: bill.state == "posted")
        held = posted._construction_open_holds().filtered(
            lambda hold: hold.rule in ("duplicate", "quantity", "service")
        )
        return super()._construction_authors() | held.create_uid.with_env(self.env)
