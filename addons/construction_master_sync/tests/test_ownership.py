# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LATER, OwnershipCommon


@tagged("post_install", "-at_install")
class TestOwnership(OwnershipCommon):
    def test_a_second_source_neither_renames_nor_closes_a_job(self):
        message = self.say("job", "J-1", name="Pier", status="closed")
        self.assertState(message, "done")
        self.assertEqual((self.job.name, self.job.job_status), ("Harbour", "active"))
        items = self.proposals(self.job)
        self.assertEqual(items.mapped("question"), ["owner:identity", "owner:status"])
        self.assertEqual(self.shown(items[0])["Name"], ("Harbour", "Pier"))
        self.assertEqual(self.shown(items[1]), {"Job Status": ("Active", "Closed")})
        self.assertIn("T_Master owns", items[1].sentence)
        self.assertEqual(items.job_id, self.job)
        self.assertFalse(items.source_id)
        self.assertEqual(items.owner_id, self.manager)
        self.assertEqual(message.record_ids.mapped("action"), ["propose"])

    def test_a_second_source_neither_renames_moves_nor_archives_a_cost_code(self):
        code = self.code()
        message = self.say("cost_code", "03 30 00", name="Paint", parent="05 12 00", active=False)
        self.assertState(message, "done")
        self.assertEqual((code.name, code.active, code.parent_id.ids), ("Code 03 30 00", True, []))
        items = self.proposals(code)
        self.assertEqual(items.mapped("question"), ["owner:identity", "owner:status", "owner:hierarchy"])
        self.assertEqual(self.shown(items[2])["Parent"][1], "05 12 00 Code 05 12 00")

    def test_its_own_source_writes_as_ever(self):
        self.assertState(self.say("job", "J-1", self.master, name="Quay", status="closed"), "done")
        self.assertEqual((self.job.name, self.job.job_status), ("Quay", "closed"))
        self.assertFalse(self.proposals(self.job))

    def test_one_item_a_record_and_group_that_the_next_event_renews(self):
        first = self.say("job", "J-1", name="Pier")
        item = self.proposal(self.job)
        second = self.say("job", "J-1", name="Pier 2")
        self.assertEqual(self.proposal(self.job), item)
        self.assertEqual(item.raised_by_ids, second)
        self.assertEqual(self.shown(item)["Name"], ("Harbour", "Pier 2"))
        # another system proposes it too, and takes nothing from the first
        third = self.say("job", "J-1", self.suppliers, name="Pier 3")
        self.assertEqual((self.proposal(self.job), item.raised_by_ids), (item, second | third))
        names = {"Name (T_Field)": ("Harbour", "Pier 2"), "Name (T_Suppliers)": ("Harbour", "Pier 3")}
        self.assertEqual({label: row for label, row in self.shown(item).items() if "Name" in label}, names)
        # what is older by its time replaces nothing
        self.say("job", "J-1", self.suppliers, name="Pier 4", time="2026-04-02T09:00:00Z")
        self.assertIn(("Harbour", "Pier 3"), self.shown(item).values())
        # what is not proposed any more is no question of that system
        self.say("job", "J-1", self.suppliers, name="Harbour")
        self.assertEqual((item.raised_by_ids, self.shown(item)["Name"][1]), (second, "Pier 2"))
        self.say("job", "J-1", name="Harbour")
        self.assertEqual((item.state, first.state), ("resolved", "done"))

    def test_take_over_once(self):
        message = self.say("job", "J-1", name="Pier", status="suspended")
        identity, status = self.proposals(self.job)
        self.decide(status, "take_once")
        self.assertState(message, "done")
        self.assertEqual((self.job.name, self.job.job_status), ("Harbour", "suspended"))
        self.assertEqual((status.state, self.proposal(self.job)), ("resolved", identity))
        self.decide(identity, "take_once")
        self.assertEqual(self.job.name, "Pier")
        self.say("job", "J-1", name="Pier", status="closed")
        self.assertEqual(self.job.job_status, "suspended", "once")
        self.assertEqual(self.proposal(self.job).question, "owner:status")

    def test_change_the_owner(self):
        self.say("job", "J-1", name="Pier", status="suspended")
        status = self.proposals(self.job)[1]
        with self.assertRaises(AccessError):
            self.decide(status, "change_owner", self.controller)
        self.decide(status, "change_owner")
        self.assertEqual(self.job.job_status, "suspended")
        rule = self.rules.search([("res_id", "=", self.job.id), ("origin", "=", "said")])
        self.assertEqual(
            (rule.source_id, rule.field_group, rule.decided_by_id, rule.reason, rule.is_current),
            (self.second, "status", self.manager, "Asked both", True),
        )
        self.say("job", "J-1", name="Pier", status="closed")
        self.assertEqual(self.job.job_status, "closed", "from now on")
        self.say("job", "J-1", self.master, name="Harbour", status="active")
        self.assertEqual(self.job.job_status, "closed", "and the first one does not any more")
        self.assertIn("T_Field owns", self.proposals(self.job)[-1].sentence)

    def test_ignored_it_asks_no_more_until_it_says_something_else(self):
        self.say("job", "J-1", name="Pier")
        item = self.proposal(self.job)
        self.decide(item, "keep", self.controller)
        self.assertEqual((self.job.name, item.state), ("Harbour", "resolved"))
        again = self.say("job", "J-1", name="Pier")
        self.assertState(again, "done")
        self.assertFalse(self.proposals(self.job))
        self.assertIn("decided before", again.history_ids.sorted("id")[-1:].note)
        self.say("job", "J-1", name="Pier 2")
        self.assertEqual(self.shown(self.proposal(self.job))["Name"][1], "Pier 2")
        # by the other button as well
        self.proposal(self.job).with_user(self.manager)._ignore("no")
        self.say("job", "J-1", name="Pier 2")
        self.assertFalse(self.proposals(self.job))

    def test_what_a_person_made_odoo_owns(self):
        code = self.env["construction.cost.code"].create({"code": "09 91 00", "name": "Paint"})
        message = self.say("cost_code", "09 91 00", self.master, name="Painting")
        self.assertState(message, "done")
        self.assertEqual(code.name, "Paint")
        self.assertIn("Odoo owns", self.proposal(code).sentence)

    def test_after_a_remap_an_event_writes_only_what_it_made(self):
        other = self.code("05 12 00")
        hand = self.env["construction.cost.code"].create({"code": "X", "name": "By Hand"})
        for record in (other, hand):
            with self.subTest(record.code):
                self.env["construction.crosswalk"]._confirm(self.master, "cost_code", "03 30 00", record)
                name = record.name
                message = self.say("cost_code", "03 30 00", self.master, name="Concrete")
                if message.state == "exception":
                    # two keys of one system: which of them writes is asked, as ever
                    self.assertEqual(message.exception_id.cause_key, "alias:cost_code:03 30 00")
                else:
                    self.proposal(record)
                self.assertEqual(record.name, name)
        # the one that another key made has lost that key, and this one's is its own
        crosswalk = self.env["construction.crosswalk"]
        crosswalk._confirm(self.master, "cost_code", "05 12 00", hand)
        crosswalk._confirm(self.master, "cost_code", "03 30 00", other)
        self.assertState(self.say("cost_code", "03 30 00", self.master, name="Concrete"), "done")
        self.assertEqual(other.name, "Code 05 12 00")
        self.assertIn("T_Master", self.proposal(other).sentence)

    def test_a_default_of_the_kind_and_a_rule_of_the_record(self):
        job = self.job
        vals = {"kind": "job", "field_group": "status", "company_id": self.company.id}
        rule = self.rules.with_user(self.manager).create(
            {**vals, "source_id": self.second.id, "reason": "The field closes"}
        )
        self.say("job", "J-1", name="Harbour", status="suspended")
        self.assertEqual(job.job_status, "suspended", "before who made it")
        self.say("job", "J-1", self.master, name="Harbour", status="active")
        self.assertEqual(job.job_status, "suspended")
        own = self.rules.with_user(self.manager).create(
            {**vals, "field_group": False, "res_id": job.id, "reason": "We do"}
        )
        self.assertEqual((own.owner_name, own.record_name), ("Odoo", "J-1 Harbour"))
        self.say("job", "J-1", name="Harbour", status="closed")
        self.assertEqual(job.job_status, "suspended")
        next_rule = self.rules.with_user(self.manager).create(
            {**vals, "field_group": False, "res_id": job.id, "source_id": self.second.id, "reason": "Again"}
        )
        self.assertTrue(own.valid_until and next_rule.is_current, "one takes the place of the other")
        (next_rule | rule).with_user(self.manager).action_end()
        self.say("job", "J-1", self.master, name="Harbour", status="active")
        self.assertEqual(job.job_status, "active", "who made it again")

    def test_a_rule_is_not_changed_by_any_door(self):
        made = self.rules.search([("res_id", "=", self.job.id), ("kind", "=", "job")])
        self.assertEqual((made.source_id, made.key, made.origin), (self.master, "J-1", "made"))
        rules = made.with_user(self.manager)
        for call in (
            lambda: rules.write({"source_id": self.second.id}),
            rules.unlink,
            rules.action_end,
            lambda: rules.create({"kind": "job", "company_id": self.company.id}),
            lambda: made.with_user(self.controller).create({"kind": "job", "reason": "x"}),
            lambda: made.with_user(self.controller).action_end(),
        ):
            with self.assertRaises(UserError):
                call()
        said = rules.create(
            {
                "kind": "job",
                "reason": "x",
                "origin": "made",
                "decided_by_id": 1,
                "company_id": self.company.id,
            }
        )
        self.assertEqual((said.origin, said.decided_by_id), ("said", self.manager))
        entries = self.env["construction.audit.entry"].search([("res_model", "=", said._name)])
        self.assertEqual(entries.mapped("res_id"), said.ids, "what events made is in the trace already")

    def test_owners_are_looked_up_once_a_batch(self):
        counted = []
        read = type(self.rules)._read_rules
        self.patch(type(self.rules), "_read_rules", lambda *args: counted.append(args) or read(*args))
        for key in ("03 30 00", "05 12 00"):
            data = {"cost_code": key, "name": f"Batch {key}"}
            self.receive(self.second, "master.cost_code.upserted", key, data, time=LATER)
        self.run_all()
        self.assertEqual(len(counted), 1)
        self.assertEqual(len(self.proposals(self.code()) | self.proposals(self.code("05 12 00"))), 2)
