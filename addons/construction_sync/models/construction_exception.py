from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..exceptions import SyncError

CATEGORIES = [
    ("mapping", "Missing Mapping"),
    ("waiting", "Waited Too Long"),
    ("data", "Wrong Data"),
    ("duplicate", "Duplicate"),
    ("variance", "Variance"),
    ("budget", "Budget"),
    ("period", "Closed Period"),
    ("hold", "Hold"),
    ("permission", "Not Allowed"),
    ("conflict", "Conflict"),
    ("technical", "Technical"),
]
SEVERITIES = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
# what still comes in may cure the cause within seconds: nobody is told of that
GRACE = timedelta(minutes=1)
DUE_HOURS = {"low": 72, "medium": 24, "high": 4}
ACTIVITY = "mail.mail_activity_data_todo"


class ConstructionException(models.Model):
    """A work item: one cause, every message it blocks, and the way to fix it."""

    _name = "construction.exception"
    _description = "Integration Exception"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, severity_rank desc, id desc"
    _rec_name = "sentence"

    sentence = fields.Char(string="What Is Wrong", required=True, readonly=True)
    category = fields.Selection(
        CATEGORIES, required=True, readonly=True, group_expand="_group_expand_category"
    )
    severity = fields.Selection(SEVERITIES, required=True, readonly=True, default="medium")
    severity_rank = fields.Integer(compute="_compute_severity_rank", store=True)
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved"), ("ignored", "Ignored")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )
    source_id = fields.Many2one("construction.source", required=True, readonly=True, index=True)
    company_id = fields.Many2one(related="source_id.company_id", store=True, index=True)
    cause_key = fields.Char(required=True, readonly=True)
    owner_id = fields.Many2one("res.users", string="Owner", tracking=True)
    opened_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    told_at = fields.Datetime(readonly=True, help="When its owner was given an activity for it.")
    due_at = fields.Datetime(string="Due", readonly=True)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    job_id = fields.Many2one("project.project", string="Job", readonly=True, index="btree_not_null")
    partner_id = fields.Many2one("res.partner", string="Supplier", readonly=True)
    record_ref = fields.Reference(selection="_selection_models", string="Document", readonly=True)
    figures = fields.Json(string="Figures by Label", readonly=True)
    figures_text = fields.Text(compute="_compute_figures_text", string="Figures")
    blocked_ids = fields.One2many(
        "construction.message", "exception_id", string="Blocked Messages", readonly=True
    )
    message_total = fields.Integer(compute="_compute_message_total", string="Blocked")
    missing_kind = fields.Char(readonly=True)
    missing_key = fields.Char(readonly=True)
    fix_model = fields.Char(readonly=True)
    fix_model_label = fields.Char(compute="_compute_fix_model_label", string="Kind of Record")
    fix_res_id = fields.Many2oneReference(
        string="Means",
        model_field="fix_model",
        help="Choose the record that the external key means, or create it here.",
    )
    resolution = fields.Char(readonly=True, tracking=True)
    resolved_at = fields.Datetime(readonly=True)
    resolved_by_id = fields.Many2one("res.users", readonly=True)

    _open_unique = models.UniqueIndex(
        "(source_id, cause_key) WHERE state = 'open'",
        "There is an open work item for this cause.",
    )

    # ---- computed --------------------------------------------------------------------

    @api.model
    def _selection_models(self):
        return self.env["construction.message.record"]._selection_models()

    @api.model
    def _group_expand_category(self, values, domain):
        return values

    @api.depends("severity")
    def _compute_severity_rank(self):
        rank = {name: index for index, (name, _label) in enumerate(SEVERITIES)}
        for item in self:
            item.severity_rank = rank.get(item.severity, 0)

    @api.depends("due_at", "state")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for item in self:
            item.is_overdue = bool(item.state == "open" and item.due_at and item.due_at < now)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator not in ("=", "in") or not value:
            return NotImplemented
        return [("state", "=", "open"), ("due_at", "<", fields.Datetime.now())]

    @api.depends("figures")
    def _compute_figures_text(self):
        for item in self:
            item.figures_text = "\n".join(f"{k}: {v}" for k, v in (item.figures or {}).items())

    @api.depends("blocked_ids")
    def _compute_message_total(self):
        counts = dict(
            self.env["construction.message"]
            .sudo()
            ._read_group([("exception_id", "in", self.ids)], ["exception_id"], ["__count"])
        )
        for item in self:
            item.message_total = counts.get(item, 0)

    @api.depends("fix_model")
    def _compute_fix_model_label(self):
        labels = {
            model.model: model.name
            for model in self.env["ir.model"]
            .sudo()
            .search([("model", "in", self.filtered("fix_model").mapped("fix_model"))])
        }
        for item in self:
            item.fix_model_label = labels.get(item.fix_model, "")

    # ---- opening ---------------------------------------------------------------------

    @api.model
    def _open_for(self, message, error, category=None):
        """The open work item of a message's cause, opened when there is none."""
        key = error.cause_key or f"{error.category}:{message.type_name}:{message.subject}"
        item = self.sudo().search(
            [
                ("source_id", "=", message.source_id.id),
                ("cause_key", "=", key),
                ("state", "=", "open"),
            ],
            limit=1,
        )
        if item:
            vals = self._prepare_refresh_vals(error)
            if any(item[name] != value for name, value in vals.items()):
                item.write(vals)
            return item
        vals = self._prepare_open_vals(message, error, key, category or error.category)
        item = self._reopen(vals) or self.sudo().create(vals)
        item.flush_recordset()
        return item

    @api.model
    def _reopen(self, vals):
        """A cause that a replay of the last day did not cure keeps its work item."""
        item = self.sudo().search(
            [
                ("source_id", "=", vals["source_id"]),
                ("cause_key", "=", vals["cause_key"]),
                ("state", "=", "resolved"),
                ("resolved_at", ">", fields.Datetime.now() - timedelta(days=1)),
            ],
            order="id desc",
            limit=1,
        )
        if item:
            item.write({**vals, "owner_id": item.owner_id.id, "state": "open"})
        return item

    @api.model
    def _prepare_open_vals(self, message, error, key, category):
        owner = error.owner or message.event_type_id.owner_id or message.source_id.owner_id
        record = error.record[:1] if error.record else None
        return {
            "sentence": error.sentence,
            "category": category,
            "severity": error.severity,
            "source_id": message.source_id.id,
            "cause_key": key,
            "owner_id": owner.id,
            "opened_at": fields.Datetime.now(),
            "told_at": False,
            "due_at": fields.Datetime.now() + timedelta(hours=DUE_HOURS[error.severity]),
            "job_id": error.job.id if error.job else False,
            "partner_id": error.partner.id if error.partner else False,
            "record_ref": f"{record._name},{record.id}" if record else False,
            "figures": error.figures or False,
            "missing_kind": getattr(error, "kind", False),
            "missing_key": getattr(error, "key", False),
            "fix_model": getattr(error, "model", False),
        }

    @api.model
    def _prepare_refresh_vals(self, error):
        return {"sentence": error.sentence, "figures": error.figures or False}

    @api.model
    def _tell_owners(self):
        """Give an activity to the owner of each work item that has been open for a minute."""
        now = fields.Datetime.now()
        domain = [("state", "=", "open"), ("told_at", "=", False), ("opened_at", "<=", now - GRACE)]
        categories = dict(self._fields["category"]._description_selection(self.env))
        for item in self.sudo().search(domain):
            item.told_at = now
            if item.owner_id:
                item.activity_schedule(
                    ACTIVITY,
                    date_deadline=item.due_at.date(),
                    summary=categories[item.category],
                    note=item.sentence,
                    user_id=item.owner_id.id,
                )

    @api.model
    def _raise_conflict(self, message, what, key):
        """Open the work item of an id that came twice with different content."""
        sentence = self.env._(
            "%(system)s used the %(what)s id %(key)s again with other content; "
            "the first version stands, the second is kept here and was not applied.",
            system=message.source_id.name,
            what=what,
            key=key,
        )
        error = SyncError(sentence, cause_key=f"conflict:{what}:{key}", severity="high")
        item = self._open_for(message, error, category="conflict")
        message.sudo().write({"exception_id": item.id, "problem": sentence})
        message._log("exception", sentence)

    # ---- fixing ----------------------------------------------------------------------

    def _require_open(self):
        self.env["construction.message"]._require_resolver()
        self.check_access("write")
        closed = self.filtered(lambda item: item.state != "open")
        if closed:
            raise UserError(self.env._("“%s” is closed already.", closed[0].sentence))

    def action_map_and_replay(self):
        """Confirm what the external key means and replay everything it blocked."""
        for item in self:
            item._require_open()
            if not item.fix_model or not item.missing_key:
                raise UserError(self.env._("This work item is not about a missing record."))
            record = item.fix_res_id and self.env[item.fix_model].browse(item.fix_res_id).exists()
            if not record:
                raise UserError(self.env._("Choose what %s means first.", item.missing_key))
            record.check_access("read")
            crosswalk = self.env["construction.crosswalk"]
            crosswalk._confirm(item.source_id.sudo(), item.missing_kind, item.missing_key, record)
            note = self.env._(
                "%(key)s means %(record)s, says %(user)s",
                key=item.missing_key,
                record=record.display_name,
                user=self.env.user.name,
            )
            item._replay_blocked(note)
        self.env["construction.message"]._delay_release()
        return True

    def action_replay(self):
        """Replay everything this cause blocks, after it was cured elsewhere."""
        for item in self:
            item._require_open()
            item.blocked_ids._check_no_second_version()
            item._replay_blocked(self.env._("Replayed by %s", self.env.user.name))
        return True

    def _replay_blocked(self, note):
        messages = self.sudo().blocked_ids
        if messages:
            messages._requeue(note)
        else:
            self._close_when_empty("resolved", note)

    def action_ignore(self):
        self._require_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ignore"),
            "res_model": "construction.exception.ignore",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exception_id": self.id},
        }

    def _ignore(self, reason):
        """Close the work item and what it blocks without effect."""
        self._require_open()
        messages = self.sudo().blocked_ids.sudo(False)
        if messages:
            messages._ignore(reason)
        else:
            self._close_when_empty("ignored", reason)

    def action_open_record(self):
        self.ensure_one()
        if not self.record_ref:
            raise UserError(self.env._("No document belongs to this work item."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.record_ref._name,
            "res_id": self.record_ref.id,
            "view_mode": "form",
        }

    def action_open_messages(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_sync.action_construction_message"
        )
        return dict(action, domain=[("exception_id", "=", self.id)], context={})

    def _close_when_empty(self, state, note):
        """Close work items that block nothing any more."""
        self.env.flush_all()
        self.invalidate_recordset(["blocked_ids", "message_total"])
        empty = self.sudo().filtered(lambda item: item.state == "open" and not item.blocked_ids)
        for item in empty:
            item.write(
                {
                    "state": state,
                    "resolution": note,
                    "resolved_at": fields.Datetime.now(),
                    "resolved_by_id": self.env.uid,
                }
            )
        empty.activity_unlink([ACTIVITY])
        return empty

    # ---- guarding --------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Work items are opened by the hub only."))
        return super().create(vals_list)

    def write(self, vals):
        editable = {"owner_id", "fix_res_id", "activity_ids", "message_follower_ids", "message_ids"}
        if not self.env.su and vals.keys() - editable:
            raise AccessError(self.env._("A work item is closed by its buttons only."))
        result = super().write(vals)
        if vals.get("owner_id"):
            # whoever it is given to gets the activity
            self.activity_reschedule([ACTIVITY], new_user_id=vals["owner_id"])
        return result
