from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Of records of ours a person reads what they are and who to ask."""
        error = super()._make_access_error(operation, records)
        door = self.env["construction.door"]
        return door._refused(records, error) if door._is_ours(records._name) else error
