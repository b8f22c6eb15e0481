# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import LATER, LATEST, RecordKeysCommon


@tagged("post_install", "-at_install")
class TestKeysByHand(RecordKeysCommon):
    """A key that a person mapped for one source, and the master events of the sources it shares keys with."""

    def test_an_event_of_the_authority_beside_a_mapping_by_hand_asks(self):
        for kind, (send, record) in self.kinds.items():
            with self.subTest(kind):
                name = record.name
                self.walk._confirm(self.field, kind, "X-1", record)
                message = send("X-1", name="Another Name")
                self.assertAsked(message, f"beside:{kind}:X-1", "X-1", record.display_name, self.field.name)
                self.assertEqual(record.name, name)
                self.assertIsNone(self.means(self.master, kind, "X-1"))

    def test_take_over_is_remembered(self):
        for kind, (send, record) in self.kinds.items():
            with self.subTest(kind):
                self.walk._confirm(self.field, kind, "X-1", record)
                message = send("X-1", name="First Name")
                again = send("X-1", name="Second Name")
                self.assertEqual(again.exception_id, message.exception_id, "one item a key")
                message.exception_id.action_decide("take_over", reason="They are one")
                self.run_all()
                self.assertState(message, "done")
                self.assertEqual(record.name, "Second Name")
                self.assertEqual(record.construction_external_key, "X-1")
                for source in (self.master, self.field):
                    self.assertEqual(self.means(source, kind, "X-1"), record)
                self.assertState(send("X-1", time=LATEST, name="Third"), "done")
                self.assertEqual(record.name, "Third")
                # the key that it had before is the alias now
                old = self.walk._own_keys(self.master, kind, record)
                self.assertEqual(old, {(record._name, record.id): "X-1"})

    def test_never_is_remembered(self):
        for kind, (send, record) in self.kinds.items():
            with self.subTest(kind):
                self.walk._confirm(self.field, kind, "X-1", record)
                message = send("X-1", name="Another Name")
                message.exception_id.action_decide("never", reason="The old one")
                self.run_all()
                self.assertState(message, "ignored")
                self.assertState(send("X-1", time=LATEST), "ignored")
                self.assertNotEqual(record.construction_external_key, "X-1")

    def test_another_record_is_made_anew(self):
        for kind, (send, record) in self.kinds.items():
            with self.subTest(kind):
                self.walk._confirm(self.field, kind, "X-1", record)
                message = send("X-1", name="Another Name")
                message.exception_id.action_decide("another", reason="Two of them")
                self.run_all()
                self.assertState(message, "done")
                made = self.means(self.master, kind, "X-1")
                self.assertNotEqual(made, record)
                self.assertEqual(self.means(self.field, kind, "X-1"), record)
                self.assertState(send("X-1", time=LATEST, name="Later"), "done")
                self.assertEqual(made.name, "Later")

    def test_mapped_at_the_authority_too(self):
        new = self.env["res.partner"].create({"name": "By Hand", "is_company": True})
        self.walk._confirm(self.field, "supplier", "X-1", new)
        message = self.send_supplier("X-1", name="By Event")
        item = message.exception_id
        item.fix_res_id = new.id
        item.action_map_and_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(new.name, "By Hand", "what a person made, Odoo owns: it is proposed")

    def test_an_own_key_at_the_authority_makes_one_by_hand_an_alias(self):
        for kind, (_send, record) in self.kinds.items():
            with self.subTest(kind):
                alias = self.walk._confirm(self.field, kind, "X-2", record)
                self.assertTrue(alias.is_alias)
                message = self.send_from(self.field, kind, "X-2")
                self.assertState(message, "exception", "mapping")
                self.assertEqual(message.exception_id.cause_key, f"alias:{kind}:X-2")

    def send_from(self, source, kind, key):
        master, self.master = self.master, source
        try:
            return self.kinds[kind][0](key, name="Of the Field")
        finally:
            self.master = master

    def test_a_key_that_both_know_by_event_is_one(self):
        for kind in self.kinds:
            with self.subTest(kind):
                self.assertState(self.send_from(self.field, kind, "X-3"), "done")
                first = self.means(self.field, kind, "X-3")
                message = self.kinds[kind][0]("X-3", name="Of the Master")
                self.assertState(message, "done")
                self.assertEqual(self.means(self.master, kind, "X-3"), first)
                self.assertEqual(first.name, "Of the Field", "who made it owns it: it is proposed")

    def test_a_customer_beside_one_mapped_by_hand(self):
        other = self.env["res.partner"].create({"name": "Other"})
        self.walk._confirm(self.field, "customer", "Acme", other)
        message = self.send_job("J-5", customer="Acme")
        self.assertAsked(message, "beside:customer:Acme", "Acme", "Other")
        item = message.exception_id
        item.fix_res_id = other.id
        item.action_map_and_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.record(message, "project.project").partner_id, other)


