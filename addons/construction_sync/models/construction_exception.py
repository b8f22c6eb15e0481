# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

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
ACTIVITY = "mail.mail_activity_data_todo"


class ConstructionException(models.Model):
    """A work item: one cause, every message it blocks, and the way to fix it."""

    _name = "construction.exception"
    _description = "Work Item"
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
    source_id = fields.Many2one(
        "construction.source",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Empty for what no source is to blame for: silence, an audit, a checkpoint.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    event_type_id = fields.Many2one(
        "construction.event.type", string="Event", readonly=True, help="Of the message that opened it."
    )
    cause_key = fields.Char(required=True, readonly=True)
    owner_id = fields.Many2one("res.users", tracking=True)
    opened_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    told_at = fields.Datetime(readonly=True, help="When its owner was given an activity for it.")
    due_at = fields.Datetime(string="Due", readonly=True)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    job_id = fields.Many2one("project.project", readonly=True, index="btree_not_null")
    partner_id = fields.Many2one("res.partner", string="Supplier", readonly=True)
    record_ref = fields.Reference(selection="_selection_models", string="Document", readonly=True)
    can_open = fields.Boolean(compute="_compute_can_open")
    figures = fields.Json(string="Figures by Label", readonly=True)
    figures_text = fields.Text(compute="_compute_figures_text", string="Figures")
    blocked_ids = fields.One2many(
        "construction.message", "exception_id", string="Blocked Messages", readonly=True
    )
    raised_by_ids = fields.Many2many(
        "construction.message",
        "construction_exception_message_rel",
        "exception_id",
        "message_id",
        string="Also Raised by",
        readonly=True,
        help="Messages that raised it without being stopped by it, done ones among them.",
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
        "(company_id, COALESCE(source_id, 0), cause_key) WHERE state = 'open'",
        "There is an open work item for this cause.",
    )
    # of a cause that ended there may be many years, and each new one is looked for among them
    _cause_index = models.Index("(cause_key text_pattern_ops)")

    # ---- computed --------------------------------------------------------------------

    @api.model
    def _selection_models(self):
        return self.env["construction.message.record"]._selection_models()

    @api.model
    def _group_expand_category(self, values, domain):
        """The categories in use, those that a person cures in place first."""
        known = [category for category, _label in self._fields["category"].selection]
        return [category for category in known if category in values]

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

    @api.depends_context("uid")
    @api.depends("record_ref")
    def _compute_can_open(self):
        pairs = {item: (item.record_ref._name, item.record_ref.id) for item in self if item.record_ref}
        readable = self.env["construction.message.record"]._readable(pairs.values())
        for item in self:
            item.can_open = pairs.get(item) in readable

    @api.depends("figures")
    def _compute_figures_text(self):
        for item in self:
            item.figures_text = "\n".join(f"{k}: {v}" for k, v in (item.figures or {}).items())

    @api.depends("blocked_ids", "raised_by_ids")
    def _compute_message_total(self):
        counts = self._count_behind()
        for item in self:
            item.message_total = counts.get(item.id, 0)

    def _count_behind(self):
        """How many messages stand behind these items, stopped or not, as a dict by id."""
        if not self.ids:
            return {}
        self.env["construction.message"].flush_model(["exception_id"])
        self.flush_recordset(["raised_by_ids"])
        self.env.cr.execute(
            """
            SELECT exception_id, count(*) FROM (
                SELECT exception_id, id FROM construction_message WHERE exception_id = ANY(%(ids)s)
                UNION
                SELECT exception_id, message_id FROM construction_exception_message_rel
                WHERE exception_id = ANY(%(ids)s)
            ) behind GROUP BY exception_id
            """,
            {"ids": self.ids},
        )
        return dict(self.env.cr.fetchall())

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
