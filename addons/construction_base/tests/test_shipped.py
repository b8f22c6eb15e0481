# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConstructionCommon


@tagged("post_install", "-at_install")
class TestShipped(ConstructionCommon):
    """What the suite works by is deleted by nobody; what people add is theirs."""

    def test_what_the_suite_works_by_stays(self):
        for name in ("group_buyer", "cost_type_material", "plan_cost_code"):
            with self.subTest(name), self.assertRaisesRegex(UserError, "belongs to the construction suite"):
                self.env.ref(f"construction_base.{name}").unlink()

    def test_what_people_add_is_theirs(self):
        added = self.env["res.groups"].create({"name": "Visitors"})
        added.unlink()
        self.assertFalse(added.exists())

    def test_an_update_takes_away_what_it_no_longer_brings(self):
        group = self.env["res.groups"].create({"name": "Once"})
        self.env["ir.model.data"].create(
            {"module": "construction_base", "name": "once", "model": "res.groups", "res_id": group.id}
        )
        with self.assertRaises(UserError):
            group.unlink()
        group.with_context(_force_unlink=True).unlink()
        self.assertFalse(group.exists())
