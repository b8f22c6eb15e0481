# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import TransactionCase, tagged

from ..lib import xml_ids

MODULE = "construction_base"


@tagged("post_install", "-at_install")
class TestXmlIds(TransactionCase):
    """A record keeps what hangs on it under a new name."""

    def setUp(self):
        super().setUp()
        self.groups = self.env["res.groups"].create([{"name": "One"}, {"name": "Two"}])
        for name, group in zip(("one", "two"), self.groups, strict=True):
            self.name(name, group)

    def name(self, name, record, module=MODULE):
        self.env["ir.model.data"].create(
            {"module": module, "name": name, "model": record._name, "res_id": record.id}
        )

    def rename(self, **names):
        self.env.flush_all()
        count = xml_ids.rename(self.env.cr, MODULE, names)
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return count

    def found(self, name):
        return self.env.ref(f"{MODULE}.{name}", raise_if_not_found=False)

    def test_the_record_stays(self):
        self.name("one", self.groups[1], "another_module")
        self.assertEqual(self.rename(one="first", gone="never"), 1)
        self.assertEqual(self.found("first"), self.groups[0])
        self.assertFalse(self.found("one"))
        self.assertFalse(self.found("never"))
        self.assertEqual(self.env.ref("another_module.one"), self.groups[1])
        # twice is once
        self.assertEqual(self.rename(one="first"), 0)

    def test_a_name_that_is_taken_stays_who_has_it(self):
        self.assertEqual(self.rename(one="two"), 0)
        self.assertEqual(self.found("one"), self.groups[0])
        self.assertEqual(self.found("two"), self.groups[1])

    def test_the_action_of_a_job_follows(self):
        action = self.env["ir.actions.server"].create(
            {"name": "A", "model_id": self.env["ir.model"]._get_id("res.groups"), "state": "code"}
        )
        self.name("one_ir_actions_server", action)
        self.assertEqual(self.rename(one="first"), 2)
        self.assertEqual(self.found("first_ir_actions_server"), action)
        self.assertFalse(self.found("one_ir_actions_server"))
