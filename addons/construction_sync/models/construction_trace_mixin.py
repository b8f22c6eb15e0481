# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..lib import form_button, ownership

TRACE_GROUPS = "construction_base.group_construction_user"
OWNER_GROUPS = (
    "construction_base.group_cost_controller,construction_base.group_integration_manager,"
    "construction_base.group_auditor"
)


class ConstructionTraceMixin(models.AbstractModel):
    """Gives a record the smart button to the messages that touched it, on every form of its model.

    Where its kind has systems of record, the one that says whose it is stands beside it. No view names them.
    Models inherit it by a mixin, never directly: two mixins that inherit this stand beside each other in any
    order, and one that inherits the other does not.
    """

    _name = "construction.trace.mixin"
    _description = "Trace of Integration"

    construction_message_count = fields.Integer(
        compute="_compute_construction_message_count", string="Integration Messages"
    )

    construction_owner_text = fields.Char(
        compute="_compute_construction_owner_text",
        string="System of Record",
        help="The systems whose events write this; empty where it is Odoo, and nobody said so.",
    )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        # not get_view: what this gives is kept for the next who opens the form
        arch, view = super()._get_view(view_id, view_type, **options)
        if arch.tag == "form":
            for button in self._construction_trace_buttons():
                form_button.put(arch, button)
        return arch, view

    @api.model
    def _construction_trace_buttons(self):
        """The smart buttons of every form of this model, as elements of a view."""
        buttons = [
            form_button.smart_button(
                "action_construction_messages",
                "fa-exchange",
                "construction_message_count",
                self.env._("Integration"),
                "construction_message_count == 0",
                TRACE_GROUPS,
            )
        ]
        if self.env["construction.ownership.rule"]._kinds_of(self._name):
            buttons.append(
                form_button.smart_button(
                    "action_construction_owners",
                    "fa-database",
                    "construction_owner_text",
                    self.env._("Written by"),
                    "not construction_owner_text",
                    OWNER_GROUPS,
                )
            )
        return buttons

    @api.depends_context("uid", "company")
    def _compute_construction_owner_text(self):
        rules = self.env["construction.ownership.rule"]
        sources = self.env["construction.source"].sudo()
        found = {}
        if self.ids and rules.has_access("read"):
            for kind in rules._kinds_of(self._name):
                for res_id, said in rules._read_rules(self.env.company, kind, self).items():
                    found.setdefault(res_id, []).extend([said] if said else [])
        for record in self:
            owners = [
                ownership.owner_of(group, said)
                for said in found.get(record.id, ())
                for group in ownership.GROUPS
            ]
            names = [sources.browse(owner.source or ()).name or self.env._("Odoo") for owner in owners]
            record.construction_owner_text = ", ".join(dict.fromkeys(names)) or False

    def action_construction_owners(self):
        """Open what says who owns this record: its own rules, and those of its kind."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_sync.construction_ownership_rule_action"
        )
        domain = [("res_model", "=", self._name), ("res_id", "in", [*self.ids, False])]
        return dict(action, domain=domain, context={"search_default_current": 1})

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
            "construction_sync.construction_message_action"
        )
        action.update(domain=[("id", "in", links.message_id.ids)], context={})
        if len(links.message_id) == 1:
            action.update(views=[(False, "form")], res_id=links.message_id.id, view_mode="form")
        return action
