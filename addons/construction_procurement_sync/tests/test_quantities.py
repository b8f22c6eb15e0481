# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import ProcurementCommon

STEEL = {"item": "STEEL", "description": "Rebar", "uom": "t"}


@tagged("post_install", "-at_install")
class TestQuantities(ProcurementCommon):
    """What comes and is billed in other units than ordered ends at the whole."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()

    def item(self, key, uom):
        self.send(
            self.master,
            "master.item.upserted",
            key,
            {"item": key, "name": f"Item {key}", "uom": uom, "stocked": True},
        )

    def accrued(self, order="PO-1"):
        entries = self.env["construction.cost.entry"].search(
            [
                ("kind", "=", "accrual"),
                ("document_model", "=", "purchase.order"),
                ("document_id", "=", self.order(order).id),
            ]
        )
        return sum(entries.mapped("amount"))

    def deliver(self, receipt, quantity, uom, order="PO-1", **kwargs):
        line = self.delivery_line(quantity=quantity, uom=uom)
        message = self.send_delivery(receipt, order, [line], **kwargs)
        self.assertState(message, "done")
        return message

    def test_digits_are_there_and_stay(self):
        precision = self.env["decimal.precision"].search([("name", "=", "Product Unit")])
        self.assertGreaterEqual(precision.digits, 5)
        with self.assertRaisesRegex(UserError, "at least 5 digits"):
            precision.digits = 2
        with self.assertRaisesRegex(UserError, "at least 5 digits"):
            precision.unlink()
        precision.digits = 7
        precision._construction_raise_digits()
        self.assertEqual(precision.digits, 7)
        self.env["decimal.precision"].search([("name", "=", "Product Unit")]).digits = 5

    def test_tonnes_that_come_and_are_billed_in_kilograms(self):
        self.item("STEEL", "t")
        self.send_order(lines=[self.order_line(quantity="2", price="900", **STEEL)])
        for number, (kilograms, accrued) in enumerate((("333", 299.7), ("333", 599.4), ("334", 900))):
            self.deliver(f"R-{number}", kilograms, "kg")
            self.assertAlmostEqual(self.accrued(), accrued)
        self.assertEqual(self.order().order_line.qty_received, 1)
        left = 900
        for number, kilograms in enumerate(("333", "333", "334")):
            line = self.invoice_line(quantity=kilograms, price="0.9", uom="kg")
            message = self.send_invoice(f"INV-{number}", lines=[line], invoice_date=f"2026-0{number + 3}-10")
            self.assertState(message, "done")
            left -= int(kilograms) * 0.9
            self.assertAlmostEqual(self.accrued(), left)

    def test_a_hundred_feet_in_metres(self):
        for key, kept, order in (("PIPE", "ft", "PO-F"), ("TUBE", "m", "PO-M")):
            with self.subTest(kept=kept):
                self.item(key, kept)
                line = self.order_line(item=key, description="Pipe", uom="ft", price="3.00")
                self.send_order(order, [line])
                for number, metres in enumerate(("10", "10", "10", "0.48")):
                    self.deliver(f"R-{number}", metres, "m", order)
                self.assertEqual(self.order(order).order_line.qty_received, 100)
                self.assertEqual(self.accrued(order), 300)
                self.assertEqual(self.order(order).receipt_status, "full")
                over = self.send_delivery("R-9", order, [self.delivery_line(quantity="0.01", uom="m")])
                self.assertState(over, "exception", "variance")

    def test_pounds_of_what_is_kept_in_tonnes(self):
        """One pound is less than half of what a record can say: rounded for itself, each would be lost."""
        self.item("STEEL", "t")
        steel = {**STEEL, "uom": "lb"}
        self.send_order(lines=[self.order_line(quantity="7", price="10", **steel)])
        messages = [self.deliver(f"R-{number}", "1", "lb") for number in range(7)]
        line = self.order().order_line
        self.assertEqual((line.qty_received, self.accrued()), (7, 70))
        self.assertAlmostEqual(sum(line.move_ids.mapped("quantity")), 0.00318)
        again = self.receive(
            self.field,
            "procurement.delivery.received",
            "PO-1",
            self.delivery_data("R-3", "PO-1", [self.delivery_line(quantity="0.5", uom="lb")], revision=1),
        )
        self.run_all()
        self.assertState(again, "done")
        self.assertEqual((line.qty_received, self.accrued()), (6.5, 65))
        self.deliver("R-8", "0.5", "lb")
        self.assertEqual((line.qty_received, self.accrued(), len(messages)), (7, 70, 7))

    def test_received_by_hand_in_another_unit(self):
        self.item("STEEL", "t")
        steel = {**STEEL, "uom": "lb"}
        self.send_order(lines=[self.order_line(quantity="7", price="10", **steel)])
        pound = self.env.ref("uom.product_uom_lb")
        for _number in range(7):
            move = self.order().picking_ids.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
            move.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "picking_id": move.picking_id.id,
                    "product_id": move.product_id.id,
                    "product_uom_id": pound.id,
                    "quantity": 1,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
            move.picked = True
            move.picking_id._action_done()
        line = self.order().order_line
        self.assertEqual((line.qty_received, self.accrued()), (7, 70))
        self.assertAlmostEqual(sum(line.move_ids.mapped("quantity")), 0.00318)

    def test_the_whole_by_hand_is_the_whole(self):
        """What Odoo proposes of 7 lb is 0.00318 t, which is 7.01 lb, and all of the order."""
        self.item("STEEL", "t")
        steel = {**STEEL, "uom": "lb"}
        self.send_order(lines=[self.order_line(quantity="7", price="10", **steel)])
        action = self.order().picking_ids.button_validate()
        if isinstance(action, dict):
            Form.from_action(self.env, action).save().process()
        self.assertEqual((self.order().order_line.qty_received, self.accrued()), (7, 70))
        self.assertState(
            self.send_invoice(lines=[self.invoice_line(quantity="7", price="10", uom="lb")]), "done"
        )

    def test_concrete_of_three_digits(self):
        concrete = {"item": "CONC", "uom": "m3", "description": "Concrete"}
        self.send_order(lines=[self.order_line(quantity="1.333", **concrete)])
        self.deliver("R-1", "1.333", "m3")
        self.assertEqual(self.order().order_line.qty_received, 1.333)

    def test_a_service_in_another_unit(self):
        item = {"item": "VISIT", "name": "Inspection", "uom": "dozen", "cost_type": "Subcontract"}
        self.send(self.master, "master.item.upserted", "VISIT", item)
        visits = {"item": "VISIT", "uom": "dozen", "description": "Inspections", "price": "12.00"}
        self.send_order(lines=[self.order_line(quantity="1", cost_type="SUB", **visits)])
        line = self.order().order_line
        self.assertEqual(line.qty_received_method, "manual")
        for number in range(12):
            self.deliver(f"R-{number}", "1", "EA")
        self.assertEqual((line.qty_received, self.accrued()), (1, 12))

    def test_what_is_billed_in_parts_is_billed_in_whole(self):
        """Nothing is left to be billed, or to be credited, of what was billed in another unit."""
        self.item("STEEL", "t")
        cases = (
            ("DZ", "BOLT", "dozen", "1", "EA", ["1"] * 12),
            ("D2", "BOLT", "dozen", "2", "EA", ["7", "7", "10"]),
            ("LB", "STEEL", "t", "1", "lb", ["1000", "1000", "204.62"]),
        )
        for year, (key, item, unit, quantity, other, parts) in enumerate(cases, 2023):
            order = f"PO-{key}"
            self.send_order(order, [self.order_line(item=item, uom=unit, quantity=quantity, price="1200")])
            self.deliver(f"R-{key}", quantity, unit, order)
            line = self.order(order).order_line
            price = f"{1200 / (12 if unit == 'dozen' else 2204.62):.6f}"
            for number, part in enumerate(parts, 1):
                with self.subTest(order=order, part=number):
                    row = self.invoice_line(quantity=part, price=price, uom=other)
                    message = self.send_invoice(
                        f"{key}-{number}", order, [row], invoice_date=f"{year}-{number:02}-10"
                    )
                    self.assertState(message, "done")
                    self.assertEqual(line.qty_to_invoice > 0, number < len(parts), line.qty_invoiced)
            self.assertEqual((line.qty_invoiced, line.qty_to_invoice), (float(quantity), 0))
            self.assertEqual(line.order_id.invoice_status, "invoiced")
