# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import MACHINE, EquipmentCommon

CERTIFICATE = "maintenance.equipment.certificate"


@tagged("post_install", "-at_install")
class TestCertificateReminder(EquipmentCommon):
    def set_up_once(self):
        super().set_up_once()
        self.crane = self.record(self.say_machine("CR-1"), MACHINE)
        self.certificate = self.env[CERTIFICATE].create(
            {
                "name": "Crane Test",
                "equipment_id": self.crane.id,
                "renewal_date": fields.Date.today() + timedelta(days=20),
            }
        )

    def remind(self):
        self.env[CERTIFICATE]._cron_notify_expiring_certificates()
        return self.crane.activity_ids

    def test_who_keeps_machines_is_reminded_where_nobody_is_named(self):
        for _day in range(3):
            activity = self.remind()
        self.assertEqual((len(activity), activity.user_id), (1, self.manager))
        self.assertIn("Crane Test", activity.summary)
        self.certificate.renewal_date = fields.Date.today() + timedelta(days=5)
        self.assertEqual(len(self.remind() - activity), 1, "a week before, again")

    def test_who_is_named_is_reminded_alone(self):
        self.crane.technician_user_id = self.dispatcher
        before = self.env["mail.message"].search([])
        self.assertFalse(self.remind())
        mails = self.env["mail.message"].search([]) - before
        self.assertIn(self.dispatcher.partner_id, mails.partner_ids)

    def test_of_its_company(self):
        self.manager.active = False
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.user_with("fleet2", "construction_equipment.group_equipment_manager", elsewhere)
        self.env.ref("base.user_admin").company_ids |= self.company
        self.assertEqual(self.remind().user_id, self.env.ref("base.user_admin"))

    def test_switched_off(self):
        name = "maintenance_equipment_certification.expiration_notify_enabled"
        self.env["ir.config_parameter"].set_param(name, "False")
        self.assertFalse(self.remind())
