# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.lib.words import listed

from .account_move import BILL_TYPES


class AccountMoveShutJob(models.Model):
    """A bill for a closed or suspended job is for the cost controller to let go."""

    # a rule of its own, beside those of matching
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_problems(self, bank_account, by_hand=False):
        problems = super()._construction_problems(bank_account, by_hand)
        if self.move_type in BILL_TYPES and "duplicate" not in {problem["rule"] for problem in problems}:
            problems += self._construction_shut_problems()
        return problems

    def _construction_shut_problems(self):
        amounts = {}
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        for line in lines.filtered("analytic_distribution"):
            for job, _code, _type, share in line._construction_coding_splits():
                amounts[job] = amounts.get(job, 0.0) + line.price_subtotal * share
        jobs = self.env["project.project"].union(*amounts)._construction_shut()
        if not jobs:
            return []
        return [
            {
                "rule": "shut_job",
                "name": self.env._(
                    "It bills what takes no cost any more without your word: %s",
                    listed(
                        self.env,
                        [f"{job.display_name} ({job._construction_status_words()})" for job in jobs],
                    ),
                ),
                "excess": sum(abs(amounts[job.with_env(self.env)]) for job in jobs),
                "figures": {
                    "lines": [
                        {
                            "job": job.display_name,
                            "billed": self.currency_id.format(amounts[job.with_env(self.env)]),
                        }
                        for job in jobs
                    ]
                },
            }
        ]
