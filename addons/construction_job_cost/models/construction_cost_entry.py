# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

KINDS = [
    ("budget", "Budget"),
    ("commitment", "Commitment"),
    ("accrual", "Received not billed"),
    ("actual", "Actual"),
    ("pending", "Pending"),
]
STAGES = [
    ("original", "Original budget"),
    ("change", "Approved change"),
    ("draft", "Put forward"),
    ("reserved", "Awaiting approval, reserved"),
]
# who may open Odoo's own forms of what is booked
ACCOUNTING = ("account.group_account_readonly", "account.group_account_invoice")


class ConstructionCostEntry(models.Model):
    """The job-cost ledger. Entries are appended by documents and never changed.

    ORM and database both refuse UPDATE, DELETE and TRUNCATE. There are two doors:
    ``project.project._construction_purge_costs`` sets ``construction.cost_retention`` for its
    statement, which lets rows of a closed job be deleted (never updated);
    ``_construction_follow_merge`` sets ``construction.cost_merge``, which lets the supplier of a row
    change, and nothing else of it, when contacts are merged.
    """

    _name = "construction.cost.entry"
    _inherit = ["construction.cost.appended.mixin"]
    _description = "Job Cost Entry"
    _order = "date desc, id desc"
    _rec_name = "reference"

    date = fields.Date(required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="restrict")
    job_id = fields.Many2one("project.project", required=True, ondelete="restrict")
    cost_code_id = fields.Many2one("construction.cost.code", ondelete="restrict")
    cost_type_id = fields.Many2one("construction.cost.type", ondelete="restrict")
    kind = fields.Selection(KINDS, required=True)
    stage = fields.Selection(STAGES)
    amount = fields.Monetary(currency_field="company_currency_id", required=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    amount_currency = fields.Monetary(string="Document Amount", currency_field="currency_id", aggregator=None)
    currency_id = fields.Many2one("res.currency", string="Document Currency", ondelete="restrict")
    # of several units, and never added up
    quantity = fields.Float(digits="Product Unit", aggregator=None, help="In the unit of the source line.")
    product_uom_id = fields.Many2one("uom.uom", string="Unit", compute="_compute_product_uom_id")
    res_model = fields.Char(string="Source Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Source", model_field="res_model", required=True, readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(string="Document ID", model_field="document_model", readonly=True)
    reference = fields.Char(string="Document", readonly=True)
    can_open_document = fields.Boolean(compute="_compute_can_open_document")
    partner_id = fields.Many2one("res.partner", string="Supplier", ondelete="restrict", readonly=True)
    correlation_id = fields.Char(index="btree_not_null", readonly=True)

    _source_idx = models.Index("(res_model, res_id)")
    _job_idx = models.Index("(job_id, cost_code_id, cost_type_id, date)")
    _document_idx = models.Index("(document_model, document_id)")

    # --- append-only ------------------------------------------------------------------------------

    def init(self):
        self.env.cr.execute(GUARD)
        return super().init()

    @api.model
    def _construction_follow_merge(self, losers, survivor):
        """Have the entries of contacts that are merged away name the one that stays, and log it.

        :return: number of entries
        """
        self.flush_model()
        self.env.cr.execute("SELECT set_config('construction.cost_merge', 'on', true)")
        self.env.cr.execute(
            SQL(
                "UPDATE construction_cost_entry SET partner_id = %s WHERE partner_id IN %s",
                survivor.id,
                tuple(losers.ids),
            )
        )
        count = self.env.cr.rowcount
        self.env.cr.execute("SELECT set_config('construction.cost_merge', '', true)")
        self.invalidate_model(["partner_id"])
        if count:
            survivor.message_post(
                body=self.env._(
                    "%(count)s job-cost entries of %(losers)s name this contact from now on: they were "
                    "merged by %(user)s.",
                    count=count,
                    losers=", ".join(losers.mapped("display_name")),
                    user=self.env.user.name,
                )
            )
        return count

    # --- drill-down -------------------------------------------------------------------------------

    @api.depends_context("uid")
    @api.depends("document_model", "document_id", "res_model", "res_id")
    def _compute_can_open_document(self):
        for model, entries in self.grouped(lambda e: e.document_model or e.res_model).items():
            ids = {entry.document_id or entry.res_id for entry in entries}
            documents = self.env[model].browse(ids).exists() if model in self.env else None
            readable = set(documents._filtered_access("read").ids) if documents else set()
            for entry in entries:
                entry.can_open_document = (entry.document_id or entry.res_id) in readable

    @api.depends("res_model", "res_id")
    def _compute_product_uom_id(self):
        self.product_uom_id = False
        for model, entries in self.grouped("res_model").items():
            if model in self.env and "product_uom_id" in self.env[model]._fields:
                # of whoever's line: a unit is no secret
                sources = self.env[model].sudo().browse(entries.mapped("res_id")).exists()
                units = {source.id: source.product_uom_id for source in sources}
                for entry in entries:
                    entry.product_uom_id = units.get(entry.res_id, self.env["uom.uom"])

    @api.model
    def _entered_since_domain(self, jobs, day):
        """The entries of jobs that are dated by a day and were made after it, by the jobs' own clocks.

        By these, and no others, the report of that day made now differs from the one made then.
        """
        after = fields.Date.add(day, days=1)
        return Domain.OR(
            Domain("job_id", "in", found.ids)
            & Domain("date", "<=", day)
            & Domain("create_date", ">=", found[0]._construction_day_start(after))
            for found in jobs.grouped("job_tz").values()
        )

    @api.model
    def _action_of(self, name, domain, **context):
        """Action that opens the entries of a domain."""
        views = ("list", "kanban", "pivot", "graph", "form")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "view_mode": ",".join(views),
            "views": [(False, view) for view in views],
            "domain": list(domain),
            "context": context,
        }

    @api.model
    def _action_of_document(self, document):
        """Action that opens the entries of one order, bill or budget."""
        return self._action_of(
            self.env._("Job Costs of %s", document.display_name),
            [("document_model", "=", document._name), ("document_id", "=", document.id)],
        )

    def action_open_document(self):
        """Open the order, bill or budget behind an entry."""
        self.ensure_one()
        document = self._document()
        if not document:
            raise UserError(self.env._("%s no longer exists.", self.reference or self.env._("It")))
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
            "views": [(self._document_view(document), "form")],
            "name": self.reference,
        }

    def _document_view(self, document):
        """The form that all open, or a plain one for who has no right to all that stands on it.

        A model of documents that has one says so by ``_construction_plain_view``, its external id, and by
        ``_construction_full_groups``, those of the groups that open the other.
        """
        view = getattr(document, "_construction_plain_view", None)
        if not view or any(map(self.env.user.has_group, document._construction_full_groups)):
            return False
        return self.env.ref(view).id

    def _document(self):
        model, res_id = self.document_model or self.res_model, self.document_id or self.res_id
        return self.env[model].browse(res_id).exists() if model in self.env else None


