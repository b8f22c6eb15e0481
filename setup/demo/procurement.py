# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The demonstration job's budget, rates, approval limit and the systems that the addons declare.

`provision(env, users)` can be run again: it creates what is missing and returns the sources with a
secret each.
"""

import contextlib
import pathlib

import sources as declared

from odoo.tools import file_path

JOB = "J-2610"
APPROVAL_LIMIT = 100000

# cost code: name, {cost type: original budget}
BUDGET = {
    "01 50 00": ("Temporary facilities", {"material": 7000, "other": 5000}),
    "02 41 00": ("Demolition", {"subcontract": 18000}),
    "03 11 00": ("Concrete forming", {"material": 20000}),
    "03 20 00": ("Concrete reinforcing", {"material": 50000}),
    "03 30 00": ("Cast-in-place concrete", {"material": 55000}),
    "04 20 00": ("Unit masonry", {"material": 20000}),
    "05 12 00": ("Structural steel framing", {"material": 210000}),
    "06 10 00": ("Rough carpentry", {"material": 24000}),
    "07 42 00": ("Wall panels", {"material": 15000}),
    "07 50 00": ("Membrane roofing", {"material": 60000}),
    "08 11 00": ("Metal doors and frames", {"material": 22000}),
    "09 20 00": ("Plaster and gypsum board", {"material": 30000}),
    "21 13 00": ("Fire-suppression sprinklers", {"material": 12000}),
    "22 11 00": ("Facility water distribution", {"material": 30000}),
    "23 31 00": ("HVAC ducts", {"material": 32000}),
    "26 05 00": ("Electrical work", {"material": 35000}),
}
RATES = {"2026-10-01": 1.10, "2026-10-20": 1.08}  # dollars for one euro


def provision(env):
    """Prepare the company and return ``{code: {"secret", "types"}}``."""
    env = env(context=dict(env.context, tracking_disable=True))
    users = {
        role: env["res.users"].search([("login", "=", role)])
        for role in (
            "site_supervisor",
            "buyer",
            "project_manager",
            "cost_controller",
            "integration_manager",
        )
    }
    company_settings(env)
    tax(env)
    rates(env)
    approval(env, users["project_manager"])
    job = demo_job(env, users)
    budget(env, job, users)
    made = sources(env)
    systems_of_record(env, users["integration_manager"])
    return made


def systems_of_record(env, manager):
    """The job and its codes were entered to begin with; from then on the master data's system says them."""
    master = env["construction.source"].search([("code", "=", "master"), ("company_id", "=", env.company.id)])
    rules = env["construction.ownership.rule"]
    for kind in ("job", "cost_code"):
        mine = [("kind", "=", kind), ("source_id", "=", master.id), ("valid_until", "=", False)]
        if not rules.search_count([*mine, ("origin", "=", "said")]):
            reason = "The estimating system keeps jobs and cost codes"
            rules._say(env.company, kind, None, master, reason, manager or env.user)


def company_settings(env):
    env.company.write(
        {
            "construction_bill_autopost": True,
            "construction_freight_percent": 5.0,
            "construction_freight_amount": 150.0,
        }
    )


def tax(env):
    """A recoverable purchase tax of 10 %, made like the company's own."""
    taxes = env["account.tax"]
    known = taxes.search(
        [("company_id", "=", env.company.id), ("type_tax_use", "=", "purchase"), ("amount", "=", 10)]
    )
    if not known:
        standard = env.company.account_purchase_tax_id
        group = standard.tax_group_id.copy({"name": "Tax 10%"})
        standard.copy({"name": "10%", "amount": 10, "invoice_label": "10%", "tax_group_id": group.id})


def rates(env):
    euro = env.ref("base.EUR")
    euro.active = True
    for date, rate in RATES.items():
        if not euro.rate_ids.filtered(
            lambda r, date=date: str(r.name) == date and r.company_id == env.company
        ):
            env["res.currency.rate"].create(
                {
                    "currency_id": euro.id,
                    "company_id": env.company.id,
                    "name": date,
                    "inverse_company_rate": rate,
                }
            )


