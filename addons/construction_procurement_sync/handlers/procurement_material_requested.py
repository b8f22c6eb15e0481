# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, models

from odoo.addons.construction_sync.lib.keys import document_key


class ProcurementMaterialRequested(models.AbstractModel):
    """A request from site is a purchase request, fully coded or not at all."""

    _name = "construction.handler.procurement.material.requested"
    _inherit = "construction.procurement.mixin"
    _description = "Material requested"
    _event_type = "procurement.material.requested"
    _event_priority = 10
    _document_kind = "request"

    def _reference_keys(self, data):
        yield "request", self._document_key(data)
        yield "job", data["job"]
        yield from self._line_reference_keys(data["lines"])

    def _document_key(self, data):
        return document_key(data["job"], data["request"])

    def _resolve(self, work):
        data = work.data
        self._job(work, data["job"])
        known = self._ref(work, "request", self._work_key(work), model="purchase.request", required=False)
        if known:
            return {"request": known}
        self._unique_lines(work, data["lines"])
        lines = [
            self._prepare_line_vals(work, line, f"/lines/{number}")
            for number, line in enumerate(data["lines"])
        ]
        return {"request": known, "vals": self._prepare_request_vals(work, lines)}

    def _prepare_request_vals(self, work, lines):
        data = work.data
        approved_by = data.get("approved_by")
        return {
            "name": data["request"],
            "origin": data["request"],
            "company_id": self.env.company.id,
            "date_start": self._event_date(work),
            "description": self.env._("Approved on site by %s", approved_by) if approved_by else False,
            "construction_external_key": data["request"],
            "construction_requester": data["requested_by"],
            "construction_urgency": data["urgency"],
            "construction_occurred_at": work.message.occurred_at,
            "line_ids": [Command.create(vals) for vals in lines],
        }

    def _prepare_line_vals(self, work, line, pointer):
        data = work.data
        cost_type = self._cost_type(work, line.get("cost_type"))
        uom = self._uom(work, line["uom"])
        product = self._product(work, line.get("item"), uom, cost_type)
        self._check_unit(work, product, uom, f"{pointer}/uom")
        quantity = self._quantity(line["quantity"], f"{pointer}/quantity")
        price = self._decimal(line.get("unit_price") or 0, f"{pointer}/unit_price")
        return {
            "name": line["description"],
            "product_id": product.id,
            "product_uom_id": uom.id,
            "product_qty": float(quantity),
            "date_required": self._job_date(work.job, data["needed_by"]),
            "estimated_cost": float(quantity * price),
            "construction_external_line": line["line"],
            "construction_job_id": work.job.id,
            "cost_code_id": self._cost_code(work, line.get("cost_code"), f"{pointer}/cost_code").id,
            "cost_type_id": cost_type.id,
        }

    _undoes = True

    def _undo(self, work):
        """A request on which nobody has decided goes."""
        requests = self._created(work, "purchase.request")
        undone = {}
        for request in requests.filtered(lambda found: found.state == "draft"):
            name = request.name
            request.unlink()
            undone[request] = self.env._("Request %s was deleted.", name)
        return undone

    def _apply(self, works):
        new = [work for work in works if not work.resolved["request"]]
        if not new:
            return
        self._require_distinct(new)
        requests = self.env["purchase.request"].create([work.resolved["vals"] for work in new])
        for work, request in zip(new, requests, strict=True):
            work.trace(request)
        self._bind_many(
            works[0],
            "request",
            {self._work_key(work): request for work, request in zip(new, requests, strict=True)},
        )
        for request in requests:
            # an approval policy asks its reviewers; without one a buyer confirms the draft
            if request.need_validation:
                request.request_validation()
