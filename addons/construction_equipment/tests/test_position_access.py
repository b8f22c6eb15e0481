# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MACHINE, READING, TRANSFER
from .test_position_privacy import PositionCommon

TRACK = "construction.equipment.track"
EXPORT = "base.group_allow_export"
FLEET = "construction_equipment.group_equipment_manager"


@tagged("post_install", "-at_install")
class TestPositionAccess(PositionCommon):
    """The digger stands on J-1 until noon, then on another job; positions are of nine and fifteen o'clock."""

    def set_up_once(self):
        super().set_up_once()
        self.company.construction_positions_off_hours = True
        self.other_job = self.job.copy({"name": "Other", "job_number": "J-9"})
        for job, hour in ((self.job, 0), (self.other_job, 12)):
            self.env[TRANSFER].create(
                {"equipment_id": self.digger.id, "job_id": job.id, "date_from": datetime(2026, 3, 2, hour)}
            )
        self.page(self.reading(9), self.reading(15), self.reading(9, day=1))
        self.mine, self.others = (
            self.env[TRACK].search([("at", "=", datetime(2026, 3, 2, hour))]) for hour in (9, 15)
        )

    def person(self, *groups, jobs=None):
        user = self.user_with("u_" + "_".join(groups), ",".join([EXPORT, *map(self._group, groups)]))
        (jobs if jobs is not None else self.job).job_member_ids |= user
        return user

    @staticmethod
    def _group(name):
        return name if "." in name else f"construction_base.group_{name}"

    def entries(self):
        return self.env["construction.audit.entry"].search([("res_model", "=", "res.users")], order="id")

    def test_of_own_jobs_at_that_moment(self):
        for role in ("site_supervisor", "project_manager"):
            user = self.person(role)
            tracks = self.env[TRACK].with_user(user)
            with self.subTest(role):
                self.assertEqual(tracks.search([]), self.mine)
                self.assertEqual(tracks.search_read([], ["latitude", "longitude"])[0]["latitude"], 46.781357)
                self.assertEqual(tracks.search([], order="latitude"), self.mine)
                self.assertEqual(tracks.search([("latitude", ">", 0)]), self.mine)
                self.assertFalse(tracks.search([("job_id", "=", self.other_job.id)]))
                self.assertFalse(tracks.search([("job_id", "=", False)]), "of no job: the day before")
                groups = tracks.formatted_read_group([], ["job_id"], ["__count"])
                self.assertEqual([group["__count"] for group in groups], [1])
                groups = tracks.formatted_read_group([], ["equipment_id", "at:hour"], ["__count"])
                self.assertEqual(len(groups), 1)
                rows = self.mine.with_user(user).export_data(["machine", "latitude"])["datas"]
                self.assertEqual(rows, [["EX-12", 46.781357]])
                others = self.others.with_user(user)
                for door, args in (
                    (others.read, ["at"]),
                    (others.read, ["latitude"]),
                    (others.export_data, ["longitude"]),
                    (others.web_read, {"latitude": {}}),
                ):
                    self.assertRaises(AccessError, door, args)
                self.job.job_member_ids -= user
                self.assertFalse(tracks.search([]))
                self.job.user_id = user
                self.assertEqual(tracks.search([]), self.mine)
                self.job.user_id = False

    def test_a_machine_that_has_gone_or_come(self):
        """Who has it now does not see where it was before."""
        user = self.person("site_supervisor", jobs=self.other_job)
        self.digger.sudo()._place_now()
        self.assertEqual(self.digger.job_id, self.other_job)
        self.assertEqual(self.env[TRACK].with_user(user).search([]), self.others)

    def test_who_keeps_machines_sees_all(self):
        tracks = self.env[TRACK].with_user(self.manager)
        self.assertEqual(len(tracks.search([])), 3)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.sudo().write({"company_ids": [(4, company.id)]})
        elsewhere = tracks.with_context(allowed_company_ids=company.ids)
        self.assertFalse(elsewhere.search([]))

    def test_nobody_else(self):
        roles = ("buyer", "accounts_payable", "cost_controller", "auditor", "integration_manager")
        for role in (*roles, "construction_equipment.group_dispatcher", "base.group_user"):
            user = self.person(role)
            with self.subTest(role):
                self.assertFalse(self.env[TRACK].with_user(user).has_access("read"))
                if self.env[READING].with_user(user).has_access("read"):
                    self.assertNotIn("latitude", self.env[READING].with_user(user).fields_get())

    def test_two_roles_see_no_more(self):
        """A role that sees all jobs beside one of the site."""
        for other in ("auditor", "buyer", "construction_equipment.group_dispatcher"):
            user = self.person("site_supervisor", other)
            with self.subTest(other):
                self.assertEqual(self.env[TRACK].with_user(user).search([]), self.mine)
                readings = self.env[READING].with_user(user)
                self.assertNotIn("latitude", readings.fields_get())
                if readings.has_access("read"):
                    with self.assertRaises(AccessError):
                        readings.search([]).read(["latitude"])

    def test_nobody_changes_one(self):
        for user in (self.manager, self.person("site_supervisor")):
            tracks = self.env[TRACK].with_user(user)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(tracks.has_access(operation))

    def test_no_person_beside_a_track(self):
        persons = ("res.users", "res.partner", "hr.employee")
        for model in (TRACK, READING):
            for field in self.env[model]._fields.values():
                self.assertNotIn(field.comodel_name, persons, f"{model}.{field.name}")

    def test_it_goes_with_the_coordinates(self):
        self.env["ir.config_parameter"].set_param("construction_equipment.position_days", "1")
        self.env[READING]._forget_positions()
        self.assertFalse(self.env[TRACK].search([]))

    # ---- taking them away ----------------------------------------------------------------

    def test_exports_are_noted(self):
        user = self.person("site_supervisor")
        for records, fields_, noted in (
            (self.mine, ["at", "latitude"], 1),
            (self.mine, ["at", "machine", "job_id"], 0),
            (self.env[READING].search([("at", "=", datetime(2026, 3, 2, 15))]), ["longitude"], 1),
        ):
            who = user if records._name == TRACK else self.manager
            who.group_ids |= self.env.ref(EXPORT)
            before = self.entries()
            records.with_user(who).export_data(fields_)
            made = self.entries() - before
            with self.subTest(fields_):
                self.assertEqual(len(made), noted)
                if noted:
                    self.assertEqual((made.user_id, made.res_id), (who, who.id))
                    self.assertIn("1 rows", made.after)
                    self.assertIn("2026-03-02", made.after)
                    self.assertIn(self.digger.display_name, made.after)
                    self.assertNotIn("46.7", made.after)

    def test_reads_of_many_are_noted(self):
        start = datetime(2026, 3, 3)
        self.page(
            *[self.reading(at=f"2026-03-03T{minute // 60:02}:{minute % 60:02}:00Z") for minute in range(120)],
            page="P-9",
        )
        domain = [("at", ">=", start)]
        doors = {
            "read": lambda model: model.search(domain).read(["latitude"]),
            "search_read": lambda model: model.search_read(domain, ["longitude"]),
            "all fields": lambda model: model.search_read(domain),
            "web_search_read": lambda model: model.web_search_read(domain, {"latitude": {}}),
            "web_read": lambda model: model.search(domain).web_read({"latitude": {}}),
        }
        for name, door in doors.items():
            for model in (TRACK, READING):
                before = self.entries()
                door(self.env[model].with_user(self.manager))
                made = self.entries() - before
                with self.subTest(name, model=model):
                    self.assertEqual((len(made), made.user_id), (1, self.manager))
                    self.assertIn("120 rows", made.after)
                    if "search" in name:
                        self.assertIn("('at', '>=', ", made.after)
        before = self.entries()
        tracks = self.env[TRACK].with_user(self.manager)
        tracks.web_search_read(domain, {"latitude": {}}, limit=80)
        tracks.search_read(domain, ["equipment_id"])
        self.assertEqual(self.entries(), before, "a screen, and what is no position")

    def test_no_other_way_to_take_them(self):
        for model in (TRACK, READING):
            records = self.env[model].with_user(self.manager)
            for groupby, aggregates in (
                (["latitude"], ["__count"]),
                ([], ["latitude:max"]),
                ([], ["longitude:array_agg"]),
                (["equipment_id" if model == TRACK else "device_id"], ["latitude:avg"]),
            ):
                with self.subTest(model=model, groupby=groupby, aggregates=aggregates):
                    with self.assertRaises(AccessError):
                        records.formatted_read_group([], groupby, aggregates)
            self.assertNotIn("latitude", records.search([], limit=1).copy_data()[0])
        # nor from a record that names them
        for name, field in self.env[MACHINE]._fields.items():
            self.assertNotIn(field.comodel_name, (TRACK, READING), name)

    # ---- by the million ------------------------------------------------------------------

    def test_found_by_index(self):
        """What is done costs nothing: neither the newest nor what is due looks at all readings."""
        for query in (
            "SELECT id FROM construction_equipment_track ORDER BY at DESC, id DESC LIMIT 80",
            "SELECT id FROM construction_equipment_reading WHERE at < now() AND latitude IS NOT NULL"
            " ORDER BY at LIMIT 50000",
        ):
            with self.subTest(query), self.env.cr.savepoint():
                # a table of three rows would be sorted
                self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
                self.env.cr.execute("EXPLAIN " + query)
                self.assertIn("position_index", "\n".join(row[0] for row in self.env.cr.fetchall()))