def approval(env, reviewer):
    """Orders above the limit are validated by the project manager."""
    if reviewer:
        reviewer.group_ids += env.ref("purchase.group_purchase_manager")
    definitions = env["tier.definition"]
    name = f"Orders above {APPROVAL_LIMIT:,}"
    if not definitions.search_count([("name", "=", name)]):
        definitions.create(
            {
                "name": name,
                "model_id": env.ref("purchase.model_purchase_order").id,
                "review_type": "individual",
                "reviewer_id": (reviewer or env.ref("base.user_admin")).id,
                "definition_domain": f"[('amount_total_cc', '>', {APPROVAL_LIMIT})]",
                "company_id": env.company.id,
            }
        )


def demo_job(env, users):
    job = env["project.project"].search([("job_number", "=", JOB), ("company_id", "=", env.company.id)])
    if not job:
        job = env["project.project"].create(
            {
                "name": "Riverside Clinic",
                "is_construction_job": True,
                "job_number": JOB,
                "job_status": "active",
                "job_tz": "America/Chicago",
                "physical_percent": 28,
                "planned_percent": 30,
                "company_id": env.company.id,
                "user_id": users["project_manager"].id,
                "job_member_ids": users["site_supervisor"].ids,
            }
        )
    return job


def budget(env, job, users):
    """The original budget, by cost code and cost type: entered by one, approved by another."""
    if env["construction.budget"].search_count([("job_id", "=", job.id)]):
        return
    lines = []
    for code, (name, amounts) in BUDGET.items():
        cost_code = env["construction.cost.code"].search(
            [("code", "=", code), ("company_id", "=", env.company.id)]
        ) or env["construction.cost.code"].create({"code": code, "name": name, "company_id": env.company.id})
        lines += [
            {
                "cost_code_id": cost_code.id,
                "cost_type_id": env.ref(f"construction_base.cost_type_{cost_type}").id,
                "amount": amount,
            }
            for cost_type, amount in amounts.items()
        ]
    document = (
        env["construction.budget"]
        .with_user(users["project_manager"])
        .create(
            {
                "title": "Riverside Clinic, as tendered",
                "job_id": job.id,
                "date": "2026-09-28",
                "line_ids": [(0, 0, vals) for vals in lines],
            }
        )
    )
    document.action_submit()
    document.with_user(users["cost_controller"]).action_approve()


def declarations(env, name):
    """{where: content} of what the installed addons declare in ``demo/`` in files of a name."""
    found = {}
    for addon in env["ir.module.module"].search([("state", "=", "installed")], order="name"):
        where = f"{addon.name}/demo/{name}"
        with contextlib.suppress(FileNotFoundError):
            found[where] = pathlib.Path(file_path(where)).read_text()
    return found


def event_types(env, code, names):
    found = env["construction.event.type"].search([("name", "in", names), ("direction", "=", "in")])
    unknown = set(names) - set(found.mapped("name"))
    if unknown:
        raise SystemExit(f"the system {code} sends {', '.join(sorted(unknown))}, which no handler declares")
    return found


def sources(env, known=None):
    """Make the systems that the addons declare, or what is left of them to be made.

    :param known: what this returned before: their secrets stay
    """
    known, result = known or {}, {}
    systems = declared.merged(declarations(env, "sources.json"))
    left = declared.left(systems, known)
    for code, system in systems.items():
        if code not in known:
            result[code] = {"secret": new_source(env, code, system), "types": list(system["types"])}
            continue
        result[code] = dict(known[code])
        source = env["construction.source"].search([("code", "=", code)])
        if code in left and source:
            source.event_type_ids += event_types(env, code, left[code])
            result[code]["types"] = [*known[code]["types"], *left[code]]
    return {**known, **result}


def new_source(env, code, system):
    """Make one system, live, and return its secret."""
    owner = env["res.users"].search([("login", "=", system["owner"])])
    source = env["construction.source"].search([("code", "=", code)]) or env["construction.source"].create(
        {
            "name": system["name"],
            "code": code,
            "company_id": env.company.id,
            "environment": "test",
            "owner_id": (owner or env.ref("base.user_admin")).id,
            "event_type_ids": event_types(env, code, system["types"]).ids,
            "authority_ids": env["construction.source"].search([("code", "in", system["authorities"])]).ids,
        }
    )
    if source.needs_service_user:
        source.action_new_service_user()
    # a secret is shown once: running this again issues another and ends the one before
    source.credential_ids._live().write({"valid_until": "2000-01-01 00:00:00"})
    secret = env["construction.source.credential"]._issue(source)
    if source.state != "live":
        source.action_go_live()
    return secret
