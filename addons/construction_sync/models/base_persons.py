# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import ValidationError

from .res_users import MARK

USERS = "res.users"


class BasePersons(models.AbstractModel):
    """A service user is never responsible for anything: wherever somebody is named, it is refused.

    That is every field of users that a person writes, of the models of the suite and of whatever is
    discussed. A field that is for service users says so by its domain.
    """

    # apart from records that go: those and persons are two ideas
    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited

    # names of the fields of the model that name who is responsible, as the registry is ready
    _construction_persons = frozenset()

    def _validate_fields(self, field_names, excluded_names=()):
        if self._construction_persons:
            field_names = list(field_names)
            named = self._construction_persons.intersection(field_names)
            if named:
                self._construction_check_persons(named)
        return super()._validate_fields(field_names, excluded_names)

    def _construction_check_persons(self, names):
        """:raises ValidationError: when one of these fields names a service user, and a person said so"""
        # rules, and what Odoo plans by itself, are no person's word
        services = frozenset() if self.env.su else self.env[USERS]._construction_service_ids()
        if not services or self.env.uid in services:
            return
        for name in names:
            for record in self.sudo():
                found = services.intersection(record[name].ids)
                if found:
                    user = record[name].browse(min(found))
                    field = self._fields[name]._description_string(self.env)
                    raise ValidationError(
                        self.env._(
                            "%(user)s is a service user, which answers for nothing: “%(field)s” is a person.",
                            user=user.name,
                            field=field,
                        )
                    )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Service users are not offered where a person is named."""
        found = super().fields_get(allfields, attributes)
        for name in self._construction_persons.intersection(found):
            if "domain" in found[name]:
                found[name]["domain"] = _persons_of(found[name]["domain"])
        return found


def _persons_of(domain):
    """A field's domain without service users: a list, or the text of one.

    >>> _persons_of("[('share', '=', False)]")
    "[('construction_is_service', '=', False)] + ([('share', '=', False)])"
    >>> _persons_of([])
    [('construction_is_service', '=', False)]
    """
    term = (MARK, "=", False)
    if isinstance(domain, str):
        return f"[{term!r}] + ({domain})" if domain.strip() else f"[{term!r}]"
    return [term, *domain]
