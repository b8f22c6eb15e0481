# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import date as Date

from odoo import models

from odoo.addons.construction_sync.exceptions import DuplicateFound, InvalidData, MissingReference


class MasterSupplierUpserted(models.AbstractModel):
    """A supplier. Changed bank details never take effect without a person."""

    _name = "construction.handler.master.supplier.upserted"
    _inherit = "construction.master.mixin"
    _description = "Supplier created or changed"
    _event_type = "master.supplier.upserted"
    _event_priority = 2
    _master_kind = "supplier"
    _master_model = "res.partner"

    def _reference_keys(self, data):
        return [("supplier", data["supplier"]), ("payment_terms", data.get("payment_terms"))]

    def _prepare_vals(self, work, record):
        data = work.data
        vals = {"name": data["name"], "is_company": True}
        if not record:
            vals.update(supplier_rank=1, company_id=self.env.company.id, ref=data["supplier"])
            self._check_tax_id(work, data.get("tax_id"))
        for name, field in (("email", "email"), ("tax_id", "vat")):
            if data.get(name):
                vals[field] = data[name]
        if data.get("currency"):
            currency = self.env["res.currency"].search([("name", "=", data["currency"])])
            if not currency:
                raise MissingReference(
                    "currency",
                    data["currency"],
                    "res.currency",
                    self.env._("Currency %s is not active.", data["currency"]),
                )
            vals["property_purchase_currency_id"] = currency.id
        if data.get("payment_terms"):
            vals["property_supplier_payment_term_id"] = self._payment_terms(work, data["payment_terms"]).id
        return vals

    def _check_tax_id(self, work, tax_id):
        """Two suppliers with one tax number are most likely one: a person decides."""
        if not tax_id:
            return
        wanted = re.sub(r"[^0-9A-Z]", "", tax_id.upper())
        others = self.env["res.partner"].search(
            [
                ("vat", "!=", False),
                ("parent_id", "=", False),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )
        same = others.filtered(lambda partner: re.sub(r"[^0-9A-Z]", "", partner.vat.upper()) == wanted)
        if same:
            raise DuplicateFound(
                self.env._(
                    "Supplier %(key)s has the tax number of %(others)s. If they are one, map the "
                    "key to it; otherwise correct the number.",
                    key=work.data["supplier"],
                    others=", ".join(same.mapped("display_name")),
                ),
                cause_key=f"supplier_tax:{work.data['supplier']}",
                partner=same[:1],
                record=same[:1],
            )

    def _payment_terms(self, work, name):
        terms = self._ref(work, "payment_terms", name, model="account.payment.term", required=False)
        if not terms:
            terms = (
                self.env["account.payment.term"]
                .with_context(lang="en_US")
                .search(
                    [
                        ("name", "=ilike", name),
                        ("company_id", "in", [False, self.env.company.id]),
                    ]
                )
            )
        if len(terms) != 1:
            raise MissingReference("payment_terms", name, "account.payment.term")
        return terms

    def _after(self, work, record):
        changed = self._keep_documents(work, record)
        changed = self._keep_account(work, record) or changed
        if changed:
            work.trace(record, "update")

    # --- compliance documents -------------------------------------------------

    def _keep_documents(self, work, record):
        """The list of an event is the whole list; without one, what is known stays.

        :return: whether a document changed
        """
        items = work.data.get("compliance")
        if items is None:
            return False
        return bool(
            self.env["construction.compliance.document"]._construction_upsert(
                record,
                [
                    {**item, "expires": self._expiry(item["expires"], f"/compliance/{number}/expires")}
                    for number, item in enumerate(items)
                ],
            )
        )

    def _expiry(self, text, pointer):
        try:
            return Date.fromisoformat(text)
        except ValueError:
            raise InvalidData(self.env._("%s is not a date.", text), pointer) from None

    # --- bank details ---------------------------------------------------------

    def _keep_account(self, work, record):
        """:return: whether an account was added"""
        account = self._open_restricted(work.data.get("bank_account"))
        if not account or record._construction_has_account(account):
            return False
        # Odoo trusts no new account for payment until a person has verified it
        changed = bool(record.bank_ids)
        self.env["res.partner.bank"].create(
            {
                "acc_number": account,
                "partner_id": record.id,
                "company_id": self.env.company.id,
                "allow_out_payment": False,
            }
        )
        if changed:
            record.construction_bank_hold = True
            record.message_post(
                body=self.env._(
                    "Other bank details arrived. Nothing is paid to this supplier until they are confirmed."
                )
            )
        return True
