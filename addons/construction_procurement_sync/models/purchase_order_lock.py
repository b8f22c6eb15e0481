# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.construction_sync.models.construction_event_handler import at_work

# the company's setting locks what is confirmed: that is nobody's word
BY_SETTING = "construction_locked_by_setting"


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    construction_locked_by_id = fields.Many2one(
        "res.users",
        string="Locked by",
        readonly=True,
        copy=False,
        help="Who locked the order by hand: events change it no more until it is unlocked.",
    )

    def _construction_is_locked_by_hand(self):
        """Whether a person, and not the company's setting, locked this order."""
        self.ensure_one()
        return self.locked and (bool(self.construction_locked_by_id) or self.lock_confirmed_po != "lock")

    def button_approve(self, force=False):
        marked = self.with_context(**{BY_SETTING: True})
        return super(PurchaseOrder, marked).button_approve(force=force)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.pop("construction_locked_by_id", None)
        return super().create(vals_list)

    def write(self, vals):
        vals = dict(vals)
        vals.pop("construction_locked_by_id", None)
        result = super().write(vals)
        if "locked" in vals and not self.env.context.get(BY_SETTING) and not at_work(self.env):
            by = self.env.uid if vals["locked"] else False
            models.BaseModel.write(self.sudo(), {"construction_locked_by_id": by})
        return result
