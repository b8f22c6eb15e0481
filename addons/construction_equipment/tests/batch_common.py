# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import Command

from .charge_common import ChargeCommon

BATCH = "construction.equipment.batch"


class BatchCommon(ChargeCommon):
    """A company whose accounts for machines are set."""

    def set_up_once(self):
        super().set_up_once()
        self.set_accounts(self.company)

    def set_accounts(self, company):
        accounts = {}
        for side, kind in (
            ("cost", "expense_direct_cost"),
            ("recovery", "expense"),
            ("due_from", "asset_current"),
            ("due_to", "liability_current"),
        ):
            accounts[side] = self.env["account.account"].create(
                {
                    "name": f"Machines: {side}",
                    "code": f"77{len(accounts)}0",
                    "account_type": kind,
                    "company_ids": [Command.set(company.ids)],
                }
            )
            company.sudo()[f"construction_equipment_{side}_account_id"] = accounts[side]
        company.sudo().construction_equipment_journal_id = self.env["account.journal"].create(
            {"name": "Machines", "code": "MACH", "type": "general", "company_id": company.id}
        )
        return accounts

    def batch(self, user=None, **vals):
        batches = self.env[BATCH].with_user(user or self.controller)
        return batches.create({"company_id": self.company.id, "date_to": "2026-03-31", **vals})

    def posted(self, **vals):
        batch = self.batch(**vals)
        batch.action_post()
        return batch

    def sides(self, move):
        """{side: Decimal} of an entry."""
        found = move.line_ids.grouped("construction_equipment_side")
        return {side: Decimal(str(round(sum(lines.mapped("balance")), 2))) for side, lines in found.items()}

    def compared(self, jobs=None):
        """What the reconciliation lists of the ledger and of documents."""
        self.env.flush_all()
        self.env.invalidate_all()
        wizards = self.env["construction.reconciliation"].with_user(self.controller)
        wizard = wizards.create({"job_ids": [Command.set((jobs or self.job | self.second).ids)]})
        wizard.action_compare()
        return wizard
