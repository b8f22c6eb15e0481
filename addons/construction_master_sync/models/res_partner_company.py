# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.transaction import notes

COMPANY, MOVING = "commercial_partner_id", "construction_contact_moves"


class ResPartner(models.Model):
    """A contact that moves to another company: Odoo writes then what it works out elsewhere."""

    # apart from what is known of a contact: whose it is, is Odoo's to work out
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        at_work = notes(self.env)
        if "parent_id" not in vals or MOVING in at_work:
            return super().write(vals)
        if COMPANY in vals:
            self._check_field_access(self._fields[COMPANY], "write")
        at_work[MOVING] = True
        try:
            return super().write(vals)
        finally:
            del at_work[MOVING]

    def _construction_is_worked_out(self, field):
        moves = field.name == COMPANY and MOVING in notes(self.env)
        return not moves and super()._construction_is_worked_out(field)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _construction_is_worked_out(self, field):
        # of bills and entries that are that contact's alone
        moves = field.name == COMPANY and MOVING in notes(self.env)
        return not moves and super()._construction_is_worked_out(field)
