# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.transaction import notes
from odoo.addons.construction_sync.models.construction_event_handler import at_work

# in the notes of a transaction: {order line id: what was received of it before persons wrote}
EDITED = "construction_received_edited"
BY_HAND = {"qty_received", "qty_received_manual"}


class PurchaseOrderLineEdited(models.Model):
    """What persons write to what was received is received anew, also of a transfer that was done long ago."""

    # apart from what is received: that it is written over is another idea
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @contextmanager
    def _construction_received_together(self):
        """Within it what was received of lines is noted as it was; its end looks at what it is by now.

        What one transfer gives makes room for another one, whichever is written first.

        :raises UserError: at the end, where more was received than was ordered
        """
        together = notes(self.env)
        if EDITED in together:
            yield together[EDITED]
            return
        noted = together[EDITED] = {}
        try:
            yield noted
        finally:
            del together[EDITED]
        if noted:
            self.browse(noted)._construction_settle_received(noted)

    @api.model
    @contextmanager
    def _construction_received_apart(self):
        """Within it nothing is noted: whoever receives looks at it."""
        together = notes(self.env)
        before, together[EDITED] = together.get(EDITED), {}
        try:
            yield
        finally:
            del together[EDITED]
            if before is not None:
                together[EDITED] = before

    def _construction_note_received_before(self, noted):
        for line in self.sudo():
            noted.setdefault(line.id, line.qty_received)

    def _construction_settle_received(self, noted):
        """Look at what was received of these lines as at a receipt, or at a return of it.

        :param dict noted: what it was before
        """
        lines = self.sudo().exists()
        goods = lines.filtered(lambda line: line.qty_received_method == "stock_moves")
        # not all that it hangs on is known to Odoo, such as whether a return is refunded
        self.env.add_to_compute(lines._fields["qty_received"], goods)
        compared = {line: line._construction_compare(line.qty_received, noted[line.id]) for line in lines}
        more = lines.filtered(lambda line: compared[line] > 0)
        changed = lines.filtered(lambda line: compared[line])
        if not changed:
            return
        more._construction_check_over()
        changed._construction_touch()
        changed.filtered("analytic_distribution")._construction_post_cost()
        changed.with_env(self.env)._construction_cure_bills()
        changed.with_env(self.env)._construction_look_at_rest()
        (more & goods).with_env(self.env)._construction_tell_shut_jobs()

    def write(self, vals):
        if not BY_HAND & vals.keys() or at_work(self.env):
            return super().write(vals)
        if "qty_received" in vals:
            self._construction_check_moved_by_transfers(vals["qty_received"])
        with self._construction_received_together() as noted:
            self._construction_note_received_before(noted)
            return super().write(vals)

    def _construction_check_moved_by_transfers(self, received):
        """:raises UserError: for goods of a job's order, which are received by their transfers"""
        for line in self.sudo().filtered(lambda line: line.qty_received_method == "stock_moves"):
            if line._construction_compare(received, line.qty_received) and line._construction_is_of_job():
                raise UserError(
                    self.env._(
                        "Line %(line)s of order %(order)s is received by its transfers. Validate or correct "
                        "one of them, or return what came.",
                        line=line._construction_line_label(),
                        order=line.order_id.name,
                    )
                )

    def _construction_is_of_job(self):
        return self.order_id.state == "purchase" and self.order_id._construction_is_for_job()
