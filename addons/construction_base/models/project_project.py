# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.base.models.res_partner import _tz_get

JOB_STATUS = [
    ("bidding", "Bidding"),
    ("active", "Active"),
    ("suspended", "Suspended"),
    ("closed", "Closed"),
]

# takes nothing new; what was ordered before still comes and is billed
SHUT = ("suspended", "closed")

# a copy is a job without a number, which takes no cost until somebody gives it one
COPY = "construction_job_copy"


class ProjectProject(models.Model):
    _name = "project.project"
    _inherit = ["project.project", "construction.kept.company.mixin"]
    _kept_account = "account_id"
    _rec_names_search = ["job_number", "name"]

    is_construction_job = fields.Boolean(
        string="Construction Job",
        index=True,
        help="A job has a number, a site team and its own account in analytic distributions.",
    )
    job_number = fields.Char(copy=False, index="btree_not_null", tracking=True)
    job_status = fields.Selection(JOB_STATUS, default="active", tracking=True)
    job_tz = fields.Selection(
        _tz_get,
        string="Job Time Zone",
        default=lambda self: self.env.user.tz or "UTC",
        help="Dates of what happens on site are read in this zone.",
    )
    site_address_id = fields.Many2one("res.partner")
    job_member_ids = fields.Many2many(
        "res.users",
        "construction_job_member_rel",
        "job_id",
        "user_id",
        string="Site Team",
        domain="[('share', '=', False)]",
        copy=False,
        help="Site supervisors and project managers see a job when they belong to it.",
    )

    _job_number_unique = models.UniqueIndex(
        "(company_id, job_number) WHERE job_number IS NOT NULL AND is_construction_job",
        "This company already has a job with the same number.",
    )
    _job_account_unique = models.UniqueIndex(
        "(account_id) WHERE account_id IS NOT NULL AND is_construction_job",
        "Two jobs cannot share one analytic account.",
    )
    _job_has_company = models.Constraint(
        "CHECK(NOT COALESCE(is_construction_job, FALSE) OR company_id IS NOT NULL)",
        "A job belongs to a company.",
    )

    @api.depends("job_number", "is_construction_job")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for job in self.filtered(lambda p: p.is_construction_job and p.job_number):
            job.display_name = f"{job.job_number} {job.name or ''}".strip()
        return result

    @api.constrains("is_construction_job", "job_number")
    def _check_job_number(self):
        for job in self if not self.env.context.get(COPY) else ():
            if job.is_construction_job and not (job.job_number or "").strip():
                raise ValidationError(self.env._("Give job %s its number.", job.name))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._job_vals(vals)
            job = vals.get("is_construction_job", self.env.context.get("default_is_construction_job"))
            if job and not vals.get("company_id"):
                vals["company_id"] = self.env.company.id
        projects = super().create(vals_list)
        numbered = projects.filtered(lambda p: p.is_construction_job and p.job_number)
        numbered._construction_analytic_accounts()
        return projects

    def copy(self, default=None):
        copies = super(ProjectProject, self.with_context(**{COPY: True})).copy(default=default)
        return copies.with_context(**{COPY: False})

    def write(self, vals):
        vals = self._job_vals(dict(vals))
        if not vals.get("is_construction_job", True):
            for job in self.sudo().filtered("is_construction_job"):
                stays = self.env._("%s stays a construction job", job.display_name)
                self._construction_refuse_while_used(job, stays)
        if vals.get("is_construction_job") and "company_id" not in vals:
            for project in self.filtered(lambda p: not p.company_id):
                project.company_id = self.env.company
        result = super().write(vals)
        if vals.get("is_construction_job") or vals.get("job_number"):
            numbered = self.filtered(lambda p: p.is_construction_job and p.job_number)
            numbered._construction_analytic_accounts()
        return result

    @api.depends("account_id.company_id", "partner_id.company_id")
    def _compute_company_id(self):
        """The company of its account, or of its customer; a job in use stays where it is."""
        before = {job: job.company_id for job in self.filtered("is_construction_job") if job.company_id}
        result = super()._compute_company_id()
        for job, company in before.items():
            moved_to = job.company_id
            if job.id and moved_to != company:
                job.company_id = company
                job._construction_check_company_kept(moved_to)
                job.company_id = moved_to
        return result

    def _construction_shut(self):
        """Those of these jobs that take nothing new: suspended, closed and archived ones."""
        return self.sudo().filtered(
            lambda job: job.is_construction_job and (job.job_status in SHUT or not job.active)
        )

    def _construction_status_words(self):
        """The status of a job as it stands in a sentence, such as *suspended*."""
        self.ensure_one()
        if not self.sudo().active:
            return self.env._("archived")
        return dict(self._fields["job_status"]._description_selection(self.env))[
            self.sudo().job_status
        ].lower()

    def _construction_shut_sentence(self):
        """Why a job takes nothing new, and who may change that."""
        self.ensure_one()
        job = self.sudo()
        who = job.user_id.name or self.env._("whoever keeps the jobs")
        if not job.active:
            return self.env._(
                "Job %(job)s is archived and takes nothing new. Have %(who)s bring it back, or name another "
                "job.",
                job=job.display_name,
                who=who,
            )
        return self.env._(
            "Job %(job)s is %(status)s and takes nothing new. Have %(who)s set it active again, or name "
            "another job.",
            job=job.display_name,
            status=self._construction_status_words(),
            who=who,
        )

    @api.model
    def _job_vals(self, vals):
        if vals.get("job_number"):
            vals["job_number"] = " ".join(vals["job_number"].split())
        return vals

    def _construction_analytic_accounts(self):
        """Analytic accounts (project plan) of the jobs, created where missing.

        :raises UserError: for a job that was copied and has no number yet, and for a project that is no job:
            they take no cost
        """
        for project in self.filtered(lambda p: not p.is_construction_job):
            raise UserError(
                self.env._(
                    "%s is no construction job, and takes no cost: mark it as one, or choose a job.",
                    project.display_name,
                )
            )
        for job in self.filtered(lambda p: p.is_construction_job and not p.job_number):
            raise UserError(
                self.env._("Job %s is a copy without a number: give it one, then it takes cost.", job.name)
            )
        missing = self.sudo().filtered(lambda p: not p.account_id)
        if missing:
            missing._create_analytic_account()
        return self.sudo().account_id

    @api.model
    def _get_values_analytic_account_batch(self, project_vals_list):
        values = super()._get_values_analytic_account_batch(project_vals_list)
        numbers = {p.id: p.job_number for p in self.browse(v["id"] for v in project_vals_list)}
        for project_vals, account_vals in zip(project_vals_list, values, strict=True):
            if number := numbers.get(project_vals["id"]):
                account_vals["code"] = number
        return values
