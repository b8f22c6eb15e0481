# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import TransactionCase, new_test_user

ROLES = (
    "site_supervisor",
    "buyer",
    "project_manager",
    "cost_controller",
    "integration_manager",
    "auditor",
)


class ConstructionCommon(TransactionCase):
    """Two companies with a job and a cost code each, and one user of each role in the first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True), su=True)
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Other Builder"})
        cls.job = cls._create_job("T-100", "Harbour Warehouse")
        cls.job_2 = cls._create_job("T-200", "City Library")
        cls.other_job = cls._create_job("T-100", "Far Tower", cls.other_company)
        cls.code = cls._create_code("T03 30 00", "Cast-in-place concrete")
        cls.code_2 = cls._create_code("T05 12 00", "Structural steel framing")
        cls.other_code = cls._create_code("T03 30 00", "Concrete", cls.other_company)
        cls.material = cls.env.ref("construction_base.cost_type_material")
        cls.labor = cls.env.ref("construction_base.cost_type_labor")
        cls.users = {role: cls._create_user(role) for role in ROLES}
        cls.job.job_member_ids = cls.users["site_supervisor"] | cls.users["project_manager"]

    @classmethod
    def _create_job(cls, number, name, company=None, **vals):
        return cls.env["project.project"].create(
            {
                "is_construction_job": True,
                "job_number": number,
                "name": name,
                "company_id": (company or cls.company).id,
                **vals,
            }
        )

    @classmethod
    def _create_code(cls, code, name, company=None, **vals):
        company = company or cls.company
        return cls.env["construction.cost.code"].create(
            {"code": code, "name": name, "company_id": company.id, **vals}
        )

    @classmethod
    def _create_user(cls, role, **kwargs):
        kwargs.setdefault("login", f"construction_{role}")
        kwargs.setdefault("company_id", cls.company.id)
        kwargs.setdefault("company_ids", [(6, 0, [kwargs["company_id"]])])
        return new_test_user(
            cls.env,
            groups=f"construction_base.group_{role}",
            **kwargs,
        )
