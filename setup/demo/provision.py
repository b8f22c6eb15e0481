# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the demonstration database holds beyond the addons' demo data: accounts, one user a role, the sources.

`provision(env)` is called once, in an Odoo shell, when the template of the demonstration and of the
whole-system tests is built. What it returns becomes part of `.run/stack.json`. `more(env, known)` is called
when addons have come or changed since: it makes the people and systems that they bring.
"""

import base64
import pathlib
import secrets

import people
import procurement

PEOPLE = pathlib.Path(__file__).parent / "people.json"
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


def more(env, known):
    """What `provision` returned before, with what the addons of today bring besides."""
    return {
        **known,
        "logins": {**known["logins"], **people_of_roles(env, known["logins"])},
        "sources": procurement.sources(env, known["sources"]),
    }


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
    return {**result, **people_of_roles(env)}


def people_of_roles(env, known=()):
    """The same without the administrator, for the roles that are not among those known."""
    result = {}
    said = {"setup/demo/people.json": PEOPLE.read_text(), **procurement.declarations(env, "people.json")}
    for role, person in people.merged(said).items():
        if role in known:
            continue
        password = secrets.token_urlsafe(9)
        env["res.users"].create(
            {
                "name": person["name"],
                "login": role,
                "password": password,
                "function": person["function"],
                "email": f"{person['name'].lower().replace(' ', '.')}@ridgeline.example",
                "tz": ZONE,
                "odoobot_state": "disabled",
                "action_id": env.ref(person["home"]).id,
                "company_id": env.company.id,
                "company_ids": [(6, 0, env.company.ids)],
                "group_ids": [(4, env.ref("base.group_user").id), (4, env.ref(person["group"]).id)],
            }
        )
        result[role] = {"login": role, "password": password}
    return result
