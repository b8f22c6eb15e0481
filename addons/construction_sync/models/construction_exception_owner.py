# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from datetime import timedelta

from markupsafe import escape

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lib import owners
from .construction_exception import ACTIVITY, SEVERITIES
from .construction_exception_open import DUE_HOURS, GRACE
from .construction_owner_rule import OwnerFinder

AT_ONCE = 500
MANAGER_OF_JOBS = "construction_base.group_project_manager"


class ConstructionExceptionOwner(models.Model):
    """Who works on an item, how they are told of it, and who is next when nothing happens."""

    # apart from the item: what it is and whose it is are two ideas
    _name = "construction.exception"
    _inherit = ["construction.exception", "construction.audited.mixin"]  # pylint: disable=consider-merging-classes-inherited

    _audited = ("state", "owner_id")

    escalate_at = fields.Datetime(readonly=True, help="When the next person gets it, if it is still open.")
    escalations = fields.Integer(readonly=True, help="How often nothing had happened when it was due.")
    former_owner_ids = fields.Many2many(
        "res.users",
        "construction_exception_former_owner_rel",
        "exception_id",
        "user_id",
        string="Had It Before",
        readonly=True,
    )

    _escalate_index = models.Index("(escalate_at) WHERE state = 'open'")
    _source_index = models.Index("(source_id) WHERE state = 'open'")
    # one look at each minute, at who has what, without a look at the items
    _owner_index = models.Index(
        "(owner_id, company_id, job_id, category, event_type_id) WHERE state = 'open'"
    )
    _untold_index = models.Index("(severity_rank DESC, id) WHERE state = 'open' AND told_at IS NULL")

    # ---- who may -----------------------------------------------------------------------

    @api.model
    def _may_own(self, user, company, job=None, category=None, kind=None):
        """Whether a person can open such an item and act on it: never a service user, never a stranger.

        :param kind: the event type of the message that it stops
        """
        user = user.sudo()
        if not user or not user.active or user.share or user.id == SUPERUSER_ID:
            return False
        if company not in user.company_ids or self._is_service(user):
            return False
        if not self.with_user(user).has_access("write") or not user._construction_deals_with(kind):
            return False
        if any(map(user.has_group, self._groups_that_own(job, category))):
            return True
        # what a key means holds for all jobs, and is not for the manager of one to say
        if not job or category == "mapping" or not user.has_group(MANAGER_OF_JOBS):
            return False
        job = job.sudo()
        return user in job.user_id | job.job_member_ids

    @api.model
    def _groups_that_own(self, job, category):
        """External ids of the groups that act on such items of every job; who owns one can read it.

        :param category: it matters only whether it is *mapping*
        """
        return self.env["construction.message"]._mapper_groups()

    @api.model
    def _is_service(self, user):
        if user._fields.get("construction_is_service") and user.construction_is_service:
            return True
        return bool(self.env["construction.source"].sudo().search_count([("user_id", "=", user.id)], limit=1))

    def _barred(self):
        """Who could open this item and may not do what it waits for, as they had a hand in what it stops."""
        return self.env["res.users"]

    def _next_owner(self, finder, exclude=()):
        """Whose this item is next by rule, or nobody.

        :param exclude: users who are not asked
        """
        deciders, barred = self._answered_by(finder=finder), self._barred()
        if barred and set(finder.entitled(deciders[:1])) - set(barred.ids):
            # who comes after them in rights could only change it once more
            deciders = deciders[:1]
        return finder.find(self._facts(), exclude, deciders=deciders, model=self.fix_model)

    def _settle_barred(self):
        """Have these open items be owned by somebody who may do what they wait for."""
        barred = self.sudo().filtered(lambda item: item.state == "open" and item.owner_id in item._barred())
        if barred:
            barred._succeed()

    @api.model
    def _pass_on(self, records):
        """The same for what stops these records, which the user has just written."""
        refs = [f"{record._name},{record.id}" for record in records]
        mine = [("state", "=", "open"), ("record_ref", "in", refs), ("owner_id", "=", self.env.uid)]
        self.sudo().search(mine)._settle_barred()

    @api.constrains("owner_id")
    def _check_owner_id(self):
        known = {}
        for item in self.filtered("owner_id"):
            kind = item.event_type_id
            key = (item.owner_id, item.company_id, item.job_id, item.category == "mapping", kind)
            if key not in known:
                known[key] = self._may_own(item.owner_id, item.company_id, item.job_id, item.category, kind)
            if not known[key]:
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot open “%(item)s” or act on it. Give it to someone of %(company)s who "
                        "may: a buyer, accounts payable, a cost controller, an integration manager, or the "
                        "project manager of its job.",
                        user=item.owner_id.name,
                        item=item.sentence,
                        company=item.company_id.name,
                    )
                )

    def write(self, vals):
        if "owner_id" in vals and not vals["owner_id"] and not self.env.su:
            raise UserError(self.env._("A work item has an owner: give it to someone else instead."))
        if vals.get("owner_id") and not self.env.su:
            self._check_can_answer(self.env["res.users"].browse(vals["owner_id"]))
        return super().write(vals)

    def _check_can_answer(self, user):
        """:raises ValidationError: when an item is handed to who may not do what it asks"""
        for item in self:
            if user in item._barred():
                raise ValidationError(
                    self.env._(
                        "%(user)s had a hand in what “%(item)s” is about, and may not let it pass. Give it "
                        "to somebody else of these: %(groups)s.",
                        user=user.sudo().name,
                        item=item.sentence,
                        groups=self._group_names(item._answered_by()),
                    )
                )
        for item in self.filtered("choices"):
            groups = item._answered_by()
            if not any(user.sudo().has_group(group) for group in groups):
                raise ValidationError(
                    self.env._(
                        "%(user)s may not answer “%(item)s”. Give it to one of these: %(groups)s.",
                        user=user.sudo().name,
                        item=item.sentence,
                        groups=self._group_names(groups),
                    )
                )

    def _facts(self):
        self.ensure_one()
        return owners.Facts(
            self.category,
            self.cause_key,
            self.source_id.id or None,
            self.event_type_id.id or None,
            self.job_id.id or None,
        )

    @api.model
    def _first_owner(self, company, source, error, vals):
        """The owner of an item that is about to be opened."""
        named = self._alive(error, "owner", "res.users")
        facts = owners.Facts(
            vals["category"],
            vals["cause_key"],
            source.id or None,
            vals["event_type_id"] or None,
            vals["job_id"] or None,
        )
        finder = OwnerFinder(self.env, company)
        job = self.env["project.project"].browse(vals["job_id"] or ())
        deciders = self._answering(vals.get("choices"), finder, job, vals["category"])
        deciders = deciders or self._named_groups(vals.get("acting_groups"))
        return finder.find(facts, first=named, deciders=deciders, model=vals.get("fix_model"))

    # ---- telling -----------------------------------------------------------------------

    @api.model
    def _tell_owners(self):
        """See that each open item has an owner, who knows of it, and who is not the last to be asked."""
        self._replace_owners()
        self._escalate_overdue()
        now = fields.Datetime.now()
        items = self.sudo().search(
            [
                ("state", "=", "open"),
                ("told_at", "=", False),
                ("owner_id", "!=", False),
                ("opened_at", "<=", now - GRACE),
            ],
            order="severity_rank desc, id",
            limit=AT_ONCE,
        )
        items._schedule_activities()
        items.write({"told_at": now})

    def _schedule_activities(self):
        """An activity for the owner of each of these items, made in one go."""
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        categories = dict(self._fields["category"]._description_selection(self.env))
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = [
            {
                "activity_type_id": kind.id if kind else False,
                "automated": True,
                "res_model_id": model_id,
                "res_id": item.id,
                "date_deadline": (item.due_at or item.opened_at or fields.Datetime.now()).date(),
                "summary": categories.get(item.category, item.category),
                "note": escape(item.sentence),
                "user_id": item.owner_id.id,
            }
            for item in self
            if item.owner_id
        ]
        if vals_list:
            self.env["mail.activity"].sudo().create(vals_list)

    # ---- who comes after ---------------------------------------------------------------

    @api.model
    def _replace_owners(self):
        """Give items whose owner is gone, or may no longer act on them, to the next person by rule."""
        groups = self.sudo()._read_group(
            [("state", "=", "open")],
            ["owner_id", "company_id", "job_id", "category", "event_type_id"],
            ["__count"],
        )
        wrong, known = self.sudo(), {}
        for owner, company, job, category, kind, _count in groups:
            key = (owner, company, job, category == "mapping", kind)
            if key not in known:
                known[key] = bool(owner) and self._may_own(owner, company, job, category, kind)
            if not known[key] and len(wrong) < AT_ONCE:
                wrong |= self.sudo().search(
                    [
                        ("state", "=", "open"),
                        ("owner_id", "=", owner.id),
                        ("company_id", "=", company.id),
                        ("job_id", "=", job.id),
                        ("category", "=", category),
                        ("event_type_id", "=", kind.id),
                    ],
                    order="id",
                    limit=AT_ONCE - len(wrong),
                )
        wrong._succeed()
        self._settle_open_questions()
        self.env["construction.source"]._replace_owners()

    def _succeed(self, exclude=()):
        """Move these items to the next person by rule, who is told once more.

        :param exclude: users who leave
        """
        for company, items in self.grouped("company_id").items():
            items._succeed_in(OwnerFinder(self.env, company, exclude))

    def _succeed_in(self, finder):
        """The same for items of one company."""
        moves = defaultdict(list)
        for item in self:
            deciders = item._answered_by(finder=finder)
            if deciders:
                item.sudo()._say_who(deciders)
            # where nobody else is left it stays in sight all the same
            owner = item._next_owner(finder, item._barred()) or item._next_owner(finder)
            if owner != item.owner_id:
                moves[owner.id].append(item.id)
        for owner_id, ids in moves.items():
            items = self.sudo().browse(ids)
            items.activity_unlink([ACTIVITY])
            items.write({"owner_id": owner_id, "told_at": False})

    @api.model
    def _escalate_overdue(self):
        """Give what nobody has cured in its time to the next person by rule, once a due period."""
        now = fields.Datetime.now()
        overdue = self.sudo().search(
            [("state", "=", "open"), ("escalate_at", "<=", now)], order="escalate_at, id", limit=AT_ONCE
        )
        moves = defaultdict(list)
        for company, items in overdue.grouped("company_id").items():
            finder = OwnerFinder(self.env, company)
            for item in items:
                tried = item.former_owner_ids | item.owner_id | item._barred()
                owner = item._next_owner(finder, tried) or item.owner_id
                moves[item.owner_id, owner, item.severity_rank, item.escalations].append(item.id)
        for (former, owner, rank, times), ids in moves.items():
            severity = SEVERITIES[min(rank + 1, len(SEVERITIES) - 1)][0]
            items = self.sudo().browse(ids)
            items.activity_unlink([ACTIVITY])
            items.write(
                {
                    "owner_id": owner.id,
                    "severity": severity,
                    "escalations": times + 1,
                    "escalate_at": now + timedelta(hours=DUE_HOURS[severity]),
                    "former_owner_ids": [fields.Command.link(former.id)] if former else [],
                    "told_at": now,
                }
            )
            items._schedule_activities()
