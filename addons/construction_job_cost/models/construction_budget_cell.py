# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.construction_base.lib.decimals import decimal

from ..lib.budget import Figures


class ConstructionBudgetCell(models.Model):
    """One row a job and cost code, written by whoever checks or changes its budget.

    A row lock alone does not protect a sum: under REPEATABLE READ the second transaction wakes with
    its old snapshot. Because the row is *written*, it fails to serialize instead and is tried again.
    """

    _name = "construction.budget.cell"
    _description = "Budget Control Cell"
    _no_evidence = "rows that two transactions write to meet: they say nothing"

    job_id = fields.Many2one("project.project", required=True, ondelete="cascade")
    cost_code_id = fields.Many2one("construction.cost.code", ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    checks = fields.Integer(default=1)

    _cell_unique = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (job_id, cost_code_id)", "One cell a job and cost code."
    )

    def _lock(self, cells, company):
        """Write the rows of (job id, code id) cells, in one statement and always in the same order."""
        ordered = sorted(cells, key=lambda cell: (cell[0], cell[1] or 0))
        self.env.cr.execute(
            SQL(
                """INSERT INTO construction_budget_cell (job_id, cost_code_id, company_id, checks)
                   VALUES %s
              ON CONFLICT (job_id, cost_code_id)
                DO UPDATE SET checks = construction_budget_cell.checks + 1""",
                SQL(", ").join(
                    SQL("(%s, %s, %s, 1)", job_id, code_id or None, company.id) for job_id, code_id in ordered
                ),
            )
        )

    def _hold(self, cells):
        """Lock the rows of (job id, code id) cells that are there, without a change.

        :raise SerializationFailure: when one was written since this transaction began
        """
        self.env.cr.execute(
            SQL(
                """SELECT FROM construction_budget_cell
                    WHERE job_id = ANY(%s) AND COALESCE(cost_code_id, 0) = ANY(%s)
                      AND (job_id, COALESCE(cost_code_id, 0)) IN (%s)
                 ORDER BY job_id, COALESCE(cost_code_id, 0) FOR NO KEY UPDATE""",
                list({cell[0] for cell in cells}),
                list({cell[1] or 0 for cell in cells}),
                SQL(", ").join(SQL("(%s, %s)", job_id, code_id or 0) for job_id, code_id in cells),
            )
        )

    def _lock_and_read(self, cells, company):
        """Lock cells of (job id, code id) and read what the ledger says of them.

        :return: {(job id, code id, type id or None): lib.budget.Figures} in company currency
        """
        self._lock(cells, company)
        return self._read_figures(cells)

    def _read_figures(self, cells):
        jobs, codes = {cell[0] for cell in cells}, {cell[1] or 0 for cell in cells}
        rows = self.env.execute_query(
            SQL(
                """SELECT job_id, cost_code_id, cost_type_id,
                          SUM(amount) FILTER (WHERE kind = 'budget'),
                          SUM(amount) FILTER (WHERE kind = 'actual'),
                          SUM(amount) FILTER (WHERE kind = 'commitment'),
                          SUM(amount) FILTER (WHERE kind = 'pending' AND stage = 'reserved')
                     FROM construction_cost_entry
                    WHERE job_id = ANY(%s) AND COALESCE(cost_code_id, 0) = ANY(%s)
                 GROUP BY job_id, cost_code_id, cost_type_id""",
                list(jobs),
                list(codes),
            )
        )
        return {
            (job, code or False, cost_type): Figures(*map(decimal, figures))
            for job, code, cost_type, *figures in rows
            if (job, code or False) in cells
        }
