# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from odoo.addons.construction_base.models.construction_coding_mixin import CODING_FIELDS, DISTRIBUTION
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work

from ..lib.coded import agrees
from ..tools import is_coded
from .account_move import BILL_TYPES
from .account_move_matching import label_of
from .construction_hold import RELEASE_GROUP

CODING = {DISTRIBUTION, *CODING_FIELDS}


class AccountMoveCoding(models.Model):
    """What bills a coded order line is cost of what was ordered, or somebody says that it is not.

    The commitment falls by what is billed of it: coded otherwise, the cost would go where nothing was
    committed. What is not coded takes the coding of its order line; what is coded otherwise is on hold.
    """

    # apart from matching quantities and prices: what a line is cost of is another idea
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_evaluate(self, bank_account=None, by_hand=False):
        self.sudo().invoice_line_ids._construction_code_as_ordered()
        return super()._construction_evaluate(bank_account, by_hand)

    def _construction_uncoded_problems(self, lines):
        return self._construction_with_coded_otherwise(super()._construction_uncoded_problems(lines))

    def _construction_credit_problems(self):
        return super()._construction_credit_problems() + self._construction_with_coded_otherwise([])

    def _construction_unreleased_problems(self):
        if self._construction_is_undone():
            return []
        if self.move_type in BILL_TYPES:
            return super()._construction_unreleased_problems()
        released = self.construction_hold_ids.filtered(lambda hold: hold.state == "released")
        problems = self._construction_with_coded_otherwise([])
        return [one for one in problems if not any(hold._construction_covers(one) for hold in released)]

    def _construction_with_coded_otherwise(self, problems):
        """Add what is wrong with the coding of lines of order lines to a problem of coding, or be it."""
        lines = self.invoice_line_ids._construction_coded_otherwise()
        if not lines:
            return problems
        found = self._construction_coding_problem(lines)
        if not problems:
            return [found]
        [problem] = problems
        lines = found["figures"]["lines"] + problem["figures"]["lines"]
        return [
            {
                **found,
                "name": f"{found['name']} {problem['name']}",
                "excess": found["excess"] + problem["excess"],
                "figures": {**found["figures"], "lines": lines},
            }
        ]

    def _construction_coding_problem(self, lines):
        """Values of the hold of a bill whose lines are coded otherwise than their order lines."""
        rows = [
            {
                "line": line.construction_external_line or label_of(line),
                "billed": line._construction_coding_words() or self.env._("no job"),
                "ordered": line.purchase_line_id._construction_coding_words(),
            }
            for line in lines
        ]
        sentence = self.env._(
            "It bills what was ordered for something else: %s. Code it as the order, change the order, or "
            "have a cost controller release it.",
            listed(
                self.env,
                [
                    self.env._("line %(line)s is coded to %(billed)s, and the order to %(ordered)s", **row)
                    for row in rows
                ],
                "; ",
            ),
        )
        return {
            "rule": "coding",
            "name": sentence,
            "excess": float(len(lines)),
            "figures": {
                "lines": rows,
                # who lets it go lets these pass, and no others
                "codings": sorted({line._construction_coding_mark() for line in lines}),
                "amount": float(sum(abs(line.price_subtotal) for line in lines)),
            },
        }


