# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib
from datetime import date as Date

from odoo import Command, models

from odoo.addons.construction_job_cost.exceptions import PeriodLocked
from odoo.addons.construction_sync.exceptions import (
    ClosedPeriod,
    DuplicateFound,
    Hold,
    InvalidData,
    MissingReference,
    Variance,
)

from ..lib import documents
from ..lib.sums import SumLine, wrong_sums

ERRORS = {"duplicate": DuplicateFound, "bank": Hold, "no_order": Hold}
ZERO_TAX = 0


class ProcurementInvoiceReceived(models.AbstractModel):
    """A supplier's invoice is a draft bill, matched; what does not match is held."""

    _name = "construction.handler.procurement.invoice.received"
    _inherit = "construction.procurement.mixin"
    _description = "Supplier invoice received"
    _event_type = "procurement.invoice.received"
    _event_priority = 40

    def _reference_keys(self, data):
        yield "invoice", data["invoice"]
        yield "supplier", data["supplier"]
        yield "order", data.get("order")
        yield from self._line_reference_keys(data["lines"])
        for line in data["lines"]:
            yield "tax", line.get("tax_percent")

    # --- reading --------------------------------------------------------------

    def _resolve(self, work):
        data = work.data
        bank_account = self._open_restricted(data.get("bank_account"))
        bill = self._ref(work, "invoice", data["invoice"], model="account.move", required=False)
        if bill:
            work.job = bill.invoice_line_ids.construction_job_id[:1]
            return {"bill": bill, "bank_account": bank_account}
        self._unique_lines(work, data["lines"])
        supplier = self._ref(
            work,
            "supplier",
            data["supplier"],
            model="res.partner",
            sentence=self.env._("Supplier %s is unknown.", data["supplier"]),
        )
        order = self._released_order(work, data["order"]) if data.get("order") else self.env["purchase.order"]
        self._check_supplier(work, order, supplier)
        date = Date.fromisoformat(data["invoice_date"])
        currency = self._currency(work, data["currency"], date, partner=supplier)
        self._check_currency(work, order, currency)
        self._check_sums(work, supplier, currency)
        self._check_open(work, date, self.env._("Invoice %s", data["invoice"]), partner=supplier)
        vals = self._prepare_bill_vals(work, order, supplier, currency, date)
        self._check_accounting_open(work, date, supplier)
        return {
            "bill": bill,
            "bank_account": bank_account,
            "vals": vals,
            "document": self._read_document(work, data.get("document")),
        }

    def _check_supplier(self, work, order, supplier):
        if order and order.partner_id.commercial_partner_id != supplier.commercial_partner_id:
            raise InvalidData(
                self.env._(
                    "Invoice %(invoice)s comes from %(supplier)s, but order %(order)s is with %(known)s.",
                    invoice=work.data["invoice"],
                    supplier=supplier.display_name,
                    order=order.name,
                    known=order.partner_id.display_name,
                ),
                "/supplier",
                job=work.job,
                partner=supplier,
                record=order,
            )

    def _check_currency(self, work, order, currency):
        if order and order.currency_id != currency:
            raise InvalidData(
                self.env._(
                    "Invoice %(invoice)s is in %(billed)s, but order %(order)s is in %(ordered)s.",
                    invoice=work.data["invoice"],
                    billed=currency.name,
                    order=order.name,
                    ordered=order.currency_id.name,
                ),
                "/currency",
                job=work.job,
                partner=order.partner_id,
                record=order,
            )

    def _check_sums(self, work, supplier, currency):
        data = work.data
        lines = [
            SumLine(
                line["line"],
                self._quantity(line["quantity"], f"/lines/{number}/quantity"),
                self._decimal(line["unit_price"], f"/lines/{number}/unit_price"),
                self._decimal(line["amount"], f"/lines/{number}/amount"),
                self._decimal(line.get("tax_percent") or 0, f"/lines/{number}/tax_percent"),
            )
            for number, line in enumerate(data["lines"])
        ]
        totals = [self._decimal(data[name], f"/{name}") for name in ("net_total", "tax_total", "total")]
        faults = wrong_sums(lines, *totals, digits=currency.decimal_places)
        if not faults:
            return
        label = {
            "line": self.env._("the amount of line %s"),
            "net_total": self.env._("the net total"),
            "tax_total": self.env._("the tax"),
            "total": self.env._("the total"),
        }
        named = {
            label[fault.what] % fault.line if fault.line else label[fault.what]: fault for fault in faults
        }
        raise InvalidData(
            self.env._(
                "Invoice %(invoice)s does not add up: %(faults)s.",
                invoice=data["invoice"],
                faults="; ".join(
                    self.env._(
                        "%(what)s says %(stated)s, but it is %(computed)s",
                        what=what,
                        stated=fault.stated,
                        computed=fault.computed,
                    )
                    for what, fault in named.items()
                ),
            ),
            cause_key=f"sum:{data['supplier']}:{data['invoice']}",
            job=work.job,
            partner=supplier,
            figures={what: f"{fault.stated} ≠ {fault.computed}" for what, fault in named.items()},
        )

    def _check_accounting_open(self, work, date, supplier):
        """The books must be open too: Odoo would move the date without a word."""
        has_tax = any(line.get("tax_percent") for line in work.data["lines"])
        journal = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.env.company),
                ("type", "=", "purchase"),
            ],
            limit=1,
        )
        locks = self.env.company._get_violated_lock_dates(date, has_tax, journal)
        if locks:
            proposed = (
                self.env["account.move"]
                .new({"move_type": "in_invoice", "journal_id": journal.id})
                ._get_accounting_date(date, has_tax)
            )
            raise ClosedPeriod(
                self.env._(
                    "Invoice %(invoice)s is dated %(date)s, in a locked period. It could be booked "
                    "on %(proposed)s.",
                    invoice=work.data["invoice"],
                    date=date,
                    proposed=proposed,
                ),
                date,
                proposed,
                job=work.job,
                partner=supplier,
            )

    def _read_document(self, work, document):
        if not document:
            return None
        try:
            content = documents.decode(document["base64"])
            media_type = documents.sniff(content)
        except documents.UnsafeDocument as error:
            raise InvalidData(str(error), "/document", job=work.job) from error
        return {
            "name": documents.safe_name(document["name"], media_type),
            "mimetype": media_type,
            "raw": content,
            "hash": hashlib.sha256(content).hexdigest(),
        }

    # --- the bill -------------------------------------------------------------

    def _prepare_bill_vals(self, work, order, supplier, currency, date):
        data = work.data
        return {
            "move_type": "in_refund" if data["kind"] == "credit_note" else "in_invoice",
            "partner_id": supplier.id,
            "company_id": self.env.company.id,
            "currency_id": currency.id,
            "ref": data["invoice"],
            "invoice_date": date,
            "date": date,
            **(
                {
                    "invoice_date_due": Date.fromisoformat(data["due_date"]),
                    "invoice_payment_term_id": False,
                }
                if data.get("due_date")
                else {}
            ),
            "invoice_origin": order.name,
            "construction_external_key": data["invoice"],
            "construction_occurred_at": work.message.occurred_at,
            "invoice_line_ids": [
                Command.create(self._prepare_bill_line_vals(work, order, line, f"/lines/{number}"))
                for number, line in enumerate(data["lines"])
            ],
        }

    def _prepare_bill_line_vals(self, work, order, line, pointer):
        order_line = (
            self._order_line(work, order, line, pointer) if order else self.env["purchase.order.line"]
        )
        if not order and line.get("order_line"):
            raise InvalidData(
                self.env._("A line names an order line, but the invoice names no order."),
                f"{pointer}/order_line",
            )
        uom = self._uom(work, line["uom"])
        vals = {
            "display_type": "product",
            "construction_external_line": line["line"],
            "name": line["description"],
            "quantity": float(self._decimal(line["quantity"])),
            "product_uom_id": uom.id,
            "price_unit": float(self._decimal(line["unit_price"])),
            "discount": 0.0,
            "tax_ids": [Command.set(self._tax(work, line.get("tax_percent"), pointer).ids)],
        }
        if order_line:
            self._check_unit(work, order_line.product_id, uom, f"{pointer}/uom")
            vals.update(
                product_id=order_line.product_id.id,
                purchase_line_id=order_line.id,
                analytic_distribution=order_line.analytic_distribution,
            )
            return vals
        cost_type = self.env.ref("construction_base.cost_type_material")
        product = self._product(work, line.get("item"), uom, cost_type)
        vals["product_id"] = product.id
        vals["analytic_distribution"] = self._unordered_coding(work, order, line, cost_type, pointer)
        return vals

    def _unordered_coding(self, work, order, line, cost_type, pointer):
        """Coding of a line that no order line stands behind, such as freight."""
        if line.get("cost_code"):
            job = self._job(work, line["job"]) if line.get("job") else work.job
            if not job:
                raise InvalidData(self.env._("A line has no job."), f"{pointer}/job")
            code = self._cost_code(work, line["cost_code"], f"{pointer}/cost_code")
            return self.env["account.move.line"]._construction_distribution(job, code, cost_type)
        codings = {
            tuple(sorted((row.analytic_distribution or {}).items()))
            for row in order.order_line
            if not row.display_type
        }
        if len(codings) != 1:
            # charges on an order of several codes could belong to any of them
            self._cost_code(work, None, f"{pointer}/cost_code")
        return dict(codings.pop())

    def _tax(self, work, percent, pointer):
        """The company's purchase tax of a rate; never a guess between two."""
        percent = self._decimal(percent or 0, f"{pointer}/tax_percent")
        taxes = self.env["account.tax"]
        if percent == ZERO_TAX:
            return taxes
        key = f"{percent.normalize():f}"
        mapped = self._ref(work, "tax", key, model="account.tax", required=False)
        if mapped:
            return mapped
        found = taxes.search(
            [
                ("company_id", "=", self.env.company.id),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", "=", float(percent)),
            ]
        ).filtered(lambda tax: not tax.price_include)
        default = self.env.company.account_purchase_tax_id
        found = default if default in found else found
        if len(found) != 1:
            raise MissingReference(
                "tax",
                key,
                "account.tax",
                job=work.job,
                sentence=self.env._("No purchase tax of %s %% is set up.", key)
                if not found
                else self.env._("Several purchase taxes are of %s %%: choose one.", key),
            )
        return found

    # --- applying -------------------------------------------------------------

    def _apply(self, works):
        self._create_bills([work for work in works if not work.resolved["bill"]])
        for work in works:
            bill = work.resolved["bill"]
            if bill.state != "draft":
                continue
            holds = bill._construction_evaluate(work.resolved["bank_account"])
            if holds:
                work.park(self._hold_error(work, bill, holds))
                continue
            if self.env.company.construction_bill_autopost:
                # one by one: what this bill takes is no longer there for the next
                self._post(work, bill)

    def _create_bills(self, works):
        if not works:
            return
        for work in works:
            if work.resolved["document"]:
                work.resolved["vals"]["construction_document_hash"] = work.resolved["document"]["hash"]
        bills = self.env["account.move"].create([work.resolved["vals"] for work in works])
        for work, bill in zip(works, bills, strict=True):
            work.resolved["bill"] = bill
            work.job = work.job or bill.invoice_line_ids.construction_job_id[:1]
            work.trace(bill)
            work.trace(bill.invoice_line_ids.purchase_line_id.order_id, "update")
            self._check_total(work, bill)
        self._bind_many(works[0], "invoice", {bill.ref: bill for bill in bills})
        self._attach(works)

    def _check_total(self, work, bill):
        stated = self._decimal(work.data["total"])
        if bill.currency_id.compare_amounts(bill.amount_total, float(stated)):
            raise Variance(
                self.env._(
                    "Invoice %(invoice)s totals %(stated)s, but its bill would total %(computed)s. "
                    "Check the taxes of its lines.",
                    invoice=bill.ref,
                    stated=stated,
                    computed=bill.amount_total,
                ),
                cause_key=f"total:{bill.ref}",
                job=work.job,
                partner=bill.partner_id,
                figures={
                    self.env._("invoice"): str(stated),
                    self.env._("bill"): str(bill.amount_total),
                },
            )

    def _attach(self, works):
        vals_list = []
        for work in works:
            document = work.resolved["document"]
            if document:
                vals_list.append(
                    {
                        "name": document["name"],
                        "raw": document["raw"],
                        "mimetype": document["mimetype"],
                        "res_model": "account.move",
                        "res_id": work.resolved["bill"].id,
                    }
                )
        if vals_list:
            self.env["ir.attachment"].create(vals_list)

    def _post(self, work, bill):
        try:
            self._dated(work, bill, bill.date)._post(soft=False)
        except PeriodLocked as error:
            raise ClosedPeriod(
                str(error),
                error.date,
                error.proposed_date,
                job=work.job,
                partner=bill.partner_id,
            ) from error

    def _hold_error(self, work, bill, holds):
        kind = ERRORS.get(holds[:1].rule, Variance)
        figures = {}
        for hold in holds:
            figures[dict(hold._fields["rule"]._description_selection(self.env))[hold.rule]] = hold.name
        others = holds.other_move_ids
        return kind(
            self.env._(
                "Invoice %(invoice)s is on payment hold. %(reasons)s",
                invoice=bill.ref,
                reasons=" ".join(holds.mapped("name")),
            ),
            cause_key=f"hold:{work.message.source_id.code}:{bill.ref}",
            job=work.job,
            partner=bill.partner_id,
            record=bill | others,
            figures=figures,
        )
