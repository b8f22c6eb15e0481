from odoo import api, fields, models


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

    def _decided(self, question):
        """The latest decision on a question of this message, or an empty recordset."""
        self.ensure_one()
        return self.sudo().decision_ids.filtered(lambda item: item.question == question).sorted("id")[-1:]
