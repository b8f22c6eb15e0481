# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import HubCommon

MODELS = {
    # model: roles that may read it
    "construction.source": "buyer project_manager cost_controller integration_manager auditor",
    "construction.source.credential": "integration_manager auditor",
    "construction.event.type": "site_supervisor buyer project_manager cost_controller"
    " integration_manager auditor",
    "construction.inbound.delivery": "buyer cost_controller integration_manager auditor",
    "construction.message": "buyer project_manager cost_controller integration_manager auditor",
    "construction.message.history": "buyer project_manager cost_controller integration_manager auditor",
    "construction.message.decision": "buyer project_manager cost_controller integration_manager auditor",
    "construction.message.record": "buyer project_manager cost_controller integration_manager auditor",
    "construction.crosswalk": "buyer cost_controller integration_manager auditor",
    "construction.crosswalk.load": "cost_controller integration_manager auditor",
    "construction.crosswalk.load.line": "cost_controller integration_manager auditor",
    "construction.exception": "buyer project_manager cost_controller integration_manager auditor",
    "construction.owner.rule": "integration_manager auditor",
    "construction.ownership.rule": "cost_controller integration_manager auditor",
    "construction.audit.entry": "integration_manager auditor",
}
WRITERS = {
    "construction.ownership.rule": "integration_manager",
    "construction.crosswalk.load": "integration_manager",
    "construction.owner.rule": "integration_manager",
    "construction.source": "integration_manager",
    "construction.event.type": "integration_manager",
    "construction.exception": "buyer project_manager cost_controller integration_manager",
}
CREATORS = {
    "construction.ownership.rule": "integration_manager",
    "construction.crosswalk.load": "integration_manager",
    "construction.source": "integration_manager",
    "construction.owner.rule": "integration_manager",
}


@tagged("post_install", "-at_install")
class TestAccess(HubCommon):
    def test_every_model_and_role(self):
        for model, readers in MODELS.items():
            for role, user in self.users.items():
                records = self.env[model].with_user(user)
                with self.subTest(model=model, role=role):
                    self.assertEqual(records.has_access("read"), role in readers.split())
                    self.assertEqual(records.has_access("write"), role in WRITERS.get(model, "").split())
                    self.assertEqual(records.has_access("create"), role in CREATORS.get(model, "").split())
                    self.assertEqual(records.has_access("unlink"), role in CREATORS.get(model, "").split())

    def test_every_model_of_ours_is_in_the_table(self):
        plain = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "construction_sync" and not model._abstract and not model._transient
        }
        self.assertEqual(plain, set(MODELS))

    def test_companies_never_see_each_other(self):
        foreign = self.make_source("foreign", company=self.other_company)
        message = self.delivered(self.note("F-1", supplier="X"), source=foreign)
        self.run_all()
        item = message.exception_id
        self.assertEqual(item.company_id, self.other_company)
        partner = self.env["res.partner"].create({"name": "P"})
        walk = self.env["construction.crosswalk"]._bind(foreign, "supplier", {"Y": partner})
        for role in ("buyer", "cost_controller", "integration_manager", "auditor"):
            user = self.users[role]
            for record in (foreign, message, message.history_ids, item, walk, message.delivery_id):
                seen = record.with_user(user).search([("id", "in", record.ids)])
                self.assertFalse(seen, f"{role} sees {record}")
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])

    def test_project_manager_sees_messages_of_own_jobs(self):
        mine, other = self.delivered(self.note("A", mode="variance"), self.note("B", mode="variance"))
        self.run_all()
        mine.sudo().job_id = self.job
        other.sudo().job_id = self.job_2
        manager = self.users["project_manager"]
        seen = self.Message.with_user(manager).search([])
        self.assertEqual(seen, mine)
