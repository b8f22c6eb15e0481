# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The answer table of the public contract, row by row, over real HTTP and real connections."""

import base64
import http.client
import json
import pathlib
import threading
import time
from collections import Counter

import pytest
from wire import BATCH, RUN, STRUCTURED, TYPE, Answer, Sender, event, messages, problem, signed, wait_for


@pytest.fixture
def sender(stack):
    return Sender(stack)


def test_new_is_202_with_a_receipt_and_becomes_a_record(stack, sender):
    new = event()
    answer = sender.post(new)
    assert answer.status == 202 and answer.type == "application/json"
    body = answer.json()
    assert set(body) == {"receipt", "status"} and body["status"] == "accepted"
    wait_for(lambda: messages(stack, new["id"]) == [(body["receipt"], "done")], what="the message")
    assert stack.sql("SELECT name FROM construction_cost_code WHERE code = %s", new["subject"]) == [
        (new["data"]["name"],)
    ]


def test_same_delivery_and_same_event_give_the_first_receipt(stack, sender):
    new = event()
    first = sender.post(new, webhook_id=f"{RUN}-same").json()["receipt"]
    for again in (sender.post(new, webhook_id=f"{RUN}-same"), sender.post(new)):
        assert again.status == 202
        assert again.json() == {"receipt": first, "status": "duplicate"}
    assert len(messages(stack, new["id"])) == 1


def test_another_body_or_other_data_is_409_and_kept(stack, sender):
    new = event()
    sender.post(new, webhook_id=f"{RUN}-taken")
    other = event()
    problem(sender.post(other, webhook_id=f"{RUN}-taken"), 409)
    assert [state for _r, state in messages(stack, other["id"])] == ["exception"]
    problem(sender.post({**new, "data": {**new["data"], "name": "Other"}}), 409)
    assert len(messages(stack, new["id"])) == 2
    categories = stack.sql(
        "SELECT count(*) FROM construction_exception WHERE category = 'conflict' AND state = 'open'"
        " AND cause_key IN (%s, %s)",
        f"conflict:delivery:{RUN}-taken",
        f"conflict:event:{new['id']}",
    )
    assert categories == [(2,)]


def test_batch_gives_each_event_its_own_fate(stack, sender):
    known = event()
    first = sender.post(known).json()["receipt"]
    bad = event(data={"name": "no code"})
    good = event()
    batch = [known, bad, {**known, "data": {**known["data"], "name": "x"}}, good, 7]
    answer = sender.post(batch, BATCH)
    assert answer.status == 202
    results = answer.json()["results"]
    assert [r["status"] for r in results] == ["duplicate", "rejected", "conflict", "accepted", "rejected"]
    assert results[0]["receipt"] == first
    assert results[1]["faults"] and results[1]["faults"][0]["pointer"].startswith("/data")
    assert sender.post([], BATCH).json() == {"results": []}


def test_one_identical_401(stack, sender):
    new = event()
    stranger = "whsec_" + base64.b64encode(b"x" * 32).decode()
    answers = [
        sender.post(new, code="no-such-source"),
        sender.post(new, secret=stranger),
        sender.post(new, when=1),
        sender.post(new, when=99999999999),
        sender.post(new, webhook_timestamp="now"),
        sender.post(new, webhook_timestamp=None),
        sender.post(new, webhook_signature="v1,AAAA"),
        sender.post(new, webhook_signature=None),
        sender.post(new, webhook_id="x", webhook_signature="nonsense"),
        sender.post(new, code="field"),  # signed with another source's secret
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert messages(stack, new["id"]) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"id":1,"id":2}',
        b'{"data":NaN}',
        b'{"data":Infinity}',
        b"[" * 5000,
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
    ],
)
def test_malformed_is_400(sender, body):
    problem(sender.post(body), 400)


def test_published_parsing_cases(sender):
    path = (
        pathlib.Path(__file__).resolve().parents[2] / "shared" / "data" / "json" / "jsontestsuite_half.json"
    )
    if not path.is_file():
        pytest.skip("shared/data/json does not stand beside this checkout")
    for case in json.loads(path.read_text()):
        answer = sender.post(base64.b64decode(case["body_b64"]))
        # what is well-formed is no event all the same
        allowed = {
            "reject": (400,),
            "accept": (400, 422) if "nul" in case["name"] or "dupl" in case["name"] else (422,),
        }
        assert answer.status in allowed.get(case["expect"], (400, 422)), (case["name"], answer.text)


