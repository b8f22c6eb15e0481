# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.construction_sync.errors import SyncError

RECEIVED = "received_shut:"


class ProjectProject(models.Model):
    _inherit = "project.project"

    def _construction_resume_opened(self):
        """Let go on what is held at these jobs, too: changes of orders, and bills."""
        note = self.env._("Set active again by %s.", self.env.user.name)
        self.env["construction.exception"].sudo()._end_told(self, (RECEIVED,), note)
        result = super()._construction_resume_opened()
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
        return result

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
