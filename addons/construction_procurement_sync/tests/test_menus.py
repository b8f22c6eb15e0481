# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Every role opens every menu that it sees, list by list and form by form, without an error."""

from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import ProcurementCommon

ROLES = (
    "site_supervisor",
    "buyer",
    "accounts_payable",
    "project_manager",
    "cost_controller",
    "integration_manager",
    "auditor",
)
# what each role must find in its menus, whatever else it sees
EXPECTED = {
    "site_supervisor": {"Jobs"},
    "buyer": {"Jobs", "Exceptions", "Inbox", "Requests", "Orders", "Payment Holds"},
    "project_manager": {"Jobs", "Job Dashboard", "Job Cost", "Budgets", "Exceptions"},
    "accounts_payable": {"Jobs", "Exceptions", "Inbox", "Bills", "Payment Holds"},
    "cost_controller": {"Job Cost", "Reconciliation", "Period Close", "Orders", "Bills", "Payment Holds"},
    "integration_manager": {"Exceptions", "Inbox", "Crosswalk", "Sources", "Event Types"},
    "auditor": {"Job Cost", "Cost Entries", "Inbox", "Sources", "Bills", "Payment Holds"},
}
GROUPABLE = ("list", "kanban")


def field_names(arch):
    """Names of the fields of a view itself, without those of the lists inside it."""
    names = []
    for node in arch.iterdescendants("field"):
        if not any(parent.tag == "field" for parent in node.iterancestors()):
            names.append(node.get("name"))
    return names


@tagged("post_install", "-at_install")
class TestMenus(ProcurementCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order("PO-1")
        self.send_order("PO-2", lines=[self.order_line(cost_code="99 00 00")])
        self.send_delivery("R-1", "PO-1")
        self.send_invoice("INV-1", "PO-1", lines=[self.invoice_line(price="12")])
        self.post_ledger()

    def env_of(self, role):
        user = self.user_with(f"menu_{role}", f"construction_base.group_{role}")
        jobs = self.env["project.project"].search([("is_construction_job", "=", True)])
        jobs.write({"job_member_ids": [Command.link(user.id)]})
        return self.env(user=user, su=False, context={"allowed_company_ids": self.company.ids})

    def menus_of(self, env):
        """The Construction menus with an action that a user sees: [(name, action)]"""
        root = self.env.ref("construction_base.root_menu").id
        menus = env["ir.ui.menu"].load_menus(False)
        found, todo = [], [root] if root in menus else []
        while todo:
            menu = menus[todo.pop(0)]
            todo += menu["children"]
            if menu["action_id"] and menu["id"] != root:
                found.append((menu["name"], env[menu["action_model"]].browse(menu["action_id"])))
        return found

    def specification(self, env, model, names):
        """What the web client reads of a view's fields."""
        fields = env[model].fields_get(names, ["type", "relation"])
        return {
            name: {"fields": {"display_name": {}}} if fields[name]["type"] == "many2one" else {}
            for name in names
            if name in fields
        }

    def open_action(self, env, action):
        """Load and read an action's views as the web client does."""
        values = env["ir.actions.actions"]._for_xml_id(action.get_external_id()[action.id])
        context = safe_eval(values["context"] or "{}", {"uid": env.uid})
        model = env[values["res_model"]].with_context(**context)
        views = [*values["views"], [values["search_view_id"] and values["search_view_id"][0], "search"]]
        loaded = model.get_views(views, {"load_filters": True})["views"]
        domain = safe_eval(values["domain"] or "[]", {"uid": env.uid})
        record_id = None
        for kind in [kind for kind in GROUPABLE if kind in loaded]:
            names = field_names(etree.fromstring(loaded[kind]["arch"]))
            found = model.web_search_read(domain, self.specification(env, model._name, names), limit=5)
            record_id = found["records"][0]["id"] if found["records"] else record_id
        if "form" in loaded:
            names = field_names(etree.fromstring(loaded["form"]["arch"]))
            specification = self.specification(env, model._name, names)
            if record_id:
                model.browse(record_id).web_read(specification)
            elif values["target"] == "new":
                model.onchange({}, [], specification)
        for search in etree.fromstring(loaded["search"]["arch"]).iterdescendants("filter"):
            if search.get("domain") and not search.get("date"):
                model.search_count(safe_eval(search.get("domain"), {"uid": env.uid}))
            group = safe_eval(search.get("context") or "{}", {"uid": env.uid}).get("group_by")
            if group and not search.get("invisible"):
                by_date = (
                    model._fields[group].type in ("date", "datetime") if group in model._fields else False
                )
                model.web_read_group(domain, [f"{group}:month" if by_date else group], ["__count"])

    def read_form(self, env, action):
        """Read a record as the form that an action opens does."""
        [(view_id, kind)] = action["views"]
        self.assertEqual(kind, "form")
        model = env[action["res_model"]]
        names = field_names(etree.fromstring(model.get_view(view_id, "form")["arch"]))
        record = model.browse(action["res_id"])
        self.assertTrue(record.web_read(self.specification(env, model._name, names)))

    def test_what_can_be_opened_opens(self):
        """Effects, cost entries and work items show a button only where it leads to a form that opens."""
        opened = {}
        for role in ROLES[1:]:
            env = self.env_of(role)
            effects = env["construction.message.record"].search([]).filtered("can_open")
            entries = env["construction.cost.entry"].search([]).filtered("can_open_document")
            items = env["construction.exception"].search([]).filtered("can_open")
            actions = [effect.action_open() for effect in effects]
            actions += [entry.action_open_document() for entry in entries]
            actions += [item.action_open_record() for item in items]
            for action in actions:
                with self.subTest(role=role, model=action["res_model"]):
                    self.read_form(env, action)
            opened[role] = {action["res_model"] for action in actions}
        for role in ("buyer", "accounts_payable", "project_manager", "cost_controller", "auditor"):
            self.assertLessEqual({"purchase.order", "account.move"}, opened[role], role)
        self.assertFalse({"purchase.order", "account.move"} & opened["integration_manager"])

    def test_what_events_touch_shows_them(self):
        """A record that an event made or changed is of a model whose forms lead back to the event."""
        traced = self.env.registry["construction.trace.mixin"]
        touched = set(self.env["construction.message.record"].search([]).mapped("res_model"))
        self.assertGreater(len(touched), 5)
        self.assertFalse({name for name in touched if not issubclass(self.env.registry[name], traced)})

    def test_every_role_opens_every_menu_that_it_sees(self):
        for role in ROLES:
            env = self.env_of(role)
            menus = self.menus_of(env)
            with self.subTest(role=role):
                self.assertLessEqual(EXPECTED[role], {name for name, _action in menus})
            for name, action in menus:
                with self.subTest(role=role, menu=name):
                    self.open_action(env, action)
                    env.flush_all()
