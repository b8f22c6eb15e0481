# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class BaseKept(models.AbstractModel):
    """What the suite adds to a record that it shares with Odoo is not for who is let in from outside.

    A supplier on the portal may read the orders and bills that are theirs. None of our fields on these is for
    them to read, search, group or sort by, unless its model opens it to the portal.
    """

    # apart from what nobody writes: who reads and who writes are two ideas
    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited

    # names of our fields that users from outside may have, on a model that is shared with Odoo
    _construction_open_to_portal = ()
    # the names of all others, as the registry is ready
    _construction_inside = frozenset()

    @api.model
    def _has_field_access(self, field, operation):
        # asked for each value that a person's code reads: of other fields it costs the look into a set
        if field.name in self._construction_inside and not self.env.su and self.env.user.share:
            return False
        return super()._has_field_access(field, operation)

    def _read_group_groupby(self, alias, groupby_spec, query):
        # Odoo looks at no right on a field of many records that it groups by
        field = self._fields.get(groupby_spec.partition(":")[0].partition(".")[0])
        if field is not None and field.type == "many2many":
            self._check_field_access(field, "read")
        return super()._read_group_groupby(alias, groupby_spec, query)
