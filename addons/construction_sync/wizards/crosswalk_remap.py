# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ConstructionCrosswalkRemap(models.TransientModel):
    _name = "construction.crosswalk.remap"
    _description = "Map a Key to Another Record"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("crosswalk_id",)
    _shows = ("crosswalk_id",)

    crosswalk_id = fields.Many2one("construction.crosswalk", required=True, readonly=True)
    key = fields.Char(related="crosswalk_id.key")
    res_model = fields.Char(related="crosswalk_id.res_model")
    res_id = fields.Many2oneReference(string="New Meaning", model_field="res_model")

    res_domain = fields.Json(compute="_compute_res_domain")

    @api.depends("crosswalk_id")
    def _compute_res_domain(self):
        self._check_pointed()
        for wizard in self:
            item = wizard.crosswalk_id
            wizard.res_domain = (
                item._choosable_domain(item.source_id.company_id, item.res_model, item.kind)
                if item.res_model in self.env
                else []
            )

    def _shown(self):
        names = ("kind", "key", "res_model", "res_id", "valid_until")
        return {item: self._figures(item, *names) for item in self.crosswalk_id}

    def action_remap(self):
        """Close the present meaning and open the new one."""
        self.ensure_one()
        if not self.env.user.has_group("construction_base.group_integration_manager"):
            raise AccessError(self.env._("Only an integration manager remaps a key."))
        self._check_seen()
        item = self.crosswalk_id
        record = self.env[item.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("Choose the record that %s means.", item.key))
        record.check_access("read")
        self.env["construction.crosswalk"]._confirm(item.source_id, item.kind, item.key, record)
        return {"type": "ir.actions.act_window_close"}
