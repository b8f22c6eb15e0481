# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from .construction_owner_rule import OwnerFinder

AT_ONCE = 500
LAST = "construction_base.group_integration_manager"


class ConstructionExceptionAnswer(models.Model):
    """Who may answer what an item asks: somebody who can open it, always.

    An answer names the groups that give it. Where none of their members can open the item, for a job has
    no manager or the only clerk left, the group that the answer names next may give it, at last the
    integration managers. That is judged when it is asked and whenever somebody answers.
    """

    # apart from what is decided: what may be said and by whom are two ideas
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    # those that ask are looked at each minute, and are few
    _question_index = models.Index("(id) WHERE state = 'open' AND question IS NOT NULL")

    acting_groups = fields.Char(
        readonly=True, help="Whose members can cure it, where it asks nothing: external ids of groups."
    )
    widened = fields.Char(readonly=True, help="The words of the sentence that say who decides instead.")

    asked_group_ids = fields.Many2many(
        "res.groups",
        "construction_exception_asked_group_rel",
        "exception_id",
        "group_id",
        string="Asked Roles",
        compute="_compute_asked_group_ids",
        store=True,
        help="Of an item that no event opened: the roles that it asks. They see it, whoever owns it.",
    )
    can_resolve = fields.Boolean(compute="_compute_can_resolve")

    @api.depends_context("uid")
    @api.depends("state", "choices", "acting_groups", "blocked_ids")
    def _compute_can_resolve(self):
        for item in self:
            stops = item.state != "open" or item.choices or item.sudo().blocked_ids
            item.can_resolve = not stops and item._may_see_to()

    @api.depends("choices", "acting_groups", "event_type_id")
    def _compute_asked_group_ids(self):
        for item in self:
            names = []
            if not item.event_type_id:
                names = item._groups_of(item.choices) or item._named_groups(item.acting_groups)
            found = (self.env.ref(name, raise_if_not_found=False) for name in names)
            item.asked_group_ids = [group.id for group in found if group]

    # ---- who -----------------------------------------------------------------------------

    @api.model
    def _answering(self, choices, finder, job, category, widened=False):
        """The external ids of the groups that may give one of these answers, each once.

        :param bool widened: the next group was asked before: it may still answer
        """
        found = []
        for choice in choices or ():
            own = self._groups_of([choice])
            wider = self._named_groups(choice.get("wider"))
            wider.append(LAST)
            steps = [own + wider[:count] for count in range(bool(widened), len(wider) + 1)]
            able = (
                groups
                # who administers the system is of every group often, and is asked where there is nobody else
                for administers in (False, True)
                for groups in steps
                if finder.able(groups, job, category, administers)
            )
            found += next(able, steps[-1])
        return list(dict.fromkeys(found))

    def _answered_by(self, choices=None, finder=None):
        """The groups that may give one of these answers, or any; those that cure what asks nothing."""
        self.ensure_one()
        item = self.sudo()
        if not choices and not item.choices:
            return self._named_groups(item.acting_groups)
        return self._answering(
            choices or item.choices,
            finder or OwnerFinder(self.env, item.company_id),
            item.job_id,
            item.category,
            bool(item.widened),
        )

    def _may_see_to(self):
        """Whether the user may say that what this item only tells of is done."""
        self.ensure_one()
        if self.env.su:
            return True
        item = self.sudo()
        if self.env.user in item._barred():
            return False
        if not item.acting_groups:
            return True
        finder = OwnerFinder(self.env, item.company_id)
        groups = self._answering([{"groups": item.acting_groups}], finder, item.job_id, item.category)
        return any(self.env.user.has_group(group) for group in groups)

    def _kept_by_ignoring(self):
        """Whether to ignore this item is to give one of its answers, with all that this asks."""
        return False

    def _require_answered(self):
        """What stops no message is closed by its answer, or where it asks nothing by who cures it.

        :raises AccessError: for an item that asks, and for who may not see to one that tells
        """
        if self.env.su:
            return
        for item in self.filtered(lambda item: not item.sudo().blocked_ids):
            if item.choices:
                raise AccessError(
                    self.env._(
                        "“%(item)s” ends by an answer only: “%(answers)s”. It is given by: %(groups)s.",
                        item=item.sentence,
                        answers=self.env._("” or “").join(choice["label"] for choice in item.choices),
                        groups=self._group_names(item._answered_by()),
                    )
                )
            if item._may_see_to():
                continue
            if self.env.user in item._barred():
                raise AccessError(
                    self.env._(
                        "You had a hand in what “%s” is about: somebody else sees to it. Hand it over.",
                        item.sentence,
                    )
                )
            raise AccessError(
                self.env._(
                    "“%(item)s” is seen to by: %(groups)s. Hand it over to one of them.",
                    item=item.sentence,
                    groups=self._group_names(item._answered_by()),
                )
            )

    @api.model
    def _named_groups(self, names):
        return [name.strip() for name in (names or "").split(",") if name.strip()]

    @api.model
    def _settle_open_questions(self):
        """Look whether what is asked can still be answered by whom it was given to."""
        domain = [("state", "=", "open"), ("question", "!=", False)]
        self.sudo().search(domain, order="id", limit=AT_ONCE)._settle_questions()

    def _settle_questions(self):
        """Have these open items be owned by who may answer what they ask."""

        def may_not(item):
            asked = self._groups_of(item.choices)
            return not any(item.owner_id.has_group(group) for group in asked if item.owner_id)

        # each minute's refresh of one that is well costs no look at rules and users
        for company, items in self.sudo().filtered("choices").filtered(may_not).grouped("company_id").items():
            finder = OwnerFinder(self.env, company)
            for item in items:
                groups = item._answered_by(finder=finder)
                item._say_who(groups)
                if not any(item.owner_id.has_group(group) for group in groups if item.owner_id):
                    item._succeed_in(finder)

    def _say_who(self, groups):
        """Name in the sentence who decides, where none of those who usually do can open this."""
        asked = self._groups_of(self.choices)
        # where nothing is asked, its sentence says who does it
        instead = [group for group in groups if group not in asked]
        if self.widened or not asked or not instead:
            return
        words = self.env._(
            "Nobody of %(asked)s can open this: it is decided by %(groups)s.",
            asked=self._group_names(asked),
            groups=self._group_names(instead),
        )
        self.write({"widened": words, "sentence": f"{self.sentence} {words}"})
