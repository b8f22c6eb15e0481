# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

DISTRIBUTION = "analytic_distribution"


class ConstructionKeptCompanyMixin(models.AbstractModel):
    """A master of one company: once something names it, it stays there.

    What names it, entries, documents, budgets, is that company's, and is billed, checked and reported there.
    Whoever would move it, a form, a remote call, an import, an event, makes another one instead.
    """

    _name = "construction.kept.company.mixin"
    _description = "Master That Stays in Its Company"

    # the field of its account in analytic distributions
    _kept_account = None

    def write(self, vals):
        if "company_id" in vals:
            self._construction_check_company_kept(self.env["res.company"].browse(vals["company_id"] or ()))
        return super().write(vals)

    def _construction_check_company_kept(self, company):
        """:raises UserError: for records in use that would be another company's, or none's"""
        for record in self.sudo().filtered(lambda record: record.company_id and record.company_id != company):
            self._construction_refuse_while_used(
                record,
                self.env._(
                    "%(record)s stays with %(company)s",
                    record=record.display_name,
                    company=record.company_id.name,
                ),
            )

    def _construction_refuse_while_used(self, record, stays):
        used = record._construction_users()
        if used:
            raise UserError(
                self.env._(
                    "%(stays)s: it is named by what belongs there (%(used)s). Make another one instead.",
                    stays=stays,
                    used=", ".join(used),
                )
            )

    def _construction_users(self):
        """What names one record, as kinds in words; found by the fields of the suite that lead to it.

        A module adds what names it in another way.
        """
        self.ensure_one()
        door = self.env["construction.door"]
        return [door._what(name) for name in sorted(self.env) if self._construction_is_named_by(name)]

    def _construction_is_named_by(self, name):
        model = self.env[name].sudo().with_context(active_test=False)
        if model._abstract or model._transient or not model._auto:
            return False
        domains = [[(field, "=", self.id)] for field in self._construction_naming_fields(name)]
        account = self[self._kept_account] if self._kept_account else None
        if account and "construction_job_id" in model._fields and DISTRIBUTION in model._fields:
            # also where it has a share of a line only
            domains.append([(DISTRIBUTION, "in", account.ids)])
        return any(model.search_count(domain, limit=1) for domain in domains)

    @api.model
    def _construction_naming_fields(self, name):
        """The stored fields of the suite by which a model names records of this one."""
        return [
            field.name
            for field in self.env[name]._fields.values()
            if field.type == "many2one"
            and field.store
            and field.comodel_name == self._name
            and any(module.startswith("construction_") for module in field._modules)
        ]
