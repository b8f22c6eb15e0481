# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .construction_event_handler import at_work


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _construction_rules_write(self):
        return super()._construction_rules_write() or at_work(self.env)

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

    @api.model
    @api.readonly
    def web_name_search(self, name, specification, domain=None, operator="ilike", limit=100):
        """Where a person says what a key means, what it most likely means stands first."""
        found = super().web_name_search(name, specification, domain, operator, limit)
        likely = self.env.context.get("construction_likely")
        if not isinstance(likely, list) or not all(isinstance(res_id, int) for res_id in likely):
            return found
        first = super().web_name_search(
            name, specification, list(Domain(domain or []) & Domain("id", "in", likely)), operator, limit
        )
        first.sort(key=lambda row: likely.index(row["id"]))
        shown = {row["id"] for row in first}
        return (first + [row for row in found if row["id"] not in shown])[:limit]

    def write(self, vals):
        """Let go on what was stopped at records that can be used again: whoever puts them right.

        For fields that cure nothing this costs a look into a dict.
        """
        result = super().write(vals)
        if self and self.pool.ready and not self.env.context.get(MODULE_UNINSTALL_FLAG):
            crosswalk = self.env["construction.crosswalk"]
            curing = crosswalk._curing_fields().get(self._name)
            if curing and not curing.isdisjoint(vals):
                crosswalk._note_changed(self)
        return result
