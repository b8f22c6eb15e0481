# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from odoo.addons.construction_base.tests.fakes import fake_models

from .test_recode import CODE, JOB, RecodeCommon


@tagged("post_install", "-at_install")
class TestRecodeOther(RecodeCommon):
    """Documents of a later addon are listed, flagged and recoded as those of purchase: they only inherit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # imported here, for a model of Odoo's is registered where its class is made
        from .fake_charge import FakeCharge, FakeTicket, FakeTicketLine

        cls.enterClassContext(fake_models(cls.env, FakeCharge, FakeTicket, FakeTicketLine))

    def charge(self, **vals):
        coded = {"job_id": self.job.id, "cost_code_id": self.concrete.id}
        return self.env["fake.charge"].create({"name": "Crane", "amount": 40, **coded, **vals})

    def lines(self):
        return self.item().record_ref.line_ids

    def test_an_archived_code_leaves_it_behind(self):
        charge, posted = self.charge(), self.charge(name="Posted", state="posted")
        ticket = self.env["fake.ticket"].create({"name": "Ticket 7"})
        line = self.env["fake.ticket.line"].create(
            {"ticket_id": ticket.id, JOB: self.job.id, CODE: self.concrete.id}
        )
        self.concrete.active = False
        found = {(row.document_model, row.document_name, row.amount) for row in self.lines()}
        self.assertEqual(found, {("fake.charge", "Crane", 40), ("fake.ticket", "Ticket 7", 7)})
        self.assertIn("archived", charge.construction_left_behind)
        self.assertFalse(posted.construction_left_behind)
        self.assertEqual(ticket.search([("construction_left_behind", "!=", False)]), ticket)
        self.decide("recode", res_id=self.plaster.id)
        self.assertEqual((charge.cost_code_id, line.cost_code_id), (self.plaster, self.plaster))
        self.assertEqual((posted.cost_code_id, line[JOB]), (self.concrete, self.job))
        self.assertIn("Recoded", ticket.message_ids[0].body)
        self.assertFalse(self.item())

    def test_what_is_posted_meanwhile_stays(self):
        charge = self.charge()
        self.concrete.active = False
        rows = self.lines()
        charge.state = "posted"
        self.decide("recode", res_id=self.plaster.id)
        self.assertEqual((charge.cost_code_id, rows.outcome), (self.concrete, "gone"))

    def test_a_key_is_followed_by_what_came_by_it(self):
        charge, by_hand = self.charge(), self.charge(name="By Hand")
        message = self.send_request("MR-7")
        self.env["construction.message.record"].sudo().create(
            {"message_id": message.id, "res_model": charge._name, "res_id": charge.id, "action": "create"}
        )
        library = {"job": "J-2", "name": "Library", "status": "active"}
        self.send(self.master, "master.job.upserted", "J-2", library)
        other = self.env["project.project"].search([("job_number", "=", "J-2")])
        self.remap("J-1", other, kind="job")
        documents = set(self.lines().mapped("document_name"))
        self.assertIn("Crane", documents)
        self.assertNotIn("By Hand", documents)
        self.decide("recode")
        self.assertEqual((charge.job_id, by_hand.job_id), (other, self.job))

    def test_every_form_shows_it(self):
        for model in ("fake.charge", "fake.ticket", "purchase.order", "account.move", "purchase.request"):
            with self.subTest(model):
                form, _view = self.env[model]._get_view(False, "form")
                self.assertEqual(len(form.xpath("//field[@name='construction_left_behind']")), 1)
