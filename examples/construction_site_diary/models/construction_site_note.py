# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionSiteNote(models.Model):
    """A site note of a job, as the system that keeps them brought it."""

    _name = "construction.site.note"
    _inherit = "construction.external.mixin"
    _description = "Site Note"
    _order = "date desc, id desc"

    name = fields.Char(string="Number", required=True)
    job_id = fields.Many2one(
        "project.project",
        required=True,
        index=True,
        domain=[("is_construction_job", "=", True)],
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date = fields.Date(required=True, help="The day on which it happened, where the job is.")
    description = fields.Text()
    reported_by = fields.Char()
