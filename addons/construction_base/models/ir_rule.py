from odoo import models

from .construction_door import OURS


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Of records of ours, or that a rule of ours keeps from them, a person reads who to ask."""
        error = super()._make_access_error(operation, records)
        door = self.env["construction.door"]
        ours = door._is_ours(records._name) or self._get_failing(records, mode=operation)._is_suites()
        return door._refused(records, error, operation) if ours else error

    def _is_suites(self):
        """Whether one of these rules is an addon's of this suite."""
        named = self.sudo().get_external_id().values()
        return any(name.startswith(OURS) for name in named)
