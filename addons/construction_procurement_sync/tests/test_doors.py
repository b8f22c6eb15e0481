# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import inspect

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ProcurementCommon

RAW = (
    "Uh-oh",
    "cookies",
    "top-secret",
    "Record does not exist",
    "Expected singleton",
    "(id=",
    "odoo",
    "Traceback",
)
GONE = 2**30


@tagged("post_install", "-at_install")
class TestDoors(ProcurementCommon):
    """Whoever asks for what is another's, gone or not chosen reads a sentence of ours."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order()
        self.message = self.send_invoice(lines=[self.invoice_line(price="99")])
        self.item = self.message.exception_id
        self.manager = self.user_with("other_manager", "construction_base.group_project_manager")
        self.payable = self.user_with("payable", "construction_base.group_accounts_payable")
        self.hold = self.bill().construction_hold_ids

    def call(self, user, model, name, ids, *args):
        """As RPC does. :return: what is said"""
        with mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"):
            try:
                with self.env.cr.savepoint():
                    call_kw(self.env[model].with_user(user), name, [ids, *args], {})
            except UserError as error:
                return type(error), str(error)
        return None, ""

    def doors(self):
        """Each public method of the models of ours, with what it needs."""
        for model in sorted(self.env):
            records, door = self.env[model], self.env["construction.door"]
            if records._abstract or not door._is_ours(model):
                continue
            for name in door._public_methods(type(records)):
                method = getattr(type(records), name)
                if getattr(method, "_api_model", False):
                    continue
                needed = [
                    parameter
                    for parameter in list(inspect.signature(method).parameters.values())[1:]
                    if parameter.default is parameter.empty
                    and parameter.kind == parameter.POSITIONAL_OR_KEYWORD
                ]
                yield model, name, ["x"] * len(needed)

    def test_every_door(self):
        some = {"construction.message": self.message, "construction.exception": self.item}
        some["construction.hold"] = self.hold
        count = 0
        for model, name, args in self.doors():
            own = some.get(model)
            for ids in ([GONE], [], *([own.ids] if own else ())):
                with self.subTest(
                    model=model, method=name, ids="another's" if ids and ids != [GONE] else ids
                ):
                    kind, said = self.call(self.manager, model, name, ids, *args)
                    for raw in RAW:
                        self.assertNotIn(raw, said)
                    if ids and ids != [GONE]:
                        self.assertTrue(issubclass(kind, AccessError), said)
                    count += 1
        self.assertGreater(count, 60)

    def test_a_work_item_of_another_job(self):
        for records in (self.item, self.message):
            kind, said = self.call(self.manager, records._name, "action_replay", records.ids)
            self.assertIs(kind, AccessError)
            self.assertIn("belongs to another job", said)
            for group in ("Buyer", "Accounts Payable", "Cost Controller", "Integration Manager"):
                self.assertIn(group, said)
            self.assertNotIn("Auditor", said)
            self.assertNotIn(self.item.sentence, said)

    def test_of_another_company(self):
        other = self.env["res.company"].create({"name": "Another"})
        stranger = self.user_with("stranger", "construction_base.group_buyer")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        item = self.item
        with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError) as caught:
            item.with_user(stranger).with_company(other).with_context(
                allowed_company_ids=other.ids
            ).action_replay()
        self.assertIn("another company", str(caught.exception))
        self.assertNotIn(self.company.name, str(caught.exception))

    def test_one_that_is_gone(self):
        for user in (self.payable, self.manager):
            kind, said = self.call(user, "construction.exception", "action_replay", [GONE])
            self.assertIs(kind, MissingError)
            self.assertIn("work item is gone", said)
        for window, button in (
            ("construction.exception.ignore", "action_ignore"),
            ("construction.hold.release", "action_release"),
        ):
            kind, said = self.call(self.payable, window, button, [GONE])
            self.assertIs(kind, MissingError)
            self.assertIn("out of date", said)

    def test_none_chosen(self):
        kind, said = self.call(self.payable, "construction.exception", "action_open_decide", [])
        self.assertIs(kind, UserError)
        self.assertIn("work item", said)

    def test_a_model_of_other_roles(self):
        worker = self.user_with("worker", "base.group_user")
        kind, said = self.call(worker, "construction.exception", "action_resolve", self.item.ids)
        kind, said = self.call(worker, "construction.exception", "read", self.item.ids)
        self.assertIs(kind, AccessError)
        self.assertIn("Buyer", said)
        for raw in RAW:
            self.assertNotIn(raw, said)

    def test_a_document_of_another_job(self):
        """A rule of ours keeps it from a manager: the words are ours as well."""
        order = self.order()
        self.manager.group_ids |= self.env.ref("purchase.group_purchase_manager")
        looks = self.user_with("looks", "construction_base.group_site_supervisor")
        for user, model, name, ids, said in (
            (
                self.manager,
                "stock.picking",
                "button_validate",
                order.picking_ids.ids,
                "changed by the manager",
            ),
            (looks, "project.project", "read", self.job.ids, "Ask somebody who sees all jobs: "),
        ):
            with self.subTest(user=user.login, model=model):
                kind, words = self.call(user, model, name, ids)
                self.assertIs(kind, AccessError)
                self.assertIn("belongs to another job", words)
                self.assertIn(said, words)
                for raw in RAW:
                    self.assertNotIn(raw, words)

    def test_what_is_refused_for_no_job_is_told_for_none(self):
        """A rule of ours that keeps bills from other entries says nothing of jobs."""
        rule = self.env.ref("construction_procurement_sync.account_move_rule_supplier_bills")
        self.assertFalse(rule._is_of_jobs())
        for name in ("stock_picking_rule_goods", "stock_move_rule_goods", "stock_move_line_rule_goods"):
            self.assertTrue(self.env.ref(f"construction_procurement_sync.{name}")._is_of_jobs(), name)
        self.assertTrue(
            self.env.ref("construction_job_cost.purchase_order_rule_project_manager")._is_of_jobs()
        )
        self.assertTrue(self.env.ref("construction_base.project_project_rule_own_jobs")._is_of_jobs())

    def test_records_of_odoo_keep_their_words(self):
        bill = self.bill()
        with mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"):
            with self.assertRaises(AccessError) as caught:
                bill.with_user(self.user_with("worker", "base.group_user")).read(["ref"])
        self.assertIn("account.move", str(caught.exception))
