# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..lib.keyform import clean
from ..lib.meaning import ALIVE, ARCHIVED, FOREIGN, GONE, Meaning

MANAGER = "construction_base.group_integration_manager"
NEVER, TAKE_OVER = "never", "take_over"


class ConstructionCrosswalkLife(models.Model):
    """What becomes of the records behind keys: read in one place, and noted when one goes.

    Records are deleted, archived, merged and moved with Odoo's own buttons. A meaning whose record
    goes is closed, never lost, and the work items about that record say so.
    """

    # apart from the crosswalk itself: what keys mean and what becomes of records are two ideas
    _inherit = "construction.crosswalk"  # pylint: disable=consider-merging-classes-inherited

    # ---- reading ---------------------------------------------------------------------

    @api.model
    def _current(self, source, wanted, own_only=False):
        """The current entries of keys: {(kind, key): entry}, the source's own before its authorities'.

        :param dict wanted: kind → keys, spelled as ``clean`` does
        """
        return self._entries(source, wanted, [("valid_until", "=", False)], own_only)

    @api.model
    def _entries(self, source, wanted, state, own_only=False, beside=False):
        """Entries of keys by (kind, key), the first that answers.

        :param bool beside: also what those say that use this source's keys
        """
        order = {source.id: 0} if own_only else self._source_ranks(source)
        of_sources = Domain("source_id", "in", list(order))
        if beside:
            order, of_sources = self._counting_ranks(source), self._counting_domain(source)
        keys = Domain.OR(
            Domain("kind", "=", kind) & Domain("key", "in", list(keys)) for kind, keys in wanted.items()
        )
        found = self.sudo().search_fetch(
            of_sources & Domain(state) & keys,
            ["source_id", "kind", "key", "res_model", "res_id", "is_alias", "applied", "closed_reason"],
            order="version, id",
        )
        return {
            (item.kind, item.key): item
            for item in found.sorted(lambda i: order[i.source_id.id], reverse=True)
        }

    @api.model
    def _meanings(self, source, wanted):
        """What keys mean, and whether it can be used.

        One statement for the meanings, one for those that ended, and one a model for their records.

        :param dict wanted: kind → keys
        :return: {(kind, key): Meaning}, without keys that never meant anything
        """
        wanted = {kind: {clean(key) for key in keys} for kind, keys in wanted.items()}
        entries = self._entries(source, wanted, [("valid_until", "=", False)], beside=True)
        own = self._source_ranks(source)
        states = self._states(source, {(item.res_model, item.res_id) for item in entries.values()})
        found = {
            key: Meaning(
                item.res_model,
                item.res_id,
                states[item.res_model, item.res_id],
                item.id,
                item.is_alias,
                item.applied or {},
                item.source_id.id not in own,
            )
            for key, item in entries.items()
        }
        # what a cascade in the database took with it is seen here first
        lost = [
            entries[key].id
            for key, meaning in found.items()
            if meaning.state == GONE and meaning.model in self.env
        ]
        self.sudo().browse(lost)._close("deleted")
        unknown = {kind: {key for key in keys if (kind, key) not in found} for kind, keys in wanted.items()}
        unknown = {kind: keys for kind, keys in unknown.items() if keys}
        ended = self._entries(source, unknown, [("valid_until", "!=", False)], beside=True) if unknown else {}
        for key, item in ended.items():
            if item.closed_reason == "deleted":
                beside = item.source_id.id not in own
                found[key] = Meaning(item.res_model, item.res_id, GONE, item.id, beside=beside)
        return found

    @api.model
    def _states(self, source, pairs):
        """What has become of records: {(model, id): state}, one statement a model."""
        states = dict.fromkeys(pairs, GONE)
        by_model = {}
        for model, res_id in pairs:
            by_model.setdefault(model, []).append(res_id)
        for model, ids in by_model.items():
            if model not in self.env:
                continue
            records = self.env[model].sudo().with_context(active_test=False)
            names = [name for name in (records._active_name, "company_id") if name in records._fields]
            for record in records.search_fetch([("id", "in", ids)], names, order="id"):
                if "company_id" in names and self._is_foreign(source, record.company_id):
                    state = FOREIGN
                elif records._active_name and not record[records._active_name]:
                    state = ARCHIVED
                else:
                    state = ALIVE
                states[model, record.id] = state
        return states

    # ---- closing ---------------------------------------------------------------------

    def _close(self, reason, names=None):
        """End these meanings, and keep them.

        :param dict names: what records were called, by (model, id)
        """
        for pair, items in self.grouped(lambda item: (item.res_model, item.res_id)).items():
            vals = {
                "valid_until": fields.Datetime.now(),
                "closed_reason": reason,
                "closed_by_id": self.env.uid,
                "closed_name": (names or {}).get(pair, False),
            }
            items._write_entry(vals)
        if self:
            self.flush_recordset()

    # ---- records that go ---------------------------------------------------------------

    @api.model
    def _watch(self, items):
        """See to it that the deletion of these entries' records is noticed from here on."""
        watched = self._watched_models()
        if any(model not in watched for model in set(items.mapped("res_model"))):
            self.env.registry.clear_cache()

    @api.model
    @tools.ormcache()
    def _watched_models(self):
        """Models whose deletion ends meanings: those of keys, and those that take them along.

        :return: {model: ((model that goes along, its field), …)}
        """
        self.flush_model(["res_model"])
        # a step from name to name in the index, however many rows there are
        self.env.cr.execute(
            """
            WITH RECURSIVE name AS (
                (SELECT res_model FROM construction_crosswalk ORDER BY res_model LIMIT 1)
                UNION ALL
                SELECT (SELECT c.res_model FROM construction_crosswalk c
                        WHERE c.res_model > name.res_model ORDER BY c.res_model LIMIT 1)
                FROM name WHERE name.res_model IS NOT NULL)
            SELECT res_model FROM name WHERE res_model IS NOT NULL
            """
        )
        keyed = [name for (name,) in self.env.cr.fetchall() if name in self.env]
        watched = {name: [] for name in keyed}
        for name in keyed:
            for field in self.env[name]._fields.values():
                if field.type == "many2one" and field.store and field.ondelete == "cascade":
                    watched.setdefault(field.comodel_name, []).append((name, field.name))
        return {name: tuple(along) for name, along in watched.items()}

    @api.model
    def _leaving(self, records):
        """What ends when these records are deleted.

        :return: None, or (entries, {(model, id): name}, {work item: (model, id)}) for ``_note_left``
        """
        along = self._watched_models().get(records._name)
        if along is None or not records.ids:
            return None
        groups = [(records._name, records.ids)]
        for model, field in along:
            children = self.env[model].sudo().with_context(active_test=False)
            ids = children.search([(field, "in", records.ids)], order="id").ids
            if ids:
                groups.append((model, ids))
        named = Domain.OR(
            Domain("res_model", "=", model) & Domain("res_id", "in", ids) for model, ids in groups
        )
        entries = self.sudo().search(Domain("valid_until", "=", False) & named)
        references = [f"{records._name},{res_id}" for res_id in records.ids]
        items = self.env["construction.exception"].sudo()._about(references)
        if not entries and not items:
            return None
        about = {item: (item.record_ref._name, item.record_ref.id) for item in items}
        pairs = {(item.res_model, item.res_id) for item in entries}
        return entries, self._names(pairs.union(about.values())), about

    @api.model
    def _names(self, pairs):
        return {
            (model, res_id): self.env[model].sudo().browse(res_id).display_name for model, res_id in pairs
        }

    @api.model
    def _note_left(self, entries, names, about):
        """End the meanings of records that were deleted, and say so on the work items about them."""
        entries.filtered(lambda item: not item.valid_until)._close("deleted", names)
        self.env["construction.event.handler"]._forget_meanings(names)
        for item, pair in about.items():
            item._record_left(names[pair])

    @api.model
    def _merge(self, losers, survivor):
        """Have the keys of records that are merged away mean the one that stays.

        It keeps its own keys, and takes one of a kind and source that it has none of; the others are
        aliases. Call it before the losers are deleted.
        """
        entries = self.sudo().search(
            [
                ("res_model", "=", survivor._name),
                ("res_id", "in", losers.ids),
                ("valid_until", "=", False),
            ],
            order="is_alias, id",
        )
        names = self._names({(losers._name, loser.id) for loser in losers})
        entries._close("merged", names)
        for (source, kind), items in entries.grouped(lambda item: (item.source_id, item.kind)).items():
            for item in items:
                self._bind(source, kind, {item.key: survivor}, origin="person")
        self.env["construction.ownership.rule"]._forget(losers)
        self.env["construction.exception"].sudo()._follow_merge(losers, survivor)
        effects = self.env["construction.message.record"].sudo()
        links = effects.search([("res_model", "=", losers._name), ("res_id", "in", losers.ids)])
        effects._note([(link.message_id.id, survivor, link.action) for link in links])

    # ---- what a person says --------------------------------------------------------------

    def _require_manager(self):
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(self.env._("Only an integration manager says what events of a key may do."))
        self.check_access("read")

    def action_alias_never(self):
        """Events of this alias have no effect, from now on."""
        self._require_manager()
        for item in self:
            item._answer_alias(NEVER, self.env.user)
            item._replay_asked()

    def action_alias_take_over(self):
        """Events of this alias write the record; the key that was its own is an alias from now on."""
        self._require_manager()
        for item in self:
            item._answer_alias(TAKE_OVER, self.env.user)
            item._replay_asked()

    def _answer_alias(self, answer, user):
        """Remember what a person says of events about an alias."""
        self.ensure_one()
        if not self.is_alias or self.valid_until:
            return
        if answer == NEVER:
            self._write_entry({"alias_answer": NEVER, "answered_by_id": user.id})
            return
        same = self._take_over_own()
        same._write_entry({"is_alias": False, "alias_answer": False, "answered_by_id": user.id})
        same.flush_recordset()
        self._own_from_now_on(user)

    def _own_from_now_on(self, user):
        """The system whose key took a record over owns it, as far as such records have owners."""
        rules = self.env["construction.ownership.rule"]
        record = self.env[self.res_model].browse(self.res_id)
        if self.kind in rules._owned_models():
            reason = self.env._("The events of its key %s take over.", self.key)
            rules._say(self.source_id.company_id, self.kind, record, self.source_id, reason, user)

    def action_forget_applied(self):
        """Let the next event of this key apply, however old it says it is.

        For a record that an event with a wrong time or revision has closed to all later ones.
        """
        self._require_manager()
        for item in self.filtered(lambda i: not i.valid_until):
            vals = {
                "is_alias": item.is_alias,
                "alias_answer": item.alias_answer,
            }
            item.sudo()._close("renewed")
            record = self.env[item.res_model].browse(item.res_id)
            fresh = self._bind(item.source_id.sudo(), item.kind, {item.key: record}, origin="person")
            fresh._write_entry(vals)

    def _replay_asked(self):
        """Send round again what the question about this alias has stopped."""
        asked = (
            self.env["construction.exception"]
            .sudo()
            .search(
                [
                    ("source_id", "=", self.source_id.id),
                    ("cause_key", "=", f"alias:{self.kind}:{self.key}"),
                    ("state", "=", "open"),
                ]
            )
        )
        for item in asked:
            item._replay_blocked(self.env._("Answered by %s", self.env.user.name))
