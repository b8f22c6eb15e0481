# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..errors import WaitingFor
from .construction_event_handler import Work


class ConstructionMessageDecided(models.Model):
    """The decisions of persons on a message, which its handler reads when it goes round again."""

    # apart from the message: what came and what a person decided on it are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    decision_ids = fields.One2many(
        "construction.message.decision", "message_id", string="Decisions", readonly=True
    )
    decision = fields.Char(compute="_compute_decision", compute_sudo=True)
    decided_by_id = fields.Many2one("res.users", compute="_compute_decision", compute_sudo=True)
    decided_at = fields.Datetime(compute="_compute_decision", compute_sudo=True)
    decision_reason = fields.Char(compute="_compute_decision", compute_sudo=True)

    @api.depends("decision_ids")
    def _compute_decision(self):
        for message in self:
            last = message.decision_ids.sorted("id")[-1:]
            message.decision = last.code
            message.decided_by_id = last.user_id
            message.decided_at = last.decided_at
            message.decision_reason = last.reason

    def action_decide_now(self):
        """Ask at once what a waiting message waits for, before its patience runs out.

        It still goes on by itself when what it waits for comes.
        """
        self.ensure_one()
        self._require_resolver()
        self._refuse(("waiting",), self.env._("decided"))
        self._require_free()
        stored = self.sudo()
        error = WaitingFor(
            stored.wait_kind,
            stored.wait_key,
            self.env._("%s It has not come yet.", stored.problem),
            job=stored.job_id,
        )
        stored._store_exception(Work(stored, {}, job=stored.job_id), error)
        return self.action_open_exception()

    def _decided(self, question):
        """The latest decision on a question of this message, or an empty recordset."""
        self.ensure_one()
        return self.sudo().decision_ids.filtered(lambda item: item.question == question).sorted("id")[-1:]
