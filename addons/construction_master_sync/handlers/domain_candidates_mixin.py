# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import Candidate
from odoo.addons.construction_sync.lib.likeness import closest

MODELS = {
    "job": "project.project",
    "supplier": "res.partner",
    "item": "product.product",
    "cost_code": "construction.cost.code",
    "cost_type": "construction.cost.type",
    "uom": "uom.uom",
    "project_manager": "res.users",
    "customer": "res.partner",
    "category": "product.category",
    "payment_terms": "account.payment.term",
    "currency": "res.currency",
    "country": "res.country",
}
# by what people know the records, besides their names
NUMBERS = {
    "job": ("job_number",),
    "supplier": ("ref", "vat"),
    "item": ("default_code",),
    "cost_code": ("code",),
    "cost_type": ("code",),
    "project_manager": ("login",),
    "customer": ("ref", "vat"),
    "country": ("code",),
}
# what a person would look through at most; more is for the search
MANY = 20000


class ConstructionDomainCandidatesMixin(models.AbstractModel):
    """What a key of master data may mean: likely records for a person to choose from, never a guess."""

    # apart from what the handlers share: reading an event and offering what it may mean are two ideas
    _inherit = "construction.domain.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _reference_model(self, kind):
        return MODELS.get(kind) or super()._reference_model(kind)

    def _reference_kinds(self):
        return (*super()._reference_kinds(), *MODELS)

    def _reference_numbers(self, kind):
        return NUMBERS.get(kind) or super()._reference_numbers(kind)

    def _candidates(self, work, kind, key):
        offer = {
            "job": self._job_candidates,
            "supplier": self._supplier_candidates,
            "item": self._item_candidates,
            "cost_code": self._code_candidates,
        }.get(kind)
        return offer(work, key) if offer else super()._candidates(work, kind, key)

    def _alike(self, words, names):
        """The records whose names are like any of these words.

        :param dict names: record → its names
        """
        return [
            Candidate(record, self.env._("%d %% alike", score)) for record, score in closest(words, names)
        ]

    def _company_domain(self, model):
        return self.env[model]._check_company_domain(self.env.company)

    def _job_candidates(self, work, key):
        jobs = self.env["project.project"].search(
            [*self._company_domain("project.project"), ("is_construction_job", "=", True)], limit=MANY
        )
        return self._alike([key], {job: [job.job_number, job.name] for job in jobs})

    def _supplier_candidates(self, work, key):
        partners = self.env["res.partner"].search_fetch(
            [*self._company_domain("res.partner"), ("parent_id", "=", False), ("is_company", "=", True)],
            ["name", "ref", "vat", "construction_external_key"],
            limit=MANY,
        )
        return self._alike([key], {p: [p.name, p.ref, p.vat, p.construction_external_key] for p in partners})

    def _item_candidates(self, work, key):
        products = self.env["product.product"].search_fetch(
            [*self._company_domain("product.product"), ("purchase_ok", "=", True)],
            ["name", "default_code"],
            limit=MANY,
        )
        words = [key, *(ln.get("description") for ln in work.data.get("lines", ()) if ln.get("item") == key)]
        return self._alike(words, {p: [p.name, p.default_code] for p in products})

    def _code_candidates(self, work, key):
        codes = self.env["construction.cost.code"].search(
            self._company_domain("construction.cost.code"), limit=MANY
        )
        return self._alike([key], {code: [code.code, code.name] for code in codes})
