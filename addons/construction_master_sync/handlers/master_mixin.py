# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.named_error import NamedError
from odoo.addons.construction_sync.errors import (
    Choice,
    Ignored,
    InvalidData,
    UnusableReference,
    WaitingFor,
)
from odoo.addons.construction_sync.lib.keyform import clean
from odoo.addons.construction_sync.lib.meaning import ARCHIVED, GONE, Meaning
from odoo.addons.construction_sync.lib.ownership import GROUPS
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_crosswalk_family import PERSON
from odoo.addons.construction_sync.models.construction_crosswalk_life import MANAGER, NEVER, TAKE_OVER
from odoo.addons.construction_sync.models.construction_event_handler import REFS

ALIAS = "alias"


class ConstructionMasterMixin(models.AbstractModel):
    """Master data: create or update one record by key, the newest version stands."""

    _name = "construction.master.mixin"
    _inherit = "construction.domain.mixin"
    _description = "Master Data Event Handler"
    _event_group = "construction_master_sync.group_service_master"

    # by the thousand, and nobody waits for one
    _event_lane = "bulk"
    _event_whole = True
    _master_kind = None
    _master_model = None
    # field by which a record is found that was there before the interface: an exact, unique number
    _master_field = None

    def _reference_keys(self, data):
        return [(self._master_kind, data[self._master_key()])]

    def _own_kind(self):
        return self._master_kind

    def _master_key(self):
        return self._master_kind

    def _owned_object(self):
        return self._master_kind, self._master_model

    def _event_object(self, data):
        return self._master_kind, data[self._master_key()]

    def _fields_left(self):
        """Fields of the contract that nothing installed here takes up, for an addon that does to take out.

        They are kept in the message, which says so.

        :return: frozenset
        """
        return frozenset()

    def _resolve(self, work):
        key = clean(work.data[self._master_key()])
        work.wrong.clear()
        record = self._own_record(work, key)
        self._note_left(work)
        return {
            "key": key,
            "record": record,
            "vals": self._prepare_vals(work, record),
            "said": {
                "construction_external_key": key,
                "construction_occurred_at": work.message.occurred_at,
                "construction_revision": work.data.get("revision") or 0,
            },
            "apart": bool(self._said_beside(work, key)),
        }

    def _note_left(self, work):
        left = [name for name in sorted(self._fields_left()) if work.data.get(name)]
        if left:
            work.note(
                self.env._(
                    "What it says of %(fields)s stays in the message and has no effect: no module that is "
                    "installed here takes it up.",
                    fields=listed(self.env, left),
                )
            )

    def _apart(self, work, record, group, find):
        """What ``find`` gives, or None: what is wrong with one field keeps no other from being written.

        It is noted, and asked once the others are written. Who makes the record is asked before, and so is
        who contradicts itself in what is its own.
        """
        if not record or (work.resolved or {}).get("made"):
            return find()
        try:
            return find()
        except NamedError as error:
            key = clean(work.data[self._master_key()])
            whole = isinstance(error, (InvalidData, WaitingFor)) and self._may_write(work, record, group, key)
            if whole:
                raise
            if error.sentence not in [known.sentence for known in work.wrong]:
                work.wrong.append(error)
            return None

    # --- the record that an event writes ------------------------------------------

    def _own_record(self, work, key):
        """The record whose own key this is, or an empty one: then the event makes it.

        :raises SyncError: when it is a person's question whether the event may write it
        """
        meaning = self._meaning(work, self._master_kind, key)
        if meaning is None or meaning.state == GONE:
            return self._record_beside(work, key) or self._existing_record(work, key)
        if meaning.is_alias:
            self._check_alias(work, key, meaning)
        record = self._ref(work, self._master_kind, key, model=self._master_model, archived="same")
        if meaning.state == ARCHIVED and not self._may_write_archived(work, record):
            raise self._unusable(work, self._master_kind, key, self._master_model, meaning)
        return record

    def _may_write_archived(self, work, record):
        """Whether an event may write an archived record: what events archived, events write."""
        return record.sudo().write_uid == self.env.user

    def _existing_record(self, work, key):
        """A record that was there before the interface, or an empty one."""
        record = self._find_existing(work, key)
        if not record:
            return record
        source = work.message.source_id
        walk = self.env["construction.crosswalk"]
        own = walk._own_entries(source, self._master_kind, record).get((record._name, record.id), ())
        # what a person calls it for another source is another name of it, and not its own
        own = [item.key for item in own if item.source_id == source or item.origin != PERSON]
        if own and key not in own:
            raise walk._taken(source, self._master_kind, key, own[0], record)
        if not record.active:
            meaning = Meaning(record._name, record.id, ARCHIVED)
            raise self._unusable(work, self._master_kind, key, self._master_model, meaning)
        return record

    def _find_existing(self, work, key):
        """A record that bears this number, archived or not, and that no key of the source means."""
        none = self.env[self._master_model]
        if not self._master_field:
            return none
        slot = self._existing_slot(key)
        cache = self.env.context.get(REFS, {})
        if slot not in cache:
            self._fetch_existing([key])
        return none.browse(cache.get(slot) or ())

    def _existing_slot(self, key):
        return self.env.company.id, f"existing:{self._master_kind}", clean(key)

    def _fetch_existing(self, keys):
        """Look for the records of many numbers at once, for ``_find_existing``."""
        cache = self.env.context.get(REFS, {})
        cache.update(dict.fromkeys(map(self._existing_slot, keys)))
        found = (
            self.env[self._master_model]
            .with_context(active_test=False)
            .search_fetch(self._existing_domain([clean(key) for key in keys]), [self._master_field])
        )
        for record in found:
            cache[self._existing_slot(record[self._master_field])] = record.id

    def _existing_domain(self, keys):
        return [(self._master_field, "in", keys), ("company_id", "=", self.env.company.id)]

    def _prefetch_refs(self, works):
        result = super()._prefetch_refs(works)
        keys = {work.data[self._master_key()] for work in works}
        if self._master_field:
            source = works[0].message.source_id
            known = self._fetch_meanings(source, {self._master_kind: keys})
            self._fetch_existing([key for key in keys if not known[self._master_kind, clean(key)]])
        self._fetch_beside(works[0].message.source_id, keys)
        return result

    def _check_alias(self, work, key, meaning):
        """:raises SyncError: unless a person said that the events of this alias take over"""
        entry = self.env["construction.crosswalk"].sudo().browse(meaning.entry)
        decided = work.decided(ALIAS)
        if decided:
            entry._answer_alias(decided.code, decided.user_id)
            if not entry.is_alias:
                return
        record = self.env[meaning.model].sudo().browse(meaning.id)
        kind = self._master_kind.replace("_", " ").capitalize()
        if entry.alias_answer == NEVER:
            raise Ignored(
                self.env._(
                    "%(kind)s %(key)s is another key of %(record)s: %(user)s said that its events "
                    "never apply.",
                    kind=kind,
                    key=key,
                    record=record.display_name,
                    user=entry.answered_by_id.name,
                )
            )
        own = entry._own_keys(entry.source_id, entry.kind, record).get((record._name, record.id))
        raise UnusableReference(
            "alias",
            self._master_kind,
            key,
            self._master_model,
            self.env._(
                "%(kind)s %(key)s is another key of %(record)s, which is %(own)s. Say whether its events "
                "take over or never apply; or map it to a record of its own.",
                kind=kind,
                key=key,
                record=record.display_name,
                own=own or record.display_name,
            ),
            record=entry,
            question=ALIAS,
            choices=[
                Choice(TAKE_OVER, self.env._("Take over: its events write it from now on"), MANAGER),
                Choice(NEVER, self.env._("Never: its events have no effect"), MANAGER),
            ],
        )

    def _claimed(self, work, what, value):
        """The key of another object of this batch that says the same of itself, or None.

        What is checked against the database holds within a batch too: the first one has it.
        """
        cache = self.env.context.get(REFS)
        mine = clean(work.data[self._master_key()])
        first = mine if cache is None else cache.setdefault((work.message.source_id.id, what, value), mine)
        return first if first != mine else None

    # --- applying -----------------------------------------------------------------

    def _apply(self, works):
        if len({work.resolved["key"] for work in works}) < len(works):
            # two subjects of one object: apart, the second finds the record of the first
            raise InvalidData(self.env._("One object twice in one batch."))
        new = [work for work in works if not work.resolved["record"]]
        if new:
            records = self.env[self._master_model].create(
                [{**work.resolved["vals"], **work.resolved["said"]} for work in new]
            )
            for work, record in zip(new, records, strict=True):
                work.resolved.update(record=record, mine=set(GROUPS), made=True)
                work.trace(record)
            self._note_made(new)
        self._write_known([work for work in works if work not in new])
        self._bind_many(
            works[0],
            self._master_kind,
            {work.resolved["key"]: work.resolved["record"] for work in works},
            apart={work.resolved["key"] for work in works if work.resolved["apart"]},
        )
        for work in works:
            self._after(work, work.resolved["record"])
            if work.wrong:
                work.park(work.wrong[0])

    def _note_made(self, works):
        self.env["construction.ownership.rule"]._note_made(
            works[0].message.source_id,
            self._master_kind,
            {work.resolved["record"]: work.resolved["key"] for work in works},
        )

    def _write_known(self, works):
        """Write what is there already, as far as it is the source's to write."""
        records = self.env[self._master_model].union(*(work.resolved["record"] for work in works))
        self._read_owners(records)
        sifted = []
        for work in works:
            record, key = work.resolved["record"], work.resolved["key"]
            vals, mine, proposals = self._sift(work, record, work.resolved["vals"], key)
            work.resolved["mine"] = mine
            if "identity" in mine:
                # whose record it is says what it calls it
                vals = {**vals, **work.resolved["said"]}
            self._update(work, record, vals)
            sifted.append((work, record, proposals))
        self._settle_proposals(sifted)

    def _write_taken(self, work, record, vals, mine):
        if not record.active and not self._may_write_archived(work, record):
            raise InvalidData(
                self.env._(
                    "%s is archived. Bring it back first, then decide; or ignore what is proposed.",
                    record.display_name,
                )
            )
        work.resolved = {"record": record, "mine": mine}
        self._update(work, record, vals)
        self._after(work, record)

    def _update(self, work, record, vals):
        changed = {
            name: value
            for name, value in vals.items()
            if record._fields[name].convert_to_write(record[name], record) != value
        }
        if changed:
            followers = self._languages_that_follow(record, changed)
            record.write(changed)
            for lang, names in followers.items():
                record.with_context(lang=lang).write({name: changed[name] for name in names})
            work.trace(record, "update")

    def _languages_that_follow(self, record, names):
        """Other languages in which a text stands as in ours: nobody translated it, so it changes with it.

        :return: {language: [field]}
        """
        translated = [name for name in names if record._fields[name].translate is True]
        others = [code for code, _name in self.env["res.lang"].get_installed() if code != self.env.lang]
        found = {}
        for lang in others if translated else ():
            other = record.with_context(lang=lang)
            same = [name for name in translated if other[name] == record[name]]
            if same:
                found[lang] = same
        return found

    def _after(self, work, record):
        """What follows once the record is there."""
