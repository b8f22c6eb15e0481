# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ProjectProject(models.Model):
    _name = "project.project"
    _inherit = ["project.project", "construction.external.mixin"]
