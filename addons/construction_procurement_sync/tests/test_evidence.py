# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import RaiseException

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ProcurementCommon


@tagged("post_install", "-at_install")
class TestAllEvidence(ProcurementCommon):
    """What any addon declares as evidence stands in the database, and nothing of its kind is left out.

    A model that looks like it and is none says why by ``_no_evidence``.
    """

    def set_up_once(self):
        super().set_up_once()
        self.guarded = self.env["construction.evidence"]._guarded()

    def refused(self, statement, *args):
        with (
            self.subTest(statement),
            mute_logger("odoo.sql_db"),
            self.assertRaises(RaiseException),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(statement, args)

    def a_row(self, table, condition, needed):
        self.env.cr.execute(SQL("SELECT id FROM %s WHERE %s LIMIT 1", SQL(table), SQL(condition)))
        found = self.env.cr.fetchone()
        self.assertTrue(found or not needed, f"no row of {table} to try it on")
        return found and found[0]

    def make_rows(self):
        """One row at least in each table of evidence, by the doors that there are."""
        self.send_masters()
        self.send_order()
        self.send_invoice(lines=[self.invoice_line(price="99")])
        self.assertTrue(self.bill().construction_hold_ids)
        buyer = self.user_with("buyer", "construction_base.group_buyer")
        self.send_order("PO-2")
        more = self.order_data("PO-2", lines=[self.order_line(quantity="101")], revision=2)
        self.send(self.field, "procurement.purchase_order.changed", "PO-2", more)
        self.send_delivery(lines=[self.delivery_line(quantity="6")])
        again = self.send_delivery(lines=[self.delivery_line(quantity="7")])
        again.exception_id.with_user(buyer).action_decide("replace", "as agreed")
        source = self.field
        source.with_user(self.owner).write({"name": "Renamed"})
        self.env["construction.cost.lock"].create({"lock_date": "2026-01-31", "reason": "January"})
        code = self.env["construction.cost.code"].search([("code", "=", "03 30 00")], limit=1)
        budget = self.env["construction.budget"].create(
            {
                "title": "Original",
                "job_id": self.job.id,
                "date": "2026-03-01",
                "line_ids": [(0, 0, {"cost_code_id": code.id, "amount": 5000})],
            }
        )
        budget.action_submit()
        budget.action_approve()
        self.env["construction.cost.mark"].sudo().create(
            {"company_id": self.company.id, "signature": "a", "difference": 1, "reason": "Reported so"}
        )
        other = self.env["construction.cost.code"].search([("code", "=", "05 12 00")], limit=1)
        self.env["construction.crosswalk"]._confirm(self.master, "cost_code", "03 30 00", other)
        left = self.env["construction.exception"].search([("cause_key", "=like", "left_behind:%")])
        left.action_decide("leave", "as agreed")
        self.env.flush_all()
        return budget

    def test_each_table_declared(self):
        self.make_rows()
        known = self.tables_known_here()
        for table, options in self.guarded.items():
            self.refused(f"TRUNCATE {table} CASCADE")
            parent = options.get("parent")
            condition = "true"
            if parent:
                column, above, closed = parent
                closed = closed.replace("row.", f"{above}.")
                condition = f"EXISTS (SELECT FROM {above} WHERE {above}.id = {table}.{column} AND {closed})"
            if options.get("kept"):
                condition = options["kept"].replace("OLD.", "")
            row = self.a_row(table, condition, needed=table in known and options.get("rows", True))
            if row:
                self.refused(f"DELETE FROM {table} WHERE id = %s", row)
            for column in options.get("fixed", ()) if row else ():
                self.refused(f"UPDATE {table} SET {column} = {self.other(table, column)} WHERE id = %s", row)

    def tables_known_here(self):
        """The tables of this addon and those that it depends on: of a later one's there may be no row."""
        addon = self.env.ref("base.module_construction_procurement_sync")
        known = addon | addon.upstream_dependencies(exclude_states=("uninstalled",))
        names = set(known.mapped("name"))
        return {model._table for model in self.env.values() if model._original_module in names}

    def other(self, table, column):
        """Another value for a column, whatever its type, as SQL."""
        self.env.cr.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            [table, column],
        )
        kind = self.env.cr.fetchone()[0]
        return {
            "integer": f"coalesce({column}, 0) + 1",
            "numeric": f"coalesce({column}, 0) + 1",
            "double precision": f"coalesce({column}, 0) + 1",
            "boolean": f"NOT coalesce({column}, false)",
            "date": f"coalesce({column}, now()::date) + 1",
            "timestamp without time zone": f"coalesce({column}, now()::timestamp) + interval '1 day'",
            "jsonb": """'{"other": 1}'::jsonb""",
        }.get(kind, f"coalesce({column}, '') || 'x'")

    def test_nothing_of_its_kind_is_left_out(self):
        """What no role may make, change or delete is evidence, or leaves it with each change."""
        self.env.cr.execute(
            "SELECT m.model FROM ir_model m WHERE NOT m.transient AND NOT EXISTS ("
            "SELECT FROM ir_model_access a WHERE a.model_id = m.id AND a.active"
            " AND (a.perm_write OR a.perm_unlink OR a.perm_create))"
        )
        kept = {
            model
            for (model,) in self.env.cr.fetchall()
            if model in self.env
            and self.env[model]._original_module.startswith("construction_")
            and self.env[model]._auto
            and not self.env[model]._abstract
            and not hasattr(self.env[model], "_audited")
            and not getattr(self.env[model], "_no_evidence", None)
        }
        self.assertLessEqual({self.env[model]._table for model in kept}, set(self.guarded))

    def test_an_approved_budget(self):
        budget = self.make_rows()
        line = budget.line_ids
        self.refused("UPDATE construction_budget SET state = 'draft' WHERE id = %s", budget.id)
        self.refused("UPDATE construction_budget SET title = 'x' WHERE id = %s", budget.id)
        self.refused("DELETE FROM construction_budget WHERE id = %s", budget.id)
        self.refused("UPDATE construction_budget_line SET budget_id = NULL WHERE id = %s", line.id)
        self.refused(
            "INSERT INTO construction_budget_line (budget_id, cost_code_id, amount) VALUES (%s, %s, 1)",
            budget.id,
            line.cost_code_id.id,
        )
        draft = budget.copy({"kind": "revision"})
        draft.line_ids.amount = 7
        draft.unlink()

    def test_the_history_of_closed_periods(self):
        lock = self.env["construction.cost.lock"].create(
            {"lock_date": fields.Date.today(), "reason": "month end"}
        )
        noted = self.env["construction.audit.entry"].search(
            [("res_model", "=", lock._name), ("res_id", "=", lock.id)]
        )
        self.assertIn("month end", noted.after)
        with self.assertRaises(AccessError):
            lock.unlink()
        with self.assertRaises(AccessError):
            lock.write({"reason": "x"})
