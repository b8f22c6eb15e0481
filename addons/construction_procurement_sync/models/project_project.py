# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.construction_base.models.project_project import SHUT
from odoo.addons.construction_sync.exceptions import Hold, SyncError

RECEIVED = "received_shut:"
STOPPED = "shut_job:"


class ProjectProject(models.Model):
    _name = "project.project"
    _inherit = ["project.project", "construction.external.mixin"]
    _construction_proposed_fields = frozenset(
        ("name", "job_number", "job_status", "user_id", "job_tz", "date_start", "date")
    )

    def write(self, vals):
        opened = self._construction_shut() if vals.get("job_status", "closed") not in SHUT else self.browse()
        result = super().write(vals)
        if opened:
            opened._construction_resume_opened()
        return result

    def _construction_shut_stop(self):
        """The hold of what asks for something new at the first of these jobs that takes nothing, or None."""
        for job in self._construction_shut()[:1]:
            return Hold(
                job.with_env(self.env)._construction_shut_sentence(),
                cause_key=f"{STOPPED}{job.job_number}",
                job=job,
                record=job,
                owner=job.user_id or None,
            )
        return None

    def _construction_resume_opened(self):
        """These jobs take orders again: let go on what was stopped or held at them."""
        note = self.env._("Set active again by %s.", self.env.user.name)
        items = self.env["construction.exception"].sudo()
        items._end_told(self, (RECEIVED,), note)
        about = items._about([f"{self._name},{res_id}" for res_id in self.ids])
        stopped = about.filtered(lambda item: item.cause_key.startswith(STOPPED)).blocked_ids
        if stopped:
            stopped._requeue(note)
        changes = self.env["construction.order.change"].sudo()
        changes.search(
            [("job_ids", "in", self.ids), ("state", "=", "pending"), ("stop", "=", "job")]
        )._construction_retry()
        holds = self.env["construction.hold"].sudo()
        held = holds.search(
            [
                ("rule", "=", "shut_job"),
                ("state", "=", "open"),
                ("move_id.invoice_line_ids.analytic_distribution", "in", self.sudo().account_id.ids),
            ]
        )
        if held:
            self.env["construction.message"]._resume_for_records(held.move_id)

    def _construction_tell_received(self, name, partner, day=None):
        """Tell the manager of this job, which takes no orders any more, that something came for it.

        One work item a job; it names all that came since it was opened.

        :param str name: what came, as a person knows it; ``partner``: from whom
        """
        self.ensure_one()
        items = self.env["construction.exception"].sudo()
        cause = f"{RECEIVED}{self.job_number}"
        company = self.sudo().company_id
        known = items._find(company, self.env["construction.source"], cause, [("state", "=", "open")])
        day = fields.Date.to_string(day or fields.Date.today())
        came = {**(known.figures or {}), name: f"{day}, {partner.sudo().display_name}"}
        items._open(
            company,
            SyncError(
                self.env._(
                    "Goods or services were received for job %(job)s, which is %(status)s: %(count)s so far. "
                    "They were ordered before. See whether they belong there, or whether to close an order "
                    "short.",
                    job=self.display_name,
                    status=self._construction_status_words(),
                    count=len(came),
                ),
                cause_key=cause,
                job=self,
                record=self,
                owner=self.sudo().user_id or None,
                figures=came,
            ),
        )
