# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain


class ConstructionPointingMixin(models.AbstractModel):
    """A wizard that shows something of records: only to those who may read them.

    A wizard's table is open to whoever may use it, and what it computes, relates or names of a record
    is read without asking. So the records that it points to are asked for at each door.
    """

    _name = "construction.pointing.mixin"
    _description = "Shows What Its User May Read"

    # names of the fields whose records the user must be allowed to read
    _pointing = ()

    def _check_pointed(self):
        for name in self._pointing if self else ():
            self[name]._origin.check_access("read")

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._check_pointed()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & set(self._pointing):
            self._check_pointed()
        return result

    @api.model
    def _search(self, domain, *args, **kwargs):
        # searches and groups: everyone has their own wizards only
        if not self.env.su:
            domain = Domain(domain) & Domain("create_uid", "=", self.env.uid)
        return super()._search(domain, *args, **kwargs)

    def _read_format(self, *args, **kwargs):
        # the right may have gone since the wizard was opened
        self._check_pointed()
        return super()._read_format(*args, **kwargs)

    def web_read(self, specification):
        self._check_pointed()
        return super().web_read(specification)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        self._check_pointed_values(values)
        return values

    def onchange(self, values, field_names, fields_spec):
        self._check_pointed_values(values)
        self._check_pointed()
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_pointed_values(self, values):
        for name in self._pointing:
            ids = _ids(values.get(name))
            self.env[self._fields[name].comodel_name].browse(ids).exists().check_access("read")


def _ids(value):
    """The ids in the value of a relation: an id, a list of them, or commands.

    >>> _ids(5), _ids([(6, 0, [1, 2]), (4, 3, 0)]), _ids([7]), _ids(False)
    ([5], [1, 2, 3], [7], [])
    """
    if isinstance(value, dict):
        value = value.get("id")
    if not value or isinstance(value, bool):
        return []
    if isinstance(value, int):
        return [value]
    found = []
    for entry in value:
        if isinstance(entry, int):
            found.append(entry)
        elif entry[0] == 6:
            found += entry[2]
        elif entry[0] in (1, 4):
            found.append(entry[1])
    return found
