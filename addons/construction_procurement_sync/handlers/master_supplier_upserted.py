# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date as Date

from odoo import models

from odoo.addons.construction_sync.errors import InvalidData
from odoo.addons.construction_sync.lib.words import listed, masked
from odoo.addons.construction_sync.models.construction_event_ownership import KEEP, OWNER


class MasterSupplierUpserted(models.AbstractModel):
    """A supplier's compliance documents and bank account.

    Changed bank details never take effect without a person.
    """

    _inherit = "construction.handler.master.supplier.upserted"

    def _fields_left(self):
        return super()._fields_left() - {"bank_account", "compliance"}

    def _after(self, work, record):
        result = super()._after(work, record)
        mine = work.resolved["mine"]
        changed = "status" in mine and self._keep_documents(work, record)
        changed = ("bank" in mine and self._keep_account(work, record)) or changed
        if changed:
            work.trace(record, "update")
        return result

    def _further_values(self, work, record, groups):
        found = dict(super()._further_values(work, record, groups))
        items = None
        if "status" in groups:
            items = self._apart(work, record, "status", lambda: self._compliance(work))
        if items is not None:
            documents = self.env["construction.compliance.document"]
            rows = documents._construction_differences(record, items)
            found["status"] = rows, {"documents": sorted(map(str, items))}
        account = self._open_restricted(work.data.get("bank_account"))
        if "bank" in groups and account and not record._construction_has_account(account):
            known = record._construction_bank_accounts().mapped("acc_number")
            row = self.env._("Bank Account"), listed(self.env, map(masked, known)), masked(account)
            found["bank"] = [row], {"account": record._construction_account_mark(account)}
        return found

    # --- compliance documents -------------------------------------------------

    def _keep_documents(self, work, record):
        """The list of an event is the whole list; without one, what is known stays.

        :return: whether a document changed
        """
        items = self._compliance(work)
        if items is None:
            return False
        return bool(self.env["construction.compliance.document"]._construction_upsert(record, items))

    def _compliance(self, work):
        """The compliance documents of an event, with dates; None where it does not speak of them."""
        items = work.data.get("compliance")
        if items is None:
            return None
        return [
            {**item, "expires": self._expiry(item["expires"], f"/compliance/{number}/expires")}
            for number, item in enumerate(items)
        ]

    def _expiry(self, text, pointer):
        try:
            return Date.fromisoformat(text)
        except ValueError:
            raise InvalidData(self.env._("%s is not a date.", text), pointer) from None

    # --- bank details ---------------------------------------------------------

    def _keep_account(self, work, record):
        """Keep the account of a new supplier, or one that was confirmed.

        :return: whether an account was added
        """
        account = self._open_restricted(work.data.get("bank_account"))
        if not account or record._construction_has_account(account):
            return False
        # Odoo trusts no new account for payment until a person has verified it
        self.env["res.partner.bank"].create(
            {
                "acc_number": account,
                "partner_id": record.id,
                "company_id": self.env.company.id,
                "allow_out_payment": False,
            }
        )
        return True

    def _guard_proposed(self, work, record, group):
        if group == "bank":
            record._construction_hold_bank(
                self.env._(
                    "Other bank details arrived. Nothing is paid to this supplier until they are confirmed."
                )
            )
        return super()._guard_proposed(work, record, group)

    def _decided_now(self, work, decision):
        """With the answer on other bank details, payment goes on: to the account that holds by it."""
        result = super()._decided_now(work, decision)
        if decision.question == f"{OWNER}bank":
            partner = self.env["res.partner"].browse(int(decision.document_key.rpartition(":")[2])).exists()
            partner._construction_end_bank_hold(decision.code == KEEP, answered=decision.question)
        return result
