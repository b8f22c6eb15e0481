# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, Command, models

from odoo.addons.construction_job_cost.lib.budget import is_balanced
from odoo.addons.construction_sync.errors import Hold, InvalidData
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.models.construction_event_document import (
    ANOTHER,
    CORRECTION,
    KEEP,
    OTHER,
    REPEAT,
    REPLACE,
)

CONTROLLER = "construction_base.group_cost_controller"


class CostBudgetRevised(models.AbstractModel):
    """A budget approved outside is put before the cost controllers here, as one by hand is.

    Unless its source may approve budgets: a setting of the source, which cost controllers set.
    """

    _name = "construction.handler.cost.budget.revised"
    _inherit = "construction.procurement.mixin"
    _description = "Budget set or changed"
    _event_type = "cost.budget.revised"
    _event_group = "construction_procurement_sync.group_service_budget"
    _event_priority = 15
    _document_kind = "budget"
    _document_fields = ("job", "revision")
    _document_groups = CONTROLLER
    _document_choices = (REPLACE, KEEP, ANOTHER)

    def _reference_keys(self, data):
        yield "budget", self._document_key(data)
        yield "job", data["job"]
        yield from self._line_reference_keys(data["lines"])

    def _document_key(self, data):
        return document_key(data["job"], data["revision"])

    def _resolve(self, work):
        self._job(work, work.data["job"])
        known = self._know(work, "construction.budget")
        if known.verdict == REPEAT:
            return {"budget": known.record, "vals": None}
        if known.verdict == OTHER:
            choices = self._document_choices if known.record.state != "approved" else (KEEP, ANOTHER)
            raise self._other_content(
                work,
                known,
                self._words_of(work),
                choices=choices,
                **self._document_info(work, known.record),
            )
        if known.verdict == CORRECTION and known.record.state == "approved":
            raise InvalidData(
                self.env._(
                    "%(what)s is approved and frozen (%(budget)s). Have its sender send the difference as a "
                    "further revision, or ignore this.",
                    what=self._words_of(work),
                    budget=known.record.name,
                ),
                cause_key=f"frozen:budget:{self._work_key(work)}",
                groups=CONTROLLER,
                **self._document_info(work, known.record),
            )
        self._check_one_original(work, known.record)
        return {"budget": known.record, "vals": self._read_budget(work)}

    def _check_one_original(self, work, budget):
        """:raises InvalidData: for a second original budget of a job"""
        original = work.job.sudo()._construction_original_budgets() - budget
        if work.data["kind"] == "original" and original:
            raise InvalidData(
                self.env._(
                    "%(what)s is an original budget, and %(job)s has one (%(known)s). Have its sender send "
                    "the difference as a revision, or ignore this.",
                    what=self._words_of(work),
                    job=work.job.display_name,
                    known=original.name,
                ),
                "/kind",
                cause_key=f"second_original:{self._work_key(work)}",
                groups=CONTROLLER,
                job=work.job,
                record=original,
            )

    def _words_of(self, work):
        return self.env._(
            "Budget %(revision)s of job %(job)s",
            revision=work.data["revision"],
            job=work.job.display_name if work.job else work.data["job"],
        )

    def _document_info(self, work, budget):
        return {"job": work.job, "record": budget or None}

    def _is_open(self, budget):
        return budget.state != "approved"

    def _read_budget(self, work):
        data = work.data
        amounts = [
            self._decimal(line["amount"], f"/lines/{n}/amount") for n, line in enumerate(data["lines"])
        ]
        currency = work.job.company_id.currency_id or self.env.company.currency_id
        for number, amount in enumerate(amounts):
            if round(amount, currency.decimal_places) != amount:
                raise InvalidData(
                    self.env._(
                        "%(what)s: %(amount)s has more decimals than %(currency)s.",
                        what=self._words_of(work),
                        amount=amount,
                        currency=currency.name,
                    ),
                    f"/lines/{number}/amount",
                    job=work.job,
                )
        if data["kind"] in ("transfer", "contingency") and not is_balanced(amounts):
            raise InvalidData(
                self.env._(
                    "%(what)s gives and takes different amounts (net %(net)s). A transfer or a contingency "
                    "draw sums to zero: have its sender correct it.",
                    what=self._words_of(work),
                    net=currency.format(float(sum(amounts))),
                ),
                "/lines",
                job=work.job,
            )
        day = self._job_date(work.job, data["approved_at"])
        what = self._words_of(work)
        return {
            "title": data.get("title") or self.env._("Budget %s", data["revision"]),
            "kind": data["kind"],
            "job_id": work.job.id,
            "date": self._open_date(work, day, what, CONTROLLER),
            "reason": data.get("reason") or False,
            "construction_external_key": data["revision"],
            "construction_approved_outside": data["approved_by"],
            "construction_occurred_at": work.message.occurred_at,
            "line_ids": [
                Command.create(self._prepare_line_vals(work, line, amount, f"/lines/{number}"))
                for number, (line, amount) in enumerate(zip(data["lines"], amounts, strict=True))
            ],
        }

    def _prepare_line_vals(self, work, line, amount, pointer):
        # without a type it is of the code as a whole
        cost_type = line.get("cost_type") and self._cost_type(work, line["cost_type"])
        return {
            "cost_code_id": self._cost_code(work, line["cost_code"], f"{pointer}/cost_code").id,
            "cost_type_id": cost_type.id if cost_type else False,
            "name": line.get("description") or False,
            "amount": float(amount),
        }

    def _apply(self, works):
        self._require_distinct(works)
        for work in works:
            budget, vals = work.resolved["budget"], work.resolved["vals"]
            if not vals:
                continue
            if budget:
                self._rewrite(work, budget, vals)
            else:
                budget = self.env["construction.budget"].create(vals)
                self._bind(work, "budget", self._work_key(work), budget)
                work.trace(budget)
            self._note_content([work])
            self._put_forward(work, budget)

    def _rewrite(self, work, budget, vals):
        if budget.state == "submitted":
            budget.action_back_to_draft()
        budget.line_ids.unlink()
        budget.write(vals)
        budget.message_post(body=self.env._("Corrected by %s.", work.message.source_id.name))
        work.trace(budget, "update")

    def _put_forward(self, work, budget):
        """Submit a budget; approve it, where its source may."""
        budget.action_submit()
        if work.message.source_id.sudo().construction_approves_budgets:
            # by the word of whoever approved it outside, whom the document names
            budget.with_user(SUPERUSER_ID).action_approve()
            budget.message_post(
                body=self.env._(
                    "Approved outside by %(person)s; %(system)s may approve budgets.",
                    person=work.data["approved_by"],
                    system=work.message.source_id.name,
                )
            )
            return
        work.tell(
            Hold(
                self.env._(
                    "%(what)s (%(budget)s, %(amount)s) was approved outside by %(person)s and waits for a "
                    "cost controller: approve it, or set it back to draft.",
                    what=self._words_of(work),
                    budget=budget.name,
                    amount=budget.currency_id.format(budget.amount),
                    person=work.data["approved_by"],
                ),
                cause_key=f"budget_approval:{self._work_key(work)}",
                groups=CONTROLLER,
                severity="medium",
                job=work.job,
                record=budget.with_env(self.env),
            )
        )

    _undoes = True

    def _undo(self, work):
        """A budget that nobody has approved goes."""
        undone = {}
        for budget in self._own(work, "construction.budget").filtered(lambda b: b.state != "approved"):
            name = budget.name
            budget = budget.sudo()
            if budget.state == "submitted":
                budget.action_back_to_draft()
            budget.unlink()
            undone[budget] = self.env._("Budget %s was deleted.", name)
        return undone
