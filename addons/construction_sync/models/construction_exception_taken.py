# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.named_error import NamedError

from ..errors import SourceStands
from ..lib import ownership
from .construction_event_handler import Work
from .construction_event_ownership import CAUSE, CHANGE_OWNER, KEEP, TAKE_ONCE


class ConstructionExceptionTaken(models.Model):
    """What a person answers to what systems propose, which is written at once or refused."""

    # apart from what is proposed: how that is answered is another idea
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    def _barred(self):
        """Who corrected what a system says of finance's fields does not confirm it."""
        barred = super()._barred()
        if self._proposes() and self._proposed_group() in ownership.FINANCE:
            barred |= self.sudo().raised_by_ids.corrected_by_id
        return barred

    def action_open_decide(self):
        self.ensure_one()
        self._require_open()
        if self._proposes():
            self.sudo()._renew_so_far()
            if self.state != "open":
                words = self.env._("Nothing that is proposed differs any more.")
                params = {"message": words, "next": {"type": "ir.actions.client", "tag": "soft_reload"}}
                return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
        return super().action_open_decide()

    def _take_decision(self, vals):
        """Keep an answer for what it is about: the other questions of the same events stay."""
        if not self._proposes():
            return super()._take_decision(vals)
        code, _colon, only = vals["code"].partition(":")
        if code != KEEP and self.env.user in self._barred():
            raise UserError(
                self.env._(
                    "You corrected what is proposed here: somebody else confirms it. Hand the work item over."
                )
            )
        item = self.sudo()
        entries = item._entries()
        answered = [entry for entry in entries if not only or entry["source"] == int(only)]
        item._messages_of(answered)._require_free()
        if code != KEEP:
            item._check_there()
        if code == TAKE_ONCE:
            item._check_up_to_date(answered)
        note = " ".join(f"{vals['label']} ({self.env.user.name}) {vals['reason'] or ''}".split())
        if code != KEEP:
            # with a new owner, what was written since its word stands until it speaks again
            item._write_taken([entry for entry in answered if item._is_up_to_date(entry)], note)
        if code == CHANGE_OWNER:
            self._change_owner(vals["reason"], item._sources(answered)[:1])
        rest = [entry for entry in entries if entry not in answered]
        decisions = self._decide_entries({**vals, "code": code}, answered)
        # what is held until all is answered goes on with the last answer
        for decision in () if rest else decisions:
            self._decide_at_once(decision)
        if rest:
            item._stand_on(rest, item.record_ref)
            if code != KEEP and item.state == "open":
                item._renew_so_far(fields.Datetime.to_datetime(answered[-1]["at"]))
        else:
            # closed by who answered it
            self._detach()
            self._close_when_empty("resolved", note)

    def _messages_of(self, entries):
        return (
            self.env["construction.message"].sudo().browse({entry["message"] for entry in entries}).exists()
        )

    def _write_taken(self, entries, note):
        """Write at once what a person lets in, of several messages the older first."""
        record, group = self.record_ref, self._proposed_group()
        marks = {}
        for entry in entries:
            marks.setdefault(entry["message"], {})[entry["unit"]] = entry["mark"]
        for message in self._messages_of(entries).sorted(lambda m: (m.occurred_at or m.received_at, m.id)):
            try:
                handler, work = message._at_work()
                handler._take_over(work, record.with_env(handler.env), group, marks[message.id])
            except (NamedError, SourceStands) as error:
                raise UserError(str(error)) from error
            message._store_traces([work])
            message._log(message.state, note)
            handler.env.flush_all()

    def _decide_entries(self, vals, answered):
        """A decision on each message of these proposals."""
        by_message = {}
        for entry in answered:
            by_message.setdefault(entry["message"], {})[entry["unit"]] = entry["mark"]
        record, (kind, group) = self.sudo().record_ref, self._proposed_kind()
        # a merge may have led it to another record
        key = f"{CAUSE}{kind}:{group}:{record.id}" if record else self.cause_key
        return (
            self.env["construction.message.decision"]
            .sudo()
            .create(
                [
                    {
                        **vals,
                        "message_id": message.id,
                        "document_kind": CAUSE,
                        "document_key": key,
                        "content_marks": by_message[message.id],
                    }
                    for message in self._messages_of(answered)
                ]
            )
        )

    def _decide_at_once(self, decision):
        message = decision.message_id
        handler = self._handler_of(message)
        if handler is not None:
            handler._decided_now(Work(message, message._payload(), job=message.job_id), decision)

    def _is_up_to_date(self, entry):
        """Whether what stands is not newer than what an entry proposes, and was shown with it."""
        now = self._renewed(entry, self.record_ref)
        return not now or not now.get("outdated") and now["rows"] == entry["rows"]

    def _check_up_to_date(self, answered):
        """:raises UserError: where what stands is newer than what would be taken over, or was not shown"""
        for entry in answered:
            if not self._is_up_to_date(entry):
                label, before, after = self._renewed(entry, self.record_ref)["rows"][0]
                raise UserError(
                    self.env._(
                        "%(field)s of %(record)s was changed to %(now)s since %(system)s said %(said)s. "
                        "Ignore what it said, or have %(system)s send it again.",
                        field=label,
                        record=self.record_ref.display_name,
                        now=before or "-",
                        said=after or "-",
                        system=self._sources([entry]).name,
                    )
                )

    def _check_there(self):
        """:raises UserError: where the record that is asked about is gone"""
        if not self.record_ref or not self.record_ref.exists():
            raise UserError(self.env._("The record is gone: replay its event."))

    def _replay_blocked(self, note):
        """What is proposed is asked anew by the messages that propose it."""
        asking = self.filtered(lambda item: item._proposes() and not item.sudo().blocked_ids)
        messages = asking.sudo().raised_by_ids
        if messages:
            messages._require_free()
            messages._requeue(note)
        rest = self - asking.filtered("raised_by_ids")
        return super(ConstructionExceptionTaken, rest)._replay_blocked(note) if rest else None

    def _change_owner(self, reason, source):
        item = self.sudo()
        record = item.record_ref
        self.env["construction.ownership.rule"]._say(
            item.company_id,
            self._proposed_kind()[0],
            record,
            source,
            reason,
            self.env.user,
            self._proposed_group(),
        )

    def _kept_by_ignoring(self):
        return self._proposes() or super()._kept_by_ignoring()

    def _ignore(self, reason, effects=None):
        # set aside by the other button it is turned down as well, for the same would ask again
        proposals = self.filtered(lambda item: item.state == "open" and item._proposes())
        for item in proposals:
            item.action_decide(KEEP, reason)
        rest = self - proposals
        return super(ConstructionExceptionTaken, rest)._ignore(reason, effects) if rest else None
