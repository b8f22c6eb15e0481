# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class MaintenanceEquipment(models.Model):
    """Where a machine is: what its transfers say, and nobody writes."""

    # apart from what a machine is
    _inherit = "maintenance.equipment"  # pylint: disable=consider-merging-classes-inherited

    transfer_ids = fields.One2many(
        "construction.equipment.transfer", "equipment_id", string="Transfers", readonly=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_place_is_said(set().union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_place_is_said(vals.keys())
        return super().write(vals)

    @api.model
    def _check_place_is_said(self, names):
        if not self.env.su and {"job_id", "place_id"} & set(names):
            raise AccessError(self.env._("Where a machine is follows from its transfers: move it."))

    def _lock_transfers(self):
        """The transfers of these machines that hold, by machine, for this transaction to change them."""
        # whoever comes second finds the row changed, and tries again with what the first one said
        self.env.cr.execute(
            SQL("UPDATE maintenance_equipment SET write_date = now() WHERE id = ANY(%s)", self.ids)
        )
        found = self.env["construction.equipment.transfer"].sudo().search([("equipment_id", "in", self.ids)])
        found.flush_recordset()
        return {machine: rows for machine, rows in found.grouped("equipment_id").items()}

    def _place_now(self):
        """Have the job and place of these machines be those of the transfer that holds now."""
        now = fields.Datetime.now()
        transfers = self.env["construction.equipment.transfer"].sudo()
        sits = [("date_from", "<=", now), "|", ("date_until", "=", False), ("date_until", ">", now)]
        found = {row.equipment_id: row for row in transfers.search([("equipment_id", "in", self.ids), *sits])}
        for machine in self.sudo():
            row = found.get(machine, transfers)
            if (machine.job_id, machine.place_id) != (row.job_id, row.place_id):
                machine.write({"job_id": row.job_id.id, "place_id": row.place_id.id})

    @api.model
    def _cron_place_now(self):
        """Transfers that were entered before they happen take effect."""
        now = fields.Datetime.now()
        begun = self.env["construction.equipment.transfer"].search(
            [("date_from", "<=", now), "|", ("date_until", "=", False), ("date_until", ">", now)]
        )
        late = begun.filtered(
            lambda row: (row.job_id, row.place_id) != (row.equipment_id.job_id, row.equipment_id.place_id)
        )
        late.equipment_id._place_now()

    def action_move(self):
        """Enter where this machine goes."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move %s", self.display_name),
            "res_model": "construction.equipment.transfer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_equipment_id": self.id},
        }
