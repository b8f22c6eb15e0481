# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessError

from ..lib.transaction import notes

PREFIX = "construction_"
OWN_MODELS = "construction."
WORKING = "construction_odoo_works_out"


class Base(models.AbstractModel):
    """What the suite concludes or notes of a record that it shares with Odoo is no person's to write.

    A field of ours that says ``readonly`` on such a model is one of these, by that word alone: a form
    shows it, rules, buttons and events write it. Nobody writes or gives it by a remote call, an import or
    a default value. Where a model says so, nobody writes what Odoo works out either: an amount that is
    written over stays so until its line is edited, and every check reads it.
    """

    _inherit = "base"

    # of what Odoo works out and stores of this model, the fields that its own code writes in a user's name;
    # None where persons may write them all
    _construction_worked_out_but = None

    def _check_field_access(self, field, operation):
        # of a field that persons write this costs the look at one attribute
        if operation == "write" and field.readonly and self._construction_only_rules_write(field):
            raise self._construction_only_rules_error(field)
        return super()._check_field_access(field, operation)

    @api.model
    def _construction_only_rules_error(self, field):
        """The refusal of a field that is not for persons to write."""
        return AccessError(
            self.env._(
                "%(field)s of %(model)s follows from the rules, or from what events bring: nobody writes it.",
                field=field._description_string(self.env),
                model=self.env["ir.model"]._get(self._name).name,
            )
        )

    @api.model
    def _construction_only_rules_write(self, field):
        """Whether a field that is not for persons to write is refused to who writes now."""
        if not field.store or field.inverse or self._name.startswith(OWN_MODELS):
            return False
        if not field.name.startswith(PREFIX) and not self._construction_is_worked_out(field):
            return False
        return not self._construction_rules_write()

    @api.model
    def _construction_is_worked_out(self, field):
        """Whether Odoo works out a field of a record that rules of the suite read."""
        excepted = self._construction_worked_out_but
        if excepted is None or not (field.compute or field.related) or field.name in excepted:
            return False
        return not self._construction_odoo_works_out()

    @api.model
    def _construction_odoo_works_out(self):
        """Whether a method of Odoo that works out fields of this model is at work."""
        return (WORKING, self._name) in notes(self.env)

    @api.model
    @contextmanager
    def _construction_working_out(self):
        """Put around a method of Odoo that is called plainly and writes what it works out in a user's name.

        Only around one that writes nothing that a person gave: all fields of this model that Odoo works out
        are open to it.
        """
        at_work, key = notes(self.env), (WORKING, self._name)
        if key in at_work:
            yield
            return
        at_work[key] = True
        try:
            yield
        finally:
            del at_work[key]

    @api.model
    def _construction_rules_write(self):
        """Whether what is written now is written by a rule, and not by a person."""
        return self.env.su
