# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.construction_base.lib.decimals import ZERO, decimal
from odoo.addons.construction_job_cost.lib.amounts import rounded

from ..lib import owning

EP, FHWA = "ep", "fhwa"
FIGURES = (
    *("method", "value", "salvage", "tyres", "tyre_index", "life_hours", "hours_a_year", "interest"),
    *("monthly", "area_factor", "year_factor", "operating"),
)


class ConstructionEquipmentOwning(models.Model):
    """What an hour of a machine or class costs its owner, by formula and from the firm's own figures."""

    _name = "construction.equipment.owning"
    _inherit = ["mail.thread", "construction.reach.mixin", "construction.equipment.scope.mixin"]
    _description = "Owned Cost of a Machine"
    _order = "id desc"
    _check_company_auto = True

    method = fields.Selection(
        [(EP, "USACE EP 1110-1-8"), (FHWA, "FHWA, from a Blue Book")], required=True, default=EP
    )
    value = fields.Monetary(
        string="Value (TEV)",
        help="Total equipment value: with freight, attachments and tax that is not returned.",
    )
    salvage = fields.Float(
        string="Salvage (SLV)", default=0.2, help="The share of the value that is left in the end."
    )
    tyres = fields.Monetary(help="A set of them, which wears out by itself; 0 on tracks.")
    tyre_index = fields.Float(string="Tyre Index (TCI)", default=1.0, digits=(6, 3))
    life_hours = fields.Float(string="Life (Hours)", default=12000.0)
    hours_a_year = fields.Float(string="Hours a Year", default=1500.0)
    interest = fields.Float(
        string="Cost of Money", default=0.04, digits=(6, 5), help="A year, as a share of the value."
    )
    monthly = fields.Monetary(string="Monthly Rate", help="Of the blue book; it is spread over 176 hours.")
    area_factor = fields.Float(string="Area Adjustment", default=1.0, digits=(6, 3))
    year_factor = fields.Float(string="Year Adjustment", default=1.0, digits=(6, 3))
    operating = fields.Monetary(
        string="Operating Cost (Hour)",
        help="Fuel, wear and repair of an hour at work, by the firm's own figures.",
    )
    years = fields.Float(string="Life (Years)", compute="_compute_results", digits=(6, 2))
    depreciation = fields.Monetary(string="Depreciation (Hour)", compute="_compute_results")
    cost_of_money = fields.Monetary(string="Cost of Money (Hour)", compute="_compute_results")
    owning = fields.Monetary(string="Owning (Hour)", compute="_compute_results")
    standby = fields.Monetary(
        string="Standby (Hour)",
        compute="_compute_results",
        help="Half of the depreciation, and the cost of money; of a blue book rate half of it.",
    )
    total = fields.Monetary(string="Owning and Operating (Hour)", compute="_compute_results")
    problem = fields.Char(compute="_compute_results")
    adopt_from = fields.Date(
        string="Rate From",
        default=lambda self: self._next_month(),
        help="The first day of a rate made of this.",
    )
    note = fields.Text()

    @api.depends(*FIGURES, "currency_id")
    def _compute_results(self):
        for found in self:
            found.problem = found._problem()
            results = {} if found.problem else found._results()
            for name in ("depreciation", "cost_of_money", "owning", "standby", "total"):
                found[name] = found._rounded(results.get(name, ZERO))
            found.years = float(results.get("years", ZERO))

    def _problem(self):
        """What is missing for a result, in a sentence; None where nothing is."""
        if self.method == FHWA:
            return None if self.monthly else self.env._("Say the monthly rate of the blue book.")
        if not self.value:
            return self.env._("Say what the machine is worth.")
        if self.life_hours <= 0 or self.hours_a_year <= 0:
            return self.env._("Say the hours of its life, and those of a year.")
        if self.life_hours < self.hours_a_year:
            return self.env._("Its life is a year at least: it has more hours than one year.")
        return None

    def _results(self):
        """Exact results by name: Decimals, which who shows them rounds."""
        operating = decimal(self.operating)
        if self.method == FHWA:
            factors = decimal(self.area_factor), decimal(self.year_factor)
            own = owning.fhwa(decimal(self.monthly), *factors, ZERO)
            return {"owning": own, "standby": own / 2, "total": own + operating}
        machine = self._as_rule()
        own = machine.depreciation + machine.cost_of_money
        return {
            "years": machine.years,
            "depreciation": machine.depreciation,
            "cost_of_money": machine.cost_of_money,
            "owning": own,
            "standby": machine.standby,
            "total": own + operating,
        }

    def _as_rule(self):
        """The lib.owning.Owned of one record."""
        return owning.Owned(
            value=decimal(self.value),
            salvage=decimal(self.salvage),
            life_hours=decimal(self.life_hours),
            tyres=decimal(self.tyres),
            tyre_index=decimal(self.tyre_index),
            hours_a_year=decimal(self.hours_a_year),
            interest=decimal(self.interest),
        )

    def _rounded(self, value):
        return float(rounded(value, decimal(self.currency_id.rounding or 0.01)))

    @api.constrains(
        "salvage", "interest", "value", "tyres", "monthly", "operating", "life_hours", "hours_a_year"
    )
    def _check_shares(self):
        for found in self:
            if not 0 <= found.salvage <= 1 or not 0 <= found.interest <= 1:
                raise ValidationError(
                    self.env._("Salvage and cost of money are shares: from 0 % to 100 % of the value.")
                )
            names = ("value", "tyres", "monthly", "operating", "life_hours", "hours_a_year")
            if any(found[name] < 0 for name in names):
                raise ValidationError(self.env._("What a machine costs is not negative."))

    def action_adopt(self):
        """Make the result the rate of the machine or class: owning and operating, and standby.

        :raises AccessError: for who keeps no rates
        """
        self.ensure_one()
        if self.problem:
            raise UserError(self.problem)
        rate = self.env["construction.equipment.rate"]._adopt(
            self,
            self.adopt_from,
            {
                "is_dual": True,
                "own": self.owning,
                "operating": self._rounded(decimal(self.operating)),
                "has_standby": True,
                "standby": self.standby,
                "note": self.env._("Adopted from the owned cost of %s.", self.name),
            },
        )
        return rate._open()
