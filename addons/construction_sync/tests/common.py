# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import uuid
from datetime import datetime, timezone
from unittest.mock import patch

from odoo.tests import Form

from odoo.addons.construction_base.tests.common import ConstructionCommon, UserMixin
from odoo.addons.construction_base.tests.fakes import fake_models
from odoo.addons.construction_base.tests.prepared import PreparedCase

from ..lib import strict_json

NOTE = "test.note.written"
HANDLER = f"construction.handler.{NOTE}"
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "amount": {"type": ["number", "string"]},
        "bank_account": {"type": "string", "x-classification": "restricted"},
    },
}
MANAGER = "construction_base.group_integration_manager"


class EventMixin(UserMixin):
    """The words in which tests speak of events: who sends, what is sent, and what became of it.

    For a test class with ``cls.env`` and ``cls.company``, which calls ``_set_up_events`` in ``setUpClass``.
    ``docs/first-event.md`` lists them for those who build on the hub.
    """

    @classmethod
    def _set_up_events(cls):
        """Set ``owner``, who owns the sources, and ``secrets``: {code of a source: its secret}."""
        cls.secrets = {}
        cls.owner = cls._owner_of(cls.company)

    @classmethod
    def _act_with_the_rights_of_the_event(cls):
        """Each event is handled by a user that has the rights of its type, and of no other of the source."""
        cls.services = {}
        for handler in cls.env["construction.event.handler"]._declared():
            if handler._event_group:
                cls.services[handler._event_group] = cls.service_of(handler._event_group)
        messages = type(cls.env["construction.message"])
        handler_env = messages._handler_env

        def narrowed(messages, handler):
            given = handler_env(messages, handler)
            group = handler._event_group
            return given.with_user(cls.service_of(group)) if group else given

        cls.startClassPatcher(patch.object(messages, "_handler_env", narrowed))

    @classmethod
    def _owner_of(cls, company):
        """The integration manager who owns the sources of a company. :return: the user"""
        login = f"source_owner_{company.id}"
        known = cls.env["res.users"].search([("login", "=", login)])
        return known or cls.user_with(login, MANAGER, company)

    @classmethod
    def service_of(cls, group):
        """The service user that has the rights of one group only, given by its XML id. :return: the user"""
        users = cls.env["res.users"]
        groups = cls.env.ref("construction_sync.group_service") | cls.env.ref(group)
        return (
            cls.services.get(group)
            or users.search([("login", "=", group)])
            or users._construction_create_service(group, group, cls.company, groups)
        )

    @classmethod
    def make_source(cls, code, types=None, authorities=None, company=None, **vals):
        """A live source with a secret, an owner and a service user of its own.

        :param types: the event types that it may send: by default all that are installed
        :param authorities: the sources whose keys it uses
        :return: the source
        """
        company = company or cls.company
        if types is None:
            types = cls.env["construction.event.type"].search([("direction", "=", "in")])
        source = cls.env["construction.source"].create(
            {
                "name": code.title(),
                "code": code,
                "company_id": company.id,
                "owner_id": cls._owner_of(company).id,
                "event_type_ids": [(6, 0, types.ids)],
                "authority_ids": [(6, 0, authorities.ids if authorities else [])],
                **vals,
            }
        )
        source._make_service_user()
        cls.secrets[code] = cls.env["construction.source.credential"]._issue(source)
        source.action_go_live()
        return source

    # --- sending --------------------------------------------------------------

    def event(self, kind, subject, data, event_id=None, **attributes):
        """What a system sends: the envelope of an event of a type such as ``site.note.written``.

        :param attributes: others of CloudEvents, such as ``time`` and ``sequence``
        :return: dict
        """
        return {
            "specversion": "1.0",
            "id": event_id or str(uuid.uuid4()),
            "source": "/tests",
            "type": kind,
            "time": "2026-03-02T08:00:00Z",
            "subject": subject,
            "dataschema": f"urn:{kind}/v1",
            "data": data,
            **attributes,
        }

    def receive(self, source, kind, subject, data, **attributes):
        """Take in one event of a source as the door does, and handle nothing yet.

        :param attributes: as those of ``event``
        :return: the message
        """
        config, delivery, entry = self._checked(source, self.event(kind, subject, data, **attributes))
        self.assertFalse(entry["faults"], entry["faults"])
        self.env.flush_all()
        (result,) = self.env["construction.accept"].sudo()._store(config, delivery, [entry])
        return self.env["construction.message"].sudo().search([("receipt", "=", result["receipt"])])

    def faults(self, source, kind, subject, data, **attributes):
        """Why the door rejects an event of a source; nothing is kept of it.

        :param attributes: as those of ``event``
        :return: {pointer: what is wrong there}, empty for an event that is taken
        """
        _config, _delivery, entry = self._checked(source, self.event(kind, subject, data, **attributes))
        return {fault["pointer"]: fault["detail"] for fault in entry["faults"]}

    def _checked(self, source, event):
        """An event of a source as the door finds it. :return: (of the source, of its delivery, entry)"""
        delivery = self._delivery(source, [event])
        config = self.env["construction.source"]._runtime(source.code)
        entry = self.env["construction.accept"].sudo()._prepare_entry(config, delivery, event)
        return config, delivery, entry

    def run_all(self):
        """Take every message through its handler, and again what then may go on, until nothing moves."""
        messages = self.env["construction.message"].sudo()
        for _round in range(12):
            ready = messages.search([("state", "in", ("received", "retry"))], order="id")
            if not ready:
                messages._release_ready()
                ready = messages.search([("state", "=", "received")], order="id")
            if not ready:
                return
            ready._process()
            self.env.flush_all()
        self.fail(f"still moving: {ready.mapped('problem')}")

    def send(self, source, kind, subject, data, **attributes):
        """``receive`` and ``run_all``. :return: the message"""
        message = self.receive(source, kind, subject, data, **attributes)
        self.run_all()
        return message

    @staticmethod
    def _delivery(source, events, webhook_id=None, body=None):
        """What the door knows of one request of a source."""
        body = body if body is not None else strict_json.dumps(list(events)).encode()
        return {
            "webhook_id": webhook_id or str(uuid.uuid4()),
            "body_hash": str(hash(body)),
            "body": body,
            "content_type": "application/cloudevents-batch+json",
            "headers_text": "{}",
            "credential_id": source.credential_ids[:1].id,
            "received_at": datetime.now(timezone.utc).replace(tzinfo=None),
        }

    # --- what a person does ---------------------------------------------------

    def correct(self, message, **data):
        """The source's owner gives a message other values (*Correct and Reprocess*); and ``run_all``."""
        wizard = self._asked(message, "action_correct")
        wizard.data_text = json.dumps({**json.loads(wizard.data_text), **data})
        wizard.save().action_reprocess()
        self.run_all()

    def map_to(self, message, record):
        """The source's owner says what a key means that stops one (*Map and Replay*); and ``run_all``."""
        item = message.exception_id.with_user(message.sudo().source_id.owner_id)
        item.fix_res_id = record.id
        item.action_map_and_replay()
        self.run_all()

    def ignore(self, message, effects=None):
        """The source's owner closes a message without effect (*Ignore*).

        :param effects: "keep" or "undo", where it left something behind
        """
        wizard = self._asked(message, "action_ignore")
        if effects:
            wizard.effects = effects
        wizard.save().action_ignore()
        self.run_all()

    def _asked(self, message, button):
        """The form that a button of a message opens for its source's owner, with a reason in it."""
        message = message.with_user(message.sudo().source_id.owner_id)
        action = getattr(message, button)()
        wizard = Form(message.env[action["res_model"]].with_context(**action["context"]))
        wizard.reason = "Says the test"
        return wizard

    # --- what became of it ----------------------------------------------------

    def assertState(self, message, state, category=None):
        """That a message is in a state, and its work item of a category."""
        faults = message.history_ids.filtered("detail").mapped("detail") if message.state != state else []
        self.assertEqual(message.state, state, "\n".join([message.problem or "", *faults]))
        if category:
            self.assertEqual(message.exception_id.category, category, message.problem)

    def record(self, message, model):
        """The records of a model that messages made or changed. :return: recordset"""
        links = message.record_ids.filtered(lambda link: link.res_model == model)
        return self.env[model].browse(links.mapped("res_id"))


