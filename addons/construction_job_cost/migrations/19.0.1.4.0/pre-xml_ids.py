# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""External ids have one form: their records keep what hangs on them under their new names."""

from odoo.addons.construction_base.lib import xml_ids

RENAMED = {
    "account_move_view_plain": "account_move_view_form_plain",
    "action_report_job_cost": "project_project_action_report_job_cost",
    "construction_period_reopen_action": "construction_period_close_action_reopen",
    "job_dashboard_action": "project_project_action_dashboard",
    "job_view_dashboard": "project_project_view_kanban_dashboard",
    "job_view_form": "project_project_view_form_job",
    "menu_budgets": "construction_budget_menu",
    "menu_cost_lock": "construction_cost_lock_menu",
    "menu_dashboard": "project_project_menu_dashboard",
    "menu_entries": "construction_cost_entry_menu",
    "menu_reconciliation": "construction_reconciliation_menu",
    "menu_report": "construction_job_cost_report_menu",
    "menu_report_as_of": "construction_job_cost_open_menu",
    "purchase_order_view_plain": "purchase_order_view_form_plain",
    "rule_budget": "construction_budget_rule_own_jobs",
    "rule_budget_cell": "construction_budget_cell_rule_company",
    "rule_budget_line": "construction_budget_line_rule_own_jobs",
    "rule_budget_override_own": "construction_budget_override_rule_own",
    "rule_cost_lock": "construction_cost_lock_rule_company",
    "rule_cost_mark": "construction_cost_mark_rule_company",
    "rule_entry": "construction_cost_entry_rule_own_jobs",
    "rule_job_cost_open_own": "construction_job_cost_open_rule_own",
    "rule_move_line_manager": "account_move_line_rule_project_manager",
    "rule_move_manager": "account_move_rule_project_manager",
    "rule_order_auditor": "purchase_order_rule_auditor",
    "rule_order_line_auditor": "purchase_order_line_rule_auditor",
    "rule_order_line_manager": "purchase_order_line_rule_project_manager",
    "rule_order_manager": "purchase_order_rule_project_manager",
    "rule_period_close_own": "construction_period_close_rule_own",
    "rule_reconciliation_line_own": "construction_reconciliation_line_rule_own",
    "rule_reconciliation_own": "construction_reconciliation_rule_own",
    "rule_report": "construction_job_cost_report_rule_own_jobs",
}


def migrate(cr, version):
    xml_ids.rename(cr, "construction_job_cost", RENAMED)
