# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.construction_base.lib.decimals import decimal
from odoo.addons.construction_job_cost.lib.amounts import rounded

from ..lib.batch import Charged


class ConstructionEquipmentCharge(models.Model):
    """What the books of a company have of a charge: it is in one journal batch of each company.

    The company of the job pays; the company of the machine earns. Mostly they are one.
    """

    # apart from what jobs pay: what the general ledger has of it
    _inherit = "construction.equipment.charge"  # pylint: disable=consider-merging-classes-inherited

    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    company_amount = fields.Monetary(
        currency_field="company_currency_id",
        copy=False,
        aggregator="sum",
        help="In the currency of the job's company, at the rate of the day of the work.",
    )
    owner_company_id = fields.Many2one("res.company", string="Machine of", index=True, copy=False)
    owner_currency_id = fields.Many2one(related="owner_company_id.currency_id", string="Owner Currency")
    owner_amount = fields.Monetary(
        currency_field="owner_currency_id",
        copy=False,
        aggregator="sum",
        help="In the currency of the machine's company.",
    )
    batch_id = fields.Many2one(
        "construction.equipment.batch",
        string="Journal Batch",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        help="By which it stands in the books of the job's company.",
    )
    owner_batch_id = fields.Many2one(
        "construction.equipment.batch",
        string="Journal Batch of the Owner",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        help="By which it stands in the books of the machine's company, where that is another one.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        charges = super().create(vals_list)
        for found in charges:
            back = found.reverses_id
            # whose it was when it worked
            owner = back.owner_company_id or found.equipment_id.company_id
            found.owner_company_id = owner
            found.company_amount = -back.company_amount if back else found._amount_for(found.company_id)
            found.owner_amount = -back.owner_amount if back else found._amount_for(owner)
        return charges

    def _amount_for(self, company):
        """The amount of one charge in the currency of a company, at the rate of the day of the work."""
        amount, currency = decimal(self.amount), self.currency_id
        if currency == company.currency_id or not currency:
            return float(amount)
        units = currency._get_conversion_rate(company.currency_id, currency, company, self.date)
        return float(rounded(amount / decimal(units), decimal(company.currency_id.rounding)))

    def _as_charged(self, company):
        """The lib.batch.Charged of one charge for a company's books."""
        self.ensure_one()
        owner, payer = self.owner_company_id, self.company_id
        return Charged(
            decimal(self._booked_amount(company)),
            self.equipment_id.id,
            self.job_id.id,
            self.cost_code_id.id,
            self.cost_type_id.id,
            owner=owner.id if owner != company else None,
            payer=payer.id if payer != company else None,
            back=bool(self.reverses_id),
        )

    def _booked_amount(self, company):
        return self.company_amount if self.company_id == company else self.owner_amount

    @api.model
    def _unbooked_domain(self, company, until=None):
        """Approved charges that no posted batch of a company has.

        :param until: the last day of the job-cost ledger that is meant
        """
        dated = [("accounting_date", "<=", until)] if until else []
        return [
            ("state", "!=", "proposed"),
            *dated,
            "|",
            *("&", "&", ("company_id", "=", company.id), ("company_amount", "!=", 0)),
            *("|", ("batch_id", "=", False), ("batch_id.state", "!=", "posted")),
            *("&", "&", "&", ("owner_company_id", "=", company.id), ("company_id", "!=", company.id)),
            ("owner_amount", "!=", 0),
            *("|", ("owner_batch_id", "=", False), ("owner_batch_id.state", "!=", "posted")),
        ]