class EventCommon(EventMixin, PreparedCase, ConstructionCommon):
    """For the tests of an addon on the hub alone: jobs, cost codes, a user of each role, and the words above.

    Each event is handled with the rights of its type only. Its sources it makes itself, in ``set_up_once``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_events()
        cls._act_with_the_rights_of_the_event()


class HubMixin(EventMixin):
    """For the hub's own tests: a source of ``test.note.written``, the door as it is, and the lanes."""

    @classmethod
    def _set_up_hub(cls):
        # imported here, for a model of Odoo's is registered where its class is made
        from .fake_handler import FakeNoteHandler

        cls.enterClassContext(fake_models(cls.env, FakeNoteHandler))
        cls._set_up_events()
        cls.Message = cls.env["construction.message"]
        cls.Exception = cls.env["construction.exception"]
        cls.kind = cls.env["construction.event.type"].create(
            {
                "name": NOTE,
                "version": 1,
                "handler_model": HANDLER,
                "schema_text": json.dumps(SCHEMA),
            }
        )
        cls.source = cls.make_source("testing")
        cls.service = cls.source.user_id
        cls.count = 0

    @classmethod
    def _owner_of(cls, company):
        return cls.users["integration_manager"] if company == cls.company else super()._owner_of(company)

    @classmethod
    def make_source(cls, code, types=None, **vals):
        return super().make_source(code, cls.kind if types is None else types, **vals)

    def note(self, subject="N-1", event_id=None, kind=NOTE, **data):
        """The envelope of a note; ``data`` says to the fake handler what shall go wrong. :return: dict"""
        type(self).count += 1
        event_id = event_id or f"e{self.count}"
        return self.event(kind, subject, {"name": subject, **data}, event_id, time="2026-02-03T10:00:00Z")

    def deliver(self, *events, source=None, webhook_id=None, body=None):
        """Put one delivery through the accept path. :return: its answer, a result for each event"""
        source = source or self.source
        delivery = self._delivery(source, events, webhook_id, body)
        config = self.env["construction.source"]._runtime(source.code)
        # the accept path commits on the cursor of its request
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            accept = self.env(cr=cr)["construction.accept"]
            return accept._accept(config, delivery, list(events))

    def delivered(self, *events, **kw):
        """``deliver``. :return: the messages of its events, in their order"""
        results = self.deliver(*events, **kw)
        found = [self.Message.search([("receipt", "=", result["receipt"])]) for result in results]
        return self.Message.union(*found) if found else self.Message

    def run_shard(self, lane, shard, lanes=None):
        """What one job of a shard does, whose turns are transactions of their own."""
        with self.enter_registry_test_mode():
            return (self.Message if lanes is None else lanes)._run_shard(lane, shard)

    def run_all(self):
        """As the job runner does, by lane and shard; what is held back stays."""
        for _round in range(20):
            ready = self.Message.search([("state", "=", "received")])
            if not ready:
                return
            before = ready.mapped("state"), self.Message.search_count([])
            for lane, shard in {(m.lane, m.shard) for m in ready}:
                self.run_shard(lane, shard)
            self.Message._release_ready()
            if (ready.mapped("state"), self.Message.search_count([])) == before:
                return  # held back
        raise AssertionError("the lanes do not come to rest")


class HubCommon(HubMixin, ConstructionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_hub()
