# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a handler may say is wrong. The hub turns each into a state, a work item and a retry.

Every error takes one sentence for the person who will read it, and by keyword what the
exception screen shows with it: ``job``, ``partner``, ``record`` (recordsets),
``figures`` (a dict of label → value), ``owner`` (a user), ``groups`` (whose members can cure it, the
only ones who own it where there are any) and ``cause_key``, which gathers all messages stopped by the
same cause in one work item.

An error may ask a person: ``choices`` are what may be decided, ``candidates`` the records that
may be meant, ``comparison`` what is shown side by side (rows of label, before, after). What the
person decides on ``question`` is read back by the handler with ``work.decided(question)``.

A module's own kinds inherit ``construction_base.lib.named_error.NamedError``, beside Odoo's ``UserError``
where a person at a screen meets them as well: whoever raises them, they are work items as they are.
"""

from dataclasses import dataclass

from odoo.addons.construction_base.lib.named_error import NamedError

from .lib.keyform import clean


@dataclass(frozen=True)
class Choice:
    """One answer that a person may give to a work item.

    :param str code: what the handler reads
    :param str label: the words on the button
    :param str groups: who may give it: external ids of groups with commas between
    :param str wider: who may give it instead where nobody of ``groups`` can open the item, in order; an
        integration manager comes last by itself
    :param str needs: "record" of ``model``, "price", or None
    :param str model: of which model the record is
    """

    code: str
    label: str
    groups: str
    needs: str | None = None
    model: str | None = None
    wider: str = ""


@dataclass(frozen=True)
class Candidate:
    """A record that may be meant, and why it is thought so, in words for a person."""

    record: object
    why: str = ""


class SyncError(NamedError):
    """Base of the named errors of the hub; those of other addons inherit ``NamedError``."""

    category = "data"


class MissingReference(SyncError):
    """An external key has no record yet: a person maps it, or its master event brings it."""

    category = "mapping"

    def __init__(self, kind, key, model, sentence=None, **info):
        key = clean(key)
        info.setdefault("cause_key", f"missing:{kind}:{key}")
        super().__init__(sentence or f"The {kind.replace('_', ' ')} {key} is unknown.", **info)
        self.kind = kind
        self.key = key
        self.model = model


class DeletedReference(MissingReference):
    """What the key meant was deleted: a person maps it anew, or an event makes it anew."""

    def __init__(self, kind, key, model, sentence, **info):
        info.setdefault("cause_key", f"deleted:{kind}:{clean(key)}")
        super().__init__(kind, key, model, sentence, **info)


class UnusableReference(SyncError):
    """A key has a meaning that cannot be used as it is; a person cures the record or maps the key.

    :param str reason: the first word of the cause: "archived", "company", "taken", "alias" …
    """

    category = "mapping"

    def __init__(self, reason, kind, key, model, sentence, **info):
        key = clean(key)
        info.setdefault("cause_key", f"{reason}:{kind}:{key}")
        super().__init__(sentence, **info)
        self.kind = kind
        self.key = key
        self.model = model


class WaitingFor(SyncError):
    """Another event must come first; after the type's patience it is a work item."""

    category = "waiting"

    def __init__(self, kind, key, sentence=None, model=None, seen=None, **info):
        key = clean(key)
        info.setdefault("cause_key", f"waiting:{kind}:{key}")
        super().__init__(sentence or f"Waiting for the {kind.replace('_', ' ')} {key}.", **info)
        self.kind = kind
        self.key = key
        # where a person may say which record is meant, instead of the event that would bring it
        self.model = model
        # newest meaning of the key when it was looked up; None for the newest when that is noted
        self.seen = seen


class Circle(WaitingFor):
    """What must come first waits for this very event, itself or by others: it would never come."""

    category = "data"


class DuplicateFound(SyncError):
    """The same business document seems to be there already; ``record`` holds both."""

    category = "duplicate"
    severity = "high"


class Hold(SyncError):
    """A guard stops this step until it is cured or released by someone entitled."""

    category = "hold"
    severity = "high"


class NotAllowed(SyncError):
    """The source's service user may not do this."""

    category = "permission"


class InvalidData(SyncError):
    """The event contradicts itself or the record it speaks of; ``pointer`` says where."""

    shows = ("pointer",)

    def __init__(self, sentence, pointer=None, **info):
        super().__init__(sentence, **info)
        self.pointer = pointer


class Superseded(SyncError):
    """A newer version of the same object was already applied: nothing is left to do."""

    state = "superseded"


class Ignored(Superseded):
    """A person said once for all that such events have no effect."""

    state = "ignored"


class OtherContent(SyncError):
    """The same document came again and says something else: a person decides which stands."""

    category = "conflict"
    severity = "high"


class Proposed(SyncError):
    """What an event says of a record and is not its source's to write: a person decides, and nothing waits.

    The words of its work item come from all that is proposed (``construction.exception._hear``).

    :param str group: of fields
    :param units: what is proposed of each field (``lib.proposals``)
    :param left: of which fields the event says what stands
    :param entries: what all systems propose, for the work item
    :param owned_by: the ``lib.ownership.Owner`` of the group
    """

    category = "conflict"

    def __init__(self, sentence="", *, group=None, units=(), left=(), entries=(), owned_by=None, **info):
        super().__init__(sentence, **info)
        self.group = group
        self.units = units
        self.left = left
        self.entries = entries
        self.owned_by = owned_by


class Undecided(SyncError):
    """The event leaves open what only a person can say, such as its order or a cost code."""

    category = "mapping"


class SourceStands(Exception):
    """The source may not work now; its messages stay as they are until it may."""
