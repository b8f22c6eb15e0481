# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.construction_base.lib.decimals import ZERO, decimal

from ..lib import batch
from ..lib.mark import mark
from ..lib.share import by_number

CONTROLLER = "construction_base.group_cost_controller"
PERSONS = {"company_id", "date", "date_to"}
SIDES = [
    (batch.COST, "Equipment Cost"),
    (batch.RECOVERY, "Recovery"),
    (batch.DUE_FROM, "Due from Another Company"),
    (batch.DUE_TO, "Due to Another Company"),
]


class ConstructionEquipmentBatch(models.Model):
    """Approved charges of a period as one journal entry of a company.

    The charges are the job cost; the entry only brings them into the general ledger, and is never counted
    again. What is corrected afterwards goes into the next batch with its own sign.
    """

    _name = "construction.equipment.batch"
    _inherit = ["mail.thread", "construction.equipment.seen.mixin"]
    _description = "Journal Batch of Machines"
    _order = "date_to desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_to = fields.Date(
        string="Charges Up To",
        required=True,
        default=lambda self: self._default_date_to(),
        help="By the day on which the job-cost ledger has them.",
    )
    date = fields.Date(
        string="Accounting Date",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Of the journal entry: the end of the period, or the first open day after it.",
    )
    state = fields.Selection(
        [("draft", "To Post"), ("posted", "Posted"), ("taken_back", "Taken Back")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("construction.equipment.batch.line", "batch_id", readonly=True)
    charge_ids = fields.One2many("construction.equipment.charge", "batch_id", readonly=True)
    owner_charge_ids = fields.One2many("construction.equipment.charge", "owner_batch_id", readonly=True)
    charge_count = fields.Integer(compute="_compute_charge_count", compute_sudo=True)
    amount = fields.Monetary(readonly=True, copy=False, help="Of the charges, corrections included.")
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        ondelete="restrict",
        copy=False,
        index="btree_not_null",
    )
    back_move_id = fields.Many2one(
        "account.move",
        string="Taken Back By",
        readonly=True,
        ondelete="restrict",
        copy=False,
        index="btree_not_null",
    )
    reason = fields.Char(string="Why Taken Back", readonly=True, copy=False)
    posted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    posted_at = fields.Datetime(readonly=True, copy=False)
    control_approved = fields.Monetary(
        compute="_compute_control", compute_sudo=True, string="Approved Charges"
    )
    control_posted = fields.Monetary(
        compute="_compute_control", compute_sudo=True, string="In Posted Entries"
    )
    control_unposted = fields.Monetary(compute="_compute_control", compute_sudo=True, string="Not Posted Yet")
    control_difference = fields.Monetary(compute="_compute_control", compute_sudo=True, string="Difference")

    _one_draft = models.UniqueIndex(
        "(company_id) WHERE state = 'draft'",
        "This company has a batch to post already: post it, or delete it and propose another.",
    )

    @api.model
    def _default_date_to(self):
        return fields.Date.context_today(self).replace(day=1) - timedelta(days=1)

    @api.depends("company_id", "date_to")
    def _compute_name(self):
        for found in self:
            found.name = self.env._("Machines up to %s", found.date_to)

    @api.depends("company_id", "date_to")
    def _compute_date(self):
        for found in self:
            if found.company_id and found.date_to:
                found.date = found.company_id._construction_open_date(found.date_to)

    @api.depends("charge_ids", "owner_charge_ids")
    def _compute_charge_count(self):
        for found in self:
            found.charge_count = len(found.charge_ids | found.owner_charge_ids)

    def _asked_mark(self):
        lines = [(line.name, line.amount) for line in self.line_ids]
        return mark(self.state, self.date, self.date_to, self.charge_count, lines)

    # --- what is in it ------------------------------------------------------------------------------

    def _collect(self):
        """Take up the approved charges that no batch has, and say what the entry would be."""
        charges = self.env["construction.equipment.charge"].sudo()
        for found in self.sudo():
            company = found.company_id
            found.charge_ids.batch_id = False
            found.owner_charge_ids.owner_batch_id = False
            charges.flush_model()
            free = charges.search(charges._unbooked_domain(company, found.date_to))
            own = free.filtered(lambda charge, c=company: charge.company_id == c)
            own.filtered(lambda charge: not charge.batch_id).batch_id = found
            (free - own).filtered(lambda charge: not charge.owner_batch_id).owner_batch_id = found
            found._write_lines()

    def _write_lines(self):
        company = self.company_id
        held = self.charge_ids | self.owner_charge_ids
        held = held.sorted(
            lambda charge: (by_number(charge.job_id.job_number or str(charge.job_id.id)), charge.id)
        )
        self.line_ids.unlink()
        lines = batch.lines(charge._as_charged(company) for charge in held)
        self.env["construction.equipment.batch.line"].create(
            [self._prepare_line_vals(line) for line in lines]
        )
        debits = (line.amount for line in lines if line.side in (batch.COST, batch.DUE_FROM))
        self.amount = float(sum(debits, ZERO))

    def _prepare_line_vals(self, line):
        return {
            "batch_id": self.id,
            "side": line.side,
            "job_id": line.job,
            "cost_code_id": line.code,
            "cost_type_id": line.kind,
            "equipment_id": line.machine,
            "other_company_id": line.company,
            "back": line.back,
            "amount": float(line.amount),
        }

    def action_collect(self):
        """Take up again what is approved and in no batch."""
        self._check_controller()
        self._check_draft()
        self._collect()
        return True

    # --- posted -------------------------------------------------------------------------------------

    def action_post(self):
        """Post the journal entry.

        :raises AccessError: unless a cost controller of the company
        :raises UserError: when there is nothing to post, what was seen has changed, or an account is not said
        :raises PeriodLocked: when the date lies in a closed period
        """
        self._check_controller()
        self._check_seen()
        for found in self:
            found._check_draft()
            if not found.line_ids:
                raise UserError(
                    self.env._("%s has no approved charges: approve some, or delete the batch.", found.name)
                )
            found.company_id._construction_check_open([found.date], found.name)
            found.company_id._construction_check_books_open(found.date, found.name)
        for found in self.sudo():
            company = found.company_id
            moves = self.env["account.move"].sudo().with_company(company)
            move = moves.create(found._prepare_move_vals())
            move.action_post()
            found.write(
                {
                    "state": "posted",
                    "move_id": move.id,
                    "posted_by_id": self.env.uid,
                    "posted_at": fields.Datetime.now(),
                }
            )
        return True

    def _prepare_move_vals(self):
        company = self.company_id
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": company._construction_equipment_setting("construction_equipment_journal_id").id,
            "date": self.date,
            "ref": self.name,
            "construction_equipment_batch_id": self.id,
            "line_ids": [fields.Command.create(line._prepare_move_line_vals()) for line in self.line_ids],
        }

    def action_take_back(self, reason=None):
        """Reverse the journal entry, and let the charges go into another batch.

        :raises AccessError: unless a cost controller of the company
        :raises UserError: without a reason, or for one that is not posted
        """
        self._check_controller()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the entry is taken back."))
        for found in self:
            if found.state != "posted":
                raise UserError(self.env._("%s is not posted: there is nothing to take back.", found.name))
        for found in self.sudo():
            date = found.company_id._construction_open_date(found.date)
            back = found.move_id._construction_take_back_batch(
                {
                    "date": date,
                    "ref": self.env._("%(batch)s, taken back: %(why)s", batch=found.name, why=reason),
                }
            )
            found.charge_ids.batch_id = False
            found.owner_charge_ids.owner_batch_id = False
            found.write({"state": "taken_back", "back_move_id": back.id, "reason": reason.strip()})
        return True

    def action_open_charges(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges of %s", self.name),
            "res_model": "construction.equipment.charge",
            "view_mode": "list,kanban,form",
            "domain": ["|", ("batch_id", "=", self.id), ("owner_batch_id", "=", self.id)],
        }

    def action_open_unbooked(self):
        """The approved charges of the company that no posted entry has."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Approved, Not Posted Yet"),
            "res_model": "construction.equipment.charge",
            "view_mode": "list,kanban,form",
            "domain": self.env["construction.equipment.charge"]._unbooked_domain(self.company_id),
        }

    # --- control total ------------------------------------------------------------------------------

    @api.depends_context("uid")
    @api.depends("company_id", "state")
    def _compute_control(self):
        for company, found in self.grouped("company_id").items():
            control = self._control(company)
            found.control_approved = float(control.approved)
            found.control_posted = float(control.posted)
            found.control_unposted = float(control.unposted)
            found.control_difference = float(control.difference)

    @api.model
    def _control(self, company):
        """The lib.batch.Control of a company: approved charges = posted batch lines + listed unposted."""
        charges = self.env["construction.equipment.charge"].sudo()
        approved = [("state", "!=", "proposed")]
        lent = [("owner_company_id", "=", company.id), ("company_id", "!=", company.id)]

        def total(domain):
            [[own]] = charges._read_group(
                [*domain, ("company_id", "=", company.id)], [], ["company_amount:sum"]
            )
            [[others]] = charges._read_group([*domain, *lent], [], ["owner_amount:sum"])
            return decimal(round(own or 0, 6)) + decimal(round(others or 0, 6))

        posted = sum(self._posted_amounts(company).values(), ZERO)
        return batch.Control(total(approved), posted, total(charges._unbooked_domain(company)))

    @api.model
    def _posted_amounts(self, company, batches=None):
        """{(batch, job): Decimal} of what posted entries of batches hold as cost, or as due from others."""
        lines = self.env["account.move.line"].sudo()
        lines.flush_model()
        domain = [
            ("company_id", "=", company.id),
            ("parent_state", "=", "posted"),
            ("move_id.construction_equipment_batch_id", "!=", False),
            ("construction_equipment_side", "in", (batch.COST, batch.DUE_FROM)),
        ]
        if batches is not None:
            domain.append(("move_id.construction_equipment_batch_id", "in", batches.ids))
        groups = lines._read_group(domain, ["move_id", "construction_job_id"], ["balance:sum"])
        result = {}
        for move, job, balance in groups:
            key = move.construction_equipment_batch_id, job
            result[key] = result.get(key, 0) + decimal(round(balance, 6))
        return result

    @api.model
    def _misfits(self, company, jobs):
        """Yield (document, job, posted, expected) where posted entries and charges of these jobs disagree."""
        posted = self._posted_amounts(company)
        expected = {}
        charges = self.env["construction.equipment.charge"].sudo()
        for found in charges.search([("company_id", "=", company.id), ("batch_id.state", "=", "posted")]):
            key = found.batch_id, found.job_id
            expected[key] = expected.get(key, 0) + decimal(found.company_amount)
        for found in charges.search(
            [("owner_batch_id.company_id", "=", company.id), ("owner_batch_id.state", "=", "posted")]
        ):
            key = found.owner_batch_id, found.job_id.browse()
            expected[key] = expected.get(key, 0) + decimal(found.owner_amount)
        for key in posted.keys() | expected.keys():
            has, wanted = posted.get(key, ZERO), expected.get(key, ZERO)
            if has != wanted and (not key[1] or key[1] in jobs):
                yield *key, has, wanted

    # --- guarded ------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_controller()
            if any(vals.keys() - PERSONS for vals in vals_list):
                raise AccessError(
                    self.env._("A batch takes up what is approved: say the company and the dates.")
                )
        # one that was posted before, for the database compares them at once
        self.flush_model()
        fresh = {
            "state": "draft",
            "move_id": False,
            "back_move_id": False,
            "posted_by_id": False,
            "posted_at": False,
        }
        found = super().create([{**fresh, **vals} for vals in vals_list])
        found._collect()
        return found

    def write(self, vals):
        if not self.env.su and vals.keys() & self._fields.keys() - {"message_ids", "message_follower_ids"}:
            self._check_controller()
            if vals.keys() - PERSONS:
                raise AccessError(
                    self.env._("A batch is posted and taken back by its buttons, and not written.")
                )
            self._check_draft()
            if "company_id" in vals:
                raise UserError(self.env._("A batch stays with its company: propose another."))
        result = super().write(vals)
        if "date_to" in vals:
            self._collect()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(found.state != "draft" for found in self):
            raise UserError(self.env._("What was posted stays: take the batch back instead."))
        self.sudo().charge_ids.batch_id = False
        self.sudo().owner_charge_ids.owner_batch_id = False

    def _check_controller(self):
        if not self.env.su and not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Cost controllers propose and post the batches of machines."))
        self.check_access("read")

    def _check_draft(self):
        for found in self:
            if found.state != "draft":
                raise UserError(self.env._("%s is posted already, or was taken back.", found.name))
