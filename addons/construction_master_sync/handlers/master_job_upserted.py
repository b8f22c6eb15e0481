# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date as Date

import pytz

from odoo import models

from odoo.addons.construction_sync.errors import InvalidData, MissingReference
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
            manager = self._apart(
                work, record, "identity", lambda: self._manager(work, data["project_manager"])
            )
            if manager:
                vals["user_id"] = manager.id
        elif not record:
            # else Odoo makes the service user its manager, who answers nothing
            vals["user_id"] = False
        if data.get("timezone"):
            zone = self._apart(work, record, "identity", lambda: self._timezone(data["timezone"]))
            if zone:
                vals["job_tz"] = zone
        vals.update(self._apart(work, record, "identity", lambda: self._dates(work, record)) or {})
        return vals

    def _timezone(self, name):
        if name not in pytz.all_timezones_set:
            raise InvalidData(self.env._("Time zone %s is unknown.", name), "/timezone")
        return name

    def _dates(self, work, record):
        """Start and end of the event; Odoo keeps neither of them alone."""
        data, fields = work.data, {"start": "date_start", "end": "date"}
        said = {field: Date.fromisoformat(data[name]) for name, field in fields.items() if data.get(name)}
        first, last = (said.get(field) or record[field] for field in fields.values())
        if said and not (first and last):
            work.note(
                self.env._(
                    "The %s of the job was left aside: a job has both a start and an end here, or neither.",
                    self.env._("end") if last else self.env._("start"),
                )
            )
            return {}
        if said and last < first:
            raise InvalidData(self.env._("The job ends before it starts."), "/end")
        return said

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
        mine, changed = work.resolved["mine"], False
        if "identity" in mine and self._other_customer(work, record):
            record.partner_id = self._customer(work, work.data["customer"])
            changed = True
        address = work.data.get("address")
        if "address" in mine and address:
            changed |= bool(
                self._apart(work, record, "address", lambda: self._set_address(work, record, address))
            )
        if changed:
            work.trace(record, "update")

    def _further_values(self, work, record, groups):
        found = {}
        customer = work.data.get("customer")
        if "identity" in groups and customer:
            field, rows = record._fields["partner_id"], []
            if self._other_customer(work, record):
                before = self._field_words(record, field, record.partner_id)
                rows = [(field._description_string(self.env), before, customer)]
            found["identity"] = rows, {"customer": customer}
        address = work.data.get("address")
        vals = None
        if "address" in groups and address:
            vals = self._apart(work, record, "address", lambda: self._address_vals(work, record, address))
        if vals is not None:
            rows = self._differing_rows(record.site_address_id, vals)
            if not record.site_address_id:
                label = record._fields["site_address_id"]._description_string(self.env)
                rows = [(label, "", listed(self.env, [words for _label, _none, words in rows]))]
            found["address"] = rows, vals
        return found

    # --- the customer ---------------------------------------------------------

    def _other_customer(self, work, record):
        """Whether the event names a customer that is not the one of the job."""
        name = work.data.get("customer")
        if not name:
            return False
        # one that was archived is still the one that it was
        partner = self._ref(work, "customer", name, "res.partner", required=False, archived="same")
        stands = record.partner_id
        if partner:
            # a person may have chosen somebody who works there
            return partner not in stands | stands.commercial_partner_id
        return stands.name != name

    def _customer(self, work, name):
        partner = self._mapped(work, "customer", name, "res.partner")
        if not partner:
            partner = self.env["res.partner"].create({"name": name, "is_company": True})
            self._bind(work, "customer", name, partner)
            work.trace(partner)
        return partner

    # --- the address ----------------------------------------------------------

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

    def _address_vals(self, work, record, address):
        if isinstance(address, str):
            address = {"street": address}
        vals = {name: address[name] for name in ("street", "street2", "city", "zip") if address.get(name)}
        country = record.site_address_id.country_id or self.env.company.country_id
        if address.get("country"):
            country = self._country(work, address["country"])
            vals["country_id"] = country.id
        if address.get("state"):
            state = self._state(work, country, address["state"])
            if state:
                vals["state_id"] = state.id
        return vals

    def _state(self, work, country, text):
        """The state of a country by its code or name, or an empty one: then the history says so."""
        wanted = text.strip().lower()
        state = country.state_ids.filtered(lambda state: wanted in (state.code.lower(), state.name.lower()))
        if len(state) != 1:
            state = state.browse()
            text = self.env._("The state %s of the address was left aside, for it is not known here.", text)
            if text not in work.notes:
                work.note(text)
        return state

    def _set_address(self, work, record, address):
        """Write the address of an event. :return: whether that changed it"""
        vals = self._address_vals(work, record, address)
        site = record.site_address_id
        if site:
            if self._differing_rows(site, vals):
                site.write(vals)
                return True
            return False
        record.site_address_id = self.env["res.partner"].create(
            {
                "name": self.env._("Site %s", record.name),
                "type": "other",
                "company_id": record.company_id.id,
                **vals,
            }
        )
        return True
