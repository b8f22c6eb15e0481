# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ProcurementCommon

ORDER, BILL = "purchase.order", "account.move"
KNOWN = {
    ORDER: {"construction_override_reason", "construction_override_amount", "construction_order_job_id"},
    "purchase.order.line": {"construction_job_id", "cost_code_id", "cost_type_id"},
    BILL: {"construction_hold_text"},
}


@tagged("post_install", "-at_install")
class TestPortal(ProcurementCommon, HttpCase):
    """A supplier on the portal has their orders and bills as Odoo shows them, and nothing of ours."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order()
        self.send_delivery()
        self.send_invoice()
        self.purchase, self.invoice = self.order("PO-1"), self.bill()
        self.purchase.sudo().construction_override_reason = "The client pays, margin still 22 percent"
        partner = self.purchase.partner_id
        self.portal = new_test_user(self.env, "portal_s1", "base.group_portal", partner_id=partner.id)
        self.purchase.message_subscribe(partner.ids)
        self.invoice.message_subscribe(partner.ids)
        self.env.flush_all()

    def ours(self):
        """Every shared model that the portal's user may read, and the fields of ours on it."""
        kept = self.env["construction.kept"]
        for name in self.env:
            model = self.env[name].with_user(self.portal)
            if not model._abstract and not model._original_module.startswith("construction_"):
                fields = [field for field in model._fields.values() if kept._is_ours(field)]
                if fields and (model._transient or model.has_access("read")):
                    yield model, fields

    @mute_logger("odoo.models", "odoo.orm.models")
    def test_no_field_of_ours_by_any_door(self):
        seen = {model._name: {field.name for field in fields} for model, fields in self.ours()}
        for model, names in KNOWN.items():
            self.assertGreaterEqual(seen[model], names)
        self.assertGreaterEqual(set(seen), {"res.partner", "project.project", "account.move.line"})
        for model, fields in self.ours():
            shown, one = model.fields_get(), model.search([], limit=1) if not model._transient else model
            for field in fields:
                name = field.name
                with self.subTest(model=model._name, field=name):
                    self.assertNotIn(name, shown)
                    doors = [lambda one=one, name=name: one.read([name])]
                    if not model._transient and one:
                        doors.append(lambda one=one, name=name: one.mapped(name))
                        doors.append(lambda one=one, name=name: one.web_read({name: {}}))
                    if field.store and not model._transient:
                        # of a required one Odoo answers “not empty” without a look at it
                        sure = field.required and field.type == "selection"
                        term = (name, "in", ["a", "b"]) if sure else (name, "!=", False)
                        doors += [
                            lambda model=model, term=term: model.search([term]),
                            lambda model=model, name=name: model.formatted_read_group(
                                [], [name], ["__count"]
                            ),
                        ]
                    if field.column_type and field.store and not model._transient:
                        doors.append(lambda model=model, name=name: model.search([], order=f"{name} desc"))
                    for door in doors:
                        with self.assertRaises(AccessError):
                            door()
        order = self.env[ORDER].with_user(self.portal)
        self.assertIn(self.purchase, order.search([]))
        with self.assertRaises(AccessError):
            order.search([("order_line.construction_job_id", "!=", False)])
        with self.assertRaises(AccessError):
            self.purchase.order_line.with_user(self.portal).search(
                [("order_id.construction_override_reason", "ilike", "margin")]
            )

    def test_persons_of_the_house_have_them(self):
        buyer = self.user_with("u_buyer", "construction_base.group_buyer")
        order = self.purchase.with_user(buyer)
        self.assertIn(
            "22 percent", order.read(["construction_override_reason"])[0]["construction_override_reason"]
        )

    def test_what_a_model_opens_is_read(self):
        model = self.env.registry["purchase.order.line"]
        kept = self.env["construction.kept"]
        self.patch(model, "_construction_open_to_portal", ("construction_job_id",))
        inside = kept._inside(self.env["purchase.order.line"])
        self.assertNotIn("construction_job_id", inside)
        self.assertIn("cost_code_id", inside)

    def test_the_pages_of_odoo(self):
        self.authenticate("portal_s1", "portal_s1")
        for page, words in (
            ("/my", "Orders"),
            ("/my/purchase", "PO-1"),
            (f"/my/purchase/{self.purchase.id}", "Anchor bolts"),
            ("/my/invoices", self.invoice.name),
            (f"/my/invoices/{self.invoice.id}", self.invoice.name),
            ("/my/projects", "Projects"),
        ):
            with self.subTest(page):
                answer = self.url_open(page)
                self.assertEqual(answer.status_code, 200)
                self.assertIn(words, answer.text)
                self.assertNotIn("22 percent", answer.text)
        printed = self.url_open(f"/my/purchase/{self.purchase.id}?report_type=html")
        self.assertEqual(printed.status_code, 200)
        self.assertIn("Anchor bolts", printed.text)
