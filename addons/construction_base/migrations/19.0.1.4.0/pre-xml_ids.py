# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""External ids have one form: their records keep what hangs on them under their new names."""

from odoo.addons.construction_base.lib import xml_ids

RENAMED = {
    "job_action": "project_project_action",
    "job_view_form": "project_project_view_form_job",
    "job_view_kanban": "project_project_view_kanban_job",
    "job_view_list": "project_project_view_list_job",
    "job_view_search": "project_project_view_search_job",
    "menu_configuration": "configuration_menu",
    "menu_cost": "cost_menu",
    "menu_cost_codes": "construction_cost_code_menu",
    "menu_cost_types": "construction_cost_type_menu",
    "menu_integration": "integration_menu",
    "menu_jobs": "project_project_menu",
    "menu_procurement": "procurement_menu",
    "menu_root": "root_menu",
    "rule_cost_code_company": "construction_cost_code_rule_company",
    "rule_job_own": "project_project_rule_own_jobs",
    "rule_job_role": "project_project_rule_construction_user",
    "rule_job_task_own": "project_task_rule_own_jobs",
}


def migrate(cr, version):
    xml_ids.rename(cr, "construction_base", RENAMED)
