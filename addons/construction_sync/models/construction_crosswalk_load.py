# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ..lib import key_load
from ..lib.words import listed

STATES = [
    ("draft", "Draft"),
    ("previewed", "Previewed"),
    ("submitted", "Waits for Approval"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
]
# in which the file may still change
OPEN_STATES = ("draft", "previewed")


class ConstructionCrosswalkLoad(models.Model):
    """Keys that a firm maps by file before a system goes live: previewed, approved by a second person."""

    _name = "construction.crosswalk.load"
    _description = "Keys from a File"
    _inherit = ["construction.audited.mixin"]
    _audited = ("state", "source_id", "filename", "submitted_by_id", "decided_by_id", "reason")
    _audited_life = True
    _order = "id desc"
    _rec_name = "filename"

    source_id = fields.Many2one(
        "construction.source",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('kind', '=', 'system')]",
        help="The system whose keys these are; it need not be live.",
    )
    company_id = fields.Many2one(related="source_id.company_id", store=True, index=True)
    file = fields.Binary(required=True, help="CSV in UTF-8 with the columns kind, key and record.")
    filename = fields.Char(string="File Name")
    state = fields.Selection(STATES, default="draft", required=True, readonly=True, copy=False, index=True)
    line_ids = fields.One2many("construction.crosswalk.load.line", "load_id", readonly=True, copy=False)
    previewed_at = fields.Datetime(readonly=True, copy=False)
    changed_by_ids = fields.Many2many(
        "res.users",
        "construction_crosswalk_load_changer_rel",
        string="Loaded or Changed by",
        readonly=True,
        copy=False,
        help="None of them approves it.",
    )
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_at = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", string="Approved or Rejected by", readonly=True, copy=False)
    decided_at = fields.Datetime(string="Approved or Rejected at", readonly=True, copy=False)
    reason = fields.Char(string="Why Rejected", readonly=True, copy=False)
    line_count = fields.Integer(compute="_compute_counts", string="Lines")
    problem_count = fields.Integer(compute="_compute_counts", string="With Problems")
    dropped_count = fields.Integer(compute="_compute_counts", string="Dropped")
    summary = fields.Char(compute="_compute_counts", string="What It Would Do")
    can_decide = fields.Boolean(compute="_compute_can_decide")
    problem_file = fields.Binary(compute="_compute_problem_file")
    problem_filename = fields.Char(compute="_compute_problem_filename")

    @api.depends("line_ids.status", "line_ids.is_dropped")
    def _compute_counts(self):
        lines = self.env["construction.crosswalk.load.line"].sudo()
        counted = lines._read_group(
            [("load_id", "in", self.ids)], ["load_id", "status", "is_problem", "is_dropped"], ["__count"]
        )
        labels = dict(lines._fields["status"]._description_selection(self.env))
        for load in self:
            mine = [group for group in counted if group[0] == load.sudo()]
            kept = [group for group in mine if not group[3]]
            load.line_count = sum(group[4] for group in kept)
            load.problem_count = sum(group[4] for group in kept if group[2])
            load.dropped_count = sum(group[4] for group in mine if group[3])
            by_status = {group[1]: group[4] for group in kept}
            load.summary = " · ".join(
                f"{by_status[status]:,} {label.lower()}"
                for status, label in labels.items()
                if status in by_status
            )

    @api.depends_context("lang")
    def _compute_problem_file(self):
        for load in self:
            load.problem_file = base64.b64encode(load._problem_csv()) if load.id else False

    @api.depends("filename")
    def _compute_problem_filename(self):
        for load in self:
            load.problem_filename = self.env._("problems of %s", load.filename or "keys.csv")

    def _problem_csv(self):
        """The lines with problems, dropped ones too, as a file that says what to mend."""
        lines = self.line_ids.filtered("is_problem").sorted("number")
        status = dict(lines._fields["status"]._description_selection(self.env))
        rows = [(x.kind, x.key, x.record, x.number, status[x.status], x.note) for x in lines]
        return key_load.write(rows, (*key_load.COLUMNS, "line", "status", "problem"))

    # ---- what may be written -----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._require_loader()
        vals_list = [self._prepare_loaded_vals(vals) for vals in vals_list]
        self = self.with_env(self.env(context=clean_context(self.env.context)))
        loads = super().create(vals_list)
        for load in loads:
            if load.source_id.sudo().kind != "system":
                raise UserError(self.env._("Choose the system whose keys these are, not the company."))
            load._rows()
        return loads

    def _prepare_loaded_vals(self, vals):
        """Values of a load as it begins, whatever the caller or the context says of the rest."""
        return {
            "source_id": vals.get("source_id"),
            "file": vals.get("file"),
            "filename": vals.get("filename") or "keys.csv",
            "state": "draft",
            "line_ids": [],
            "previewed_at": False,
            "changed_by_ids": [fields.Command.set(self.env.user.ids)],
            "submitted_by_id": False,
            "submitted_at": False,
            "decided_by_id": False,
            "decided_at": False,
            "reason": False,
        }

    def write(self, vals):  # pylint: disable=method-required-super
        if not vals.keys() <= {"file", "filename"}:
            raise UserError(
                self.env._(
                    "Of a load only its file is changed, until it is submitted: the buttons do the rest."
                )
            )
        self._require_loader()
        self.check_access("write")
        self._require_state(OPEN_STATES)
        self._take()
        result = self._write_load({**vals, **self._prepare_changed_vals(), "state": "draft"})
        self.sudo().line_ids.unlink()
        for load in self:
            load._rows()
        return result

    def _write_load(self, vals):
        """The only door by which the state of a load and what is evidence of it change."""
        return super(ConstructionCrosswalkLoad, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _prepare_changed_vals(self):
        return {
            "changed_by_ids": [fields.Command.link(self.env.uid)],
            "submitted_by_id": False,
            "submitted_at": False,
        }

    def unlink(self):
        self._require_state(OPEN_STATES)
        return super().unlink()

    def _rows(self):
        """The lines of the file.

        :raises UserError: when it cannot be read for certain
        """
        self.ensure_one()
        try:
            return key_load.parse(base64.b64decode(self.file or b"", validate=True))
        except key_load.BadFile as error:
            raise UserError(self._bad_file(error)) from error
        except binascii.Error as error:
            raise UserError(self.env._("The file did not arrive whole: upload it again.")) from error

    def _bad_file(self, error):
        columns = ", ".join(key_load.COLUMNS)
        return {
            "large": self.env._(
                "The file is larger than %s MB: split it.", key_load.MAX_BYTES // (1024 * 1024)
            ),
            "many": self.env._("The file has more than %s lines: split it.", f"{key_load.MAX_LINES:,}"),
            "encoding": self.env._("Line %s is not in UTF-8: save the file as “CSV UTF-8”.", error.line),
            "empty": self.env._("The file is empty: its first line names the columns %s.", columns),
            "nothing": self.env._("The file has no line below its header."),
            "header": self.env._(
                "The first line must name the columns %s, with commas or semicolons between.", columns
            ),
            "columns": self.env._(
                "Line %(line)s has %(count)s columns instead of 3: put text that has a separator in it in "
                "double quotes.",
                line=error.line,
                count=error.detail,
            ),
            "quotes": self.env._("The double quotes of line %s do not match.", error.line),
        }[error.reason]

    def _require_state(self, states):
        other = self.filtered(lambda load: load.state not in states)[:1]
        if other:
            label = dict(self._fields["state"]._description_selection(self.env))[other.state]
            raise UserError(
                self.env._(
                    "%(load)s is “%(state)s”: this cannot be done any more. Load a new file instead.",
                    load=other.display_name,
                    state=label,
                )
            )

    def _named(self, lines):
        """Some lines in words, for a sentence."""
        return listed(
            self.env,
            [
                self.env._("%(kind)s %(key)s (line %(line)s)", kind=x.kind, key=x.key, line=x.number)
                for x in lines
            ],
        )

    # ---- looking -----------------------------------------------------------------------

    def action_open_lines(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_sync.construction_crosswalk_load_line_action"
        )
        return dict(action, domain=[("load_id", "=", self.id)], context={"search_default_group_status": 1})

    def action_download_problems(self):
        """A file of the lines with problems, to mend and to load again."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content/{self._name}/{self.id}/problem_file"
            "?download=true&filename_field=problem_filename",
        }
