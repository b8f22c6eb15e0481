# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..errors import InvalidData, UnusableReference
from ..lib.keyform import clean

REASONS = [
    ("remapped", "Mapped to Another Record"),
    ("deleted", "The Record Was Deleted"),
    ("merged", "The Record Was Merged into Another"),
    ("renewed", "Said Again by a Person"),
]


class ConstructionCrosswalk(models.Model):
    """What an outside system's key means here. A new meaning is a new version.

    A record has at most one *own* key of a kind and source, whose events write it; further ones are
    *aliases*: they are looked up alike, but events about them write nothing until a person says so.
    """

    _name = "construction.crosswalk"
    _description = "Crosswalk"
    _order = "source_id, kind, key, version desc"
    _rec_name = "key"

    source_id = fields.Many2one(
        "construction.source", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="source_id.company_id", store=True, index=True)
    kind = fields.Char(required=True, readonly=True)
    key = fields.Char(string="External Key", required=True, readonly=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    is_alias = fields.Boolean(
        string="Alias",
        readonly=True,
        help="A further key of a record that has one of its own: events about it write nothing.",
    )
    alias_answer = fields.Selection(
        [("never", "Never")],
        string="Events of the Alias",
        readonly=True,
        help="What a person said once for all about events of this alias.",
    )
    answered_by_id = fields.Many2one("res.users", readonly=True)
    record_ref = fields.Reference(
        selection="_selection_models", compute="_compute_record_ref", string="Means"
    )
    record_name = fields.Char(compute="_compute_record_name", string="Means This Record")
    can_open = fields.Boolean(compute="_compute_can_open")
    version = fields.Integer(readonly=True, default=1)
    valid_from = fields.Datetime(readonly=True, default=fields.Datetime.now)
    valid_until = fields.Datetime(readonly=True)
    closed_reason = fields.Selection(REASONS, readonly=True, string="Why It Ended")
    closed_by_id = fields.Many2one("res.users", readonly=True, string="Ended by")
    closed_name = fields.Char(readonly=True, help="What the record was called when this meaning ended.")
    applied = fields.Json(readonly=True, help="The newest whole state that was applied, by type of event.")
    origin = fields.Selection([("event", "Event"), ("person", "Person")], readonly=True, default="event")
    confirmed_by_id = fields.Many2one("res.users", readonly=True)

    _current_unique = models.UniqueIndex(
        "(source_id, kind, key) WHERE valid_until IS NULL",
        "This key has a meaning already.",
    )
    _own_unique = models.UniqueIndex(
        "(res_model, res_id, source_id, kind) WHERE valid_until IS NULL AND is_alias IS NOT TRUE",
        "This record has a key of its own already.",
    )
    _closed_index = models.Index("(source_id, kind, key) WHERE valid_until IS NOT NULL")
    _record_index = models.Index("(res_model, res_id)")

    @api.model
    def _selection_models(self):
        return self.env["construction.message.record"]._selection_models()

    @api.depends("res_model", "res_id")
    def _compute_record_ref(self):
        for item in self:
            known = item.res_model in self.env
            exists = known and self.env[item.res_model].browse(item.res_id).exists()
            item.record_ref = f"{item.res_model},{item.res_id}" if exists else False

    @api.depends("res_model", "res_id", "closed_name")
    def _compute_record_name(self):
        """Kind and name of the record, for whoever may see the key: opening it asks for more."""
        for model, items in self.grouped("res_model").items():
            records = self.env[model].sudo().browse(items.mapped("res_id")) if model in self.env else ()
            kind = self.env["ir.model"].sudo()._get(model).name or model
            names = {record.id: record.display_name for record in records and records.exists()}
            for item in items:
                name = names.get(item.res_id)
                if not name:
                    name = " ".join(filter(None, (item.closed_name, self.env._("deleted"))))
                item.record_name = f"{kind}: {name}"

    @api.depends_context("uid")
    @api.depends("res_model", "res_id")
    def _compute_can_open(self):
        effects = self.env["construction.message.record"]
        readable = effects._readable((item.res_model, item.res_id) for item in self)
        for item in self:
            item.can_open = (item.res_model, item.res_id) in readable

    def action_open(self):
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    # ---- looking up ------------------------------------------------------------------

    @api.model
    def _lookup(self, source, kind, keys):
        """The current meaning of keys: the source's own first, then its authorities'.

        Whether the record can be used is another question: ``_meanings`` answers it.

        :return: dict key → (model name, id)
        """
        spelled = {str(key): clean(key) for key in keys}
        found = self._current(source, {kind: set(spelled.values())})
        entries = {key: found.get((kind, form)) for key, form in spelled.items()}
        return {key: (entry.res_model, entry.res_id) for key, entry in entries.items() if entry}

    # ---- writing ---------------------------------------------------------------------

    @api.model
    def _bind(self, source, kind, bindings, origin="event", share=False, apart=()):
        """Say what keys mean, once.

        :param dict bindings: key → record
        :param bool share: a record that has a key of its own takes the further one as an alias
        :param apart: keys that mean something else here than for the sources that use these keys
        :raises InvalidData: when a key means another record already
        :raises UnusableReference: when the record has a key of its own already, unless it is shared,
            or a person mapped the key to another record for a source that uses these keys
        """
        new = {clean(key): record for key, record in bindings.items()}
        for (_kind, key), item in self._current(source, {kind: new}, own_only=True).items():
            record = new.pop(key)
            if (item.res_model, item.res_id) != (record._name, record.id):
                raise InvalidData(
                    self.env._(
                        "The %(kind)s %(key)s of %(system)s means %(known)s already, not %(new)s.",
                        kind=kind.replace("_", " "),
                        key=item.key,
                        system=source.name,
                        known=item.record_name,
                        new=record.display_name,
                    ),
                    cause_key=f"rebind:{kind}:{item.key}",
                )
        if not new:
            return self.browse()
        if origin == "event":
            self._check_beside(source, kind, new, apart)
        versions = self._last_versions(source, kind, new)
        entries = self._own_entries(source, kind, new.values())
        if origin == "event":
            entries = self._make_way(source, entries, {(r._name, r.id): key for key, r in new.items()})
        owned = {pair: [(item.source_id, item.key) for item in items] for pair, items in entries.items()}
        vals_list = []
        for key, record in new.items():
            own = owned.setdefault((record._name, record.id), [])
            mine = next((known for owner, known in own if owner == source and known != key), None)
            if mine and not share and origin == "event":
                raise self._taken(source, kind, key, mine, record)
            is_alias = bool(mine) or bool(own) and key not in {known for _owner, known in own}
            if not is_alias:
                own.append((source, key))
            vals_list.append(
                {
                    "source_id": source.id,
                    "kind": kind,
                    "key": key,
                    "res_model": record._name,
                    "res_id": record.id,
                    "is_alias": is_alias,
                    "version": versions.get(key, 0) + 1,
                    "origin": origin,
                    "confirmed_by_id": self.env.uid if origin == "person" else False,
                }
            )
        items = self.sudo().create(vals_list)
        self._watch(items)
        return items

    def _announce_anew(self):
        """Give these meanings a new version: their records have become ready for what waits for the keys.

        What is read in the same moment in another transaction, and begins to wait after this one ends,
        sees a meaning newer than its own and goes on too, as with a key that is new.
        """
        stored = self.sudo()
        vals_list = [
            {
                "source_id": item.source_id.id,
                "kind": item.kind,
                "key": item.key,
                "res_model": item.res_model,
                "res_id": item.res_id,
                "is_alias": item.is_alias,
                "alias_answer": item.alias_answer,
                "answered_by_id": item.answered_by_id.id,
                "version": item.version + 1,
                "origin": item.origin,
                "confirmed_by_id": item.confirmed_by_id.id,
            }
            for item in stored
        ]
        stored._close("renewed")
        fresh = self.sudo().create(vals_list)
        self.env["construction.message"]._delay_release()
        return fresh

    @api.model
    def _last_versions(self, source, kind, keys):
        """The last version of meanings that have ended, by key."""
        ended = self.sudo()._read_group(
            [
                ("source_id", "=", source.id),
                ("kind", "=", kind),
                ("key", "in", list(keys)),
                ("valid_until", "!=", False),
            ],
            ["key"],
            ["version:max"],
        )
        return dict(ended)

    @api.model
    def _taken(self, source, kind, key, own, record):
        return UnusableReference(
            "taken",
            kind,
            key,
            record._name,
            self.env._(
                "%(kind)s %(key)s of %(system)s is found as %(record)s, which is %(own)s there. Give "
                "that record its own number back and replay, or map %(key)s to what it means.",
                kind=kind.replace("_", " ").capitalize(),
                key=key,
                system=source.name,
                record=record.display_name,
                own=own,
            ),
            record=record,
        )

    @api.model
    def _confirm(self, source, kind, key, record):
        """A person says what a key means; an earlier meaning is closed, not lost."""
        return self._confirm_many(source, kind, {key: record})

    @api.model
    def _confirm_many(self, source, kind, bindings):
        """The same for many keys of a kind at once.

        :param dict bindings: key → record
        """
        bindings = {clean(key): record for key, record in bindings.items()}
        for record in dict.fromkeys(bindings.values()):
            self._check_company_of(source, record)
        for model, ids in self._by_model(bindings.values()).items():
            self._check_of_kind(kind, self.env[model].browse(ids))
        # the keys of others, too: one that means something else here from now on is mapped anew as well
        current = self._current(source, {kind: bindings})
        stay = self.sudo().browse()
        changes = {}
        for (_kind, key), entry in current.items():
            if (entry.res_model, entry.res_id) != (bindings[key]._name, bindings[key].id):
                changes[entry] = bindings[key]
            elif entry.source_id == source:
                stay += entry
                del bindings[key]
        ended = [entry.id for entry in changes if entry.source_id == source]
        self.sudo().browse(ended)._close("remapped")
        bound = stay | self._bind(source, kind, bindings, origin="person")
        if changes:
            self._note_remapped(source, kind, changes)
        return bound

    @api.model
    def _note_remapped(self, source, kind, changes):
        """Hook: what keys meant until now, and what a person says that they mean.

        :param dict changes: entry that said it until now → record
        """

    @api.model
    def _by_model(self, records):
        by_model = {}
        for record in records:
            by_model.setdefault(record._name, []).append(record.id)
        return by_model

    def action_remap(self):
        """Choose another meaning for this key; the present one is kept as history."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Map %s to Another Record", self.key),
            "res_model": "construction.crosswalk.remap",
            "view_mode": "form",
            "target": "new",
            "context": {"default_crosswalk_id": self.id},
        }

    @api.model
    def _is_foreign(self, source, company):
        """Whether a record of this company lies outside the source's."""
        return bool(company) and company not in source.sudo().company_id.parent_ids

    @api.model
    def _check_company_of(self, source, record):
        company = record.sudo()._fields.get("company_id") and record.sudo().company_id
        if self._is_foreign(source, company):
            raise ValidationError(
                self.env._(
                    "%(record)s belongs to %(other)s, and %(system)s to %(company)s.",
                    record=record.display_name,
                    other=company.name,
                    system=source.name,
                    company=source.company_id.name,
                )
            )

    @api.model
    def _check_of_kind(self, kind, records):
        """:raises ValidationError: when one of these records cannot be what keys of this kind mean"""
        domain = self._reference_domain(kind)
        stored = records.sudo().with_context(active_test=False)
        wrong = stored - (stored.filtered_domain(domain) if domain is not None else stored)
        if wrong:
            raise ValidationError(
                self.env._(
                    "%(record)s cannot be a %(kind)s.",
                    record=wrong[0].display_name,
                    kind=kind.replace("_", " "),
                )
            )

    @api.model
    def _reference_domain(self, kind):
        """What a handler declares of the records that keys of a kind may mean, or None."""
        for handler in self.env["construction.event.handler"]._declared():
            domain = handler._reference_domain(kind)
            if domain is not None:
                return domain
        return None

    @api.model
    def _choosable_domain(self, company, model, kind=None):
        """The records of a model that a person may choose for a key of a kind, in a company: as a list."""
        domain = Domain(self._reference_domain(kind) or []) if kind else Domain.TRUE
        if "company_id" in self.env[model]._fields:
            domain &= Domain("company_id", "in", [False, *company.sudo().parent_ids.ids])
        return list(domain)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("A mapping is not changed: remap the key, and the earlier meaning is kept.")
        )

    def _write_entry(self, vals):
        """The only door by which an entry changes: what it says stays, what became of it is added."""
        return super(ConstructionCrosswalk, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("A mapping is not deleted: the records' traces need it."))
