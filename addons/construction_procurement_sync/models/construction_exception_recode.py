# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .construction_recode_apply import CAUSE


class ConstructionExceptionRecode(models.Model):
    """A work item of documents left behind: its answer recodes them, or leaves them."""

    # apart from the other items: no message stands behind these
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    def _take_decision(self, vals):
        item = self.sudo()
        if item.cause_key.startswith(CAUSE) and item.record_ref:
            record = self.env[vals["res_model"]].browse(vals["res_id"]) if vals["res_model"] else None
            recode = item.record_ref.with_user(self.env.user).with_company(item.company_id)
            if not recode._decide(vals["code"], vals["reason"], record):
                # what could not be recoded is asked anew
                return
        super()._take_decision(vals)
