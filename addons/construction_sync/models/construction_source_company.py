# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class ConstructionSourceCompany(models.Model):
    """The company's own numbers: keys that every source may use for what was born here."""

    # apart from the sources: an outside system and the company's own numbers are two ideas
    _inherit = "construction.source"  # pylint: disable=consider-merging-classes-inherited

    kind = fields.Selection(
        [("system", "Another System"), ("company", "The Company's Own Numbers")],
        required=True,
        readonly=True,
        default="system",
        help="The company's own numbers have neither a door nor a user; other sources share them.",
    )

    _company_unique = models.UniqueIndex(
        "(company_id) WHERE kind = 'company'", "The numbers of this company are kept already."
    )

    @api.constrains("kind", "state", "user_id", "authority_ids")
    def _check_company_kind(self):
        for source in self.filtered(lambda s: s.kind == "company"):
            if source.state == "live" or source.user_id or source.authority_ids:
                raise ValidationError(
                    self.env._("%s holds the company's own numbers: no system sends by it.", source.name)
                )

    @api.model
    def _company_authority(self, company):
        """The source of a company's own numbers, made when there is none; all its sources share it."""
        sources = self.sudo().with_context(active_test=False)
        found = sources.search([("kind", "=", "company"), ("company_id", "=", company.id)], limit=1)
        if not found:
            self._claim(company)
            found = sources.create(
                {
                    "name": self.env._("Own Numbers of %s", company.name),
                    "code": f"own-{company.id}",
                    "kind": "company",
                    "company_id": company.id,
                    "owner_id": False,
                }
            )
            sources.search([("kind", "=", "system"), ("company_id", "=", company.id)])._share_authority(found)
        return found

    def _claim(self, company):
        """Let of two transactions that make a company's authority at once the later one go again.

        Written, the company's row fails to serialize for it, and its next try finds the authority; the
        unique index alone would refuse what a person does.
        """
        self.env.cr.execute(
            "UPDATE res_company SET write_uid = write_uid WHERE id = %s", [company.id], log_exceptions=False
        )

    def _share_authority(self, authority):
        # whoever makes a source: that it shares the company's numbers is the suite's own doing
        self.sudo().write({"authority_ids": [(4, authority.id)]})

    @api.model_create_multi
    def create(self, vals_list):
        kinds = {vals.get("kind") for vals in vals_list} | {self.env.context.get("default_kind")}
        if not self.env.su and not kinds <= {None, "system"}:
            raise AccessError(self.env._("The company's own numbers are kept by the suite only."))
        sources = super().create(vals_list)
        sources._share_own_numbers()
        return sources

    def _share_own_numbers(self):
        """Have these sources share the numbers of their own company, where there are some."""
        for company, sources in self.filtered(lambda s: s.kind == "system").grouped("company_id").items():
            known = self.sudo().search([("kind", "=", "company"), ("company_id", "=", company.id)])
            if known:
                sources._share_authority(known)

    def write(self, vals):
        if "kind" in vals and not self.env.su:
            raise AccessError(self.env._("The company's own numbers are kept by the suite only."))
        if "company_id" not in vals:
            return super().write(vals)
        for source in self.sudo():
            left = source.authority_ids.filtered(
                lambda a: a.kind == "company" and a.company_id.id != vals["company_id"]
            )
            if left:
                source.write({"authority_ids": [(3, authority.id) for authority in left]})
        result = super().write(vals)
        self._share_own_numbers()
        return result
