# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

# who moves goods of every job; who has these by Odoo alone does, too
MOVES_ALL = (
    "stock.group_stock_user",
    "construction_base.group_buyer",
    "construction_base.group_cost_controller",
    "construction_procurement_sync.group_service_order",
)
BY_ODOO = ("purchase.group_purchase_user", "account.group_account_invoice")


class ResUsers(models.Model):
    # apart from who posts bills: rights on papers and on goods are two ideas
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    def _construction_goods_domain(self, line):
        """Of which moves of goods a user changes what was moved, for the rules of transfers.

        What was ordered for a job is received by those who move goods of every job, and by its manager;
        Odoo lets every employee write the details of a transfer, a supervisor or an auditor among them.

        :param str line: the path to the order line of a move, from the move, its detail or its transfer
        """
        self.ensure_one()
        suite = self.has_group("construction_base.group_construction_user")
        groups = MOVES_ALL if suite else MOVES_ALL + BY_ODOO
        if self._is_superuser() or any(self.has_group(group) for group in groups):
            return [(1, "=", 1)]
        nothing_ordered = [(line, "=", False)]
        if line.startswith("move_ids."):
            nothing_ordered = [("move_ids", "not any", [("purchase_line_id", "!=", False)])]
        if not self.has_group("construction_base.group_project_manager"):
            return nothing_ordered
        job = f"{line}.construction_job_id"
        mine = ["|", (f"{job}.user_id", "=", self.id), (f"{job}.job_member_ids", "in", self.ids)]
        return ["|", *nothing_ordered, *mine]
