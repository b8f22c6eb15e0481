# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..errors import TwoAtOnce

SAID = ("equipment_id", "date_from", "job_id", "place_id", "cost_code_id")


class ConstructionEquipmentTransfer(models.Model):
    """A machine goes to a job or a place at a moment, and is there until its next transfer."""

    _name = "construction.equipment.transfer"
    _inherit = "construction.traced.mixin"
    _description = "Equipment Transfer"
    _order = "date_from desc, id desc"
    _rec_name = "equipment_id"

    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("ownership", "!=", False)],
    )
    company_id = fields.Many2one(related="equipment_id.company_id", store=True, index=True)
    job_id = fields.Many2one(
        "project.project",
        index=True,
        ondelete="restrict",
        domain=[("is_construction_job", "=", True), ("job_status", "in", ("bidding", "active"))],
        help="Empty: it goes back from the jobs.",
    )
    place_id = fields.Many2one("construction.equipment.place", index="btree_not_null", ondelete="restrict")
    cost_code_id = fields.Many2one(
        "construction.cost.code", ondelete="restrict", help="What its hours there are charged to."
    )
    date_from = fields.Datetime(string="From", required=True, default=fields.Datetime.now)
    date_until = fields.Datetime(
        string="Until", readonly=True, help="Its next transfer. Empty: it is still there."
    )
    said_by = fields.Char(readonly=True, help="A system and whom it names, or a person.")
    reason = fields.Char(readonly=True)
    active = fields.Boolean(string="Holds", default=True, readonly=True)
    is_current = fields.Boolean(compute="_compute_is_current")

    # a range of one id says equal without an extension of the database
    _one_place_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(equipment_id, equipment_id, '[]') WITH &&,"
        " tsrange(date_from, date_until) WITH &&) WHERE (active)",
        "A machine is in one place at a time.",
    )
    _ends_after_it_begins = models.Constraint(
        "CHECK(date_until IS NULL OR date_until > date_from)",
        "It ends after it begins.",
    )
    _somewhere = models.Constraint(
        "CHECK(job_id IS NOT NULL OR place_id IS NOT NULL)",
        "Say to which job or place it goes.",
    )

    @api.depends("date_from", "date_until", "active")
    def _compute_is_current(self):
        now = fields.Datetime.now()
        for transfer in self:
            until = transfer.date_until
            transfer.is_current = transfer.active and transfer.date_from <= now and (not until or until > now)

    # ---- what is said ----------------------------------------------------------------

    @api.onchange("job_id")
    def _onchange_job_id(self):
        self.place_id = self._site_of(self.job_id)

    @api.model
    def _site_of(self, job):
        """The site of a job, where it has one only; else an empty recordset."""
        places = self.env["construction.equipment.place"]
        found = places.search([("job_id", "=", job.id), ("kind", "=", "site")]) if job else places
        return found if len(found) == 1 else places

    @api.model
    def _prepare_said_vals(self, vals):
        """Values of a transfer as it is kept: at the site of its job, where no place is said."""
        job = self.env["project.project"].browse(vals.get("job_id") or ())
        place = vals.get("place_id") or self._site_of(job).id
        said = {**dict.fromkeys(SAID, False), "date_from": fields.Datetime.now(), **vals}
        return {**said, "place_id": place, "date_from": fields.Datetime.to_datetime(said["date_from"])}

    def _says(self, vals):
        """The transfer that says just this already, or an empty recordset."""
        return self.search([(name, "=", vals[name]) for name in SAID], limit=1)

    @api.model_create_multi
    def create(self, vals_list):
        by = self.env.user.name
        default = self.default_get(list(SAID))
        vals_list = [self._prepare_said_vals({"said_by": by, **default, **vals}) for vals in vals_list]
        if not self.env.su and any({"date_until", "active"} & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("Until when it is there follows from its next transfer."))
        jobs = self.env["project.project"].browse({vals["job_id"] for vals in vals_list if vals["job_id"]})
        stop = jobs._construction_shut_stop()
        if stop:
            raise stop if not self._by_hand() else UserError(stop.sentence)
        machines = self.env["maintenance.equipment"].browse({vals["equipment_id"] for vals in vals_list})
        ends = self._make_room(machines, vals_list)
        transfers = super().create(
            [{**vals, "date_until": until} for vals, until in zip(vals_list, ends, strict=True)]
        )
        machines._place_now()
        transfers._derive_hours()
        return transfers

    def _derive_hours(self):
        """Have the hours of the time of these be those of the jobs that had the machines then."""
        spans = {}
        for transfer in self.sudo():
            low, high = spans.get(transfer.equipment_id.id, (transfer.date_from, transfer.date_from))
            until = transfer.date_until or None
            spans[transfer.equipment_id.id] = (
                min(low, transfer.date_from),
                max(high, until) if high and until else None,
            )
        self.env["construction.equipment.derivation"].sudo()._again_on(spans)

    def _by_hand(self):
        return not self.env.user._is_superuser() and not self.env["construction.exception"]._is_service(
            self.env.user
        )

    def _make_room(self, machines, vals_list):
        """End what is there where something new begins. :return: when each of the new ones ends

        :raises TwoAtOnce: where a machine goes to two places at one moment
        """
        known = machines._lock_transfers()
        moments = {machine.id: {row.date_from: row for row in rows} for machine, rows in known.items()}
        for vals in vals_list:
            there = moments.setdefault(vals["equipment_id"], {})
            if vals["date_from"] in there:
                raise self._two_at_once(vals, there[vals["date_from"]])
            there[vals["date_from"]] = None
        following = {}
        for machine, there in moments.items():
            ordered = sorted(there)
            for moment, until in zip(ordered, [*ordered[1:], False], strict=True):
                following[machine, moment] = until
                row = there[moment]
                if row and row.date_until != until:
                    row.sudo().date_until = until
        self.flush_model()
        return [following[vals["equipment_id"], vals["date_from"]] for vals in vals_list]

    def _two_at_once(self, vals, there):
        machine = self.env["maintenance.equipment"].browse(vals["equipment_id"])
        where = there.sudo()._where() if there else self.env._("another place")
        return TwoAtOnce(
            self.env._(
                "%(machine)s goes to %(first)s and to %(second)s, both at %(moment)s. Withdraw one of them, "
                "or correct it; then replay.",
                machine=machine.display_name,
                first=where,
                second=self.new(vals)._where(),
                moment=vals["date_from"],
            )
        ).about(cause_key=f"transfer:{machine.id}:{vals['date_from']}", record=machine)

    def _where(self):
        return self.job_id.display_name or self.place_id.display_name

    @api.constrains("job_id", "place_id", "equipment_id", "cost_code_id")
    def _check_place(self):
        for transfer in self.sudo():
            site = transfer.place_id.job_id
            if site and site != transfer.job_id:
                raise ValidationError(
                    self.env._(
                        "%(place)s is the site of %(job)s: name that job, or another place.",
                        place=transfer.place_id.display_name,
                        job=site.display_name,
                    )
                )
            if transfer.cost_code_id and not transfer.job_id:
                raise ValidationError(self.env._("A cost code is charged on a job: say which."))

    def write(self, vals):
        if not self.env.su and vals:
            raise UserError(
                self.env._("A transfer stays as it was said: withdraw it, and enter what is right.")
            )
        return super().write(vals)

    def action_withdraw(self):
        """It did not happen: where the machine was is worked out anew.

        :raises AccessError: for who does not dispatch
        """
        self.check_access("write")
        machines = self.equipment_id
        known = machines._lock_transfers()
        note = self.env._("Withdrawn by %s", self.env.user.name)
        self.sudo().write({"active": False, "reason": note})
        self.flush_recordset()
        for machine, rows in known.items():
            left = (rows - self).sorted("date_from").sudo()
            ends = [*left[1:].mapped("date_from"), False][: len(left)]
            for row, until in zip(left, ends, strict=True):
                if row.date_until != until:
                    row.date_until = until
            machine.message_post(body=note)
        machines._place_now()
        self._derive_hours()
        return True
