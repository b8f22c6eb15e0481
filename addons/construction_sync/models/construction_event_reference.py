# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..errors import DeletedReference, InvalidData, MissingReference, UnusableReference, WaitingFor
from ..lib.keyform import clean
from ..lib.keys import fold
from ..lib.meaning import ALIVE, ARCHIVED, FOREIGN, GONE, Meaning
from .construction_event_handler import REFS


class ConstructionEventReference(models.AbstractModel):
    """How handlers find the records that keys mean, and what they say when one cannot be used."""

    # apart from the base of handlers: what a handler is and how it finds records are two ideas
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    # whether archived records are taken as any others
    _takes_archived = False

    # ---- a batch -----------------------------------------------------------------------

    @api.model
    def _prefetch_refs(self, works):
        """Fill the look-up cache for a batch of works of one source."""
        wanted = {}
        for work in works:
            kinds = wanted.setdefault(work.message.source_id, {})
            for kind, key in self._reference_keys(work.data):
                if key:
                    kinds.setdefault(kind, set()).add(str(key))
        for source, kinds in wanted.items():
            self._fetch_meanings(source, kinds)

    def _fetch_meanings(self, source, wanted, beside=False):
        """Meanings by (kind, key), from the cache of the batch as far as they are there.

        :param bool beside: also those that only sources say which use this one's keys
        """
        cache = self.env.context.get(REFS)
        cache = {} if cache is None else cache
        wanted = {kind: {clean(key) for key in keys} for kind, keys in wanted.items()}
        unknown = {
            kind: {key for key in keys if (source.id, kind, key) not in cache}
            for kind, keys in wanted.items()
        }
        unknown = {kind: keys for kind, keys in unknown.items() if keys}
        if unknown:
            found = self.env["construction.crosswalk"]._meanings(source, unknown)
            for kind, keys in unknown.items():
                for key in keys:
                    cache[(source.id, kind, key)] = found.get((kind, key))
        found = {(kind, key): cache[(source.id, kind, key)] for kind, keys in wanted.items() for key in keys}
        return {key: hit if beside or not (hit and hit.beside) else None for key, hit in found.items()}

    def _meaning(self, work, kind, key, beside=False):
        """What one key means, or None when it never meant anything.

        :param bool beside: also what it means only for sources that use this one's keys
        """
        if not key:
            return None
        source = work.message.source_id
        return self._fetch_meanings(source, {kind: [key]}, beside)[kind, clean(key)]

    def _own_kind(self):
        """The kind of the objects that the event brings: whose word their keys are is looked at apart."""
        return self._document_kind

    @api.model
    def _forget_meanings(self, pairs):
        """Have the meanings of records that have gone be read anew."""
        cache = self.env.context.get(REFS)
        if cache:
            for key, meaning in list(cache.items()):
                if isinstance(meaning, Meaning) and (meaning.model, meaning.id) in pairs:
                    del cache[key]

    # ---- one reference -----------------------------------------------------------------

    def _ref_many(self, source, kind, keys):
        """Records by key for those of ``keys`` that are known and there.

        :return: dict key → record
        """
        found = self._fetch_meanings(source, {kind: keys}, kind != self._own_kind())
        hits = {key: found[kind, clean(key)] for key in keys}
        return {
            key: self.env[meaning.model].browse(meaning.id)
            for key, meaning in hits.items()
            if meaning and meaning.state != GONE
        }

    def _ref(
        self, work, kind, key, model=None, *, required=True, wait=False, gone=None, archived=None, **info
    ):
        """The record that an external key means.

        :param str model: the model a person would choose from; needed when required
        :param bool wait: raise WaitingFor instead of MissingReference: another event brings it
        :param str gone: "ask" a person when the record was deleted, or take the key as "new";
            by default it is new where the reference is not required: the event's own object
        :param str archived: "ask" a person, or take the record as the "same"
        :param info: what the error shows: job, partner, sentence …
        :return: a record; an empty recordset of ``model`` when not required and unknown
        """
        # what an event names is what any of those calls it that share keys; what it brings is its own
        beside = required or wait or kind != self._own_kind()
        meaning = self._meaning(work, kind, key, beside)
        gone = gone or ("ask" if required or wait else "new")
        if meaning and not (meaning.state == GONE and gone == "new"):
            archived = archived or ("same" if self._takes_archived else "ask")
            if meaning.state == ALIVE or (meaning.state == ARCHIVED and archived == "same"):
                return self.env[meaning.model].browse(meaning.id)
            raise self._unusable(work, kind, clean(key), model or meaning.model, meaning, **info)
        if wait and key:
            # known to nobody when it was read: whatever comes from here on sets it free
            raise WaitingFor(kind, key, model=model, seen=0, **info)
        if required:
            if not key:
                raise InvalidData(self.env._("The event names no %s.", kind.replace("_", " ")), **info)
            raise MissingReference(kind, key, model, **info)
        return self.env[model] if model else None

    def _mapped(self, work, kind, key, model):
        """The record that a person mapped a name to, or an empty one: then it is found by its name."""
        return self._ref(work, kind, key, model=model, required=False, gone="ask")

    @api.model
    def _reference_domain(self, kind):
        """The records that keys of a kind may mean, for the kinds that this handler knows.

        :return: a domain, or None for a kind that is another's
        """
        return None

    @api.model
    def _reference_kinds(self):
        """The kinds whose keys a person may map before any event names one, for ``_reference_model``."""
        return ()

    @api.model
    def _reference_numbers(self, kind):
        """The fields in which records of a kind bear a number that people know them by.

        :return: names of text fields, or None for a kind that is another's
        """
        return None

    def _cures(self):
        """The fields by which a person puts a record right that a key means, besides its being archived.

        :return: {model: names of fields}
        """
        return {}

    # ---- what cannot be used -----------------------------------------------------------

    def _unusable(self, work, kind, key, model, meaning, **info):
        """The error of a key whose record is deleted, archived or of another company."""
        info.pop("sentence", None)
        what = f"{kind.replace('_', ' ').capitalize()} %s"
        if meaning.state == GONE:
            return DeletedReference(kind, key, model, self._deleted_sentence(what, key, meaning), **info)
        what = what % key
        record = self.env[meaning.model].sudo().browse(meaning.id)
        name = record.display_name
        if meaning.state == FOREIGN:
            sentence = self.env._(
                "%(what)s (%(record)s) belongs to %(company)s now. Move the record back, or leave its "
                "company empty, or map the key to another record; then replay.",
                what=what,
                record=name,
                company=record.company_id.display_name,
            )
            return UnusableReference("company", kind, key, model, sentence, record=record, **info)
        sentence = self.env._(
            "%(what)s (%(record)s) is archived. Bring it back, or map the key to another record; "
            "then replay.",
            what=what,
            record=name,
        )
        info.setdefault("owner", self._who_archived(record))
        return UnusableReference("archived", kind, key, model, sentence, record=record, **info)

    def _deleted_sentence(self, what, key, meaning):
        entry = self.env["construction.crosswalk"].sudo().browse(meaning.entry)
        name = entry.closed_name
        if not entry.valid_until or not name:
            return self.env._("%s was deleted. Map the key to another record, then replay.", what % key)
        # a document is known by its number, in a key that is folded
        named = what % name if fold(name) == fold(key) else f"{what % key} ({name})"
        return self.env._(
            "%(what)s was deleted by %(user)s on %(date)s. Map the key to another record, then replay.",
            what=named,
            user=entry.closed_by_id.name,
            date=entry.valid_until.date(),
        )

    @api.model
    def _who_archived(self, record):
        """Who wrote the record last, or whose it is, if that is a person who can map keys; else None."""
        record = record.sudo()
        users = record.write_uid
        if record._fields.get("user_id") and record._fields["user_id"].comodel_name == "res.users":
            users |= record.user_id
        items = self.env["construction.exception"].sudo()
        able = (user for user in users if items._may_own(user, self.env.company, category="mapping"))
        return next(able, None)

    # ---- binding -----------------------------------------------------------------------

    def _bind(self, work, kind, key, record, share=False):
        """Say what a key of the source means; whatever waits for it goes on."""
        return self._bind_many(work, kind, {str(key): record}, share=share)

    def _bind_many(self, work, kind, bindings, share=False, apart=()):
        """The same for many: dict key → record.

        :param bool share: several keys may mean one record: the further ones are aliases
        :param apart: keys that a person said mean something else here
        """
        source = work.message.source_id
        items = self.env["construction.crosswalk"]._bind(source, kind, bindings, share=share, apart=apart)
        cache = self.env.context.get(REFS)
        if cache is not None:
            cache.bound = True
            for item in items:
                cache[(source.id, kind, item.key)] = Meaning(
                    item.res_model, item.res_id, ALIVE, item.id, item.is_alias, {}
                )
        return items
