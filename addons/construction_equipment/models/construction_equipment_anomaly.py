# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.construction_sync.errors import SyncError

from ..errors import MANAGER
from .construction_equipment_reading import FIGURES

KINDS = [
    ("missing", "Says Nothing"),
    ("unreadable", "Unreadable"),
    ("negative", "Negative"),
    ("out_of_range", "Out of Range"),
    ("moment", "Impossible Moment"),
    ("version", "Other Figures for One Moment"),
]


class Odd(SyncError):
    """Readings that cannot be: a person looks at them, and nothing waits."""

    category = "data"
    groups = MANAGER


class ConstructionEquipmentAnomaly(models.Model):
    """Something said of a machine that cannot be, for a person to settle."""

    _name = "construction.equipment.anomaly"
    _inherit = ["mail.thread", "construction.traced.mixin"]
    _description = "Equipment Anomaly"
    _no_evidence = "asks a person about what was said, which stays with the reading"
    _order = "state, date desc, id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    state = fields.Selection(
        [("open", "Open"), ("settled", "Settled")],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    device_id = fields.Many2one(
        "construction.equipment.device", index=True, ondelete="restrict", readonly=True
    )
    provider = fields.Char(readonly=True)
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        compute="_compute_equipment_id",
        store=True,
        index="btree_not_null",
        help="On which its device sat at that moment.",
    )
    date = fields.Date(readonly=True, help="Of the moment, in UTC; of its coming where that says no day.")
    at = fields.Datetime(string="Moment", readonly=True)
    at_said = fields.Char(string="Said Moment", readonly=True)
    figure = fields.Char(readonly=True, help="Which of its figures.")
    said = fields.Char(readonly=True, help="What was said.")
    compared = fields.Char(
        string="Compared With", readonly=True, help="The last reading of the meter that counts."
    )
    what = fields.Char(
        compute="_compute_what", string="What Was Said", help="What was said, and what stands."
    )
    version = fields.Integer(readonly=True)
    resolution = fields.Char(readonly=True, tracking=True)
    settled_by_id = fields.Many2one("res.users", readonly=True)

    # the same page again tells of nothing new
    _told_once = models.UniqueIndex(
        "(company_id, COALESCE(device_id, 0), provider, kind, at_said, figure, said)",
        "This is told of already.",
    )

    @api.depends("device_id.assignment_ids.date_from", "device_id.assignment_ids.date_until", "at")
    def _compute_equipment_id(self):
        for anomaly in self:
            anomaly.equipment_id = anomaly.device_id._machine_at(anomaly.at) if anomaly.at else False

    @api.depends("kind", "device_id", "at_said")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for anomaly in self:
            what = anomaly.equipment_id.display_name or anomaly.device_id.display_name or anomaly.provider
            anomaly.display_name = f"{kinds.get(anomaly.kind)}: {what} {anomaly.at_said or ''}".strip()

    @api.depends("figure", "said", "state", "version", "compared")
    def _compute_what(self):
        standing = self._standing()
        for anomaly in self:
            said = anomaly._labelled(anomaly.said) if anomaly.kind == "version" else anomaly.said
            words = f"{anomaly._labelled(anomaly.figure)}: {said}" if anomaly.figure else said
            if anomaly.compared:
                words = self.env._("%(said)s; before: %(compared)s", said=words, compared=anomaly.compared)
            stands = standing.get((anomaly.device_id, anomaly.at))
            if anomaly.kind == "version" and stands:
                words = self.env._("%(said)s; stands: %(stands)s", said=words, stands=stands)
            anomaly.what = words

    def _standing(self):
        """The figures that stand at the moments of these, in words: {(device, moment): words}."""
        odd = self.filtered(lambda row: row.kind == "version")
        readings = (
            self.env["construction.equipment.reading"]
            .sudo()
            .search(
                [("device_id", "in", odd.device_id.ids), ("at", "in", odd.mapped("at")), ("version", "=", 1)]
            )
        )
        return {
            (row.device_id, row.at): ", ".join(
                f"{row._fields[name]._description_string(self.env)} {row[name]:g}"
                for name in FIGURES
                if row[name]
            )
            for row in readings
        }

    @api.model
    def _labelled(self, text):
        """A text with the names of figures as a person reads them."""
        fields_ = self.env["construction.equipment.reading"]._fields
        words = (text or "").split(" ")
        return " ".join(
            fields_[word]._description_string(self.env) if word in fields_ else word for word in words
        )

    @api.model
    def _tell(self, vals_list):
        """Note what is odd, each once. :return: the new ones"""
        names = ("device_id", "provider", "kind", "at_said", "figure", "said")
        wanted = {tuple(vals[name] for name in names): vals for vals in vals_list}
        known = self.sudo().search(
            [
                ("company_id", "=", self.env.company.id),
                ("provider", "in", [vals["provider"] for vals in vals_list]),
                ("at_said", "in", [vals["at_said"] for vals in vals_list]),
            ]
        )
        there = {(row.device_id.id, *(row[name] or "" for name in names[1:])) for row in known}
        return self.create([vals for key, vals in wanted.items() if key not in there])

    def _work_items(self, provider):
        """Named errors of these anomalies, one a cause."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for cause, rows in self.grouped(lambda row: row._cause()).items():
            yield Odd(
                self.env._(
                    "%(kind)s: %(whose)s. Settle it under Equipment, Anomalies.",
                    kind=kinds[rows[0].kind],
                    whose=rows[0]._whose() or provider,
                ),
                cause_key=cause,
                record=rows[0],
                figures={self.env._("New ones"): len(rows), self.env._("Such as"): rows[0]._in_words()},
            )

    def _cause(self):
        """What makes one work item of those that are alike."""
        return f"anomaly:{self.kind}:{self.device_id.id or self.provider}"

    def _whose(self):
        return self.device_id.display_name or self.provider

    def _in_words(self):
        return f"{self.at_said} {self.what or ''}".strip()

    # ---- cures -------------------------------------------------------------------------

    def _require_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Anomalies are settled by equipment managers."))
        self.check_access("read")

    def action_settle(self):
        """It is known, and what stands is right."""
        self._require_manager()
        self.filtered(lambda row: row.state != "settled")._settle(self.env._("What stands is right"))
        return True

    def action_take_other(self):
        """The other figures are right: they stand, and those that stood are kept beside them."""
        self._require_manager()
        for row in self:
            if row.kind != "version" or row.state != "open":
                raise UserError(self.env._("“%s” has no other figures to choose.", row.display_name))
            self.env["construction.equipment.reading"]._swap(row.device_id, row.at, row.version)
        self._settle(self.env._("The other figures are right"))
        return True

    def _settle(self, resolution):
        self.sudo().write({"state": "settled", "resolution": resolution, "settled_by_id": self.env.uid})
        self._close_items(resolution)

    def _close_items(self, resolution):
        """Close the work items of those causes of which nothing is open any more."""
        causes = {}
        for row in self.sudo():
            causes.setdefault((row.company_id, row.kind), {})[row._cause()] = row
        items = self.env["construction.exception"].sudo()
        for (company, kind), rows in causes.items():
            still = self.sudo().search(
                [("company_id", "=", company.id), ("kind", "=", kind), ("state", "=", "open")]
            )
            closing = rows.keys() - {row._cause() for row in still}
            domain = [("cause_key", "in", list(closing)), ("state", "=", "open")]
            found = items.search([*domain, ("company_id", "=", company.id)])
            if found:
                found._detach()
                found._close_when_empty("resolved", resolution)
