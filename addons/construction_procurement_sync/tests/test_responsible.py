# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.construction_sync.models.res_users import MARK

from .common import ProcurementCommon

# what names a person of a document in Odoo and here
NAMED = {
    "project.project": {"user_id", "job_member_ids"},
    "project.task": {"user_ids"},
    "purchase.order": {"user_id"},
    "purchase.request": {"requested_by", "assigned_to"},
    "account.move": {"invoice_user_id"},
    "stock.picking": {"user_id"},
    "mail.activity": {"user_id"},
    "construction.exception": {"owner_id"},
    "construction.owner.rule": {"user_id"},
    "construction.event.type": {"owner_id"},
    "construction.source": {"owner_id"},
    "tier.definition": {"reviewer_id"},
}


@tagged("post_install", "-at_install")
class TestResponsible(ProcurementCommon):
    """A service user is never responsible for anything, whoever names it and wherever."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order()
        self.service = self.master.user_id
        self.controller = self.user_with("u_cc", "construction_base.group_cost_controller")
        self.buyer = self.user_with("u_buyer", "construction_base.group_buyer")

    def refused(self, record, vals):
        with self.assertRaisesRegex(ValidationError, "service user"), self.cr.savepoint():
            record.write(vals)

    def test_where_persons_are_named(self):
        for model, names in NAMED.items():
            with self.subTest(model):
                self.assertGreaterEqual(self.env[model]._construction_persons, names)
        self.assertNotIn("user_id", self.env["construction.source"]._construction_persons)
        self.assertFalse(self.env["res.users.settings"]._construction_persons)

    def test_manager_and_member_of_a_job(self):
        job = self.job.with_user(self.controller)
        self.refused(job, {"user_id": self.service.id})
        self.refused(job, {"job_member_ids": [Command.link(self.service.id)]})
        with self.assertRaisesRegex(ValidationError, "Project Manager"), self.cr.savepoint():
            job.create(
                {"name": "J", "job_number": "J-77", "is_construction_job": True, "user_id": self.service.id}
            )
        job.user_id = self.controller

    def test_a_job_that_has_one_from_before_is_unmanaged(self):
        self.job.user_id = self.controller
        self.assertNotIn(self.job, self.job._construction_unmanaged(self.company))
        self.env.flush_all()
        self.cr.execute(
            "UPDATE project_project SET user_id = %s WHERE id = %s", (self.service.id, self.job.id)
        )
        self.env.invalidate_all()
        self.assertIn(self.job, self.job._construction_unmanaged(self.company))

    def test_buyer_activity_reviewer(self):
        order = self.order("PO-1")
        self.refused(order.with_user(self.buyer), {"user_id": self.service.id})
        with self.assertRaisesRegex(ValidationError, "service user"), self.cr.savepoint():
            order.with_user(self.buyer).activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.service.id
            )
        order.with_user(self.buyer).user_id = self.buyer

    def test_it_is_not_offered(self):
        for model, names in NAMED.items():
            for name, field in self.env[model].fields_get(list(names)).items():
                with self.subTest(model=model, field=name):
                    self.assertIn(MARK, str(field["domain"]))

    def test_events_go_on(self):
        self.assertState(self.send_order("PO-2"), "done")
        self.assertNotEqual(self.order("PO-2").user_id, self.service)
        self.assertState(self.send_request(), "done")
