# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Construction Base",
    "summary": "Jobs, cost codes, cost types, line coding and the roles of a construction firm",
    "version": "19.0.1.5.0",
    "category": "Construction",
    "author": "Construction Suite Contributors",
    "license": "AGPL-3",
    "depends": ["project", "analytic"],
    "data": [
        "security/construction_groups.xml",
        "security/ir.model.access.csv",
        "security/construction_rules.xml",
        "data/account_analytic_plan.xml",
        "data/construction_cost_type.xml",
        "views/construction_cost_code_views.xml",
        "views/construction_cost_type_views.xml",
        "views/project_project_views.xml",
        "views/construction_menus.xml",
    ],
    "demo": ["demo/construction_demo.xml"],
    "application": True,
}
