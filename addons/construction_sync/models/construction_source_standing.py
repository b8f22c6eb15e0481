# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..errors import SyncError
from ..lib import crypto

# what only the buttons and the hub itself write
OWN = frozenset({"state", "live_since", "grace_until", "suspended_at"})
RETRY_AFTER = 600
RETRY_SUSPENDED = 3600


class ConstructionSourceStanding(models.Model):
    """Whether a source may work: what it needs to go live, and what makes a live one stand."""

    # apart from the service users: as whom it acts and whether it may act are two ideas
    _inherit = "construction.source"  # pylint: disable=consider-merging-classes-inherited

    suspended_at = fields.Datetime(readonly=True, copy=False)
    missing_text = fields.Text(compute="_compute_missing_text", compute_sudo=True, string="What Is Missing")

    # ---- what is missing -------------------------------------------------------------

    def _missing_to_go_live(self):
        """What still keeps this source from going live, as phrases for a person."""
        self.ensure_one()
        missing = []
        if not crypto.available():
            missing.append(self.env._("the server's environment has no encryption key (%s)", crypto.VARIABLE))
        missing += self._owner_problems()
        missing += [] if self._in_grace() else self._service_problems()
        missing += self._company_problems()
        if not self.sudo().event_type_ids.filtered("active"):
            missing.append(self.env._("no event type is allowed for it"))
        if not self.sudo().credential_ids._live():
            missing.append(self.env._("it has no live credential"))
        return missing

    def _owner_problems(self):
        owner = self.owner_id.sudo()
        if not owner:
            return [self.env._("it has no owner")]
        if not owner.active:
            return [self.env._("its owner %s is archived", owner.name)]
        if not self._owner_may_open(owner):
            return [self.env._("its owner %s cannot open its work items", owner.name)]
        return []

    def _owner_may_open(self, owner):
        """Whether a person can open every work item of this source and act on it."""
        items = self.env["construction.exception"].with_user(owner)
        return (
            self.company_id in owner.company_ids
            and owner._construction_sees_all_jobs()
            and items.has_access("write")
        )

    def _company_problems(self):
        company = self.company_id.sudo()
        return [] if company.active else [self.env._("its company %s is archived", company.name)]

    def _standing_problems(self):
        """What makes this source stand although it is live, as phrases; an owner is replaced by rule."""
        problems = self._company_problems()
        if not self.owner_id.sudo().active and not self._next_owner():
            problems += self._owner_problems()
        return problems

    def _next_owner(self):
        """Who would own this source and its work items, were its owner gone."""
        return self.env["construction.owner.rule"].sudo()._next_owner(self.company_id)

    @api.depends(
        "state", "owner_id", "user_id", "company_id", "event_type_ids", "credential_ids", "grace_until"
    )
    def _compute_missing_text(self):
        for source in self:
            problems = source._missing_to_go_live() if source.company_id else []
            if source._in_grace():
                problems += source._service_problems()
            source.missing_text = "\n".join(f"{text[:1].upper()}{text[1:]}." for text in problems) or False

    @api.constrains("state", "owner_id", "user_id", "company_id")
    def _check_ready(self):
        for source in self.filtered(lambda s: s.state == "live"):
            missing = source._missing_to_go_live()
            if missing:
                raise ValidationError(
                    self.env._(
                        "%(system)s cannot be live: %(missing)s.",
                        system=source.name,
                        missing="; ".join(missing),
                    )
                )

    @api.constrains("event_type_ids")
    def _check_event_types(self):
        for source in self.filtered(lambda s: s.state == "live" and not s.event_type_ids):
            raise ValidationError(self.env._("%s is live: it keeps at least one event type.", source.name))

    # ---- live and suspended ----------------------------------------------------------

    def action_go_live(self):
        self._require_manager()
        self._give_rights()
        for source in self.sudo():
            paused = source.suspended_at
            source.write({"state": "live", "suspended_at": False})
            source._go_on(paused)

    def action_suspend(self):
        self._require_manager()
        self.sudo().write({"state": "suspended", "suspended_at": fields.Datetime.now()})

    def _go_on(self, paused):
        """Wake what stood while this source was suspended; what waits for a key has lost no time by it."""
        messages = self.env["construction.message"].sudo()
        mine = [("source_id", "=", self.id)]
        if paused:
            lost = fields.Datetime.now() - paused
            for message in messages.search([*mine, ("state", "=", "waiting"), ("wait_until", "!=", False)]):
                message.wait_until += lost
        messages.search([*mine, ("state", "in", ("received", "retry"))])._wake_shards()

    # ---- asked with each delivery, and before each batch -----------------------------

    def _prepare_runtime_standing(self):
        """The part of ``_runtime`` that tells whether the source may take anything."""
        acts_until = None
        if self._service_problems():
            acts_until = self.grace_until or datetime.min
        return {"stands": bool(self._standing_problems()), "acts_until": acts_until}

    @api.model
    def _stands(self, config):
        """Why nothing is taken of a source now.

        :param dict config: the source, from ``_runtime``
        :return: None when it works; else (sentence for the sender, seconds after which to try again)
        """
        if config["state"] == "suspended":
            return "The source is suspended.", RETRY_SUSPENDED
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        acts_until = config["acts_until"]
        if config["stands"] or acts_until is not None and acts_until <= now:
            return "The source cannot take events now; its owner is told.", RETRY_AFTER
        return None

    @api.model
    def _standing_ids(self):
        """The sources whose messages stay where they are for now."""
        self.env.cr.execute("SELECT id, code FROM construction_source WHERE state <> 'draft'")
        return [source_id for source_id, code in self.env.cr.fetchall() if self._stands(self._runtime(code))]

    # ---- telling ---------------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Tell of live sources that stand, or will, and close that when they are well again."""
        self.sudo().search([("state", "=", "live")])._watch()

    def _watch(self):
        """Open, renew or close the one work item that says what a source lacks."""
        for source in self.sudo():
            standing, service = source._standing_problems(), source._service_problems()
            items = self.env["construction.exception"].sudo()
            key = f"source:{source.code}:stands"
            if not standing and not service:
                items.search(
                    [("source_id", "=", source.id), ("cause_key", "=", key), ("state", "=", "open")]
                )._close_when_empty("resolved", self.env._("%s works again.", source.name))
                continue
            grace = not standing and source._in_grace()
            sentence = self.env._("%(system)s takes no events: %(problems)s.")
            if grace:
                sentence = self.env._("%(system)s takes events until %(date)s (UTC) only: %(problems)s.")
            sentence %= {
                "system": source.name,
                "date": fields.Datetime.to_string(source.grace_until),
                "problems": "; ".join(standing + service),
            }
            owner = source.owner_id if source.owner_id.active else source._next_owner()
            severity = "medium" if grace else "high"
            error = SyncError(sentence, cause_key=key, severity=severity, owner=owner)
            items._open(source.company_id, error, source=source, category="permission")

    # ---- guards ----------------------------------------------------------------------

    @api.model
    def _own_dates(self):
        """What only the buttons and the hub write, beside the state."""
        return OWN - {"state"}

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        if not self.env.su and any(
            source.state != "draft" or any(source[name] for name in self._own_dates()) for source in sources
        ):
            raise UserError(self.env._("A source begins as a draft."))
        return sources

    def write(self, vals):
        if not self.env.su and OWN & vals.keys():
            raise UserError(self.env._("A source goes live and is suspended by its buttons only."))
        vals = dict(vals)
        if "event_type_ids" in vals:
            # the rights follow the types, before what else is written is checked against them
            super().write({"event_type_ids": vals.pop("event_type_ids")})
            self._give_rights()
        return super().write(vals)
