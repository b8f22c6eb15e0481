# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..errors import InvalidData, UnusableReference
from ..lib.meaning import ALIVE, ARCHIVED, FOREIGN, GONE
from ..models.construction_event_handler import REFS, RefCache, Work
from .common import HANDLER, HubCommon


@tagged("post_install", "-at_install")
class TestCrosswalkLife(HubCommon):
    def setUp(self):
        super().setUp()
        self.walk = self.env["construction.crosswalk"]
        self.known = self.env["res.partner"].create({"name": "Known"})
        self.entry = self.walk._bind(self.source, "supplier", {"S-1": self.known})

    def stopped(self, **data):
        message = self.delivered(self.note(supplier="S-1", **data))
        self.run_all()
        self.assertEqual(message.state, "exception", message.problem)
        return message.exception_id

    def meaning(self, key="S-1", kind="supplier"):
        return self.walk._meanings(self.source, {kind: [key]}).get((kind, key))

    # ---- states ------------------------------------------------------------------------

    def test_a_key_says_what_has_become_of_its_record(self):
        self.assertEqual(self.meaning().state, ALIVE)
        self.known.active = False
        self.assertEqual(self.meaning().state, ARCHIVED)
        self.known.write({"active": True, "company_id": self.other_company.id})
        self.assertEqual(self.meaning().state, FOREIGN)
        self.known.company_id = False
        self.known.unlink()
        self.assertEqual(self.meaning().state, GONE)
        self.assertIsNone(self.meaning("S-2"))

    def test_a_batch_costs_as_much_as_one(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(40)])
        self.walk._bind(self.source, "supplier", {f"P{n}": p for n, p in enumerate(partners)})
        partners[10:20].active = False
        partners[20:30].unlink()
        self.walk._watched_models()
        for count in (1, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(count), self.assertQueryCount(6):
                self.walk._meanings(self.source, {"supplier": [f"P{n}" for n in range(count)]})

    def test_deleted_is_history_and_a_named_work_item(self):
        self.known.with_user(self.env.ref("base.user_admin")).unlink()
        self.assertEqual(
            (self.entry.closed_reason, self.entry.closed_name, bool(self.entry.valid_until)),
            ("deleted", "Known", True),
        )
        self.assertEqual(self.entry.closed_by_id, self.env.ref("base.user_admin"))
        item = self.stopped()
        self.assertEqual(item.cause_key, "deleted:supplier:S-1")
        for words in ("Supplier S-1", "Known", "deleted by", "Map the key"):
            self.assertIn(words, item.sentence)
        other = self.env["res.partner"].create({"name": "Other"})
        item.fix_res_id = other.id
        item.action_map_and_replay()
        self.run_all()
        self.assertEqual(item.state, "resolved")
        self.assertEqual(self.meaning().id, other.id)
        self.assertEqual(self.walk.search([("key", "=", "S-1")], order="version").mapped("version"), [1, 2])

    def test_deleted_by_the_database_alone_is_seen_when_it_is_read(self):
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", [self.known.id])
        self.env.invalidate_all()
        item = self.stopped()
        self.assertEqual(item.cause_key, "deleted:supplier:S-1")
        self.assertEqual(self.entry.closed_reason, "deleted")

    def test_what_goes_along_with_a_record_is_noticed(self):
        parent = self.env["res.partner"].create({"name": "Parent"})
        bank = self.env["res.partner.bank"].create({"acc_number": "1", "partner_id": parent.id})
        entry = self.walk._bind(self.source, "bank", {"B-1": bank})
        parent.unlink()
        self.assertEqual(entry.closed_reason, "deleted")

    def test_records_that_no_key_means_cost_nothing(self):
        self.walk._watched_models()
        tags = self.env["res.partner.category"].create([{"name": str(n)} for n in range(2)])
        self.env.flush_all()
        with self.assertQueries([], flush=False):
            self.assertIsNone(self.walk._leaving(tags))

    def test_archived_goes_to_who_archived_it(self):
        buyer = self.users["buyer"]
        buyer.group_ids = [(4, self.env.ref("base.group_partner_manager").id)]
        self.known.with_user(buyer).active = False
        item = self.stopped()
        self.assertEqual((item.cause_key, item.owner_id), ("archived:supplier:S-1", buyer))
        self.assertEqual(item.record_ref, self.known)
        self.assertIn("Bring it back", item.sentence)
        self.Message._cron_sweep()
        self.assertEqual(item.state, "open", "a known key releases nothing by itself")
        # a cure, which needs no word of a person to the message
        self.known.active = True
        self.run_all()
        self.assertEqual(item.state, "resolved")

    def test_of_another_company(self):
        self.known.company_id = self.other_company
        item = self.stopped()
        self.assertEqual(item.cause_key, "company:supplier:S-1")
        self.assertIn(self.other_company.name, item.sentence)

    def test_an_item_about_a_record_that_goes_stays_with_its_owner(self):
        message = self.delivered(self.note("N-1", mode="park"))
        self.run_all()
        item = message.exception_id
        owner = item.owner_id
        item.record_ref.unlink()
        self.assertEqual((item.state, item.owner_id), ("open", owner))
        self.assertFalse(item.record_ref)
        self.assertIn("deleted by", item.sentence)
        self.assertEqual(message.state, "exception")

    def test_an_item_with_nothing_behind_it_ends_with_its_record(self):
        message = self.delivered(self.note("N-1", mode="park"))
        self.run_all()
        item = message.exception_id
        record = item.record_ref
        message.sudo().exception_id = False
        record.unlink()
        self.assertEqual(item.state, "resolved")

    # ---- own keys and aliases -------------------------------------------------------------

    def test_an_event_gives_no_record_a_second_key(self):
        with self.assertRaises(UnusableReference) as caught:
            self.walk._bind(self.source, "supplier", {"S-2": self.known})
        self.assertEqual(caught.exception.cause_key, "taken:supplier:S-2")
        shared = self.walk._bind(self.source, "supplier", {"S-2": self.known}, share=True)
        self.assertTrue(shared.is_alias)
        by_hand = self.walk._confirm(self.source, "supplier", "S-3", self.known)
        self.assertEqual((by_hand.is_alias, by_hand.origin), (True, "person"))
        first = self.walk._confirm(self.source, "vendor", "S-3", self.known)
        self.assertFalse(first.is_alias, "the first of its kind is the record's own")

    def test_take_over_and_never(self):
        alias = self.walk._confirm(self.source, "supplier", "S-2", self.known)
        with self.assertRaises(AccessError):
            alias.with_user(self.users["buyer"]).action_alias_take_over()
        manager = self.users["integration_manager"]
        alias.with_user(manager).action_alias_never()
        self.assertEqual((alias.alias_answer, alias.answered_by_id), ("never", manager))
        alias.with_user(manager).action_alias_take_over()
        self.assertEqual((alias.is_alias, self.entry.is_alias, alias.alias_answer), (False, True, False))

    def test_merged_keys_follow(self):
        survivor = self.env["res.partner"].create({"name": "Survivor"})
        self.walk._bind(self.source, "supplier", {"S-9": survivor})
        self.walk._bind(self.source, "customer", {"C-1": self.known})
        self.walk._merge(self.known, survivor)
        self.assertEqual(self.entry.closed_reason, "merged")
        for kind, key, alias in (
            ("supplier", "S-1", True),
            ("supplier", "S-9", False),
            ("customer", "C-1", False),
        ):
            with self.subTest(key):
                meaning = self.meaning(key, kind)
                self.assertEqual((meaning.id, meaning.is_alias), (survivor.id, alias))

    def test_keys_are_spelled_one_way(self):
        self.walk._bind(self.source, "supplier", {" K  1 ": self.env["res.partner"].create({"name": "K"})})
        self.assertIn("K 1", self.walk._lookup(self.source, "supplier", ["K 1"]))
        self.assertIn(" K 1", self.walk._lookup(self.source, "supplier", [" K 1"]))
        with self.assertRaises(InvalidData):
            self.walk._bind(self.source, "supplier", {"K\t1": self.known})

    def test_only_what_is_of_the_kind_can_be_chosen(self):
        handler = type(self.env[HANDLER])
        self.patch(
            handler,
            "_reference_domain",
            lambda handler, kind: [("is_company", "=", True)] if kind == "vendor" else None,
        )
        self.entry = self.walk._bind(self.source, "vendor", {"V-1": self.known})
        person = self.env["res.partner"].create({"name": "Person"})
        company = self.env["res.partner"].create({"name": "Company", "is_company": True})
        manager = self.users["integration_manager"]
        wizard = (
            self.env["construction.crosswalk.remap"]
            .with_user(manager)
            .create({"crosswalk_id": self.entry.id, "res_id": person.id})
        )
        with self.assertRaises(ValidationError):
            wizard.action_remap()
        wizard.res_id = company.id
        wizard.action_remap()
        self.assertEqual(self.meaning("V-1", "vendor").id, company.id)
        self.assertEqual(self.entry.closed_reason, "remapped")

    # ---- states of objects ------------------------------------------------------------------

    def whole(self):
        handler = type(self.env[HANDLER])
        self.patch(handler, "_event_whole", True)
        self.patch(handler, "_event_object", lambda handler, data: ("supplier", data["supplier"]))

    def test_the_newest_state_stands(self):
        self.whole()
        revisions = (1, 3, 2, 3)
        events = [self.note(f"N-{n}", supplier="S-1", revision=r) for n, r in enumerate(revisions)]
        found = self.delivered(*events)
        for message in found:
            self.run_one(message)
        self.assertEqual([m.state for m in found], ["done", "done", "superseded", "done"])
        self.assertIn("Supplier S-1", found[2].problem)

    def run_one(self, message):
        message._process()
        self.env.flush_all()

    def test_a_sequence_else_the_time_else_the_arrival(self):
        self.whole()
        times = ["2026-02-03T10:00:00Z", "2026-02-03T09:00:00Z", "2026-02-03T09:00:00Z"]
        events = [{**self.note(f"T-{n}", supplier="S-1"), "time": t} for n, t in enumerate(times)]
        events += [{**self.note(f"Q-{n}", supplier="S-1"), "sequence": q} for n, q in enumerate((7, 0, 8))]
        found = self.delivered(*events)
        for message in found:
            self.run_one(message)
        states = [m.state for m in found]
        self.assertEqual(states, ["done", "superseded", "superseded", "done", "superseded", "done"])

    def test_facts_always_apply(self):
        found = self.delivered(*[self.note(f"N-{n}", supplier="S-1", revision=n) for n in (3, 1)])
        for message in found:
            self.run_one(message)
        self.assertEqual([m.state for m in found], ["done", "done"])

    def test_a_person_has_the_version_forgotten(self):
        self.whole()
        self.run_one(self.delivered(self.note("N-1", supplier="S-1", revision=99)))
        entry = self.entry
        with self.assertRaises(AccessError):
            entry.with_user(self.users["buyer"]).action_forget_applied()
        entry.with_user(self.users["integration_manager"]).action_forget_applied()
        later = self.delivered(self.note("N-2", supplier="S-1", revision=4))
        self.run_one(later)
        self.assertEqual(later.state, "done")
        self.assertEqual(entry.closed_reason, "renewed")

    def test_a_new_life_begins_with_no_version(self):
        self.whole()
        self.run_one(self.delivered(self.note("N-1", supplier="S-1", revision=9)))
        self.known.unlink()
        fresh = self.env["res.partner"].create({"name": "Fresh"})
        self.walk._bind(self.source, "supplier", {"S-1": fresh})
        later = self.delivered(self.note("N-2", supplier="S-1", revision=1))
        self.run_one(later)
        self.assertEqual(later.state, "done")

    def test_those_that_wait_together_go_in_their_sequence(self):
        events = [{**self.note("S", event_id=f"s{n}", mode="superseded"), "sequence": n} for n in (2, 0, 1)]
        events.insert(1, self.note("S", event_id="none", mode="superseded"))
        found = self.delivered(*events)
        ordered = found.sorted("id")._in_sequence()
        self.assertEqual([message.event_id for message in ordered], ["s0", "none", "s1", "s2"])

    def test_one_query_for_the_stamps_of_a_batch(self):
        self.whole()
        events = [self.note(f"N-{n}", supplier="S-1") for n in range(20)]
        found = self.delivered(*events)
        handler = self.env[HANDLER].with_context(**{REFS: RefCache()})
        works = [Work(message, message._payload()) for message in found]
        handler._prefetch_refs(works)
        with self.assertQueryCount(0):
            for work in works:
                handler._check_newest(work)
