# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class FakeHoursHandler(models.AbstractModel):
    """An event of another domain: hours that were worked for a job."""

    _name = "construction.handler.test.hours.worked"
    _inherit = "construction.domain.mixin"
    _description = "Hours were worked"
    _event_type = "test.hours.worked"

    def _reference_keys(self, data):
        yield "job", data["job"]
        yield from self._line_reference_keys([data])

    def _resolve(self, work):
        data = work.data
        return {
            "job": self._open_job(work, data["job"]),
            "cost_code": self._cost_code(work, data.get("cost_code"), "/cost_code"),
            "cost_type": self._line_type(work, data),
            "uom": self._uom(work, data["uom"]),
            "hours": self._quantity(data["quantity"], "/quantity"),
            "item": self._line_item(work, data),
        }

    def _apply(self, works):
        for work in works:
            found = work.resolved
            work.trace(found["job"], "update")
            work.note(f"{found['hours']} {found['uom'].name}, {found['cost_code'].code}")
