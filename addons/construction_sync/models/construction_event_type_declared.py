# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

# what a person may choose otherwise, and what its handler declared at the last update
FOLLOWED = {
    "lane": "declared_lane",
    "patience_hours": "declared_patience_hours",
    "personal_days": "declared_personal_days",
}


class ConstructionEventTypeDeclared(models.Model):
    """What a handler declares of its type holds from the next update on, unless a person chose otherwise.

    That is known by what was declared at the last update, which stands beside the value.
    """

    # apart from the contract: what it is and whose word it is are two ideas
    _inherit = "construction.event.type"  # pylint: disable=consider-merging-classes-inherited

    declared_patience_hours = fields.Float(
        # what all handlers declared until it was noted
        default=72,
        readonly=True,
        help="What its module says. A person's choice of another patience stays.",
    )
    is_declared = fields.Boolean(
        readonly=True,
        help="Whether a handler of an installed module declares it: one that is archived all the same is a "
        "person's choice.",
    )

    @api.model
    def _prepare_declared_vals(self, handler):
        return {
            **super()._prepare_declared_vals(handler),
            "declared_patience_hours": handler._event_patience_hours,
            "declared_personal_days": handler._event_personal_days,
            "personal_until_done": handler._event_personal_done,
            "is_declared": True,
        }

    @api.model
    def _prepare_new_vals(self, declared):
        """Values of a type that was not there, of what its handler declares."""
        known = {name: declared[noted] for name, noted in FOLLOWED.items() if noted in declared}
        return {**declared, **known}

    def _prepare_update_vals(self, declared):
        """What of a type that is there becomes what its handler declares by now."""
        self.ensure_one()
        vals = dict(declared)
        for name, noted in FOLLOWED.items():
            if noted in declared and self[name] == self[noted]:
                vals[name] = declared[noted]
        if self.is_declared:
            vals.pop("active", None)
        return {name: value for name, value in vals.items() if self[name] != value}

    def _end_declared(self):
        """No handler declares these types any more: they come back with one."""
        self.filtered(lambda kind: kind.active or kind.is_declared).write(
            {"active": False, "is_declared": False}
        )
