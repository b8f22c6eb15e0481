# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.named_error import NamedError

from ..errors import NotAllowed, SourceStands
from ..lib import newest, ordering, sqlstate
from .construction_event_handler import REFS, RefCache, Work
from .construction_message_lane import FAULTS

_logger = logging.getLogger(__name__)

# what no savepoint cures: the transaction as a whole is taken again, or its messages one by one
BEYOND = (sqlstate.AGAIN, sqlstate.LOST, sqlstate.FULL)


class ConstructionMessageHandling(models.Model):
    """How claimed messages go through their handlers, and what stops one of them stops no other."""

    # apart from the lanes: how messages are taken and what is done with them are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    def _process(self):
        """Take these messages through their handlers and store what became of each.

        :return: a line for the job's log
        """
        self = self.sudo()
        outcome = {"bound": False, "counts": defaultdict(int), "held": set()}
        waves = ordering.waves(
            self._in_sequence(),
            key=lambda m: (m.source_id.id, m.subject),
            group=lambda m: (m.source_id.id, m.event_type_id.id),
            priority=lambda group: self.env["construction.event.type"].browse(group[1]).priority,
        )
        for wave in waves:
            # one that is to be tried again holds back the rest of its key
            free = [m.id for m in wave if (m.source_id.id, m.subject) not in outcome["held"]]
            if free:
                self.browse(free)._process_group(outcome)
        if outcome["bound"] or outcome["counts"]["waiting"] or outcome["counts"]["exception"]:
            self._delay_release()
        return ", ".join(f"{count} {state}" for state, count in sorted(outcome["counts"].items()))

    def _in_sequence(self):
        """These messages as they came, those of one key that say their sequence in the order of it."""
        self.env.cr.execute(
            "SELECT id, sequence FROM construction_message WHERE id = ANY(%s) AND sequence IS NOT NULL",
            [self.ids],
        )
        numbers = dict(self.env.cr.fetchall())
        return newest.in_sequence(
            list(self), lambda m: (m.source_id.id, m.subject), lambda m: numbers.get(m.id)
        )

    def _process_group(self, outcome):
        """Messages of one source and one type, no two of one ordering key."""
        kind = self.event_type_id
        handler = kind._handler()
        if handler is None:
            error = NotAllowed(
                self.env._("No handler for %s is installed.", kind.display_name),
                cause_key=f"handler:{kind.name}",
            )
            self._store_errors([(Work(m, {}), error) for m in self], outcome)
            return
        try:
            handler = self._handler_env(handler)
        except SourceStands as error:
            # the messages stay as they are; the watch of the sources tells of it
            _logger.info("%s", error)
            outcome["counts"]["standing"] += len(self)
            return
        works, failed = self._read_works(handler)
        ready = []
        errors_by_work = self._resolve_together(handler, works)
        for work in works:
            error = errors_by_work.get(id(work))
            (failed.append((work, error)) if error else ready.append(work))
        if ready and not self._apply_together(handler, ready):
            # one that came alone was resolved a moment ago, and nothing was done since
            step = self._apply_resolved if len(ready) == 1 else self._apply_one
            for work in list(ready):
                error = self._attempt(handler, lambda work=work: step(handler, work))
                if error:
                    ready.remove(work)
                    failed.append((work, error))
        handler._keep_names(works)
        parked = [(work, work.parked) for work in ready if work.parked]
        self._store_done([work for work in ready if not work.parked], outcome)
        self._store_traces(ready)
        self._store_told(ready)
        self._store_errors(failed + parked, outcome)
        outcome["bound"] |= handler.env.context[REFS].bound

    def _read_works(self, handler):
        """:return: (works whose data could be read, [(work, what stopped it)])"""
        works, failed = [], []
        for message in self:
            work = Work(message, {})
            try:
                work.data = message._payload()
                # what a handler reads of the keys must not fail in the middle of a batch
                list(handler._reference_keys(work.data))
                works.append(work)
            except FAULTS as error:  # pylint: disable=broad-except
                failed.append((work, error))
        error = works and self._attempt(handler, lambda: handler._prefetch_refs(works))
        if error:
            _logger.info("keys of %s: %s", handler._event_type, sqlstate.describe(error))
            # looked up one by one it shows whose keys cannot be
            for work in list(works):
                error = self._attempt(handler, lambda work=work: handler._prefetch_refs([work]))
                if error:
                    works.remove(work)
                    failed.append((work, error))
        return works, failed

    def _handler_env(self, handler):
        source = self.source_id
        return (
            handler.with_user(source._acting_user())
            .with_company(source.company_id)
            .with_context(
                **{REFS: RefCache()},
                allowed_company_ids=source.company_id.ids,
                lang=source._language(),
                tz=source.user_id.tz or "UTC",
                # a service user follows nothing, and nobody gets a mail for each document
                mail_create_nosubscribe=True,
                mail_auto_subscribe_no_notify=True,
            )
        )

    def _at_work(self):
        """The handler of a message and its work, for one step of it apart from the lanes.

        :raises SourceStands: when its source may not work now, or nothing handles it
        """
        handler = self.event_type_id._handler() if self.event_type_id else None
        if handler is None:
            raise SourceStands(self.env._("Nothing that is installed handles %s.", self.display_name))
        return self._handler_env(handler), Work(self, self._payload(), job=self.job_id)

    def _resolve_together(self, handler, works):
        """Resolve a batch, which only reads, under one savepoint.

        :return: {id(work): what stopped it}
        """
        found = {}

        def resolve_all():
            for work in works:
                try:
                    self._resolve_one(handler, work)
                except FAULTS as error:  # pylint: disable=broad-except
                    if sqlstate.sqlstate(error) and not isinstance(error, (NamedError, UserError)):
                        # the statement that failed has ended the savepoint: find whose it was
                        raise
                    found[id(work)] = error

        if self._attempt(handler, resolve_all):
            attempts = {
                id(work): self._attempt(handler, lambda work=work: self._resolve_one(handler, work))
                for work in works
            }
            return {key: error for key, error in attempts.items() if error}
        return found

    def _resolve_one(self, handler, work):
        work.notes.clear()
        work.data = work.sent or work.named or work.data
        work.sent = work.corrected = work.named = work.renamed = None
        work.former, work.apart, work.doubt = None, None, False
        work.resolved = handler._resolve_work(work)

    def _apply_one(self, handler, work):
        work.traces.clear()
        work.told.clear()
        work.parked, work.stands = None, True
        self._resolve_one(handler, work)
        handler._apply_works([work])

    def _apply_resolved(self, handler, work):
        handler._apply_works([work])

    def _apply_together(self, handler, works):
        """Apply a batch under one savepoint; False when it must go one at a time."""
        if len(works) == 1:
            return False
        error = self._attempt(handler, lambda: handler._apply_works(works))
        if error:
            _logger.info(
                "batch of %s falls back to single messages: %s", handler._event_type, sqlstate.describe(error)
            )
        return error is None

    def _attempt(self, handler, step):
        """Run one step under a savepoint, which writes what is pending at its end.

        :return: what stopped it, or None
        :raises: what no savepoint cures
        """
        try:
            with self.env.cr.savepoint():
                step()
        except FAULTS as error:  # pylint: disable=broad-except
            # a fault of one message must not stop the others of its batch
            said = isinstance(error, UserError)
            if not isinstance(error, NamedError) and sqlstate.verdict(error, fresh=said) in BEYOND:
                raise
            handler.env.context[REFS].clear()
            return error
        return None
