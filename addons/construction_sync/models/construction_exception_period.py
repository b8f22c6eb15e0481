# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.construction_base.lib.named_error import DayLocked

from ..errors import SourceStands
from ..lib.words import listed


class ConstructionExceptionPeriod(models.Model):
    """Work items of a closed period: what closes it, and that they end when it is opened again."""

    # apart from the item: what it is and what ends it are two ideas
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    closed_date = fields.Date(readonly=True, help="The day that is locked.")
    closed_by = fields.Char(
        readonly=True, help="What locked it, as names of the company's fields; empty where nobody noted it."
    )

    _closed_index = models.Index("(company_id) WHERE state = 'open' AND closed_date IS NOT NULL")

    @api.model
    def _prepare_refresh_vals(self, message, error):
        vals = super()._prepare_refresh_vals(message, error)
        closed = isinstance(error, DayLocked)
        vals["closed_date"] = fields.Date.to_date(error.date) if closed else False
        vals["closed_by"] = ",".join(sorted(error.locks)) if closed and error.locks else False
        return vals

    @api.model
    def _release_opened(self, companies=None):
        """Send round again what a locked period stopped and locks no more: lifted, moved back, or excepted.

        Called by whatever may open a period, in its transaction, and by the sweep for what was under way
        meanwhile.

        :param companies: whose locks moved, which hold for their branches, too; all by default
        """
        domain = [("state", "=", "open"), ("closed_date", "!=", False)]
        if companies is not None:
            domain.append(("company_id", "child_of", companies.ids))
        self.env["construction.message"].flush_model(["exception_id"])
        items = self.sudo().search(domain, order="id")
        known, opened = {}, items.browse()
        for item in items:
            case = (item.company_id, item.source_id, item.event_type_id, item.closed_date, item.closed_by)
            if case not in known:
                known[case] = item._is_opened()
            if known[case]:
                opened |= item
        messages = opened.blocked_ids
        if messages:
            days = listed(self.env, sorted({str(item.closed_date) for item in opened}))
            messages._requeue(
                self.env._(
                    "The period of %(days)s is open again: %(user)s", days=days, user=self.env.user.name
                )
            )

    def _is_opened(self):
        """Whether nothing of what locked the day of this item locks it now, for its source."""
        message = self.blocked_ids[:1]
        handler = message.event_type_id._handler() if message.event_type_id else None
        if handler is None:
            return False
        try:
            env = message._handler_env(handler).env
        except SourceStands:
            return False
        named = set(self.closed_by.split(",")) if self.closed_by else None
        return not self.with_env(env)._still_closed(env.company, self.closed_date, named)

    @api.model
    def _still_closed(self, company, date, names):
        """Whether a company's locks close a day, in the eyes of the user of the environment.

        A module that closes periods answers by ``super()`` for its own locks; what nobody knows stays.

        :param names: the locks that count, as names of the company's fields; all that there are by default
        """
        return bool(names)
