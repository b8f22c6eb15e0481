# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.errors import Candidate
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.lib.likeness import closest

MODELS = {
    "tax": "account.tax",
    "order": "purchase.order",
    "order_line": "purchase.order.line",
}


class ConstructionProcurementCandidatesMixin(models.AbstractModel):
    """What a key or a gap may mean: likely records for a person to choose from, never a guess."""

    # apart from what the handlers share: reading an event and offering what it may mean are two ideas
    _inherit = "construction.procurement.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _reference_model(self, kind):
        return MODELS.get(kind) or super()._reference_model(kind)

    def _reference_kinds(self):
        return (*super()._reference_kinds(), *MODELS)

    def _candidates(self, work, kind, key):
        offer = {"order": self._named_order_candidates, "order_line": self._line_candidates}.get(kind)
        return offer(work, key) if offer else super()._candidates(work, kind, key)

    # --- master data ------------------------------------------------------------

    def _supplier_candidates(self, work, key):
        """The supplier of the order that the document names is the likeliest of all."""
        alike = super()._supplier_candidates(work, key)
        named = work.data.get("order")
        order = named and self._ref(
            work, "order", self._order_key(work, named), model="purchase.order", required=False
        )
        if not order:
            return alike
        first = Candidate(order.partner_id, self.env._("supplier of order %s", order.name))
        return [first, *(c for c in alike if c.record != order.partner_id)]

    def _coding_candidates(self, work, line, product):
        """Cost codes for a line that names none: where the item was coded before, then by likeness."""
        lines = product and self.env["purchase.order.line"].search(
            [
                ("product_id", "=", product.id),
                ("cost_code_id", "!=", False),
                ("company_id", "=", self.env.company.id),
            ],
            order="id desc",
            limit=40,
        )
        lines = lines or self.env["purchase.order.line"]
        here = lines.filtered(lambda row: row.construction_job_id == work.job)
        found = {}
        for row in here + (lines - here):
            why = self.env._("coded so on order %s", row.order_id.name)
            found.setdefault(row.cost_code_id, Candidate(row.cost_code_id, why))
        for candidate in self._code_candidates(work, line.get("description")):
            found.setdefault(candidate.record, candidate)
        return list(found.values())

    # --- orders -------------------------------------------------------------------

    def _open_orders(self, supplier=None, job=None):
        domain = [("company_id", "=", self.env.company.id), ("state", "=", "purchase")]
        if supplier:
            domain.append(("partner_id", "child_of", supplier.commercial_partner_id.id))
        if job:
            domain.append(("order_line.construction_job_id", "=", job.id))
        return self.env["purchase.order"].search(domain, order="id desc", limit=400)

    def _named_order_candidates(self, work, key):
        """Orders whose number is like the one that is named, of the same supplier and job."""
        supplier = self._ref_of(work, "supplier", "res.partner")
        orders = self._open_orders(supplier, work.job)
        names = {o: [o.name, o.construction_external_key, o.partner_ref] for o in orders}
        alike = self._alike([key], names)
        known = {candidate.record for candidate in alike}
        return alike + [c for c in self._order_candidates(work, supplier) if c.record not in known]

    def _order_candidates(self, work, supplier):
        """Orders of a supplier and job that a document may be of: by items, words and amount."""
        orders = self._open_orders(supplier, work.job or self._ref_of(work, "job", "project.project"))
        scores = {order: self._order_score(work, order) for order in orders}
        ranked = sorted((o for o in orders if scores[o][0]), key=lambda o: -scores[o][0])
        rest = [o for o in orders if not scores[o][0]] if supplier else []
        return [Candidate(o, ", ".join(scores[o][1])) for o in [*ranked, *rest]]

    def _order_score(self, work, order):
        """:return: (points, reasons in words)"""
        points, reasons = 0.0, []
        rows = order.order_line.filtered(lambda row: not row.display_type)
        lines = work.data.get("lines", ())
        names = {row: [row.name, row.product_id.name, row.product_id.default_code] for row in rows}
        matched = 0
        for line in lines:
            found = closest([line.get("item"), line.get("description")], names, limit=1)
            matched += bool(found)
            points += found[0][1] / 100 / len(lines) if found else 0
        if matched:
            reasons.append(
                self.env._("%(matched)d of %(lines)d lines alike", matched=matched, lines=len(lines))
            )
        total = work.data.get("net_total")
        if total is not None:
            billed = rows._construction_taken()
            left = sum(
                (denoised(row.qty_received) - billed[row]) * denoised(row._construction_net_price())
                for row in rows
            )
            if left and abs(left - self._decimal(total)) <= abs(left) / 50:
                points += 1
                reasons.append(
                    self.env._("received and not billed: %s", rows.currency_id[:1].format(float(left)))
                )
        else:
            still = any(row._construction_compare(row.qty_received, row.product_qty) < 0 for row in rows)
            if still and points:
                points += 0.5
                reasons.append(self.env._("something is still to come"))
        if not reasons:
            reasons.append(self.env._("same supplier"))
        return points, reasons

    def _line_candidates(self, work, key):
        number = work.data.get("order")
        order = number and self._ref(
            work, "order", self._order_key(work, number), model="purchase.order", required=False
        )
        order = order or self._decided(work, "order")._record()
        if not order:
            return []
        rows = order.order_line.filtered(lambda row: not row.display_type)
        said = [
            ln for ln in work.data.get("lines", ()) if key.endswith(document_key("", ln.get("order_line")))
        ]
        words = [text for ln in said for text in (ln.get("description"), ln.get("item"))]
        alike = self._alike(words, {row: [row.name, row.product_id.name] for row in rows})
        known = {candidate.record for candidate in alike}
        return alike + [
            Candidate(row, self.env._("on the order: %s", row._construction_line_label()))
            for row in rows
            if row not in known
        ]
