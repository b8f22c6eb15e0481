# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.construction_master_sync.models.construction_external_mixin import ConstructionExternalMixin
from odoo.addons.construction_sync.lib.keys import fold
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work

from ..errors import BooksLocked

NOTE_DAYS = 30


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "construction.external.mixin"]
    _construction_event_fields = ConstructionExternalMixin._construction_event_fields | {
        "construction_came_for_id"
    }

    construction_received_by = fields.Char(string="Received on Site by", readonly=True, copy=False)
    construction_delivery_note = fields.Char(string="Delivery Note", readonly=True, copy=False)
    construction_came_for_id = fields.Many2one(
        "purchase.order",
        string="Came for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The order for which it came, where that was merged into another one here.",
    )
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

    def _construction_same_note(self, numbered=None):
        """Receipts of the same paper at other orders of the same supplier within 30 days.

        What went back in whole is none of them.

        :param numbered: those of these receipts that are also looked for by their number
        :return: dict picking → pickings
        """
        noted = self.filtered("construction_note_key")
        numbers = {picking: picking.construction_external_key for picking in numbered or ()}
        if not noted:
            return {}
        near = timedelta(days=NOTE_DAYS)
        others = self.search(
            [
                "|",
                ("construction_note_key", "in", noted.mapped("construction_note_key")),
                ("construction_external_key", "in", list(numbers.values())),
                ("company_id", "in", noted.company_id.ids),
                ("state", "=", "done"),
                ("date_done", ">=", min(noted.mapped("date_done")) - near),
                ("date_done", "<=", max(noted.mapped("date_done")) + near),
            ]
        )
        others = others.filtered(lambda other: not other._construction_went_back())
        found = {
            picking: others.filtered(
                lambda other, picking=picking: (
                    (
                        other.construction_note_key == picking.construction_note_key
                        or other.construction_external_key == (numbers.get(picking) or None)
                    )
                    and other._construction_order_as_sent() != picking._construction_order_as_sent()
                    and other.partner_id.commercial_partner_id == picking.partner_id.commercial_partner_id
                    and abs(other.date_done - picking.date_done) <= near
                )
            )
            for picking in noted
        }
        return {picking: same for picking, same in found.items() if same}

    @api.constrains("scheduled_date", "date_done")
    def _check_backdate_allowed(self):
        try:
            return super()._check_backdate_allowed()
        except ValidationError as error:
            raise self._construction_locked(error) from error

    def _construction_locked(self, error):
        """What an event is told for a refusal of a locked day; a person reads Odoo's own words."""
        for picking in self if at_work(self.env) else ():
            company = picking.company_id
            for moment in filter(None, (picking.scheduled_date, picking.date_done)):
                day = moment.date()
                locks = company._get_lock_date_violations(day, sale=False, purchase=False, tax=False)
                if locks:
                    return BooksLocked.of(company, picking.display_name, day, locks)
        return error

    def _action_done(self):
        result = super()._action_done()
        # the rest of a return that was validated in part is called one by its moves only
        back = self.move_ids.filtered("origin_returned_move_id")
        first = back._construction_first().picking_id
        returned = self.return_id | back.origin_returned_move_id.picking_id | first
        if returned:
            returned._construction_close_same_note()
            again = back.filtered(lambda move: not move._is_purchase_return())
            again._construction_first().picking_id._construction_ask_same_note_again()
            self.env["construction.exception"]._construction_resume_prepared(returned.sudo().purchase_id)
        return result

    def _construction_close_same_note(self):
        """End the question whether two receipts are one delivery where one of them went back meanwhile."""
        noted = self.sudo().filtered(lambda p: p.construction_note_key and p._construction_went_back())
        if not noted:
            return
        alike = noted | noted.search(
            [
                ("company_id", "in", noted.company_id.ids),
                "|",
                ("construction_note_key", "in", noted.mapped("construction_note_key")),
                ("construction_external_key", "in", noted.mapped("construction_external_key")),
            ]
        )
        items = self.env["construction.exception"].sudo()
        items = items.search(
            [
                ("state", "=", "open"),
                ("question", "=", "same_note"),
                ("record_ref", "in", [f"{self._name},{picking.id}" for picking in alike]),
            ]
        )
        asked = {item: item.record_ref for item in items.sorted("id", reverse=True)}
        later = self.browse()
        for item, picking in asked.items():
            same = picking._construction_same_note(picking).get(picking, later) - later
            if same and not picking._construction_went_back():
                # of each two the later one asks
                item.sentence = picking._construction_same_note_sentence(same)
                later |= picking
            else:
                item._detach()
                item._close_when_empty("resolved", self.env._("One of the two was returned meanwhile."))

    def _construction_ask_same_note_again(self):
        """Ask whether two receipts are one delivery where one of them, which had gone back, came again."""
        for picking in self.sudo().filtered("construction_note_key"):
            same = picking._construction_same_note(picking).get(picking)
            if not same or picking._construction_went_back():
                continue
            # of two the later one asks
            pickings = (picking | same).sorted("id")
            known = self.env["construction.crosswalk"].sudo()
            known = known.search(
                [
                    ("kind", "=", "receipt"),
                    ("res_model", "=", pickings._name),
                    ("res_id", "in", pickings.ids),
                    ("content_message_id", "!=", False),
                    ("valid_until", "=", False),
                ],
                order="id",
            )
            told = known.filtered(lambda entry, later=pickings[-1]: entry.res_id == later.id)[-1:]
            if told and not any(message._decided("same_note") for message in known.content_message_id):
                message = told.content_message_id
                handler = message.event_type_id._handler().sudo().with_company(picking.company_id)
                handler._ask_same_note(message, told.key, pickings[-1], pickings[:-1])

    def _construction_same_note_sentence(self, others):
        """What a person is told of receipts of the same paper at other orders."""
        return self.env._(
            "Delivery note %(note)s of %(supplier)s was received at order %(other)s too, and now at "
            "order %(order)s. Both are received: look whether it is one delivery.",
            note=self.construction_delivery_note or self.construction_external_key,
            supplier=self.partner_id.commercial_partner_id.display_name,
            other=listed(
                self.env, dict.fromkeys(other._construction_order_as_sent().name for other in others)
            ),
            order=self._construction_order_as_sent().name,
        )

    def _construction_order_as_sent(self):
        """The order for which its sender says that it came: for them, merged ones are still several."""
        return self.sudo().construction_came_for_id or self.sudo().purchase_id

    def _construction_of_receipt(self):
        """The transfers of the receipt that this one is of."""
        bearing = self.purchase_id.picking_ids._construction_bearing(
            self.construction_external_key, self.construction_came_for_id
        )
        return bearing | self

    def _construction_bearing(self, number, came_for):
        """Those of these transfers that brought goods of a receipt: its number, and the order it came for."""
        return self.filtered(
            lambda picking: (
                picking.construction_external_key == number
                and picking.construction_came_for_id == came_for
                # one that brings others in exchange is called a return, but its moves are none
                and not picking.move_ids.origin_returned_move_id
            )
        )

    def _construction_went_back(self):
        """Whether all that this transfer brought was returned."""
        brought = self.move_ids.filtered(lambda move: move.state == "done")
        return bool(brought) and all(
            move.product_uom._construction_compare(move._construction_net(), 0) <= 0 for move in brought
        )
