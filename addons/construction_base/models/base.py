# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError

PREFIX = "construction_"
OWN_MODELS = "construction."


class Base(models.AbstractModel):
    """What the suite concludes or notes of a record that it shares with Odoo is no person's to write.

    A field of ours that says ``readonly`` on such a model is one of these, by that word alone: a form
    shows it, rules, buttons and events write it. Nobody writes or gives it by a remote call, an import or
    a default value.
    """

    _inherit = "base"

    def _check_field_access(self, field, operation):
        # of a field that persons write this costs the look at one attribute
        if operation == "write" and field.readonly and self._construction_only_rules_write(field):
            raise AccessError(
                self.env._(
                    "%(field)s of %(model)s follows from the rules, or from what events bring: nobody "
                    "writes it.",
                    field=field._description_string(self.env),
                    model=self.env["ir.model"]._get(self._name).name,
                )
            )
        return super()._check_field_access(field, operation)

    @api.model
    def _construction_only_rules_write(self, field):
        """Whether a field that is not for persons to write is refused to who writes now."""
        return (
            field.name.startswith(PREFIX)
            and field.store
            and not field.inverse
            and not self._name.startswith(OWN_MODELS)
            and not self._construction_rules_write()
        )

    @api.model
    def _construction_rules_write(self):
        """Whether what is written now is written by a rule, and not by a person."""
        return self.env.su
