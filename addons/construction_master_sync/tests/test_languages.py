# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import MasterCommon


@tagged("post_install", "-at_install")
class TestLanguages(MasterCommon):
    """Events write the company's language; what a person translated stays, what nobody did follows."""

    def set_up_once(self):
        super().set_up_once()
        self.env["res.lang"]._activate_lang("de_DE")
        self.company.partner_id.lang = "de_DE"
        self.send_masters()
        self.item = self.env["product.product"].search([("default_code", "=", "BOLT")])

    def rename(self, name):
        data = {"item": "BOLT", "name": name, "uom": "EA", "stocked": True, "revision": 2}
        self.assertState(self.send(self.master, "master.item.upserted", "BOLT", data), "done")
        self.item.invalidate_recordset()

    def name(self, lang):
        return self.item.with_context(lang=lang).name

    def test_other_languages_are_not_left_stale(self):
        self.service_of("construction_master_sync.group_service_master").lang = "en_US"
        self.assertEqual(self.master._language(), "de_DE")
        self.rename("Ankerbolzen")
        self.assertEqual((self.name("de_DE"), self.name("en_US")), ("Ankerbolzen", "Ankerbolzen"))

    def test_what_a_person_translated_stays(self):
        self.item.with_context(lang="en_US").name = "Anchor bolt"
        self.rename("Ankerbolzen")
        self.assertEqual((self.name("de_DE"), self.name("en_US")), ("Ankerbolzen", "Anchor bolt"))

    def test_a_language_that_is_not_installed(self):
        self.company.partner_id.lang = False
        self.assertIn(self.master._language(), ("de_DE", "en_US"))
