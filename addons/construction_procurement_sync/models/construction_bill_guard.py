# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL


class ConstructionBillGuard(models.Model):
    """One row for what two transactions must not both take for granted.

    Two connections that bring the same bill at once do not see each other's; nor do two that
    bill the same received goods, or one that stops at an expired document while another renews
    it. Because both write the same row, the later one fails to serialize, is tried again, and
    sees the first.
    """

    _name = "construction.bill.guard"
    _description = "Guard against Bills Received Twice at Once"
    _log_access = False
    _no_evidence = "rows that two transactions write to meet: they say nothing"

    key = fields.Char(required=True, readonly=True)
    checks = fields.Integer(readonly=True)

    _key_unique = models.Constraint("UNIQUE (key)", "One row a key.")

    def _touch(self, keys):
        """Write the rows of these keys, in one statement and always in the same order."""
        if not keys:
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO construction_bill_guard (key, checks) VALUES %s
                   ON CONFLICT (key) DO UPDATE
                   SET checks = construction_bill_guard.checks + 1""",
                SQL(", ").join(SQL("(%s, 1)", key) for key in sorted(keys)),
            )
        )
