# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.construction_base.tests.common import ConstructionCommon

from . import hanging
from .common import HubMixin
from .test_lib_signature import signed

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


@tagged("post_install", "-at_install")
class TestEndpoint(HubMixin, ConstructionCommon, HttpCase):
    """The answer table, over HTTP. Real connections and chunks are tested on a running stack."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_hub()

    def post(self, body, content_type=STRUCTURED, code="testing", secret=None, **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        type(self).count += 1
        webhook_id = headers.pop("webhook_id", f"w{self.count}")
        auth = signed(body, secret or self.secrets["testing"], webhook_id=webhook_id)
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.url_open(
            f"/construction/v1/{code}/events",
            data=body,
            headers={"Content-Type": content_type, **auth, **headers},
        )

    def assertProblem(self, response, status):
        self.assertEqual(response.status_code, status, response.text)
        self.assertEqual(response.headers["Content-Type"].split(";")[0], "application/problem+json")
        self.assertEqual(response.json()["status"], status)
        self.assertNotIn("Traceback", response.text)
        return response.json()

    def test_accepted_and_duplicate(self):
        event = self.note("H-1")
        first = self.post(event, webhook_id="once")
        self.assertEqual(first.status_code, 202)
        self.assertEqual(set(first.json()), {"receipt", "status"})
        self.assertEqual(first.json()["status"], "accepted")
        again = self.post(event, webhook_id="once")
        self.assertEqual(again.status_code, 202)
        self.assertEqual(again.json(), {"receipt": first.json()["receipt"], "status": "duplicate"})
        moved = self.post(event)
        self.assertEqual(moved.json(), again.json())

    def test_conflicts(self):
        event = self.note("H-1", event_id="h1")
        self.post(event, webhook_id="one")
        self.assertProblem(self.post(self.note("H-2"), webhook_id="one"), 409)
        self.assertProblem(self.post({**event, "data": {"name": "other"}}), 409)

    def test_batch(self):
        events = [self.note("H-1"), self.note("H-2", name="")]
        answer = self.post(events, BATCH)
        self.assertEqual(answer.status_code, 202)
        self.assertEqual([r["status"] for r in answer.json()["results"]], ["accepted", "rejected"])
        self.assertEqual(answer.json()["results"][1]["faults"][0]["pointer"], "/data/name")
        self.assertEqual(self.post([], BATCH).json(), {"results": []})
        self.assertProblem(self.post(self.note(), BATCH), 400)

    def test_binary(self):
        event = self.note("H-€")
        headers = {f"ce_{name}": value for name, value in event.items() if name not in ("data", "subject")}
        headers["ce_subject"] = "H-%E2%82%AC"
        answer = self.post(event["data"], "application/json", **headers)
        self.assertEqual(answer.status_code, 202, answer.text)
        message = self.Message.search([("receipt", "=", answer.json()["receipt"])])
        self.assertEqual(message.subject, "H-€")

    @mute_logger("odoo.addons.construction_sync.controllers.inbound")
    def test_one_answer_to_all_that_is_not_authentic(self):
        event = self.note()
        stranger = "whsec_" + "B" * 44
        draft = self.env["construction.source"].create({"name": "D", "code": "drafted"})
        self.assertEqual(draft.state, "draft")
        answers = [
            self.post(event, secret=stranger),
            self.post(event, code="nobody"),
            self.post(event, code="drafted"),
            self.post(event, webhook_timestamp="1"),
            self.post(event, webhook_timestamp="nan"),
            self.post(event, webhook_signature="v1,AAAA"),
            self.post(event, webhook_id=""),
        ]
        bodies = {answer.text for answer in answers}
        self.assertEqual([a.status_code for a in answers], [401] * len(answers))
        self.assertEqual(len(bodies), 1)
        self.assertFalse(self.Message.search([("event_id", "=", event["id"])]))

    def test_a_secret_that_cannot_be_read_stands_in_no_other_s_way(self):
        """One sealed with a key that the server no longer has, beside one that it can read."""
        old = self.env["construction.source.credential"]._issue(self.source)
        lost = self.source.credential_ids.sorted("id")[-1]
        self.env.cr.execute(
            "UPDATE construction_source_credential SET secret_token = %s WHERE id = %s", ["gAAAAnot", lost.id]
        )
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        with mute_logger("odoo.addons.construction_sync.controllers.inbound"):
            self.assertEqual(self.post(self.note("H-1")).status_code, 202)
            # it may be the very one that signed: try again, do not give up
            self.assertProblem(self.post(self.note("H-2"), secret=old), 503)

    def test_malformed(self):
        for body in (b"{", b'{"a":1,"a":2}', b"[NaN]", b"[" * 100, b"\xff"):
            self.assertProblem(self.post(body), 400)

    def test_contract(self):
        for change in ({"type": "a.b.c"}, {"dataschema": "x/v9"}, {"time": "now"}, {"id": None}):
            problem = self.assertProblem(self.post({**self.note(), **change}), 422)
            self.assertEqual(
                problem["faults"][0]["pointer"].split("/")[1] or "",
                list(change)[0] if "dataschema" not in change else "type",
            )
        problem = self.assertProblem(self.post(self.note(amount={"secret": 1})), 422)
        self.assertEqual(problem["faults"][0]["pointer"], "/data/amount")
        self.assertNotIn("secret", json.dumps(problem))

    def test_media_types_and_encodings(self):
        event = self.note()
        for kind in (
            "application/json",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ):
            self.assertProblem(self.post(event, kind), 415)
        self.assertProblem(self.post(event, content_encoding="gzip"), 415)

    def test_too_large(self):
        self.source.max_body_bytes = 2048
        self.assertProblem(self.post(self.note(name="x" * 4096)), 413)

    def test_suspended(self):
        self.source.action_suspend()
        answer = self.post(self.note())
        self.assertProblem(answer, 503)
        self.assertTrue(int(answer.headers["Retry-After"]))

    @mute_logger("odoo.http")
    def test_other_methods_and_addresses(self):
        """Below /construction/ every error is a problem; nothing but a POST is an event."""
        path = "/construction/v1/testing/events"
        body = json.dumps(self.note("M-1", event_id="by-method")).encode()
        headers = {"Content-Type": STRUCTURED, **signed(body, self.secrets["testing"], webhook_id="m1")}
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            answer = self.url_open(path, data=body, headers=headers, method=method)
            self.assertProblem(answer, 405)
            self.assertIn("POST", answer.headers["Allow"])
        head = self.url_open(path, headers=headers, method="HEAD")
        self.assertEqual((head.status_code, head.text), (405, ""))
        self.assertIn("problem+json", head.headers["Content-Type"])
        for code in ("testing", "nobody"):
            answer = self.url_open(
                path.replace("testing", code), data=body, headers=headers, method="OPTIONS"
            )
            self.assertEqual((answer.status_code, answer.text), (204, ""))
            self.assertEqual(answer.headers["Allow"], "OPTIONS, POST")
        self.assertFalse(self.Message.search([("event_id", "=", "by-method")]))
        for address in (
            "/construction",
            "/construction/",
            "/construction/v1/testing",
            "/construction/v2/x/events",
            "/construction/<b>",
        ):
            self.assertProblem(self.url_open(address), 404)
            self.assertProblem(self.url_open(address, data=b"a=1", method="POST"), 404)
        # what is not ours is answered as Odoo does
        self.assertIn("html", self.url_open("/constructions").headers["Content-Type"])

    def test_a_signature_that_is_none(self):
        """Whatever stands in the header, before anything is verified, is answered at once."""
        body = json.dumps(self.note("S-1")).encode()
        headers = {"Content-Type": STRUCTURED, **signed(body, self.secrets["testing"], webhook_id="s1")}
        good = headers["webhook-signature"]
        with hanging.ends():
            for text in (good + "\xe9", f"{good}  {good}", "x" * 4000):
                headers["webhook-signature"] = text.encode("latin-1")
                answer = self.url_open("/construction/v1/testing/events", data=body, headers=headers)
                self.assertProblem(answer, 401)

    @mute_logger("odoo.addons.construction_sync.controllers.inbound")
    def test_a_small_limit_tells_nobody_that_a_source_exists(self):
        self.source.max_body_bytes = 1024
        stranger = "whsec_" + "B" * 44
        body = b"x" * 5000
        answers = [self.post(body, code=code, secret=stranger) for code in ("testing", "nobody")]
        self.assertEqual([answer.status_code for answer in answers], [401, 401])
        self.assertEqual(answers[0].text, answers[1].text)
        self.assertProblem(self.post(body), 413)
        # where one source takes more, that much is read of all
        limit = self.env["construction.accept"]._largest_body
        self.assertEqual(limit(), 10 * 1024**2)
        self.source.max_body_bytes = 12 * 1024**2
        self.assertEqual(limit(), 12 * 1024**2)

    def test_a_broken_contract_is_503_and_told(self):
        other = self.env["construction.event.type"].create({"name": "test.note.erased", "version": 1})
        self.source.event_type_ids |= other
        for text in ("{", None, '{"type": "text"}', '{"$ref": "#/$defs/none"}'):
            self.env.cr.execute(
                "UPDATE construction_event_type SET schema_text = %s WHERE id = %s", [text, other.id]
            )
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            with self.assertLogs("odoo.addons.construction_sync.controllers.inbound", "ERROR"):
                answer = self.post(self.note(kind="test.note.erased"))
            self.assertProblem(answer, 503)
            self.assertTrue(int(answer.headers["Retry-After"]))
            # the others are taken
            self.assertEqual(self.post(self.note()).status_code, 202)
        item = self.Exception.search([("cause_key", "=", "contract:test.note.erased:v1")])
        self.assertEqual(len(item), 1)
        self.assertIn("test.note.erased v1", item.sentence)

    def test_sent_again_in_binary_once_the_contract_takes_it(self):
        self.source.event_type_ids = self.env["construction.event.type"].create(
            {"name": "test.note.erased", "version": 1, "schema_text": "{}"}
        )
        event = self.note("B-1")
        headers = {f"ce_{name}": value for name, value in event.items() if name != "data"}
        self.assertProblem(self.post(event["data"], "application/json", webhook_id="bin", **headers), 422)
        self.source.event_type_ids = self.kind
        answer = self.post(event["data"], "application/json", webhook_id="bin", **headers)
        self.assertEqual((answer.status_code, answer.json()["status"]), (202, "accepted"))
        again = self.post(event["data"], "application/json", webhook_id="bin", **headers)
        self.assertEqual(again.json(), {**answer.json(), "status": "duplicate"})

    def test_taken_in_by_a_person_from_a_binary_delivery(self):
        self.source.event_type_ids = self.env["construction.event.type"].create(
            {"name": "test.note.erased", "version": 1, "schema_text": "{}"}
        )
        event = self.note("B-2")
        headers = {f"ce_{name}": value for name, value in event.items() if name != "data"}
        self.assertProblem(self.post(event["data"], "application/json", **headers), 422)
        self.source.event_type_ids = self.kind
        message = self.Message.search([("event_id", "=", event["id"])])
        message._take_in()
        self.assertEqual((message.state, message.subject), ("received", "B-2"))
