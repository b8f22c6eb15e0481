# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from .charge_common import DAY
from .common import ANOMALY, MACHINE, TRANSFER, EquipmentCommon

KIND = "equipment.readings.recorded"
UTC = timezone.utc


class HoursCommon(EquipmentCommon):
    """A machine on which a device sits since March, and pages of what it reads."""

    def set_up_once(self):
        super().set_up_once()
        self.company.partner_id.tz = "UTC"
        self.digger = self.record(self.say_machine("EX-12"), MACHINE)
        self.other = self.record(self.say_machine("EX-14"), MACHINE)
        self.sits("D-1", "EX-12", "2026-03-01")
        self.pages = 0

    def sits(self, device, machine, since, **data):
        said = {"provider": "trackunit", "device": device, "equipment": machine, "from": f"{since}T00:00:00Z"}
        return self.send(self.field, "equipment.device.assigned", device, {**said, **data})

    def page(self, *readings, provider="trackunit", receive=False):
        self.pages += 1
        data = {"provider": provider, "page": f"P-{self.pages}", "readings": list(readings)}
        return (self.receive if receive else self.send)(self.field, KIND, data["page"], data)

    def at(self, day, hour=0, zone="UTC", month=3):
        """A moment of 2026: hours of the clock of a zone after a day begins."""
        start = datetime(2026, month, day, tzinfo=ZoneInfo(zone))
        return (start.replace(tzinfo=None) + timedelta(hours=hour)).replace(tzinfo=start.tzinfo)

    def reading(self, at, hours=None, device="D-1", origin="telematics", **said):
        said = {name: str(value) for name, value in said.items()}
        if hours is not None:
            said["meter_hours"] = str(hours)
        return {"device": device, "at": at.astimezone(UTC).isoformat(), "origin": origin, **said}

    def daily(self, *figures, start=10, hour=18, **more):
        """Readings at one hour of one day after the other."""
        return [self.reading(self.at(start + day, hour), hours, **more) for day, hours in enumerate(figures)]

    def days(self, machine=None):
        """{(date, job number or None): hours} of the machine's rows that say something."""
        found = self.env[DAY].search([("equipment_id", "=", (machine or self.digger).id)], order="date, id")
        return {
            (str(day.date)[5:], day.job_id.job_number or None): round(day.hours, 6)
            for day in found
            if day.origin
        }

    def hours(self, machine=None):
        return round(sum(self.days(machine).values()), 6)

    def odd(self, *states):
        domain = [("company_id", "=", self.company.id)]
        if states:
            domain.append(("state", "in", states))
        return self.env[ANOMALY].search(domain, order="at, id")

    def move(self, at, job=None, machine=None, place=None):
        return self.env[TRANSFER].create(
            {
                "equipment_id": (machine or self.digger).id,
                "job_id": job and job.id,
                "place_id": place and place.id,
                "date_from": at.astimezone(UTC).replace(tzinfo=None),
            }
        )

    def a_job(self, number, zone, start=0):
        data = {"job": number, "name": f"Job {number}", "status": "active", "timezone": zone}
        self.send(self.master, "master.job.upserted", number, data)
        job = self.env["project.project"].search([("job_number", "=", number)])
        job.construction_day_start = start
        return job
