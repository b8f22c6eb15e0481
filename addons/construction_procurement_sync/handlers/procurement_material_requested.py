# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, models

from odoo.addons.construction_sync.errors import Hold
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import (
    ANOTHER,
    CORRECTION,
    KEEP,
    OTHER,
    REPEAT,
)

from .procurement_mixin import BUYER, MANAGER


class ProcurementMaterialRequested(models.AbstractModel):
    """A request from site is a purchase request, fully coded or not at all."""

    _name = "construction.handler.procurement.material.requested"
    _inherit = "construction.procurement.mixin"
    _description = "Material requested"
    _event_group = "construction_procurement_sync.group_service_order"
    _event_type = "procurement.material.requested"
    _event_priority = 10
    _document_kind = "request"
    _document_fields = ("job", "request")
    _document_groups = MANAGER
    # of a job that nobody manages
    _document_wider = BUYER

    def _lane(self, data):
        return "critical" if data["urgency"] == "urgent" else None

    def _reference_keys(self, data):
        yield "request", self._document_key(data)
        yield "job", data["job"]
        yield from self._line_reference_keys(data["lines"])

    def _document_key(self, data):
        return document_key(data["job"], data["request"])

    def _resolve(self, work):
        data = work.data
        self._job(work, data["job"])
        known = self._know(work, "purchase.request")
        if known.verdict == REPEAT:
            return {"request": known.record, "vals": None}
        if known.verdict == OTHER:
            raise self._ask(work, known)
        if known.verdict == CORRECTION:
            self._check_correctable(work, known)
        self._open_job(work, data["job"])
        return {"request": known.record, "vals": self._read_request(work)}

    def _read_request(self, work):
        """Resolve all that a request names: its values."""
        lines = work.data["lines"]
        self._unique_lines(work, lines)
        rows = [self._prepare_line_vals(work, line, f"/lines/{number}") for number, line in enumerate(lines)]
        return self._prepare_request_vals(work, rows)

    def _ask(self, work, known, note=None, choices=None):
        """The error that asks the job's manager which of two contents of a request stands."""
        return self._other_content(
            work,
            known,
            self._words_of(work),
            note,
            choices,
            **self._document_info(work, known.record),
        )

    def _words_of(self, work):
        return self.env._(
            "Request %(request)s of job %(job)s",
            request=work.data["request"],
            job=work.job.display_name if work.job else work.data["job"],
        )

    def _document_info(self, work, request):
        return {"job": work.job, "record": request, "owner": work.job.user_id or None}

    def _is_open(self, request):
        return request.state in ("draft", "to_approve")

    def _fallen(self, work, request):
        if request.state == "draft" and not request.line_ids:
            return self.env._("%s has no line any more: they were deleted here.", request.display_name)
        if request.state != "rejected":
            return ""
        return self.env._(
            "%(record)s was rejected here by %(user)s on %(date)s.", **self._done_by_hand(request)
        )

    def _check_correctable(self, work, known):
        """:raises OtherContent: for a request that was ordered or closed: no event changes it any more"""
        request = known.record
        if request.state == "rejected" and self._is_anew(work):
            return
        ordered = request.sudo().line_ids.purchase_lines.order_id.filtered(lambda o: o.state != "cancel")
        if not ordered and request.state not in ("done", "rejected", "in_progress"):
            return
        note = (
            self.env._(
                "It is ordered already (%s): change the order.", listed(self.env, ordered.mapped("name"))
            )
            if ordered
            else self.env._(
                "It is closed. Keep it, and have what is wanted besides asked for under a number of its own."
            )
        )
        # a higher revision is the same request by what its sender says
        raise self._ask(work, known, note, (KEEP, ANOTHER) if self._is_replacing(work) else (KEEP,))

    def _content_labels(self):
        label = self.env._("Another request: all of it is asked for, beside the first one")
        return {**super()._content_labels(), ANOTHER: label}

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
            # else the service user, who answers nothing
            "requested_by": self._person_behind(work).id,
            "construction_urgency": data["urgency"],
            "construction_occurred_at": work.message.occurred_at,
            "line_ids": [Command.create(vals) for vals in lines],
        }

    def _prepare_line_vals(self, work, line, pointer):
        data = work.data
        said = line.get("cost_type") and self._cost_type(work, line["cost_type"])
        uom = self._uom(work, line["uom"])
        item = self._line_item(work, line)
        code = self._cost_code(work, line.get("cost_code"), f"{pointer}/cost_code", line)
        cost_type = said or self._line_type(work, line, item, code)
        product = item or self._product(work, None, uom, cost_type)
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
            "cost_code_id": code.id,
            "cost_type_id": cost_type.id,
        }

    _undoes = True

    def _undo(self, work):
        """A request on which nobody has decided goes."""
        requests = self._own(work, "purchase.request")
        undone = {}
        for request in requests.filtered(lambda found: found.state == "draft"):
            name = request.name
            # its service user never deletes; who asks for this was checked
            request.sudo().unlink()
            undone[request] = self.env._("Request %s was deleted.", name)
        return undone

    def _apply(self, works):
        for work in works:
            if work.resolved["request"] and work.resolved["vals"]:
                self._rewrite(work, work.resolved["request"])
        new = [work for work in works if not work.resolved["request"]]
        if not new:
            return
        self._require_distinct(new)
        self._require_warehouse()
        requests = self.env["purchase.request"].create([work.resolved["vals"] for work in new])
        for work, request in zip(new, requests, strict=True):
            work.trace(request)
        self._bind_many(
            works[0],
            "request",
            {self._work_key(work): request for work, request in zip(new, requests, strict=True)},
        )
        self._note_content(new)
        self._ask_approval(requests)

    def _ask_approval(self, requests):
        for request in requests:
            # an approval policy asks its reviewers; without one a buyer confirms the draft
            if request.need_validation:
                request.request_validation()

    def _rewrite(self, work, request):
        """Let a request say what its correction says; what it said stays in the messages."""
        self._write_anew(request, work.resolved["vals"])
        request.message_post(body=self.env._("Corrected by %s.", work.message.source_id.name))
        work.trace(request, "update")
        self._note_content([work])
        self._ask_approval(request)

    _restores = True

    def _rewrite_as(self, work, request):
        """Let a request say again what it said before a correction that is set aside."""
        self._job(work, work.data["job"])
        self._write_anew(request, self._read_request(work))
        request.message_post(
            body=self.env._("Its correction was set aside: it says again what it said before.")
        )
        self._ask_approval(request)

    def _left_open(self, work):
        """A request on which nobody decided, and that nothing else asks about, is its manager's to see to."""
        found = []
        for request in self._left_behind(work, "purchase.request"):
            if request.state != "draft" or request.review_ids:
                continue
            sentence = self.env._(
                "Request %s stays a draft, though its message was set aside. Have it approved, or reject it.",
                request.display_name,
            )
            info = self._document_info(work, request)
            found.append(Hold(sentence, cause_key=f"kept:request:{self._work_key(work)}", **info))
        return found

    def _write_anew(self, request, vals):
        """Let a request say this, and nothing of what it said."""
        vals = dict(vals)
        if request.state != "draft":
            # who approved or rejected it saw something else
            request.button_draft()
        if request.review_ids:
            request.restart_validation()
        vals["line_ids"] = [Command.clear(), *vals["line_ids"]]
        request.with_context(skip_validation_check=True).write(vals)
