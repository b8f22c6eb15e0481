# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import ast
import base64
import pathlib

from odoo.modules import get_module_path
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
        terms = self.env.ref("account.account_payment_term_30days")
        category = self.env["product.category"].create({"name": "Only By File"})
        self.env.ref("base.EUR").active = True
        cases = [
            (f"job,J-X,{self.job.job_number}", None, self.job),
            (f"cost code,C-X,{code.code}", None, code),
            (f"cost_type,T-X,{material.code}", "new", material),
            (f"item,I-X,{item.default_code}", None, item),
            ("supplier,S-X,BYFILE1", "new", supplier),
            ("supplier,S-Y,BR-1", "unknown", branch.browse()),
            ("uom,U-X,uom.product_uom_kgm", "new", self.env.ref("uom.product_uom_kgm")),
            (f"order,PO/X,{order.name}", None, order),
            ("payment_terms,N30,account.account_payment_term_30days", "new", terms),
            (f"category,Cat-X,{category.name}", None, category),
            ("currency,ZZX,EUR", "new", self.env.ref("base.EUR")),
            ("country,USA,US", "new", self.env.ref("base.us")),
            ("customer,CU-X,BYFILE1", "new", supplier),
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

    def test_every_kind_that_an_event_asks_for_is_declared(self):
        """What handlers look keys up by, in any addon, is what a file may load; each kind has a model."""
        load = self.env["construction.crosswalk.load"]
        asked = {}
        addons = self.env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
        for addon in addons:
            for path in pathlib.Path(get_module_path(addon)).glob("handlers/*.py"):
                for kind in asked_kinds(ast.parse(path.read_text())):
                    asked.setdefault(kind, path.name)
        self.assertLess({"payment_terms", "tax", "job", "uom"}, set(asked))
        declared = set(load._kinds())
        self.assertEqual({kind: name for kind, name in asked.items() if kind not in declared}, {})
        self.assertFalse([kind for kind, (model, *_rest) in load._kinds_of(declared).items() if not model])

    def test_a_currency_that_was_mapped(self):
        data = {"supplier": "S-EU", "name": "Supplier EU", "currency": "ZZZ"}
        message = self.send(self.master, "master.supplier.upserted", "S-EU", data)
        self.assertState(message, "exception", "mapping")
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.map_to(message, euro)
        self.assertState(message, "done")


# the place of the kind among the arguments of what looks a key up
LOOK_UPS = {"_mapped": 1, "_mapped_or_named": 1, "_ref": 1, "_ref_of": 1, "MissingReference": 0}


def asked_kinds(tree):
    """The kinds that a handler looks up, where they stand there as words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            if name in LOOK_UPS and len(node.args) > LOOK_UPS[name]:
                kind = node.args[LOOK_UPS[name]]
                if isinstance(kind, ast.Constant):
                    yield kind.value
