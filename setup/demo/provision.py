# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the demonstration database holds beyond the addons' demo data: accounts, one user a role, the sources.

`provision(env)` is called once, in an Odoo shell, when the template of the demonstration and of the
whole-system tests is built. What it returns becomes part of `.run/stack.json`.
"""

import base64
import pathlib
import secrets

import procurement

JOBS = "construction_base.project_project_action"
EXCEPTIONS = "construction_sync.construction_exception_action"
DASHBOARD = "construction_job_cost.project_project_action_dashboard"
# role: name, position, the screen that the day begins with
ROLES = {
    "site_supervisor": ("Tuan Nguyen", "Site Supervisor", JOBS),
    "buyer": ("Helen Brandt", "Buyer", EXCEPTIONS),
    "accounts_payable": ("Rosa Delgado", "Accounts Payable", EXCEPTIONS),
    "project_manager": ("Maya Okafor", "Project Manager", DASHBOARD),
    "cost_controller": ("Daniel Kowalski", "Cost Controller", DASHBOARD),
    "integration_manager": ("Priya Raman", "Integration Manager", EXCEPTIONS),
    "auditor": ("Stephen Lund", "Auditor", DASHBOARD),
}
COMPANY = {
    "name": "Ridgeline Builders",
    "street": "218 Superior Street",
    "city": "Duluth",
    "zip": "55802",
    "phone": "+1 218-555-0142",
    "email": "office@ridgeline.example",
    "website": "https://ridgeline.example",
}
ZONE = "America/Chicago"


def provision(env):
    company = env.company
    identity(env, company)
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
    return {"logins": logins(env), "sources": procurement.provision(env)}


def identity(env, company):
    """Name, address and logo of the firm whose demonstration this is, and its administrator."""
    logo = (pathlib.Path(__file__).parent / "logo.png").read_bytes()
    company.write(
        {
            **COMPANY,
            "country_id": env.ref("base.us").id,
            "state_id": env.ref("base.state_us_36").id,
            "logo": base64.b64encode(logo),
            "external_report_layout_id": env.ref("web.external_layout_standard").id,
        }
    )
    env["stock.warehouse"].search([("company_id", "=", company.id)]).name = "Duluth Yard"
    env.ref("base.user_admin").write(
        {"odoobot_state": "disabled", "name": "Administrator", "email": COMPANY["email"], "tz": ZONE}
    )


def logins(env):
    """One user for each role, with a password of this database only: role → login, password."""
    result = {"admin": {"login": "admin", "password": secrets.token_urlsafe(9)}}
    env.ref("base.user_admin").password = result["admin"]["password"]
    for role, (name, function, home) in ROLES.items():
        group = env.ref(f"construction_base.group_{role}", raise_if_not_found=False)
        if not group:
            continue
        password = secrets.token_urlsafe(9)
        env["res.users"].create(
            {
                "name": name,
                "login": role,
                "password": password,
                "function": function,
                "email": f"{name.lower().replace(' ', '.')}@ridgeline.example",
                "tz": ZONE,
                "odoobot_state": "disabled",
                "action_id": env.ref(home).id,
                "company_id": env.company.id,
                "company_ids": [(6, 0, env.company.ids)],
                "group_ids": [(4, env.ref("base.group_user").id), (4, group.id)],
            }
        )
        result[role] = {"login": role, "password": password}
    return result
