# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
import json
from datetime import date, datetime
from functools import partial
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import HubCommon

# What an integration manager may change, field by field: all else is written by the code, by a button
# or never. Whoever adds a field that a person sets adds it here, and to VALUES where any value will not do.
MAY_WRITE = {
    "construction.crosswalk.load": "file filename",
    "construction.event.type": "active lane owner_id patience_hours personal_days",
    "construction.source": "authority_ids code company_id environment event_type_ids max_body_bytes name"
    " owner_id user_id",
    "construction.exception": "fix_res_id owner_id",
    "construction.owner.rule": "active category cause_prefix company_id event_type_id job_id sequence"
    " source_id user_id",
}
MAY_CREATE = {
    "construction.ownership.rule": "company_id field_group reason res_id source_id",
    "construction.crosswalk.load": "file filename source_id",
    "construction.source": "authority_ids code company_id environment event_type_ids max_body_bytes name"
    " owner_id user_id",
    "construction.owner.rule": "active category cause_prefix company_id event_type_id job_id sequence"
    " source_id user_id",
}
# A person's own wizards: what is written there is a wish, and the button of the wizard asks again
WIZARDS = {
    "construction.crosswalk.load.reject": "load_id reason",
    "construction.crosswalk.remap": "crosswalk_id res_id",
    "construction.exception.decide": "asks_price price reason res_id res_model",
    "construction.exception.decide.option": "allowed code label needs_record res_id why",
    "construction.exception.ignore": "effects exception_id reason",
    "construction.message.correct": "data_text message_id reason",
    "construction.message.redact": "reason",
    "construction.message.take.up": "reason",
}
MAY_WRITE |= WIZARDS
MAY_WRITE["construction.exception.decide"] += " option_ids"
MAY_CREATE |= WIZARDS
# A value that the rules of the field take: (model, field) → method of the test
VALUES = {
    ("construction.source", "code"): lambda test: "another-code",
    ("construction.source", "company_id"): lambda test: test.other_company.id,
    ("construction.source", "user_id"): lambda test: test.second_service.id,
    ("construction.source", "state"): lambda test: "suspended",
    ("construction.source", "event_type_ids"): lambda test: [Command.set(test.other_kind.ids)],
    ("construction.source", "authority_ids"): lambda test: [Command.set(test.second_source.ids)],
    ("construction.source", "max_body_bytes"): lambda test: 4096,
    ("construction.owner.rule", "company_id"): lambda test: test.other_company.id,
    ("construction.owner.rule", "source_id"): lambda test: test.second_source.id,
    ("construction.owner.rule", "job_id"): lambda test: test.job.id,
    ("construction.owner.rule", "user_id"): lambda test: test.users["buyer"].id,
    ("construction.exception", "owner_id"): lambda test: test.users["buyer"].id,
    ("construction.exception", "fix_res_id"): lambda test: test.partner.id,
}
VALUES["construction.ownership.rule", "company_id"] = lambda test: test.other_company.id
VALUES["construction.ownership.rule", "source_id"] = lambda test: test.second_source.id
VALUES["construction.ownership.rule", "res_id"] = lambda test: test.partner.id
# which kinds there are besides depends on the addons that are there
VALUES["construction.ownership.rule", "kind"] = lambda test: "note"
VALUES["construction.crosswalk.load", "file"] = lambda test: test.csv("Z")
VALUES["construction.crosswalk.load", "source_id"] = lambda test: test.second_source.id
SECRET = "construction.credential.secret"
MIXINS = ("mail.thread", "mail.activity.mixin", "mail.thread.main.attachment", "construction.seen.mixin")


