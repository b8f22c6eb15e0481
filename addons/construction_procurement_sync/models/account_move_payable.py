# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

# in the context while suppliers' bills are posted; an object, so that no caller can claim it
POSTING = object()
INVOICING = "account.group_account_invoice"
BILLS = "construction_procurement_sync.group_supplier_bills"


class AccountMovePayable(models.Model):
    """Accounts payable posts suppliers' bills without the group that brings payments along."""

    # apart from the rules of posting: who may post and what holds a bill are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _post(self, soft=True):
        if not all(move.is_purchase_document(include_receipts=True) for move in self):
            return super()._post(soft)
        bills = self.with_context(construction_posting=POSTING)
        return super(AccountMovePayable, bills)._post(soft).with_env(self.env)


class ResUsers(models.Model):
    _inherit = "res.users"

    def has_group(self, group_ext_id):
        """Odoo asks for its invoicing group where a bill is posted: those of ours may do that as well."""
        if group_ext_id == INVOICING and self.env.context.get("construction_posting") is POSTING:
            return super().has_group(group_ext_id) or super().has_group(BILLS)
        return super().has_group(group_ext_id)
