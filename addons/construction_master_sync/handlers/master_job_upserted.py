# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date as Date

import pytz

from odoo import models

from odoo.addons.construction_sync.exceptions import InvalidData, MissingReference
from odoo.addons.construction_sync.lib.keyform import clean
from odoo.addons.construction_sync.lib.words import listed


class MasterJobUpserted(models.AbstractModel):
    """A job of the other system is a project here."""

    _name = "construction.handler.master.job.upserted"
    _inherit = "construction.master.mixin"
    _description = "Job created or changed"
    _event_type = "master.job.upserted"
    _event_priority = 0
    _master_kind = "job"
    _master_model = "project.project"
    _master_field = "job_number"
    _field_groups = {"status": ("job_status",), "address": ()}

    def _reference_keys(self, data):
        yield from super()._reference_keys(data)
        yield "project_manager", data.get("project_manager")

    def _existing_domain(self, keys):
        return [*super()._existing_domain(keys), ("is_construction_job", "=", True)]

    def _prepare_vals(self, work, record):
        data = work.data
        vals = {
            "name": data["name"],
            "is_construction_job": True,
            "job_number": clean(data["job"]),
            "job_status": data["status"],
            "company_id": self.env.company.id,
        }
        if data.get("project_manager"):
            vals["user_id"] = self._manager(work, data["project_manager"]).id
        elif not record:
            # else Odoo makes the service user its manager, who answers nothing
            vals["user_id"] = False
        if data.get("timezone"):
            if data["timezone"] not in pytz.all_timezones_set:
                raise InvalidData(
                    self.env._("Time zone %s is unknown.", data["timezone"]),
                    "/timezone",
                )
            vals["job_tz"] = data["timezone"]
        if bool(data.get("start")) and bool(data.get("end")):
            if data["end"] < data["start"]:
                raise InvalidData(self.env._("The job ends before it starts."), "/end")
            vals.update(date_start=Date.fromisoformat(data["start"]), date=Date.fromisoformat(data["end"]))
        return vals

    def _manager(self, work, key):
        """The user who manages the job; a person here says once whom a key means."""
        return self._ref(
            work,
            "project_manager",
            key,
            model="res.users",
            sentence=self.env._("Project manager %s is unknown: say which user it is.", key),
        )

    def _apply(self, works):
        result = super()._apply(works)
        if not all(work.resolved["record"].user_id for work in works):
            self.env["project.project"]._construction_tell_unmanaged(self.env.company)
        return result

    def _after(self, work, record):
        work.job = record
        mine = work.resolved["mine"]
        if "identity" in mine and work.data.get("customer") and not record.partner_id:
            record.partner_id = self._customer(work, work.data["customer"])
        if "address" in mine and work.data.get("address"):
            self._set_address(work, record, work.data["address"])

    def _further_values(self, work, record, groups):
        found = {}
        customer = work.data.get("customer")
        if "identity" in groups and customer and not record.partner_id:
            field = record._fields["partner_id"]
            found["identity"] = [(field._description_string(self.env), "", customer)], {"customer": customer}
        if "address" in groups and work.data.get("address"):
            vals = self._address_vals(work, work.data["address"])
            rows = self._differing_rows(record.site_address_id, vals)
            if not record.site_address_id:
                label = record._fields["site_address_id"]._description_string(self.env)
                rows = [(label, "", listed(self.env, [words for _label, _none, words in rows]))]
            found["address"] = rows, vals
        return found

    def _customer(self, work, name):
        partner = self._mapped(work, "customer", name, "res.partner")
        if not partner:
            partner = self.env["res.partner"].create({"name": name, "is_company": True})
            self._bind(work, "customer", name, partner)
            work.trace(partner)
        return partner

    def _country(self, work, code):
        country = self._mapped(work, "country", code, "res.country")
        country = country or self.env["res.country"].search([("code", "=", code.upper())], limit=1)
        if not country:
            raise MissingReference(
                "country",
                code,
                "res.country",
                self.env._(
                    "Job %(job)s lies in a country that is not known: %(code)s.",
                    job=work.data["job"],
                    code=code,
                ),
            )
        return country

    def _address_vals(self, work, address):
        if isinstance(address, str):
            address = {"street": address}
        vals = {name: address[name] for name in ("street", "street2", "city", "zip") if address.get(name)}
        if address.get("country"):
            vals["country_id"] = self._country(work, address["country"]).id
        return vals

    def _set_address(self, work, record, address):
        vals = self._address_vals(work, address)
        if record.site_address_id:
            if any(record.site_address_id[name] != vals[name] for name in vals if name != "country_id"):
                record.site_address_id.write(vals)
        else:
            record.site_address_id = self.env["res.partner"].create(
                {
                    "name": self.env._("Site %s", record.name),
                    "type": "other",
                    "company_id": record.company_id.id,
                    **vals,
                }
            )
