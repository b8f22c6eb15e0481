# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ResPartner(models.Model):
    """Whose a contact is, follows from its parent: Odoo works it out again where it takes entries along."""

    # apart from what is known of a contact: whose it is, is Odoo's to work out
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def _compute_commercial_partner(self):
        with self._construction_working_out():
            return super()._compute_commercial_partner()


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        """Let Odoo write whose the entries of a contact are that moved, and nobody else's."""
        company = vals.get("commercial_partner_id")
        if (
            len(vals) == 1
            and company
            and all(move.partner_id.commercial_partner_id.id == company for move in self)
        ):
            with self._construction_working_out():
                return super().write(vals)
        return super().write(vals)
