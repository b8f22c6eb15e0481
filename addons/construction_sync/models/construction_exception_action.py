# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..lib import work_item
from .construction_exception import ACTIVITY


class ConstructionExceptionAction(models.Model):
    """What a person may do with a work item."""

    # apart from the item: what it is and what is done with it are two ideas
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    def _require_open(self):
        """:raises UserError: unless the user may work on these items, and they are open"""
        self.env["construction.message"]._require_resolver()
        self.check_access("write")
        self._require_own_messages()
        closed = self.filtered(lambda item: item.state != "open")
        if closed:
            raise UserError(self.env._("“%s” is closed already.", closed[0].sentence))

    def _require_own_messages(self):
        """A project manager's item may stop messages of other jobs as well: those are not theirs to move."""
        if self.env.su:
            return
        blocked = self.sudo().blocked_ids.sudo(False)
        if blocked._filtered_access("read") != blocked:
            raise UserError(
                self.env._(
                    "“%s” also stops messages of jobs that are not yours. Hand it over to someone who sees "
                    "all jobs, or act on your own messages.",
                    self[:1].sentence,
                )
            )

    def _may_map(self):
        """Whether the user may say what a key means."""
        groups = self.env["construction.message"]._mapper_groups()
        return self.env.su or any(map(self.env.user.has_group, groups))

    def _require_mapper(self):
        if not self._may_map():
            raise AccessError(
                self.env._(
                    "What a key means holds for every job: only buyers, accounts payable, cost controllers "
                    "and integration managers say so."
                )
            )

    def action_map_and_replay(self):
        """Confirm what the external key means and replay everything it blocked."""
        self._require_mapper()
        for item in self:
            item._require_open()
            if not item.fix_model or not item.missing_key or not item.source_id:
                raise UserError(self.env._("This work item is not about a missing record."))
            record = item.fix_res_id and self.env[item.fix_model].browse(item.fix_res_id).exists()
            if not record:
                raise UserError(self.env._("Choose what %s means first.", item.missing_key))
            record.check_access("read")
            crosswalk = self.env["construction.crosswalk"]
            crosswalk._confirm(item.source_id.sudo(), item.missing_kind, item.missing_key, record)
            note = self.env._(
                "%(key)s means %(record)s, says %(user)s",
                key=item.missing_key,
                record=record.display_name,
                user=self.env.user.name,
            )
            # to say what it means is the answer
            item.sudo()._replay_blocked(note)
        self.env["construction.message"]._delay_release()
        return True

    def action_replay(self):
        """Replay everything this cause blocks, after it was cured elsewhere."""
        for item in self:
            item._require_open()
            item.blocked_ids._check_no_second_version()
            item._replay_blocked(self.env._("Replayed by %s", self.env.user.name))
        return True

    def _replay_blocked(self, note):
        messages = self.sudo().blocked_ids
        if messages:
            messages._require_free()
            messages._requeue(note)
        else:
            self._require_answered()
            self._detach()
            self._close_when_empty("resolved", note)

    def action_ignore(self):
        self._require_open()
        self.filtered(lambda item: not item._kept_by_ignoring())._require_answered()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ignore"),
            "res_model": "construction.exception.ignore",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exception_id": self.id},
        }

    def _ignore(self, reason, effects=None):
        """Close the work item and what it blocks without effect, or without a further one."""
        self._require_open()
        self._require_answered()
        messages = self.sudo().blocked_ids.sudo(False)
        if messages:
            messages._ignore(reason, effects)
        self._detach()
        self._close_when_empty("ignored", reason)

    def action_open_record(self):
        self.ensure_one()
        if not self.record_ref:
            raise UserError(self.env._("No document belongs to this work item."))
        return self.record_ref.get_formview_action()

    def action_open_messages(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_sync.construction_message_action"
        )
        return dict(action, domain=self._domain_behind(), context={})

    def _domain_behind(self):
        """The messages behind this item: those it stops, and those that only raised it."""
        return ["|", ("exception_id", "=", self.id), ("id", "in", self.sudo().raised_by_ids.ids)]

    # ---- closing ---------------------------------------------------------------------

    def action_resolve(self):
        """Close items that stop nothing: their cause was cured, or somebody has seen to it."""
        self._require_open()
        stopping = self.filtered("blocked_ids")
        if stopping:
            raise UserError(
                self.env._(
                    "“%s” still stops messages: replay or ignore them, and it closes by itself.",
                    stopping[0].sentence,
                )
            )
        self._require_answered()
        self._detach()
        self._close_when_empty("resolved", self.env._("Seen to by %s", self.env.user.name))
        return True

    def _detach(self):
        """Take away the messages that only raised these items."""
        self.env.cr.execute(
            "DELETE FROM construction_exception_message_rel WHERE exception_id = ANY(%s)", [self.ids]
        )
        self.invalidate_recordset(["raised_by_ids", "message_total"])

    def _close_when_empty(self, state, note):
        """Close work items behind which no message stands any more."""
        self.env.flush_all()
        self.invalidate_recordset(["blocked_ids", "raised_by_ids", "message_total"])
        candidates = self.sudo().filtered(lambda item: item.state == "open")
        busy = candidates._count_behind()
        empty = candidates.filtered(lambda item: not busy.get(item.id))
        if empty:
            empty.write(
                {
                    "state": state,
                    "resolution": work_item.text(note, work_item.SENTENCE_BYTES),
                    "resolved_at": fields.Datetime.now(),
                    "resolved_by_id": self.env.uid,
                }
            )
            empty.activity_unlink([ACTIVITY])
        return empty
