# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_job_cost.errors import PeriodLocked
from odoo.addons.construction_job_cost.lib.period import next_open_date


class ResCompany(models.Model):
    """Where the books of a company have the charges of machines."""

    _inherit = "res.company"

    construction_equipment_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Machines",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        ondelete="restrict",
    )
    construction_equipment_cost_account_id = fields.Many2one(
        "account.account",
        string="Equipment Cost",
        ondelete="restrict",
        help="Debited for what jobs pay for machines.",
    )
    construction_equipment_recovery_account_id = fields.Many2one(
        "account.account",
        string="Equipment Recovery",
        ondelete="restrict",
        help="Credited for what machines earn of jobs.",
    )
    construction_equipment_due_from_account_id = fields.Many2one(
        "account.account",
        string="Due from Other Companies",
        ondelete="restrict",
        help="What other companies of the group owe for machines of this one.",
    )
    construction_equipment_due_to_account_id = fields.Many2one(
        "account.account",
        string="Due to Other Companies",
        ondelete="restrict",
        help="What this company owes others of the group for their machines.",
    )

    construction_equipment_owning_account_ids = fields.Many2many(
        "account.account",
        "construction_equipment_owning_account_rel",
        string="Owning Costs of Machines",
        help="Accounts whose journal items, where they name a machine, are what it has cost: depreciation, "
        "interest, insurance, repair.",
    )

    construction_equipment_unattended = fields.Boolean(
        string="Approve Hours by Rule",
        help="Hours of a machine-day are approved without a person where its readings cover the whole day, "
        "nothing about it is odd, estimated or disputed, it has a cost code, and one job had the machine all "
        "day.",
    )

    def _construction_equipment_setting(self, name):
        """The account or journal that is set for machines.

        :raises UserError: where none is, with where to say it
        """
        self.ensure_one()
        company = self.sudo()
        if not company[name]:
            raise UserError(
                self.env._(
                    "%(company)s has no “%(setting)s” yet: an administrator says it in Accounting, "
                    "Configuration, Settings, under Machines on Jobs.",
                    company=company.name,
                    setting=company._fields[name]._description_string(self.env),
                )
            )
        return company[name]

    def _construction_open_date(self, date):
        """The date, or the first after it on which both job costs and books take an entry."""
        self.ensure_one()
        company = self.sudo()
        while True:
            opened = next_open_date(date, company.construction_cost_lock_date)
            locks = company._construction_books_locks(opened)
            if locks:
                opened = max(lock for lock, _name in locks) + timedelta(days=1)
            if opened == date:
                return date
            date = opened

    def _construction_books_locks(self, date):
        return self._get_lock_date_violations(date, sale=False, purchase=False, tax=False)

    def _construction_check_books_open(self, date, what):
        """:raises PeriodLocked: when the books are locked on a day, with the next open one as a proposal"""
        self.ensure_one()
        locks = self.sudo()._construction_books_locks(date)
        if locks:
            proposed = self._construction_open_date(date)
            raise PeriodLocked(
                self.env._(
                    "%(what)s cannot be dated %(date)s: the books of %(company)s are locked up to %(lock)s. "
                    "Date it %(proposed)s or later.",
                    what=what,
                    date=date,
                    company=self.name,
                    lock=max(lock for lock, _name in locks),
                    proposed=proposed,
                ),
                date,
                proposed,
            )
