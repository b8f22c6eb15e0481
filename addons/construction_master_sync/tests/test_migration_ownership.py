# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.modules.module import load_script
from odoo.tests import tagged

from .common import OwnershipCommon


def script():
    path = "construction_sync/migrations/19.0.1.2.1/end-ownership.py"
    return load_script(path, "end_ownership")


@tagged("post_install", "-at_install")
class TestMigrationOwnership(OwnershipCommon):
    def test_owners_are_filled_from_the_trace(self):
        hand = self.env["construction.cost.code"].create({"code": "X", "name": "By Hand"})
        contact = self.env["res.partner"].create({"name": "By Hand", "is_company": True})
        self.send_job("J-2", customer="City")
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.supplier("S-2") | contact).ids, contact)
        code = self.code("05 12 00")
        self.known("cost_code", "F-1", code)
        self.say("cost_code", "F-1").exception_id.action_decide("take_over", "They know it")
        self.run_all()
        before = self.owners()
        # as traces were noted until then
        self.env.cr.execute("ALTER TABLE construction_message_record DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE construction_message_record SET action = 'update'"
            " WHERE res_model = 'res.partner' AND res_id = %s",
            [self.supplier().id],
        )
        self.env.cr.execute("ALTER TABLE construction_ownership_rule DISABLE TRIGGER USER")
        self.env.cr.execute("DELETE FROM construction_ownership_rule")
        self.env.invalidate_all()
        script().migrate(self.env.cr, "19.0.1.2.0")
        self.assertEqual(self.owners(), before)
        for record in (hand, contact):
            self.assertFalse([row for row in before if row[:2] == (record._name, record.id)])
        self.assertIn(("construction.cost.code", code.id, self.second.code, False, "said"), before)
        script().migrate(self.env.cr, "19.0.1.2.0")
        self.assertEqual(self.owners(), before, "twice is once")

    def owners(self):
        self.env.flush_all()
        rules = self.rules.search([("valid_until", "=", False), ("company_id", "=", self.company.id)])
        return sorted((r.res_model, r.res_id, r.source_id.code, r.key, r.origin) for r in rules)
