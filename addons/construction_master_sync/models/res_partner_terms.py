# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.errors import Choice, SyncError
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work

CONTROLLER = "construction_base.group_cost_controller"
TERMS = ("vat", "property_supplier_payment_term_id", "property_purchase_currency_id")
# what a person changes by hand and another one of finance confirms
HAND, CONFIRM, PUT_BACK = "hand:", "confirm", "put_back"
TERMS_TAX = "terms_tax"


class ResPartnerTerms(models.Model):
    """Terms and tax number of a supplier that a person changes by hand: another one confirms them."""

    # apart from bank details: what Odoo itself guards, and what nobody does
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        names = [name for name in TERMS if name in vals]
        if not names or self.env.su or at_work(self.env):
            return super().write(vals)
        suppliers = self.filtered(lambda p: p == p.commercial_partner_id and p._construction_is_supplier())
        before = {
            partner: (partner._construction_terms(names), partner._construction_plain_terms(names))
            for partner in suppliers
        }
        result = super().write(vals)
        for partner, (words, plain) in before.items():
            partner._construction_tell_terms(words, plain)
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

    def _construction_plain_terms(self, names):
        """The same as it is stored: {field: value, or id}"""
        return {name: self[name].id if self._fields[name].relational else self[name] or "" for name in names}

    def _construction_tell_terms(self, before, plain):
        """Have somebody else of finance confirm what differs from before; end it where nothing does.

        :param before: what it was, as ``_construction_terms``
        :param plain: and as ``_construction_plain_terms``
        """
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
        first = {**plain, **{name: pair[0] for name, pair in (known.construction_former or {}).items()}}
        present = self._construction_plain_terms(first)
        former = {name: [value, present[name]] for name, value in first.items() if value != present[name]}
        labels = [label for label, _old, _new in rows]
        self._construction_ask_by_hand(known, cause, TERMS_TAX, rows, labels, former=former)

    def _construction_put_back(self, item):
        """Give this supplier back what it had before a person changed it by hand.

        :param item: the work item that asked about the change
        :raises UserError: where it was changed again since
        """
        if item.question != f"{HAND}{TERMS_TAX}":
            return
        former = item.construction_former
        if self._construction_plain_terms(former) != {name: now for name, (_first, now) in former.items()}:
            raise UserError(
                self.env._(
                    "%s has changed again since this was asked: confirm it as it is, or have it changed by "
                    "hand.",
                    self.display_name,
                )
            )
        self.write({name: first or False for name, (first, _now) in former.items()})

    def _construction_ask_by_hand(self, known, cause, group, rows, labels, users=None, former=None):
        """Ask somebody else of finance to confirm what the user changed of this partner.

        :param known: the open work item of it, or none
        :param rows: (label, confirmed last, now)
        :param labels: what was changed, in words
        :param users: who did, where it is not the user
        :param former: by what it is put back, as ``_construction_put_back`` reads it; None where it cannot be
        :return: the work item
        """
        users = users or self.env.user
        choices = [Choice(CONFIRM, self.env._("Confirm: they hold"), CONTROLLER)]
        ways = self.env._("Confirm it with them, or have them changed again by hand.")
        if former:
            choices.append(Choice(PUT_BACK, self.env._("Put back what was there"), CONTROLLER))
            ways = self.env._("Confirm it with them, or put back what was there.")
        item = known._open(
            self.env.company,
            SyncError(
                self.env._(
                    "%(user)s changed %(fields)s of supplier %(record)s by hand. %(ways)s",
                    user=listed(self.env, users.sudo().mapped("name")),
                    fields=listed(self.env, labels),
                    record=self.display_name,
                    ways=ways,
                ),
                cause_key=cause,
                record=self,
                partner=self,
                question=f"{HAND}{group}",
                choices=choices,
                comparison=rows,
            ),
        )
        item.construction_changed_by_ids = known.construction_changed_by_ids | users
        item.construction_former = former or False
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

    construction_former = fields.Json(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="What a person changed by hand, as it was before: it is put back from here.",
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
            if vals["code"] == PUT_BACK:
                self._put_back(vals["reason"])
        result = super()._take_decision(vals)
        if self._is_by_hand():
            self.sudo().construction_former = False
        return result

    def _put_back(self, reason):
        """Undo by the decider's word, not by their rights, what was changed by hand."""
        partner = self.sudo().record_ref
        if not partner or not partner.exists():
            raise UserError(self.env._("It is gone: there is nothing to put back."))
        partner.with_company(self.company_id)._construction_put_back(self.sudo())
        partner.message_post(
            body=self.env._(
                "%(user)s put back what was there: %(reason)s", user=self.env.user.name, reason=reason or ""
            ),
            author_id=self.env.user.partner_id.id,
        )
