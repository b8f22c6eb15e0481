# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import TransactionCase, tagged

from odoo.addons.construction_base.tests.fakes import fake_models


@tagged("post_install", "-at_install")
class TestTracedBeside(TransactionCase):
    """One addon has a model traced, another knows it by a key: they load in whichever order."""

    def test_either_comes_first(self):
        # imported here, for a model of Odoo's is registered where its class is made
        from .fake_contact import FakeContact, FakeContactKnown, FakeContactTraced

        orders = (FakeContactTraced, FakeContactKnown), (FakeContactKnown, FakeContactTraced)
        for order in orders:
            with (
                self.subTest(order=[model.__name__ for model in order]),
                fake_models(self.env, FakeContact, *order),
            ):
                contact = self.env["fake.contact"].create({"name": "Ann"})
                self.assertEqual((contact.construction_message_count, contact.construction_revision), (0, 0))
                form, _view = contact._get_view(False, "form")
                self.assertEqual(len(form.xpath("//button[@name='action_construction_messages']")), 1)
