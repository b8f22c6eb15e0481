# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .construction_event_handler import at_work


class ConstructionAuthorsMixin(models.AbstractModel):
    _inherit = "construction.authors.mixin"

    def _construction_authors(self):
        """Who corrected the figures of the message that brought a document entered them."""
        links = (
            self.env["construction.message.record"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        corrected = links.message_id.corrected_by_id | links.message_id.corrector_ids
        return super()._construction_authors() | corrected.with_env(self.env)

    def _construction_note_author(self):
        # an event's: a service user enters nothing of its own
        return None if at_work(self.env) else super()._construction_note_author()
