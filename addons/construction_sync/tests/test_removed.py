# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.construction_sync.models import construction_source

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestRemoved(HubCommon):
    """Evidence does not go with an addon; counts do not grow with the messages."""

    def module(self):
        return self.env["ir.module.module"].search([("name", "=", "construction_sync")])

    def test_an_addon_with_evidence_is_not_removed(self):
        self.delivered(self.note("K-1"))
        with self.assertRaisesRegex(UserError, "evidence"):
            self.module().button_uninstall()
        # a module that others of ours hang on takes them along
        base = self.env["ir.module.module"].search([("name", "=", "construction_base")])
        with self.assertRaisesRegex(UserError, "evidence"):
            base.button_uninstall()
        self.assertEqual(self.module().state, "installed")

    def test_types_end_with_their_handler(self):
        self.kind.is_declared = True
        self.env["construction.evidence"]._end_types([self.env[self.kind.handler_model]._original_module])
        self.assertFalse(self.kind.active)
        self.assertFalse(self.kind.is_declared, "archived by a person it would not come back with its module")

    def test_messages_are_counted_up_to_a_limit(self):
        self.delivered(*(self.note(f"C-{number}") for number in range(4)))
        self.assertEqual(self.source.message_total, "4")
        self.source.invalidate_recordset(["message_total"])
        with patch.object(construction_source, "COUNTED", 3):
            self.assertEqual(self.source.message_total, "3+")
        self.assertTrue(self.source._has_messages())

    def test_a_list_of_sources_counts_no_messages(self):
        view = self.env.ref("construction_sync.construction_source_view_list")
        for arch in (view.arch, self.env.ref("construction_sync.construction_source_view_kanban").arch):
            self.assertNotIn("message_total", arch)
