# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

STATUSES = [
    ("new", "New"),
    ("same", "Already So"),
    ("change", "Would Change"),
    ("alias", "Alias"),
    ("invalid", "Incomplete"),
    ("kind", "Unknown Kind"),
    ("twice", "Twice in the File"),
    ("unknown", "Unknown Record"),
    ("several", "Several Records"),
    ("unusable", "Cannot Be Used"),
]
PROBLEMS = ("invalid", "kind", "twice", "unknown", "several", "unusable")


class ConstructionCrosswalkLoadLine(models.Model):
    """One key of a file, and what the preview found: made and changed by its load alone."""

    _name = "construction.crosswalk.load.line"
    _description = "Key from a File"
    _no_evidence = (
        "lines of a file, which is read anew until it is approved: what came of them is in the keys"
    )
    _order = "load_id desc, is_dropped, is_problem desc, number"
    _rec_name = "key"

    load_id = fields.Many2one(
        "construction.crosswalk.load", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    number = fields.Integer(string="Line", readonly=True, help="Its line in the file.")
    kind = fields.Char(readonly=True)
    key = fields.Char(string="External Key", readonly=True)
    record = fields.Char(
        string="Record in the File",
        readonly=True,
        help="Found exactly: by external id, else by number (job, code, item, reference, tax id) or name.",
    )
    status = fields.Selection(STATUSES, readonly=True)
    is_problem = fields.Boolean(compute="_compute_is_problem", store=True)
    is_dropped = fields.Boolean(string="Dropped", readonly=True)
    note = fields.Char(readonly=True, string="What to Know")
    spelled = fields.Char(readonly=True, help="The key as events are found by it.")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    record_name = fields.Char(string="Means", readonly=True)
    known_model = fields.Char(readonly=True)
    known_id = fields.Many2oneReference(model_field="known_model", readonly=True)

    @api.depends("status")
    def _compute_is_problem(self):
        for line in self:
            line.is_problem = line.status in PROBLEMS
