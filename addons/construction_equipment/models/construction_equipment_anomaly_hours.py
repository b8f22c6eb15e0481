# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..lib.meter import PATIENCE

OF_A_READING = ("spike", "fall", "old_reading")
OF_A_DAY = ("too_many", "idle", "two_jobs", "closed_job")
OF_A_DEVICE = ("unassigned", "silence", "purged")
CURABLE = ("spike", "fall")


class ConstructionEquipmentAnomaly(models.Model):
    """What is odd about hours: it comes and goes with what is read, until a person decides."""

    # apart from what cannot be read
    _inherit = "construction.equipment.anomaly"  # pylint: disable=consider-merging-classes-inherited

    kind = fields.Selection(
        selection_add=[
            ("spike", "Higher Than the Clock Allows"),
            ("fall", "Meter Fell"),
            ("old_reading", "Old Reading of a Replaced Meter"),
            ("too_many", "More Hours Than the Day Has"),
            ("idle", "Idle Above Operating"),
            ("two_jobs", "On Two Jobs at Once"),
            ("closed_job", "Hours on a Closed Job"),
            ("unassigned", "Device on No Machine"),
            ("silence", "Silent for Longer Than Usual"),
            ("purged", "Readings Are Gone"),
        ],
        ondelete=dict.fromkeys((*OF_A_READING, *OF_A_DAY, *OF_A_DEVICE), "cascade"),
    )
    state = fields.Selection(
        selection_add=[
            ("waiting", "Waits for the Next Reading"),
            ("open",),
            ("convicted", "Wrong by What Followed"),
            ("settled",),
        ],
        ondelete={"waiting": "cascade", "convicted": "cascade"},
    )
    equipment_id = fields.Many2one(readonly=False)
    job_id = fields.Many2one("project.project", ondelete="cascade", index="btree_not_null", readonly=True)
    reading_origin = fields.Char(readonly=True)
    verdict = fields.Selection(
        [("right", "It Is Right"), ("wrong", "It Is Wrong")],
        readonly=True,
        tracking=True,
        help="What a person says of the reading: hours are derived by it.",
    )

    def _compute_equipment_id(self):
        of_machines = self.filtered(lambda row: not row.device_id)
        for anomaly in of_machines:
            anomaly.equipment_id = anomaly.equipment_id
        return super(ConstructionEquipmentAnomaly, self - of_machines)._compute_equipment_id()

    def _cause(self):
        # a provider that goes wrong does so with all its devices: one work item
        if self.kind == "closed_job":
            return f"anomaly:closed_job:{self.job_id.id}"
        if self.kind in OF_A_DAY:
            return f"anomaly:{self.kind}"
        if self.kind in (*OF_A_READING, *OF_A_DEVICE):
            return f"anomaly:{self.kind}:{self.provider}"
        return super()._cause()

    def _whose(self):
        if self.kind == "closed_job":
            return self.job_id.display_name
        if self.kind in (*OF_A_READING, *OF_A_DEVICE):
            return self.provider
        return super()._whose() or self.equipment_id.display_name

    def _in_words(self):
        whose = self.equipment_id.display_name or self.device_id.display_name
        return f"{whose or ''} {super()._in_words()}".strip()

    # --- come and go --------------------------------------------------------------------------------

    @api.model
    def _reconcile(self, wanted, there):
        """Have what is open be what is odd now; what a person decided stays decided.

        :param wanted: {key: values}
        :param there: {key: record}
        """
        anomalies = self.sudo().with_context(tracking_disable=True)
        made = anomalies.create([vals for key, vals in wanted.items() if key not in there])
        opened = made.filtered(lambda row: row.state == "open")
        closed = anomalies.browse()
        for key, row in there.items():
            vals = wanted.get(key)
            if row.settled_by_id:
                continue
            if vals is None:
                if row.state != "settled":
                    row.write({"state": "settled", "resolution": self.env._("What came since explains it")})
                    closed |= row
                continue
            before = row.state
            vals = {name: vals[name] for name in ("state", "said", "compared") if name in vals}
            if any((row[name] or "") != value for name, value in vals.items()):
                row.write({**vals, "resolution": False})
            if row.state == "open" != before:
                opened |= row
            elif before == "open" != row.state:
                closed |= row
        opened._raise()
        closed._close_items(self.env._("What came since explains it"))

    def _raise(self):
        """Open work items of these, one a cause: no message stands behind them."""
        items = self.env["construction.exception"]
        # of a device of which nobody spoke it is asked already
        told = self.filtered(lambda row: row.kind != "unassigned" or row.device_id.sudo().fact_ids)
        for company, rows in told.grouped("company_id").items():
            for error in rows._work_items(None):
                items._open(company, error)

    @api.model
    def _of_readings(self, windows):
        """Those of readings in windows: {(device, figure, kind, moment as said, hours): record}.

        :param windows: {(device, figure, origin): (from, until)}, naive UTC or None
        """
        if not windows:
            return {}
        self.flush_model()
        keys = [(*meter, *span) for meter, span in windows.items()]
        self.env.cr.execute(
            SQL(
                "SELECT odd.id FROM construction_equipment_anomaly odd"
                " JOIN unnest(%s::int[], %s::text[], %s::text[], %s::timestamp[], %s::timestamp[])"
                " AS wanted(device, meter, origin, low, high)"
                " ON odd.device_id = device AND odd.figure = meter"
                " AND odd.reading_origin = origin AND odd.at > COALESCE(low, '-infinity')"
                " AND odd.at <= COALESCE(high, 'infinity') WHERE odd.kind = ANY(%s)",
                *map(list, zip(*keys, strict=True)),
                list(OF_A_READING),
            )
        )
        rows = self.sudo().browse(found for (found,) in self.env.cr.fetchall())
        return {(row.device_id.id, row.figure, row.kind, row.at_said, row.said): row for row in rows}

    @api.model
    def _verdicts(self, devices):
        """What persons said of readings: {verdict: {(device, figure, origin): {moment}}}."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT verdict, device_id, figure, reading_origin, at_said"
                " FROM construction_equipment_anomaly WHERE verdict IS NOT NULL AND device_id = ANY(%s)",
                devices.ids,
            )
        )
        result = {"right": {}, "wrong": {}}
        for verdict, *meter, said in self.env.cr.fetchall():
            result[verdict].setdefault(tuple(meter), set()).add(datetime.fromisoformat(said))
        return result

    @api.model
    def _cron_patience(self):
        """A spike with which nothing agreed or disagreed for 72 hours is a person's to decide."""
        late = self.search(
            [("state", "=", "waiting"), ("at", "<=", fields.Datetime.now() - PATIENCE)], limit=1000
        )
        late._derive_hours()

    # --- cures --------------------------------------------------------------------------------------

    def action_right(self):
        """The reading is right: its hours count, at most the clock, and the meter goes on from it."""
        return self._decide("right", self.env._("It is right"))

    def action_wrong(self):
        """The reading is wrong: it is as if it had not been read."""
        return self._decide("wrong", self.env._("It is wrong"))

    def _decide(self, verdict, resolution):
        self._require_manager()
        rows = self.filtered(lambda row: row.state != "settled")
        self._require_curable(rows)
        rows.sudo().verdict = verdict
        rows._settle(resolution)
        rows._derive_hours()
        return True

    def action_replaced(self):
        """The meter was replaced: it goes on from this reading."""
        self._require_manager()
        rows = self.filtered(lambda row: row.state != "settled")
        if any(row.kind != "fall" or not row.equipment_id for row in rows):
            raise UserError(self.env._("A meter that was replaced begins below where the old one stood."))
        rows._settle(self.env._("The meter was replaced"))
        replacements = self.env["construction.equipment.meter.replacement"]
        for row in rows:
            replacements.create(
                {
                    "equipment_id": row.equipment_id.id,
                    "at": row.at,
                    "old_reading": float(row.compared or 0),
                    "new_reading": float(row.said),
                }
            )
        return True

    def action_ask_again(self):
        """Take a decision back: what is read says again what is odd."""
        self._require_manager()
        rows = self.filtered(lambda row: row.state == "settled" and row.kind in OF_A_READING)
        rows.sudo().write({"verdict": False, "settled_by_id": False, "resolution": False})
        rows._derive_hours()
        return True

    def _require_curable(self, rows):
        if any(row.kind not in CURABLE for row in rows):
            raise UserError(self.env._("Only of a reading may be said that it is right or wrong."))

    def _derive_hours(self):
        """Derive anew what the readings of these decide."""
        spans = {}
        for row in self.sudo().filtered("device_id"):
            low, high = spans.get(row.device_id.id, (row.at, row.at + timedelta(seconds=1)))
            spans[row.device_id.id] = min(low, row.at), max(high, row.at + timedelta(seconds=1))
        self.env["construction.equipment.derivation"].sudo()._again(spans)
