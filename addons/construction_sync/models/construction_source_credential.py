# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lib import crypto, signature

MAX_LIVE = 2


class ConstructionSourceCredential(models.Model):
    _name = "construction.source.credential"
    _description = "Integration Source Credential"
    _inherit = ["construction.audited.mixin"]
    _audited = ("valid_until",)
    _order = "valid_from desc, id desc"
    _rec_name = "key_id"

    source_id = fields.Many2one("construction.source", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    key_id = fields.Char(required=True, readonly=True, help="Tells secrets apart; not secret itself.")
    secret_token = fields.Char(
        groups=fields.NO_ACCESS, copy=False, help="The secret, encrypted with the server's key."
    )
    valid_from = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    valid_until = fields.Datetime(readonly=True)
    last_used_at = fields.Datetime(readonly=True)
    state = fields.Selection([("live", "Live"), ("ended", "Ended")], compute="_compute_state")

    @api.depends("valid_from", "valid_until")
    def _compute_state(self):
        now = fields.Datetime.now()
        for credential in self:
            ended = credential.valid_until and credential.valid_until <= now
            credential.state = "ended" if ended else "live"

    def _live(self):
        return self.filtered(lambda credential: credential.state == "live")

    @api.model
    def _issue(self, source, secret=None):
        """Store a credential for ``source``; the caller has checked the right to.

        :param str secret: the ``whsec_`` secret to take; a new one when it is not given
        :return: the secret, which cannot be read again
        """
        secret = secret or signature.new_secret()
        try:
            signature.check_secret(secret)
        except ValueError as error:
            raise ValidationError(self.env._("This is not a webhook secret.")) from error
        if not crypto.available():
            raise UserError(
                self.env._(
                    "The server cannot keep secrets: its environment has no %s.",
                    crypto.VARIABLE,
                )
            )
        credentials = self.sudo().search([("source_id", "=", source.id)])
        if len(credentials._live()) >= MAX_LIVE:
            raise UserError(
                self.env._("%s has two live credentials already: end one of them first.", source.name)
            )
        credential = self.sudo().create(
            {
                "source_id": source.id,
                "key_id": secrets.token_hex(4),
                "secret_token": crypto.encrypt(secret.encode()).decode(),
            }
        )
        source.message_post(body=self.env._("Credential %s issued.", credential.key_id))
        return secret

    def action_end(self):
        """End this credential at once: what it signs from now on is refused."""
        for credential in self:
            source = credential.source_id
            source._require_manager()
            others = source.sudo().credential_ids._live() - credential.sudo()
            if source.state == "live" and not others:
                raise UserError(
                    self.env._(
                        "This is the last live credential of %s: suspend the source, or issue "
                        "another one first.",
                        source.name,
                    )
                )
            credential.sudo().valid_until = fields.Datetime.now()
            source.message_post(body=self.env._("Credential %s ended.", credential.key_id))

    @api.model_create_multi
    def create(self, vals_list):
        credentials = super().create(vals_list)
        self.env["construction.audit.entry"]._note(credentials, self.env._("Issued"))
        self.env.registry.clear_cache()
        return credentials

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"last_used_at"}:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
