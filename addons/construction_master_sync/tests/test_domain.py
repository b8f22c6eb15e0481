# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.construction_base.tests.fakes import fake_models

from .common import RecordLivesCommon

KIND, HANDLER = "test.hours.worked", "construction.handler.test.hours.worked"
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["job", "uom", "quantity"],
    "properties": {
        name: {"type": "string", "maxLength": 100}
        for name in ("job", "cost_code", "cost_type", "item", "uom", "quantity")
    },
}


@tagged("post_install", "-at_install")
class TestDomain(RecordLivesCommon):
    """A domain of its own names master data by the mixin, and needs no other module for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # imported here, for a model of Odoo's is registered where its class is made
        from .fake_hours import FakeHoursHandler

        cls.enterClassContext(fake_models(cls.env, FakeHoursHandler))
        kind = cls.env["construction.event.type"].create(
            {"name": KIND, "version": 1, "handler_model": HANDLER, "schema_text": json.dumps(SCHEMA)}
        )
        cls.field.event_type_ids = [Command.link(kind.id)]

    def work(self, **data):
        data = {"job": "J-1", "cost_code": "03 30 00", "uom": "HUR", "quantity": "7.5", **data}
        data = {name: value for name, value in data.items() if value}
        return self.send(self.field, KIND, data["job"], data)

    def test_it_finds_what_the_master_data_brought(self):
        message = self.work(item="BOLT", cost_type="labor")
        self.assertState(message, "done")
        self.assertEqual(self.record(message, "project.project"), self.job)
        self.assertEqual(message.job_id, self.job)
        self.assertIn("7.5 Hours, 03 30 00", message.history_ids.sorted("id")[-1:].note)

    def test_what_is_unknown_is_a_person_s_or_comes(self):
        message = self.work(job="J-9")
        self.assertAsked(message, "missing:job:J-9", "Job J-9 is unknown")
        self.assertAsked(self.work(uom="shift"), "missing:uom:shift", "Unit shift")
        self.assertAsked(self.work(cost_code="99"), "missing:cost_code:99", "Cost code 99")
        self.assertAsked(self.work(item="NUT"), "missing:item:NUT", "Item NUT")
        self.assertState(self.work(cost_code=None), "exception", "data")
        self.send_job("J-9")
        self.assertState(message, "done")

    def test_a_closed_job_takes_nothing_until_it_is_open_again(self):
        self.job.job_status = "closed"
        message = self.work()
        self.assertState(message, "exception", "hold")
        self.assertEqual(message.exception_id.cause_key, "shut_job:J-1")
        self.job.job_status = "active"
        self.run_all()
        self.assertState(message, "done")
