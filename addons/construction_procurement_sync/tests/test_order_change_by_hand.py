# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules.module import load_script
from odoo.tests import Form, tagged

from odoo.addons.construction_sync.errors import Hold

from .test_order_change import CHANGED, OrderChangeCommon


@tagged("post_install", "-at_install")
class TestOrderChangeByHand(OrderChangeCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_order(lines=self.lines((4, 100), (6, 100)))
        self.theirs = self.order().with_user(self.buyer)

    def ask(self, *changes, user=None, reason="More is needed"):
        """Ask for a change by the wizard: changes of the lines, in order; of further ones, new lines."""
        requests = self.env["construction.order.change.request"].with_user(user or self.buyer)
        request = requests.with_context(default_order_id=self.order().id).create({"reason": reason})
        for line, vals in zip(request.line_ids, changes, strict=False):
            line.write(vals)
        for vals in changes[len(request.line_ids) :]:
            request.line_ids.create({"request_id": request.id, **vals})
        return request.action_request()

    def refused(self, write, words="Change the Order"):
        with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
            write()

    def test_a_plain_write_that_asks_for_more_is_refused(self):
        order, (one, two) = self.theirs, self.theirs.order_line
        product = one.product_id
        update = Command.update
        new = {"product_id": product.id, "product_qty": 1, "price_unit": 1, "order_id": order.id}
        for what, write in (
            ("quantity", lambda: one.write({"product_qty": 5})),
            ("price", lambda: one.write({"price_unit": 101, "product_qty": 1})),
            ("code", lambda: one.write({"cost_code_id": self.other_code.id})),
            ("below nothing", lambda: one.write({"product_qty": -1})),
            ("below nothing by a discount", lambda: one.write({"discount": 101})),
            ("form", lambda: order.write({"order_line": [update(one.id, {"product_qty": 5})]})),
            ("line", lambda: one.create(new)),
            ("line in the form", lambda: order.write({"order_line": [Command.create(new)]})),
            ("mass edit", lambda: (one | two).write({"product_qty": 6})),
            ("list", lambda: (one | two).web_save_multi([{"product_qty": 7}, {"product_qty": 4}], {})),
            ("import", lambda: one.load([".id", "product_qty"], [[str(one.id), "5"], [str(two.id), "6"]])),
        ):
            with self.subTest(what):
                self.refused(write)
        with self.subTest("less, or as much"):
            order.write(
                {"order_line": [update(one.id, {"product_qty": 6}), update(two.id, {"product_qty": 4})]}
            )
            two.product_qty = 3
            one.write({"discount": 10})
            self.refused(lambda: one.write({"discount": 5}))
        with self.subTest("supplier"), self.assertRaisesRegex(UserError, "keeps its supplier"):
            order.partner_id = self.supplier_of("S-2")
        self.assertEqual(self.quantities(), [6, 3])
        self.assertFalse(self.changes())
        self.assertEqual(self.staged_sums(), {"commitment": 840})

    def test_the_window_takes_no_other_unit_or_item(self):
        """What it would drop it refuses: 2 dozen at 900 are not 2 pieces at 900."""
        line = self.theirs.order_line[0]
        dozen = self.env.ref("uom.product_uom_dozen")
        other = self.env["product.product"].search([("id", "!=", line.product_id.id)], limit=1)
        for vals in ({"product_uom_id": dozen.id}, {"product_id": other.id}):
            with self.subTest(vals):
                asked = {**vals, "quantity": 2, "price_unit": 900}
                self.refused(lambda asked=asked: self.ask(asked), "keeps its item")
        self.assertEqual(self.quantities(), [4, 6])

    def test_a_released_line_keeps_its_item_and_unit(self):
        """As an event has it: both are on its receipts and bills."""
        order, line = self.theirs, self.theirs.order_line[0]
        before = line.product_id, line.product_uom_id
        other = {"product_id": before[0].sudo().create({"name": "Rebar"}).id}
        dozen = {"product_uom_id": self.env.ref("uom.product_uom_dozen").id, "product_qty": 0.1}
        for what, write in (
            ("item", lambda: line.write(other)),
            ("unit", lambda: line.write(dozen)),
            ("form", lambda: order.write({"order_line": [Command.update(line.id, dozen)]})),
            ("down payment", lambda: line.write({"is_downpayment": True})),
        ):
            with self.subTest(what):
                self.refused(write, "keeps its item and unit")
        found = line.load([".id", "product_uom_id/.id"], [[str(line.id), str(dozen["product_uom_id"])]])
        self.assertIn("keeps its item and unit", found["messages"][0]["message"])
        same = {"product_id": before[0].id, "product_uom_id": before[1].id, "is_downpayment": False}
        line.write(same)
        self.assertEqual((line.product_id, line.product_uom_id), before)

    def test_a_released_line_keeps_a_coding(self):
        line = self.theirs.order_line[0]
        self.refused(lambda: line.write({"analytic_distribution": False}))
        little = {key: share / 100 for key, share in line.sudo().analytic_distribution.items()}
        self.refused(lambda: line.write({"analytic_distribution": little}))
        self.refused(
            lambda: self.theirs.order_line[0].write({"cost_code_id": False, "construction_job_id": False})
        )
        self.assertEqual(self.sums(), {"commitment": 1000})

    def test_a_contact_leaves_the_company_without_its_orders(self):
        contact = self.env["res.partner"].create({"name": "Sales", "parent_id": self.theirs.partner_id.id})
        other = self.supplier_of("S-2")
        self.theirs.partner_id = contact
        clerk = self.user_with("contacts", "base.group_user,base.group_partner_manager")
        for vals in ({"parent_id": other.id}, {"parent_id": False}, {"is_company": True}):
            with self.subTest(vals):
                self.refused(lambda vals=vals: contact.with_user(clerk).write(vals), "keep their supplier")
        contact.with_user(clerk).name = "Sales Office"

    def test_a_released_order_in_another_currency_keeps_its_date(self):
        eur = self.env.ref("base.EUR")
        eur.active = True
        rates = (("2026-03-01", 0.8), ("2026-03-20", 0.5))
        self.env["res.currency.rate"].create(
            [
                {"currency_id": eur.id, "name": day, "rate": rate, "company_id": self.company.id}
                for day, rate in rates
            ]
        )
        self.send_order("PO-E", self.lines((10, 8)), currency="EUR")
        order = self.order("PO-E")
        self.assertEqual(order.state, "purchase")
        theirs = order.with_user(self.buyer)
        date, ledger = order.date_order, self.staged_sums()
        self.refused(lambda: theirs.write({"date_order": "2026-03-21 12:00:00"}), "its date stays")
        theirs.write({"date_order": date})
        self.theirs.write({"date_order": "2026-03-21 12:00:00"})
        self.assertEqual((order.date_order, self.staged_sums()), (date, ledger))

    def test_a_line_comes_into_no_released_order_and_leaves_none(self):
        order, update = self.theirs, Command.update
        drafts = order.copy({"order_line": []})
        line = order.order_line[0].copy({"order_id": drafts.id, "product_qty": 1, "price_unit": 1})
        for what, write in (
            ("into it", lambda: line.write({"order_id": order.id})),
            ("into it, of the order", lambda: order.write({"order_line": [Command.link(line.id)]})),
            ("import", lambda: line.load([".id", "order_id/.id"], [[str(line.id), str(order.id)]])),
            ("out of it", lambda: order.order_line[0].write({"order_id": drafts.id})),
            (
                "out of it, of the other",
                lambda: drafts.write({"order_line": [Command.link(order.order_line[1].id)]}),
            ),
            (
                "for one that is ended",
                lambda: order.write(
                    {
                        "order_line": [
                            update(order.order_line[0].id, {"product_qty": 0}),
                            Command.link(line.id),
                        ]
                    }
                ),
            ),
        ):
            with self.subTest(what):
                self.refused(write)
        with self.subTest("from one draft to another"):
            other = order.copy({"order_line": []})
            line.order_id = other
            self.assertEqual(line.order_id, other)
        self.assertEqual((self.quantities(), self.staged_sums()), ([4, 6], {"commitment": 1000}))

    def test_tax_is_of_the_total(self):
        """A released order of 1,000 is approved up to 1,100 with its taxes, and no further."""
        tax = self.env["account.tax"].create(
            {"name": "15", "amount": 15, "type_tax_use": "purchase", "company_id": self.company.id}
        )
        # without an account it would not come back, and be cost
        tax.invoice_repartition_line_ids.account_id = self.company_data["default_account_tax_purchase"]
        tax_id = tax.id
        self.review_above(1100)
        order, (one, two) = self.theirs, self.theirs.order_line
        self.assertEqual(order.amount_total, 1000)
        taxed = [Command.set([tax_id])]
        with self.subTest("plainly"):
            self.refused(lambda: (one | two).write({"tax_ids": taxed}))
            self.refused(lambda: order.write({"order_line": [Command.update(one.id, {"tax_ids": taxed})]}))
        with self.subTest("as a change"):
            action = self.ask({"tax_ids": taxed}, {"tax_ids": taxed})
            change = self.changes().browse(action["res_id"])
            self.assertEqual((change.state, change.stop), ("pending", "approval"))
            self.assertEqual(change.line_ids.mapped("taxes"), ["15", "15"])
            self.assertEqual((change.amount_change, change.tax_change), (0, 150))
            self.assertEqual((change.changes_taxes, change.changes_discount), (True, False))
            self.assertFalse((one | two).tax_ids)
            change.with_user(self.manager).action_approve()
            self.assertEqual((change.state, order.amount_total, (one | two).tax_ids), ("approved", 1150, tax))
        with self.subTest("less"):
            two.tax_ids = [Command.clear()]
            one.tax_ids = [Command.clear()]
            self.assertEqual((order.amount_total, len(self.changes())), (1000, 1))

    def test_a_released_order_is_not_set_to_draft(self):
        order = self.theirs
        for what, write in (
            ("button", order.button_draft),
            ("state", lambda: order.write({"state": "draft"})),
            ("sent", lambda: order.write({"state": "sent"})),
            ("to approve", lambda: order.write({"state": "to approve"})),
        ):
            with self.subTest(what):
                self.refused(write)
        self.assertEqual((order.state, self.staged_sums()), ("purchase", {"commitment": 1000}))
        with self.subTest("cancelled, it is ordered of the same supplier or not at all"):
            order.with_context(disable_cancel_warning=True).button_cancel()
            other = self.supplier_of("S-1").copy({"name": "Another"})
            euro = self.env.ref("base.EUR")
            euro.active = True
            for _state in ("cancel", "draft"):
                for vals in ({"partner_id": other.id}, {"currency_id": euro.id}):
                    with (
                        self.assertRaisesRegex(UserError, "shared with another system"),
                        self.cr.savepoint(),
                    ):
                        order.write(vals)
                order.button_draft()
            order.button_confirm()
            self.assertEqual(order.state, "purchase")
        with self.subTest("a supplier of one that nobody sent"):
            mine = order.copy()
            mine.partner_id = other
            self.assertEqual(mine.partner_id, other)
        with self.subTest("received"):
            self.send_delivery(lines=[self.delivery_line(quantity="3")])
            for state in ("cancel", "draft"):
                with self.assertRaisesRegex(UserError, "was received"), self.cr.savepoint():
                    order.write({"state": state})

    def supplier_of(self, key):
        return self.env["res.partner"].search([("name", "=", f"Supplier {key}")], limit=1)

    def test_by_the_button(self):
        requests = self.env["construction.order.change.request"].with_user(self.buyer)
        with Form(requests.with_context(default_order_id=self.order().id)) as form:
            form.reason = "More is needed"
            with form.line_ids.edit(0) as line:
                line.quantity = 5
        form.record.action_request()
        [change] = self.changes()
        self.assertEqual(
            (change.state, change.origin, change.requested_by_id), ("approved", "hand", self.buyer)
        )
        self.assertEqual(change.reason, "More is needed")
        self.ask({"quantity": 4})
        self.assertEqual(self.quantities(), [4, 6])
        self.assertEqual(len(self.changes()), 1, "less is no document")
        self.review_above(1000)
        bolt = self.order().order_line[0].product_id
        new = {
            "product_id": bolt.id,
            "quantity": 2,
            "price_unit": 10,
            "construction_job_id": self.job.id,
            "cost_code_id": self.other_code.id,
        }
        action = self.ask({}, {"price_unit": 110}, new)
        change = self.changes().browse(action["res_id"])
        self.assertEqual((change.state, change.stop, change.amount_change), ("pending", "approval", 80))
        self.assertEqual(self.staged_sums(), {"commitment": 1000, "pending reserved": 80})
        self.assertEqual(self.order().order_line.mapped("price_unit"), [100, 100])
        self.assertEqual(self.item_of(change).state, "open")
        with self.assertRaisesRegex(UserError, "waits already"):
            self.ask({"quantity": 9})
        change.with_user(self.manager).action_approve()
        self.assertEqual(self.order().order_line.mapped("price_unit"), [100, 110, 10])
        self.assertEqual(self.staged_sums(), {"commitment": 1080})

    def test_who_and_what(self):
        outsider = self.user_with("manages", "construction_base.group_project_manager")
        for what, error, ask in (
            ("no buyer", AccessError, lambda: self.ask({"quantity": 5}, user=outsider)),
            ("nothing", UserError, lambda: self.ask({})),
            ("no reason", UserError, lambda: self.ask({"quantity": 5}, reason=" ")),
            (
                "no code",
                UserError,
                lambda: self.ask({}, {}, {"product_id": self.order().order_line[0].product_id.id}),
            ),
        ):
            with self.subTest(what), self.assertRaises(error), self.cr.savepoint():
                ask()
        self.send_order("PO-2", lines=self.lines((1, 1)))
        with self.subTest("a line of another order"), self.assertRaisesRegex(UserError, "another order"):
            self.ask({"order_line_id": self.order("PO-2").order_line.id, "quantity": 9})
        self.send_delivery(lines=[self.delivery_line(quantity="3")])
        with self.subTest("less than received"), self.assertRaisesRegex(UserError, "received or billed"):
            self.ask({"quantity": 2}, {"quantity": 9})
        self.review_above(1000)
        self.manager.group_ids |= self.env.ref("construction_base.group_buyer")
        self.ask({"quantity": 5}, user=self.manager)
        change = self.changes()
        with self.subTest("one's own"), self.assertRaisesRegex(AccessError, "entered"):
            change.with_user(self.manager).action_approve()
        with self.subTest("an event is newer"):
            self.change((4, 100), (7, 100))
            self.assertEqual(self.changes().mapped("state"), ["superseded", "pending"])
        with self.subTest("another company"):
            other = self.env["res.company"].create({"name": "Other"})
            stranger = self.user_with("stranger", "purchase.group_purchase_manager")
            stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
            with self.assertRaises(AccessError):
                change.with_user(stranger).with_context(allowed_company_ids=other.ids).action_approve()

    def test_what_was_parked_before_becomes_a_change(self):
        self.review_above(500)
        data = self.order_data(lines=self.lines((5, 100), (6, 100)), revision=2)
        message = self.receive(self.field, CHANGED, "PO-1", data)
        error = Hold("Revision 2 …", cause_key="acceptance:PO-1:2", record=self.order())
        item = self.env["construction.exception"]._open_for(message, error)
        message.sudo().write({"state": "exception", "exception_id": item.id})
        self.env["construction.message.record"]._note([(message.id, self.order(), "update")])
        path = "construction_procurement_sync/migrations/19.0.1.2.0/end-order_changes.py"
        module = load_script(path, "end_order_changes")
        self.env.flush_all()
        module.migrate(self.cr, "19.0.1.1.1")
        self.env.invalidate_all()
        self.assertState(message, "done")
        self.assertEqual((self.changes().state, item.state), ("pending", "resolved"))
        self.assertEqual(self.staged_sums(), {"commitment": 1000, "pending reserved": 100})
