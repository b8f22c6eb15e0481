from markupsafe import escape

from odoo import api, fields, models

from .construction_exception import ACTIVITY
from .construction_exception_open import GRACE

TOLD_AT_ONCE = 500


class ConstructionExceptionOwner(models.Model):
    """Who works on an item, how they are told of it, and who is next when nothing happens."""

    # apart from the item: what it is and whose it is are two ideas
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _tell_owners(self):
        """Give an activity to the owner of each work item that has been open for a minute."""
        now = fields.Datetime.now()
        items = self.sudo().search(
            [("state", "=", "open"), ("told_at", "=", False), ("opened_at", "<=", now - GRACE)],
            order="severity_rank desc, id",
            limit=TOLD_AT_ONCE,
        )
        items._schedule_activities()
        items.write({"told_at": now})

    def _schedule_activities(self):
        """An activity for the owner of each of these items, made in one go."""
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        categories = dict(self._fields["category"]._description_selection(self.env))
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = [
            {
                "activity_type_id": kind.id if kind else False,
                "automated": True,
                "res_model_id": model_id,
                "res_id": item.id,
                "date_deadline": (item.due_at or item.opened_at or fields.Datetime.now()).date(),
                "summary": categories.get(item.category, item.category),
                "note": escape(item.sentence),
                "user_id": item.owner_id.id,
            }
            for item in self
            if item.owner_id
        ]
        if vals_list:
            self.env["mail.activity"].sudo().create(vals_list)
