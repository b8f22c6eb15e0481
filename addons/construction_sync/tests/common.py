# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import datetime, timezone

from odoo.tests import new_test_user

from odoo.addons.construction_base.tests.common import ConstructionCommon
from odoo.addons.construction_base.tests.fakes import fake_models

from ..lib import strict_json

HANDLER = "construction.handler.test.note.written"
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


class HubMixin:
    """A live source that may send ``test.note.written``, and ways to send it."""

    @classmethod
    def _set_up_hub(cls):
        # imported here, for a model of Odoo's is registered where its class is made
        from .fake_handler import FakeNoteHandler

        cls.enterClassContext(fake_models(cls.env, FakeNoteHandler))
        cls.Message = cls.env["construction.message"]
        cls.Exception = cls.env["construction.exception"]
        cls.kind = cls.env["construction.event.type"].create(
            {
                "name": "test.note.written",
                "version": 1,
                "handler_model": HANDLER,
                "schema_text": json.dumps(SCHEMA),
            }
        )
        cls.service = cls._create_service_user("svc_test", cls.company)
        cls.source = cls._create_source("testing", cls.company, cls.service)
        cls.count = 0

    @classmethod
    def _create_service_user(cls, login, company):
        groups = cls.env.ref("construction_sync.group_service") | cls.env.ref("base.group_partner_manager")
        return cls.env["res.users"]._construction_create_service(login, login, company, groups)

    @classmethod
    def _create_source(cls, code, company, service, **vals):
        """A live source; with a service user of its own where ``service`` is another's already."""
        if service._construction_sources():
            service = cls._create_service_user(f"svc_{code}", company)
        source = cls.env["construction.source"].create(
            {
                "name": code.title(),
                "code": code,
                "company_id": company.id,
                "user_id": service.id,
                "owner_id": cls._source_owner(company).id,
                "event_type_ids": [(6, 0, cls.kind.ids)],
                **vals,
            }
        )
        cls.secrets = getattr(cls, "secrets", {})
        cls.secrets[code] = cls.env["construction.source.credential"]._issue(source)
        source.action_go_live()
        return source

    @classmethod
    def _source_owner(cls, company):
        """The integration manager who owns the sources of a company."""
        users = cls.env.ref("construction_base.group_integration_manager").all_user_ids
        known = users.filtered(lambda user: company in user.company_ids and user.active)
        return known[:1] or new_test_user(
            cls.env,
            login=f"integration_{company.id}",
            groups="construction_base.group_integration_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def event(self, subject="N-1", event_id=None, kind="test.note.written", **data):
        type(self).count += 1
        return {
            "specversion": "1.0",
            "id": event_id or f"e{self.count}",
            "source": "/tests",
            "type": kind,
            "time": "2026-02-03T10:00:00Z",
            "subject": subject,
            "dataschema": f"https://example.com/{kind}/v1",
            "data": {"name": subject, **data},
        }

    def accept(self, *events, source=None, webhook_id=None, body=None):
        """Put events through the accept path. :return: the results"""
        source = source or self.source
        type(self).count += 1
        body = body if body is not None else strict_json.dumps(list(events)).encode()
        delivery = {
            "webhook_id": webhook_id or f"d{self.count}",
            "body_hash": str(hash(body)),
            "body": body,
            "content_type": "application/cloudevents-batch+json",
            "headers_text": "{}",
            "credential_id": source.credential_ids[:1].id,
            "received_at": datetime.now(timezone.utc).replace(tzinfo=None),
        }
        config = self.env["construction.source"]._runtime(source.code)
        # the accept path commits on the cursor of its request
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            accept = self.env(cr=cr)["construction.accept"]
            return accept._accept(config, delivery, list(events))

    def messages(self, *events, **kw):
        """Accept events and give their messages."""
        results = self.accept(*events, **kw)
        found = [self.Message.search([("receipt", "=", result["receipt"])]) for result in results]
        return self.Message.union(*found) if found else self.Message

    def run_shard(self, lane, shard, lanes=None):
        """What one job of a shard does, whose turns are transactions of their own."""
        with self.enter_registry_test_mode():
            return (self.Message if lanes is None else lanes)._run_shard(lane, shard)

    def run_lanes(self):
        """What the job runner would do, until nothing more moves."""
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
