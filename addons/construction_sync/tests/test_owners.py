# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.construction_sync import errors
from odoo.addons.construction_sync.lib.owners import Facts
from odoo.addons.construction_sync.models.construction_owner_rule import OwnerFinder

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestOwners(HubCommon):
    """Whose a work item is: by rule, and never nobody's, a stranger's or a service user's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["construction.owner.rule"]
        cls.manager = cls.users["integration_manager"]
        cls.buyer = cls.users["buyer"]
        cls.controller = cls.users["cost_controller"]
        cls.job_manager = cls.users["project_manager"]

    def rule(self, user, **vals):
        return self.Rule.create({"user_id": user.id, "company_id": self.company.id, **vals})

    def open(self, key="hold:bank:S-1", category="hold", **kw):
        error = errors.SyncError("Something.", cause_key=key, **kw)
        return self.Exception._open(self.company, error, source=self.source, category=category)

    # ---- finding -----------------------------------------------------------------------

    def test_first_rule_that_fits(self):
        self.rule(self.controller, category="hold", cause_prefix="hold:price", sequence=1)
        self.rule(self.buyer, category="hold", sequence=2)
        self.rule(self.controller, sequence=3)
        self.assertEqual(self.open().owner_id, self.buyer)
        self.assertEqual(self.open("hold:price:1").owner_id, self.controller)
        self.assertEqual(self.open("x", category="data").owner_id, self.controller)

    def test_rules_of_a_job_and_of_a_source(self):
        self.rule(self.buyer, job_id=self.job.id)
        self.assertEqual(self.open(job=self.job).owner_id, self.buyer)
        self.assertEqual(self.open("other", job=self.job_2).owner_id, self.source.owner_id)
        self.Rule.search([]).unlink()
        self.rule(self.controller, source_id=self.source.id)
        self.assertEqual(self.open("third").owner_id, self.controller)

    def test_without_a_rule(self):
        self.job.user_id = self.job_manager
        self.assertEqual(self.open("a", job=self.job).owner_id, self.job_manager)
        self.assertEqual(self.open("b").owner_id, self.source.owner_id)
        self.assertEqual(
            self.open("c", category="mapping", job=self.job).owner_id,
            self.source.owner_id,
            "what a key means is not for the manager of one job to say",
        )
        nobody = self.Rule._next_owner(self.other_company, exclude=self.users["buyer"])
        self.assertNotIn(self.manager, nobody, "of another company")

    def test_a_named_owner_comes_first_where_they_can_act(self):
        self.rule(self.controller)
        self.assertEqual(self.open("a", owner=self.buyer).owner_id, self.buyer)
        for stranger in (self.users["auditor"], self.users["site_supervisor"], self.service):
            self.assertEqual(self.open(f"b{stranger.id}", owner=stranger).owner_id, self.controller)

    def test_who_administers_the_system_comes_last(self):
        """The first user of a database is in every group, and was there before all others."""
        (self.controller | self.manager).group_ids |= self.env.ref("base.group_system")
        controller = self.user_with("controls", "construction_base.group_cost_controller")
        manager = self.user_with("integrates", "construction_base.group_integration_manager")
        finder = OwnerFinder(self.env, self.company)
        decided = finder.find(Facts(), deciders=["construction_base.group_cost_controller"])
        self.assertEqual(decided, controller)
        self.assertEqual(finder.find(Facts()), manager)

    def test_who_may_answer_comes_before_who_only_manages(self):
        """An integration manager who is one of them is asked in their turn, not because of managing."""
        self.source.owner_id = self.buyer
        both = self.user_with("does_both", "construction_base.group_integration_manager")
        both.group_ids |= self.env.ref("construction_base.group_cost_controller")
        self.assertGreater(both.id, self.controller.id)
        finder = OwnerFinder(self.env, self.company)
        found = finder.find(Facts(), deciders=["construction_base.group_cost_controller"])
        self.assertEqual(found, self.controller)

    def test_who_cannot_act_is_no_owner(self):
        stranger = self.user_with("far", "construction_base.group_buyer", self.other_company)
        gone = self.user_with("gone", "construction_base.group_buyer")
        gone.active = False
        item = self.open()
        for user in (stranger, gone, self.users["auditor"], self.users["site_supervisor"], self.service):
            with self.subTest(user.login):
                with self.assertRaises(ValidationError):
                    self.rule(user)
                with self.assertRaises(ValidationError):
                    item.with_user(self.buyer).write({"owner_id": user.id})
        with self.assertRaises(UserError):
            item.with_user(self.buyer).write({"owner_id": False})
        with self.assertRaises(ValidationError):
            item.with_user(self.buyer).write({"owner_id": self.job_manager.id})
        self.open("own", job=self.job).with_user(self.buyer).write({"owner_id": self.job_manager.id})

    def test_rules_are_the_integration_managers(self):
        rule = self.rule(self.buyer)
        self.assertFalse(self.Rule.with_user(self.buyer).has_access("read"))
        with self.assertRaises(AccessError):
            rule.with_user(self.controller).write({"user_id": self.controller.id})
        rule.with_user(self.manager).write({"user_id": self.controller.id})

    # ---- succession --------------------------------------------------------------------

    def told(self, item):
        item.opened_at -= timedelta(minutes=2)
        self.Exception._tell_owners()
        return item.activity_ids.user_id

    def test_an_archived_owner_is_replaced_and_told_once(self):
        rule = self.rule(self.buyer, sequence=1)
        self.rule(self.controller, sequence=2)
        item = self.open()
        self.assertEqual(self.told(item), self.buyer)
        self.buyer.active = False
        self.assertEqual(item.owner_id, self.controller)
        self.Exception._tell_owners()
        self.Exception._tell_owners()
        self.assertEqual(item.activity_ids.user_id, self.controller)
        self.assertEqual(len(item.activity_ids), 1)
        self.assertEqual(self.open("new").owner_id, self.controller, "an archived one gets nothing new")
        self.assertTrue(rule.active)

    def test_an_owner_who_loses_the_role_or_is_deleted(self):
        self.rule(self.controller)
        item = self.open(owner=self.buyer)
        self.buyer.group_ids = [(3, self.env.ref("construction_base.group_buyer").id)]
        self.assertEqual(item.owner_id, self.controller)
        leaving = self.user_with("leaving", "construction_base.group_buyer")
        item = self.open("second", owner=leaving)
        self.assertEqual(item.owner_id, leaving)
        leaving.unlink()
        self.assertEqual(item.owner_id, self.controller)

    def test_a_role_lost_by_the_other_side_is_noticed_by_the_sweep(self):
        self.rule(self.controller)
        item = self.open(owner=self.buyer)
        self.env.ref("construction_base.group_buyer").user_ids = [(3, self.buyer.id)]
        self.Exception._tell_owners()
        self.assertEqual(item.owner_id, self.controller)

    def test_a_source_moves_to_the_next_person(self):
        self.source.owner_id = self.controller
        self.rule(self.buyer)
        self.controller.active = False
        self.assertEqual(self.source.owner_id, self.buyer)
        item = self.Exception.search([("cause_key", "=", "owner:testing"), ("state", "=", "open")])
        self.assertEqual(item.owner_id, self.buyer)
        self.assertIn("yours now", item.sentence)

    def test_nobody_told_means_the_integration_managers(self):
        item = self.open()
        self.env.cr.execute("UPDATE construction_exception SET owner_id = NULL WHERE id = %s", [item.id])
        item.invalidate_recordset()
        self.assertTrue(self.told(item).has_group("construction_base.group_integration_manager"))

    # ---- escalation --------------------------------------------------------------------

    def overdue(self, item):
        item.escalate_at = item.escalate_at - timedelta(days=10)
        self.Exception._tell_owners()

    def test_overdue_goes_to_the_next_once_a_period(self):
        for number, user in enumerate((self.buyer, self.controller)):
            self.rule(user, sequence=number)
        item = self.open(severity="low")
        self.assertEqual(item.owner_id, self.buyer)
        self.overdue(item)
        self.assertEqual((item.owner_id, item.severity, item.escalations), (self.controller, "medium", 1))
        self.assertEqual(item.activity_ids.user_id, self.controller)
        self.Exception._tell_owners()
        self.assertEqual(item.escalations, 1, "once a period")
        self.assertEqual(len(item.activity_ids), 1)
        self.overdue(item)
        self.assertEqual(item.severity, "high")
        self.assertNotIn(item.owner_id, self.buyer | self.controller)
        self.assertEqual(item.former_owner_ids, self.buyer | self.controller)
        for _time in range(9):
            self.overdue(item)
        self.assertTrue(item.owner_id, "the last one asked keeps it")
        self.assertEqual(item.escalations, 11)

    def test_many_items_cost_few_statements(self):
        self.rule(self.buyer)
        items = self.Exception.union(*(self.open(f"many:{number}") for number in range(60)))
        items.write({"opened_at": items[0].opened_at - timedelta(hours=1)})
        self.env.flush_all()
        self.Exception._tell_owners()
        items.write({"told_at": False})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Exception._replace_owners()
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 40)

    # ---- where they hold ---------------------------------------------------------------

    def test_nobody_moves_a_rule_into_a_company_that_is_not_theirs(self):
        stranger = self.manager.copy({"login": "im_two"})
        stranger.write({"company_ids": [(6, 0, self.other_company.ids)], "company_id": self.other_company.id})
        env = self.env(user=stranger, context={"allowed_company_ids": self.other_company.ids})
        mine = env["construction.owner.rule"].create(
            {"user_id": stranger.id, "company_id": self.other_company.id}
        )
        with self.assertRaisesRegex(AccessError, "stays where it is"):
            mine.write({"company_id": self.company.id, "user_id": self.buyer.id})
        self.env["construction.owner.rule"].invalidate_model()
        source = env["construction.source"].create(
            {"name": "Two", "code": "two", "company_id": self.other_company.id}
        )
        with self.assertRaisesRegex(AccessError, "stays where it is"):
            source.write({"company_id": self.company.id})

    def test_the_group_that_is_named_first_is_asked_first(self):
        finder = OwnerFinder(self.env, self.company)
        first, last = "construction_base.group_cost_controller", "construction_base.group_buyer"
        for groups, user in (((first, last), self.controller), ((last, first), self.buyer)):
            ids = finder.entitled(groups)
            self.assertEqual(ids[0], user.id)
            self.assertTrue(self.env["res.users"].browse(ids[-1])._is_system())

    # ---- who can cure ------------------------------------------------------------------

    def test_what_its_manager_cannot_cure_is_not_his(self):
        job = self.job
        job.user_id = self.job_manager
        mine = self.open("hold:1", job=job)
        self.assertEqual(mine.owner_id, self.job_manager)
        item = self.open("hold:2", job=job, groups="construction_base.group_cost_controller")
        self.assertTrue(item.owner_id.has_group("construction_base.group_cost_controller"))
        item.owner_id = self.job_manager
        item._succeed()
        self.assertTrue(item.owner_id.has_group("construction_base.group_cost_controller"))
        self.assertNotIn("Nobody of", item.sentence)
        nobody = self.open("hold:3", job=job, groups="base.group_portal")
        self.assertEqual(nobody.owner_id, self.job_manager, "where there is nobody, somebody")
