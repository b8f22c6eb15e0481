from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from odoo import api, models

from ..exceptions import InvalidData, MissingReference, SyncError, WaitingFor
from ..lib import crypto, envelope, strict_json

REFS = "construction_refs"


class RefCache(dict):
    """Looked-up references of one batch; ``bound`` tells whether a key got a meaning.

    It is equal to itself only: Odoo compares the context of each new environment, in which it
    lies, with those of all others of the transaction.
    """

    bound = False
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


def at_work(env):
    """Whether a handler is at work in this environment, which no call from outside can pretend."""
    return isinstance(env.context.get(REFS), RefCache)


@dataclass
class Work:
    """One message on its way through a handler.

    ``data`` is the parsed payload; ``resolved`` what the handler's ``_resolve`` gave;
    ``parked`` an error that keeps the effects; ``job`` the project it is about.
    """

    message: Any
    data: dict
    resolved: Any = None
    parked: SyncError | None = None
    job: Any = None
    traces: list = field(default_factory=list)
    told: list = field(default_factory=list)
    key: str | None = None

    def decided(self, question):
        """What a person decided on a question of this message, or an empty recordset."""
        return self.message._decided(question)

    @property
    def decision(self):
        """Code of the latest decision on this message, or False."""
        return self.message.decision

    def park(self, error):
        """Keep the effects, but leave the message open as a work item."""
        self.parked = error

    def tell(self, error):
        """Have the message done, and open a work item beside it for what a person should look at."""
        self.told.append(error)

    def trace(self, records, action="create"):
        """Note that this message created or changed ``records``."""
        self.traces += [(self.message.id, record, action) for record in records]


class ConstructionEventHandler(models.AbstractModel):
    """Base of the handlers: one event type each, found by inheritance.

    A handler resolves, checks and applies. It never commits, never catches
    ``OperationalError``, never parses HTTP; it says what is wrong with the errors of
    ``construction_sync.exceptions``. Run twice on one message it changes nothing the
    second time. Its environment is the source's service user in the source's company.
    """

    _name = "construction.event.handler"
    _description = "Event Handler"

    _event_type = None
    _event_version = 1
    _event_lane = "standard"
    _event_priority = 50
    _event_patience_hours = 72
    # external id of the group whose rights a service user needs for this event
    _event_group = None

    # ---- what a handler defines ------------------------------------------------------

    def _reference_keys(self, data):
        """The crosswalk keys that ``data`` names, to fetch them for a whole batch at once.

        :return: iterable of (kind, key)
        """
        return ()

    def _resolve(self, work):
        """Look up and check, without writing; what it returns becomes ``work.resolved``.

        :raises SyncError: to stop this one message
        """
        return None

    def _apply(self, works):
        """Create or change the records of a batch.

        :param list works: Work objects whose ``resolved`` is set, no two of one ordering key
        :raises SyncError: to undo; the hub then applies one at a time
        """
        raise NotImplementedError(f"{self._name} does not apply anything")

    # whether this handler says how to undo what a message that is set aside has left behind
    _undoes = False

    def _undo(self, work):
        """Take back what a message left that was never finished: a draft, a pending order.

        What is booked or released stays. Set ``_undoes`` where this is written.

        :return: {record: a sentence that says what became of it}; records may be deleted
        """
        return {}

    def _created(self, work, model):
        """Records of a model that this message created and that still exist."""
        links = work.message.sudo().record_ids.filtered(
            lambda link: link.res_model == model and link.action == "create"
        )
        return self.env[model].browse(links.mapped("res_id")).exists()

    # ---- found by inheritance --------------------------------------------------------

    @api.model
    def _declared(self):
        """All handlers that declare an event type, in no particular order."""
        return [
            self.env[name]
            for name, model in self.env.registry.items()
            if model._abstract and getattr(model, "_event_type", None)
        ]

    # ---- references ------------------------------------------------------------------

    @api.model
    def _prefetch_refs(self, works):
        """Fill the look-up cache for a batch of works of one source."""
        wanted = {}
        for work in works:
            for kind, key in self._reference_keys(work.data):
                if key:
                    wanted.setdefault((work.message.source_id, kind), set()).add(str(key))
        for (source, kind), keys in wanted.items():
            self._ref_many(source, kind, keys)

    def _ref_many(self, source, kind, keys):
        """Records by key for those of ``keys`` that are known.

        :return: dict key → record
        """
        cache = self.env.context.get(REFS)
        cache = {} if cache is None else cache
        unknown = [key for key in keys if (source.id, kind, key) not in cache]
        if unknown:
            found = self.env["construction.crosswalk"]._lookup(source, kind, unknown)
            for key in unknown:
                cache[(source.id, kind, key)] = found.get(key)
        hits = {key: cache[(source.id, kind, key)] for key in keys}
        return {key: self.env[hit[0]].browse(hit[1]) for key, hit in hits.items() if hit}

    def _ref(self, work, kind, key, model=None, *, required=True, wait=False, **info):
        """The record that an external key means.

        :param str model: the model a person would choose from; needed when required
        :param bool wait: raise WaitingFor instead of MissingReference: another event brings it
        :param info: what the error shows: job, partner, sentence …
        :return: a record; an empty recordset of ``model`` when not required and unknown
        """
        source = work.message.source_id
        record = self._ref_many(source, kind, [str(key)]).get(str(key)) if key else None
        if record:
            return record
        if wait and key:
            raise WaitingFor(kind, str(key), model=model, **info)
        if required:
            if not key:
                raise InvalidData(self.env._("The event names no %s.", kind), **info)
            raise MissingReference(kind, str(key), model, **info)
        return self.env[model] if model else None

    def _bind(self, work, kind, key, record):
        """Say what a key of the source means; whatever waits for it goes on."""
        return self._bind_many(work, kind, {str(key): record})

    def _bind_many(self, work, kind, bindings):
        """The same for many: dict key → record."""
        source = work.message.source_id
        items = self.env["construction.crosswalk"]._bind(source, kind, bindings)
        cache = self.env.context.get(REFS)
        if cache is not None:
            cache.bound = True
            for key, record in bindings.items():
                cache[(source.id, kind, key)] = (record._name, record.id)
        return items

    # ---- reading values --------------------------------------------------------------

    @api.model
    def _decimal(self, value, pointer=None):
        """A number of money or quantity, given as a JSON string or number.

        :raises InvalidData: when it is not a finite decimal
        """
        try:
            number = value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or isinstance(value, bool):
            raise InvalidData(self.env._("%s is not a number.", value), pointer)
        return number

    @api.model
    def _open_restricted(self, value):
        """The plain value behind a restricted one; None stays None."""
        if isinstance(value, str) and value.startswith(crypto.PREFIX):
            token = value[len(crypto.PREFIX) :]
            return strict_json.loads(crypto.decrypt(token.encode()))
        return value

    @api.model
    def _job_date(self, job, moment):
        """The local date, in the job's zone, of an RFC 3339 moment or a plain date."""
        if len(moment) == 10:
            return datetime.strptime(moment, "%Y-%m-%d").date()
        zone = ZoneInfo((job and job.job_tz) or self.env.company.partner_id.tz or "UTC")
        return datetime.fromisoformat(moment.upper()).astimezone(zone).date()

    def _event_date(self, work):
        """The local date, in the zone of the work's job, on which the event happened."""
        return self._job_date(work.job, f"{work.message.occurred_at.isoformat()}Z")

    @api.model
    def _moment(self, moment):
        """An RFC 3339 moment as naive UTC, to the second, as Odoo's documents have it."""
        return envelope.parse_time(moment).replace(microsecond=0)
