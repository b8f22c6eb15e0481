# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a module may bring to the hub, and what it may not."""

from odoo import models


class FakeTraced(models.AbstractModel):
    _name = "construction.test.traced"
    _inherit = ["construction.traced.mixin"]
    _description = "Traced in a Test"


class FakeTwin(models.AbstractModel):
    """Declares what the handler of the tests declares."""

    _name = "construction.handler.test.twin"
    _inherit = ["construction.event.handler"]
    _description = "A note was written, again"
    _event_type = "test.note.written"


class FakeTable(models.Model):
    """A handler that has a table: nobody would find it."""

    _name = "construction.handler.test.table"
    _inherit = ["construction.event.handler"]
    _description = "A table was written"
    _event_type = "test.table.written"
