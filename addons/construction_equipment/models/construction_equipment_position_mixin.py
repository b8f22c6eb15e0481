# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.http import request

POSITION = {"latitude", "longitude"}
# a list on a screen has 80 rows: whoever reads more of them at once takes them away
SCREEN = 100
FILTER = "construction_position_filter"
MOST_NAMED = 5


class Filter(str):
    """By what positions were asked for. A text that a client puts into the context is none."""


class ConstructionEquipmentPositionMixin(models.AbstractModel):
    """Records with a position: who takes many of them away is noted, by whichever door.

    An export is noted always; a read by RPC from ``SCREEN`` rows on. Nobody groups by a position: its groups
    would be the positions.
    """

    _name = "construction.equipment.position.mixin"
    _description = "Positions Are Personal Data"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        if POSITION & {path.replace(".", "/").split("/")[0] for path in fields_to_export}:
            self._note_positions(self.env._("Positions exported"), _filter_of_export())
        return result

    def _read_format(self, fnames, load="_classic_read"):
        if len(self) >= SCREEN and POSITION & set(fnames) and not self.env.su:
            self._note_positions(self.env._("Positions read"), self.env.context.get(FILTER))
        return super()._read_format(fnames, load)

    @api.model
    def search_read(self, domain=None, fields=None, offset=0, limit=None, order=None, **read_kwargs):
        self = self.with_context(**{FILTER: Filter(domain or [])})
        return super().search_read(domain, fields, offset, limit, order, **read_kwargs)

    @api.model
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        self = self.with_context(**{FILTER: Filter(domain or [])})
        return super().web_search_read(domain, specification, offset, limit, order, count_limit)

    def read(self, fields=None, load="_classic_read"):  # pylint: disable=useless-parent-delegation
        return super().read(fields, load)

    def web_read(self, specification):  # pylint: disable=useless-parent-delegation
        return super().web_read(specification)

    # what notes something is no work for a replica
    search_read._readonly = web_search_read._readonly = read._readonly = web_read._readonly = False

    def _read_group_groupby(self, alias, groupby_spec, query):
        self._refuse_groups(groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, aggregate_spec, query):
        self._refuse_groups(aggregate_spec)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _refuse_groups(self, spec):
        if spec.split(":")[0] in POSITION and not self.env.su:
            raise AccessError(
                self.env._("Where a machine was is read, and neither grouped nor reckoned with.")
            )

    def _note_positions(self, what, asked):
        """Note who takes positions away: how many, of which machines, of which time, by which filter."""
        rows = self.sudo()
        moments = rows.mapped("at")
        machines = rows.equipment_id
        named = ", ".join(machines[:MOST_NAMED].mapped("display_name"))
        more = len(machines) - MOST_NAMED
        words = self.env._(
            "%(rows)s rows, %(since)s to %(until)s (UTC), %(machines)s; asked for: %(filter)s",
            rows=len(rows),
            since=min(moments, default="-"),
            until=max(moments, default="-"),
            machines=self.env._("%(named)s and %(more)s more", named=named, more=more) if more > 0 else named,
            filter=asked if isinstance(asked, Filter) else self.env._("the records"),
        )
        self.env["construction.audit.entry"]._note(self.env.user, what, after={self.env.uid: words})


def _filter_of_export():
    """The domain of the export that a browser asks for, or nothing."""
    try:
        asked = json.loads(request.params["data"])
        return None if asked.get("ids") else Filter(asked["domain"])
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError):
        return None
