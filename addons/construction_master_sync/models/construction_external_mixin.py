# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.construction_sync.models.construction_event_handler import at_work

from ..tools import given_names


class ConstructionExternalMixin(models.AbstractModel):
    """A record that another system knows by a key and may bring in versions."""

    _name = "construction.external.mixin"
    _inherit = "construction.trace.mixin"
    _description = "Record Known to Another System"

    # fields that say what an event brought: no person writes them
    _construction_event_fields = frozenset(
        ("construction_external_key", "construction_revision", "construction_occurred_at")
    )

    # fields that say who answers for the record: nobody, where an event makes it and names nobody
    _construction_responsible = ("user_id", "requested_by", "assigned_to", "invoice_user_id")

    # fields of which other systems may propose values, and that persons write
    _construction_proposed_fields = frozenset()

    construction_external_key = fields.Char(
        string="External Key",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What the system that sent this record calls it.",
    )
    construction_revision = fields.Integer(
        string="Revision",
        readonly=True,
        copy=False,
        help="Revision of the external record that was applied last.",
    )
    construction_occurred_at = fields.Datetime(
        string="As of",
        readonly=True,
        copy=False,
        help="When the change that was applied last happened in the other system.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._construction_check_event_fields(given_names(self.env, vals_list))
        if at_work(self.env):
            # else Odoo makes the service user that, who answers nothing
            names = filter(self._construction_names_user, self._construction_responsible)
            nobody = dict.fromkeys(names, False)
            vals_list = [{**nobody, **vals} for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _construction_names_user(self, name):
        field = self._fields.get(name)
        return bool(field) and field.comodel_name == "res.users" and not field.related

    def write(self, vals):
        self._construction_check_event_fields(vals.keys())
        result = super().write(vals)
        if not at_work(self.env) and self._construction_proposed_fields.intersection(vals):
            self.env["construction.exception"].sudo()._renew_proposals(self)
        return result

    @api.model
    def _construction_check_event_fields(self, names):
        """:raises AccessError: when a person would write what only events bring"""
        if self.env.su or at_work(self.env):
            return
        if self._construction_event_fields.intersection(names):
            raise AccessError(
                self.env._("Only events say what another system calls a record, and its revision.")
            )
