# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

from ..lib.rate import HOUR

# what a rate keeps of the one in whose place it comes
KEPT = ("minimum_hours", "maximum_hours", "idle_policy", "standby_code_id")


class ConstructionEquipmentRate(models.Model):
    """A rate that is adopted from a calculation ends the one that held before."""

    # apart from which rate holds
    _inherit = "construction.equipment.rate"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _adopt(self, scope, since, vals):
        """A rate by the hour for a machine or class, from a day on; what held there ends the day before.

        :param scope: a record with company, machine or class
        :param vals: the amounts
        :raises UserError: where another rate begins on that day or later
        """
        if not since:
            raise UserError(self.env._("Say from which day the rate holds."))
        there = self.search(
            [
                ("company_id", "=", scope.company_id.id),
                ("job_id", "=", False),
                ("equipment_id", "=", scope.equipment_id.id),
                ("category_id", "=", scope.category_id.id),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", since),
            ]
        )
        later = there.filtered(lambda found: found.date_from >= since)
        if later:
            raise UserError(
                self.env._(
                    "%(rate)s has a rate from %(date)s on already: adopt this from a later day, or archive "
                    "that one.",
                    rate=scope.name,
                    date=max(later.mapped("date_from")),
                )
            )
        kept = (
            {name: there[:1]._fields[name].convert_to_write(there[:1][name], there[:1]) for name in KEPT}
            if there
            else {}
        )
        there.date_to = since - timedelta(days=1)
        return self.create(
            {
                **(kept if there[:1].basis == HOUR else {}),
                "company_id": scope.company_id.id,
                "currency_id": scope.company_id.currency_id.id,
                "equipment_id": scope.equipment_id.id,
                "category_id": scope.category_id.id,
                "date_from": since,
                "basis": HOUR,
                **vals,
            }
        )

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Equipment Rate"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
