# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import DuplicateFound, MissingReference
from odoo.addons.construction_sync.lib.keyform import clean
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import REFS

from ..lib.tax_number import tax_key


class MasterSupplierUpserted(models.AbstractModel):
    """A supplier. What its bank account and its compliance documents bring about is another module's."""

    _name = "construction.handler.master.supplier.upserted"
    _inherit = "construction.master.mixin"
    _description = "Supplier created or changed"
    _event_type = "master.supplier.upserted"
    _event_priority = 2
    _master_kind = "supplier"
    _master_model = "res.partner"
    _field_groups = {
        "address": ("email",),
        "terms_tax": ("vat", "property_purchase_currency_id", "property_supplier_payment_term_id"),
        # the account, and the compliance documents, for who takes them up
        "bank": (),
        "status": (),
    }

    def _fields_left(self):
        return super()._fields_left() | {"bank_account", "compliance"}

    def _reference_keys(self, data):
        return [("supplier", data["supplier"]), ("payment_terms", data.get("payment_terms"))]

    def _prepare_vals(self, work, record):
        data = work.data
        vals = {"name": data["name"], "is_company": True}
        if not record:
            vals.update(supplier_rank=1, company_id=self.env.company.id, ref=clean(data["supplier"]))
        for name, field in (("email", "email"), ("tax_id", "vat")):
            if data.get(name):
                vals[field] = data[name]
        if data.get("currency"):
            currency = self._apart(
                work, record, "terms_tax", lambda: self._active_currency(work, data["currency"])
            )
            if currency:
                vals["property_purchase_currency_id"] = currency.id
        if data.get("payment_terms"):
            terms = self._apart(
                work, record, "terms_tax", lambda: self._payment_terms(work, data["payment_terms"])
            )
            if terms:
                vals["property_supplier_payment_term_id"] = terms.id
        # last: what does not come in claims no number
        tax_id = data.get("tax_id")
        if not self._apart(
            work, record, "terms_tax", lambda: self._check_tax_id(work, record, tax_id) or True
        ):
            del vals["vat"]
        return vals

    def _active_currency(self, work, name):
        currency = self._mapped(work, "currency", name, "res.currency") or self._once(
            work, "currency", name, lambda: self.env["res.currency"].search([("name", "=", name)])
        )
        if not currency:
            raise MissingReference(
                "currency", name, "res.currency", self.env._("Currency %s is not active.", name)
            )
        return currency

    # --- tax numbers ----------------------------------------------------------

    def _prefetch_refs(self, works):
        result = super()._prefetch_refs(works)
        self._fetch_tax_numbers(works)
        return result

    def _fetch_tax_numbers(self, works):
        """Look up once a batch who has the tax numbers of its suppliers."""
        cache = self.env.context.get(REFS, {})
        numbers = {work.data["tax_id"] for work in works if work.data.get("tax_id")}
        found = self.env["res.partner"]._construction_with_tax_numbers(numbers)
        for number in numbers:
            key = tax_key(number)
            cache[self.env.company.id, "tax number", key] = found[key].ids if key in found else []

    def _check_tax_id(self, work, record, tax_id):
        """Two suppliers with one tax number are most likely one: a person decides."""
        key = tax_key(tax_id)
        if not key or key == record.construction_tax_key:
            return
        cache, slot = self.env.context.get(REFS, {}), (self.env.company.id, "tax number", key)
        if slot not in cache:
            self._fetch_tax_numbers([work])
        same = self.env["res.partner"].browse(cache[slot]) - record
        other = self._claimed(work, "tax number", key) if not same else None
        if not same and not other:
            return
        supplier = clean(work.data["supplier"])
        error = DuplicateFound(
            self.env._(
                "Supplier %(key)s has the tax number of %(others)s. If they are one, map the "
                "key to it; otherwise correct the number.",
                key=supplier,
                others=listed(self.env, same.mapped("display_name"))
                or self.env._("supplier %s, which came at the same time", other),
            ),
            cause_key=f"supplier_tax:{supplier}",
            partner=same[:1] or None,
            record=same[:1] or None,
        )
        if not record:
            # the work item offers to map the key
            error.kind, error.key, error.model = "supplier", supplier, "res.partner"
        raise error

    # --- terms ----------------------------------------------------------------

    def _payment_terms(self, work, name):
        sentence = self.env._(
            "Supplier %(supplier)s has the payment terms %(terms)s, which are not known here by exactly this "
            "name. Create them, or map the name.",
            supplier=work.data["supplier"],
            terms=name,
        )
        domain = [("name", "=", name), ("company_id", "in", [False, self.env.company.id])]
        return self._mapped_or_named(work, "payment_terms", name, "account.payment.term", domain, sentence)
