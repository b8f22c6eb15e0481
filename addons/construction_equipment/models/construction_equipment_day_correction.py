# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from .construction_equipment_claim import FIGURES
from .construction_equipment_day import MANAGER
from .construction_equipment_seen_mixin import SEEN


class ConstructionEquipmentDay(models.Model):
    """Approved days of which something else is said since: corrections, proposed as one work item."""

    # apart from how days are derived
    _inherit = "construction.equipment.day"  # pylint: disable=consider-merging-classes-inherited

    correction = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="What is said now of the figures that were approved, by name.",
    )
    kept_correction = fields.Char(readonly=True, help="The correction that a person turned down.")
    correction_words = fields.Char(string="Is Said Now", compute="_compute_correction_words")

    @api.depends("correction")
    def _compute_correction_words(self):
        for found in self:
            parts = [part.split(" ") for part in (found.correction or "").split(", ") if part]
            found.correction_words = ", ".join(
                f"{found._fields[name]._description_string(self.env)} {found[name]:g} → {float(value):g}"
                for name, value in parts
                if name in FIGURES
            )

    @api.model
    def _tell_corrections(self, before, after):
        """Open or close the work item of each company whose approved days are told otherwise now.

        :param before, after: {key: the row as a dict}
        """
        changed = [key for key, row in after.items() if row["correction"] != before[key]["correction"]]
        machines = self.env["maintenance.equipment"].sudo().browse({key[0] for key in changed})
        machines.company_id._construction_tell_corrections()

    def action_take_correction(self):
        """Approve what is said now; what was charged is taken back and charged anew."""
        self._require_who_corrects()
        self._check_seen()
        days = self.filtered("correction").with_context(**{SEEN: None})
        companies = days.company_id
        days.action_reopen()
        days.action_approve()
        companies._construction_tell_corrections()
        return True

    def action_keep(self):
        """Keep what was approved: the same is not proposed again."""
        self._require_who_corrects()
        self._check_seen()
        for found in self.sudo().filtered("correction"):
            found.write({"kept_correction": found.correction, "correction": False})
        self.company_id._construction_tell_corrections()
        return True

    def _require_who_corrects(self):
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("The equipment manager corrects approved hours."))
