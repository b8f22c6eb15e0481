# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..lib import personal, schema
from ..lib.contract import MOST_DAYS


class ConstructionEventTypePersonal(models.Model):
    """What of a contract is personal, and how long it is kept in what came."""

    # apart from the contract: what it lets in and what is taken out again are two ideas
    _inherit = "construction.event.type"  # pylint: disable=consider-merging-classes-inherited

    has_personal = fields.Boolean(
        compute="_compute_has_personal", help="Whether its schema marks values personal."
    )
    personal_days = fields.Integer(
        string="Personal Values Kept (days)",
        default=90,
        help="So many days after they came, personal values are taken out of messages and their deliveries, "
        "whatever became of them.",
    )
    declared_personal_days = fields.Integer(
        default=90, readonly=True, help="What its module says. A person's choice of another age stays."
    )
    personal_until_done = fields.Boolean(
        readonly=True, help="Personal values are taken out as soon as a message is done."
    )

    @api.depends("schema_text")
    def _compute_has_personal(self):
        for kind in self:
            kind.has_personal = bool(kind.schema_text and personal.paths(kind.schema_text))

    @api.constrains("personal_days")
    def _check_personal_days(self):
        for kind in self:
            if not 1 <= kind.personal_days <= MOST_DAYS:
                raise ValidationError(
                    self.env._(
                        "%(kind)s keeps personal values for 1 to %(most)s days.",
                        kind=kind.display_name,
                        most=MOST_DAYS,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        kinds = super().create(vals_list)
        kinds._mark_stored()
        return kinds

    def write(self, vals):
        if "schema_text" not in vals:
            return super().write(vals)
        before = {kind: personal.paths(kind.schema_text or "{}") for kind in self}
        result = super().write(vals)
        self.filtered(
            lambda kind: set(personal.paths(kind.schema_text or "{}")) - set(before[kind])
        )._mark_stored()
        return result

    def _mark_stored(self):
        """What came before its contract marked something personal is looked through, too."""
        for kind in self.filtered("has_personal"):
            self.env.cr.execute(
                "UPDATE construction_message SET holds_personal = true WHERE type_name = %s AND version = %s"
                " RETURNING delivery_id",
                [kind.name, kind.version],
            )
            deliveries = list({row[0] for row in self.env.cr.fetchall()})
            self.env.cr.execute(
                "UPDATE construction_inbound_delivery SET holds_personal = true WHERE id = ANY(%s)",
                [deliveries],
            )

    # ---- what is personal ----------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _personal_by_type(self):
        """{(name, version): (paths, schema)}, and {(name, None): (paths of all versions, None)}"""
        found = {}
        # pylint: disable-next=no-search-all
        for kind in self.sudo().with_context(active_test=False).search([]):
            where = personal.paths(kind.schema_text or "{}")
            if where:
                found[kind.name, kind.version] = (where, kind.schema_text)
                known = found.get((kind.name, None), ((), None))[0]
                found[kind.name, None] = (tuple(dict.fromkeys((*known, *where))), None)
        return found

    @api.model
    def _personal_of(self, name, version):
        """What is personal in events of a type: (paths, schema or None), also of one that has ended.

        Of a version that nobody knows, what is personal in any.
        """
        by_type = self._personal_by_type()
        known = by_type.get((name, version)) or by_type.get((name, None))
        return known or ((), None)

    @api.model
    def _holds_personal(self, name, version, data):
        """Whether an event may hold what is taken out one day, also one that its source may not send."""
        return bool(data and self._personal_of(name, version)[0])

    @api.model
    def _without_personal(self, name, version, data, sound):
        """Data of an event without what is personal.

        :param sound: whether they keep their contract, so that it stands where the schema says
        """
        where = self._personal_of(name, version)[0]
        if not where:
            return data
        return personal.without(data, where) if sound else personal.without_names(data, where)

    @api.model
    def _is_sound(self, name, version, data):
        """Whether data as they came keep the contract of a type."""
        text = self._personal_of(name, version)[1]
        try:
            return text is not None and not schema.faults(text, data)
        except schema.BrokenSchema:
            return False
