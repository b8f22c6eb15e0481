# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ConstructionEquipmentDevice(models.Model):
    """What a device measures: hours follow from what is known of it."""

    # apart from what a device is and where it sat
    _inherit = "construction.equipment.device"  # pylint: disable=consider-merging-classes-inherited

    resolution = fields.Float(
        string="Hours Are Rounded To",
        digits=(6, 3),
        tracking=True,
        help="1: its provider says whole hours, so that they may rise before the clock does.",
    )

    _resolution_is_no_less_than_nothing = models.Constraint(
        "CHECK(resolution BETWEEN 0 AND 24)", "Hours are rounded to a part of a day."
    )

    def write(self, vals):
        """What they round to decides on what is a spike."""
        before = {device: device.resolution for device in self}
        result = super().write(vals)
        changed = self.filtered(lambda device: device.resolution != before[device])
        spans = {device.id: (None, None) for device in changed}
        self.env["construction.equipment.derivation"].sudo()._again(spans)
        return result

    @api.model
    def _found_or_made(self, provider, names):
        """A new device rounds as the others of its provider do."""
        found, made = super()._found_or_made(provider, names)
        if made:
            domain = [("company_id", "=", self.env.company.id), ("provider", "=", made[0].provider)]
            other = self.sudo().search([*domain, ("resolution", ">", 0)], limit=1, order="id desc")
            if other:
                made.sudo().resolution = other.resolution
        return found, made
