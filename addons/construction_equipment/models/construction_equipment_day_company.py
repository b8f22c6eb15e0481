# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConstructionEquipmentDay(models.Model):
    """A machine of one company on a job of another: the day is of the machine's, its code of the job's."""

    # apart from the hours: whose job they are for
    _inherit = "construction.equipment.day"  # pylint: disable=consider-merging-classes-inherited

    job_company_id = fields.Many2one(related="job_id.company_id", string="Company of the Job")

    @api.constrains("cost_code_id", "job_id")
    def _check_code_company(self):
        for found in self.sudo():
            company = found.job_id.company_id or found.company_id
            if found.cost_code_id and found.cost_code_id.company_id != company:
                raise ValidationError(
                    self.env._(
                        "%(code)s is a cost code of another company: %(job)s is a job of %(company)s.",
                        code=found.cost_code_id.display_name,
                        job=found.job_id.display_name or self.env._("it"),
                        company=company.name,
                    )
                )
