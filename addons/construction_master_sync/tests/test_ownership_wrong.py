# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.tests import tagged

from .common import OwnershipCommon


@tagged("post_install", "-at_install")
class TestOwnershipWrong(OwnershipCommon):
    """What is wrong with one field is asked, and keeps no other from being written."""

    def owns(self, kind, record, group="identity"):
        self.rules._say(self.company, kind, record, self.second, "They do", self.manager, group=group)

    def test_a_bad_value_keeps_no_other_from_being_written(self):
        self.send_supplier("S-3", tax_id="DE 3")
        cases = [
            ("job", "J-1", self.job, {"project_manager": "NOBODY"}, "mapping"),
            ("job", "J-1", self.job, {"address": {"street": "1", "country": "XX"}}, "mapping"),
            ("supplier", "S-1", self.supplier(), {"tax_id": "DE 3"}, "duplicate"),
            ("supplier", "S-1", self.supplier(), {"currency": "XXX"}, "mapping"),
            ("supplier", "S-1", self.supplier(), {"payment_terms": "17 Fortnights"}, "mapping"),
            ("item", "BOLT", self.item(), {"category": "No Such"}, "mapping"),
            ("item", "BOLT", self.item(), {"cost_type": "No Such"}, "mapping"),
            ("item", "BOLT", self.item(), {"uom": "No Such"}, "mapping"),
            ("cost_code", "03 30 00", self.code(), {"parent": "03 30 00"}, "data"),
        ]
        for kind, record in {case[0]: case[2] for case in cases}.items():
            self.owns(kind, record)
        for number, (kind, key, record, wrong, category) in enumerate(cases):
            for source in (self.second, self.master):
                if kind == "cost_code" and source == self.master:
                    # what is its own, and contradicts itself, is refused as a whole
                    continue
                with self.subTest(kind=kind, wrong=wrong, source=source.name):
                    self.owns(kind, record) if source == self.second else self.rules._say(
                        self.company, kind, record, source, "They do", self.manager, group="identity"
                    )
                    name = f"Name {number} {source.code}"
                    message = self.say(kind, key, source, name=name, **wrong)
                    self.assertState(message, "exception", category)
                    self.assertEqual(record.name, name)

    def test_it_goes_on_once_it_is_cured(self):
        self.owns("job", self.job)
        message = self.say("job", "J-1", name="Pier", project_manager="PM-1", status="suspended")
        self.assertState(message, "exception", "mapping")
        self.assertEqual(self.proposal(self.job).question, "owner:status", "what else it says is proposed")
        user = self.user_with("the_manager", "construction_base.group_project_manager")
        message.exception_id.fix_res_id = user.id
        message.exception_id.action_map_and_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual((self.job.name, self.job.user_id), ("Pier", user))

    def test_a_code_in_use_is_renamed_and_not_archived(self):
        code = self.code()
        with patch.object(type(code), "_construction_open_use", lambda code: {self.job: ["budget"]}):
            message = self.say("cost_code", "03 30 00", self.master, name="Renamed", active=False)
        self.assertState(message, "exception", "hold")
        self.assertEqual((code.name, code.active), ("Renamed", True))
        message.exception_id.with_user(self.manager).action_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertFalse(code.active)

    def test_who_contradicts_itself_is_refused_as_a_whole(self):
        wrong = {"timezone": "Mars/Olympus", "start": "2026-05-01", "end": "2026-04-01"}
        for name in ("timezone", "end"):
            data = {name: wrong[name]} if name == "timezone" else {**wrong, "timezone": "UTC"}
            message = self.say("job", "J-1", self.master, name="Pier", **data)
            self.assertState(message, "exception", "data")
        self.assertEqual(self.job.name, "Harbour")
