# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

# of the context: the mark of what the screen showed on which the user approves, or {id as text: mark}
SEEN = "construction_seen"


class ConstructionEquipmentSeenMixin(models.AbstractModel):
    """What is approved as it was seen: a screen hands back the mark of what it showed."""

    _name = "construction.equipment.seen.mixin"
    _description = "Approved as Seen"

    asked = fields.Char(compute="_compute_asked", help="A mark of what would be approved at this moment.")

    def _compute_asked(self):
        for found in self:
            found.asked = found._asked_mark()

    def _asked_mark(self):
        """What one record asks to be approved, as a mark: another one where that has changed."""
        raise NotImplementedError

    def _asked_marks(self):
        return {str(found.id): found._asked_mark() for found in self}

    def _check_seen(self):
        """:raises UserError: where one of these is not what its user saw, by the marks of the context"""
        seen = self.env.context.get(SEEN)
        if not seen:
            return
        seen = seen if isinstance(seen, dict) else {str(found.id): seen for found in self}
        now = self._asked_marks()
        changed = self.filtered(lambda found: seen.get(str(found.id)) != now[str(found.id)])
        if changed or seen.keys() - now.keys():
            raise UserError(
                self.env._(
                    "%s has changed since you opened it: close this, and look at it again.",
                    "; ".join(changed.mapped("display_name")[:5]) or self.env._("What you approve"),
                )
            )
