# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..errors import Circle
from ..lib.circles import circles
from ..lib.words import listed
from .construction_event_handler import Work


class ConstructionMessageCircle(models.Model):
    """Messages that wait for each other: none of them would ever come, and a person is asked at once."""

    # apart from the sweep: to move what waits and to see what waits in vain are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    brings_kind = fields.Char(readonly=True)
    brings_key = fields.Char(readonly=True, help="The key that this gives its meaning, while it waits.")

    _brings_index = models.Index(
        "(brings_kind, brings_key) WHERE brings_key IS NOT NULL AND state IN ('waiting', 'exception')"
    )

    def _prepare_brings_vals(self, work):
        """What others may wait for while this waits: nothing, where it waits for its own key."""
        handler = self.event_type_id._handler() if self.event_type_id else None
        brings = handler._brings(work.data or self._payload()) if handler is not None else None
        kind, key = brings or (False, False)
        return {"brings_kind": kind, "brings_key": key}

    @api.model
    def _tell_circles(self):
        """Make work items of messages that wait for each other: one a circle.

        Each minute, and not after each batch: it looks at all that waits.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT m.id, n.id, m.state = 'waiting' FROM construction_message m
                JOIN construction_message n ON n.brings_kind = m.wait_kind AND n.brings_key = m.wait_key
                    AND n.brings_key IS NOT NULL AND n.state IN ('waiting', 'exception')
                JOIN %s AS pair ON pair.mine = m.source_id AND pair.other = n.source_id
                WHERE m.state IN ('waiting', 'exception') AND m.wait_key IS NOT NULL
                  AND m.brings_key IS NOT NULL AND n.wait_key IS NOT NULL
                  -- a later word about an object that has not come brings nothing: it waits for the first
                  AND (m.wait_kind, m.wait_key) IS DISTINCT FROM (m.brings_kind, m.brings_key)
                  AND (n.wait_kind, n.wait_key) IS DISTINCT FROM (n.brings_kind, n.brings_key)
                """,
                self.env["construction.crosswalk"]._counting_pairs(),
            )
        )
        rows = self.env.cr.fetchall()
        waiting = {row[0] for row in rows if row[2]}
        if not waiting:
            return
        for members in circles([row[:2] for row in rows]):
            new = self._lock_free(sorted(members & waiting))
            self.sudo().browse(sorted(new))._stop_circle(self.sudo().browse(sorted(members)))

    def _stop_circle(self, members):
        """Stop these, which wait in a circle of ``members``."""
        names = {
            f"{item.brings_kind}:{item.brings_key}": f"{item.brings_kind.replace('_', ' ')} {item.brings_key}"
            for item in members
        }
        named = [names[key] for key in sorted(names)]
        words = listed(self.env, named)
        for message in self.filtered(lambda item: item.state == "waiting"):
            sentence = self.env._(
                "These wait for each other, so that none can come first: %(keys)s. Correct one of them, or "
                "map one of these keys; the others then go on by themselves.",
                keys=words,
            )
            error = Circle(
                message.wait_kind,
                message.wait_key,
                sentence,
                seen=message.wait_seen,
                cause_key=f"circle:{'|'.join(sorted(names))}",
                job=message.job_id,
            )
            message._store_safely(Work(message, {}, job=message.job_id), error)
