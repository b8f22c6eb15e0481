# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib
import json
import logging

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..errors import Candidate
from ..lib import work_item
from .construction_event_handler import Work
from .construction_owner_rule import OwnerFinder

_logger = logging.getLogger(__name__)

KEEP = "keep"
MAP = "map"
MAX_CANDIDATES = 8


class ConstructionExceptionDecide(models.Model):
    """A work item that asks: what may be decided, by whom, and what becomes of the answer."""

    # apart from the item: what it is and what a person decides on it are two ideas
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    question = fields.Char(readonly=True)
    choices = fields.Json(readonly=True)
    candidates = fields.Json(readonly=True)
    comparison = fields.Json(readonly=True)
    comparison_html = fields.Html(compute="_compute_comparison_html", string="Side by Side", sanitize=False)
    can_decide = fields.Boolean(compute="_compute_can_decide")
    fix_domain = fields.Json(compute="_compute_fix_domain", help="What the missing key may mean.")
    likely_ids = fields.Json(compute="_compute_fix_domain", help="What it most likely means, first.")
    deciders_text = fields.Char(compute="_compute_can_decide", string="Decided by")

    @api.depends("comparison")
    def _compute_comparison_html(self):
        for item in self:
            item.comparison_html = self._comparison_table(item.comparison) if item.comparison else False

    @api.model
    def _comparison_table(self, rows):
        head = Markup("<tr><th></th><th>%s</th><th>%s</th></tr>") % (self.env._("So far"), self.env._("Now"))
        body = Markup("").join(
            Markup("<tr><td>%s</td><td>%s</td><td><b>%s</b></td></tr>")
            % (escape(label), escape(before) or "-", escape(after) or "-")
            for label, before, after in rows
        )
        return Markup(
            '<table class="table table-sm o_construction_compare"><thead>%s</thead><tbody>%s</tbody></table>'
        ) % (
            head,
            body,
        )

    @api.depends_context("uid")
    @api.depends("choices", "candidates", "fix_model", "state")
    def _compute_can_decide(self):
        finders = {}
        for item in self:
            if item.state == "open" and item.choices and item.company_id not in finders:
                finders[item.company_id] = OwnerFinder(self.env, item.company_id)
            finder = finders.get(item.company_id)
            item.can_decide = item.state == "open" and bool(
                any(item._may_choose(choice, finder) for choice in item.choices or ())
                or (item.candidates and item.fix_model)
            )
            groups = item._answered_by(finder=finder) if finder else self._groups_of(item.choices)
            item.deciders_text = self._group_names(groups) or False

    @api.depends("fix_model", "missing_kind", "company_id", "candidates")
    def _compute_fix_domain(self):
        crosswalk = self.env["construction.crosswalk"]
        for item in self:
            model = item.fix_model if item.fix_model in self.env else None
            item.fix_domain = (
                crosswalk._choosable_domain(item.company_id, model, item.missing_kind) if model else []
            )
            item.likely_ids = item._likely(model)

    def _likely(self, model):
        """The ids of the candidates of one model, the likeliest first."""
        return [entry["id"] for entry in self.candidates or () if entry["model"] == model]

    @api.model
    def _groups_of(self, choices):
        """The external ids of the groups that may give one of these answers, each once."""
        names = (name.strip() for choice in choices or () for name in choice["groups"].split(","))
        return list(dict.fromkeys(names))

    @api.model
    def _group_names(self, groups):
        found = [self.env.ref(group, raise_if_not_found=False) for group in groups]
        return ", ".join(group.sudo().name for group in found if group)

    # ---- opening ---------------------------------------------------------------------

    @api.model
    def _prepare_refresh_vals(self, message, error):
        vals = super()._prepare_refresh_vals(message, error)
        vals.update(
            question=getattr(error, "question", None) or False,
            choices=[
                {
                    "code": choice.code,
                    "label": work_item.text(choice.label),
                    "groups": choice.groups,
                    # no null: XML-RPC cannot say it
                    "needs": choice.needs or False,
                    "model": choice.model or False,
                    "wider": choice.wider or False,
                }
                for choice in getattr(error, "choices", None) or ()
            ]
            or False,
            acting_groups=getattr(error, "groups", None) or False,
            widened=False,
            comparison=work_item.figures([list(row) for row in getattr(error, "comparison", None) or ()])
            or False,
        )
        return vals

    @api.model
    def _prepare_open_vals(self, company, source, message, error, key, category):
        vals = super()._prepare_open_vals(company, source, message, error, key, category)
        vals["candidates"] = self._offered(getattr(error, "candidates", None) or ()) or False
        return vals

    @api.model
    def _offered(self, candidates):
        try:
            with self.env.cr.savepoint():
                found = list(candidates() if callable(candidates) else candidates)[:MAX_CANDIDATES]
                found = [item if isinstance(item, Candidate) else Candidate(item) for item in found]
                return [
                    {"model": item.record._name, "id": item.record.id, "why": work_item.text(item.why)}
                    for item in found
                ]
        except Exception:  # pylint: disable=broad-except
            # a help for a person must not cost them the work item itself
            _logger.info("no candidates could be found", exc_info=True)
            return []

    # ---- deciding --------------------------------------------------------------------

    def _may_choose(self, choice, finder=None):
        """Whether the user is of a group that may give this answer to this item."""
        if self.env.su or any(self.env.user.has_group(group) for group in self._groups_of([choice])):
            return True
        return any(self.env.user.has_group(group) for group in self._answered_by([choice], finder))

    def action_open_decide(self):
        """Show what may be decided, each with a button of its own."""
        self.ensure_one()
        self._require_open()
        wizard = self.env["construction.exception.decide"]._of(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_decide(self, code, reason=None, res_id=None, price=None):
        """Give one of the answers that this item asks for, and send what it blocks round again.

        :param str code: of one of its choices
        :param str reason: kept with the message for the auditor
        :param int res_id: of the record, for a choice that needs one
        :param price: for a choice that needs one
        :raises AccessError: for who is not of the choice's group
        :raises UserError: when the item is closed, does not ask that, or something is missing
        """
        self.ensure_one()
        self._require_open()
        choice = next((item for item in self.choices or () if item["code"] == code), None)
        if not choice:
            raise UserError(self.env._("“%s” does not ask for that.", self.sentence))
        if not self._may_choose(choice):
            raise AccessError(
                self.env._(
                    "Only these decide it: %s.",
                    self._group_names(self._answered_by([choice])),
                )
            )
        reason = (reason or "").strip()
        record = self._chosen_record(choice, res_id)
        if not reason and not record:
            raise UserError(self.env._("Say why: it is kept for the auditor."))
        vals = {
            "question": self.question or code,
            "code": code,
            "label": choice["label"],
            "res_model": record._name if record else False,
            "res_id": record.id if record else False,
            "record_name": record.display_name if record else False,
            "price": self._given_price(choice, price),
            "reason": reason or False,
            "user_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
        }
        self._take_decision(vals)
        return True

    def _asked_mark(self):
        """What this item shows and asks at this moment, as a mark: another one where that has changed."""
        item = self.sudo()
        names = [name for name, field in self._fields.items() if field.store and field.type == "json"]
        said = [item[name] for name in ("question", "sentence", *sorted(names))]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()

    def _chosen_record(self, choice, res_id):
        if choice["needs"] != "record":
            return None
        record = res_id and self.env[choice["model"]].browse(int(res_id)).exists()
        if not record:
            raise UserError(self.env._("Choose the record that is meant first."))
        record.check_access("read")
        company = record._fields.get("company_id") and record.sudo().company_id
        if company and company != self.company_id:
            raise UserError(
                self.env._(
                    "%(record)s belongs to %(company)s.", record=record.display_name, company=company.name
                )
            )
        return record

    def _given_price(self, choice, price):
        if choice["needs"] != "price":
            return False
        try:
            return str(round(float(price), 10))
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("Say the price.")) from error

    def _take_decision(self, vals):
        """Keep a decision on every message behind this item, and let them go on."""
        stopped, behind = self.sudo().blocked_ids, self.sudo().blocked_ids | self.sudo().raised_by_ids
        behind._require_free()
        decisions = (
            self.env["construction.message.decision"]
            .sudo()
            .create([{**vals, **self._decided_on(message), "message_id": message.id} for message in behind])
        )
        for message, decision in zip(behind, decisions, strict=True):
            handler = self._handler_of(message)
            if handler is not None:
                handler._decided_now(Work(message, message._payload(), job=message.job_id), decision)
        note = self.env._(
            "%(decision)s %(record)s (%(user)s) %(reason)s",
            decision=vals["label"],
            record=vals["record_name"] or "",
            user=self.env.user.name,
            reason=vals["reason"] or "",
        )
        note = " ".join(note.split())
        if vals["code"] != KEEP:
            self._detach()
            behind._requeue(note)
            self.sudo()._close_when_empty("resolved", note)
            return
        if stopped:
            # what it left before it asked is what is kept
            stopped.sudo(False)._ignore(note, KEEP)
        self._detach()
        self._close_when_empty("resolved", note)

    def _handler_of(self, message):
        """A message's handler with the person's own rights, in the company of the item; or None."""
        handler = message.event_type_id._handler() if message.event_type_id else None
        return None if handler is None else self.env[handler._name].with_company(self.company_id)

    def _decided_on(self, message):
        """What the document of a message says, to know the answer when it comes again."""
        handler = self._handler_of(message)
        if handler is None or not handler._document_kind:
            return {}
        return handler._prepare_decided_vals(Work(message, message._payload()))
