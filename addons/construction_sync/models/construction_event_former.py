# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .construction_event_document import CORRECTION
from .construction_event_handler import Work

UNDER_WAY = ("received", "retry", "waiting", "exception", "dead")


class ConstructionEventFormer(models.AbstractModel):
    """What a document said before a message rewrote its draft, and how that comes back.

    A draft takes the figures of a correction in the place of its own. Which message said the former ones
    is noted with the effect of the correction; where that is set aside, the draft says them again.
    """

    # apart from what a document is: what it says and what it said before are two ideas
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    # whether ``_rewrite_as`` is written: a draft can be given the content of a former message
    _restores = False

    def _rewrite_as(self, work, record):
        """Let an open record say what a former message says. Set ``_restores`` where this is written.

        :param work: the former message, with its key; it is not at work itself, and nothing is traced
        :raises SyncError: where what it names cannot be used any more
        """
        raise NotImplementedError(f"{self._name} does not rewrite anything")

    # ---- noting --------------------------------------------------------------------------

    def _note_content(self, works):
        before = {}
        for work in works if self._restores else ():
            known = work.known
            former = known and known.verdict == CORRECTION and known.entry and known.entry.content_message_id
            if former and former != work.message:
                before[work.message] = (known.record, former)
        result = super()._note_content(works)
        for message, (record, former) in before.items():
            if self._says(record) == message:
                self._note_former(message, record, former)
        return result

    def _note_former(self, message, record, former):
        """Note with the effect of a message on a record whose content it replaced."""
        effects = self.env["construction.message.record"].sudo()
        effects._note([(message.id, record, "update")])
        link = effects.search(
            [("message_id", "=", message.id), ("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
        link.former_message_id = former

    def _entry_of_record(self, record):
        """The entry by which a document is known and that tells what it says, or an empty one."""
        entries = (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("kind", "=", self._document_kind),
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("valid_until", "=", False),
                    ("content_message_id", "!=", False),
                ],
                order="id",
            )
        )
        return entries[:1] if len(entries) == 1 else entries.browse()

    def _says(self, record):
        """The message whose content a record has, or an empty one where that is not plain."""
        return self._entry_of_record(record).content_message_id

    # ---- who stands behind a draft ---------------------------------------------------------

    def _own(self, work, model):
        """Records of a model that a message created, and that no other message has rewritten since."""
        return self._created(work, model).filtered(lambda record: self._says(record) <= work.message.sudo())

    def _left_behind(self, work, model):
        """Records of a model that a message made or changed, and behind which no other message stands."""
        links = work.message.sudo().record_ids.filtered(lambda link: link.res_model == model)
        records = self.env[model].browse(links.mapped("res_id")).exists()
        return records.filtered(lambda record: not self._stands_behind(work, record))

    def _stands_behind(self, work, record):
        """Whether a message that has not come to its end, other than this one, is about a record."""
        about = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        return bool(
            self.env["construction.message"]
            .sudo()
            .search_count(
                [
                    ("record_ids", "any", about),
                    ("state", "in", UNDER_WAY),
                    ("id", "!=", work.message.id),
                ],
                limit=1,
            )
        )

    # ---- taking back -----------------------------------------------------------------------

    def _can_undo(self, message):
        if not super()._can_undo(message):
            return bool(self._restorable(message))
        made = message.record_ids.filtered(lambda link: link.action == "create" and link.record_exists)
        own = (self._says(self.env[link.res_model].browse(link.res_id)) <= message.sudo() for link in made)
        return any(own) or bool(self._restorable(message))

    def _restorable(self, message):
        """The open records that a message rewrote, and that say what it says.

        :return: {record: (entry, the message that said what they said before)}
        """
        found = {}
        for link in message.sudo().record_ids if self._restores else ():
            record = self.env[link.res_model].browse(link.res_id).exists()
            if not link.former_message_id or not record or not self._is_open(record.sudo()):
                continue
            entry = self._entry_of_record(record)
            if entry.content_message_id == message.sudo():
                found[record] = (entry, link.former_message_id)
        return found

    def _restore_former(self, work):
        """Let the drafts that a message rewrote say again what they said before.

        :return: {record: a sentence that says so}
        """
        restored = {}
        for record, (entry, former) in self._restorable(work.message).items():
            said = Work(former, former._payload(), job=former.job_id or None)
            said.key = entry.key
            self._rewrite_as(said, record)
            entry._say_as(*self._content_of(said), former)
            if former.state == "superseded":
                # by what is set aside now
                former._requeue(self.env._("%s was set aside.", work.message.display_name))
            self._restate_questions([work])
            self.env["construction.message"]._resume_for_records(record, besides=work.message)
            restored[record] = self.env._(
                "%(record)s says again what it said before, as of %(moment)s.",
                record=record.display_name,
                moment=former.occurred_at,
            )
        return restored
