# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import OwnershipCommon
from .every_property import EveryPropertyMixin

# taken up by other modules, where they are installed
OTHERS = {"bank_account", "compliance", "cost_type"}


@tagged("post_install", "-at_install")
class TestEveryProperty(EveryPropertyMixin, OwnershipCommon):
    """What this module takes up; what another one does is shown where it lies."""

    def changes(self, kind):
        left = self.env[f"construction.handler.master.{kind}.upserted"]._fields_left()
        for change in super().changes(kind):
            if change[0] not in OTHERS or change[0] in left:
                yield change
