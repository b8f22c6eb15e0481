# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.construction_sync.lib.keys import fold

NOTE_DAYS = 30


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "construction.external.mixin"]

    construction_received_by = fields.Char(string="Received on Site by", readonly=True, copy=False)
    construction_delivery_note = fields.Char(string="Delivery Note", readonly=True, copy=False)
    construction_note_key = fields.Char(
        compute="_compute_construction_note_key",
        store=True,
        index="btree_not_null",
        help="The number on the paper that came with the goods, as it is compared.",
    )
    construction_refused = fields.Text(
        string="Not Accepted",
        readonly=True,
        copy=False,
        help="What came damaged or was rejected. It is not in stock, and the order stays open for it.",
    )

    @api.depends("construction_delivery_note", "construction_external_key")
    def _compute_construction_note_key(self):
        for picking in self:
            note = picking.construction_delivery_note or picking.construction_external_key
            picking.construction_note_key = fold(note) or False

    def _construction_same_note(self):
        """Receipts of the same paper at other orders of the same supplier within 30 days.

        :return: dict picking → pickings
        """
        noted = self.filtered("construction_note_key")
        if not noted:
            return {}
        near = timedelta(days=NOTE_DAYS)
        others = self.search(
            [
                ("construction_note_key", "in", noted.mapped("construction_note_key")),
                ("company_id", "in", noted.company_id.ids),
                ("state", "=", "done"),
                ("date_done", ">=", min(noted.mapped("date_done")) - near),
                ("date_done", "<=", max(noted.mapped("date_done")) + near),
            ]
        )
        found = {
            picking: others.filtered(
                lambda other, picking=picking: (
                    other.construction_note_key == picking.construction_note_key
                    and other.purchase_id != picking.purchase_id
                    and other.partner_id.commercial_partner_id == picking.partner_id.commercial_partner_id
                    and abs(other.date_done - picking.date_done) <= near
                )
            )
            for picking in noted
        }
        return {picking: same for picking, same in found.items() if same}
