# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import Choice
from odoo.addons.construction_sync.lib.keyform import clean
from odoo.addons.construction_sync.lib.meaning import ALIVE
from odoo.addons.construction_sync.models.construction_crosswalk_family import PERSON
from odoo.addons.construction_sync.models.construction_crosswalk_life import MANAGER, NEVER, TAKE_OVER
from odoo.addons.construction_sync.models.construction_event_handler import REFS

BESIDE, ANOTHER = "beside", "another"


class ConstructionMasterBesideMixin(models.AbstractModel):
    """Master data whose key is new from its source, and known to one that uses its keys."""

    # apart from the writing of master data: whose word a key is, is an idea of its own
    _inherit = "construction.master.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _cures(self):
        cures = super()._cures()
        if self._master_field:
            cures = {**cures, self._master_model: {self._master_field}}
        return cures

    def _record_beside(self, work, key):
        """The record that a source which uses these keys brought by the same key, or an empty one.

        :raises UnusableReference: when a person mapped the key there, unless that was decided
        """
        none = self.env[self._master_model]
        entry = self._said_beside(work, key)
        if not entry:
            return none
        record = none.browse(entry.res_id) if entry.res_model == none._name else none
        existing = self._find_existing(work, key)
        if entry.origin == PERSON and record != existing:
            if work.decided(BESIDE).code == ANOTHER:
                return none
            raise self._ask_beside(work, entry)
        pair = (entry.res_model, entry.res_id)
        usable = self.env["construction.crosswalk"]._states(work.message.source_id, {pair})[pair] == ALIVE
        # the one says that it uses the keys of the other: one key is one object
        return record if usable and existing in (none, record) else none

    def _ask_beside(self, work, entry):
        return entry._mapped_beside(
            work.message.source_id,
            entry,
            question=BESIDE,
            choices=[
                Choice(TAKE_OVER, self.env._("They are one: its events write it from now on"), MANAGER),
                Choice(NEVER, self.env._("They are one, but its events have no effect"), MANAGER),
                Choice(ANOTHER, self.env._("Another one: it is made anew"), MANAGER),
            ],
        )

    def _said_beside(self, work, key):
        """What a key means for the sources that use these keys, or an empty entry."""
        source = work.message.source_id
        cache = self.env.context.get(REFS, {})
        slot = (source.id, f"beside:{self._master_kind}", clean(key))
        if slot not in cache:
            self._fetch_beside(source, [key])
        found = cache.get(slot)
        return self.env["construction.crosswalk"].sudo().browse(found or ())

    def _fetch_beside(self, source, keys):
        """Look up once a batch what its new keys mean for the sources that use these keys."""
        cache = self.env.context.get(REFS, {})
        known = self._fetch_meanings(source, {self._master_kind: keys})
        new = [clean(key) for key in keys if not known[self._master_kind, clean(key)]]
        found = self.env["construction.crosswalk"]._beside(source, self._master_kind, new)
        for key in keys:
            entry = found.get(clean(key))
            cache[source.id, f"beside:{self._master_kind}", clean(key)] = entry.id if entry else None

    def _decided_now(self, work, decision):
        """One object: the key means it from here on, and what its events may do is remembered."""
        super()._decided_now(work, decision)
        if decision.question != BESIDE or decision.code not in (TAKE_OVER, NEVER):
            return
        source, key = work.message.source_id.sudo(), clean(work.data[self._master_key()])
        crosswalk = self.env["construction.crosswalk"]
        said = crosswalk._beside(source, self._master_kind, [key]).get(key)
        if not said or crosswalk._current(source, {self._master_kind: [key]}, own_only=True):
            # it has a meaning by now, or has lost the other
            return
        record = self.env[said.res_model].browse(said.res_id)
        entry = crosswalk._bind(source, self._master_kind, {key: record}, origin=PERSON)
        entry._write_entry({"is_alias": True})
        entry.flush_recordset()
        entry._answer_alias(decision.code, self.env.user)
