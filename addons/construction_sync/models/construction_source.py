# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,62}", re.ASCII)
# more than so many messages are not counted
COUNTED = 10000


class ConstructionSource(models.Model):
    _name = "construction.source"
    _description = "Integration Source"
    _inherit = ["mail.thread", "construction.reach.mixin"]
    _order = "name"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True,
        tracking=True,
        copy=False,
        help="Stands in the address that the system sends to: /construction/v1/<code>/events",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        tracking=True,
        default=lambda self: self.env.company,
        help="Every record that this source causes belongs to this company, whatever the event says.",
    )
    owner_id = fields.Many2one(
        "res.users",
        tracking=True,
        default=lambda self: self.env.user,
        help="The person who gets a work item that names nobody else.",
    )
    environment = fields.Selection(
        [("test", "Test"), ("production", "Production")],
        required=True,
        default="test",
        tracking=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("live", "Live"), ("suspended", "Suspended")],
        required=True,
        default="draft",
        tracking=True,
        readonly=True,
        copy=False,
    )
    live_since = fields.Datetime(readonly=True, copy=False)
    event_type_ids = fields.Many2many(
        "construction.event.type",
        string="Allowed Event Types",
        domain=[("direction", "=", "in")],
    )
    authority_ids = fields.Many2many(
        "construction.source",
        "construction_source_authority_rel",
        "source_id",
        "authority_id",
        string="Uses the Keys of",
        check_company=True,
        help="Keys that this source has no mapping for are looked up among those of "
        "these sources: say so only where the systems really share their codes.",
    )
    credential_ids = fields.One2many("construction.source.credential", "source_id", copy=False)
    max_body_bytes = fields.Integer(
        string="Largest Request",
        default=10 * 1024 * 1024,
        required=True,
        help="In bytes. A larger request is answered 413.",
    )
    address = fields.Char(compute="_compute_address")
    message_total = fields.Char(compute="_compute_message_total", string="Received Messages")
    open_exception_total = fields.Integer(compute="_compute_open_exception_total", string="Open Exceptions")

    _code_unique = models.Constraint("UNIQUE(code)", "This code belongs to another source.")

    @api.constrains("code")
    def _check_code(self):
        for source in self:
            if not CODE.fullmatch(source.code or ""):
                raise ValidationError(
                    self.env._(
                        "The code %s must be 2 to 63 small letters, digits, - or _, "
                        "for it stands in an address.",
                        source.code,
                    )
                )

    @api.constrains("max_body_bytes")
    def _check_max_body_bytes(self):
        if any(not 1024 <= source.max_body_bytes <= 64 * 1024**2 for source in self):
            raise ValidationError(self.env._("The largest request lies between 1 KiB and 64 MiB."))

    @api.constrains("authority_ids")
    def _check_authority_ids(self):
        for source in self:
            if source in source.authority_ids:
                raise ValidationError(self.env._("A source always uses its own keys."))

    @api.depends("code")
    def _compute_address(self):
        base = self.browse().get_base_url()
        for source in self:
            source.address = f"{base}/construction/v1/{source.code}/events" if source.code else ""

    def _compute_message_total(self):
        """Counted up to a limit, and where one source is looked at: never over all messages."""
        messages = self.env["construction.message"]
        for source in self:
            mine = [("source_id", "=", source.id), ("holds_identity", "=", True)]
            count = messages.search_count(mine, limit=COUNTED + 1) if source.id else 0
            source.message_total = f"{COUNTED}+" if count > COUNTED else str(count)

    def _compute_open_exception_total(self):
        items = dict(
            self.env["construction.exception"]._read_group(
                [("source_id", "in", self.ids), ("state", "=", "open")],
                ["source_id"],
                ["__count"],
            )
        )
        for source in self:
            source.open_exception_total = items.get(source, 0)

    def _has_messages(self):
        """Whether this source has received anything."""
        self.ensure_one()
        messages = self.env["construction.message"].sudo()
        mine = [("source_id", "=", self.id)]
        # what was accepted is found in an index; only where there is none, what was refused is looked for
        return bool(
            messages.search_count([*mine, ("holds_identity", "=", True)], limit=1)
            or messages.search_count(mine, limit=1)
        )

    def _has_keys(self):
        """Whether keys of this source mean something, or are about to by a file that was loaded."""
        self.ensure_one()
        mine = [("source_id", "=", self.id)]
        return any(
            self.env[name].sudo().search_count(mine, limit=1)
            for name in ("construction.crosswalk", "construction.crosswalk.load")
        )

    def _require_manager(self):
        if not self.env.su and not self.env.user.has_group("construction_base.group_integration_manager"):
            raise UserError(self.env._("Only an integration manager may do this."))
        self.check_access("write")

    def action_new_credential(self):
        """Issue a credential and show its secret, this once."""
        self.ensure_one()
        self._require_manager()
        secret = self.env["construction.source.credential"]._issue(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Secret of %s", self.name),
            "res_model": "construction.credential.secret",
            "view_mode": "form",
            "target": "new",
            "context": {"default_secret": secret, "default_source_id": self.id},
        }

    def action_open_messages(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_sync.construction_message_action"
        )
        return dict(action, domain=[("source_id", "=", self.id)], context={})

    def action_open_exceptions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_sync.construction_exception_action"
        )
        return dict(action, domain=[("source_id", "=", self.id)])

    def copy_data(self, default=None):
        """A copy is a draft with an address of its own, as yet nobody's."""
        vals_list = super().copy_data(default)
        # pylint: disable-next=no-search-all
        taken = set(self.sudo().with_context(active_test=False).search([]).mapped("code"))
        for source, vals in zip(self, vals_list, strict=True):
            number = 2
            while f"{source.code[:58]}-{number}" in taken:
                number += 1
            vals.setdefault("code", f"{source.code[:58]}-{number}")
            taken.add(vals["code"])
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", source.name)
        return vals_list

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        self.env.registry.clear_cache()
        return sources

    def write(self, vals):
        if "company_id" in vals:
            for source in self.filtered(lambda item: item.company_id.id != vals["company_id"]):
                if source._has_messages():
                    raise UserError(self.env._("%s has received messages: its company stays.", source.name))
                if source._has_keys():
                    raise UserError(
                        self.env._("%s has keys, which mean records of its company: it stays.", source.name)
                    )
        if "code" in vals:
            self._check_code_is_free(vals["code"])
        if vals.get("state") == "live":
            vals = {**vals, "live_since": fields.Datetime.now()}
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def _check_code_is_free(self, code):
        """:raises UserError: when the address of a source would change that a system sends to"""
        for source in self.sudo().filtered(lambda item: item.code != code):
            if source._has_messages():
                why = self.env._("It has received messages.")
            elif source.state != "draft" or source.credential_ids._live():
                why = self.env._("A system may hold its credential: end that, with the source in draft.")
            else:
                continue
            raise UserError(
                self.env._(
                    "The code of %(name)s stays %(code)s: it is the address that its system sends to, and "
                    "its messages and keys are known by it. %(why)s Make another source for another address.",
                    name=source.name,
                    code=source.code,
                    why=why,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(source._has_messages() for source in self):
            raise UserError(self.env._("A source that has received messages is suspended, not deleted."))

    @api.model
    @tools.ormcache("code")
    def _runtime(self, code):
        """What the accept path needs of a source, plain and cached in the process.

        :param str code: the code in the address
        :return: dict, or None when there is no such source
        """
        if not CODE.fullmatch(code):
            return None
        # the company's own numbers have no door
        source = self.sudo().search([("code", "=", code), ("kind", "=", "system")], limit=1)
        if not source:
            return None
        return {
            "id": source.id,
            "company_id": source.company_id.id,
            "state": source.state,
            "max_body_bytes": source.max_body_bytes,
            **source._prepare_runtime_standing(),
            "credentials": [
                (cred.id, cred.secret_token, cred.valid_from, cred.valid_until)
                for cred in source.credential_ids
            ],
            "types": {
                (kind.name, kind.version): {
                    "id": kind.id,
                    "lane": kind.lane,
                    "schema": kind.schema_text,
                    "handler": kind.handler_model,
                }
                for kind in source.event_type_ids
                if kind.direction == "in" and kind.active
            },
        }
