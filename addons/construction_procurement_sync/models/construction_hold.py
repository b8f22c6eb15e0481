# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.errors import DuplicateFound, Hold
from odoo.addons.construction_sync.lib.words import listed

from ..errors import Variance
from ..lib.hold import Rule, covers

RULES = [
    ("price", "Price of a Line"),
    ("invoice_price", "Price of the Bill"),
    ("quantity", "Quantity"),
    ("service", "Service not Confirmed"),
    ("credit", "Credited beyond Billed"),
    ("coding", "Coding"),
    ("freight", "Freight and Charges"),
    ("no_order", "No Order"),
    ("item", "Another Item"),
    ("duplicate", "Duplicate"),
    ("bank", "Bank Details"),
    ("compliance", "Compliance Documents"),
    ("total", "Total"),
    ("sum", "Does Not Add Up"),
    ("currency", "Currency"),
    ("shut_job", "Closed or Suspended Job"),
]
RELEASE_GROUP = "construction_base.group_cost_controller"
# who know whether the work was done
WORD_GROUPS = ("construction_base.group_buyer", "construction_base.group_project_manager")


class ConstructionHold(models.Model):
    """Why a bill may be neither posted nor paid, and who let it go."""

    _name = "construction.hold"
    _description = "Payment Hold"
    _order = "state, id"

    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="move_id.currency_id")
    partner_id = fields.Many2one(related="move_id.partner_id", string="Supplier", store=True)
    rule = fields.Selection(RULES, required=True, readonly=True)
    name = fields.Char(string="Reason", required=True, readonly=True)
    excess = fields.Float(readonly=True, help="By how much the rule is broken.")
    figures = fields.Json(readonly=True)
    other_move_ids = fields.Many2many("account.move", string="Looks Like", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("cured", "Cured"), ("released", "Released")],
        required=True,
        readonly=True,
        default="open",
    )
    release_reason = fields.Char(readonly=True)
    released_by_id = fields.Many2one("res.users", readonly=True)
    released_at = fields.Datetime(readonly=True)

    _one_open = models.UniqueIndex("(move_id, rule) WHERE state = 'open'", "This hold is open already.")

    @api.model
    def _construction_rules(self):
        """{name: lib.hold.Rule} of the rules that are more than a variance for cost controllers.

        A module whose rule is a further choice of ``rule`` says what it means by ``super()``.
        """
        held = ("bank", "no_order", "compliance", "shut_job")
        return {
            **dict.fromkeys(held, Rule(Hold)),
            # who let pass that more is billed than received let pass a service, too
            "quantity": Rule(Variance, covers=("service",)),
            "service": Rule(Hold, groups=WORD_GROUPS),
            "duplicate": Rule(DuplicateFound),
        }

    @api.model
    def _construction_rule(self, name):
        return self._construction_rules().get(name) or Rule(Variance)

    @api.model
    def _construction_all_word_groups(self):
        """Who may let some hold go beside cost controllers."""
        return {group for rule in self._construction_rules().values() for group in rule.groups}

    @api.model
    def _construction_categories(self):
        """The categories of the work items that tell of holds."""
        return {Variance.category, *(rule.error.category for rule in self._construction_rules().values())}

    def _construction_word_groups(self):
        """Who may let one of these holds go beside cost controllers: external ids of groups, in order."""
        groups = (self._construction_rule(hold.rule).groups for hold in self)
        return tuple(dict.fromkeys(group for found in groups for group in found))

    def _construction_may_release(self, user):
        """Those of these holds which the role of a user lets go."""
        if user.has_group(RELEASE_GROUP):
            return self
        return self.filtered(lambda hold: any(map(user.has_group, hold._construction_word_groups())))

    def _construction_covers(self, problem):
        """Whether who released this hold saw at least what is wrong now.

        :param dict problem: values of a hold, as ``_construction_problems`` gives them
        """
        self.ensure_one()
        if problem["rule"] not in (self.rule, *self._construction_rule(self.rule).covers):
            return False
        return problem["excess"] <= self.excess and covers(self.figures or {}, problem["figures"])

    def _construction_words(self):
        """The reasons of these holds for a sentence, in one list: the holds themselves name every line."""
        return [listed(self.env, hold.name.split("; "), "; ") for hold in self]

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A hold is released with a reason, not deleted."))

    def _construction_released_vals(self, reason):
        return {
            "state": "released",
            "release_reason": reason,
            "released_by_id": self.env.uid,
            "released_at": fields.Datetime.now(),
        }
