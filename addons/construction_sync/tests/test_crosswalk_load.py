# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HubCommon

BUTTONS = (
    "action_preview",
    "action_drop_problems",
    "action_submit",
    "action_approve",
    "action_reject",
    "action_open_lines",
    "action_download_problems",
)
LOADER = {"action_preview", "action_drop_problems", "action_submit"}


@tagged("post_install", "-at_install")
class TestCrosswalkLoad(HubCommon):
    """Keys by file: previewed by who loads them, mapped when a second person approves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.walk = cls.env["construction.crosswalk"]
        cls.loader = cls.users["integration_manager"]
        cls.approver = cls.users["cost_controller"]
        cls.partners = {
            ref: cls.env["res.partner"].create({"name": f"Load {ref}", "ref": ref, **vals})
            for ref, vals in {
                "L-1": {},
                "L-2": {"vat": "LV2"},
                "L-3": {},
                "L-4": {"name": "Load Named", "ref": False},
                "L-5": {"active": False},
                "L-6": {"company_id": cls.other_company.id},
                "L-7": {"ref": "L-8"},
                "L-8": {},
            }.items()
        }
        cls.env["ir.model.data"].create(
            {
                "module": "construction_load_test",
                "name": "three",
                "model": "res.partner",
                "res_id": cls.partners["L-3"].id,
            }
        )

    def load(self, *rows, user=None, header="kind,key,record", content=None, source=None):
        content = content or "\n".join([header, *rows]).encode()
        return (
            self.env["construction.crosswalk.load"]
            .with_user(user or self.loader)
            .create(
                {
                    "source_id": (source or self.source).id,
                    "file": base64.b64encode(content),
                    "filename": "k.csv",
                }
            )
        )

    def submitted(self, *rows, **kw):
        load = self.load(*rows, **kw)
        load.action_preview()
        load.action_submit()
        return load

    def means(self, key):
        return self.walk._lookup(self.source, "supplier", [key]).get(key, (None, None))[1]

    # ---- the preview -----------------------------------------------------------------------

    def test_what_each_line_would_do(self):
        one, two, three, named = (self.partners[ref] for ref in ("L-1", "L-2", "L-3", "L-4"))
        self.walk._bind(self.source, "supplier", {"SAME": one, "CHANGE": two})
        cases = [
            ("supplier,NEW-XMLID,construction_load_test.three", "new", three, ""),
            ("Supplier,NEW-NAME,Load Named", "new", named, ""),
            ("supplier,SAME,L-1", "same", one, ""),
            ("supplier,CHANGE,L-8", "several", None, "Load L-7"),
            ("supplier,CHANGE-2,LV2", "alias", two, "CHANGE is the record's own key"),
            ("supplier,THIRD,L-3", "alias", three, "NEW-XMLID"),
            ("supplier,GONE,L-5", "unusable", None, "archived"),
            ("supplier,FAR,L-6", "unknown", None, ""),
            ("supplier,WRONG,L-10", "unknown", None, ""),
            ("supplier,LIKE,Load", "unknown", None, ""),
            ("planet,P-1,L-1", "kind", None, "supplier"),
            ("supplier,T-1,L-1", "twice", None, "14"),
            ("supplier, T-1 ,L-2", "twice", None, "13"),
            ("supplier,,L-2", "invalid", None, "key"),
            (f"supplier,{'x' * 129},L-2", "invalid", None, "too long"),
        ]
        load = self.load(*[case[0] for case in cases])
        load.action_preview()
        lines = load.line_ids.sorted("number")
        self.assertEqual(len(lines), len(cases))
        for line, (row, status, record, note) in zip(lines, cases, strict=True):
            with self.subTest(row):
                self.assertEqual((line.status, line.res_id), (status, record.id if record else 0))
                self.assertIn(note, line.note or "")
        self.assertEqual((load.line_count, load.problem_count), (15, 10))
        self.assertIn("2 new", load.summary)
        with self.assertRaisesRegex(UserError, "10 lines have problems"):
            load.action_submit()
        problems = load._problem_csv().decode("utf-8-sig")
        self.assertEqual(len(problems.splitlines()), 11)
        self.assertIn("planet,P-1,L-1,12,Unknown Kind", problems)
        load.action_drop_problems()
        self.assertEqual((load.line_count, load.problem_count, load.dropped_count), (5, 0, 10))
        load.action_submit()
        load.with_user(self.approver).action_approve()
        entries = self.walk.search([("source_id", "=", self.source.id), ("origin", "=", "person")])
        self.assertEqual(
            {(entry.key, entry.is_alias) for entry in entries},
            {("NEW-XMLID", False), ("NEW-NAME", False), ("CHANGE-2", True), ("THIRD", True)},
            "the preview foretells what is an alias",
        )
        self.assertEqual(entries.confirmed_by_id, self.approver)

    def test_a_change_is_a_version(self):
        one, two = self.partners["L-1"], self.partners["L-2"]
        self.walk._bind(self.source, "supplier", {"A": one, "B": two})
        load = self.submitted("supplier,A,L-2", "supplier,B,L-1")
        self.assertEqual(load.line_ids.mapped("status"), ["change", "change"])
        self.assertIn("Load L-1", load.line_ids.sorted("number")[0].note)
        load.with_user(self.approver).action_approve()
        self.assertEqual((self.means("A"), self.means("B")), (two.id, one.id))
        versions = self.walk.search([("key", "=", "A")], order="version")
        self.assertEqual(versions.mapped("closed_reason"), ["remapped", False])
        self.assertFalse(any(item.is_alias for item in versions), "the two change places")

    def test_a_bad_file_changes_nothing(self):
        with self.assertRaisesRegex(UserError, "columns kind, key, record"):
            self.load("supplier,A,L-1", header="a,b,c")
        load = self.load("supplier,A,L-1")
        load.action_preview()
        with self.assertRaisesRegex(UserError, "Line 2 is not in UTF-8"):
            with self.env.cr.savepoint():
                load.write({"file": base64.b64encode(b"kind,key,record\nsupplier,A,M\xfcller")})
        load.invalidate_recordset()
        self.assertEqual((load.state, len(load.line_ids)), ("previewed", 1))
        load.write({"file": base64.b64encode(b"kind;key;record\nsupplier;B;L-2")})
        self.assertEqual((load.state, len(load.line_ids)), ("draft", 0))

    # ---- who may -----------------------------------------------------------------------------

    def test_buttons_by_role(self):
        for role, user in self.users.items():
            load = self.load(f"supplier,{role},L-1")
            if role != "integration_manager":
                load.action_preview()
            for name in BUTTONS:
                if name == "action_approve" and role == "cost_controller":
                    load.action_submit()
                allowed = (
                    (role == "integration_manager" and name in LOADER)
                    or (role == "cost_controller" and name in ("action_approve", "action_reject"))
                    or (
                        name in BUTTONS[-2:] and role in ("integration_manager", "cost_controller", "auditor")
                    )
                )
                with self.subTest(role=role, button=name):
                    button = getattr(load.with_user(user), name)
                    if allowed:
                        button()
                    else:
                        self.assertRaises(AccessError, button)

    def test_another_person_approves(self):
        second = self.user_with("second_manager", "construction_base.group_integration_manager")
        load = self.submitted("supplier,A,L-1")
        with self.assertRaisesRegex(AccessError, "another person"):
            load.action_approve()
        self.assertFalse(load.can_decide)
        self.assertTrue(load.with_user(second).can_decide)
        # who previews it anew, and hands it over, has had a hand in it
        load.with_user(second).action_preview()
        load.with_user(second).action_submit()
        with self.assertRaises(AccessError):
            load.with_user(second).action_approve()
        load.with_user(self.approver).action_approve()
        self.assertEqual((load.state, load.decided_by_id), ("approved", self.approver))

    def test_no_way_round_the_buttons(self):
        load = self.submitted("supplier,A,L-1")
        for vals in (
            {"state": "approved"},
            {"changed_by_ids": [(5,)]},
            {"source_id": self.source.id},
            {"file": "x"},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                load.write(vals)
        self.assertRaises(UserError, load.unlink)
        line = load.line_ids
        for call in (
            lambda: line.with_user(self.loader).write({"res_id": 1}),
            lambda: line.with_user(self.loader).unlink(),
            lambda: line.with_user(self.loader).create({"load_id": load.id}),
            lambda: self.load("supplier,A,L-1", user=self.approver),
        ):
            self.assertRaises(AccessError, call)
        loads = load.with_context(default_state="approved", default_changed_by_ids=[])
        made = loads.create(
            {
                "source_id": self.source.id,
                "file": base64.b64encode(b"kind,key,record\nsupplier,A,L-1"),
                "state": "submitted",
                "line_ids": [(0, 0, {"key": "A"})],
            }
        )
        self.assertEqual((made.state, made.changed_by_ids, len(made.line_ids)), ("draft", self.loader, 0))
        far = self.make_source("far", company=self.other_company)
        with self.assertRaises(AccessError):
            self.load("supplier,A,L-1", source=far)
        hidden = self.load("supplier,A,L-1", source=far, user=self.env.user)
        for name in BUTTONS:
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(hidden.with_user(self.loader), name)()
        with self.assertRaises(AccessError):
            hidden.with_user(self.loader).write({"filename": "x"})

    # ---- approving -----------------------------------------------------------------------------

    def test_what_waits_goes_on(self):
        missing = self.delivered(self.note("N-1", supplier="W-1"))
        self.walk._bind(self.source, "supplier", {"W-2": self.partners["L-5"]})
        archived = self.delivered(self.note("N-2", supplier="W-2"))
        self.run_all()
        items = missing.exception_id | archived.exception_id
        self.assertEqual(len(items), 2)
        load = self.submitted("supplier,W-1,L-1", "supplier,W-2,L-2")
        load.with_user(self.approver).action_approve()
        self.run_all()
        self.assertEqual((missing | archived).mapped("state"), ["done", "done"])
        self.assertEqual(set(items.mapped("state")), {"resolved"})
        entries = self.walk.search_count([])
        load.with_user(self.approver).action_approve()
        self.assertEqual(self.walk.search_count([]), entries, "twice approved is once")
        noted = self.env["construction.audit.entry"].search(
            [("res_model", "=", load._name), ("res_id", "=", load.id)]
        )
        self.assertIn((self.approver, "Approved"), [(entry.user_id, entry.after) for entry in noted])

    def test_what_changed_since_the_preview_stops_it(self):
        two = self.partners["L-2"]
        cures = {
            "a key has another meaning": lambda: self.walk._confirm(self.source, "supplier", "B", two),
            "a record is archived": lambda: two.write({"active": False}),
            "a number is another record's": lambda: self.partners["L-3"].write({"ref": "L-2"}),
            "a record has its own key": lambda: self.walk._bind(self.source, "supplier", {"C": two}),
        }
        for what, change in cures.items():
            with self.subTest(what):
                savepoint = self.env.cr.savepoint()
                load = self.submitted("supplier,A,L-2", "supplier,B,L-1")
                change()
                with self.assertRaisesRegex(UserError, "(?s)nothing was mapped.*supplier [AB]"):
                    load.with_user(self.approver).action_approve()
                self.assertEqual((load.state, self.means("A")), ("submitted", None))
                self.env.invalidate_all()
                savepoint.close(rollback=True)
        load = self.submitted("supplier,A,L-2", "supplier,B,L-1")
        self.walk._confirm(self.source, "supplier", "A", two)
        load.with_user(self.approver).action_approve()
        self.assertEqual(self.means("B"), self.partners["L-1"].id, "what is done already stops nothing")

    def test_two_at_once(self):
        load = self.submitted("supplier,A,L-1")
        none = type(load).browse(load, ())
        with patch.object(type(load), "try_lock_for_update", return_value=none), self.assertRaises(UserError):
            load.with_user(self.approver).action_approve()
        self.assertIsNone(self.means("A"))

    def test_rejected_with_a_reason(self):
        load = self.submitted("supplier,A,L-1")
        wizards = self.env["construction.crosswalk.load.reject"].with_user(self.approver)
        wizard = wizards.create({"load_id": load.id, "reason": " "})
        self.assertRaises(UserError, wizard.action_reject)
        wizard.reason = "Not ours"
        wizard.action_reject()
        self.assertEqual(
            (load.state, load.reason, load.decided_by_id), ("rejected", "Not ours", self.approver)
        )
        for name in ("action_approve", "action_reject"):
            if name == "action_approve":
                self.assertRaises(UserError, getattr(load.with_user(self.approver), name))
        self.assertRaises(UserError, load.action_preview)

    def test_five_thousand_lines_take_few_queries(self):
        # as one that is there, but for its words: columns of other addons may not be empty
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO res_partner SELECT (jsonb_populate_record(p, jsonb_build_object(
                'id', nextval('res_partner_id_seq'), 'name', 'Many ' || n, 'complete_name', 'Many ' || n,
                'ref', 'MANY-' || n))).*
            FROM res_partner p, generate_series(1, 5000) n WHERE p.id = %s
            """,
            [self.partners["L-1"].id],
        )
        load = self.load(*[f"supplier,K-{n},MANY-{n}" for n in range(1, 5001)])
        rows = load._rows()
        self.env.flush_all()
        self.env.invalidate_all()
        counts = []
        for some in (rows[:10], rows):
            before = self.env.cr.sql_log_count
            found = load._examine(some)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual({vals["status"] for vals in found}, {"new"})
            self.env.invalidate_all()
        # what grows is the reading of names, a thousand at once
        self.assertLess(counts[1] - counts[0], 30, counts)
        some = self.load(*[f"supplier,K-{n},MANY-{n}" for n in range(1, 501)])
        before = self.env.cr.sql_log_count
        some.action_preview()
        some.action_submit()
        some.with_user(self.approver).action_approve()
        # rows are inserted a hundred at once: the lines, and the keys
        self.assertLess(self.env.cr.sql_log_count - before, 120)
        mapped = self.walk.search([("source_id", "=", self.source.id), ("key", "=like", "K-%")])
        self.assertEqual((len(mapped), mapped.confirmed_by_id), (500, self.approver))
