# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.construction_base.lib.decimals import ZERO, decimal

from ..lib import day as day_rule
from ..lib import precedence
from ..lib.charge import Usage
from .construction_equipment_claim import FIGURES

SAID = ("id", "equipment_id", "date", "job_id", "cost_code_id", "origin", "key", "said_at", "version")
MARKS = ("estimated", "questioned")
ROW = (
    *(
        "id",
        "equipment_id",
        "date",
        "job_id",
        "state",
        "cost_code_id",
        *FIGURES,
        "origin",
        "disputed",
        *MARKS,
    ),
    *("correction", "kept_correction"),
)
DIGITS = Decimal("0.0000005")  # below the last digit of an hour that is kept


class Said(NamedTuple):
    """A statement of a machine-day, as it is read."""

    id: int
    machine: int
    date: Any
    job: int | None
    code: int | None
    device: int | None
    rule: precedence.Claim
    estimated: bool
    questioned: bool


class ConstructionEquipmentDay(models.Model):
    """Machine-days derived from all that was said of them, many at once."""

    # apart from what a day is, and from who approves it
    _inherit = "construction.equipment.day"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _derive(self, equipment, dates):
        """Have the days of one machine say what is said of them now. :return: the days of these dates"""
        self._derive_all({(equipment.id, fields.Date.to_date(date)) for date in dates})
        return self.sudo().search([("equipment_id", "=", equipment.id), ("date", "in", list(dates))])

    @api.model
    def _derive_all(self, pairs):
        """Have the days of machines and dates say what is said of them now; approved ones stay as they are.

        Writing the rows serialises who tells of them: the later of two at once sees what the other said.

        :param pairs: {(machine id, date)}
        """
        if not pairs:
            return
        self.flush_model()
        said = self._said(pairs)
        places = self._places(pairs, said)
        of_row = {}
        for (machine, date), claims in said.items():
            for job, found in self._of_jobs(claims, places.get((machine, date), {})).items():
                of_row[machine, date, job] = found
        rows = self._rows(of_row)
        before, rows = rows, self._write_rows(of_row, rows)
        self._clear_left(pairs, [row["id"] for row in rows.values()])
        self.invalidate_model()
        self._tell_odd(pairs, rows)
        self._tell_corrections(before, rows)

    @api.model
    def _tell_odd(self, pairs, rows):
        """Tell of days that cannot be."""

    @api.model
    def _derive_unsaid(self, spans):
        """Derive dates of which somebody did not say the job: where machines were has changed.

        :param spans: {machine id: (from, until)}, naive UTC; None is the first or the last of them
        """
        self.env["construction.equipment.claim"].flush_model()
        keys = [(machine, low, high) for machine, (low, high) in spans.items()]
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT equipment_id, date FROM construction_equipment_claim"
                " JOIN unnest(%s::int[], %s::timestamp[], %s::timestamp[]) AS wanted(machine, low, high)"
                " ON equipment_id = machine AND date + interval '2 days' >= COALESCE(low, '-infinity')"
                " AND date - interval '2 days' <= COALESCE(high, 'infinity')"
                " WHERE job_id IS NULL AND device_id IS NULL",
                *map(list, zip(*keys, strict=True)),
            )
        )
        self._derive_all(set(self.env.cr.fetchall()))

    def _said(self, pairs):
        """What is said of machines and dates: {(machine id, date): [Said]}."""
        claims = self.env["construction.equipment.claim"].sudo()
        claims.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT %s, figures, device_id, estimated, questioned FROM construction_equipment_claim"
                " JOIN unnest(%s::int[], %s::date[]) AS wanted(machine, day)"
                " ON equipment_id = machine AND date = day"
                " WHERE NOT COALESCE(withdrawn, false) ORDER BY date DESC, equipment_id, id",
                SQL(", ").join(SQL.identifier(name) for name in SAID),
                *map(list, zip(*pairs, strict=True)),
            )
        )
        result = {pair: [] for pair in pairs}
        for row in self.env.cr.fetchall():
            found, machine, date, job, code, origin, key, said_at, version = row[: len(SAID)]
            figures, device, estimated, questioned = row[len(SAID) :]
            rule = claims._rule(origin, key, figures, said_at, version, 0 if device else found)
            result[machine, date].append(
                Said(found, machine, date, job, code, device, rule, estimated, questioned)
            )
        return result

    def _places(self, pairs, said):
        """The jobs that had machines, for the dates of which somebody does not say which, or its code."""
        unsaid = {
            pair for pair in pairs if any(claim.job is None or claim.code is None for claim in said[pair])
        }
        if not unsaid:
            return {}
        return self.env["construction.equipment.whereabouts"].sudo()._on_days(unsaid)

    @api.model
    def _of_jobs(self, claims, place):
        """What was said of each job on one date: {job id or None: [(precedence.Claim, Said)]}.

        A statement without a job is the only job's of that date, or shared by what the others measured there.
        A device knows where its hours were, also where that is on no job.
        """
        of_job = {}
        for claim in claims:
            if claim.job or claim.device:
                of_job.setdefault(claim.job, []).append((claim.rule, claim))
        measured = {job: self._hours(found) for job, found in of_job.items()}
        if not measured.get(None):
            measured.pop(None, None)
        for claim in claims:
            if claim.job or claim.device:
                continue
            jobs = list(measured or place or [None])
            parts = [(jobs[0], claim.rule)] if len(jobs) == 1 else self._shared(claim, measured)
            # where nobody knows, it stands on no job until a person says whose hours they are
            for job, rule in parts or [(None, claim.rule)]:
                of_job.setdefault(job, []).append((rule, claim))
        return of_job

    @api.model
    def _hours(self, said):
        choice = precedence.chosen([rule for rule, _claim in said]).get("hours")
        return choice.value if choice else ZERO

    @api.model
    def _shared(self, claim, measured):
        """A statement of the machine's whole day over its jobs, or nothing where a person has to share it.

        :param measured: {job id or None: hours}
        """
        if not measured:
            return []
        jobs = {self._number(job): job for job in measured}
        weights = {number: measured[job] for number, job in jobs.items()}
        figures = {job: [] for job in measured}
        for name, value in claim.rule.figures:
            parts = value is not None and day_rule.by_readings(value, weights)
            if value is not None and not parts:
                return []
            for number, part in (parts or {}).items():
                figures[jobs[number]].append((name, part))
        rule = claim.rule
        return [
            (job, precedence.Claim(rule.rank, rule.key, tuple(said), rule.version))
            for job, said in figures.items()
        ]

    @api.model
    def _number(self, job):
        return self.env["project.project"].sudo().browse(job).job_number or str(job) if job else None

    # --- written ------------------------------------------------------------------------------------

    @api.model
    def _rows(self, keys):
        """The rows of machines, dates and jobs, written by this transaction whether they were there or not.

        :param keys: of (machine id, date, job id or None)
        :return: {key: the row as a dict}
        """
        if not keys:
            return {}
        ordered = sorted(keys, key=lambda key: (key[0], key[1], key[2] or 0))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO construction_equipment_day AS found
                       (equipment_id, company_id, date, job_id, state,
                        create_uid, create_date, write_uid, write_date)
                SELECT machine.id, machine.company_id, day, job, 'open',
                       %(uid)s, now(), %(uid)s, now()
                FROM unnest(%(machines)s::int[], %(dates)s::date[], %(jobs)s::int[])
                     AS wanted(machine_id, day, job)
                JOIN maintenance_equipment machine ON machine.id = machine_id
                ORDER BY machine.id, day, COALESCE(job, 0)
                ON CONFLICT (equipment_id, date, COALESCE(job_id, 0)) DO UPDATE SET write_date = now()
                RETURNING %(names)s
                """,
                machines=[key[0] for key in ordered],
                dates=[key[1] for key in ordered],
                jobs=[key[2] for key in ordered],
                uid=self.env.uid,
                names=SQL(", ").join(SQL.identifier("found", name) for name in ROW),
            )
        )
        rows = [dict(zip(ROW, row, strict=True)) for row in self.env.cr.fetchall()]
        return {(row["equipment_id"], row["date"], row["job_id"]): row for row in rows}

    def _write_rows(self, of_row, rows):
        """:return: the rows as they are now: {key: the row as a dict}"""
        codes = self._codes({key for key, row in rows.items() if not row["cost_code_id"]}, of_row)
        limits = {
            job.id: decimal(job.construction_daily_hours)
            for job in self.env["project.project"].sudo().browse({key[2] for key in rows if key[2]})
        }
        result, changed, counting, beside = {}, [], [], []
        for key, said in of_row.items():
            row = rows[key]
            choices = precedence.chosen([rule for rule, _claim in said])
            vals = self._prepare_row(row, choices, said, limits.get(key[2]), codes.get(key))
            result[key] = {**row, **vals}
            if result[key] != row:
                changed.append(result[key])
            used = {(choice.claim.rank, choice.claim.key) for choice in choices.values()}
            for rule, claim in said:
                (counting if (rule.rank, rule.key) in used else beside).append(claim.id)
        self._update(changed)
        self._note_counts(counting, beside)
        return result

    @api.model
    def _prepare_row(self, row, choices, said, limit, code):
        """Values of one row by what counts."""
        figures = {name: float(choices[name].value) if name in choices else 0.0 for name in FIGURES}
        if limit and "overtime_hours" not in choices:
            usage = Usage(None, decimal(figures["hours"]), decimal(figures["idle_hours"]), limit=limit)
            figures["overtime_hours"] = float(usage.overtime)
        others = any(
            other.says(name) != choice.value for name, choice in choices.items() for other in choice.beside
        )
        if row["state"] != "open":
            differ = {
                name: choice.value
                for name, choice in choices.items()
                if abs(decimal(row[name]) - choice.value) > DIGITS
            }
            words = ", ".join(f"{name} {value.normalize():f}" for name, value in sorted(differ.items()))
            proposed = words and words != row["kept_correction"]
            return {"disputed": others or bool(differ), "correction": words if proposed else None}
        mine = dict(said)
        vals = {name: any(getattr(mine[choice.claim], name) for choice in choices.values()) for name in MARKS}
        vals.update(figures, disputed=others, correction=None)
        vals["origin"] = choices["hours"].claim.rank if "hours" in choices else None
        if code and not row["cost_code_id"]:
            vals["cost_code_id"] = code
        return vals

    def _codes(self, keys, of_row):
        """The cost codes of rows that have none: what counts says it, or the transfer, or the job."""
        result, unsaid = {}, set()
        for key in keys:
            said = dict(of_row[key])
            result[key] = next((code for rule in precedence.heard(said) if (code := said[rule].code)), None)
            if not result[key] and key[2]:
                unsaid.add(key)
        if unsaid:
            pairs = {key[:2] for key in unsaid}
            places = self.env["construction.equipment.whereabouts"].sudo()._on_days(pairs)
            jobs = self.env["project.project"].sudo()
            for key in unsaid:
                job = jobs.browse(key[2])
                result[key] = places[key[:2]].get(key[2]) or job.construction_equipment_code_id.id or None
        return result

    def _update(self, rows):
        names = (*FIGURES, *MARKS, "origin", "disputed", "cost_code_id", "correction")
        if not rows:
            return
        types = {name: "float8" for name in FIGURES} | dict.fromkeys((*MARKS, "disputed"), "bool")
        types |= {"origin": "varchar", "cost_code_id": "int", "correction": "varchar"}
        sets = ", ".join(f"{name} = new.{name}" for name in names)
        self.env.cr.execute_values(
            f"UPDATE construction_equipment_day found SET {sets},"
            " working_hours = greatest(new.hours - new.idle_hours, 0)"
            f" FROM (VALUES %s) AS new(id, {', '.join(names)}) WHERE found.id = new.id",
            [(row["id"], *(row[name] for name in names)) for row in rows],
            template=f"(%s, {', '.join(f'%s::{types[name]}' for name in names)})",
            page_size=5000,
        )

    def _note_counts(self, counting, beside):
        """Say of statements which count."""
        counting = set(counting)
        self.env.cr.execute(
            SQL(
                "UPDATE construction_equipment_claim SET counts = (id = ANY(%(yes)s))"
                " WHERE id = ANY(%(all)s) AND COALESCE(counts, false) IS DISTINCT FROM (id = ANY(%(yes)s))",
                yes=list(counting),
                all=list(counting.union(beside)),
            )
        )
        self.env["construction.equipment.claim"].invalidate_model(["counts"])

    def _clear_left(self, pairs, derived):
        """What nobody says of a job any more is nobody's: its open row says nothing."""
        nothing = SQL(", ").join(SQL("%s = 0", SQL.identifier(name)) for name in (*FIGURES, "working_hours"))
        self.env.cr.execute(
            SQL(
                "UPDATE construction_equipment_day SET %s, origin = NULL, disputed = false,"
                " estimated = false, questioned = false"
                " FROM unnest(%s::int[], %s::date[]) AS wanted(machine, day)"
                " WHERE equipment_id = machine AND date = day AND state = 'open' AND NOT (id = ANY(%s))"
                " AND (origin IS NOT NULL OR idle_hours <> 0)",
                nothing,
                *map(list, zip(*pairs, strict=True)),
                list(derived),
            )
        )
