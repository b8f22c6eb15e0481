# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError


class IrModuleModule(models.Model):
    """What an addon's handlers declare is there first; what it has kept as evidence does not go with it."""

    _inherit = "ir.module.module"

    def _check(self):
        """Before its data are loaded: demonstration data may refer to event types.

        A contract that is broken stops its module here, before anything of it is kept.
        """
        result = super()._check()
        for module in self:
            self.env["construction.event.type"].sudo()._sync_declared(module.name)
        return result

    def write(self, vals):
        """As the last step of loading a module says that it is installed, all that it brings is there."""
        for module in self if vals.get("state") == "installed" else ():
            self.env["construction.event.type"].sudo()._require_groups(module.name)
        return super().write(vals)

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
