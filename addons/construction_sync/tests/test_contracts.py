# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import json
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.construction_base.lib.named_error import DayLocked, NamedError
from odoo.addons.construction_base.tests.fakes import fake_models

from ..errors import MissingReference, SyncError
from .common import HANDLER, HubCommon

MODULE = "odoo.addons.construction_sync.models.construction_event_contract"
SOUND = json.dumps({"type": "object", "properties": {"name": {"$ref": "#/$defs/name"}}})
FILE = "construction_sync/tests/fake_handler.py"
FAKES = "construction_sync/tests/fake_contracts.py"
PLACE = "construction_sync/schemas/test.note.written.v1.json"


@tagged("post_install", "-at_install")
class TestContracts(HubCommon):
    """A contract is checked where its module is installed: a broken one is told in one sentence."""

    def setUp(self):
        super().setUp()
        self.kinds = self.env["construction.event.type"]
        handler = type(self.env[HANDLER])
        self.patch(handler, "_original_module", "construction_sync")

    def files(self, text):
        """Let every schema have this text; None where it is not there."""
        if text is None:
            return patch(f"{MODULE}.file_open", side_effect=FileNotFoundError)
        if isinstance(text, bytes):
            text, kind = io.BytesIO(text), io.TextIOWrapper
            return patch(f"{MODULE}.file_open", side_effect=lambda *_args: kind(text, "utf-8"))
        return patch(f"{MODULE}.file_open", side_effect=lambda *_args: io.StringIO(text))

    def sentence(self):
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            self.kinds._sync_declared("construction_sync")
        text = str(caught.exception)
        self.assertNotIn("\n", text)
        return text

    def test_types_are_there_before_the_data_of_their_module(self):
        """As the loading of modules does it: demonstration data may refer to them."""
        self.patch(type(self.env[HANDLER]), "_event_version", 7)
        known = [("name", "=", "test.note.written")]
        with self.files(SOUND):
            self.env.ref("base.module_base")._check()
            self.assertEqual(self.kinds.search(known), self.kind)
            self.env.ref("base.module_construction_sync")._check()
        kinds = self.kinds.search(known)
        self.assertEqual(kinds.mapped("version"), [1, 7])
        # the handlers of others may not be loaded yet
        self.assertTrue(self.kind.active)
        self.assertIn("maxLength", json.loads(kinds[1].schema_text)["$defs"]["name"])

    def test_a_schema_that_cannot_be_used(self):
        for text, rule in (
            (None, "is not there"),
            ("{", "is not a JSON Schema: not JSON"),
            (b"\xff", "is not a JSON Schema"),
            ('{"properties": {"a": {"type": "text"}}}', "/properties/a/type"),
            ('{"properties": {"a": {"$ref": "#/$defs/no_such"}}}', "is not a JSON Schema"),
            ("true", "must be an object"),
            ('{"properties": {"a": {"type": "string"}}}', "maxLength to /properties/a"),
            ('{"$id": "urn:construction:test.note.read:v1"}', "as urn:construction:test.note.written:v1"),
            ('{"properties": {"a": {"enum": [1], "x-classification": "secret"}}}', "'secret'"),
        ):
            with self.subTest(rule), self.files(text):
                told = self.sentence()
                self.assertIn(PLACE, told)
                self.assertIn(HANDLER, told)
                self.assertIn(rule, told)

    def test_a_handler_that_declares_what_cannot_be(self):
        for name, value in (
            ("_event_type", "Note"),
            ("_event_type", "note"),
            ("_event_type", "../../test.note.written"),
            ("_event_type", 7),
            ("_event_version", 0),
            ("_event_version", "1"),
            ("_event_lane", "fast"),
            ("_event_priority", "first"),
            ("_event_patience_hours", -1),
        ):
            with self.subTest(name=name, value=value), self.files(SOUND):
                with patch.object(type(self.env[HANDLER]), name, value):
                    told = self.sentence()
                self.assertIn(FILE, told)
                self.assertIn(HANDLER, told)
                self.assertIn(name, told)
                self.assertIn(repr(value), told)

    def test_a_group_that_nobody_has(self):
        self.patch(type(self.env[HANDLER]), "_event_group", "construction_sync.group_nobody")
        with self.assertRaises(ValidationError) as caught:
            self.env.ref("base.module_construction_sync").write({"state": "installed"})
        for part in (FILE, HANDLER, "construction_sync.group_nobody"):
            self.assertIn(part, str(caught.exception))

    def test_an_error_of_a_category_that_no_work_item_has(self):
        class Stormy(NamedError):
            __module__ = "odoo.addons.construction_sync.errors_of_the_sky"
            category = "weather"

        class Rainy(Stormy):
            """Inherits it."""

        self.patch(type(self.kinds), "_error_classes", lambda _self: [Stormy, Rainy])
        with self.files(SOUND):
            told = self.sentence()
        for part in ("construction_sync/errors_of_the_sky.py", "Stormy", "“weather”", "variance"):
            self.assertIn(part, told)
        Stormy.category = "variance"
        with self.files(SOUND):
            self.kinds._sync_declared("construction_sync")

    def test_the_errors_of_all_addons_are_found(self):
        from .fake_handler import TooDear

        found = self.kinds._error_classes()
        for error in (SyncError, MissingReference, DayLocked):
            self.assertIn(error, found)
        self.assertNotIn(TooDear, found, "made by a test")
        modules = {error.__module__.split(".")[2] for error in found}
        for module in modules:
            self.kinds._require_categories(module)

    def test_a_handler_that_nobody_imports(self):
        files = ["README.md", "definitions.json", "test.note.written.v1.json", "test.note.read.v1.json"]
        self.patch(type(self.kinds), "_schema_files", lambda _self, _module: files)
        with self.files(SOUND):
            told = self.sentence()
        for part in ("construction_sync/schemas/test.note.read.v1.json", "handlers/__init__.py"):
            self.assertIn(part, told)
        files.pop()
        with self.files(SOUND):
            self.kinds._sync_declared("construction_sync")

    def test_the_schemas_of_a_module_are_found(self):
        self.assertIn("definitions.json", self.kinds._schema_files("construction_sync"))
        self.assertEqual(self.kinds._schema_files("base"), [])

    def test_two_handlers_of_one_event(self):
        # imported here, for a model of Odoo's is registered where its class is made
        from .fake_contracts import FakeTwin

        self.enterContext(fake_models(self.env, FakeTwin))
        with self.files(SOUND):
            told = self.sentence()
        for part in (FILE, HANDLER, FakeTwin._name, FAKES, "test.note.written"):
            self.assertIn(part, told)

    def test_a_handler_with_a_table(self):
        from .fake_contracts import FakeTable

        self.enterContext(fake_models(self.env, FakeTable))
        with self.files(SOUND):
            told = self.sentence()
        for part in (FAKES, FakeTable._name, "AbstractModel"):
            self.assertIn(part, told)

    def test_the_id_of_a_schema_is_good_as_dataschema(self):
        event = {**self.note("N-1"), "dataschema": "urn:construction:test.note.written:v1"}
        self.assertEqual(self.delivered(event).event_type_id, self.kind)
        other = {**self.note("N-2"), "dataschema": "urn:construction:test.note.written:v2"}
        self.assertEqual(self.deliver(other)[0]["status"], "rejected")
