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


class UserMixin:
    """Persons of a test class with ``cls.env`` and ``cls.company``."""

    @classmethod
    def user_with(cls, login, groups, company=None, **vals):
        """A person who works in one company: that of the test, or another.

        :param str groups: XML ids with commas between: ``"construction_base.group_buyer,base.group_system"``
        :return: the user
        """
        company = company or cls.company
        vals.setdefault("name", login.replace("_", " ").title())
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            **vals,
        )


class ConstructionCommon(UserMixin, TransactionCase):
    """Two companies with a job and a cost code each, and one user of each role in the first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True), su=True)
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Other Builder"})
        cls.job = cls.make_job("T-100", "Harbour Warehouse")
        cls.job_2 = cls.make_job("T-200", "City Library")
        cls.other_job = cls.make_job("T-100", "Far Tower", cls.other_company)
        cls.code = cls.make_code("T03 30 00", "Cast-in-place concrete")
        cls.code_2 = cls.make_code("T05 12 00", "Structural steel framing")
        cls.other_code = cls.make_code("T03 30 00", "Concrete", cls.other_company)
        cls.material = cls.env.ref("construction_base.cost_type_material")
        cls.labor = cls.env.ref("construction_base.cost_type_labor")
        cls.users = {
            role: cls.user_with(f"construction_{role}", f"construction_base.group_{role}") for role in ROLES
        }
        cls.job.job_member_ids = cls.users["site_supervisor"] | cls.users["project_manager"]

    @classmethod
    def make_job(cls, number, name, company=None, **vals):
        """A construction job, of the first company or another. :return: the project"""
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
    def make_code(cls, code, name, company=None, **vals):
        """A cost code, of the first company or another. :return: the code"""
        company = company or cls.company
        return cls.env["construction.cost.code"].create(
            {"code": code, "name": name, "company_id": company.id, **vals}
        )
