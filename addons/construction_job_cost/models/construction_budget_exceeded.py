# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..lib.exceeded import exceeded


class ConstructionBudgetExceeded(models.Model):
    """What an approved budget leaves with more commitments than its codes have room for."""

    # apart from the document: how it comes to be and what it leads to are two ideas
    _inherit = "construction.budget"  # pylint: disable=consider-merging-classes-inherited

    exceeded_note = fields.Text(
        string="Commitments Above Budget",
        readonly=True,
        copy=False,
        help="The codes of this budget that had more committed than it left them, when it was approved.",
    )

    def action_approve(self):
        result = super().action_approve()
        for document in self:
            found = document.sudo()._construction_exceeded()
            if found:
                document._construction_tell_exceeded(found)
        return result

    def _construction_exceeded(self):
        """{sentence on the figures of a code: documents} of the codes that this budget leaves short."""
        cells = {(self.job_id.id, line.cost_code_id.id) for line in self.line_ids}
        found = exceeded(self.env["construction.budget.cell"]._read_figures(cells))
        money = self.currency_id.format
        result = {}
        for (job_id, code_id, type_id), figures in found.items():
            code = self.env["construction.cost.code"].browse(code_id)
            cost_type = self.env["construction.cost.type"].browse(type_id or ())
            where = " / ".join(name for name in (code.display_name, cost_type.display_name) if name)
            sentence = self.env._(
                "%(where)s: budget %(budget)s, actual %(actual)s, open commitment %(committed)s, reserved "
                "%(reserved)s: %(missing)s too much.",
                where=where,
                budget=money(float(figures.budget)),
                actual=money(float(figures.actual)),
                committed=money(float(figures.committed)),
                reserved=money(float(figures.reserved)),
                missing=money(-float(figures.available)),
            )
            result[sentence] = self._construction_committing(job_id, code_id, type_id)
        return result

    def _construction_committing(self, job_id, code_id, type_id):
        """The documents that have something open, or reserved, in a code: a list of records with a name.

        Of those models that say so by ``_construction_commits``.
        """
        commits = [name for name, model in self.env.items() if getattr(model, "_construction_commits", False)]
        domain = [
            ("job_id", "=", job_id),
            ("cost_code_id", "=", code_id),
            ("document_model", "in", commits),
            "|",
            ("kind", "=", "commitment"),
            ("stage", "=", "reserved"),
        ]
        if type_id:
            domain.append(("cost_type_id", "=", type_id))
        groups = self.env["construction.cost.entry"]._read_group(
            domain, ["document_model", "document_id"], ["amount:sum"]
        )
        committing = sorted(
            (model, document_id)
            for model, document_id, amount in groups
            if self.currency_id.compare_amounts(amount, 0) > 0
        )
        return [record for model, res_id in committing for record in self.env[model].browse(res_id).exists()]

    def _construction_tell_exceeded(self, found):
        """Say on the budget which commitments exceed their code now.

        :param found: what ``_construction_exceeded`` gives
        """
        lines = [
            self.env._(
                "%(figures)s Orders: %(orders)s",
                figures=figures,
                orders=", ".join(order.name for order in orders),
            )
            for figures, orders in found.items()
        ]
        note = "\n".join(lines)
        # frozen is what it says, not what came of it
        models.BaseModel.write(self.sudo(), {"exceeded_note": note})
        self.message_post(
            body=self.env._("These commitments exceed their code since this was approved:\n%s", note)
        )
