from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..exceptions import InvalidData


class ConstructionCrosswalk(models.Model):
    """What an outside system's key means here. A new meaning is a new version."""

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
    record_ref = fields.Reference(
        selection="_selection_models", compute="_compute_record_ref", string="Means"
    )
    record_name = fields.Char(compute="_compute_record_name", string="Means This Record")
    can_open = fields.Boolean(compute="_compute_can_open")
    version = fields.Integer(readonly=True, default=1)
    valid_from = fields.Datetime(readonly=True, default=fields.Datetime.now)
    valid_until = fields.Datetime(readonly=True)
    origin = fields.Selection([("event", "Event"), ("person", "Person")], readonly=True, default="event")
    confirmed_by_id = fields.Many2one("res.users", readonly=True)

    _current_unique = models.UniqueIndex(
        "(source_id, kind, key) WHERE valid_until IS NULL",
        "This key has a meaning already.",
    )
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

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        """Kind and name of the record, for whoever may see the key: opening it asks for more."""
        for model, items in self.grouped("res_model").items():
            records = self.env[model].sudo().browse(items.mapped("res_id")) if model in self.env else ()
            kind = self.env["ir.model"].sudo()._get(model).name or model
            names = {record.id: record.display_name for record in records and records.exists()}
            for item in items:
                name = names.get(item.res_id, self.env._("deleted"))
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

        :return: dict key → (model name, id)
        """
        sources = source.sudo()
        order = {source.id: 0}
        for rank, authority in enumerate(sources.authority_ids, 1):
            order.setdefault(authority.id, rank)
        found = self.sudo().search_fetch(
            [
                ("source_id", "in", list(order)),
                ("kind", "=", kind),
                ("key", "in", list(keys)),
                ("valid_until", "=", False),
            ],
            ["source_id", "key", "res_model", "res_id"],
        )
        result = {}
        for item in found.sorted(lambda i: -order[i.source_id.id]):
            result[item.key] = (item.res_model, item.res_id)
        return result

    # ---- writing ---------------------------------------------------------------------

    @api.model
    def _bind(self, source, kind, bindings, origin="event"):
        """Say what keys mean, once.

        :param dict bindings: key → record
        :raises InvalidData: when a key means another record already
        """
        known = self.sudo().search(
            [
                ("source_id", "=", source.id),
                ("kind", "=", kind),
                ("key", "in", list(bindings)),
                ("valid_until", "=", False),
            ]
        )
        new = dict(bindings)
        for item in known:
            record = new.pop(item.key)
            if (item.res_model, item.res_id) != (record._name, record.id):
                raise InvalidData(
                    self.env._(
                        "The %(kind)s %(key)s of %(system)s means %(known)s already, not %(new)s.",
                        kind=kind,
                        key=item.key,
                        system=source.name,
                        known=item.record_ref.display_name if item.record_ref else item.res_id,
                        new=record.display_name,
                    ),
                    cause_key=f"rebind:{kind}:{item.key}",
                )
        return self.sudo().create(
            [
                {
                    "source_id": source.id,
                    "kind": kind,
                    "key": key,
                    "res_model": record._name,
                    "res_id": record.id,
                    "origin": origin,
                    "confirmed_by_id": self.env.uid if origin == "person" else False,
                }
                for key, record in new.items()
            ]
        )

    @api.model
    def _confirm(self, source, kind, key, record):
        """A person says what a key means; an earlier meaning is closed, not lost."""
        self._check_company_of(source, record)
        current = self.sudo().search(
            [
                ("source_id", "=", source.id),
                ("kind", "=", kind),
                ("key", "=", key),
                ("valid_until", "=", False),
            ]
        )
        if (current.res_model, current.res_id) == (record._name, record.id):
            return current
        version = current.version + 1 if current else 1
        if current:
            super(ConstructionCrosswalk, current).write({"valid_until": fields.Datetime.now()})
            current.flush_recordset()
        item = self._bind(source, kind, {key: record}, origin="person")
        super(ConstructionCrosswalk, item).write({"version": version})
        return item

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
    def _check_company_of(self, source, record):
        company = record.sudo()._fields.get("company_id") and record.sudo().company_id
        if company and company != source.company_id:
            raise ValidationError(
                self.env._(
                    "%(record)s belongs to %(other)s, and %(system)s to %(company)s.",
                    record=record.display_name,
                    other=company.name,
                    system=source.name,
                    company=source.company_id.name,
                )
            )

    def write(self, vals):
        raise UserError(
            self.env._("A mapping is not changed: remap the key, and the earlier meaning is kept.")
        )

    def unlink(self):
        raise UserError(self.env._("A mapping is not deleted: the records' traces need it."))
