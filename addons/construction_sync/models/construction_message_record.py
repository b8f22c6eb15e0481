# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ConstructionMessageRecord(models.Model):
    """Which record a message created or changed."""

    _name = "construction.message.record"
    _description = "Effect of a Message"
    _order = "id"
    _log_access = False

    message_id = fields.Many2one("construction.message", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="message_id.company_id")
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    action = fields.Selection(
        [("create", "Created"), ("update", "Changed"), ("propose", "Proposed")], readonly=True
    )
    former_message_id = fields.Many2one(
        "construction.message",
        string="Instead of",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The message that said what the document said before this one rewrote it.",
    )
    record_name = fields.Char(compute="_compute_record_name", string="Document")
    record_exists = fields.Boolean(compute="_compute_record_name")
    can_open = fields.Boolean(compute="_compute_can_open")
    record_state = fields.Char(compute="_compute_record_state", string="State")
    record_amount = fields.Char(compute="_compute_record_state", string="Amount")
    record_ref = fields.Reference(
        selection="_selection_models", compute="_compute_record_ref", string="Record"
    )

    _unique = models.Constraint("UNIQUE(message_id, res_model, res_id)", "The effect is noted already.")
    _record_index = models.Index("(res_model, res_id)")

    @api.model
    def _selection_models(self):
        return [(model.model, model.name) for model in self.env["ir.model"].sudo().search([])]

    @api.depends("res_model", "res_id")
    def _compute_record_ref(self):
        for link in self:
            known = link.res_model in self.env
            exists = known and self.env[link.res_model].browse(link.res_id).exists()
            link.record_ref = f"{link.res_model},{link.res_id}" if exists else False

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        """Kind and name of the record, for whoever may see the message: opening it asks for more."""
        for link in self:
            records = self.env.get(link.res_model)
            record = None if records is None else records.sudo().browse(link.res_id).exists()
            kind = "" if records is None else self.env["ir.model"].sudo()._get(link.res_model).name
            name = record.display_name if record else self.env._("deleted")
            link.record_name = f"{kind}: {name}" if kind else name
            link.record_exists = bool(record)

    @api.depends_context("uid")
    @api.depends("res_model", "res_id")
    def _compute_can_open(self):
        readable = self._readable((link.res_model, link.res_id) for link in self)
        for link in self:
            link.can_open = (link.res_model, link.res_id) in readable

    @api.depends_context("uid")
    @api.depends("res_model", "res_id")
    def _compute_record_state(self):
        """State and amount of the record, for whoever may open it."""
        for link in self:
            record = self.env[link.res_model].browse(link.res_id) if link.can_open else None
            link.record_state = link._read_selection(record, "state")
            link.record_amount = link._read_amount(record)

    @api.model
    def _read_selection(self, record, name):
        field = record._fields.get(name) if record else None
        if field is None or field.type != "selection" or not record._has_field_access(field, "read"):
            return False
        return dict(field._description_selection(record.env)).get(record[name], False)

    @api.model
    def _read_amount(self, record):
        for name in ("amount_total", "amount_untaxed", "estimated_cost") if record else ():
            field = record._fields.get(name)
            if field is not None and field.type == "monetary" and record._has_field_access(field, "read"):
                currency = record[field.get_currency_field(record)]
                return currency.format(record[name]) if currency else str(record[name])
        return False

    @api.model
    def _readable(self, pairs, operation="read"):
        """Those of (model name, id) pairs that exist and that the user may read, as a set."""
        ids_by_model = {}
        for model, res_id in pairs:
            ids_by_model.setdefault(model, set()).add(res_id)
        return {
            (model, res_id)
            for model, ids in ids_by_model.items()
            if model in self.env
            for res_id in self.env[model].browse(ids).exists()._filtered_access(operation).ids
        }

    def action_open(self):
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    @api.model
    def _note(self, triples):
        """Note effects that are not noted yet.

        :param list triples: (message id, record, "create", "update" or "propose")
        """
        wanted = {}
        for message_id, record, action in triples:
            # what made a record and then wrote to it made it
            wanted.setdefault((message_id, record._name, record.id), action)
        if not wanted:
            return
        known = self.sudo().search([("message_id", "in", list({key[0] for key in wanted}))])
        for link in known:
            wanted.pop((link.message_id.id, link.res_model, link.res_id), None)
        self.sudo().create(
            [
                {"message_id": message_id, "res_model": model, "res_id": res_id, "action": action}
                for (message_id, model, res_id), action in wanted.items()
            ]
        )