class AccountMoveLineCoding(models.Model):
    # the same for its lines
    _inherit = "account.move.line"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        if self.env.su or at_work(self.env) or not CODING & vals.keys():
            return super().write(vals)
        posted = self.filtered(lambda line: line.parent_state == "posted" and line.purchase_line_id)
        before = {line: line[DISTRIBUTION] for line in posted}
        result = super().write(vals)
        changed = posted.filtered(lambda line: line[DISTRIBUTION] != before[line])
        changed._construction_check_recoded()
        (self - posted)._construction_cure_own()
        return result

    def _construction_check_recoded(self):
        """:raises UserError: for posted lines that would cost something else than ordered, but by whose word

        A cost controller's is noted as the release of a hold.
        """
        for bill, lines in self.sudo()._construction_coded_otherwise(ever=False).grouped("move_id").items():
            problem = bill._construction_coding_problem(lines)
            if not self.env.user.has_group(RELEASE_GROUP):
                raise UserError(
                    self.env._(
                        "%(bill)s is posted, and stays coded as it was ordered. %(why)s",
                        bill=bill._construction_label(),
                        why=problem["name"],
                    )
                )
            hold = bill.env["construction.hold"].create({**problem, "move_id": bill.id})
            hold.write(
                hold.with_env(self.env)._construction_released_vals(self.env._("Coded so once posted."))
            )

    def _construction_code_as_ordered(self):
        """Give lines of drafts that bill a job's order what is missing of their coding."""
        for line in self:
            ordered = line.purchase_line_id.sudo()
            if (
                line.display_type != "product"
                or line.parent_state != "draft"
                or not ordered[DISTRIBUTION]
                or line[DISTRIBUTION] == ordered[DISTRIBUTION]
                or not is_coded(ordered)
            ):
                continue
            vals = line._construction_missing_coding(ordered)
            if vals and not line[DISTRIBUTION] and line.move_id.move_type == "in_refund":
                vals = line._construction_recoded_vals(line._construction_credited(), {})
            if vals:
                # nobody changed the bill: what it bills was ordered so
                models.BaseModel.write(line.sudo(), vals)

    def _construction_missing_coding(self, ordered):
        """Values that complete the coding of a line by that of its order line."""
        shares = self._construction_coding_splits() if self[DISTRIBUTION] else []
        single = len(ordered._construction_coding_splits()) == 1
        if not self[DISTRIBUTION] or (not single and not any(any(share[:3]) for share in shares)):
            return self._construction_recoded_vals(ordered[DISTRIBUTION], {})
        if not single or len(shares) > 1:
            return {}
        missing = {field: ordered[field] for field in CODING_FIELDS if ordered[field] and not self[field]}
        return self._construction_recoded_vals(self[DISTRIBUTION], missing) if missing else {}

    def _construction_coded_otherwise(self, ever=True):
        """Those of these lines that are no cost of what their order lines were ordered for.

        :param ever: what is posted may be as its order line was coded at any time
        """
        found = self.filtered(
            lambda line: (
                line.display_type == "product"
                and line.purchase_line_id[DISTRIBUTION]
                and line[DISTRIBUTION] != line.purchase_line_id[DISTRIBUTION]
                and is_coded(line.purchase_line_id)
                and not line._construction_is_coded_as(line.purchase_line_id._construction_coding_splits())
            )
        )
        credits = found.filtered(lambda line: line.move_id.move_type == "in_refund")
        found -= credits.filtered(lambda line: line._construction_takes_back())
        posted = found.filtered(lambda line: line.parent_state == "posted") if ever else self.browse()
        if posted:
            steps = self.env["construction.cost.step"].sudo()._steps_of(posted.purchase_line_id)
            found -= posted.filtered(
                lambda line: any(
                    step.terms and step.terms.coding and line._construction_is_coded_as(step.terms.coding)
                    for step in steps.get(line.purchase_line_id.id, ())
                )
            )
        return found

    def _construction_takes_back(self):
        """Whether a line of a credit note is coded as what was billed of its order line, and posted."""
        billed = self.purchase_line_id.sudo().invoice_lines.filtered(
            lambda line: line.parent_state == "posted" and line.move_id.move_type in BILL_TYPES
        )
        if any(self._construction_is_coded_as(line._construction_coding_splits()) for line in billed):
            return True
        # it may be of several bills that are coded apart
        return bool(billed) and self[DISTRIBUTION] == self._construction_credited()

    def _construction_credits_posted(self):
        """Whether a line of a draft takes back what a posted bill has coded so."""
        if self.move_id.move_type != "in_refund":
            return False
        taken = self.move_id.reversed_entry_id
        return taken.state == "posted" or (bool(self.purchase_line_id) and self._construction_takes_back())

    def _construction_credited(self):
        """The distribution of what was billed that this line of a credit note takes back."""
        return self.purchase_line_id.sudo()._construction_credited_distribution(
            self.quantity, self.product_uom_id, self.move_id.reversed_entry_id, self.move_id
        )

    def _construction_is_coded_as(self, shares):
        """Whether this line is cost of what these shares say, as records or ids."""
        return agrees(
            [_plain(share) for share in self._construction_coding_splits()],
            [_plain(share) for share in shares],
        )

    def _construction_coding_mark(self):
        """What tells one coding of an order line's bill from another."""
        cells = sorted(
            _plain(share)[:3] + (round(share[3], 4),) for share in self._construction_coding_splits()
        )
        return f"{self.purchase_line_id.id}: {cells}"


def _plain(share):
    """(job, code, type, fraction) with ids, 0 for nothing."""
    *cell, fraction = share
    return (*(getattr(part, "id", part) or 0 for part in cell), float(fraction))
