# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.construction_sync.lib.keyform import clean

from ..errors import TwoAtOnce
from ..lib import assignment

NUMBERS = ("serial_no", "pin")


class ConstructionEquipmentDevice(models.Model):
    """A device of a provider. It is not a machine: it sits on one, from a moment until another."""

    _name = "construction.equipment.device"
    _inherit = ["mail.thread", "construction.traced.mixin", "construction.reach.mixin"]
    _description = "Equipment Device"
    _order = "provider, name"
    _rec_names_search = ["name", "serial_no", "pin"]

    name = fields.Char(string="Device", required=True, tracking=True, help="What its provider calls it.")
    provider = fields.Char(required=True, tracking=True, help="Who sends what it measures.")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    serial_no = fields.Char(
        string="Said Serial", tracking=True, help="The serial of its machine, as the provider says."
    )
    pin = fields.Char(string="Said PIN", tracking=True, help="The PIN of its machine, as the provider says.")
    make = fields.Char(string="Said Make")
    model = fields.Char(string="Said Model")
    label = fields.Char(string="Said Name", help="What the provider calls its machine.")
    date_first = fields.Datetime(
        string="First Heard", default=fields.Datetime.now, required=True, readonly=True, copy=False
    )
    fact_ids = fields.One2many("construction.equipment.device.fact", "device_id", string="Said of It")
    assignment_ids = fields.One2many(
        "construction.equipment.device.assignment", "device_id", string="History", readonly=True
    )
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine Now",
        compute="_compute_equipment_id",
        search="_search_equipment_id",
    )

    _device_unique = models.UniqueIndex(
        "(company_id, provider, name)", "This provider's device is here already."
    )

    @api.depends("name", "provider")
    def _compute_display_name(self):
        for device in self:
            device.display_name = f"{device.provider or ''} {device.name or ''}".strip()

    @api.depends("assignment_ids.date_from", "assignment_ids.date_until", "assignment_ids.equipment_id")
    def _compute_equipment_id(self):
        now = fields.Datetime.now()
        for device in self:
            device.equipment_id = device._machine_at(now)

    @api.model
    def _search_equipment_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        sits = Domain("date_from", "<=", now) & (
            Domain("date_until", "=", False) | Domain("date_until", ">", now)
        )
        found = Domain.FALSE
        if False in value:
            found = Domain("assignment_ids", "not any", sits)
        named = [item for item in value if item]
        return found | Domain("assignment_ids", "any", sits & Domain("equipment_id", "in", named))

    def _machine_at(self, moment):
        """The machine on which this device sat at a moment (naive UTC), or an empty recordset."""
        machine = assignment.machine_at(self._history(), moment)
        return self.env["maintenance.equipment"].browse(machine)

    def _history(self):
        """Where one device sat: lib.assignment.Assignment, whose machine is its id."""
        return [
            assignment.Assignment(part.equipment_id.id, part.date_from, part.date_until or None)
            for part in self.assignment_ids
        ]

    @api.model_create_multi
    def create(self, vals_list):
        devices = super().create([self._key_vals(vals) for vals in vals_list])
        devices.filtered(lambda device: any(device[name] for name in NUMBERS))._propose()
        return devices

    def write(self, vals):
        result = super().write(self._key_vals(vals))
        if {"serial_no", "pin", "make", "model", "label"} & vals.keys():
            self._propose()
        if "active" in vals:
            self._settle_proposals()
        return result

    @api.model
    def _key_vals(self, vals):
        return {**vals, **{name: clean(vals[name]) for name in ("name", "provider") if vals.get(name)}}

    @api.model
    def _found(self, provider, names):
        """Devices of a provider in this company by what it calls them, archived ones too: {name: device}."""
        domain = [("company_id", "=", self.env.company.id), ("provider", "=", clean(provider))]
        devices = self.with_context(active_test=False).search(
            [*domain, ("name", "in", [clean(name) for name in names])]
        )
        return {device.name: device for device in devices}

    @api.model
    def _found_or_made(self, provider, names):
        """The same, with those made that are new. :return: ({name: device}, the new ones)"""
        found = self._found(provider, names)
        missing = sorted({clean(name) for name in names} - found.keys())
        made = self.create([{"provider": provider, "name": name} for name in missing])
        return {**found, **{device.name: device for device in made}}, made

    @api.model
    def _heard(self, moments):
        """Note since when devices are heard of. :param dict moments: {device: the earliest of now}"""
        earlier = {
            device: moment.replace(microsecond=0)
            for device, moment in moments.items()
            if moment.replace(microsecond=0) < device.date_first
        }
        for device, moment in earlier.items():
            device.sudo().date_first = moment
            device.fact_ids.sudo().filtered("since_first").write({"date_from": moment})
        self.union(*earlier).filtered("fact_ids.since_first")._derive_assignments()

    def _says(self, vals):
        """Whether it is said of this device already that it sits on a machine from then until then."""
        names = ("equipment_id", "date_from", "date_until")
        return any(
            (fact.equipment_id.id, fact.date_from, fact.date_until) == tuple(vals[name] for name in names)
            for fact in self.fact_ids
        )

    def _derive_assignments(self):
        """Work out the history of these devices anew from all that is said of them.

        :raises TwoAtOnce: where one is said to sit on two machines at one time
        """
        if not self:
            return
        self.fact_ids.flush_recordset()
        # whoever comes second finds the row changed, and tries again with what the first one said
        self.env.cr.execute(
            SQL("UPDATE construction_equipment_device SET write_date = now() WHERE id = ANY(%s)", self.ids)
        )
        facts = self.env["construction.equipment.device.fact"].sudo().search([("device_id", "in", self.ids)])
        said = facts.grouped("device_id")
        spans = {}
        for device in self.sudo():
            parts, conflicts = assignment.history(
                assignment.Assignment(fact.equipment_id.id, fact.date_from, fact.date_until or None)
                for fact in said.get(device, ())
            )
            if conflicts:
                raise device._two_at_once(conflicts[0])
            changed = assignment.changed(device._history(), parts)
            device._write_history(parts)
            if changed:
                ends = [span.until for span in changed]
                spans[device.id] = changed[0].since, None if None in ends else max(ends)
        self.sudo()._settle_proposals()
        self.env["construction.equipment.derivation"].sudo()._again(spans)

    def _two_at_once(self, conflict):
        machines = self.env["maintenance.equipment"]
        first, second = conflict.first, conflict.second
        return TwoAtOnce(
            self.env._(
                "Device %(device)s is said to sit on %(first)s from %(first_from)s until %(first_until)s, "
                "and on %(second)s from %(second_from)s. Withdraw one of them, or correct it; then "
                "replay.",
                device=self.display_name,
                first=machines.browse(first.machine).display_name,
                first_from=first.since,
                first_until=first.until or self.env._("now"),
                second=machines.browse(second.machine).display_name,
                second_from=second.since,
            )
        ).about(cause_key=f"device:{self.id}:two", record=self)

    def _write_history(self, parts):
        """Have the assignments of one device be these, and touch no other."""
        rows = {(row.equipment_id.id, row.date_from): row for row in self.assignment_ids}
        wanted = {(part.machine, part.since): part.until or False for part in parts}
        gone = self.assignment_ids.browse(row.id for key, row in rows.items() if key not in wanted)
        gone.unlink()
        changed = [(rows[key], until) for key, until in wanted.items() if key in rows]
        # those that end earlier first: no row lies over another at any time
        for row, until in sorted(changed, key=lambda pair: (not pair[1], pair[1] or pair[0].date_from)):
            if row.date_until != until:
                row.date_until = until
                row.flush_recordset()
        self.assignment_ids.create(
            [
                {"device_id": self.id, "equipment_id": machine, "date_from": since, "date_until": until}
                for (machine, since), until in wanted.items()
                if (machine, since) not in rows
            ]
        )
        self.invalidate_recordset(["assignment_ids", "equipment_id"])
