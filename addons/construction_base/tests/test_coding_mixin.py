# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import Form, tagged

from .common import ConstructionCommon
from .fakes import fake_models


@tagged("post_install", "-at_install")
class TestCodingMixin(ConstructionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from .fake_models import FakeCodedLine

        cls.enterClassContext(fake_models(cls.env, FakeCodedLine))
        cls.Line = cls.env["fake.coded.line"]

    def _accounts(self, *records):
        return ",".join(str(a) for a in sorted(r._construction_analytic_accounts().id for r in records))

    def test_coding_gives_distribution(self):
        line = self.Line.create(
            {
                "construction_job_id": self.job.id,
                "cost_code_id": self.code.id,
                "cost_type_id": self.material.id,
            }
        )
        key = self._accounts(self.job, self.code, self.material)
        self.assertEqual(line.analytic_distribution, {key: 100.0})
        self.assertEqual(line.construction_job_id, self.job)
        self.assertEqual(line._construction_coding_splits(), [(self.job, self.code, self.material, 1.0)])

    def test_distribution_gives_coding(self):
        line = self.Line.create({"analytic_distribution": {self._accounts(self.job, self.code): 100}})
        self.assertEqual(line.construction_job_id, self.job)
        self.assertEqual(line.cost_code_id, self.code)
        self.assertFalse(line.cost_type_id)
        line.analytic_distribution = {self._accounts(self.job_2, self.code_2): 100}
        self.assertEqual(line.construction_job_id, self.job_2)
        self.assertEqual(line.cost_code_id, self.code_2)
        line.analytic_distribution = False
        self.assertFalse(line.construction_job_id)

    def test_write_of_one_dimension_keeps_the_others(self):
        lines = self.Line.create(
            [
                {"construction_job_id": self.job.id, "cost_code_id": self.code.id},
                {"construction_job_id": self.job_2.id, "cost_code_id": self.code.id},
            ]
        )
        lines.write({"cost_code_id": self.code_2.id})
        self.assertEqual(lines.construction_job_id, self.job | self.job_2)
        self.assertEqual(lines.cost_code_id, self.code_2)
        lines.write({"cost_code_id": False})
        # an addon may have given it a usual type
        kept = self._accounts(self.job, *lines[0].cost_type_id)
        self.assertEqual(lines[0].analytic_distribution, {kept: 100.0})

    def test_split_line_has_no_single_coding(self):
        line = self.Line.create(
            {
                "analytic_distribution": {
                    self._accounts(self.job, self.code): 60,
                    self._accounts(self.job, self.code_2): 40,
                }
            }
        )
        self.assertEqual(line.construction_job_id, self.job)
        self.assertFalse(line.cost_code_id)
        nothing = self.env["construction.cost.type"]
        self.assertEqual(
            sorted(line._construction_coding_splits(), key=lambda s: s[3]),
            [(self.job, self.code_2, nothing, 0.4), (self.job, self.code, nothing, 0.6)],
        )
        line.construction_job_id = self.job_2
        self.assertEqual(
            line.analytic_distribution,
            {
                self._accounts(self.job_2, self.code): 60.0,
                self._accounts(self.job_2, self.code_2): 40.0,
            },
        )

    def test_both_given_are_merged(self):
        internal = self.env["account.analytic.account"].create(
            {"name": "Dept", "plan_id": self.env["account.analytic.plan"].create({"name": "D"}).id}
        )
        line = self.Line.create(
            {
                "construction_job_id": self.job.id,
                "analytic_distribution": {str(internal.id): 100},
            }
        )
        key = ",".join(str(a) for a in sorted((internal | self.job.account_id).ids))
        self.assertEqual(line.analytic_distribution, {key: 100.0})

    def test_form(self):
        with Form(self.Line) as form:
            form.construction_job_id = self.job
            form.cost_code_id = self.code
            self.assertEqual(form.analytic_distribution, {self._accounts(self.job, self.code): 100.0})
            form.cost_code_id = self.code_2
        line = form.record
        # an addon may have given it a usual type
        coded = self._accounts(self.job, self.code_2, *line.cost_type_id)
        self.assertEqual(line.analytic_distribution, {coded: 100.0})
        self.assertEqual(line.construction_job_id, self.job)
