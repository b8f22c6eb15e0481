# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.construction_job_cost.lib.period import next_open_date

from ..lib.mark import mark

CONTROLLER = "construction_base.group_cost_controller"


class ConstructionEquipmentCharge(models.Model):
    """A cost controller approves what jobs pay, as it was seen, and all of what was worked out as one."""

    # apart from what is proposed: how it comes to stand
    _name = "construction.equipment.charge"
    _inherit = ["construction.equipment.charge", "construction.equipment.seen.mixin"]

    def _asked_mark(self):
        lines = [(line.status, line.hours, line.charged, line.rate, line.amount) for line in self.line_ids]
        of = (self.equipment_id, self.job_id, self.cost_code_id, self.currency_id, self.reverses_id)
        said = (self.date, self.state, self.hours, self.amount, self.problem or "", lines)
        return mark(*(record.id for record in of), *said)

    def _authors(self):
        """Who entered or overrode the hours of one charge."""
        claims = self.env["construction.equipment.claim"].sudo()
        of_day = [("equipment_id", "=", self.equipment_id.id), ("date", "=", self.date)]
        return claims.search([*of_day, ("job_id", "in", [False, self.job_id.id])]).entered_by_id

    def action_review(self):
        """Show what would be approved, with what cannot be left out, and ask."""
        charges = self.filtered(lambda found: found.state == "proposed")
        if not charges:
            raise UserError(self.env._("Nothing of this waits for approval."))
        charges.check_access("read")
        return self.env["construction.equipment.approval"]._ask(charges, charges._counterparts())

    def action_approve(self):
        """Approve charges, and post them to the job-cost ledger in one batch.

        :raises AccessError: unless a cost controller, who neither entered nor overrode the hours
        :raises UserError: for one without an amount, one that is not what was seen, and one that was
            worked out as one with others that are not among these
        """
        charges = self.filtered(lambda found: found.state == "proposed")
        for found in charges:
            found.check_access("read")
        if not self.env.su and not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("What jobs pay for machines is approved by a cost controller."))
        self._check_seen()
        charges._check_whole()
        for found in charges:
            if found.problem:
                raise UserError(
                    self.env._("%(charge)s: %(problem)s", charge=found.name, problem=found.problem)
                )
            if self.env.user in found._authors():
                raise AccessError(
                    self.env._("%s: who entered or overrode hours does not approve them.", found.name)
                )
        documents = charges.sudo()
        now = fields.Datetime.now()
        for found in documents:
            lock_date = found.company_id.construction_cost_lock_date
            found.write(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_at": now,
                    "accounting_date": next_open_date(found.date, lock_date),
                }
            )
        documents.reverses_id.write({"state": "reversed"})
        documents._construction_post_cost()
        return True

    def _counterparts(self):
        """What stands or falls with these, and is not among them.

        What takes a charge back and what takes its place are one. Where a minimum or maximum is shared over
        the jobs of a date, so are all of that date; those of another company are for its own controller.
        """
        result = self.browse()
        for (equipment, date), found in self.grouped(
            lambda charge: (charge.equipment_id, charge.date)
        ).items():
            others = self.search(
                [
                    ("equipment_id", "=", equipment.id),
                    ("date", "=", date),
                    ("company_id", "in", found.company_id.ids),
                    ("state", "=", "proposed"),
                ]
            )
            if not any((others | found).mapped("shared")):
                others = others.filtered(lambda other, f=found: other.job_id in f.job_id)
            result |= others - found
        return result

    def _check_whole(self):
        """:raises UserError: where something that stands or falls with these is not among them"""
        left = self._counterparts()
        if not left:
            return
        names = [
            self.env._(
                "%(charge)s on %(job)s (%(amount)s)",
                charge=c.name,
                job=c.job_id.sudo().display_name,
                amount=c.currency_id.format(c.amount),
            )
            for c in left
        ]
        raise UserError(
            self.env._("These were worked out as one with: %s. Approve them together.", "; ".join(names[:10]))
        )
