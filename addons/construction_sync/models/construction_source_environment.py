# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import os

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import environment

WAS_PRODUCTION = "construction_sync.was_production"
RETRY_COPY = 3600
SAID = frozenset({"environment_said_at", "environment_said_by_id"})


class ConstructionSourceEnvironment(models.Model):
    """Test and production: what this database is, and what was said of each source."""

    # apart from the source: what it may send and where it is at work are two ideas
    _inherit = "construction.source"  # pylint: disable=consider-merging-classes-inherited

    environment_said_at = fields.Datetime(
        string="Said on",
        readonly=True,
        copy=False,
        help="When an integration manager said whether this source is a test or production. A production "
        "database runs the events of what was said to be a test to the end and undoes them.",
    )
    environment_said_by_id = fields.Many2one("res.users", string="Said by", readonly=True, copy=False)
    database_text = fields.Char(compute="_compute_database_text")

    # ---- the database ----------------------------------------------------------------

    @api.model
    def _database_role(self):
        """PRODUCTION, TEST or COPY, as ``lib.environment`` says."""
        parameter = self.env["ir.config_parameter"].sudo().get_param
        return environment.role(
            os.environ.get(environment.VARIABLE),
            parameter("database.uuid"),
            self.env.cr.dbname,
            parameter("web.base.url"),
            bool(parameter(WAS_PRODUCTION)),
            bool(parameter("database.is_neutralized")),
        )

    @api.model
    def _database_stands(self):
        """Whether this database is a copy, which takes and sends nothing."""
        return self._database_role() == environment.COPY

    @api.model
    def _note_production(self):
        """Keep in the database that it is production: a copy of it remembers."""
        parameters = self.env["ir.config_parameter"].sudo()
        if self._database_role() == environment.PRODUCTION and not parameters.get_param(WAS_PRODUCTION):
            parameters.set_param(WAS_PRODUCTION, parameters.get_param("database.uuid"))

    @api.model
    def _some_said(self):
        """Whether somebody has begun to say which sources are a test: until then all work as before."""
        return bool(self.sudo().search_count([("environment_said_at", "!=", False)], limit=1))

    def _is_trial(self):
        """Whether the events of this source are run to the end and undone: in production, once it was said.

        What is said of one source holds, whatever was not said yet of another.
        """
        return (
            self.environment == "test"
            and bool(self.sudo().environment_said_at)
            and self._database_role() == environment.PRODUCTION
        )

    @api.model
    def _stands(self, config):
        if self._database_stands():
            return "This database takes no events.", RETRY_COPY
        return super()._stands(config)

    def _missing_to_go_live(self):
        missing = super()._missing_to_go_live()
        if self._database_stands():
            missing.insert(0, self._copy_sentence())
        if self.state != "live" and self._must_be_said():
            missing.append(self._unsaid_sentence())
        return missing

    def _must_be_said(self):
        """Whether this source would take events in production unsaid, where others were told apart."""
        return (
            not self.sudo().environment_said_at
            and self._database_role() == environment.PRODUCTION
            and self._some_said()
        )

    def _unsaid_sentence(self):
        return self.env._("nobody has said whether it is a test or production")

    def action_go_live(self):
        for source in self:
            if source._must_be_said():
                raise UserError(
                    self.env._(
                        "%(system)s cannot be live: %(missing)s.",
                        system=source.name,
                        missing=source._unsaid_sentence(),
                    )
                )
        return super().action_go_live()

    def _copy_sentence(self):
        return self.env._(
            "this database is a copy, or was production and is not named so: it takes and sends nothing. "
            "The server's environment would have to say %(variable)s=%(value)s",
            variable=environment.VARIABLE,
            value=self._database_name("test"),
        )

    @api.model
    def _database_name(self, kind):
        parameter = self.env["ir.config_parameter"].sudo().get_param
        return environment.name_of(
            kind, parameter("database.uuid"), self.env.cr.dbname, parameter("web.base.url")
        )

    @api.depends("environment", "environment_said_at", "state")
    def _compute_database_text(self):
        production = self._database_role() == environment.PRODUCTION
        for source in self:
            text = False
            if source._is_trial():
                text = self.env._(
                    "This is a production database: what this source sends is tried and undone."
                )
            elif production and not source.environment_said_at:
                text = self.env._(
                    "This is a production database. Say whether this source is a test or production; "
                    "until then it makes real records."
                )
            source.database_text = text

    # ---- the source ------------------------------------------------------------------

    def action_say_production(self):
        self._say("production")

    def action_say_test(self):
        self._say("test")

    def _say(self, kind):
        """Say whether these sources are a test or production; it is kept who said so."""
        self._require_manager()
        self.sudo().write(
            {
                "environment": kind,
                "environment_said_at": fields.Datetime.now(),
                "environment_said_by_id": self.env.uid,
            }
        )
        self._note_production()

    @api.model
    def _own_dates(self):
        return super()._own_dates() | SAID

    def write(self, vals):
        if not self.env.su and SAID & vals.keys():
            raise UserError(self.env._("Whether a source is a test or production is said by its buttons."))
        result = super().write(vals)
        if "environment" in vals and "environment_said_at" not in vals:
            # changed on the form: that is said as well
            said = {"environment_said_at": fields.Datetime.now(), "environment_said_by_id": self.env.uid}
            self.sudo().write(said)
        return result

    @api.model
    def _cron_watch(self):
        self._note_production()
        return None if self._database_stands() else super()._cron_watch()