GUARD = """
CREATE OR REPLACE FUNCTION construction_cost_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('construction.cost_retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('construction.cost_merge', true) = 'on'
        AND to_jsonb(NEW) - 'partner_id' = to_jsonb(OLD) - 'partner_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'construction_cost_entry is append-only: %% refused', TG_OP
        USING HINT = 'Post a reversing entry; closed jobs are purged by the retention method only.';
END $$;

CREATE OR REPLACE FUNCTION construction_cost_entry_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    refused date;
BEGIN
    -- The share lock makes who closes a period and who posts into it wait for one another: the one
    -- that comes later sees the other or fails to serialize, and is tried again.
    PERFORM 1 FROM res_company WHERE id IN (SELECT company_id FROM new_rows) FOR SHARE;
    SELECT n.date INTO refused
      FROM new_rows n JOIN res_company c ON c.id = n.company_id
     WHERE n.date <= c.construction_cost_lock_date LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'construction_cost_entry: the period of %% is closed', refused;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER construction_cost_entry_append_only
    BEFORE UPDATE OR DELETE ON construction_cost_entry
    FOR EACH ROW EXECUTE FUNCTION construction_cost_entry_guard();
-- construction.evidence keeps the table as a whole
DROP TRIGGER IF EXISTS construction_cost_entry_no_truncate ON construction_cost_entry;
CREATE OR REPLACE TRIGGER construction_cost_entry_open_period
    AFTER INSERT ON construction_cost_entry REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION construction_cost_entry_period();
""".replace("%%", "%")
