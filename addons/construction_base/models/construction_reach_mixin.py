# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError


class ConstructionReachMixin(models.AbstractModel):
    """Records that nobody moves to where they could not have made them.

    Odoo looks at the rules of records before a change only: a company that a user has no part in could
    be written, and the record would hold there, unseen by who wrote it.
    """

    _name = "construction.reach.mixin"
    _description = "Records That Stay in Reach"

    # the fields by which the rules go
    _reach = ("company_id",)

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and any(name in vals for name in self._reach):
            self._check_reach()
        return result

    def _check_reach(self):
        """:raises AccessError: when these records are out of reach of the user as they are now"""
        self.flush_recordset(self._reach)
        if self.has_access("write"):
            return
        raise AccessError(
            self.env._(
                "%(record)s would be where %(user)s may change nothing: it stays where it is.",
                record=self.sudo()[:1].display_name,
                user=self.env.user.name,
            )
        )
