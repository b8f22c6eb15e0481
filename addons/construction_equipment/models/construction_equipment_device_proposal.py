# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_master_sync.handlers.domain_candidates_mixin import MANY
from odoo.addons.construction_sync.errors import Candidate, Choice, Undecided

from ..errors import MANAGER
from ..lib import likeness

QUESTION = "equipment_device"
SITS_ON, NOT_OURS = "sits_on", "not_ours"


class ConstructionEquipmentDevice(models.Model):
    """Whose device one is of which nobody spoke: certain by its number, else a person's to say."""

    # apart from what a device is and where it sat
    _inherit = "construction.equipment.device"  # pylint: disable=consider-merging-classes-inherited

    def _propose(self):
        """Assign those of these devices whose machine is certain, and ask about the others."""
        free = self.sudo().filtered(lambda device: device.active and not device.fact_ids)
        for company, devices in free.grouped("company_id").items():
            machines = devices._machines_of(company)
            for device in devices:
                matches = device._matches(machines)
                if matches and matches[0].score == likeness.CERTAIN:
                    device._assign_certain(matches[0])
                else:
                    device._ask(company, matches)

    @api.model
    def _machines_of(self, company):
        machines = self.env["maintenance.equipment"].search_fetch(
            [("company_id", "=", company.id), ("ownership", "!=", False)],
            ["serial_no", "pin", "make", "model", "name", "equipment_number"],
            limit=MANY,
        )
        return [
            likeness.Machine(
                machine,
                machine.serial_no or None,
                machine.pin or None,
                machine.make or None,
                machine.model or None,
                f"{machine.equipment_number or ''} {machine.name}".strip(),
            )
            for machine in machines
        ]

    def _matches(self, machines):
        """The machines that this device may be of, each once, the likeliest first.

        :return: list of ``likeness.Match``
        """
        said = self._said()
        # providers often call a device by the number of its machine
        numbered = [
            likeness.Machine(machine.key, name=machine.key.equipment_number)
            for machine in machines
            if machine.key.equipment_number
        ]
        best = {}
        for match in likeness.matches(said, machines) + likeness.matches(said, numbered):
            known = best.setdefault(match.key, match)
            if match.score > known.score:
                best[match.key] = match
        return sorted(best.values(), key=lambda match: -match.score)[: likeness.LIMIT]

    def _said(self):
        self.ensure_one()
        return likeness.Machine(
            self,
            self.serial_no or None,
            self.pin or None,
            self.make or None,
            self.model or None,
            self.label or self.name,
        )

    def _assign_certain(self, match):
        field = match.key._fields["pin" if match.by == "pin" else "serial_no"]
        by = self.env._("Same %s", field._description_string(self.env))
        self._assign(match.key, by)

    def _assign(self, machine, said_by):
        """Say that this device has sat on a machine since it was first heard."""
        self.env["construction.equipment.device.fact"].create(
            {
                "device_id": self.id,
                "equipment_id": machine.id,
                "date_from": self.date_first,
                "since_first": True,
                "said_by": said_by,
            }
        )

    def _ask(self, company, matches):
        error = Undecided(
            self.env._(
                "Device %(device)s sits on no machine that is known here, so what it measures is nobody's. "
                "Say on which machine it sits, or that it is none of ours.",
                device=self.display_name,
            ),
            cause_key=self._cause(),
            record=self,
            question=QUESTION,
            candidates=[Candidate(match.key, self.env._("%d %% alike", match.score)) for match in matches],
            choices=[
                Choice(
                    SITS_ON,
                    self.env._("It sits on this machine"),
                    MANAGER,
                    needs="record",
                    model="maintenance.equipment",
                ),
                Choice(NOT_OURS, self.env._("It is none of ours"), MANAGER),
            ],
        )
        self.env["construction.exception"]._open(company, error)

    def _cause(self):
        self.ensure_one()
        return f"device:{self.id}:machine"

    def _settle_proposals(self):
        """Close what is asked about devices that sit on a machine, or are none of ours."""
        items = self.env["construction.exception"].sudo()
        for device in self.sudo().filtered(lambda device: device.fact_ids or not device.active):
            found = items.search([("cause_key", "=", device._cause()), ("state", "=", "open")])
            if found:
                note = self.env._("%s said so.", self.env.user.name)
                found._detach()
                found._close_when_empty("resolved", note)
