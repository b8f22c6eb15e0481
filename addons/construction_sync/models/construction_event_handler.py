# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from odoo import api, models

from odoo.addons.construction_base.lib.named_error import NamedError

from ..errors import InvalidData
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
    ``parked`` an error that keeps the effects; ``job`` the project it is about; ``stamp`` how
    new it is (``lib.newest``).
    """

    message: Any
    data: dict
    resolved: Any = None
    parked: NamedError | None = None
    job: Any = None
    traces: list = field(default_factory=list)
    told: list = field(default_factory=list)
    key: str | None = None
    stamp: Any = None
    stands: bool = True
    # the crosswalk entry under which this message's document was known before a person corrected it
    former: Any = None
    # what was known of its document when it was resolved
    known: Any = None
    # the data as they came, and the corrected message after which their document's number is read
    sent: Any = None
    corrected: Any = None
    # the same message, where this is a document of its own; and whether a person has to say which it is
    apart: Any = None
    doubt: bool = False
    # the data as they name things, and the corrected message after which those names are read
    named: Any = None
    renamed: Any = None
    notes: list = field(default_factory=list)
    # what is wrong with single fields, without which the others were written
    wrong: list = field(default_factory=list)

    def decided(self, question):
        """What a person decided on a question of this message, or an empty recordset."""
        return self.message._decided(question)

    @property
    def decision(self):
        """Code of the latest decision on this message, or False."""
        return self.message.decision

    def park(self, error, stands=True):
        """Keep the effects, but leave the message open as a work item.

        :param bool stands: whether the state that the event carries was applied all the same
        """
        self.parked = error
        self.stands = stands

    def tell(self, error):
        """Have the message done, and open a work item beside it for what a person should look at."""
        self.told.append(error)

    def note(self, text):
        """Say in the history of a message that ends *done* why nothing more came of it."""
        self.notes.append(text)

    def trace(self, records, action="create"):
        """Note that this message created or changed ``records``.

        :raises TypeError: for those of a model that is not traced: no button would lead to the message
        """
        if records and "construction_message_count" not in records._fields:
            raise TypeError(
                f"{records._name} is not traced: inherit construction.traced.mixin in it, beside what it is"
            )
        self.traces += [(self.message.id, record, action) for record in records]


class ConstructionEventHandler(models.AbstractModel):
    """Base of the handlers: one event type each, found by inheritance.

    A handler resolves, checks and applies. It never commits, never catches
    ``OperationalError``, never parses HTTP; it says what is wrong with the errors of
    ``construction_sync.errors``, or any other ``NamedError``. Run twice on one message it
    changes nothing the second time. Its environment is the source's service user in the source's company.
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
    # external ids of the roles of this domain that see its messages and work items, and act on them. The
    # roles of the core (buyer, accounts payable, …) see those of every domain and are not named.
    _event_roles = ()
    # what its schema marks personal is taken out of stored messages and bodies so many days after it came, …
    _event_personal_days = 90
    # … or as soon as a message is done: what shall last is in the records of the handler
    _event_personal_done = False
    # the event carries the whole state of its object: a newer one of the type supersedes it. What
    # carries a fact (a receipt, an invoice) always applies.
    _event_whole = False

    # ---- what a handler may say of an event that comes in ------------------------------

    def _lane(self, data):
        """The lane for an event of this content, or None for that of its type.

        Called for each event while its sender waits, with the checked data: it looks at ``data`` and
        at nothing else. It is a wish: as long as an earlier message of the same ordering key
        is received or in retry, the event goes into the lane of that one, so that the order within
        a subject holds whatever the lanes.
        """
        return None

    def _weight(self, data):
        """How much work an event of this content is, in lines of a document.

        Called as ``_lane`` is. The messages of a batch are one transaction, which holds up all others of
        its shard: it ends where their weights come to ``lib.ordering.BATCH_WEIGHT``, and one above
        ``lib.ordering.HEAVY`` is taken alone.
        """
        return 1

    # ---- what a handler defines ------------------------------------------------------

    def _reference_keys(self, data):
        """The crosswalk keys that ``data`` names, to fetch them for a whole batch at once.

        :return: iterable of (kind, key)
        """
        return ()

    def _resolve(self, work):
        """Look up and check, without writing; what it returns becomes ``work.resolved``.

        :raises NamedError: to stop this one message
        """
        return None

    def _apply(self, works):
        """Create or change the records of a batch.

        :param list works: Work objects whose ``resolved`` is set, no two of one ordering key
        :raises NamedError: to undo; the hub then applies one at a time
        """
        raise NotImplementedError(f"{self._name} does not apply anything")

    def _named_error(self, work, error):
        """A refusal of Odoo or of a model as a named error, or None where this handler has nothing to say.

        One that is a ``NamedError`` becomes a work item as it is; say more of it by ``about``, and return it.

        :param error: what stopped ``work``, whose effects are undone: a UserError, or a NamedError of a model
        """
        return None

    # whether this handler says how to undo what a message that is set aside has left behind
    _undoes = False
    # who may have that undone: external ids of groups with commas between; by default those who
    # decide on the documents of the event
    _undo_groups = None

    def _undo(self, work):
        """Take back what a message left that was never finished: a draft, a pending order.

        What is booked or released stays. Set ``_undoes`` where this is written, and ``_undo_groups``.

        :return: {record: a sentence that says what became of it}; records may be deleted
        """
        return {}

    def _can_undo(self, message):
        """Whether something of what a message left is taken back: by default what it made or rewrote."""
        return any(link.action == "create" and link.record_exists for link in message.record_ids)

    def _left_open(self, work):
        """What a message that is set aside leaves behind unfinished, where a person keeps it.

        :return: named errors, each of which becomes a work item that stops nothing
        """
        return []

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

    # ---- offering what may be meant --------------------------------------------------

    @api.model
    def _reference_model(self, kind):
        """The model of what a key of this kind means, or None where no person may map it."""
        return None

    def _candidates(self, work, kind, key):
        """The records that a key which nobody knows may mean, the likeliest first.

        :return: list of ``Candidate``
        """
        return []

    def _decided_now(self, work, decision):
        """What a decision changes at once, in the name of the person who takes it.

        Called in that person's environment, before the message goes round again.
        """

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
        return datetime.fromisoformat(moment.upper()).astimezone(self._zone(job)).date()

    @api.model
    def _zone(self, job):
        """The zone in which days of a job are read: its own, else the company's; a job may be unknown."""
        return ZoneInfo((job and job.job_tz) or self.env.company.partner_id.tz or "UTC")

    def _event_date(self, work):
        """The local date, in the zone of the work's job, on which the event happened."""
        return self._job_date(work.job, f"{work.message.occurred_at.isoformat()}Z")

    @api.model
    def _moment(self, moment):
        """An RFC 3339 moment as naive UTC, to the second, as Odoo's documents have it."""
        return envelope.parse_time(moment).replace(microsecond=0)
