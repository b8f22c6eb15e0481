# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestToldItems(HubCommon):
    """What only tells a person something stays until a person has seen to it."""

    def told(self, message):
        return self.Exception.search([("raised_by_ids", "in", message.ids)])

    def parked(self, **data):
        message = self.delivered(self.note("N-1", mode="park", **data))
        self.run_all()
        self.assertEqual(message.state, "exception")
        return message

    def test_it_stays_when_its_message_goes_round(self):
        message = self.parked(tell="Look at this.")
        item = self.told(message)
        self.assertEqual((item.sentence, item.state), ("Look at this.", "open"))
        message.with_user(self.users["buyer"]).action_replay()
        self.assertEqual((item.state, message.exception_id), ("open", self.Exception))
        self.run_all()
        self.assertEqual(item.state, "open")
        self.assertEqual(self.told(message), item, "told again, it is one")
        self.assertEqual(item.message_total, 1)

    def test_it_stays_when_its_message_says_it_no_longer(self):
        message = self.parked(tell="Look at this.")
        item = self.told(message)
        message.with_user(self.users["buyer"])._correct({"name": "N-1", "mode": "superseded"}, "another")
        self.run_all()
        self.assertEqual((message.state, item.state), ("superseded", "open"))
        item.with_user(self.users["buyer"]).action_resolve()
        self.assertEqual((item.state, item.resolved_by_id), ("resolved", self.users["buyer"]))

    def test_it_stays_when_its_message_is_set_aside(self):
        message = self.parked(tell="Look at this.")
        item = self.told(message)
        message.with_user(self.users["buyer"])._ignore("not ours", "keep")
        self.assertEqual((message.state, item.state), ("ignored", "open"))

    def test_a_question_that_is_no_longer_asked_ends(self):
        message = self.delivered(self.note("N-2", mode="ask"))
        self.run_all()
        item = message.exception_id
        item._note_raised(message)
        message.sudo().exception_id = False
        message._correct({"name": "N-2"}, "no question")
        self.assertEqual(item.state, "resolved")


@tagged("post_install", "-at_install")
class TestWhatIsOffered(HubCommon):
    """What a person is shown is what the server takes: records to map to, and what they may undo."""

    def setUp(self):
        super().setUp()
        # whatever addons say of suppliers beside the hub
        self.patch(
            type(self.env["construction.crosswalk"]),
            "_reference_domain",
            lambda crosswalk, kind: [("is_company", "=", True)] if kind == "supplier" else None,
        )
        partners = self.env["res.partner"]
        self.right = partners.create([{"name": f"Offered {n}", "is_company": True} for n in range(9)])
        self.person = partners.create({"name": "Offered Person"})
        self.foreign = partners.create(
            {"name": "Offered Foreign", "is_company": True, "company_id": self.other_company.id}
        )

    def item(self):
        message = self.delivered(self.note("N-1", supplier="V-1"))
        self.run_all()
        return message.exception_id

    def offered(self, domain, name="Offered", **context):
        rows = (
            self.env["res.partner"]
            .with_context(**context)
            .web_name_search(name, {"display_name": {}}, domain, limit=8)
        )
        return [row["id"] for row in rows]

    def test_only_what_can_be_meant_is_offered(self):
        item = self.item()
        found = self.offered(item.fix_domain)
        self.assertEqual(set(found) - set(self.right.ids), set())
        crosswalk = self.env["construction.crosswalk"]
        for record in self.person | self.foreign:
            self.assertFalse(record.filtered_domain(item.fix_domain))
            with self.subTest(record.name), self.assertRaises(UserError):
                crosswalk._confirm(self.source, "supplier", "V-1", record)
        manager = self.users["integration_manager"]
        entry = crosswalk._bind(self.source, "supplier", {"V-2": self.right[0]})
        remap = self.env["construction.crosswalk.remap"].with_user(manager).create({"crosswalk_id": entry.id})
        self.assertEqual(remap.res_domain, item.fix_domain)
        decide = self.env["construction.exception.decide"].with_user(manager)._of(item.with_user(manager))
        decide.res_model = item.fix_model
        self.assertEqual(decide.res_domain, item.fix_domain)

    def test_the_likely_ones_come_first(self):
        item = self.item()
        likely = self.right[8] | self.right[5]
        item.sudo().candidates = [{"model": "res.partner", "id": p.id, "why": "alike"} for p in likely]
        self.assertEqual(item.likely_ids, likely.ids)
        for name in ("", "Offered"):
            with self.subTest(name):
                found = self.offered(item.fix_domain, name, construction_likely=item.likely_ids)
                self.assertEqual(found[:2], likely.ids)
                self.assertEqual((len(found), len(set(found))), (8, 8))
        self.assertEqual(len(self.offered(item.fix_domain, construction_likely=["x", None])), 8)
        self.assertNotIn(self.person.id, self.offered(item.fix_domain, construction_likely=self.person.ids))

    def test_the_views_ask_for_it(self):
        for model, name, domain in (
            ("construction.exception", "fix_res_id", "fix_domain"),
            ("construction.exception.decide", "res_id", "res_domain"),
            ("construction.crosswalk.remap", "res_id", "res_domain"),
        ):
            arch = self.env[model].get_view(view_type="form")["arch"]
            self.assertRegex(arch, rf'<field name="{name}"[^>]*domain_field\W+{domain}\b')

    def test_undoing_is_for_whom_the_handler_says(self):
        for role, may in (("buyer", True), ("cost_controller", False), ("integration_manager", False)):
            with self.subTest(role), self.env.cr.savepoint() as undo:
                user = self.users[role]
                user.group_ids |= self.env.ref("base.group_partner_manager")
                message = self.delivered(self.note("N-1", mode="park"))
                self.run_all()
                mine = message.with_user(user)
                self.assertEqual(mine._may_undo(), may)
                if not may:
                    with self.assertRaises(AccessError):
                        mine._ignore("not ours", "undo")
                    mine._ignore("not ours", "keep")
                    self.assertTrue(message.record_ids.record_exists)
                else:
                    mine._ignore("not ours", "undo")
                    self.assertFalse(message.record_ids.filtered("record_exists"))
                undo.rollback()
            self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestCodeOfASource(HubCommon):
    """The code of a source is the address that an outside system holds."""

    def refused(self, source):
        manager = self.users["integration_manager"]
        mine = source.with_user(manager)
        for step in (
            lambda: mine.write({"code": "another"}),
            lambda: mine.load([".id", "code"], [[str(source.id), "another"]])["ids"] or self._refuse(),
        ):
            with self.assertRaises(UserError) as caught:
                step()
        mine.write({"code": source.code, "name": "Renamed"})
        return str(caught.exception)

    def _refuse(self):
        raise UserError(self.env._("not taken"))

    def test_it_stays_once_a_system_may_hold_it(self):
        self.assertIn("", self.refused(self.source))
        self.delivered(self.note("N-1"))
        self.source.action_suspend()
        with self.assertRaises(UserError) as caught:
            self.source.code = "another"
        for words in (self.source.name, "testing", "messages"):
            self.assertIn(words, str(caught.exception))

    def test_it_may_change_before(self):
        fresh = self.env["construction.source"].create({"name": "Fresh", "code": "fresh"})
        fresh.with_user(self.users["integration_manager"]).code = "fresher"
        self.assertEqual(fresh.code, "fresher")
        self.env["construction.source.credential"]._issue(fresh)
        with self.assertRaises(UserError):
            fresh.code = "freshest"
        fresh.credential_ids.action_end()
        fresh.code = "freshest"
