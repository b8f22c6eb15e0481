# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ProcurementCommon

HOLDS = {
    "site_supervisor": "",
    "project_manager": "",
    "buyer": "r",
    "cost_controller": "r",
    "integration_manager": "",
    "auditor": "r",
}
DOCUMENTS = {
    "site_supervisor": "",
    "project_manager": "r",
    "buyer": "r",
    "cost_controller": "rwc",
    "integration_manager": "r",
    "auditor": "r",
}


@tagged("post_install", "-at_install")
class TestAccess(ProcurementCommon):
    def test_every_model_has_an_access_rule(self):
        models = self.env["ir.model"].search(
            [
                (
                    "model",
                    "in",
                    (
                        "construction.hold",
                        "construction.hold.release",
                        "construction.bill.guard",
                        "construction.compliance.document",
                        "construction.compliance.waive",
                    ),
                )
            ]
        )
        for model in models:
            self.assertTrue(model.access_ids, model.model)

    def test_by_role(self):
        for model, roles in (
            ("construction.hold", HOLDS),
            ("construction.compliance.document", DOCUMENTS),
            ("construction.compliance.waive", dict.fromkeys(DOCUMENTS, "") | {"cost_controller": "rwc"}),
        ):
            for role, allowed in roles.items():
                user = self.user_with(f"r_{role}_{model}", f"construction_base.group_{role}")
                for operation in ("read", "write", "create", "unlink"):
                    self.assertEqual(
                        self.env[model].with_user(user).has_access(operation),
                        operation[0] in allowed,
                        (model, role, operation),
                    )

    def test_service_user_is_no_administrator(self):
        self.assertFalse(self.service.has_group("base.group_system"))
        self.assertFalse(self.service.has_group("account.group_account_manager"))
        with self.assertRaises(AccessError):
            self.env["res.users"].with_user(self.service).create({"name": "x", "login": "x"})

    def test_companies_do_not_see_each_other(self):
        self.send_masters()
        self.send_order()
        self.send_invoice()
        hold = self.bill().construction_hold_ids
        self.assertTrue(hold)
        other = self.env["res.company"].create({"name": "Other Builder"})
        stranger = self.user_with("stranger", "construction_base.group_cost_controller", other)
        self.env = self.env(context={"allowed_company_ids": other.ids})
        hold = hold.with_env(self.env)
        self.assertFalse(self.env["construction.hold"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            hold.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            hold.move_id.with_user(stranger)._construction_release_holds("not mine")
