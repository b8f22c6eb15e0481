# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..lib import schema, seal, strict_json
from ..lib.keyform import clean

# a person may act on whatever has not come to its end
SETTLED = ("done", "tested", "superseded")
REPLAYABLE = ("received", "waiting", "retry", "exception", "dead")


class ConstructionMessageAction(models.Model):
    """What a person may do with a message: replay, correct, ignore, and take up what was set aside."""

    # apart from the message: what came and what people do with it are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _mapper_groups(self):
        """The roles that work on the exception queue and say what keys mean; a module adds its own."""
        return (
            "construction_base.group_buyer",
            "construction_base.group_accounts_payable",
            "construction_base.group_cost_controller",
            "construction_base.group_integration_manager",
        )

    @api.model
    def _resolver_groups(self):
        """The roles that work on messages: those of their own jobs, as the record rules say, among them."""
        return (*self._mapper_groups(), "construction_base.group_project_manager")

    def _require_resolver(self):
        """:raises UserError: unless the user may work on the exception queue, and on these messages"""
        if self.env.su or any(map(self.env.user.has_group, self._resolver_groups())):
            self.check_access("read")
            return
        raise UserError(
            self.env._(
                "Only buyers, accounts payable, project managers, cost controllers and integration managers "
                "work on integration messages."
            )
        )

    def _require_free(self):
        """Take the rows for this person's transaction: what a lane has at work is not touched.

        A lane claims its rows in the same way, so that whichever is the later sees the other.
        """
        stored = self.sudo()
        if len(stored.try_lock_for_update(allow_referencing=True)) != len(self):
            raise UserError(
                self.env._("%s is being processed right now; try again in a moment.", stored[:1].display_name)
                if len(self) == 1
                else self.env._(
                    "Some of these messages are being processed right now; try again in a moment."
                )
            )

    def _require_decider(self):
        """A message that asks is settled by who may answer it: to correct or ignore it is an answer too.

        :raises AccessError: for anybody else
        """
        for item in self.sudo().exception_id.filtered(lambda i: i.state == "open" and i.choices):
            asked = item.with_env(self.env)
            if not any(asked._may_choose(choice) for choice in item.choices):
                raise AccessError(
                    self.env._(
                        "“%(question)s” is decided by: %(groups)s. Hand it over to one of them.",
                        question=item.sentence,
                        groups=item._group_names(item._answered_by()),
                    )
                )

    def _check_reach(self, data):
        """A correction points a message at nothing that its author may not see himself.

        :param data: the corrected data, valid by its contract
        :raises AccessError: for a record of a job that is not the user's
        """
        handler = self.event_type_id._handler()
        if handler is None or self.env.su:
            return
        spelled = self._keys_named(handler, data)
        wanted = {}
        for name, key in spelled.keys() - self._keys_named(handler, self._payload()).keys():
            wanted.setdefault(name, set()).add(key)
        meanings = self.env["construction.crosswalk"].sudo()._meanings(self.source_id.sudo(), wanted)
        for (name, key), meaning in meanings.items():
            record = self.env[meaning.model].browse(meaning.id) if meaning.model in self.env else None
            if record is not None and record.sudo().exists() and not record.has_access("read"):
                raise AccessError(
                    self.env._(
                        "The %(kind)s %(key)s is none of yours: ask somebody who sees it to correct this.",
                        kind=name.replace("_", " "),
                        key=spelled[name, key],
                    )
                )

    @api.model
    def _keys_named(self, handler, data):
        """The keys that data name, its own document's with them: {(kind, key): as it is spelled}"""
        named = [(name, key) for name, key in handler._reference_keys(data) if key]
        if handler._document_kind:
            named.append((handler._document_kind, handler._document_key(data)))
        return {(name, clean(key)): key for name, key in named}

    def _require_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept with the message for the auditor."))

    def _refuse(self, states, do):
        """Refuse what is in none of ``states``, and name the way on.

        :param str do: what was asked for, as "replayed"
        """
        other = self.filtered(lambda message: message.state not in states)[:1]
        if not other:
            return
        label = dict(self._fields["state"]._description_selection(self.env))[other.state]
        hint = {
            "ignored": self.env._("Take it up again first."),
            "rejected": self.env._("Take it in first, once its contract or its right has changed."),
        }.get(other.state, self.env._("It has come to its end."))
        raise UserError(
            self.env._(
                "%(message)s is “%(state)s” and cannot be %(do)s. %(hint)s",
                message=other.display_name,
                state=label,
                do=do,
                hint=hint,
            )
        )

    # ---- replaying and correcting ------------------------------------------------------

    def action_replay(self):
        """Send messages that have not come to their end round again, as they are."""
        self._require_resolver()
        stuck = self.filtered(lambda message: message.state in REPLAYABLE)
        if not stuck:
            self._refuse(REPLAYABLE, self.env._("replayed"))
        stuck._require_free()
        stuck._check_no_second_version()
        stuck._requeue(self.env._("Replayed by %s", self.env.user.name))

    def _check_no_second_version(self):
        """A second version is applied by a person's own decision only, never by a replay.

        :raises UserError: for an id that came again with other content, unless it was corrected
        """
        second = self.filtered(lambda message: message.is_second_version and not message.corrected_at)
        if second:
            raise UserError(
                self.env._(
                    "%(message)s came under an id that was used before: the first version stands. Ignore "
                    "this one, or, if it is the right one, take it over with “Correct and Reprocess”.",
                    message=second[0].display_name,
                )
            )

    def _correct(self, data, reason):
        """Reprocess with other data; the original is kept beside it.

        :param data: the whole data as it should have come, parsed; a masked value stands
            for the original one
        :raises UserError: when it violates the contract or the message has come to its end
        """
        self.ensure_one()
        self._require_resolver()
        self._refuse(REPLAYABLE, self.env._("corrected"))
        if not self.event_type_id:
            raise UserError(self.env._("Only a message of a known type can be corrected."))
        self._require_reason(reason)
        self._require_free()
        kind = self.event_type_id.sudo()
        try:
            data = seal.restore(data, self._payload(), kind.schema_text)
        except seal.UnknownMask as error:
            raise UserError(
                self.env._("%s stands for no value of this message: type the value itself.", error)
            ) from error
        self._check_contract(kind, data)
        self._require_decider()
        self._check_reach(data)
        self.sudo().write(
            {
                "corrected_data": strict_json.dumps(data),
                "corrected_by_id": self.env.uid,
                "corrected_at": fields.Datetime.now(),
                "corrected_as_id": False,
                "corrector_ids": [fields.Command.link(self.env.uid)],
                **self._prepare_former_vals(data),
            }
        )
        self._requeue(self.env._("Corrected by %(user)s: %(reason)s", user=self.env.user.name, reason=reason))

    def _check_contract(self, kind, data):
        """:raises UserError: where ``data``, opened, violates the contract; no restricted value is shown"""
        faults = schema.faults(kind.schema_text, seal.opened(data, kind.schema_text))
        if faults:
            lines = [f"{fault['pointer']}: {fault['detail']}" for fault in faults]
            raise UserError(self.env._("The data violates its contract:\n%s", "\n".join(lines)))

    # ---- setting aside -----------------------------------------------------------------

    def _ignore(self, reason, effects=None):
        """Close messages that shall have no effect, or no further one.

        :param str effects: what becomes of what they left behind: "keep" or "undo"
        :raises UserError: without a reason, or when one has come to its end or is at work
        """
        self._require_resolver()
        self._require_reason(reason)
        self._refuse((*REPLAYABLE, "rejected"), self.env._("ignored"))
        self._require_decider()
        self._require_free()
        notes = self._settle_effects(effects)
        items = self._leave_items()
        self.env["construction.exception"].sudo()._forget_proposals(self)
        self.sudo().write(
            {
                "state": "ignored",
                "exception_id": False,
                "next_try_at": False,
                "wait_kind": False,
                "wait_key": False,
            }
        )
        note = self.env._("Ignored by %(user)s: %(reason)s", user=self.env.user.name, reason=reason)
        for message, settled in notes.items():
            message._log("ignored", f"{note}. {settled}")
        (self - self.browse().union(*notes))._log("ignored", note)
        items._close_when_empty("ignored", reason)
        # of several that are set aside together, none stands behind what another one leaves
        for message in notes:
            message._tell_left_open()

    def _take_up(self, reason):
        """Take up again what was ignored: it goes round again, or back to where a person decides.

        :raises UserError: without a reason, or when one was not ignored
        """
        self._require_resolver()
        self._require_reason(reason)
        self._refuse(("ignored",), self.env._("taken up again"))
        self._require_free()
        note = self.env._("Taken up again by %(user)s: %(reason)s", user=self.env.user.name, reason=reason)
        refused = self.filtered(lambda message: message.faults_text and not message.holds_identity)
        second = (self - refused).filtered(lambda message: message.is_second_version)
        undecided = second.filtered(lambda message: not message.corrected_at)
        if refused:
            # its contract is asked again by “Take In”
            refused.sudo().write({"state": "rejected"})
            refused._log("rejected", note)
        for message in undecided:
            message._log("exception", note)
            message.sudo().state = "exception"
            same_event = message.first_version_id.event_id == message.event_id
            self.env["construction.exception"]._raise_conflict(
                message,
                "event" if same_event else "delivery",
                message.event_id if same_event else message.sudo().delivery_id.webhook_id,
            )
        (self - refused - undecided)._requeue(note)

    # ---- buttons -----------------------------------------------------------------------

    def _ask(self, name, model, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{field}": value for field, value in defaults.items()},
        }

    def action_correct(self):
        self.ensure_one()
        self._require_resolver()
        return self._ask(
            self.env._("Correct and Reprocess"), "construction.message.correct", message_id=self.id
        )

    def action_ignore(self):
        self._require_resolver()
        return self._ask(self.env._("Ignore"), "construction.exception.ignore", message_ids=self.ids)

    def action_take_up(self):
        self._require_resolver()
        self._refuse(("ignored", "tested"), self.env._("taken up again"))
        return self._ask(self.env._("Take Up Again"), "construction.message.take.up", message_ids=self.ids)

    def action_take_in(self):
        """Check what was refused anew, now that its contract or its right has changed."""
        self._require_resolver()
        self._refuse(("rejected",), self.env._("taken in"))
        self._require_free()
        for message in self:
            message._take_in()
