# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

ALL_EVENTS = "construction_sync.group_all_events"


class ResUsersEvents(models.Model):
    """Whose events are whose: the roles of the core see those of every domain, a domain's see its own."""

    # apart from service users: they are roles, these are persons
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    def _construction_sees_all_events(self):
        self.ensure_one()
        return self._is_superuser() or self.has_group(ALL_EVENTS)

    def _construction_event_types(self):
        """The event types whose handler names a role of the user."""
        types = self.env["construction.event.type"].sudo().with_context(active_test=False)
        kinds = types.search([("direction", "=", "in")])
        return kinds.filtered(lambda kind: any(map(self.has_group, kind._roles())))

    def _construction_deals_with(self, kind):
        """Whether the user sees the messages of an event type, and the items that they open."""
        return not kind or self._construction_sees_all_events() or kind in self._construction_event_types()

    # ---- for record rules ----------------------------------------------------------------

    def _construction_messages_domain(self, path=""):
        """Messages of the types that the user deals with, and those that an item of theirs stops.

        :param str path: to the message, with the point after it
        """
        if self._construction_sees_all_events():
            return []
        return [
            "|",
            (f"{path}event_type_id", "in", self._construction_event_types().ids),
            (f"{path}exception_id.owner_id", "=", self.id),
        ]

    def _construction_items_domain(self):
        """Items of such types, those that ask a role of the user, and what the user owns."""
        if self._construction_sees_all_events():
            return []
        return [
            "|",
            "|",
            ("event_type_id", "in", self._construction_event_types().ids),
            ("asked_group_ids", "in", self.all_group_ids.ids),
            ("owner_id", "=", self.id),
        ]

    def _construction_keys_domain(self):
        """Keys of the kinds of records that the user may look at."""
        if self._construction_sees_all_events():
            return []
        models_of_user = self.env["ir.model.access"].with_user(self)._get_allowed_models("read")
        return [("res_model", "in", list(models_of_user))]