@pytest.mark.parametrize(
    "change, pointer",
    [
        ({"type": "master.moon.landed"}, "/type"),
        ({"dataschema": "https://example.com/x/v2"}, "/type"),
        ({"type": "equipment.fault.raised"}, "/type"),
        ({"specversion": "0.3"}, "/specversion"),
        ({"time": "yesterday"}, "/time"),
        ({"time": "2026-02-03T10:00:00"}, "/time"),
        ({"subject": ""}, "/subject"),
        ({"data": {"cost_code": 5, "name": "x"}}, "/data/cost_code"),
        ({"data": {"cost_code": "5"}}, "/data"),
        ({"data": None}, "/data"),
    ],
)
def test_violated_contract_is_422_with_pointers_and_kept(stack, sender, change, pointer):
    bad = {**event(), **change}
    body = problem(sender.post(bad), 422)
    assert pointer in [fault["pointer"] for fault in body["faults"]]
    assert [state for _r, state in messages(stack, bad["id"])] == ["rejected"]


def test_valid_but_not_applicable_is_202(stack):
    code = f"J{RUN}"
    request = event(
        "procurement.material.requested",
        subject=f"MR-{RUN}",
        data={
            "request": f"MR-{RUN}",
            "job": code,
            "requested_by": "Sam",
            "needed_by": "2026-03-01",
            "urgency": "routine",
            "lines": [{"line": "1", "description": "Rebar", "quantity": "1", "uom": "each"}],
        },
    )
    assert Sender(stack, "field").post(request).status == 202
    wait_for(lambda: [s for _r, s in messages(stack, request["id"])][0] in ("waiting", "exception"))


def test_too_large_is_413_declared_and_chunked(sender):
    large = event()
    large["data"]["note"] = "x" * (11 * 1024 * 1024)
    problem(sender.post(large), 413)
    problem(sender.post(large, chunked=True), 413)


def test_chunked_is_taken_like_any_other(sender):
    new = event()
    assert sender.post(new, chunked=True).json()["status"] == "accepted"
    assert sender.post(new).json()["status"] == "duplicate"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
    ],
)
def test_other_media_types_are_415(sender, content_type):
    problem(sender.post(event(), content_type), 415)


def test_other_encodings_are_415(sender):
    problem(sender.post(event(), content_encoding="gzip"), 415)


def test_binary_mode(stack, sender):
    new = event()
    headers = {f"ce_{name}": value for name, value in new.items() if name != "data"}
    answer = sender.post(new["data"], "application/json; charset=utf-8", **headers)
    assert answer.status == 202, answer.text
    again = sender.post(new)
    assert again.json() == {"receipt": answer.json()["receipt"], "status": "duplicate"}


def test_suspended_is_503_with_retry_after(stack, sender):
    admin = stack.client("integration_manager")
    source = admin.call("construction.source", "search", [["code", "=", "master"]])
    admin.call("construction.source", "action_suspend", source)
    try:
        answer = wait_for(lambda: (lambda a: a.status == 503 and a)(sender.post(event())), 20)
        problem(answer, 503)
        assert int(answer.headers["Retry-After"]) > 0
    finally:
        admin.call("construction.source", "action_go_live", source)
    wait_for(lambda: sender.post(event()).status == 202, 20)


def test_twenty_at_once_are_one(stack, sender):
    new = event()
    answers, barrier = [], threading.Barrier(20)

    def send():
        barrier.wait()
        answers.append(sender.post(new, webhook_id=f"{RUN}-twenty"))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [202] * 20
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    assert Counter(answer.json()["status"] for answer in answers) == {"accepted": 1, "duplicate": 19}
    wait_for(lambda: [s for _r, s in messages(stack, new["id"])] == ["done"])
    assert stack.sql("SELECT count(*) FROM construction_cost_code WHERE code = %s", new["subject"]) == [(1,)]
    links = (
        "SELECT count(*) FROM construction_message_record r"
        " JOIN construction_message m ON m.id = r.message_id WHERE m.event_id = %s"
    )
    assert stack.sql(links, new["id"]) == [(1,)]


def test_twenty_deliveries_of_one_event_are_one(stack, sender):
    new = event()
    answers, barrier = [], threading.Barrier(20)

    def send():
        barrier.wait()
        answers.append(sender.post(new))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answer.json()["status"] for answer in answers) == {"accepted": 1, "duplicate": 19}
    assert len(messages(stack, new["id"])) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_only_a_post_is_an_event(stack, sender, method):
    new = event()
    body = json.dumps(new).encode()
    connection = http.client.HTTPConnection(sender.address.hostname, sender.address.port, timeout=60)
    headers = {"Content-Type": STRUCTURED, **signed(body, sender.secret)}
    connection.request(method, f"/construction/v1/{sender.code}/events", body=body, headers=headers)
    answer = Answer(connection.getresponse())
    assert "POST" in answer.headers["Allow"]
    if method == "OPTIONS":
        assert (answer.status, answer.text) == (204, "")
    elif method == "HEAD":
        assert (answer.status, answer.type, answer.text) == (405, "application/problem+json", "")
    else:
        problem(answer, 405)
    assert messages(stack, new["id"]) == []


def test_other_addresses_are_404_as_a_problem(sender):
    for code in ("x/y", "../other", "%2F"):
        problem(sender.post(event(), code=code), 404)
    for code in ("%00", "%20", "master%00", "MASTER"):
        problem(sender.post(event(), code=code), 401)


