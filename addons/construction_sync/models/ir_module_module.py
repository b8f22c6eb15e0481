from odoo import models
from odoo.exceptions import UserError


class IrModuleModule(models.Model):
    """What an addon has kept as evidence does not go with the addon."""

    _inherit = "ir.module.module"

    def button_uninstall(self):
        evidence = self.env["construction.evidence"].sudo()
        for module in self | self.downstream_dependencies():
            kept = evidence._kept_by(module.name)
            if kept:
                raise UserError(
                    self.env._(
                        "%(module)s is not removed: %(kept)s. This is evidence. Suspend its sources instead; "
                        "to be rid of the addon, archive the whole database.",
                        module=module.shortdesc or module.name,
                        kept=kept,
                    )
                )
        return super().button_uninstall()

    def module_uninstall(self):
        self.env["construction.evidence"].sudo()._end_types(self.mapped("name"))
        return super().module_uninstall()
