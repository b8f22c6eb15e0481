# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

MATTERS = {"active", "group_ids", "company_ids", "share", "role"}


class ResUsersOwner(models.Model):
    """People who leave, or lose their role, leave their work items and sources to the next by rule."""

    # apart from service users: they are roles, these are persons
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if MATTERS & vals.keys():
            self._construction_hand_on()
        return result

    @api.ondelete(at_uninstall=False)
    def _construction_hand_on_before_unlink(self):
        self._construction_hand_on(leaving=True)

    def _construction_hand_on(self, leaving=False):
        """Move what these users own and may no longer act on.

        :param bool leaving: they go altogether
        """
        exclude = self if leaving else ()
        items = self.env["construction.exception"].sudo()
        owned = items.search([("state", "=", "open"), ("owner_id", "in", self.ids)])
        lost = owned.filtered(
            lambda item: (
                leaving
                or not items._may_own(
                    item.owner_id, item.company_id, item.job_id, item.category, item.event_type_id
                )
            )
        )
        lost._succeed(exclude)
        # who may still open an item may no longer be of those who answer it
        (owned - lost)._settle_questions()
        sources = self.env["construction.source"].sudo()
        if sources.search_count([("owner_id", "in", self.ids)], limit=1):
            sources._replace_owners(exclude)
