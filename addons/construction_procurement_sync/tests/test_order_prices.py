# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.tests import Form, tagged

from .test_order_merge import OrderMergeCommon


@tagged("post_install", "-at_install")
class TestOrderPrices(OrderMergeCommon):
    """A price that came by event was agreed: nothing in Odoo proposes another one in its place."""

    def set_up_once(self):
        super().set_up_once()
        self.bolt = self.order("PO-1").order_line.product_id
        self.bolt.seller_ids = [
            Command.create({"partner_id": self.supplier_of("S-1").id, "price": 7, "min_qty": 0}),
            Command.create({"partner_id": self.supplier_of("S-2").id, "price": 3, "min_qty": 0}),
        ]

    def supplier_of(self, key):
        entry = self.env["construction.crosswalk"]._contents(self.master, "supplier", [key])[key]
        return self.env["res.partner"].browse(entry.res_id)

    def lines_of(self, order):
        lines = order.order_line.filtered(lambda line: line.product_id == self.bolt)
        return sorted((line.product_qty, line.price_unit) for line in lines)

    # --- merging ----------------------------------------------------------------------

    def test_one_price_stays_that_price(self):
        self.merge()
        self.assertEqual(self.lines_of(self.first), [(16, 10)])
        self.assertNotIn("not made one", "".join(self.first.message_ids.mapped("body")))

    def test_two_prices_stay_two_lines(self):
        third = self.send_order("PO-C", [self.order_line("1", "4", "12.00")])
        self.assertTrue(third)
        order = self.order("PO-C")
        self.merge(self.first | self.second | order)
        self.assertEqual(self.lines_of(self.first), [(4, 12), (16, 10)])
        self.assertIn("not made one", self.first.message_ids.sorted("id")[-1].body)
        self.confirm(self.first)
        self.assertState(self.send_delivery("R-C", "PO-C", [self.delivery_line("1", "3")]), "done")
        taken = self.first.order_line.filtered(lambda line: line.price_unit == 12)
        self.assertEqual(taken.qty_received, 3)

    def test_two_prices_of_one_order(self):
        """Odoo folds the lines of the order that stays, and takes the lower price."""
        first = self.send_order(
            "PO-D",
            [
                self.order_line("1", "2", "12.00"),
                self.order_line("2", "3", "10.00"),
                self.order_line("3", "5", "12.00"),
            ],
            ordered_at="2026-03-01T12:00:00-06:00",
        )
        self.assertTrue(first)
        order = self.order("PO-D")
        order.order_line.date_planned = self.second.order_line[0].date_planned
        self.merge(order | self.second)
        self.assertEqual(self.lines_of(order), [(7, 12), (9, 10)])
        self.confirm(order)
        for line, quantity in (("1", "1"), ("2", "2"), ("3", "4")):
            message = self.send_delivery(f"R-{line}", "PO-D", [self.delivery_line(line, quantity)])
            self.assertState(message, "done")
        message = self.send_delivery("R-B", "PO-B", [self.delivery_line("1", "1")])
        self.assertState(message, "done")
        received = sorted(
            (line.price_unit, line.qty_received) for line in order.order_line if line.product_id == self.bolt
        )
        self.assertEqual(received, [(10, 3), (12, 5)])

    def by_hand(self, price, **vals):
        ours = self.order_by_hand(date_order="2026-01-01", **vals)
        ours.order_line.price_unit = price
        ours.order_line.date_planned = self.second.order_line[0].date_planned
        return ours

    def test_with_one_by_hand(self):
        ours = self.by_hand(9)
        self.merge(ours | self.second)
        self.assertEqual(self.lines_of(ours), [(6, 10), (10, 9)])

    def test_with_one_by_hand_at_the_same_price(self):
        ours = self.by_hand(10)
        ours.order_line.technical_price_unit = 10
        self.merge(ours | self.second)
        self.assertEqual(self.lines_of(ours), [(16, 10)])
        ours.order_line.filtered(lambda line: line.product_id == self.bolt).product_qty = 18
        self.assertEqual(self.lines_of(ours), [(18, 10)])

    def test_by_hand_alone_each_keeps_its_price(self):
        ours, other = self.by_hand(9), self.by_hand(8)
        self.merge(ours | other)
        order = (ours | other).filtered(lambda found: found.state != "cancel")
        self.assertEqual(self.lines_of(order), [(10, 8), (10, 9)])

    def typed(self, price, how, **vals):
        """What a buyer orders at a price of their own; the supplier's list says 7."""
        form = {"technical_price_unit": 7} if how == "form" else {}
        line = self.order().order_line
        row = {
            "product_id": self.bolt.id,
            "name": "Bolts",
            "product_qty": 10,
            "price_unit": price,
            "tax_ids": [Command.clear()],
            "analytic_distribution": line.analytic_distribution,
            **form,
            **vals,
        }
        orders = self.env["purchase.order"].with_user(self.buyer)
        return orders.create({"partner_id": self.supplier_of("S-1").id, "order_line": [Command.create(row)]})

    def test_what_is_merged_is_worth_what_it_was(self):
        discounted = {"discount": 10}
        taxed = {"tax_ids": [Command.set(self.tax_10.ids)]}
        cases = (
            ("two prices", (5, {}), (9, {}), [(10, 5), (10, 9)]),
            ("one price", (5, {}), (5, {}), [(20, 5)]),
            ("a discount", (5, discounted), (5, {}), [(10, 5), (10, 5)]),
            ("one discount", (5, discounted), (5, discounted), [(20, 5)]),
            ("a deduction", (5, {}), (5, {"product_qty": -3}), [(-3, 5), (10, 5)]),
            ("a tax", (5, taxed), (5, {}), [(10, 5), (10, 5)]),
        )
        for how in ("form", "call"):
            for name, one, two, lines in cases:
                with self.subTest(name, how=how):
                    orders = self.typed(one[0], how, **one[1]) | self.typed(two[0], how, **two[1])
                    worth = sum(orders.mapped("amount_untaxed"))
                    discounts = sorted(set(orders.order_line.mapped("discount")))
                    self.merge(orders)
                    order = orders.filtered(lambda found: found.state != "cancel")
                    self.assertEqual(self.lines_of(order), lines)
                    self.assertAlmostEqual(order.amount_untaxed, worth)
                    self.assertEqual(sorted(set(order.order_line.mapped("discount"))), discounts)

    def test_a_typed_price_stays_and_a_proposed_one_follows_the_list(self):
        self.bolt.seller_ids = [
            Command.create({"partner_id": self.supplier_of("S-1").id, "price": 6, "min_qty": 20})
        ]
        for how, price, later in (("form", 5, 5), ("call", 5, 5), ("call", 7, 7), ("form", 7, 6)):
            with self.subTest(how=how, price=price):
                order = self.typed(price, how)
                order.order_line.product_qty = 25
                self.assertEqual(order.order_line.price_unit, later)
        columns = ["partner_id/.id", "order_line/product_id/.id", "order_line/name", "order_line/product_qty"]
        rows = [[str(self.supplier_of("S-1").id), str(self.bolt.id), "Bolts", "10", "5"]]
        orders = self.env["purchase.order"].with_user(self.buyer)
        order = orders.browse(orders.load([*columns, "order_line/price_unit"], rows)["ids"])
        order.order_line.product_qty = 25
        self.assertEqual(order.order_line.price_unit, 5)

    def two_things(self):
        """Case 15: steel and bolts as lines without an item, which one general product stands for."""
        ours, other = self.by_hand(5, quantity=10), self.by_hand(7, quantity=20)
        ours.order_line.name, other.order_line.name = "Steel plate", "Anchor bolts"
        return ours, other

    def test_lines_of_other_words_stay_several(self):
        ours, other = self.two_things()
        self.merge(ours | other)
        order = (ours | other).filtered(lambda found: found.state != "cancel")
        self.assertEqual(self.lines_of(order), [(10, 5), (20, 7)])
        self.assertEqual(order.amount_untaxed, 190)

    def test_lines_of_one_order_that_odoo_folds(self):
        """Odoo first adds up the lines of the order that stays, whatever they say."""
        ours, other = self.two_things()
        line = ours.order_line.copy(
            {"order_id": ours.id, "product_qty": 4, "price_unit": 6, "name": "Washers"}
        )
        line.date_planned = ours.order_line[0].date_planned
        other.order_line.name = "washers "
        other.order_line.price_unit = 6
        self.merge(ours | other)
        order = (ours | other).filtered(lambda found: found.state != "cancel")
        self.assertEqual(self.lines_of(order), [(10, 5), (24, 6)])

    # --- by hand ----------------------------------------------------------------------

    def test_another_quantity(self):
        with Form(self.first.with_user(self.buyer)) as form, form.order_line.edit(0) as line:
            line.product_qty = 11
        self.assertEqual(self.lines_of(self.first), [(11, 10)])
        self.first.order_line[0].product_qty = 12
        self.assertEqual(self.lines_of(self.first), [(12, 10)])

    def test_another_supplier(self):
        self.first.partner_id = self.supplier_of("S-2")
        self.assertEqual(self.lines_of(self.first), [(10, 10)])

    def test_another_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        line = self.first.order_line[0]
        line.product_uom_id = dozen
        self.assertEqual(line.price_unit, 120)
        self.env.user.group_ids |= self.env.ref("uom.group_uom")
        self.bolt.uom_ids |= dozen
        with Form(self.second) as form, form.order_line.edit(0) as row:
            row.product_uom_id = dozen
            self.assertEqual(row.price_unit, 120)
            row.product_uom_id = self.bolt.uom_id
            self.assertEqual(row.price_unit, 10)
            row.product_uom_id = dozen
        self.assertEqual(self.lines_of(self.second), [(6, 120)])

    def test_another_product_is_another_price(self):
        rebar = self.first.order_line[1].product_id
        rebar.seller_ids = [
            Command.create(
                {"partner_id": self.first.partner_id.id, "price": 4, "product_uom_id": rebar.uom_id.id}
            )
        ]
        self.env.user.group_ids |= self.env.ref("uom.group_uom")
        with Form(self.first) as form:
            with form.order_line.new() as line:
                line.product_id = rebar
                line.product_qty = 2
                proposed = line.price_unit
            with form.order_line.edit(0) as line:
                line.product_id = rebar
                line.product_qty = 2
                self.assertEqual(line.price_unit, proposed)
        self.assertNotEqual(proposed, 10)

    def test_the_catalog(self):
        self.second.with_user(self.buyer)._update_order_line_info(self.bolt.id, 8)
        self.assertEqual(self.lines_of(self.second), [(8, 10)])

    def test_a_change_of_the_order_sets_it(self):
        data = self.order_data("PO-B", [self.order_line("1", "6", "11.50")], revision=1)
        self.send(self.field, "procurement.purchase_order.changed", "PO-B", data)
        self.assertEqual(self.lines_of(self.second), [(6, 11.5)])
        self.second.order_line[0].product_qty = 7
        self.assertEqual(self.lines_of(self.second), [(7, 11.5)])
