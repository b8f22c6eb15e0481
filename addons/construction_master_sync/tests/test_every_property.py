# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import OwnershipCommon
from .every_property import EveryPropertyMixin


@tagged("post_install", "-at_install")
class TestEveryProperty(EveryPropertyMixin, OwnershipCommon):
    """With nothing installed that takes up bank accounts, compliance documents and usual cost types."""