def test_a_small_limit_tells_nobody_that_a_source_exists(stack, sender):
    admin = stack.client("integration_manager")
    (source,) = admin.call("construction.source", "search", [["code", "=", "master"]])
    (was,) = admin.call("construction.source", "read", [source], ["max_body_bytes"])
    admin.call("construction.source", "write", [source], {"max_body_bytes": 1024})
    try:
        body = b"x" * 5000
        wait_for(lambda: sender.post(body).status == 413, 20)
        for chunked in (False, True):
            unsigned = {"webhook_id": "x", "webhook_signature": None, "chunked": chunked}
            answers = [sender.post(body, code=code, **unsigned) for code in ("master", "no-such-source")]
            assert [answer.status for answer in answers] == [401, 401]
            assert answers[0].text == answers[1].text
    finally:
        admin.call("construction.source", "write", [source], {"max_body_bytes": was["max_body_bytes"]})
    wait_for(lambda: sender.post(b"x" * 5000).status == 400, 20)


def test_refused_for_a_reason_that_has_changed_is_taken_when_sent_again(stack, sender):
    admin = stack.client("integration_manager")
    (source,) = admin.call("construction.source", "search", [["code", "=", "master"]])
    (kind,) = admin.call("construction.event.type", "search", [["name", "=", TYPE]])
    new = event()
    batch = [event(), event("master.moon.landed")]
    admin.call("construction.source", "write", [source], {"event_type_ids": [[3, kind]]})
    try:
        wait_for(lambda: sender.post(new, webhook_id=f"{RUN}-r1").status == 422, 20)
        results = sender.post(batch, BATCH, webhook_id=f"{RUN}-r2").json()["results"]
        assert [result["status"] for result in results] == ["rejected", "rejected"]
    finally:
        admin.call("construction.source", "write", [source], {"event_type_ids": [[4, kind]]})
    answers, barrier = [], threading.Barrier(12)

    def again():
        barrier.wait()
        answers.append(sender.post(new, webhook_id=f"{RUN}-r1"))

    wait_for(lambda: sender.post(event()).status == 202, 20)
    threads = [threading.Thread(target=again) for _each in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [202] * 12
    assert Counter(answer.json()["status"] for answer in answers) == {"accepted": 1, "duplicate": 11}
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    wait_for(lambda: [state for _r, state in messages(stack, new["id"])] == ["done"])
    results = sender.post(batch, BATCH, webhook_id=f"{RUN}-r2").json()["results"]
    assert [result["status"] for result in results] == ["accepted", "rejected"]
    wait_for(lambda: [state for _r, state in messages(stack, batch[0]["id"])] == ["done"])


def test_no_payload_in_the_log_and_503_whatever_falls_away(new_stack):
    """Duplicates in flight, statements that fail and connections that end: problems, and a silent log."""
    stack = new_stack("falls")
    sender = Sender(stack)
    secret = f"SECRET{RUN}"
    stop, answers = threading.Event(), []

    def send():
        while not stop.is_set():
            new = event()
            new["data"]["name"] = secret
            for _time in range(3):
                answers.append(sender.post(new, webhook_id=new["id"]))

    def twins():
        while not stop.is_set():
            new = event(event_id=f"{RUN}-twin-{len(answers) // 20}")
            new["data"]["name"] = secret
            answers.append(sender.post(new))

    threads = [threading.Thread(target=work) for work in (send, send, twins, twins)]
    for thread in threads:
        thread.start()
    for _time in range(60):
        time.sleep(0.2)
        stack.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND query ILIKE '%%INTO construction_inbound_delivery%%' AND pid <> pg_backend_pid()"
        )
    stack.sql("ALTER TABLE construction_message ADD CONSTRAINT falls CHECK (version > 1) NOT VALID")
    time.sleep(1)
    stack.sql("ALTER TABLE construction_message DROP CONSTRAINT falls")
    stop.set()
    for thread in threads:
        thread.join()
    for answer in answers:
        if answer.status not in (202, 409):
            assert answer.status in (500, 503), answer.text
            problem(answer, answer.status)
    assert Counter(answer.status for answer in answers)[202] > 50
    assert secret not in pathlib.Path(stack.log).read_text()


def test_database_out_of_reach_is_503(new_stack):
    stack = new_stack("nodb")
    sender = Sender(stack)
    assert sender.post(event()).status == 202
    stack.postgres("kill")
    try:
        answer = sender.post(event())
        problem(answer, 503)
        assert int(answer.headers["Retry-After"]) > 0
    finally:
        stack.postgres("start")
    stack.control("up")  # as a supervisor restarts the job runner, which ends without a database
    late = event()
    wait_for(lambda: sender.post(late).status == 202, 60)
    wait_for(lambda: [s for _r, s in messages(stack, late["id"])] == ["done"], 120)
