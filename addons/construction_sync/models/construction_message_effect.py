# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.construction_base.lib.named_error import NamedError

from ..lib.words import listed
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

    def _asked_figures(self):
        """{message: what a person is shown of it who decides about it}: its data, its cause, its effects."""
        return {
            message: [
                message.data_hash,
                message.corrected_at,
                message.exception_id.id,
                message.faults_text,
                [[effect.res_model, effect.res_id] for effect in message._standing_effects()],
            ]
            for message in self
        }

    def _undoing(self):
        """The handlers of these messages that say how to undo what they left: {message: handler}."""
        found = {m: m.event_type_id._handler() for m in self if m.record_ids and m.event_type_id}
        return {m: handler for m, handler in found.items() if handler is not None and handler._undoes}

    def _can_be_undone(self):
        """Whether something of what these messages left is undone by their handlers."""
        return any(handler._can_undo(message.sudo()) for message, handler in self._undoing().items())

    @api.model
    def _undo_groups_of(self, handler):
        return [name.strip() for name in (handler._undo_groups or handler._document_groups).split(",")]

    def _undoers(self):
        """Who may have undone what these messages left, in words."""
        handlers = self._undoing().values()
        groups = [name for handler in handlers for name in self._undo_groups_of(handler)]
        return self.env["construction.exception"]._group_names(list(dict.fromkeys(groups)))

    def _may_undo(self):
        """Whether it is for the user to undo what these messages left: all of it."""
        if not self._can_be_undone():
            return False
        undoing = self._undoing()
        made = [
            (link.res_model, link.res_id)
            for message in undoing
            for link in message._standing_effects()
            if link.action == "create" or link.former_message_id
        ]
        readable = self.env["construction.message.record"]._readable(made)
        return bool(undoing) and (
            self.env.su
            or readable.issuperset(made)
            and all(
                any(self.env.user.has_group(name) for name in self._undo_groups_of(handler))
                for handler in undoing.values()
            )
        )

    def _check_undoer(self):
        """:raises AccessError: unless the user is of a group that may undo what this message left"""
        handler = self._undoing().get(self)
        if self.env.su or handler is None:
            return
        if not any(self.env.user.has_group(name) for name in self._undo_groups_of(handler)):
            raise AccessError(
                self.env._(
                    "What %(message)s left is undone by: %(groups)s. Keep it, or hand the work item over to "
                    "one of them.",
                    message=self.display_name,
                    groups=self._undoers(),
                )
            )

    def _settle_effects(self, effects):
        """Keep or undo what these messages left behind.

        :param str effects: "keep" or "undo"; needed where one left something that can be undone
        :return: {message: a sentence for its history}
        :raises UserError: when the choice is missing, or something to be undone may not be changed
        """
        notes = {}
        if effects == UNDO and self._undoing() and not self._can_be_undone():
            raise UserError(
                self.env._(
                    "Nothing of this is undone by a button: it changed %s, which stays as it is. Keep it and "
                    "put it right by hand, or have the sender correct it.",
                    listed(self.env, self._standing_effects().mapped("record_name")),
                )
            )
        # what one rewrote that came later is what an earlier one made
        for message in self.sorted("id", reverse=True):
            left = message._standing_effects()
            if not left:
                continue
            if effects not in (KEEP, UNDO) and message._can_be_undone():
                raise UserError(
                    self.env._(
                        "%(message)s has left %(records)s behind: choose whether to keep or to undo that.",
                        message=message.display_name,
                        records=listed(self.env, left.mapped("record_name")),
                    )
                )
            undone = message._undo(left) if effects == UNDO else {}
            kept = left.filtered(lambda link, gone=undone: (link.res_model, link.res_id) not in gone)
            parts = list(undone.values())
            if kept:
                parts.append(self.env._("Kept: %s.", ", ".join(kept.mapped("record_name"))))
            notes[message] = " ".join(parts)
        return notes

    def _tell_left_open(self):
        """Open a work item for each unfinished record that stays: somebody has to see to it."""
        for message, handler in self._undoing().items():
            stored = message.sudo()
            work = Work(stored, stored._payload(), job=stored.job_id)
            for error in stored._handler_env(handler)._left_open(work):
                self.env["construction.exception"].sudo()._open(
                    stored.company_id, error, source=stored.source_id, raised_by=stored
                )

    def _undo(self, left):
        """Have the handler take back what this message left.

        :return: {(model, id): what became of it}
        """
        self._check_undoer()
        made = left.filtered(lambda link: link.action == "create" or link.former_message_id)
        mine = self.env["construction.message.record"]._readable(
            (link.res_model, link.res_id) for link in made
        )
        foreign = made.filtered(lambda link: (link.res_model, link.res_id) not in mine)
        if foreign and not self.env.su:
            raise UserError(
                self.env._(
                    "%s: you may not open this document, so it is not for you to undo. Keep it, or hand "
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
        work = Work(stored, stored._payload(), job=stored.job_id)
        try:
            undone = {**handler._restore_former(work), **(handler._undo(work) or {})}
        except NamedError as error:
            raise UserError(
                self.env._(
                    "%(message)s cannot be undone as things are. %(why)s Or keep what it left.",
                    message=self.display_name,
                    why=error.sentence,
                )
            ) from error
        pairs = {(record._name, record.id): text for record, text in undone.items()}
        self._end_meanings(
            [
                (link.res_model, link.res_id)
                for link in made
                if link.action == "create" and (link.res_model, link.res_id) in pairs
            ]
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
