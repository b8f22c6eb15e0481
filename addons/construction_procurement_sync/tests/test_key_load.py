# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.tests import tagged

from .test_content import ContentCommon


@tagged("post_install", "-at_install")
class TestKeyLoad(ContentCommon):
    """The kinds that the handlers declare are loaded by file; what each record is known by is theirs."""

    def test_kinds_and_their_numbers(self):
        item = self.env["product.product"].search([("default_code", "!=", False)], limit=1)
        supplier = self.env["res.partner"].create({"name": "By File", "vat": "BYFILE1", "is_company": True})
        branch = self.env["res.partner"].create({"name": "Branch", "ref": "BR-1", "parent_id": supplier.id})
        order = self.order()
        code = self.env["construction.cost.code"].search([("company_id", "=", self.company.id)], limit=1)
        material = self.env.ref("construction_base.cost_type_material")
        cases = [
            (f"job,J-X,{self.job.job_number}", None, self.job),
            (f"cost code,C-X,{code.code}", None, code),
            (f"cost_type,T-X,{material.code}", "new", material),
            (f"item,I-X,{item.default_code}", None, item),
            ("supplier,S-X,BYFILE1", "new", supplier),
            ("supplier,S-Y,BR-1", "unknown", branch.browse()),
            ("uom,U-X,uom.product_uom_kgm", "new", self.env.ref("uom.product_uom_kgm")),
            (f"order,PO/X,{order.name}", None, order),
        ]
        lines = "\n".join(["kind,key,record", *[row for row, _status, _record in cases]])
        load = self.env["construction.crosswalk.load"].create(
            {"source_id": self.field.id, "file": base64.b64encode(lines.encode()), "filename": "k.csv"}
        )
        load.action_preview()
        for line, (row, status, record) in zip(load.line_ids.sorted("number"), cases, strict=True):
            with self.subTest(row):
                self.assertEqual((line.res_id, line.status), (record.id, status or line.status), line.note)
        self.assertEqual(
            load.line_ids.filtered(lambda x: x.kind == "order").spelled, "po~1x", "as events name it"
        )
