# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import Hold, InvalidData
from odoo.addons.construction_sync.lib.keyform import clean
from odoo.addons.construction_sync.lib.words import listed

CONTROLLER = "construction_base.group_cost_controller"


class MasterCostCodeUpserted(models.AbstractModel):
    """A cost code; its parent may come later, then this one waits for it."""

    _name = "construction.handler.master.cost_code.upserted"
    _inherit = "construction.master.mixin"
    _description = "Cost code created or changed"
    _event_type = "master.cost_code.upserted"
    _event_priority = 1
    _master_kind = "cost_code"
    _master_model = "construction.cost.code"
    _master_field = "code"
    _field_groups = {"status": ("active",), "hierarchy": ("parent_id",)}

    def _reference_keys(self, data):
        return [("cost_code", data["cost_code"]), ("cost_code", data.get("parent"))]

    def _may_write_archived(self, work, record):
        # the contract says itself whether a code is in use: what keeps it archived asks nobody
        return work.data.get("active") is False or super()._may_write_archived(work, record)

    def _prepare_vals(self, work, record):
        data = work.data
        vals = {"name": data["name"], "company_id": self.env.company.id}
        if not record:
            vals["code"] = clean(data["cost_code"])
        if data.get("parent"):
            parent = self._apart(work, record, "hierarchy", lambda: self._parent(work, record))
            if parent:
                vals["parent_id"] = parent.id
        if "active" in data:
            vals["active"] = data["active"]
        return vals

    def _resolve(self, work):
        resolved = super()._resolve(work)
        code = resolved["record"]
        if code and code.active and work.data.get("active") is False and self._archives(work, resolved):
            if not self._apart(work, code, "status", lambda: self._check_unused(work, code) or True):
                del resolved["vals"]["active"]
        return resolved

    def _archives(self, work, resolved):
        """Whether it is for the event to archive the code, and not only to propose it."""
        code = resolved["record"]
        return self._may_write(work, code, "status", resolved["key"])

    def _write_taken(self, work, record, vals, mine):
        if record.active and vals.get("active") is False:
            self._check_unused(work, record)
        return super()._write_taken(work, record, vals, mine)

    def _check_unused(self, work, code):
        """:raises Hold: where a job that goes on has something open on the code, such as budget"""
        used = code._construction_open_use()
        if not used:
            return
        places = [f"{job.display_name} ({listed(self.env, parts)})" for job, parts in used.items()]
        raise Hold(
            self.env._(
                "Cost code %(code)s is to be archived, and is in use: %(places)s. It stays as it is. Close "
                "or recode what is open and move the budget, then replay; or ignore this event.",
                code=code.display_name,
                places=listed(self.env, places),
            ),
            cause_key=f"code_in_use:{clean(work.data['cost_code'])}",
            record=code,
            groups=CONTROLLER,
        )

    def _parent(self, work, record):
        """The code above this one.

        :raises InvalidData: when that is this one, or lies below it
        """
        key, above = clean(work.data["cost_code"]), clean(work.data["parent"])
        parent = self.env["construction.cost.code"]
        if above != key:
            parent = self._ref(work, "cost_code", above, wait=True)
        if above == key or record and parent.parent_path.startswith(record.parent_path):
            raise InvalidData(
                self.env._(
                    "Cost code %(code)s names %(parent)s as its parent, which is itself or lies below it. "
                    "Correct the parent, or move %(parent)s away from under it and replay.",
                    code=key,
                    parent=above,
                ),
                "/parent",
                cause_key=f"parent:cost_code:{key}:{above}",
                record=record or None,
            )
        return parent

    def _after(self, work, record):
        # made here, and not by the first orders that use the code, all at once
        record._construction_analytic_accounts()
