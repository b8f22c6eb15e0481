# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import MACHINE, PLACE, EquipmentCommon

ROLES = ("site_supervisor", "buyer", "accounts_payable", "project_manager", "cost_controller", "auditor")


@tagged("post_install", "-at_install")
class TestMachineAccess(EquipmentCommon):
    def set_up_once(self):
        super().set_up_once()
        self.record_of_job = self.record(self.say_machine("EX-12"), MACHINE)
        self.free = self.record(self.say_machine("EX-13"), MACHINE)
        self.record_of_job.sudo().write({"job_id": self.job.id, "cost": 250000})
        self.certificate = self.env["maintenance.equipment.certificate"].create(
            {"name": "CE", "equipment_id": self.record_of_job.id}
        )
        self.site = self.env[PLACE].create({"name": "Site", "kind": "site", "job_id": self.job.id})

    def exporting(self, role):
        groups = f"construction_base.group_{role},base.group_allow_export"
        return self.user_with(f"u_{role}", groups)

    def test_site_roles_see_machines_of_their_jobs(self):
        for role in ("site_supervisor", "project_manager"):
            user = self.exporting(role)
            machines = self.env[MACHINE].with_user(user)
            with self.subTest(role):
                for model, mine in (
                    (MACHINE, self.record_of_job),
                    ("maintenance.equipment.certificate", self.certificate),
                    (PLACE, self.site),
                ):
                    found = self.env[model].with_user(user)
                    self.job.job_member_ids = False
                    self.assertNotIn(mine, found.search([]))
                    with self.assertRaises(AccessError):
                        mine.with_user(user).read(["name"])
                    self.job.job_member_ids = user
                    self.assertIn(mine, found.search([]))
                self.assertNotIn(self.free, machines.search([]))
                groups = machines._read_group([], ["job_id"], ["__count"])
                self.assertEqual([(job.id, count) for job, count in groups], [(self.job.id, 1)])
                self.assertFalse(machines.search([("job_id", "=", False)]))
                with self.assertRaises(AccessError):
                    self.free.with_user(user).export_data(["name"])

    def test_roles_for_all_jobs_see_the_fleet(self):
        for role in ("buyer", "accounts_payable", "cost_controller", "auditor"):
            user = self.user_with(f"u_{role}", f"construction_base.group_{role}")
            with self.subTest(role):
                found = self.env[MACHINE].with_user(user).search([])
                self.assertIn(self.free, found)
                self.assertIn(self.record_of_job, found)

    def test_a_site_supervisor_never_sees_an_amount(self):
        allowed = {"cost_controller", "auditor"}
        for role in ROLES:
            user = self.exporting(role)
            self.job.job_member_ids = user
            machine = self.record_of_job.with_user(user)
            with self.subTest(role):
                if role in allowed:
                    self.assertEqual(machine.read(["cost"])[0]["cost"], 250000)
                    continue
                self.assertNotIn("cost", machine.fields_get())
                for door in (
                    lambda machine=machine: machine.read(["cost"]),
                    lambda machine=machine: machine.export_data(["cost"]),
                    lambda machine=machine: machine.search([("cost", ">", 1)]),
                    lambda machine=machine: machine.search([], order="cost"),
                    lambda machine=machine: machine.formatted_read_group([], ["cost"], ["__count"]),
                    lambda machine=machine: machine.formatted_read_group([], [], ["cost:sum"]),
                ):
                    with self.assertRaises(AccessError):
                        door()
        for user, sees in ((self.manager, True), (self.dispatcher, False)):
            self.assertEqual("cost" in self.record_of_job.with_user(user).fields_get(), sees)

    def test_who_keeps_machines(self):
        for role in ROLES:
            user = self.user_with(f"u_{role}", f"construction_base.group_{role}")
            for model in (MACHINE, PLACE, "maintenance.equipment.certificate"):
                with self.subTest(role=role, model=model):
                    records = self.env[model].with_user(user)
                    self.assertTrue(records.has_access("read"))
                    self.assertFalse(any(map(records.has_access, ("write", "create", "unlink"))))
        machines = self.env[MACHINE]
        self.assertFalse(machines.with_user(self.dispatcher).has_access("write"))
        self.assertTrue(self.env[PLACE].with_user(self.dispatcher).has_access("create"))
        for operation in ("read", "write", "create", "unlink"):
            self.assertTrue(machines.with_user(self.manager).has_access(operation))

    def test_the_form_of_who_keeps_them(self):
        view = "construction_equipment.maintenance_equipment_view_form"
        with Form(self.env[MACHINE].with_user(self.manager), view) as form:
            form.name, form.ownership, form.equipment_number = "Crane", "rented", "CR-1"
            form.home_place_id = self.yard
        self.assertEqual(form.record.display_name, "CR-1 Crane")
        with self.assertRaises(AccessError):
            form.record.with_user(self.manager).construction_external_key = "x"
        with self.assertRaises(AccessError):
            form.record.with_user(self.manager).construction_pin_key = "x"

    def test_other_companies(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.sudo().write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        for model in (MACHINE, PLACE, "maintenance.equipment.certificate"):
            elsewhere = self.env[model].with_user(self.manager).with_context(allowed_company_ids=company.ids)
            mine = self.record_of_job | self.free if model == MACHINE else self.env[model].search([])
            self.assertFalse(mine & elsewhere.search([]), model)

    def test_an_employee_without_a_role_sees_what_odoo_shows(self):
        user = self.user_with("employee", "base.group_user")
        laptop = self.env[MACHINE].create({"name": "Laptop"})
        self.assertFalse(self.env[MACHINE].with_user(user).search([]) & (laptop | self.record_of_job))
        laptop.message_subscribe(user.partner_id.ids)
        self.assertIn(laptop, self.env[MACHINE].with_user(user).search([]))
        supervisor = self.user_with("super", "construction_base.group_site_supervisor")
        self.assertNotIn(laptop, self.env[MACHINE].with_user(supervisor).search([]))
        self.free.message_subscribe(supervisor.partner_id.ids)
        self.assertNotIn(self.free, self.env[MACHINE].with_user(supervisor).search([]))
