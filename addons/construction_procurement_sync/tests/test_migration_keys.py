# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.modules.module import load_script
from odoo.tests import tagged

from .common import RecordLivesCommon

SCRIPTS = "construction_procurement_sync/migrations"


def script(name, version="19.0.1.1.0"):
    return load_script(f"{SCRIPTS}/{version}/{name}.py", name.replace("-", "_"))


@tagged("post_install", "-at_install")
class TestMigrationKeys(RecordLivesCommon):
    def test_what_stands_is_taken_over_from_the_records(self):
        self.send_supplier(revision=4, time="2026-03-03T08:00:00.250Z")
        self.env.flush_all()
        self.env.cr.execute("UPDATE construction_crosswalk SET applied = NULL")
        script("post-keys").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertState(self.send_supplier(revision=3, time="2026-04-04T08:00:00Z"), "superseded")
        self.assertState(self.send_job(time="2026-01-01T08:00:00Z"), "superseded")
        self.assertState(self.send_supplier(revision=5, time="2026-03-01T08:00:00Z"), "done")

    def test_tax_numbers_are_filled(self):
        partner = self.env["res.partner"].create({"name": "V", "vat": "us 12-34"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET construction_tax_key = NULL")
        script("pre-keys").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(partner.construction_tax_key, "US1234")