@tagged("post_install", "-at_install")
class TestFields(HubCommon):
    """Every field of every model of the hub, by write, create, import and default, as integration manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.users["integration_manager"]
        cls.manager.company_ids |= cls.other_company
        cls.second_service = cls.env["res.users"]._construction_create_service(
            "svc_second", "svc_second", cls.company, cls.service.group_ids
        )
        cls.second_source = cls.make_source("second")
        cls.other_kind = cls.env["construction.event.type"].create(
            {"name": "test.note.erased", "version": 1, "schema_text": "{}"}
        )
        cls.partner = cls.env["res.partner"].create({"name": "P"})
        cls.fresh = cls.env["construction.source"].create(
            {"name": "Fresh", "code": "fresh", "company_id": cls.company.id}
        )
        cls.env["construction.owner.rule"].create({"user_id": cls.manager.id, "company_id": cls.company.id})

    def setUp(self):
        super().setUp()
        stopped = self.delivered(self.note("A", supplier="X"), self.note("B"))[:1]
        self.run_all()
        self.env["construction.crosswalk"]._bind(self.source, "supplier", {"Y": self.partner})
        self.env["construction.message.decision"].create(
            {
                "message_id": self.Message.search([], limit=1).id,
                "question": "q",
                "code": "c",
                "user_id": self.env.uid,
                "decided_at": datetime(2026, 1, 1),
            }
        )
        self.env["construction.ownership.rule"]._note_made(self.source, "note", {self.partner: "Y"})
        loads = self.env["construction.crosswalk.load"].with_user(self.manager)
        load = {"source_id": self.source.id, "file": self.csv("Y"), "filename": "k.csv"}
        for entry in loads.create([load, load]):
            entry.action_preview()
        self.pointers = {
            "construction.crosswalk.load": load,
            "construction.crosswalk.load.reject": {"load_id": loads.search([], limit=1).id, "reason": "r"},
            "construction.crosswalk.remap": {
                "crosswalk_id": self.env["construction.crosswalk"].search([], limit=1).id
            },
            "construction.exception.ignore": {"exception_id": stopped.exception_id.id, "reason": "r"},
            "construction.message.correct": {"message_id": stopped.id, "reason": "r"},
            "construction.message.redact": {"message_ids": [Command.set(stopped.ids)], "reason": "r"},
            "construction.message.take.up": {"message_ids": [Command.set(stopped.ids)], "reason": "r"},
            "construction.exception.decide": {"exception_id": stopped.exception_id.id},
        }
        for model, vals in self.pointers.items():
            wizard = self.env[model].with_user(self.manager).create(vals)
        option = self.env["construction.exception.decide.option"].with_user(self.manager)
        self.pointers[option._name] = {"wizard_id": wizard.id}
        option.create(self.pointers[option._name])

    def csv(self, key):
        return base64.b64encode(f"kind,key,record\nsupplier,{key},P\n".encode())

    def models(self):
        for name, model in sorted(self.env.registry.items()):
            # a secret is shown, and never stored
            if model._original_module == "construction_sync" and not model._abstract and name != SECRET:
                yield name

    def fields(self, model):
        mixed = {name for mixin in MIXINS if mixin in self.env for name in self.env[mixin]._fields}
        magic = {"id", "create_uid", "create_date", "write_uid", "write_date", "display_name"}
        return sorted(set(self.env[model]._fields) - mixed - magic)

    def one_of(self, model):
        if model == "construction.source":
            return self.fresh
        return self.env[model].search([], limit=1, order="id desc")

    def other_value(self, model, field, record):
        """A value that is not the one there."""
        if (model, field.name) in VALUES:
            return VALUES[model, field.name](self)
        now = record[field.name]
        match field.type:
            case "boolean":
                return not now
            case "integer" | "many2one_reference":
                return (now or 0) + 7
            case "float" | "monetary":
                return (now or 0.0) + 7
            case "date":
                return date(2001, 2, 3)
            case "datetime":
                return datetime(2001, 2, 3)
            case "selection":
                keys = [key for key, _label in field._description_selection(self.env)]
                return next((key for key in keys if key != now), False)
            case "many2one":
                other = self.env[field.comodel_name].search([("id", "!=", now.id)], limit=1)
                return other.id or False
            case "one2many" | "many2many":
                other = self.env[field.comodel_name].search([("id", "not in", now.ids)], limit=1)
                return [Command.set(other.ids)]
            case "json":
                return {"changed": 1}
            case "reference":
                return f"res.partner,{self.partner.id}"
            case _:
                return "changed"

    def stored(self, record, name):
        self.env.flush_all()
        self.env.invalidate_all()
        value = record.sudo()[name]
        return value.ids if hasattr(value, "ids") else value

    def attempt(self, step):
        """Run a step that may be refused, in a savepoint; what it gives, or None."""
        try:
            with mute_logger("odoo.sql_db", "odoo.models"), self.env.cr.savepoint():
                return step()
        except Exception:
            # refused, by whatever guard: a sentence, an access right or the database
            return None

    def changed_by_write(self, model):
        record = self.one_of(model)
        changed = set()
        for name in self.fields(model):
            field = self.env[model]._fields[name]
            value = self.other_value(model, field, record.sudo())
            before = self.stored(record, name)

            def step(name=name, value=value):
                record.with_user(self.manager).write({name: value})
                return self.stored(record, name)

            savepoint = self.env.cr.savepoint()
            after = self.attempt(step)
            if after is not None and after != before:
                changed.add(name)
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()
        return changed

    def test_write(self):
        for model in self.models():
            with self.subTest(model):
                self.assertTrue(self.one_of(model), "the test has none")
                self.assertEqual(self.changed_by_write(model), set(MAY_WRITE.get(model, "").split()))

    def created_with(self, model, make):
        """The fields that a new record has the value of, when ``make(vals, name, value)`` makes it."""
        record = self.one_of(model)
        base = {
            "construction.source": {"name": "New", "code": "new-source", "company_id": self.company.id},
            "construction.owner.rule": {"user_id": self.manager.id, "company_id": self.company.id},
            "construction.ownership.rule": {"kind": "note", "reason": "r", "company_id": self.company.id},
            **self.pointers,
        }.get(model, {})
        taken = set()
        for name in self.fields(model):
            field = self.env[model]._fields[name]
            if field.compute and not field.store and not field.inverse:
                continue
            value = self.other_value(model, field, record.sudo())

            def step(name=name, value=value):
                new = make({**base}, name, value)
                return new and (new, self.stored(new, name))

            savepoint = self.env.cr.savepoint()
            plain = self.attempt(lambda name=name: make({**base}, None, None))
            usual = self.stored(plain, name) if plain else None
            savepoint.rollback()
            made = self.attempt(step)
            if made and made[1] != usual:
                taken.add(name)
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()
        return taken

    def test_create(self):
        def make(vals, name, value):
            return self.env[model].with_user(self.manager).create({**vals, name: value} if name else vals)

        for model in self.models():
            with self.subTest(model):
                self.assertEqual(self.created_with(model, make), set(MAY_CREATE.get(model, "").split()))

    def test_default(self):
        def make(vals, name, value):
            vals.pop(name, None)
            context = {f"default_{name}": value} if name else {}
            return self.env[model].with_user(self.manager).with_context(**context).create(vals)

        for model in self.models():
            with self.subTest(model):
                allowed = set(MAY_CREATE.get(model, "").split())
                self.assertLessEqual(self.created_with(model, make), allowed)

    def test_import(self):
        """By a file: new event types or messages, and other values of those there."""
        for model in self.models():
            record = self.one_of(model)
            records = self.env[model].with_user(self.manager)
            allowed = set(MAY_WRITE.get(model, "").split())
            for name in self.fields(model):
                field = self.env[model]._fields[name]
                if field.relational or name in allowed:
                    continue
                value = str(self.other_value(model, field, record.sudo()))
                before = self.stored(record, name)
                savepoint = self.env.cr.savepoint()
                self.attempt(partial(records.load, [".id", name], [[str(record.id), value]]))
                with self.subTest(f"{model}.{name}"):
                    self.assertEqual(self.stored(record, name), before)
                savepoint.rollback()
                savepoint.close(rollback=False)
                self.env.invalidate_all()

    def test_an_upgrade_with_a_broken_schema_is_refused(self):
        kinds = self.env["construction.event.type"]
        before = self.kind.schema_text
        module = "odoo.addons.construction_sync.models.construction_event_contract"
        for text, rule in (
            ("{", "not JSON"),
            ('{"properties": {"a": {"type": "text"}}}', "/properties/a/type"),
            (
                '{"properties": {"a": {"type": "string"}, "b": {}}}',
                "maxLength to /properties/a, /properties/b",
            ),
        ):
            with patch(f"{module}.file_open", return_value=io.StringIO(text)):
                with self.assertRaises(ValidationError) as caught:
                    kinds._sync_declared()
            self.assertIn(".v1.json", str(caught.exception))
            self.assertIn(rule, str(caught.exception))
            if "maxLength" not in rule:
                with self.assertRaises(ValidationError):
                    self.kind.schema_text = text
        self.env.invalidate_all()
        self.assertEqual(self.kind.schema_text, before)

    def test_the_values_of_an_event_type_make_sense(self):
        kind = self.kind.with_user(self.users["integration_manager"])
        outsiders = (self.service, self.env.ref("base.public_user"), self.users["site_supervisor"])
        for vals in (
            {"patience_hours": -5},
            {"patience_hours": 1e9},
            *({"owner_id": user.id} for user in outsiders),
        ):
            with self.subTest(vals), self.assertRaises(ValidationError), self.env.cr.savepoint():
                kind.write(vals)
        kind.write({"patience_hours": 0, "owner_id": self.users["buyer"].id})

    def test_event_types_come_with_modules(self):
        kinds = self.env["construction.event.type"]
        vals = {"name": "test.note.new", "version": 1, "schema_text": "{}"}
        administrator = self.user_with("the_admin", "base.group_system")
        for user in (self.manager, administrator):
            mine = kinds.with_user(user)
            for step in (
                lambda mine=mine: mine.create(vals),
                lambda mine=mine: (
                    mine.load(list(vals), [[str(value) for value in vals.values()]])["ids"] or None
                ),
                lambda mine=mine: mine.name_create("test.note.new")[0],
                lambda mine=mine: mine.browse(self.kind.id).copy(),
                lambda mine=mine: mine.browse(self.kind.id).write({"schema_text": json.dumps({})}),
                lambda mine=mine: mine.browse(self.kind.id).write({"source_ids": [Command.clear()]}),
                lambda mine=mine: mine.browse(self.kind.id).unlink(),
            ):
                self.assertIsNone(self.attempt(step))
        self.assertFalse(kinds.search([("name", "=", "test.note.new")]))