@tagged("post_install", "-at_install")
class TestCuredByHand(RecordKeysCommon):
    """What a person puts right on a record lets go on by itself what was stopped at it."""

    def test_still_archived_stays(self):
        self.job.active = False
        message = self.send_job()
        self.job.write({"active": False})
        self.assertState(message, "exception", "mapping")
        self.assertEqual(len(message.history_ids), 1)

    def test_renumbered_back(self):
        for kind, field in (("job", "job_number"), ("cost_code", "code")):
            send, record = self.kinds[kind]
            with self.subTest(kind):
                number = record[field]
                record[field] = "N-2"
                message = send("N-2")
                self.assertAsked(message, f"taken:{kind}:N-2", "N-2", number)
                record[field] = number
                self.run_all()
                self.assertState(message, "done")
                self.assertNotEqual(self.means(self.master, kind, "N-2"), record)

    def test_a_product_whose_number_is_changed(self):
        product = self.env["product.product"].create({"name": "Ours", "default_code": "OURS"})
        message = self.send_item("OURS")
        self.assertAsked(message, "taken:item:OURS", "OURS")
        product.product_tmpl_id.default_code = "OURS-2"
        self.run_all()
        self.assertState(message, "done")


@tagged("post_install", "-at_install")
class TestCircles(RecordKeysCommon):
    """What waits for what waits for it comes to a person at once, and not after its patience."""

    def run_all(self):
        super().run_all()
        # as the sweep does, each minute
        self.env["construction.message"]._tell_circles()
        return super().run_all()

    def send_child(self, key, parent, **kwargs):
        return self.send_code(key, parent=parent, **kwargs)

    def receive_child(self, key, parent):
        data = {"cost_code": key, "name": key, "parent": parent}
        return self.receive(self.master, "master.cost_code.upserted", key, data)

    def test_its_own_parent(self):
        message = self.send_child("Q-1", "Q-1")
        self.assertState(message, "exception", "data")
        self.assertIn("Q-1", message.exception_id.sentence)
        self.assertIn("parent", message.exception_id.sentence)
        known = self.send_child("03 30 00", "03 30 00")
        self.assertState(known, "exception", "data")

    def test_a_circle_over_several_batches(self):
        for length in (2, 3, 5):
            with self.subTest(length):
                keys = [f"R{length}-{n}" for n in range(length)]
                found = [self.send_child(key, keys[n - 1]) for n, key in enumerate(keys)]
                self.assertCircle(found, keys)

    def assertCircle(self, found, keys):
        found = self.env["construction.message"].union(*found)
        self.assertEqual(found.mapped("state"), ["exception"] * len(keys), found.mapped("problem"))
        item = found.exception_id
        self.assertEqual(len(item), 1)
        for key in keys:
            self.assertIn(key, item.sentence)

    def test_a_circle_in_one_batch(self):
        keys = ["T-1", "T-2", "T-3"]
        found = [self.receive_child(key, keys[n - 1]) for n, key in enumerate(keys)]
        self.run_all()
        self.assertCircle(found, keys)

    def test_a_circle_ends_when_one_of_it_is_corrected(self):
        keys = ["U-1", "U-2"]
        one, two = (self.send_child(key, keys[n - 1]) for n, key in enumerate(keys))
        item = one.exception_id
        one.with_user(self.owner)._correct({"cost_code": "U-1", "name": "Root"}, "It is the root")
        self.run_all()
        self.assertState(one, "done")
        self.assertState(two, "done")
        self.assertEqual(item.state, "resolved")
        self.assertEqual(self.code("U-2").parent_id, self.code("U-1"))

    def test_a_circle_ends_when_the_sender_corrects_it(self):
        keys = ["V-1", "V-2"]
        one, two = (self.send_child(key, keys[n - 1]) for n, key in enumerate(keys))
        self.assertState(self.send_code("V-1", time=LATEST), "done")
        self.assertState(two, "done")
        # the older word about V-1 is overtaken
        one.exception_id.action_replay() if one.exception_id else None
        self.run_all()
        self.assertState(one, "superseded")

    def test_a_replay_of_a_circle_asks_again_at_once(self):
        keys = ["W-1", "W-2"]
        found = [self.send_child(key, keys[n - 1]) for n, key in enumerate(keys)]
        item = found[0].exception_id
        item.action_replay()
        self.run_all()
        self.assertCircle(found, keys)
        self.assertEqual(found[0].exception_id, item)

    def test_what_hangs_on_a_circle_waits_and_each_closing_event_is_told(self):
        keys = ["Y-1", "Y-2"]
        hanging = self.send_child("Y-9", "Y-1")
        found = [self.send_child(key, keys[n - 1]) for n, key in enumerate(keys)]
        self.assertState(hanging, "waiting")
        again = self.send_child("Y-1", "Y-2", time=LATEST)
        self.assertCircle([*found[1:], again], keys)

    def test_a_circle_of_records_that_are_there_is_refused(self):
        self.assertState(self.send_code("Z-1", time=LATER), "done")
        self.assertState(self.send_child("Z-2", "Z-1"), "done")
        message = self.send_child("Z-1", "Z-2", time=LATEST)
        self.assertEqual(message.state, "exception")
        self.assertIn("parent", message.exception_id.sentence)
        self.assertIn("Z-1", message.exception_id.sentence)

    def test_a_chain_is_no_circle_and_comes_in_whatever_its_order(self):
        found = [self.receive_child(f"C-{n}", f"C-{n - 1}") for n in range(6, 1, -1)]
        root = self.receive(
            self.master, "master.cost_code.upserted", "C-1", {"cost_code": "C-1", "name": "Root"}
        )
        self.run_all()
        for message in [*found, root]:
            self.assertState(message, "done")
