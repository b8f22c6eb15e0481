# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from .common import EquipmentCommon

DAY, CHARGE, RATE = (
    "construction.equipment.day",
    "construction.equipment.charge",
    "construction.equipment.rate",
)
DATE = "2026-03-10"


class ChargeCommon(EquipmentCommon):
    """A machine with a rate on two jobs, and those who approve its hours and money."""

    def set_up_once(self):
        super().set_up_once()
        self.say_machine("EX-12", category="Excavators")
        self.excavator = self.machine("EX-12")
        self.code = self.env["construction.cost.code"].search([("company_id", "=", self.company.id)], limit=1)
        self.send(
            self.master,
            "master.job.upserted",
            "J-2",
            {"job": "J-2", "name": "Second", "status": "active", "timezone": "Europe/Berlin"},
        )
        self.second = self.env["project.project"].search([("job_number", "=", "J-2")])
        (self.job | self.second).construction_equipment_code_id = self.code
        self.rate = self.make_rate(operating=95)
        self.controller = self.user_with("money", "construction_base.group_cost_controller")

    def make_rate(self, **vals):
        return self.env[RATE].create({"company_id": self.company.id, "date_from": "2026-01-01", **vals})

    def say(self, hours, key="EX-12", date=DATE, source=None, origin="telematics", **data):
        """A system tells of a machine's day. :return: the message"""
        data = {"equipment": key, "date": date, "hours": hours, "origin": origin, **data}
        return self.send(source or self.field, "equipment.utilization.recorded", key, data)

    def days(self, **values):
        domain = [("equipment_id", "=", self.excavator.id)]
        return self.env[DAY].search(
            domain + [(name, "=", value) for name, value in values.items()], order="id"
        )

    def charges(self, **values):
        domain = [("equipment_id", "=", self.excavator.id)]
        return self.env[CHARGE].search(
            domain + [(name, "=", value) for name, value in values.items()], order="id"
        )

    def approve(self, *jobs):
        """The fleet manager approves what waits; the controller what comes of it."""
        days = self.days(state="open")
        days.with_user(self.manager).action_approve()
        self.charges(state="proposed").with_user(self.controller).action_approve()

    def ledger(self, job=None):
        """Sum of the ledger's actual: Decimal."""
        domain = [("kind", "=", "actual"), ("res_model", "=", CHARGE)]
        domain += [("job_id", "=", job.id)] if job else []
        entries = self.env["construction.cost.entry"].search(domain)
        return Decimal(str(round(sum(entries.mapped("amount")), 2)))
