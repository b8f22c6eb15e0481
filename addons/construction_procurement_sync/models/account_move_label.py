# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountMoveLabel(models.Model):
    """What a person knows a bill by: most of them wait for a number of their own as drafts."""

    # apart from the bill: what it says and what it is called in a sentence are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_label(self):
        """The supplier's number of a bill, or else what it is called here."""
        self.ensure_one()
        return self.ref or self.construction_external_key or self.display_name

    def _get_move_display_name(self, show_ref=False):
        """Name what never got a number, or lost it, by its kind and its supplier's number."""
        name = super()._get_move_display_name(show_ref)
        if (self.name and self.name != "/") or self.env.context.get("name_as_amount_total"):
            return name
        reference = self.ref or self.construction_external_key
        if self.state == "draft":
            # Odoo says it of a reference that is there
            unsaid = show_ref and not self.ref and reference
            return f"{name} ({reference})" if unsaid else name
        kind = dict(self._fields["move_type"]._description_selection(self.env))[self.move_type]
        return " ".join(filter(None, [kind, reference]))
