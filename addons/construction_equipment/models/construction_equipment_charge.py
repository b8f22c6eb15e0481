# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.construction_base.lib.decimals import ZERO, decimal

from ..lib import rate
from ..lib.charge import NoRate, charge, together

STATES = [("proposed", "To Approve"), ("approved", "Approved"), ("reversed", "Taken Back")]


class ConstructionEquipmentCharge(models.Model):
    """What one job and cost code pay for one machine and date: the only source of its job cost.

    It follows from the approved hours and from the rate that holds. Once approved it stays, and what changes
    afterwards takes it back by a charge of its own and makes it anew.
    """

    _name = "construction.equipment.charge"
    _inherit = ["construction.cost.source.mixin"]
    _description = "Equipment Charge"
    _order = "date desc, equipment_id, job_id, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    equipment_id = fields.Many2one(
        "maintenance.equipment", string="Machine", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    date = fields.Date(required=True, index=True, help="The day of the work.")
    accounting_date = fields.Date(
        help="The day on which the ledger has it: that of the work, or the first open one after it."
    )
    job_id = fields.Many2one("project.project", required=True, ondelete="restrict", index=True)
    cost_code_id = fields.Many2one("construction.cost.code", required=True, ondelete="restrict")
    cost_type_id = fields.Many2one("construction.cost.type", required=True, ondelete="restrict")
    currency_id = fields.Many2one("res.currency", required=True)
    line_ids = fields.One2many("construction.equipment.charge.line", "charge_id")
    hours = fields.Float(aggregator="sum")
    amount = fields.Monetary(aggregator="sum")
    state = fields.Selection(STATES, required=True, default="proposed", index=True)
    problem = fields.Char(help="Why there is no amount yet.")
    shared = fields.Boolean(
        string="Part of a Day",
        help="A minimum, a maximum or a rate of the day is shared over the jobs of the date.",
    )
    reverses_id = fields.Many2one(
        "construction.equipment.charge",
        string="Takes Back",
        ondelete="restrict",
        index="btree_not_null",
        help="The approved charge that this one takes back.",
    )
    approved_by_id = fields.Many2one("res.users")
    approved_at = fields.Datetime()

    _one_reversal = models.UniqueIndex("(reverses_id)", "A charge is taken back once.")
    _of_machine_and_date = models.Index("(equipment_id, date)")

    @api.depends("equipment_id", "date", "reverses_id")
    def _compute_name(self):
        for found in self:
            name = f"{found.equipment_id.display_name} {found.date}"
            found.name = self.env._("%s, taken back", name) if found.reverses_id else name

    # --- proposed -----------------------------------------------------------------------------------

    @api.model
    def _propose(self, equipment, date):
        """Have the charges of one machine and date say what its approved days and the rates say now.

        What is proposed already and says just that stays as it is.

        :return: what is proposed
        """
        there = self.search([("equipment_id", "=", equipment.id), ("date", "=", date)])
        stale = there.filtered(lambda found: found.state == "proposed")
        standing = there.filtered(lambda found: found.state == "approved" and not found.reverses_id)
        kept, doubtful = self.browse(), self.browse()
        wanted = self._wanted(equipment, date)
        for place, charges in standing.grouped(lambda found: (found.job_id, found.cost_code_id)).items():
            said = wanted.get(place)
            if said and not said["problem"] and charges._says(said):
                del wanted[place]
                continue
            kept |= stale.filtered(lambda found, c=charges: found.reverses_id in c)
            doubtful |= charges
        for (job, code), said in list(wanted.items()):
            same = stale.filtered(lambda found, p=(job, code): found._is_proposal_of(*p))
            if same and same[0]._says(said) and same[0]._is_by(said):
                kept |= same[0]
                del wanted[job, code]
        (stale - kept).line_ids.unlink()
        (stale - kept).unlink()
        new = kept | (doubtful - kept.reverses_id)._take_back()
        for (job, code), said in wanted.items():
            new |= self.create(self._prepare_vals(equipment, date, job, code, said))
        return new

    def _is_proposal_of(self, job, code):
        return not self.reverses_id and (self.job_id, self.cost_code_id) == (job, code)

    def _is_by(self, said):
        """Whether one proposal was worked out by the same rates, with the same word on what is missing."""
        return (
            (self.problem or None, self.shared) == (said["problem"], said["shared"])
            and self.line_ids.rate_id == self._rates_said(said)
            and self.currency_id == self._currency_said(self.equipment_id, said)
        )

    @api.model
    def _rates_said(self, said):
        rates = self.env["construction.equipment.rate"]
        return rates.union(*(record for record in said["rates"].values() if record))

    @api.model
    def _currency_said(self, equipment, said):
        return self._rates_said(said)[:1].currency_id or equipment.company_id.currency_id

    def _says(self, said):
        """Whether these charges say just that already."""
        mine = sorted((line.status, f"{line.hours:.6f}", f"{line.amount:.6f}") for line in self.line_ids)
        others = sorted(
            (line.status, f"{float(line.hours):.6f}", f"{float(line.amount):.6f}") for line in said["lines"]
        )
        return mine == others

    @api.model
    def _wanted(self, equipment, date):
        """{(job, code): {lines: [lib.charge.Line], rates: {job: record}, problem: or None, shared}}"""
        days = self.env["construction.equipment.day"].search(
            [
                ("equipment_id", "=", equipment.id),
                ("date", "=", date),
                ("state", "=", "approved"),
                ("job_id", "!=", False),
            ]
        )
        if not days:
            return {}
        of_number = {found.job_id.job_number or str(found.job_id.id): found for found in days}
        rates = self.env["construction.equipment.rate"]._rates_of(equipment, days.job_id, date)
        usages = [
            (found._as_usage(number), rates.get(found.job_id, (None, None))[1])
            for number, found in of_number.items()
        ]
        currencies = {rule.currency for _usage, rule in usages if rule}
        problem = None
        rented = equipment._construction_ownership_on(date) == "rented"
        if len(currencies) > 1 and not rented:
            problem = self.env._("The rates of its jobs on this day are in several currencies.")
        step = decimal(equipment.company_id.currency_id.rounding)
        try:
            lines = [] if problem else charge(usages, date, step, rented)
        except NoRate as error:
            problem = self.env._("No rate holds for %s on this day.", ", ".join(error.jobs))
            lines = []
        shared = not rented and not problem and together(usages)
        result = {}
        if problem:
            for found in days:
                result[found.job_id, found.cost_code_id] = self._nothing_said(problem)
            return result
        for line in lines:
            found = of_number[line.job]
            record = rates.get(found.job_id, (self.env["construction.equipment.rate"], None))[0]
            code = found.cost_code_id
            if line.code == rate.ON_STANDBY:
                code = record.standby_code_id or code
            said = result.setdefault((found.job_id, code), self._nothing_said(shared=shared))
            said["lines"].append(line)
            said["rates"][line.job] = record
        return result

    @api.model
    def _nothing_said(self, problem=None, shared=False):
        return {"lines": [], "rates": {}, "problem": problem, "shared": shared}

    @api.model
    def _prepare_vals(self, equipment, date, job, code, said):
        own = [line for line in said["lines"] if line.status != "minimum"]
        return {
            "equipment_id": equipment.id,
            "company_id": (job.company_id or equipment.company_id).id,
            "date": date,
            "job_id": job.id,
            "cost_code_id": code.id,
            "cost_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                "construction_base.cost_type_equipment"
            ),
            "currency_id": self._currency_said(equipment, said).id,
            "shared": said["shared"],
            "problem": said["problem"],
            "hours": float(sum((line.hours for line in own), ZERO)),
            "amount": float(sum((line.amount for line in said["lines"]), ZERO)),
            "line_ids": [
                fields.Command.create(
                    {
                        "status": line.status,
                        "rate_id": said["rates"][line.job].id,
                        "hours": float(line.hours),
                        "charged": float(line.charged),
                        "rate": float(line.rate),
                        "amount": float(line.amount),
                    }
                )
                for line in said["lines"]
            ],
        }

    def _take_back(self):
        """Propose charges that take these back."""
        vals_list = []
        for found in self:
            [vals] = found.copy_data({"state": "proposed", "reverses_id": found.id, "accounting_date": False})
            vals.update(
                hours=-found.hours,
                amount=-found.amount,
                approved_by_id=False,
                approved_at=False,
                line_ids=[
                    fields.Command.create(
                        {
                            "status": line.status,
                            "rate_id": line.rate_id.id,
                            "hours": -line.hours,
                            "charged": -line.charged,
                            "rate": line.rate,
                            "amount": -line.amount,
                        }
                    )
                    for line in found.line_ids
                ],
            )
            vals_list.append(vals)
        return self.create(vals_list)

    # --- in the ledger ------------------------------------------------------------------------------

    def _construction_cost_date(self):
        return self.accounting_date or super()._construction_cost_date()

    def _construction_cost_position(self):
        positions = {}
        for found in self.filtered(lambda charged: charged.state != "proposed" and charged.amount):
            positions[found] = [
                {
                    "kind": "actual",
                    "stage": None,
                    "job_id": found.job_id.id,
                    "cost_code_id": found.cost_code_id.id,
                    "cost_type_id": found.cost_type_id.id,
                    "currency_id": found.currency_id.id,
                    "amount": decimal(found.company_amount),
                    "amount_currency": decimal(found.amount),
                    "quantity": decimal(found.hours),
                }
            ]
        return positions

    # --- guarded ------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_rules_write()
        return super().create(vals_list)

    def write(self, vals):
        self._check_rules_write()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_proposed(self):
        self._check_rules_write()
        if any(found.state != "proposed" for found in self):
            raise UserError(self.env._("An approved charge stays: it is taken back by another."))

    @api.model
    def _check_rules_write(self):
        if not self.env.su:
            raise AccessError(self.env._("Charges follow from approved hours and rates."))
