from odoo import api, models
from odoo.exceptions import UserError

from .construction_event_handler import Work

KEEP = "keep"
UNDO = "undo"


class ConstructionMessageEffect(models.Model):
    """What a message that is set aside leaves behind, and how that is undone."""

    # apart from the message: what it is and what it leaves are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    def _standing_effects(self):
        """The effects of messages that have not come to their end, whose records still exist."""
        return self.record_ids.filtered("record_exists")

    def _can_be_undone(self):
        """Whether a handler of these messages declares how to undo what they left."""
        handlers = (message.event_type_id._handler() for message in self if message.record_ids)
        return any(handler is not None and handler._undoes for handler in handlers)

    def _settle_effects(self, effects):
        """Keep or undo what these messages left behind.

        :param str effects: "keep" or "undo"; needed where one left something that can be undone
        :return: {message: a sentence for its history}
        :raises UserError: when the choice is missing, or something to be undone may not be changed
        """
        notes = {}
        for message in self:
            left = message._standing_effects()
            if not left:
                continue
            if effects not in (KEEP, UNDO) and message._can_be_undone():
                raise UserError(
                    self.env._(
                        "%(message)s has left %(records)s behind: choose whether to keep or to undo that.",
                        message=message.display_name,
                        records=", ".join(left.mapped("record_name")),
                    )
                )
            undone = message._undo(left) if effects == UNDO else {}
            kept = left.filtered(lambda link, gone=undone: (link.res_model, link.res_id) not in gone)
            parts = list(undone.values())
            if kept:
                parts.append(self.env._("Kept: %s.", ", ".join(kept.mapped("record_name"))))
            notes[message] = " ".join(parts)
        return notes

    def _undo(self, left):
        """Have the handler take back what this message left.

        :return: {(model, id): what became of it}
        """
        made = left.filtered(lambda link: link.action == "create")
        mine = self.env["construction.message.record"]._readable(
            ((link.res_model, link.res_id) for link in made), "write"
        )
        foreign = made.filtered(lambda link: (link.res_model, link.res_id) not in mine)
        if foreign and not self.env.su:
            raise UserError(
                self.env._(
                    "%s: you may not change this document, so it is not for you to undo. Keep it, or hand "
                    "the work item over to someone who may.",
                    foreign[0].record_name,
                )
            )
        handler = self.event_type_id._handler()
        if handler is None:
            return {}
        stored = self.sudo()
        # as in the lanes: in the source's company, by the rights of its service user
        handler = stored._handler_env(handler)
        undone = handler._undo(Work(stored, stored._payload())) or {}
        pairs = {(record._name, record.id): text for record, text in undone.items()}
        self._end_meanings(
            [(link.res_model, link.res_id) for link in made if (link.res_model, link.res_id) in pairs]
        )
        return pairs

    @api.model
    def _end_meanings(self, pairs):
        """End what keys meant by records that were undone, so that the event can make them anew."""
        walks = self.env["construction.crosswalk"].sudo()
        for model, res_id in pairs:
            entries = walks.search(
                [("res_model", "=", model), ("res_id", "=", res_id), ("valid_until", "=", False)]
            )
            entries._close("renewed")
