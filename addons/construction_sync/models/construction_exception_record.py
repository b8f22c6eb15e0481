# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ConstructionExceptionRecord(models.Model):
    """What becomes of a work item when the record that it is about goes."""

    # apart from the item: what it is and what happens to its record are two ideas
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    _record_index = models.Index("(record_ref) WHERE state = 'open'")

    @api.model
    def _about(self, references):
        """The open items about records, which are named as a reference field does."""
        return self.search([("state", "=", "open"), ("record_ref", "in", references)])

    @api.model
    def _end_told(self, records, prefixes, note):
        """Close the items that only tell of records which somebody has seen to.

        :param tuple prefixes: how their causes begin
        """
        told = self.sudo()._about([f"{records._name},{res_id}" for res_id in records.ids])
        told = told.filtered(lambda item: item.cause_key.startswith(prefixes))
        if told:
            told._detach()
            told._close_when_empty("resolved", note)

    def _record_left(self, name):
        """Say that the record was deleted; the item stays with its owner while messages stand behind it."""
        self.ensure_one()
        note = self.env._("%(record)s was deleted by %(user)s.", record=name, user=self.env.user.name)
        item = self.sudo()
        item.write({"record_ref": False})
        if item._proposes():
            # a message behind it has had its effect: sent or replayed again it makes the record anew
            item._detach()
        if not item.blocked_ids and item._close_when_empty("resolved", note):
            return
        sentence = self.env._(
            "%(note)s Replay what stands behind this: it makes it anew, or asks what takes its place. "
            "It said: %(sentence)s",
            note=note,
            sentence=item.sentence,
        )
        # what it asked was about the record
        item.write(
            {"sentence": sentence, "question": False, "choices": False, "comparison": False, "widened": False}
        )
