from odoo import models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


class Base(models.AbstractModel):
    _inherit = "base"

    def unlink(self):
        """End what outside keys mean by these records: whoever deletes them, and whatever they are.

        For models that no key means this costs a look into a dict.
        """
        if not self or not self.pool.ready or self.env.context.get(MODULE_UNINSTALL_FLAG):
            return super().unlink()
        crosswalk = self.env["construction.crosswalk"]
        left = crosswalk._leaving(self)
        result = super().unlink()
        if left:
            crosswalk._note_left(*left)
        return result
