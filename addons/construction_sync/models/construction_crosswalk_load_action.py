# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..lib.key_load import Row
from ..lib.words import listed

LOADER = "construction_base.group_integration_manager"
APPROVERS = (LOADER, "construction_base.group_cost_controller")


class ConstructionCrosswalkLoadAction(models.Model):
    """Who does what with keys from a file: one person loads them, another approves."""

    # apart from the load: what it is and what is done with it are two ideas
    _inherit = "construction.crosswalk.load"  # pylint: disable=consider-merging-classes-inherited

    @api.depends_context("uid")
    @api.depends("changed_by_ids", "state")
    def _compute_can_decide(self):
        for load in self:
            others = self.env.user not in load.sudo().changed_by_ids
            load.can_decide = load.state == "submitted" and self._may_approve() and others

    @api.model
    def _may_approve(self):
        return any(self.env.user.has_group(group) for group in APPROVERS)

    @api.model
    def _require_loader(self):
        if not (self.env.su or self.env.user.has_group(LOADER)):
            raise AccessError(self.env._("Only an integration manager loads keys from a file."))

    def _require_decider(self):
        """:raises AccessError: unless the user may approve keys, and had no hand in these"""
        self.check_access("read")
        if not self._may_approve():
            raise AccessError(
                self.env._("Only a cost controller or an integration manager approves keys from a file.")
            )
        mine = self.filtered(lambda load: self.env.user in load.sudo().changed_by_ids)[:1]
        if mine:
            raise AccessError(
                self.env._(
                    "You loaded or changed %s: another person approves or rejects it.", mine.display_name
                )
            )

    def _take(self):
        """Take the rows for this person's transaction.

        Who comes while another decides is refused; who comes after it begins anew, and sees what was decided.
        """
        if len(self.sudo().try_lock_for_update(allow_referencing=True)) != len(self):
            raise UserError(self.env._("Somebody else is working on this right now; try again in a moment."))

    # ---- the loader --------------------------------------------------------------------

    def action_preview(self):
        """Say of each line what it would do; nothing is mapped."""
        self._require_loader()
        self.check_access("write")
        self._require_state(("draft", "previewed", "submitted"))
        self._take()
        for load in self:
            found = load._examine(load._rows())
            load.sudo().line_ids.unlink()
            self.env["construction.crosswalk.load.line"].sudo().create(found)
            load._write_load(
                {
                    **load._prepare_changed_vals(),
                    "state": "previewed",
                    "previewed_at": fields.Datetime.now(),
                }
            )
        return True

    def action_drop_problems(self):
        """Leave out the lines with problems: they stay in the list, and map nothing."""
        self._require_loader()
        self.check_access("write")
        self._require_state(("previewed",))
        self._take()
        for load in self:
            lines = load.sudo().line_ids.filtered(lambda line: line.is_problem and not line.is_dropped)
            if lines:
                lines.write({"is_dropped": True})
                load._write_load(load._prepare_changed_vals())
                words = {load.id: load._named(lines)}
                self.env["construction.audit.entry"]._note(load, self.env._("Lines Dropped"), after=words)
        return True

    def action_submit(self):
        """Hand the lines to a second person."""
        self._require_loader()
        self.check_access("write")
        self._require_state(("previewed",))
        self._take()
        for load in self:
            kept = load.sudo().line_ids.filtered(lambda line: not line.is_dropped)
            problems = kept.filtered("is_problem")
            if problems:
                raise UserError(
                    self.env._(
                        "%(count)s lines have problems: mend the file, or press “Drop Problem Lines”. "
                        "%(lines)s",
                        count=len(problems),
                        lines=load._named(problems),
                    )
                )
            if not kept.filtered(lambda line: line.status != "same"):
                raise UserError(self.env._("There is nothing to map: every key means what it shall already."))
            load._write_load(
                {
                    **load._prepare_changed_vals(),
                    "state": "submitted",
                    "submitted_by_id": self.env.uid,
                    "submitted_at": fields.Datetime.now(),
                }
            )
        return True

    # ---- the second person -------------------------------------------------------------

    def action_approve(self):
        """Map the keys, all or none, and let go on what waits for them. Again, it does nothing."""
        self._require_decider()
        for load in self.filtered(lambda item: item.state != "approved"):
            load._require_state(("submitted",))
            load._take()
            load._apply_lines()
            load._decide("approved")
        return True

    def action_reject(self):
        self.ensure_one()
        self._require_decider()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "construction.crosswalk.load.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_load_id": self.id},
        }

    def _reject(self, reason):
        self._require_decider()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: whoever loaded the keys reads it."))
        self._require_state(("submitted",))
        self._take()
        self._decide("rejected", reason=reason)

    def _decide(self, state, **vals):
        self._write_load(
            {"state": state, "decided_by_id": self.env.uid, "decided_at": fields.Datetime.now(), **vals}
        )

    def _apply_lines(self):
        """Map what is still as it was previewed.

        :raises UserError: when a line would do something else by now; then nothing is mapped
        """
        lines = self.sudo().line_ids.filtered(lambda line: not line.is_dropped).sorted("number")
        rows = [Row(line.number, line.kind, line.key, line.record) for line in lines]
        found = self._examine(rows)
        other = [
            (line, now)
            for line, now in zip(lines, found, strict=True)
            if not self._is_as_previewed(line, now)
        ]
        if other:
            raise UserError(self._changed_words(other))
        wanted = {}
        for vals in found:
            if vals["status"] != "same":
                wanted.setdefault((vals["kind"], vals["res_model"]), {})[vals["spelled"]] = vals["res_id"]
        walk = self.env["construction.crosswalk"]
        for (kind, model), by_key in wanted.items():
            records = {record.id: record for record in self.env[model].browse(by_key.values())}
            walk._confirm_many(
                self.source_id.sudo(), kind, {key: records[res_id] for key, res_id in by_key.items()}
            )
        keys = {}
        for (kind, _model), by_key in wanted.items():
            keys.setdefault(kind, set()).update(by_key)
        self._let_go(keys)

    @api.model
    def _is_as_previewed(self, line, now):
        """Whether a line does now what its preview said, or finds it done."""
        same_record = (line.res_model, line.res_id) == (now["res_model"], now["res_id"])
        if same_record and now["status"] == "same":
            return True
        known = (line.known_model or False, line.known_id or False)
        return (
            same_record
            and line.status == now["status"]
            and known == (now["known_model"], now["known_id"] or False)
        )

    def _changed_words(self, other):
        labels = dict(
            self.env["construction.crosswalk.load.line"]._fields["status"]._description_selection(self.env)
        )
        words = [
            self.env._(
                "%(kind)s %(key)s (line %(line)s) is now “%(status)s”: %(now)s",
                kind=line.kind,
                key=line.key,
                line=line.number,
                status=labels[now["status"]],
                now=now["note"] or now["record_name"] or "-",
            )
            for line, now in other
        ]
        return self.env._(
            "Something has changed since the preview, so nothing was mapped. Who loaded the file previews it "
            "again.\n%s",
            listed(self.env, words, separator="\n"),
        )

    def _let_go(self, keys):
        """Send round again what stopped at these keys.

        :param dict keys: kind → keys
        """
        if not keys:
            return
        _own, users = self.env["construction.crosswalk"]._family_ids(self.source_id.id)
        about = Domain.OR(
            Domain("missing_kind", "=", kind) & Domain("missing_key", "in", list(some))
            for kind, some in keys.items()
        )
        of_sources = Domain("source_id", "in", [self.source_id.id, *users])
        items = (
            self.env["construction.exception"]
            .sudo()
            .search(of_sources & Domain("state", "=", "open") & about)
        )
        note = self.env._(
            "Mapped by %(load)s, approved by %(user)s", load=self.filename, user=self.env.user.name
        )
        messages = items.blocked_ids
        if messages:
            messages._require_free()
            messages._requeue(note)
        empty = items.filtered(lambda item: item.state == "open" and not item.blocked_ids)
        empty._detach()
        empty._close_when_empty("resolved", note)
        self.env["construction.message"]._delay_release()
