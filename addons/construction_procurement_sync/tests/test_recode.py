# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ProcurementCommon

JOB, CODE, TYPE = "construction_job_id", "cost_code_id", "cost_type_id"


class RecodeCommon(ProcurementCommon):
    """Keys that are mapped anew, and the item that asks about what they leave behind."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        company = [("company_id", "=", self.company.id)]
        self.concrete, self.steel = self.env["construction.cost.code"].search(company, order="code", limit=2)
        self.supplier = self.env["res.partner"].search([("construction_external_key", "=", "S-1")])
        self.bolt = self.env["product.product"].search([("construction_external_key", "=", "BOLT")])
        self.controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.buyer = self.user_with("buyer", "construction_base.group_buyer")
        self.plaster = self.env["construction.cost.code"].create(
            {"code": "09 20 00", "name": "Plaster", "company_id": self.company.id}
        )

    # --- help -------------------------------------------------------------------------------------

    def remap(self, key, record, kind="cost_code", source=None):
        entry = self.env["construction.crosswalk"].search(
            [
                ("source_id", "=", (source or self.master).id),
                ("kind", "=", kind),
                ("key", "=", key),
                ("valid_until", "=", False),
            ]
        )
        wizard = self.env["construction.crosswalk.remap"].with_user(self.owner)
        wizard.create({"crosswalk_id": entry.id, "res_id": record.id}).action_remap()

    def item(self):
        return self.env["construction.exception"].search(
            [("cause_key", "=like", "left_behind:%"), ("state", "=", "open")]
        )

    def decide(self, code, user=None, **kwargs):
        self.item().with_user(user or self.controller).action_decide(code, "asked for", **kwargs)

    def hand_order(self, code=None, confirm=True):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.bolt.id,
                            "product_qty": 1,
                            "price_unit": 70,
                            "tax_ids": [Command.clear()],
                            JOB: self.job.id,
                            CODE: (code or self.concrete).id,
                        }
                    )
                ],
            }
        )
        if confirm:
            order.button_confirm()
        return order

    def ledger(self, order, **domain):
        """{(kind, code): amount} of an order's lines and their bills."""
        self.post_ledger()
        lines = order.order_line
        sources = {lines._name: lines.ids, "account.move.line": lines.invoice_lines.ids}
        result = {}
        for model, ids in sources.items():
            rows = self.env["construction.cost.entry"]._read_group(
                [("res_model", "=", model), ("res_id", "in", ids)], ["kind", "cost_code_id"], ["amount:sum"]
            )
            result.update({(kind, code): amount for kind, code, amount in rows if round(amount, 2)})
        return result

    def budget(self, code, amount):
        second = self.user_with("second", "construction_base.group_cost_controller")
        budget = self.env["construction.budget"].with_user(self.controller)
        line = {
            "cost_code_id": code.id,
            "cost_type_id": self.env.ref("construction_base.cost_type_material").id,
        }
        budget = budget.create(
            {
                "title": "Original",
                "job_id": self.job.id,
                "kind": "original",
                "line_ids": [Command.create({**line, "amount": amount})],
            }
        )
        budget.action_submit()
        budget.with_user(second).action_approve()


