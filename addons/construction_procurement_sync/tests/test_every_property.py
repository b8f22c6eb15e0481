# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from odoo.addons.construction_master_sync.tests.every_property import EveryPropertyMixin

from .common import OwnershipCommon


@tagged("post_install", "-at_install")
class TestEveryProperty(EveryPropertyMixin, OwnershipCommon):
    """With all that takes up what master data say: nothing of it is left aside."""

    def written(self, record):
        values = super().written(record)
        if record._name == "res.partner":
            documents = self.env["construction.compliance.document"].search([("partner_id", "=", record.id)])
            values["documents"] = documents.mapped(lambda document: (document.number, document.expires))
        return values
