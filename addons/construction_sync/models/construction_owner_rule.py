# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError

from ..lib import owners

MANAGERS = "construction_base.group_integration_manager"


class ConstructionOwnerRule(models.Model):
    """Who gets the work items of a kind, of a cause, of a job: the first rule that fits."""

    _name = "construction.owner.rule"
    _description = "Owner of Work Items"
    _inherit = ["construction.reach.mixin", "construction.audited.mixin"]
    _audited = (
        "user_id",
        "category",
        "cause_prefix",
        "source_id",
        "event_type_id",
        "job_id",
        "company_id",
        "sequence",
        "active",
    )
    _audited_life = True
    _order = "sequence, id"
    _rec_name = "user_id"
    _check_company_auto = True

    sequence = fields.Integer(
        default=10, help="The first rule that fits says who; the next is for when nothing happens."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    category = fields.Selection(selection="_selection_category", help="Empty: every category.")
    source_id = fields.Many2one("construction.source", check_company=True, ondelete="cascade")
    event_type_id = fields.Many2one("construction.event.type", ondelete="cascade")
    cause_prefix = fields.Char(
        string="Cause Begins with",
        help="For instance “hold:” or “missing:supplier:”; see a work item's cause.",
    )
    job_id = fields.Many2one("project.project", check_company=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", string="Owner", required=True, ondelete="cascade", domain="[('share', '=', False)]"
    )

    @api.model
    def _selection_category(self):
        return self.env["construction.exception"]._fields["category"]._description_selection(self.env)

    @api.constrains("user_id", "company_id", "job_id", "category", "event_type_id")
    def _check_user_id(self):
        items = self.env["construction.exception"]
        for rule in self:
            if not items._may_own(
                rule.user_id, rule.company_id, rule.job_id, rule.category, rule.event_type_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot open these work items or act on them: choose a buyer, accounts "
                        "payable, a cost controller or an integration manager of %(company)s, or a project "
                        "manager for their own job.",
                        user=rule.user_id.name,
                        company=rule.company_id.name,
                    )
                )

    @api.model
    def _next_owner(
        self,
        company,
        *,
        category=None,
        cause_key=None,
        job=None,
        severity=None,
        exclude=(),
        source=None,
        kind=None,
    ):
        """The first active person by rule who can open such an item and act on it.

        Else the job's manager, the source's owner, an integration manager of the company.

        :param exclude: users who are not asked again
        :return: a user, or none
        """
        facts = owners.Facts(
            category,
            cause_key,
            source.id if source else None,
            kind.id if kind else None,
            job.id if job else None,
        )
        return OwnerFinder(self.env, company).find(facts, exclude)

    def _as_rule(self):
        self.ensure_one()
        return owners.Rule(
            self.user_id.id,
            self.category or None,
            self.cause_prefix or None,
            self.source_id.id or None,
            self.event_type_id.id or None,
            self.job_id.id or None,
        )


class OwnerFinder:
    """Finds owners in one company; what it reads it reads once, for however many items."""

    def __init__(self, env, company, leaving=()):
        """:param leaving: users who are never asked"""
        self.env = env(su=True)
        self.leaving = {user.id for user in leaving}
        self.company = company.with_env(self.env)
        self.rules = [
            rule._as_rule()
            for rule in self.env["construction.owner.rule"].search([("company_id", "=", company.id)])
        ]
        users = self.env.ref(MANAGERS).all_user_ids
        self.managers = self.in_order(users)
        self.known = {}

    def find(self, facts, exclude=(), first=(), deciders=(), model=None):
        """The owner of an item with these facts.

        :param exclude: users who are not asked
        :param first: users who are asked before any rule
        :param deciders: external ids of the groups that may answer what the item asks: one of them owns
            it, by the same order, where there is one
        :param str model: of which kind is what a key may mean: who sees such records owns it, where
            somebody does
        """
        users = self.env["res.users"]
        barred = {user.id for user in exclude}
        job = self.env["project.project"].browse(facts.job or ()).exists()
        kind = self.env["construction.event.type"].browse(facts.kind or ()).exists()
        source = self.env["construction.source"].browse(facts.source or ()).exists()
        ids = [
            *[user.id for user in first],
            *owners.candidates(self.rules, facts),
            *kind.owner_id.ids,
            *job.user_id.ids,
            *source.owner_id.ids,
        ]
        entitled = self.entitled(deciders)
        named = [user_id for user_id in ids if user_id in entitled]
        ids = [*named, *entitled, *ids]
        mappers = self.entitled(self.env["construction.message"]._mapper_groups()) if model else ()
        sees = [i for i in [*ids, *mappers] if self.sees(i, model)] if model else []
        for user_id in dict.fromkeys([*sees, *ids, *self.managers.ids]):
            if user_id not in barred and self.fits(user_id, job, facts.category, kind):
                return users.browse(user_id)
        return users

    def sees(self, user_id, model):
        """Whether a user may look at records of a model, asked once."""
        key = (user_id, model)
        if key not in self.known:
            self.known[key] = model in self.env and self.env[model].with_user(user_id).has_access("read")
        return self.known[key]

    def entitled(self, groups):
        """The ids of the company's users of these groups, in order."""
        found = [self.env.ref(group, raise_if_not_found=False) for group in groups]
        users = [user for group in found if group for user in self.in_order(group.all_user_ids)]
        # of the group that is named first before the next; who administers the system comes last
        return list(dict.fromkeys(user.id for user in sorted(users, key=lambda user: user._is_system())))

    def in_order(self, users):
        """The company's users of these who work; who administers the system comes last."""
        active = users.filtered(lambda user: user.active and self.company in user.company_ids)
        return active.sorted(lambda user: (user._is_system(), user.id))

    def able(self, groups, job, category, administers=False):
        """Whether anybody of these groups can open such an item and act on it.

        :param bool administers: count who administers the system, too
        """
        users = self.env["res.users"].browse(self.entitled(groups))
        return any(
            self.fits(user.id, job, category) for user in users if administers or not user._is_system()
        )

    def fits(self, user_id, job, category, kind=None):
        """Whether this user may own such an item, asked once."""
        if user_id in self.leaving:
            return False
        key = (user_id, job.id, category == "mapping", kind)
        if key not in self.known:
            user = self.env["res.users"].browse(user_id).exists()
            self.known[key] = user.id != SUPERUSER_ID and self.env["construction.exception"]._may_own(
                user, self.company, job, category, kind
            )
        return self.known[key]
