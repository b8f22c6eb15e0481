# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lib import schema
from ..lib.contract import MOST_PATIENCE

_logger = logging.getLogger(__name__)

# all else is what the code declares
PERSONS_FIELDS = {"lane", "patience_hours", "personal_days", "owner_id", "active"}
LANES = [("critical", "Critical"), ("standard", "Standard"), ("bulk", "Bulk")]


class ConstructionEventType(models.Model):
    """A contract. The records mirror what the handlers in the code declare."""

    _name = "construction.event.type"
    _description = "Event Type"
    _inherit = ["construction.audited.mixin"]
    _audited = ("lane", "patience_hours", "personal_days", "owner_id", "active")
    _order = "name, version"

    name = fields.Char(required=True, readonly=True)
    version = fields.Integer(required=True, readonly=True, default=1)
    direction = fields.Selection(
        [("in", "Received"), ("out", "Sent")], required=True, readonly=True, default="in"
    )
    description = fields.Char(readonly=True)
    handler_model = fields.Char(readonly=True)
    schema_text = fields.Text(string="JSON Schema", readonly=True)
    lane = fields.Selection(
        LANES,
        required=True,
        default="standard",
        help="Each lane has a capacity of its own, so that a load in one does not hold up the others. "
        "Events whose key has older ones at work follow them in their lane.",
    )
    declared_lane = fields.Selection(
        LANES, readonly=True, help="What its module says. A person's choice of another lane stays."
    )
    priority = fields.Integer(
        readonly=True, help="Within one claimed batch, lower goes first: masters before orders."
    )
    patience_hours = fields.Float(
        string="Waits up to (h)",
        default=72,
        help="How long a message of this type may wait for another event before it becomes a work item.",
    )
    owner_id = fields.Many2one("res.users", help="Gets the work items of this type.")
    active = fields.Boolean(default=True)
    source_ids = fields.Many2many("construction.source", string="Sources")

    _name_version_unique = models.Constraint(
        "UNIQUE(name, version)", "This version of the event type exists already."
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for kind in self:
            kind.display_name = f"{kind.name} v{kind.version}"

    @api.constrains("schema_text")
    def _check_schema_text(self):
        for kind in self.filtered("schema_text"):
            fault = schema.is_broken(kind.schema_text)
            if fault:
                raise ValidationError(
                    self.env._(
                        "The contract %(contract)s is not a JSON Schema: %(fault)s",
                        contract=kind.display_name,
                        fault=fault,
                    )
                )

    @api.constrains("patience_hours")
    def _check_patience_hours(self):
        for kind in self:
            if not 0 <= kind.patience_hours <= MOST_PATIENCE:
                raise ValidationError(
                    self.env._(
                        "%(kind)s waits for up to 0 to %(most)s hours.",
                        kind=kind.display_name,
                        most=MOST_PATIENCE,
                    )
                )

    @api.constrains("owner_id")
    def _check_owner_id(self):
        items = self.env["construction.exception"]
        for kind in self.filtered("owner_id"):
            owner = kind.owner_id
            if not any(items._may_own(owner, company, kind=kind) for company in owner.sudo().company_ids):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot work on the items of %(kind)s: choose a buyer, accounts payable, a "
                        "cost controller or an integration manager.",
                        user=owner.name,
                        kind=kind.display_name,
                    )
                )

    def _require_module(self):
        """:raises UserError: unless it is the code that writes what the code declares"""
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Event types come with modules: a person sets their lane, their patience, their owner "
                    "and whether they are taken."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._require_module()
        kinds = super().create(vals_list)
        self.env.registry.clear_cache()
        return kinds

    def write(self, vals):
        if vals.keys() - PERSONS_FIELDS:
            self._require_module()
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self._require_module()
        return super().unlink()

    def _handler(self):
        """The handler of this contract, or None when its module is gone."""
        self.ensure_one()
        if self.handler_model in self.env:
            return self.env[self.handler_model]
        return None

    def _service_group(self):
        """The group whose rights a service user needs for this type, beyond those that all have."""
        handler = self._handler()
        name = handler._event_group if handler is not None else None
        return self.env.ref(name) if name else self.env["res.groups"]

    def _roles(self):
        """External ids of the domain's own roles that deal with events of this type."""
        handler = self._handler()
        return handler._event_roles if handler is not None else ()

    def _register_hook(self):
        result = super()._register_hook()
        # only an installation or update changes what the code declares, and it is alone
        if self.env.registry.updated_modules:
            self.sudo()._sync_declared()
        return result

    @api.model
    def _sync_declared(self, module=None):
        """Create or update a record for each contract that a handler declares.

        :param str module: only for the handlers of this one, while others are not loaded yet
        :raises ValidationError: when a contract is broken
        """
        existing = {
            (kind.name, kind.version): kind
            for kind in self.with_context(active_test=False).search([("direction", "=", "in")])
        }
        for handler in self._checked_handlers(module):
            vals = self._prepare_declared_vals(handler)
            kind = existing.pop((vals["name"], vals["version"]), None)
            if kind is None:
                self.create(self._prepare_new_vals(vals))
                continue
            changed = kind._prepare_update_vals(vals)
            if changed:
                kind.write(changed)
        for kind in existing.values() if module is None else ():
            if kind.active:
                _logger.info("event type %s has no handler any more", kind.display_name)
            kind._end_declared()

    @api.model
    def _prepare_declared_vals(self, handler):
        return {
            "name": handler._event_type,
            "version": handler._event_version,
            "direction": "in",
            "description": handler._description,
            "handler_model": handler._name,
            "schema_text": self._read_schema(handler),
            "priority": handler._event_priority,
            "declared_lane": handler._event_lane,
            "active": True,
        }
