# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.construction_base.lib.named_error import NamedError
from odoo.addons.construction_base.lib.transaction import notes

from ..errors import Superseded, WaitingFor
from ..lib import sqlstate
from .construction_event_handler import Work

_logger = logging.getLogger(__name__)

# in the cache of a cursor whose work is undone: nothing of it may reach what no rollback undoes
TRIAL = "construction_trial"
LOCK_TIMEOUT = "2s"
# numbers of a trial: beyond any that a sequence reaches, so that none is drawn from it
BEYOND = 1_000_000_000
DETAIL = 8000


@dataclass
class Trial:
    """What an event would do: ``outcome`` is the state it would have, ``effects`` what it would make.

    :ivar list effects: (kind of record, name, "create" or "update") of each
    :ivar str fault: what the program says of a fault of its own
    """

    outcome: str
    sentence: str = ""
    effects: list = field(default_factory=list)
    fault: str = ""

    def as_text(self):
        lines = [f"{action}: {kind} {name}" for kind, name, action in self.effects]
        return "\n".join([line for line in (self.sentence, *lines, self.fault) if line])[:DETAIL]


class ConstructionMessageTrial(models.Model):
    """Run to the end and undone: what an event would do, without a trace of it."""

    # apart from the handling: what is done with messages and what would be are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    def _what_would_happen(self, data=None):
        """Take one message through its handler on a cursor of its own, and undo it.

        :param data: the data to work with instead of the message's own
        :return: Trial
        :raises: what the database says when it is no use to go on, such as a lost connection
        """
        self.ensure_one()
        with self._undone() as message:
            work = Work(message, {})
            try:
                kind = message.event_type_id
                handler = kind._handler()
                if handler is None:
                    return Trial(
                        "exception", self.env._("No handler for %s is installed.", kind.display_name)
                    )
                handler = message._handler_env(handler)
                work.data = message._payload() if data is None else data
                handler._prefetch_refs([work])
                work.resolved = handler._resolve_work(work)
                handler._apply_works([work])
                # what would run at the commit runs too, as far as a rollback undoes it
                message.env.cr.flush()
            except Exception as error:  # pylint: disable=broad-except
                return self._trial_of(error)
            if work.parked:
                return Trial("exception", work.parked.sentence, self._trial_effects(work))
            return Trial("done", "", self._trial_effects(work))

    def _trial_effects(self, work):
        """(kind of record, name, action) of what a work has noted, read before it is undone."""
        kinds = work.message.env["ir.model"]
        return [
            (kinds._get(record._name).name, record.sudo().display_name, action)
            for _message_id, record, action in work.traces
        ]

    def _trial_of(self, error):
        """:raises: what another try would cure, or nothing would"""
        if isinstance(error, Superseded):
            return Trial("superseded", error.sentence)
        if isinstance(error, WaitingFor):
            return Trial("waiting", error.sentence)
        if isinstance(error, NamedError):
            return Trial("exception", error.sentence)
        if isinstance(error, UserError):
            return Trial("exception", str(error.args[0] if error.args else error))
        if sqlstate.verdict(error) != sqlstate.PERMANENT and sqlstate.sqlstate(error):
            raise error
        _logger.info("trial of %s: %s", self.type_name, sqlstate.describe(error))
        sentence = self.env._("It could not be processed: %s.", self._fault_in_words(error))
        return Trial("dead", sentence, fault=sqlstate.trace(error))

    @contextmanager
    def _undone(self):
        """This message in a transaction that ends in nothing: no mail, no bus, no file, no number is left."""
        registry = self.env.registry
        with registry.cursor() as cr:
            cr.execute(SQL("SET LOCAL lock_timeout = %s", LOCK_TIMEOUT))
            env = self.env(cr=cr, user=SUPERUSER_ID, su=True)
            notes(env)[TRIAL] = True
            try:
                yield self.with_env(env)
            finally:
                # also forgets what would be sent after the commit
                cr.rollback()
                del notes(env)[TRIAL]
                registry.reset_changes()

    # ---- a test source in production ---------------------------------------------------

    def _process_trial(self, outcome):
        """Try the messages of a test source, and keep what each would have done."""
        words = {
            "done": self.env._("Tried and undone: it would be done."),
            "waiting": self.env._("Tried and undone: it would wait."),
            "superseded": self.env._("Tried and undone: it would be superseded."),
        }
        for message in self:
            trial = message._what_would_happen()
            problem = words.get(trial.outcome, self.env._("Tried and undone: it would be a work item."))
            message.write(
                {
                    "state": "tested",
                    "done_at": fields.Datetime.now(),
                    "problem": f"{problem} {trial.sentence}".strip(),
                    "next_try_at": False,
                }
            )
            message._log("tested", problem, trial.as_text())
            outcome["counts"]["tested"] += 1

    def _take_up(self, reason):
        """What was tried is taken up when its source has become production."""
        tried = self.filtered(lambda message: message.state == "tested")
        if tried:
            self._require_resolver()
            self._require_reason(reason)
            self._require_free()
            for source in tried.source_id.sudo():
                if source._is_trial():
                    raise UserError(
                        self.env._(
                            "%s is a test source: what it sent would only be tried again.", source.name
                        )
                    )
            tried._requeue(
                self.env._("Taken up again by %(user)s: %(reason)s", user=self.env.user.name, reason=reason)
            )
        return super(ConstructionMessageTrial, self - tried)._take_up(reason) if self - tried else None

    def _process_group(self, outcome):
        if self.source_id._is_trial():
            return self._process_trial(outcome)
        return super()._process_group(outcome)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _storage(self):
        # what is undone must not lie in the filestore, which knows no rollback
        return "db" if notes(self.env).get(TRIAL) else super()._storage()


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _next_do(self):
        # a PostgreSQL sequence knows no rollback: what a trial drew would be a gap in the real numbers
        if notes(self.env).get(TRIAL) and self.implementation == "standard":
            return self.get_next_char(BEYOND + secrets.randbelow(BEYOND))
        return super()._next_do()


class IrSequenceDateRange(models.Model):
    _inherit = "ir.sequence.date_range"

    def _next(self):
        if notes(self.env).get(TRIAL) and self.sequence_id.implementation == "standard":
            return self.sequence_id.get_next_char(BEYOND + secrets.randbelow(BEYOND))
        return super()._next()
