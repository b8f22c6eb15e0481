# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.errors import Choice, SyncError
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work

CONTROLLER = "construction_base.group_cost_controller"
TERMS = ("vat", "property_supplier_payment_term_id", "property_purchase_currency_id")
# what a person changes by hand and another one of finance confirms
HAND, CONFIRM = "hand:", "confirm"


class ResPartnerTerms(models.Model):
    """Terms and tax number of a supplier that a person changes by hand: another one confirms them."""

    # apart from bank details: what Odoo itself guards, and what nobody does
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        names = [name for name in TERMS if name in vals]
        if not names or self.env.su or at_work(self.env):
            return super().write(vals)
        suppliers = self.filtered(lambda p: p == p.commercial_partner_id and p._construction_is_supplier())
        before = {partner: partner._construction_terms(names) for partner in suppliers}
        result = super().write(vals)
        for partner, words in before.items():
            partner._construction_tell_terms(words)
        return result

    def _construction_is_supplier(self):
        """Whether this is known as a supplier: bills were entered, or a system sent it as one."""
        return bool(self.supplier_rank or self.construction_external_key)

    def _construction_terms(self, names):
        """Terms and tax number as a person reads them: {label: value}"""
        found = {}
        for name in names:
            field, value = self._fields[name], self[name]
            found[field._description_string(self.env)] = (
                value.display_name if field.relational else value
            ) or ""
        return found

    def _construction_tell_terms(self, before):
        """Have somebody else of finance confirm what differs from before; end it where nothing does."""
        items = self.env["construction.exception"].sudo()
        company, cause = self.env.company, f"terms_by_hand:{self.id}"
        known = items._find(company, items.source_id, cause, [("state", "=", "open")])
        # several changes are one, against what was confirmed last
        before = {**before, **{label: first for label, first, _now in known.comparison or ()}}
        now = self._construction_terms(TERMS)
        rows = [(label, first, now[label]) for label, first in before.items() if now[label] != first]
        if not rows:
            known._close_when_empty("resolved", self.env._("It says again what it said."))
            return
        self._construction_ask_by_hand(known, cause, "terms_tax", rows, [label for label, _old, _new in rows])

    def _construction_ask_by_hand(self, known, cause, group, rows, labels, users=None):
        """Ask somebody else of finance to confirm what the user changed of this partner.

        :param known: the open work item of it, or none
        :param rows: (label, confirmed last, now)
        :param labels: what was changed, in words
        :param users: who did, where it is not the user
        :return: the work item
        """
        users = users or self.env.user
        item = known._open(
            self.env.company,
            SyncError(
                self.env._(
                    "%(user)s changed %(fields)s of supplier %(record)s by hand. Confirm it with them, or "
                    "put back what was there.",
                    user=listed(self.env, users.sudo().mapped("name")),
                    fields=listed(self.env, labels),
                    record=self.display_name,
                ),
                cause_key=cause,
                record=self,
                partner=self,
                question=f"{HAND}{group}",
                choices=[Choice(CONFIRM, self.env._("Confirm: they hold"), CONTROLLER)],
                comparison=rows,
            ),
        )
        item.construction_changed_by_ids = known.construction_changed_by_ids | users
        item._settle_barred()
        return item


class ConstructionException(models.Model):
    # here, for it is the other half of the same question
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    construction_changed_by_ids = fields.Many2many(
        "res.users",
        "construction_exception_changed_by_rel",
        "exception_id",
        "user_id",
        string="Changed by Hand by",
        readonly=True,
    )

    def _barred(self):
        barred = super()._barred()
        return barred | self.sudo().construction_changed_by_ids if self._is_by_hand() else barred

    def _is_by_hand(self):
        return (self.question or "").startswith(HAND)

    def _take_decision(self, vals):
        if self._is_by_hand():
            if self.env.user in self._barred():
                raise UserError(
                    self.env._("You changed it yourself: somebody else confirms it. Hand the work item over.")
                )
        return super()._take_decision(vals)
