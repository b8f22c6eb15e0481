from odoo import fields, models


class ConstructionTracedMixin(models.AbstractModel):
    """Gives a record the smart button to the messages that touched it."""

    _name = "construction.traced.mixin"
    _description = "Traced by Integration"

    construction_message_count = fields.Integer(
        compute="_compute_construction_message_count", string="Integration Messages"
    )

    def _compute_construction_message_count(self):
        links = self.env["construction.message.record"]
        counts = {}
        if links.has_access("read"):
            groups = links._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id"],
                ["__count"],
            )
            counts = dict(groups)
        for record in self:
            record.construction_message_count = counts.get(record.id, 0)

    def action_construction_messages(self):
        """Open the messages that created or changed this record."""
        links = self.env["construction.message.record"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_sync.action_construction_message"
        )
        action.update(domain=[("id", "in", links.message_id.ids)], context={})
        if len(links.message_id) == 1:
            action.update(views=[(False, "form")], res_id=links.message_id.id, view_mode="form")
        return action
