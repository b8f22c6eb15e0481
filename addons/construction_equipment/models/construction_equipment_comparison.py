# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.construction_base.lib.decimals import ZERO, decimal
from odoo.addons.construction_job_cost.lib.amounts import rounded

from ..lib import owning


class ConstructionEquipmentComparison(models.Model):
    """Own or rent: what a month costs either way, by the hours of the month, and the machine's own hours."""

    _name = "construction.equipment.comparison"
    _inherit = ["mail.thread", "construction.reach.mixin", "construction.equipment.scope.mixin"]
    _description = "Own or Rent"
    _order = "id desc"
    _check_company_auto = True

    own_fixed = fields.Monetary(string="Own: a Month", help="What owning costs without an hour of work.")
    own_hourly = fields.Monetary(string="Own: an Hour")
    rent_fixed = fields.Monetary(string="Rent: a Month")
    rent_hourly = fields.Monetary(string="Rent: an Hour")
    break_even = fields.Float(
        string="Break-Even (Hours a Month)",
        compute="_compute_break_even",
        digits=(10, 2),
        help="Both cost the same.",
    )
    has_break_even = fields.Boolean(compute="_compute_break_even")
    verdict = fields.Char(compute="_compute_break_even")
    average_hours = fields.Float(string="Its Hours a Month", compute="_compute_drawing", digits=(10, 2))
    own_cost = fields.Monetary(string="Own: Its Average Month", compute="_compute_drawing")
    rent_cost = fields.Monetary(string="Rent: Its Average Month", compute="_compute_drawing")
    advice = fields.Char(compute="_compute_drawing")
    drawing = fields.Json(compute="_compute_drawing")
    note = fields.Text()

    def _ways(self):
        return (
            owning.Way(decimal(self.own_fixed), decimal(self.own_hourly)),
            owning.Way(decimal(self.rent_fixed), decimal(self.rent_hourly)),
        )

    @api.depends("own_fixed", "own_hourly", "rent_fixed", "rent_hourly")
    def _compute_break_even(self):
        for found in self:
            result = owning.compared(*found._ways())
            found.has_break_even = result.hours is not None
            found.break_even = float(round(result.hours, 2)) if result.hours is not None else 0
            found.verdict = found._words(result)

    def _words(self, result):
        hours = f"{result.hours:,.2f}" if result.hours is not None else ""
        return {
            owning.BELOW: self.env._("Owning costs less below %s hours a month; above, renting does.", hours),
            owning.ABOVE: self.env._("Owning costs less above %s hours a month; below, renting does.", hours),
            owning.ALWAYS: self.env._("Owning costs less, whatever the hours."),
            owning.NEVER: self.env._("Renting costs less, whatever the hours."),
            owning.EQUAL: self.env._("Both cost the same, whatever the hours."),
        }[result.owning]

    @api.depends(
        "own_fixed", "own_hourly", "rent_fixed", "rent_hourly", "equipment_id", "category_id", "company_id"
    )
    def _compute_drawing(self):
        for found in self:
            months = found._months()
            worked = [hours for _label, hours in months]
            average = sum(worked, ZERO) / len(worked) if worked else ZERO
            own, rent = found._ways()
            crossing = owning.compared(own, rent).hours
            most = max([Decimal(100), *worked, *([crossing] if crossing is not None else [])]) * Decimal(
                "1.25"
            )
            found.average_hours = float(round(average, 2))
            found.own_cost, found.rent_cost = (found._rounded(way.cost(average)) for way in (own, rent))
            found.advice = found._advice(average, own, rent) if any(worked) else False
            found.drawing = {
                "most": float(most),
                "lines": [[float(figure) for figure in row] for row in owning.series(own, rent, most)],
                "crossing": float(crossing) if crossing is not None else None,
                "cost": float(own.cost(crossing)) if crossing is not None else None,
                "months": [[label, float(hours)] for label, hours in months],
                "average": float(round(average, 2)) if any(worked) else None,
                "currency": found.currency_id.id,
            }

    def _rounded(self, value):
        return float(rounded(value, decimal(self.currency_id.rounding or 0.01)))

    def _advice(self, average, own, rent):
        saved = rent.cost(average) - own.cost(average)
        amount = self.currency_id.format(abs(self._rounded(saved)))
        hours = f"{average:,.2f}"
        if saved > 0:
            return self.env._(
                "At its %(hours)s hours a month owning saves %(amount)s.", hours=hours, amount=amount
            )
        if saved < 0:
            return self.env._(
                "At its %(hours)s hours a month renting saves %(amount)s.", hours=hours, amount=amount
            )
        return self.env._("At its %(hours)s hours a month both cost the same.", hours=hours)

    def _months(self):
        """[(month, Decimal)]: hours of the last twelve whole months; of a class, of a machine on average."""
        of = self.equipment_id or (self.category_id and self._machines())
        if not of:
            return []
        end = fields.Date.context_today(self).replace(day=1)
        start = end.replace(year=end.year - 1)
        days = self.env["construction.equipment.day"]
        groups = days._read_group(
            [("equipment_id", "in", of.ids), ("date", ">=", start), ("date", "<", end)],
            ["date:month"],
            ["hours:sum"],
        )
        hours = {month: decimal(round(total, 6)) / len(of) for month, total in groups}
        months, month = [], start
        while month < end:
            months.append((format_date(self.env, month, date_format="MMM yy"), hours.get(month, ZERO)))
            month = (month + timedelta(days=31)).replace(day=1)
        return months

    def _machines(self):
        return self.env["maintenance.equipment"].search(
            [
                ("category_id", "child_of", self.category_id.ids),
                ("company_id", "=", self.company_id.id),
                ("ownership", "!=", False),
            ]
        )
