# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import random
from decimal import Decimal

from lxml.etree import fromstring

from odoo.exceptions import AccessError, UserError
from odoo.tools.pdf import PdfFileReader

from odoo.addons.construction_job_cost.errors import BudgetExceeded
from odoo.addons.construction_job_cost.lib import budget, forecast
from odoo.addons.construction_job_cost.models.construction_job_cost_report import DRILL

from .common import JobCostCommon


class TestReport(JobCostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["construction.job.cost.report"]

    def _rows(self, as_of=None, job=None):
        self.post_ledger()
        Report = self.Report.with_context(construction_as_of=as_of)
        Report.invalidate_model()
        return Report.search([("job_id", "=", (job or self.job).id)])

    def test_the_design_example(self):
        self.make_budget((12000,))
        order = self.make_order((10, 1000))
        self.receive_by_hand(order, 5)
        self.make_bill(order, 4)
        row = self._rows()
        self.assertEqual(len(row), 1)
        figures = {name: row[name] for name in (*DRILL, "to_complete")}
        self.assertEqual(
            figures,
            {
                "budget_original": 12000,
                "budget_changes": 0,
                "budget_revised": 12000,
                "committed": 6000,
                "accrued": 1000,
                "actual": 4000,
                "pending": 0,
                "exposure": 10000,
                "available": 2000,
                "to_complete": 2000,
                "forecast": 12000,
                "variance": 0,
            },
        )

    def test_as_of(self):
        self.make_budget((500,))
        self.make_budget((50,), kind="revision", date="2026-02-15")
        order = self.make_order((10, 100), confirm=False)
        self.job.construction_budget_policy = "none"
        self.dated(order, "2026-01-10").button_confirm()
        self.make_bill(order, 4, date="2026-02-10")
        january = self._rows("2026-01-31")
        self.assertEqual(
            (january.budget_revised, january.committed, january.actual, january.variance),
            (500, 1000, 0, -500),
        )
        march = self._rows("2026-03-31")
        self.assertEqual((march.budget_revised, march.committed, march.actual), (550, 600, 400))
        self.assertFalse(self._rows("2025-12-31"))

    def test_every_figure_drills_down_to_its_entries(self):
        self.make_budget((12000,))
        self.make_budget((1000,), kind="revision")
        order = self.make_order((10, 1000))
        self.receive_by_hand(order, 5)
        self.make_bill(order, 4)
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 5
        self.make_order((1, 10), user=self.users["buyer"])
        row = self._rows()
        for figure in DRILL:
            action = row.with_context(construction_figure=figure).action_drill()
            entries = self.Entry.search(action["domain"])
            self.assertTrue(entries, figure)
            if figure not in ("forecast", "variance", "available"):
                self.assertEqual(sum(entries.mapped("amount")), row[figure], figure)
        with self.assertRaises(UserError):
            row.with_context(construction_figure="id").action_drill()

    def test_totals_drill_down_to_all_their_entries(self):
        self.make_order((10, 1000), (1, 50, self.code_2))
        self.post_ledger()
        Report = self.Report.with_user(self.users["project_manager"])
        action = Report.with_context(construction_figure="committed").action_drill_domain(
            [("job_id", "=", self.job.id)]
        )
        self.assertEqual(sum(self.Entry.search(action["domain"]).mapped("amount")), 10050)
        self.assertEqual(action["name"], f"Committed: {self.job.display_name}")

    def test_entries_lead_to_documents(self):
        self.make_budget((12000,))
        order = self.make_order((10, 1000))
        bill = self.make_bill(order, 4)
        self.post_ledger()
        found = {
            (a["res_model"], a["res_id"]) for a in (e.action_open_document() for e in self.Entry.search([]))
        }
        budget = self.env["construction.budget"].search([("job_id", "=", self.job.id)])
        self.assertEqual(
            found,
            {
                ("purchase.order", order.id),
                ("account.move", bill.id),
                ("construction.budget", budget.id),
            },
        )

    def test_each_role_can_open_the_documents(self):
        order = self.make_order((10, 1000))
        self.make_bill(order, 4)
        self.post_ledger()
        for role in ("project_manager", "buyer", "cost_controller", "auditor"):
            user = self.users[role]
            for entry in self.Entry.with_user(user).search([("job_id", "=", self.job.id)]):
                action = entry.action_open_document()
                document = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
                view = document.get_views(action["views"])["views"]["form"]
                names = {node.get("name") for node in fromstring(view["arch"]).iter("field")}
                if action["views"][0][0]:  # a plain form: everything on it can be read
                    document.read([name for name in names if name in document._fields])
                    lines = document.order_line if "order_line" in names else document.invoice_line_ids
                    lines.read([name for name in names if name in lines._fields])

    def test_the_query_keeps_the_rules_of_the_library(self):
        chance = random.Random(7)
        code_3 = self.make_code("T09 10 00", "Plaster")
        codes = [self.code, self.code_2, code_3]
        types = [self.material, self.labor, self.env["construction.cost.type"]]
        cells = {}
        vals_list = []
        for _i in range(60):
            code = chance.choice(codes)
            # the third has what is untyped, and one type
            cost_type = chance.choice(types[::2] if code == code_3 else types)
            kind = chance.choice(["budget", "commitment", "accrual", "actual", "pending"])
            amount = chance.randint(1, 100000) / 100
            cell = cells.setdefault(
                (code.id, cost_type.id),
                dict.fromkeys(
                    ("budget", "commitment", "accrual", "actual", "pending", "reserved"), Decimal(0)
                ),
            )
            cell[kind] += Decimal(str(amount))
            stage = "original" if kind == "budget" else False
            if kind == "pending":
                stage = chance.choice(["draft", "reserved"])
                cell["reserved"] += Decimal(str(amount)) if stage == "reserved" else 0
            vals_list.append(
                {
                    "date": "2026-03-01",
                    "company_id": self.company.id,
                    "job_id": self.job.id,
                    "cost_code_id": code.id,
                    "cost_type_id": cost_type.id,
                    "kind": kind,
                    "stage": stage,
                    "amount": amount,
                    "res_model": "res.partner",
                    "res_id": 1,
                }
            )
        self.Entry.create(vals_list)
        rows = self._rows()
        self.assertEqual([row.cost_type_id for row in rows if row.cost_code_id == code_3], [self.material])
        for row in rows:
            of_code = {t or None: c for (code, t), c in cells.items() if code == row.cost_code_id.id}
            folded = forecast.fold_untyped({t: tuple(c.values()) for t, c in of_code.items()})
            of_code = {t: dict(zip(of_code[t], figures, strict=True)) for t, figures in folded.items()}
            cell = of_code[row.cost_type_id.id or None]
            kind = row.cost_type_id.id or None
            whole = budget.judged_whole(
                {
                    (row.job_id, row.cost_code_id, t): budget.Figures(
                        c["budget"], c["actual"], c["commitment"], c["reserved"]
                    )
                    for t, c in of_code.items()
                }
            )

            def said(figure, *names, of_code=of_code, whole=whole, kind=kind):
                figures = {t: tuple(c[name] for name in names) for t, c in of_code.items()}
                return forecast.by_type(figure, figures, whole)[kind]

            spent = ("budget", "actual", "commitment")
            complete = said(forecast.to_complete, *spent)
            eac = forecast.estimate_at_completion(
                cell["actual"], cell["accrual"], cell["commitment"], complete
            )
            for name, value in (
                ("to_complete", complete),
                ("forecast", eac),
                ("variance", said(lambda b, *cost: min(0, b - sum(cost)), *spent)),
                ("exposure", forecast.exposure(cell["actual"], cell["commitment"], cell["pending"])),
                ("exposure_judged", said(forecast.exposure, "actual", "commitment", "pending")),
                ("available", said(forecast.available, *spent, "reserved")),
            ):
                self.assertAlmostEqual(row[name], float(value), 2, name)
            if kind or whole:
                over = row.exposure_judged > said(lambda b: b, "budget")
                self.assertEqual(row.mark == "over", over)

    def test_what_was_entered_without_a_type_is_no_second_row(self):
        """As of each day; with a second type it is anybody's guess, and stands apart."""
        self.make_budget((1000,), date="2026-01-01")
        order = self.make_order((4, 100), confirm=False)
        order.order_line.analytic_distribution = self._coding_of(self.job, self.code)
        self.dated(order, "2026-01-10").button_confirm()
        self.assertEqual(self.sums(order.order_line), {"commitment": 400})
        row = self._rows()
        self.assertEqual((row.cost_type_id, row.budget_revised, row.committed), (self.material, 1000, 400))
        self.assertEqual((row.available, row.to_complete), (600, 600))
        action = row.with_context(construction_figure="committed").action_drill()
        self.assertEqual(sum(self.Entry.search(action["domain"]).mapped("amount")), 400)
        self.make_order((1, 50, self.code, {"cost_type_id": self.labor.id}), on="2026-02-10")
        self.assertEqual(self._rows("2026-01-31").cost_type_id, self.material)
        rows = {row.cost_type_id.code: row.committed for row in self._rows()}
        self.assertEqual(rows, {"MAT": 0, "LAB": 50, False: 400})

    def _coding_of(self, *records):
        accounts = sorted(r._construction_analytic_accounts().id for r in records)
        return {",".join(map(str, accounts)): 100.0}

    def test_dashboard(self):
        self.make_budget((500000,))
        self.job.physical_percent = 40
        self.job.planned_percent = 50
        order = self.make_order((1, 240000))
        self.make_bill(order, 1)
        self.post_ledger()
        self.env.invalidate_all()
        job = self.job.with_user(self.users["project_manager"])
        self.assertEqual(job.construction_budget_revised, 500000)
        self.assertEqual(job.construction_actual, 240000)
        self.assertEqual(round(job.construction_cpi, 3), 0.833)
        self.assertEqual(round(job.construction_spi, 3), 0.8)
        self.assertEqual(round(job.construction_used_percent), 48)
        self.assertEqual(self.job_2.construction_cpi, 0)
        with self.assertRaises(AccessError):
            self.job.with_user(self.users["site_supervisor"]).read(["construction_actual"])

    def test_pdf(self):
        self.make_budget((12000,))
        self.make_order((10, 1000))
        self.post_ledger()
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "construction_job_cost.report_job_cost", self.job.ids, {"as_of": "2030-01-31"}
        )
        text = content.decode()
        for part in (self.job.name, self.code.display_name, "12,000.00", "10,000.00", "01/31/2030"):
            self.assertIn(part, text)

    def test_what_was_entered_since_is_listed(self):
        """A report of a past day differs from the one made then by these documents only."""
        order = self.make_order((10, 1000), on="2026-01-10")
        self.make_bill(order, 4, date="2026-02-10")
        self.post_ledger()
        report = self.Report.with_context(construction_as_of="2026-01-31", construction_jobs=self.job.ids)
        entries = self.Entry.search(report.action_entered_since()["domain"])
        self.assertEqual(entries.mapped("document_id"), [order.id], "The bill is of a later day")
        self.cr.execute("SET LOCAL session_replication_role = replica")
        self.cr.execute("UPDATE construction_cost_entry SET create_date = '2026-01-11 08:00:00' WHERE TRUE")
        self.cr.execute("SET LOCAL session_replication_role = origin")
        self.env.invalidate_all()
        self.assertFalse(self.Entry.search(report.action_entered_since()["domain"]))
        self.make_budget((12000,))
        self.post_ledger()
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "construction_job_cost.report_job_cost", self.job.ids, {"as_of": "2026-01-31"}
        )
        text = content.decode()
        self.assertIn("entered since", text)
        self.assertNotIn("▲ 1", text)
        budget = self.env["construction.budget"].search([("job_id", "=", self.job.id)])
        self.assertIn(budget.display_name, text)
        with self.assertRaises(UserError):
            self.Report.action_entered_since()

    def test_a_mark_where_exposure_passes_the_budget(self):
        self.make_budget((900,), (100, self.code_2))
        self.job.construction_budget_policy = "none"
        self.make_order((10, 100), (1, 50, self.code_2))
        rows = self._rows()
        self.assertEqual([(row.mark, row.available) for row in rows], [("over", -100), (False, 50)])
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "construction_job_cost.report_job_cost", self.job.ids
        )
        self.assertIn("▲ ", content.decode())

    def test_a_code_budgeted_without_a_type_is_judged_as_a_whole(self):
        """As an order of it is: what it has left, and whether it is over, stands once, on its row."""
        self.make_budget((1000, self.code, self.env["construction.cost.type"]))
        self.make_order((8, 100))
        # alone, the only type is the code
        self.assertEqual(
            [(r.cost_type_id, r.available, r.mark) for r in self._rows()], [(self.material, 200, False)]
        )
        labor = (1, 100, self.code, {"cost_type_id": self.labor.id})
        self.make_order(labor)
        rows = {row.cost_type_id.code: row for row in self._rows()}
        said = {code: (row.committed, row.available, row.variance, row.mark) for code, row in rows.items()}
        self.assertEqual(
            said,
            {"LAB": (100, 0, 0, False), "MAT": (800, 0, 0, False), False: (0, 100, 0, False)},
        )
        self.assertFalse(any(row.unbudgeted for row in rows.values()))
        figure = rows[False].with_context(construction_figure="available").action_drill()
        self.assertEqual(sum(self.Entry.search(figure["domain"]).mapped("amount")), 1900)
        with self.assertRaises(BudgetExceeded):
            self.make_order((2, 100))
        self.job.construction_budget_policy = "none"
        self.make_order((2, 100))
        rows = {row.cost_type_id.code: (row.available, row.variance, row.mark) for row in self._rows()}
        self.assertEqual(rows, {"LAB": (0, 0, False), "MAT": (0, 0, False), False: (-100, -100, "over")})
        groups = self.Report._read_group(
            [("job_id", "=", self.job.id)], ["cost_type_id"], ["exposure_judged:sum", "budget_revised:sum"]
        )
        over = [kind.code for kind, exposure, budgeted in groups if exposure > budgeted]
        self.assertEqual(over, [False], "No type is over where only the code has a budget")

    def test_as_of_wizard(self):
        wizard = (
            self.env["construction.job.cost.open"]
            .with_user(self.users["project_manager"])
            .create({"as_of": "2026-01-31", "job_ids": [(6, 0, self.job.ids)]})
        )
        action = wizard.action_open()
        self.assertEqual(action["context"]["construction_as_of"], "2026-01-31")
        self.assertIn("01/31/2026", action["name"])
        self.assertNotIn("display_name", action)
        self.assertEqual(action["domain"], [("job_id", "in", self.job.ids)])
        self.assertEqual(wizard.action_print()["type"], "ir.actions.report")

    def test_pdf_has_pages_of_its_own(self):
        """Real wkhtmltopdf: 30 codes are two pages, each with heading and number, the total at the end."""
        codes = self.env["construction.cost.code"].create(
            [{"code": f"90 {n:02} 00", "name": f"Part {n}", "company_id": self.company.id} for n in range(30)]
        )
        self.make_budget(*((100, code) for code in codes))
        report = self.env["ir.actions.report"]
        name = "construction_job_cost.report_job_cost"
        pages = fromstring(report._render_qweb_html(name, self.job.ids)[0]).findall(".//table[@class]/thead")
        self.assertEqual(len(pages), 2)
        content, kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(name, self.job.ids)
        self.assertEqual(kind, "pdf")
        self.assertEqual(PdfFileReader(io.BytesIO(content)).getNumPages(), 2)
