# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.modules.module import load_script
from odoo.tests import tagged

from .common import HubCommon

SCRIPTS = "construction_sync/migrations"


def script(name, version="19.0.1.1.0"):
    return load_script(f"{SCRIPTS}/{version}/{name}.py", name.replace("-", "_"))


@tagged("post_install", "-at_install")
class TestMigrationKeys(HubCommon):
    """What a database of the first version holds, and what the scripts make of it."""

    def setUp(self):
        super().setUp()
        self.walk = self.env["construction.crosswalk"]
        self.partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(4)])
        # as it was before: a record with as many keys as came, spelled as they came
        self.env.cr.execute("DROP INDEX construction_crosswalk_own_unique")
        # and the guards of the database are made after the last script
        self.env.cr.execute("ALTER TABLE construction_crosswalk DISABLE TRIGGER USER")

    def entry(self, key, partner, kind="supplier"):
        self.env.cr.execute(
            "INSERT INTO construction_crosswalk"
            " (source_id, company_id, kind, key, res_model, res_id, version, valid_from)"
            " VALUES (%s, %s, %s, %s, 'res.partner', %s, 1, now()) RETURNING id",
            [self.source.id, self.company.id, kind, key, partner.id],
        )
        return self.walk.browse(self.env.cr.fetchone()[0])

    def test_the_oldest_key_is_the_own_one(self):
        one, two = self.entry("A", self.partners[0]), self.entry("B", self.partners[0])
        other = self.entry("C", self.partners[0], kind="customer")
        script("pre-keys").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual((one | two | other).mapped("is_alias"), [False, True, False])

    def test_meanings_of_nothing_end(self):
        gone, there = self.entry("A", self.partners[0]), self.entry("B", self.partners[1])
        self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", [self.partners[0].id])
        self.env.invalidate_all()
        script("post-keys").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(gone.closed_reason, "deleted")
        self.assertFalse(there.valid_until)

    def test_keys_are_spelled_and_two_of_one_are_told(self):
        spelled = self.entry(" X  1", self.partners[0])
        first, second = self.entry("K 1", self.partners[1]), self.entry("K  1", self.partners[2])
        waiting = self.delivered(self.note("N-1"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE construction_message SET state = 'waiting', wait_kind = 'note', wait_key = 'Y  2'"
            " WHERE id = %s",
            [waiting.id],
        )
        for _again in range(2):
            script("post-keys").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual((spelled.key, waiting.wait_key), ("X 1", "Y 2"))
        self.assertEqual((bool(first.valid_until), second.closed_reason), (False, "remapped"))
        item = self.Exception.search([("cause_key", "=", "twice:supplier:K 1")])
        self.assertEqual((len(item), item.state), (1, "open"))
        self.assertIn("P2", item.sentence)

    def test_a_key_by_hand_beside_one_of_a_system_is_an_alias(self):
        other = self.make_source("sharing", authorities=self.source)
        own = self.entry("V-1", self.partners[0])
        alone = self.entry("V-2", self.partners[1])
        by_hand = self.env["construction.crosswalk"]
        for key, partner in (("X-1", self.partners[0]), ("V-2", self.partners[1]), ("X-3", self.partners[2])):
            by_hand |= self.walk._bind(other, "supplier", {key: partner}, origin="person")
        by_hand._write_entry({"is_alias": False})
        self.env.cr.execute("UPDATE construction_crosswalk SET origin = 'event' WHERE origin IS NULL")
        self.env.flush_all()
        script("post-family", "19.0.1.1.1").migrate(self.env.cr, None)
        self.env.invalidate_all()
        self.assertEqual(by_hand.mapped("is_alias"), [True, False, False])
        self.assertFalse((own | alone).filtered("is_alias"))
