# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ProcurementCommon

BLIND = ("site_supervisor", "integration_manager")
SEEING = ("buyer", "accounts_payable", "project_manager", "cost_controller", "auditor")
SUPPLIERS = "product.supplierinfo"
WORDS = ("price", "cost", "amount", "value", "discount", "credit", "debit", "balance")
# no amount of a purchase: what customers are asked, rates of taxes and terms, limits among the settings
HARMLESS = {
    "account.payment.term.discount_percentage",
    "account.payment.term.example_amount",
    "account.payment.term.line.value_amount",
    "account.tax.amount",
    "product.product.list_price",
    "product.product.lst_price",
    "product.template.list_price",
    "res.company.construction_bill_amount",
    "res.company.construction_line_amount",
    "res.company.po_double_validation_amount",
}


@tagged("post_install", "-at_install")
class TestPricesSeen(ProcurementCommon):
    """What was agreed with suppliers is for those who buy, keep the books or steer the costs."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order()
        self.product = self.order("PO-1").order_line.product_id
        self.product.standard_price = 7.5
        self.seller = self.product.seller_ids
        self.assertEqual(self.seller.price, 10, "Odoo notes the price of an order")

    def user_of(self, role):
        groups = f"construction_base.group_{role},base.group_allow_export"
        return self.user_with(f"u_{role}", groups)

    @mute_logger("odoo.models", "odoo.orm.models")
    def test_no_price_for_who_sees_no_amount(self):
        for user in (
            *map(self.user_of, BLIND),
            self.user_with("plain", "base.group_user,base.group_allow_export"),
        ):
            sellers, product = self.env[SUPPLIERS].with_user(user), self.product.with_user(user)
            with self.subTest(user.login):
                self.assertFalse(sellers.search([]))
                self.assertFalse(sellers.search([("price", ">", 0)]))
                self.assertFalse(sellers.search([], order="price desc"))
                self.assertEqual(sellers.search_count([]), 0)
                rows = sellers.formatted_read_group([], [], ["price:sum", "__count"])
                self.assertEqual([row["__count"] for row in rows], [0])
                with self.assertRaises(AccessError):
                    self.seller.with_user(user).read(["price", "price_discounted", "discount"])
                with self.assertRaises(AccessError):
                    self.seller.with_user(user).export_data(["price"])
                self.assertFalse(product.seller_ids)
                self.assertFalse(product.product_tmpl_id.variant_seller_ids)
                self.assertFalse(product.read(["seller_ids"])[0]["seller_ids"])
                self.assertFalse(product.search([("seller_ids.price", ">", 0)]))
                for records in (product, product.product_tmpl_id):
                    self.assertNotIn("standard_price", records.fields_get())
                    for door in (
                        lambda records=records: records.read(["standard_price"]),
                        lambda records=records: records.export_data(["standard_price"]),
                        lambda records=records: records.search([("standard_price", ">", 1)]),
                    ):
                        with self.assertRaises(AccessError):
                            door()
                for name in ("avg_cost", "total_value"):
                    with self.assertRaises(AccessError):
                        product.read([name])

    @mute_logger("odoo.models", "odoo.orm.models")
    def test_no_other_amount_of_odoo_s(self):
        """Whatever of Odoo a site supervisor may read: no field tells an amount that is known here."""
        self.send_delivery()
        self.send_invoice()
        self.env.flush_all()
        user = self.user_of("site_supervisor")
        self.job.job_member_ids = user
        told, read = [], 0
        for name in self.env:
            model = self.env[name].with_user(user)
            if model._abstract or model._transient or not model.has_access("read"):
                continue
            for field in model._fields.values():
                amount = field.type == "monetary" or (
                    field.type == "float" and any(word in field.name for word in WORDS)
                )
                label = f"{name}.{field.name}"
                if not amount or label in HARMLESS or not model._has_field_access(field, "read"):
                    continue
                try:
                    values = [row[field.name] for row in model.search([], limit=100).read([field.name])]
                except AccessError:
                    continue
                read += 1
                told += [label] if any(values) else []
        self.assertGreater(read, 5)
        self.assertFalse(told)

    def test_who_works_with_prices_has_them(self):
        stock = self.user_with("u_stock", "stock.group_stock_user")
        for user in (*map(self.user_of, SEEING), stock):
            with self.subTest(user.login):
                self.assertEqual(self.product.with_user(user).seller_ids, self.seller)
                self.assertEqual(self.seller.with_user(user).read(["price"])[0]["price"], 10)
                self.assertEqual(
                    self.product.with_user(user).read(["standard_price"])[0]["standard_price"], 7.5
                )

    def test_a_buyer_s_order_takes_the_agreed_price(self):
        buyer = self.user_of("buyer")
        form = Form(self.env["purchase.order"].with_user(buyer))
        form.partner_id = self.seller.partner_id
        with form.order_line.new() as line:
            line.product_id = self.product
            line.product_qty = 5
            self.assertEqual(line.price_unit, 10)

    def test_a_product_opens_without_its_prices(self):
        for role in ("site_supervisor", "buyer"):
            form = Form(self.product.with_user(self.user_of(role)))
            self.assertEqual("standard_price" in form._view["fields"], role == "buyer")
