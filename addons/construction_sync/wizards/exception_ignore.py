# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ..models.construction_message_effect import KEEP


class ConstructionExceptionIgnore(models.TransientModel):
    _name = "construction.exception.ignore"
    _description = "Ignore Messages"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("exception_id", "message_ids")
    _shows = ("exception_id", "message_ids")

    exception_id = fields.Many2one("construction.exception", string="Work Item")
    message_ids = fields.Many2many("construction.message", string="Messages")
    effect_ids = fields.Many2many(
        "construction.message.record",
        compute="_compute_effect_ids",
        string="Left Behind",
        help="What these messages have made before they were stopped.",
    )
    can_undo = fields.Boolean(compute="_compute_effect_ids")
    undoers = fields.Char(
        compute="_compute_effect_ids",
        string="Undone by",
        help="It stays when you ignore these messages. Hand the work item over to have it undone.",
    )
    effects = fields.Selection(
        [("keep", "Keep them"), ("undo", "Undo them: drafts go, or say again what they said")],
        string="What They Left",
    )
    reason = fields.Char(required=True, help="Kept with the messages for the auditor.")

    @api.depends("exception_id", "message_ids")
    def _compute_effect_ids(self):
        # by the user's own rights: what they may not read is not shown
        for wizard in self:
            messages = wizard._messages()
            wizard.effect_ids = messages._standing_effects()
            wizard.can_undo = bool(wizard.effect_ids) and messages._may_undo()
            is_other = bool(wizard.effect_ids) and not wizard.can_undo and messages._can_be_undone()
            wizard.undoers = is_other and messages._undoers()

    def _messages(self):
        messages = self.exception_id.sudo().blocked_ids.sudo(False) if self.exception_id else None
        return (messages if messages is not None else self.message_ids)._filtered_access("read")

    def _shown(self):
        """Which messages are closed, and what they left behind: of those of a work item, as one."""
        item, messages = self.exception_id, self.message_ids._origin
        figures = (messages if not item else item.blocked_ids)._asked_figures()
        if not item:
            return figures
        shown = [[message.id, values] for message, values in figures.items()]
        return {item: [item.state, sorted(shown, key=lambda pair: pair[0])]}

    def action_ignore(self):
        """Close the messages without effect, with the reason."""
        self.ensure_one()
        self._check_seen()
        # the wizard's own defaults are none of what is made from here on
        self = self.with_env(self.env(context=clean_context(self.env.context)))
        if self.can_undo and not self.effects:
            raise UserError(self.env._("Choose whether to keep or to undo what these messages left behind."))
        # where undoing is for others, what there is stays; the server asks again who may
        effects = self.effects or (KEEP if self.undoers else None)
        if self.exception_id:
            self.exception_id._ignore(self.reason, effects)
        else:
            self.message_ids._ignore(self.reason, effects)
        return {"type": "ir.actions.act_window_close"}
