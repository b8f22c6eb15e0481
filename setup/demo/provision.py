"""What the demonstration database holds beyond the addons' demo data: accounts, one user a role, the sources.

`provision(env)` is called once, in an Odoo shell, when the template of the demonstration and of the
whole-system tests is built. What it returns becomes part of `.run/stack.json`.
"""

import secrets

import procurement

ROLES = {
    "site_supervisor": ("Sam Site", "construction_base.group_site_supervisor"),
    "buyer": ("Bea Buyer", "construction_base.group_buyer"),
    "project_manager": ("Pat Manager", "construction_base.group_project_manager"),
    "cost_controller": ("Cora Controller", "construction_base.group_cost_controller"),
    "integration_manager": ("Ines Integration", "construction_base.group_integration_manager"),
    "auditor": ("Aldo Auditor", "construction_base.group_auditor"),
}


def provision(env):
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
    return {"logins": logins(env), "sources": procurement.provision(env)}


def logins(env):
    """One user for each role, with a password of this database only: role → login, password."""
    result = {"admin": {"login": "admin", "password": secrets.token_urlsafe(9)}}
    env.ref("base.user_admin").password = result["admin"]["password"]
    for role, (name, group) in ROLES.items():
        group = env.ref(group, raise_if_not_found=False)
        if not group:
            continue
        password = secrets.token_urlsafe(9)
        env["res.users"].create(
            {
                "name": name,
                "login": role,
                "password": password,
                "email": f"{role}@example.com",
                "tz": "America/New_York",
                "company_id": env.company.id,
                "company_ids": [(6, 0, env.company.ids)],
                "group_ids": [(4, env.ref("base.group_user").id), (4, group.id)],
            }
        )
        result[role] = {"login": role, "password": password}
    return result
