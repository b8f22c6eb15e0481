# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Command, Domain

from odoo.addons.construction_base.lib.decimals import ZERO, decimal
from odoo.addons.construction_sync.lib.keyform import clean

from ..lib.naming import lines_said, lines_that_name
from .construction_left_behind_mixin import WAITING
from .construction_recode import ARCHIVED, CODED, KEPT, REMAPPED

ORDER, REQUEST, BILL = "purchase.order", "purchase.request", "account.move"
# the events that say how the lines of a document are coded
TELLING = {
    ORDER: ("procurement.purchase_order.approved", "procurement.purchase_order.changed"),
    REQUEST: ("procurement.material.requested",),
    BILL: ("procurement.invoice.received",),
}


class ConstructionRecodeFind(models.Model):
    """Which lines of open documents a remap or an archived code leaves behind."""

    # apart from the list: what is decided and how it comes to be are two ideas
    _inherit = "construction.recode"  # pylint: disable=consider-merging-classes-inherited

    # --- what happened --------------------------------------------------------------------------------

    @api.model
    def _remapped(self, source, kind, changes):
        """List what keys leave behind that mean something else from now on.

        :param dict changes: entry of the crosswalk that said it until now → record
        """
        if kind not in (*CODED, *KEPT):
            return
        used = self._used(source.company_id, kind, changes)
        for entry, record in changes.items():
            if record._name != entry.res_model or entry.res_id not in used:
                continue
            former = self._records(entry.res_model, [entry.res_id])
            vals = {
                "why": REMAPPED,
                "company_id": source.company_id.id,
                "source_id": source.id,
                "kind": kind,
                "key": entry.key,
                "res_model": record._name,
            }
            self._list(vals, former, record)

    @api.model
    def _used(self, company, kind, entries):
        """The ids of the records of entries that open documents have, and of what is listed already."""
        ids = {}
        for entry in entries:
            ids.setdefault(entry.res_model, []).append(entry.res_id)
        listed = self.search([("kind", "=", kind), ("company_id", "=", company.id), ("state", "=", "open")])
        keys = set(listed.mapped("key"))
        used = {entry.res_id for entry in entries if entry.key in keys}
        for model, some in ids.items():
            records = self._records(model, some).exists()
            lines = self._open_lines(company, kind, records)
            if kind == "item":
                used.update(line.product_id.id for line in lines)
            elif kind == "supplier":
                families = {line.partner_id.commercial_partner_id for line in lines}
                used.update(r.id for r in records if r.commercial_partner_id in families)
            else:
                accounts = {
                    key for line in lines for keys in line.analytic_distribution for key in keys.split(",")
                }
                used.update(r.id for r in records if str(_account(r).id) in accounts)
        return used

    @api.model
    def _records(self, model, ids):
        return self.env[model].sudo().with_context(active_test=False).browse(ids)

    @api.model
    def _archived(self, records, kind):
        """List what archived records of the coding leave behind."""
        for record in records:
            companies = (
                # pylint: disable-next=no-search-all
                record.company_id if "company_id" in record._fields else self.env["res.company"].search([])
            )
            for company in companies:
                self._list(self._archived_vals(record, kind, company), record)

    @api.model
    def _archived_vals(self, record, kind, company):
        return {
            "why": ARCHIVED,
            "company_id": company.id,
            "source_id": False,
            "kind": kind,
            "key": record.code,
            "res_model": record._name,
        }

    @api.model
    def _back(self, records, kind):
        """Records that are used again leave nothing behind."""
        vals = [("why", "=", ARCHIVED), ("kind", "=", kind), ("state", "=", "open")]
        for recode in self.search([*vals, ("key", "in", records.mapped("code"))]):
            if set(recode.line_ids.mapped("former_id")) <= set(records.ids):
                recode._end(self.env._("%s is used again.", recode.line_ids[:1].former_name))

    @api.model
    def _list(self, vals, former, target=None):
        """Bring the list of one cause up to date, and have somebody told."""
        known = self.search([*((name, "=", value) for name, value in vals.items()), ("state", "=", "open")])
        if target and known.target_id != target.id:
            # what waits asks for what the key meant before
            waiting = known.line_ids.filtered(lambda line: line.outcome == WAITING).change_id
            waiting._construction_close("superseded", self.env._("the key means something else again."))
        found = self._find_lines(vals, former)
        still = known.line_ids.filtered(lambda line: line._is_left_still() and line._former() != target)
        if not found and not still:
            known._end(self.env._("Nothing open is coded otherwise any more."))
            return
        vals = {**vals, "target_id": target.id if target else False}
        vals["name"] = self._words_of(vals, former | former.browse(still.mapped("former_id")), target)
        recode = known or self.create(vals)
        recode.write(
            {
                **vals,
                "line_ids": [
                    *(Command.delete(line.id) for line in recode.line_ids - still),
                    *(
                        Command.create(self._prepare_line(line, former, amount))
                        for line, amount in found.items()
                        if (line._name, line.id) not in still.mapped(lambda l: (l.line_model, l.line_id))
                    ),
                ],
            }
        )
        recode._tell()

    @api.model
    def _words_of(self, vals, formers, target):
        names = ", ".join(formers.mapped("display_name"))
        if not target:
            return self.env._("%s was archived", names)
        return self.env._(
            "%(kind)s %(key)s of %(system)s: %(before)s → %(after)s",
            kind=vals["kind"].replace("_", " ").capitalize(),
            key=vals["key"],
            system=self.env["construction.source"].browse(vals["source_id"]).name,
            before=names,
            after=target.display_name,
        )

    # --- finding --------------------------------------------------------------------------------------

    @api.model
    def _find_lines(self, vals, former):
        """{line of an open document: open amount, in company currency} of what has a record of a kind."""
        company = self.env["res.company"].browse(vals["company_id"])
        found = self._open_lines(company, vals["kind"], former)
        if vals["source_id"]:
            source = self.env["construction.source"].browse(vals["source_id"])
            named = self._named_lines(source, vals["kind"], vals["key"], found)
            found = {line: amount for line, amount in found.items() if line in named}
        return found

    @api.model
    def _open_lines(self, company, kind, records):
        """{line of an open document of a company that has some of these records: open amount}"""
        of_company = Domain("company_id", "=", company.id)
        has = self._having_domains(kind, records)
        name = CODED.get(kind, "").removeprefix("construction_")
        return {
            **self._open_requests(of_company & has[REQUEST]),
            **self._open_orders(of_company & has[ORDER], name and (name, set(records.ids))),
            **self._open_bills(of_company & has[BILL]),
        }

    @api.model
    def _having_domains(self, kind, records):
        """{document: which of its lines have some of these records}"""
        if kind in CODED:
            accounts = [_account(record).id for record in records if _account(record)]
            coded = Domain("analytic_distribution", "in", accounts) if accounts else Domain.FALSE
            return dict.fromkeys(TELLING, coded)
        if kind == "item":
            return dict.fromkeys(TELLING, Domain("product_id", "in", records.ids))
        families = records.commercial_partner_id.ids
        return {
            REQUEST: Domain.FALSE,
            ORDER: Domain("order_id.partner_id", "child_of", families),
            BILL: Domain("move_id.partner_id", "child_of", families),
        }

    @api.model
    def _open_requests(self, having):
        lines = self.env["purchase.request.line"].search(
            having
            & Domain("request_id.state", "in", ("draft", "to_approve", "approved", "in_progress"))
            & Domain("cancelled", "=", False),
            order="id",
        )
        # what was ordered of it is the order's
        lines = lines.filtered(lambda line: not line.purchase_lines.filtered(lambda p: p.state != "cancel"))
        return {line: decimal(line.estimated_cost) for line in lines}

    @api.model
    def _open_orders(self, having, part):
        """:param part: (name, ids) of the shares of a line that count, or nothing for all"""
        lines = self.env["purchase.order.line"].search(
            having
            & Domain("order_id.state", "in", ("draft", "sent", "to approve", "purchase"))
            & Domain("display_type", "=", False),
            order="id",
        )
        found = {}
        for line, figures in lines._construction_order_lines().items():
            shares = [
                share
                for share in line._construction_request(figures)
                if not part or share[part[0]] in part[1]
            ]
            amount = sum((decimal(share["amount"]) for share in shares), ZERO)
            if amount or line.order_id.state != "purchase":
                found[line] = amount
        return found

    @api.model
    def _open_bills(self, having):
        lines = self.env["account.move.line"].search(
            having
            & Domain("parent_state", "=", "draft")
            & Domain("move_id.move_type", "in", ("in_invoice", "in_refund"))
            & Domain("display_type", "=", "product"),
            order="id",
        )
        # what takes back a posted bill takes it from where that is
        return {line: decimal(line.balance) for line in lines if not line._construction_credits_posted()}

    # --- by which key ---------------------------------------------------------------------------------

    @api.model
    def _named_lines(self, source, kind, key, found):
        """Those of lines whose coding came by an event of a system which means this by the key."""
        sources = self._naming_sources(source, kind, key)
        of_model = {
            model: self.env[model].browse([line.id for line in found if line._name == model])
            for model in DOCUMENT
        }
        orders, requests, bills = (of_model[model] for model in DOCUMENT)
        # a line of a bill is coded as the line of the order that it bills, which may have nothing open
        orders |= bills.purchase_line_id
        asked = orders.purchase_request_lines
        named_requests = self._told(sources, REQUEST, requests | asked, kind, key)
        named_orders = self._told(sources, ORDER, orders, kind, key)
        # what a person ordered of a request is coded as that
        named_orders |= orders.filtered(
            lambda line: not line.construction_external_line and line.purchase_request_lines & named_requests
        )
        named_bills = self._told(sources, BILL, bills, kind, key)
        named_bills |= bills.filtered(lambda line: line.purchase_line_id & named_orders)
        return {*named_requests, *named_orders, *named_bills}

    @api.model
    def _naming_sources(self, source, kind, key):
        """The systems to whom a key of one says what it means: itself, and those without an own meaning."""
        walk = self.env["construction.crosswalk"]
        _own, users = walk._family_ids(source.id)
        others = self.env["construction.source"].browse(users)
        return source | others.filtered(lambda s: not walk._current(s, {kind: {clean(key)}}, own_only=True))

    @api.model
    def _told(self, sources, model, lines, kind, key):
        """Those of lines that the last event which told of them coded by a key."""
        documents = lines.mapped(DOCUMENT[lines._name])
        if not documents:
            return lines
        links = (
            self.env["construction.message.record"]
            .sudo()
            .search(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", documents.ids),
                    ("message_id.source_id", "in", sources.ids),
                    ("message_id.type_name", "in", TELLING[model]),
                ],
                order="id",
            )
        )
        said = {}
        for link in links:
            data = link.message_id._payload()
            naming = lines_that_name(data, kind, key)
            for called in lines_said(data) | naming:
                said[link.res_id, called] = called in naming
        return lines.filtered(
            lambda line: said.get((line[DOCUMENT[lines._name]].id, line.construction_external_line))
        )

    # --- lines ----------------------------------------------------------------------------------------

    @api.model
    def _prepare_line(self, line, former, amount):
        document = line[DOCUMENT[line._name]]
        posted = line.env["account.move.line"]
        if line._name == "purchase.order.line":
            posted = line.invoice_lines.filtered(lambda row: row.parent_state == "posted")
        return {
            "document_model": document._name,
            "document_id": document.id,
            "document_name": document.display_name,
            "line_model": line._name,
            "line_id": line.id,
            "label": (line.name or "").splitlines()[0][:80] if line.name else False,
            "former_id": former.id,
            "former_name": former.display_name,
            "amount": float(amount),
            "posted": sum(posted.mapped("balance")),
        }


DOCUMENT = {
    "purchase.order.line": "order_id",
    "purchase.request.line": "request_id",
    "account.move.line": "move_id",
}


def _account(record):
    """The account that stands for a job, code or type in distributions, where it has one already."""
    return record.account_id if record._name == "project.project" else record.analytic_account_id
