# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..lib import ordering
from .construction_message_lane import BATCH, BATCH_LOCK_TIMEOUT

# so many are looked at for one that nobody holds
LOOK = 10


class ConstructionMessageWeight(models.Model):
    """Large documents beside small ones: a batch ends at so many lines, a large one is a batch of its own.

    A job of a shard takes a batch of small ones, and after it one large one: neither waits for more than
    one of the other kind.
    """

    # apart from the lanes: how messages are taken, and how many at once
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    weight = fields.Integer(readonly=True, help="How much work it is, in lines of a document.")

    _heavy_index = models.Index(
        f"(lane, shard, id) WHERE weight > {ordering.HEAVY} AND state IN ('received', 'retry')"
    )

    def _is_full(self):
        """Whether a claimed batch ended before all that is to be taken."""
        return len(self) == BATCH or sum(self.mapped("weight")) >= ordering.BATCH_WEIGHT

    def _take_heavy(self, lane, shard, died):
        """Take the next large message of a shard alone.

        :return: its state, or None when there is none to be taken
        """
        self.env.cr.execute(
            "SELECT 1 FROM construction_message WHERE lane = %s AND shard = %s AND weight > %s"
            " AND state IN ('received', 'retry') LIMIT 1",
            [lane, shard, ordering.HEAVY],
        )
        if not self.env.cr.fetchone():
            return None
        ids = self._in_turn(lambda turn: turn._claim(lane, shard, limit=LOOK, heavy=True).ids)
        # as patient as a batch: what it does is worth as much
        return self._take_alone(ids[0], died, BATCH_LOCK_TIMEOUT) if ids else None