@tagged("post_install", "-at_install")
class TestRecode(RecodeCommon):
    """What a remap or an archived code leaves behind is listed, and recoded on a controller's word."""

    # --- remap ------------------------------------------------------------------------------------

    def test_a_remap_lists_what_came_by_the_key(self):
        """And not what a person coded so, another key of the record brought, or is billed."""
        self.send_order("PO-1")
        self.send_order("PO-2")
        self.send_delivery("R-2", "PO-2")
        self.send_invoice("INV-2", "PO-2")
        self.assertEqual(self.bill("INV-2").state, "posted")
        self.send_order("PO-3", [self.order_line("1", cost_code="05 12 00"), self.order_line("2")])
        draft = {
            "request": "REQ-1",
            "job": "J-1",
            "requested_by": "Ana",
            "needed_by": "2026-04-01",
            "urgency": "routine",
            "lines": [self.order_line()],
        }
        request = self.send(self.field, "procurement.material.requested", "REQ-1", draft)
        by_hand = self.hand_order()
        self.send_delivery("R-1", "PO-1", [self.delivery_line(quantity="40")])
        self.send_invoice("INV-1", "PO-1", [self.invoice_line(quantity="60")])
        bill = self.bill("INV-1")
        self.assertEqual(bill.state, "draft")
        self.remap("03 30 00", self.plaster)
        item = self.item()
        self.assertEqual((item.source_id, item.company_id), (self.master, self.company))
        lines = item.record_ref.line_ids
        self.assertEqual(
            {(line.document_name, line.amount) for line in lines},
            {
                ("PO-1", 1000),
                ("PO-3", 1000),
                (self.record(request, "purchase.request").display_name, 1000),
                (bill.display_name, 600),
            },
        )
        # what is billed of PO-1 is part of what is open of it
        self.assertEqual(item.record_ref.amount, 3000)
        self.assertTrue(self.order("PO-1").construction_left_behind)
        self.assertFalse(by_hand.construction_left_behind)
        flagged = self.env["purchase.order"].search([("construction_left_behind", "!=", False)])
        self.assertEqual(flagged, self.order("PO-1") | self.order("PO-3"))
        self.assertIn(self.controller, item.owner_id | self.controller)
        self.decide("recode")
        self.assertFalse(self.item())
        order = self.order("PO-1")
        self.assertEqual(order.order_line.cost_code_id, self.plaster)
        self.assertEqual(
            self.ledger(order), {("commitment", self.plaster): 1000, ("accrual", self.plaster): 400}
        )
        self.assertEqual(bill.invoice_line_ids.cost_code_id, self.plaster)
        self.assertEqual(self.record(request, "purchase.request").line_ids.cost_code_id, self.plaster)
        first, second = self.order("PO-3").order_line.sorted("id")
        self.assertEqual((first.cost_code_id, second.cost_code_id), (self.steel, self.plaster))
        self.assertEqual(by_hand.order_line.cost_code_id, self.concrete)
        self.assertEqual(self.order("PO-2").order_line.cost_code_id, self.concrete, "billed is billed")
        [change] = order.construction_change_ids
        self.assertEqual((change.state, change.requested_by_id), ("approved", self.controller))
        order.invalidate_recordset(["construction_left_behind"])
        self.assertFalse(order.construction_left_behind)
        self.assertEqual(item.record_ref.state, "recoded")
        with self.assertRaisesRegex(UserError, "closed already"):
            item.with_user(self.controller).action_decide("recode", "again")

    def test_what_was_as_of_before_stays(self):
        self.send_order("PO-1")
        entries = self.env["construction.cost.entry"].search([])
        before = {entry: (entry.date, entry.amount) for entry in entries}
        self.remap("03 30 00", self.plaster)
        self.decide("recode")
        self.post_ledger()
        new = self.env["construction.cost.entry"].search([]) - entries
        self.assertEqual(before, {entry: (entry.date, entry.amount) for entry in entries})
        commitments = new.filtered(lambda entry: entry.kind == "commitment")
        self.assertEqual(
            {(entry.cost_code_id, entry.amount) for entry in commitments},
            {(self.concrete, -1000), (self.plaster, 1000)},
        )
        self.assertTrue(all(entry.date > max(entries.mapped("date")) for entry in commitments))

    def test_a_partly_billed_order_moves_what_is_open(self):
        self.send_order("PO-1")
        self.send_delivery("R-1", "PO-1", [self.delivery_line(quantity="60")])
        self.send_invoice("INV-1", "PO-1", [self.invoice_line(quantity="40")])
        self.remap("03 30 00", self.plaster)
        [line] = self.item().record_ref.line_ids
        self.assertEqual((line.amount, line.posted), (600, 400))
        self.decide("recode")
        self.assertEqual(
            self.ledger(self.order("PO-1")),
            {
                ("actual", self.concrete): 400,
                ("commitment", self.plaster): 600,
                ("accrual", self.plaster): 200,
            },
        )

    def test_leave_them(self):
        self.send_order("PO-1")
        self.remap("03 30 00", self.plaster)
        recode = self.item().record_ref
        opened = recode.with_user(self.controller).action_open_item()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("construction.exception", self.item().id))
        with self.assertRaises(AccessError):
            self.item().with_user(self.buyer).action_decide("leave", "mine")
        for door in ("action_resolve", "action_replay", "action_ignore"):
            with self.subTest(door), self.assertRaisesRegex(AccessError, "Leave them.*Cost Controller"):
                getattr(self.item().with_user(self.buyer), door)()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.item().with_user(self.controller).action_decide("leave")
        self.decide("leave")
        self.assertEqual(self.order().order_line.cost_code_id, self.concrete)
        self.assertEqual((recode.state, recode.decided_by_id), ("left", self.controller))
        self.assertEqual(recode.line_ids.outcome, "left")

    def test_what_is_left_is_not_recoded_by_the_next_event(self):
        """Before it is decided, and after; one that names another key says so itself."""
        self.send_order("PO-1", revision=1)
        self.remap("03 30 00", self.plaster)
        line = self.order().order_line

        def change(revision, **said):
            data = self.order_data(lines=[self.order_line(quantity="90", **said)], revision=revision)
            message = self.send(self.field, "procurement.purchase_order.changed", "PO-1", data)
            self.assertState(message, "done")

        change(2)
        self.assertEqual((line.product_qty, line.cost_code_id), (90, self.concrete))
        self.decide("leave")
        change(3, description="said anew")
        self.assertEqual((line.name, line.cost_code_id), ("said anew", self.concrete))
        change(4, cost_code="05 12 00")
        self.assertEqual(line.cost_code_id, self.steel)

    def test_a_stopped_order_goes_on_where_its_new_code_has_room(self):
        self.budget(self.plaster, 5000)
        message = self.send_order("PO-1")
        self.assertState(message, "exception", "budget")
        self.remap("03 30 00", self.plaster)
        self.decide("recode")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.ledger(self.order()), {("commitment", self.plaster): 1000})

    def test_a_change_that_waits_is_decided_first(self):
        self.budget(self.concrete, 1000)
        self.send_order("PO-1", revision=1)
        more = self.order_data(lines=[self.order_line(quantity="150")], revision=2)
        self.send(self.field, "procurement.purchase_order.changed", "PO-1", more)
        [waiting] = self.order().construction_change_ids
        self.assertEqual(waiting.state, "pending")
        self.remap("03 30 00", self.plaster)
        self.decide("recode")
        self.assertEqual(waiting.state, "pending")
        self.assertIn(waiting.name, self.item().sentence)
        self.assertEqual(self.item().record_ref.line_ids.outcome, "stopped")
        waiting.with_user(self.buyer)._construction_withdraw("not needed")
        self.assertNotIn("waits", self.item().sentence)
        self.assertIn(f"{waiting.name} is decided", self.item().sentence)
        self.env["construction.budget.cell"].flush_model()
        self.job.construction_budget_policy = "none"
        self.decide("recode")
        self.assertFalse(self.item())
        self.assertEqual(self.order().order_line.cost_code_id, self.plaster)

    def test_mapped_anew_and_back(self):
        """One work item a key, which says what holds now, and ends when nothing is left behind."""
        self.send_order("PO-1")
        self.remap("03 30 00", self.plaster)
        item = self.item()
        self.remap("03 30 00", self.steel)
        self.assertEqual(self.item(), item)
        self.assertIn(self.steel.display_name, item.sentence)
        self.assertEqual(len(item.record_ref.line_ids), 1)
        self.remap("03 30 00", self.concrete)
        self.assertFalse(self.item())
        self.assertEqual(item.state, "resolved")

    def test_a_key_of_ones_own(self):
        """Mapped for one system only, what came by another's same key stays."""
        self.send_order("PO-1")
        self.send(self.master, "procurement.purchase_order.approved", "PO-9", self.order_data("PO-9"))
        self.env["construction.crosswalk"].with_user(self.owner)._confirm(
            self.field, "cost_code", "03 30 00", self.plaster
        )
        self.assertEqual(self.item().record_ref.line_ids.mapped("document_name"), ["PO-1"])

    def test_jobs_and_types(self):
        self.send(
            self.master, "master.job.upserted", "J-2", {"job": "J-2", "name": "Library", "status": "active"}
        )
        job_2 = self.env["project.project"].search([("job_number", "=", "J-2")])
        labor, equipment = (
            self.env.ref(f"construction_base.cost_type_{name}") for name in ("labor", "equipment")
        )
        walk = self.env["construction.crosswalk"].with_user(self.owner)
        walk._confirm(self.master, "cost_type", "HIRE", labor)
        self.send_order("PO-1", [self.order_line(cost_type="HIRE")])
        order = self.order()
        self.remap("HIRE", equipment, "cost_type")
        self.decide("recode")
        self.assertEqual(order.order_line.cost_type_id, equipment)
        self.remap("J-1", job_2, "job")
        self.decide("recode")
        self.assertEqual(
            (order.order_line.construction_job_id, order.construction_order_job_id), (job_2, job_2)
        )
        self.assertEqual(order.order_line.cost_code_id, self.concrete)

    def test_suppliers_and_items_are_listed(self):
        """An order keeps them: a controller sees to it."""
        self.send_order("PO-1")
        self.send_order("PO-2", supplier="S-2")
        other = self.env["res.partner"].create({"name": "Other"})
        self.remap("S-1", other, "supplier")
        self.assertEqual(self.item().record_ref.line_ids.mapped("document_name"), ["PO-1"])
        self.assertEqual([choice["code"] for choice in self.item().choices], ["leave"])
        self.decide("leave")
        self.assertEqual(self.order("PO-1").partner_id, self.supplier)
        concrete = self.env["product.product"].search([("construction_external_key", "=", "CONC")])
        self.remap("BOLT", concrete, "item")
        self.assertEqual(self.item().record_ref.line_ids.mapped("document_name"), ["PO-1", "PO-2"])
        self.decide("leave")

    def test_many_keys_at_once(self):
        """A file of keys: what nothing open has is not looked at one by one."""
        self.send_order("PO-1")
        names = [f"N-{number}" for number in range(60)]
        partners = self.env["res.partner"].create([{"name": name} for name in [*names, *names, "S-1 anew"]])
        walk = self.env["construction.crosswalk"].with_user(self.owner)
        walk._confirm_many(self.master, "supplier", dict(zip(names, partners[:60], strict=True)))
        anew = {**dict(zip(names, partners[60:120], strict=True)), "S-1": partners[120]}
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        walk._confirm_many(self.master, "supplier", anew)
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 330)
        self.assertEqual(self.item().record_ref.line_ids.mapped("document_name"), ["PO-1"])

    # --- archived ---------------------------------------------------------------------------------

    def test_an_archived_code_leaves_all_behind(self):
        """By hand, and by an event where nothing is in the ledger; whoever coded it."""
        draft = self.hand_order(confirm=False)
        gone = {"cost_code": "03 30 00", "name": "Code 03 30 00", "active": False}
        message = self.send(
            self.master, "master.cost_code.upserted", "03 30 00", gone, time="2026-03-03T08:00:00Z"
        )
        self.assertState(message, "done")
        self.assertFalse(self.concrete.active)
        self.assertEqual(self.item().record_ref.line_ids.mapped("document_name"), [draft.name])
        self.concrete.with_user(self.controller).active = True
        self.assertFalse(self.item())
        released = self.hand_order()
        self.concrete.with_user(self.controller).active = False
        self.assertEqual(
            set(self.item().record_ref.line_ids.mapped("document_name")), {draft.name, released.name}
        )
        with self.assertRaisesRegex(UserError, "in use"):
            self.decide("recode", res_id=self.concrete.id)
        self.decide("recode", res_id=self.plaster.id)
        self.assertFalse(self.item())
        self.assertEqual((draft | released).order_line.cost_code_id, self.plaster)
        self.assertEqual(self.ledger(released), {("commitment", self.plaster): 70})

    def test_companies_do_not_see_each_other(self):
        self.send_order("PO-1")
        self.remap("03 30 00", self.plaster)
        recode = self.item().record_ref
        self.assertTrue(recode.with_user(self.controller).name)
        other = self.env["res.company"].create({"name": "Other Builder"})
        stranger = self.user_with("stranger", "construction_base.group_cost_controller", other)
        stranger_env = self.env(user=stranger.id, context={"allowed_company_ids": other.ids})
        with self.assertRaises(AccessError):
            recode.with_env(stranger_env).read(["name"])
        with self.assertRaises(AccessError):
            self.item().with_env(stranger_env).action_decide("leave", "not mine")
        for role in ("buyer", "accounts_payable", "project_manager", "site_supervisor"):
            user = self.user_with(f"r_{role}", f"construction_base.group_{role}")
            self.assertFalse(self.env[recode._name].with_user(user).has_access("read"), role)
        with self.assertRaises(AccessError):
            recode.with_user(self.controller).write({"state": "left"})
