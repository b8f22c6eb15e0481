# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import etree

from odoo.tests import tagged
from odoo.tools import html2plaintext

from .common import ProcurementCommon

# what the roles open of their menus and from one paper to the next
MODELS = (
    "purchase.order",
    "purchase.order.line",
    "purchase.request",
    "purchase.request.line",
    "account.move",
    "account.move.line",
    "stock.picking",
    "stock.move",
    "stock.move.line",
    "stock.quant",
    "construction.cost.entry",
    "construction.budget",
)
CONTAINERS = {"list", "kanban", "form"}
HIDDEN = {"1", "True", "true"}


@tagged("post_install", "-at_install")
class TestUnits(ProcurementCommon):
    def test_no_quantity_without_its_unit(self):
        bare = set()
        for role in ("buyer", "cost_controller", "accounts_payable", "project_manager", "site_supervisor"):
            user = self.user_with(role, f"construction_base.group_{role}")
            self.assertTrue(user.has_group("uom.group_uom"), role)
            for name in MODELS:
                model = self.env[name].with_user(user)
                if not model.has_access("read"):
                    continue
                domain = [("model", "=", name), ("type", "in", list(CONTAINERS)), ("mode", "=", "primary")]
                for view in self.env["ir.ui.view"].search(domain) - self.of_nowhere():
                    arch = etree.fromstring(model.get_view(view.id, view.type)["arch"])
                    bare |= {(view.xml_id, *found) for found in self.bare(model, arch)}
        self.assertFalse(bare, "\n".join(map(str, sorted(bare))))

    def of_nowhere(self):
        """Odoo's long forms of one order line, which nothing of ours opens and which borrow others' lists."""
        names = ("purchase.purchase_order_line_form2", "purchase_request.purchase_order_line_form2_sub")
        return self.env["ir.ui.view"].union(*map(self.env.ref, names))

    def test_the_notes_of_a_receipt(self):
        """What Odoo notes of a change: of what is expected, and of what came."""
        self.send_masters()
        self.send_order("PO-N")
        move = self.order("PO-N").picking_ids.move_ids
        unit = move.product_uom.name
        move.product_uom_qty = 12.5
        move.write({"quantity": 4, "picked": True})
        move.picking_id.with_context(skip_backorder=True).button_validate()
        move.picking_id.action_toggle_is_locked()
        move.move_line_ids.quantity = 5
        notes = " ".join(" ".join(html2plaintext(m.body).split()) for m in move.picking_id.message_ids)
        self.assertRegex(notes, rf"Quantity: \d+ {unit} -> 12\.5 {unit}")
        self.assertIn(f"Quantity: 4 {unit} -> 5 {unit}", notes)

    def test_a_change_by_another_unit(self):
        """After a receipt as before: 1.2 t is not told as 1.2 kg."""
        self.send_masters()
        self.send_order(lines=[self.order_line(quantity="1000", price="1", item="REBAR", uom="kg")])
        self.assertState(self.send_delivery(lines=[self.delivery_line(quantity="400", uom="kg")]), "done")
        said = [self.order_line(quantity="1.2", price="1000", item="REBAR", uom="t")]
        message = self.send(
            self.field,
            "procurement.purchase_order.changed",
            "PO-1",
            self.order_data(lines=said, revision=2),
        )
        self.assertState(message, "exception")
        self.assertIn("is ordered by kg, and stays so", message.exception_id.sentence)

    def test_as_a_person_writes_it(self):
        """However many digits a quantity may have, on screens, printed papers and in sentences."""
        self.send_masters()
        self.send_order(lines=[self.order_line(quantity="60", item="REBAR", uom="t")])
        line = self.order().order_line
        shown = self.env["purchase.order.line"].fields_get(["product_qty", "price_unit"])
        self.assertEqual(shown["product_qty"]["min_display_digits"], -1)
        self.assertNotEqual(shown["price_unit"].get("min_display_digits"), -1)
        printed = self.env["ir.qweb.field.float"].record_to_html(line, "product_qty", {})
        self.assertEqual(printed, "60")
        options = {"decimal_precision": "Product Unit"}
        for value, said in ((0.333, "0.333"), (1.00001, "1.00001"), (1000.5, "1,000.5"), (0, "0")):
            self.assertEqual(self.env["ir.qweb.field.float"].value_to_html(value, options), said)
        self.send_delivery(lines=[self.delivery_line(quantity="12.5", uom="t")])
        notes = " ".join(self.order().message_ids.mapped("body"))
        self.assertIn("0 Ton -&gt; 12.5 Ton", notes)
        message = self.send_invoice(lines=[self.invoice_line(quantity="60", uom="t")])
        self.assertIn("60 Ton billed, 12.5 Ton received", message.problem)
        self.post_ledger()
        entry = self.env["construction.cost.entry"].search([("res_model", "=", line._name)], limit=1)
        self.assertEqual(entry.product_uom_id, line.product_uom_id)
        for report in ("purchase.report_purchaseorder", "purchase.report_purchasequotation"):
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(report, self.order().ids)
            text = " ".join(etree.HTML(html).xpath("string(//table)").split())
            self.assertIn("60 Ton", text, report)

    def bare(self, model, arch):
        """(model, container, quantity) of each place that shows a quantity and no unit."""
        for container in arch.iter(*CONTAINERS):
            comodel = self.model_of(model, container, arch)
            if comodel is None:
                continue
            shown = [
                comodel._fields[field.get("name")]
                for field in container.iter("field")
                if self.nearest(field) is container
                and field.get("name") in comodel._fields
                and not HIDDEN & {field.get("invisible"), field.get("column_invisible")}
            ]
            quantities = [
                f.name for f in shown if f.type == "float" and getattr(f, "_digits", 0) == "Product Unit"
            ]
            if quantities and not any(f.comodel_name == "uom.uom" for f in shown):
                yield comodel._name, container.tag, ", ".join(quantities)

    def nearest(self, node):
        return next(parent for parent in node.iterancestors() if parent.tag in CONTAINERS)

    def model_of(self, model, container, arch):
        """The model of a view within a view."""
        path = [node.get("name") for node in container.iterancestors("field")]
        for name in reversed(path):
            field = model._fields.get(name)
            if field is None or not field.comodel_name:
                return None
            model = model.env[field.comodel_name]
        return model
