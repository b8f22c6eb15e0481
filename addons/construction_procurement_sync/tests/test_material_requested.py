# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import ProcurementCommon

KIND = "procurement.material.requested"


@tagged("post_install", "-at_install")
class TestMaterialRequested(ProcurementCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_masters()

    def data(self, key="RQ-1", **line):
        return {
            "request": key,
            "job": "J-1",
            "requested_by": "Foreman Lee",
            "needed_by": "2026-03-09",
            "urgency": "urgent",
            "lines": [
                {
                    "line": "1",
                    "item": "REBAR",
                    "description": "Rebar 16 mm",
                    "quantity": "2",
                    "uom": "t",
                    "cost_code": "03 30 00",
                    "unit_price": "900",
                    **line,
                }
            ],
        }

    def test_coded_request(self):
        messages = [self.receive(self.field, KIND, key, self.data(key)) for key in ("RQ-1", "RQ-2")]
        self.run_all()
        for message in messages:
            self.assertState(message, "done")
        request = self.record(messages[0], "purchase.request")
        self.assertEqual((request.name, request.state), ("RQ-1", "draft"))
        line = request.line_ids
        self.assertEqual(line.construction_job_id, self.job)
        self.assertEqual(line.cost_code_id.code, "03 30 00")
        self.assertEqual(line.cost_type_id.code, "MAT")
        self.assertTrue(line.analytic_distribution)
        self.assertEqual(line.estimated_cost, 1800)

    def test_twice_is_once(self):
        self.send(self.field, KIND, "RQ-1", self.data())
        self.send(self.field, KIND, "RQ-1", self.data())
        self.assertEqual(
            self.env["purchase.request"].search_count([("construction_external_key", "=", "RQ-1")]),
            1,
        )

    def test_incomplete_coding_parks(self):
        no_code = self.data("RQ-3")
        del no_code["lines"][0]["cost_code"]
        cases = [
            (self.send(self.field, KIND, "RQ-3", no_code), "mapping"),
            (self.send(self.field, KIND, "RQ-4", self.data("RQ-4", cost_code="99")), "mapping"),
            (
                self.send(self.field, KIND, "RQ-5", {**self.data("RQ-5"), "job": "J-9"}),
                "mapping",
            ),
        ]
        for message, category in cases:
            self.assertState(message, "exception", category)
        self.assertFalse(self.env["purchase.request"].search([("construction_external_key", "like", "RQ-")]))

    def test_released_when_the_code_arrives(self):
        parked = [
            self.send(self.field, KIND, key, self.data(key, cost_code="99")) for key in ("RQ-6", "RQ-7")
        ]
        self.assertEqual(len(parked[0].exception_id | parked[1].exception_id), 1)
        self.send(self.master, "master.cost_code.upserted", "99", {"cost_code": "99", "name": "New"})
        for message in parked:
            self.assertState(message, "done")
