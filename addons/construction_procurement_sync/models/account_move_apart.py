# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..lib.duplicates import NEAR_DAYS


class AccountMoveApart(models.Model):
    """Bills that look alike and are known to be several: none is held as a double of another."""

    # apart from matching: which bills are alike and which are known to be two are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    construction_apart_ids = fields.Many2many(
        "account.move",
        "construction_bill_apart_rel",
        "move_id",
        "other_id",
        string="Not the Same as",
        readonly=True,
        copy=False,
        help="Bills that are other documents, though they look alike: of one number that a person called "
        "others, or of two suppliers that were merged.",
    )
    construction_apart_from_ids = fields.Many2many(
        "account.move",
        "construction_bill_apart_rel",
        "other_id",
        "move_id",
        string="Called Another than This",
        readonly=True,
        copy=False,
    )

    def _construction_apart(self):
        """The bills that are known to be others than these, whichever of the two says so."""
        return self.construction_apart_ids | self.construction_apart_from_ids

    @api.model
    def _construction_part_bills(self, partners):
        """Before suppliers are merged: what is two bills of two of them stays two bills of one."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO construction_bill_apart_rel (move_id, other_id)
                SELECT a.id, b.id
                  FROM account_move a
                  JOIN account_move b
                    ON b.company_id = a.company_id
                   AND b.commercial_partner_id <> a.commercial_partner_id
                   AND (b.move_type = 'in_refund') = (a.move_type = 'in_refund')
                   AND b.id > a.id
                 WHERE a.commercial_partner_id IN %(partners)s
                   AND b.commercial_partner_id IN %(partners)s
                   AND a.move_type IN ('in_invoice', 'in_receipt', 'in_refund')
                   AND b.move_type IN ('in_invoice', 'in_receipt', 'in_refund')
                   AND (b.construction_reference_key = a.construction_reference_key
                        OR b.construction_document_hash = a.construction_document_hash
                        OR (b.amount_total = a.amount_total AND b.currency_id = a.currency_id
                            AND abs(b.invoice_date - a.invoice_date) <= %(days)s))
                ON CONFLICT DO NOTHING
                """,
                partners=tuple((partners | partners.commercial_partner_id).ids),
                days=NEAR_DAYS,
            )
        )
        self.invalidate_model(["construction_apart_ids", "construction_apart_from_ids"])
