# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a source answers that has lost whom it needs, over real HTTP: 503 after a valid signature only."""

import contextlib

import pytest
from rpc import RpcError
from wire import Sender, event, wait_for


class Firm:
    """Odoo's own users and sources, as its administrator sees them."""

    def __init__(self, stack):
        self.stack = stack
        self.admin = stack.client("admin")

    def call(self, model, method, *args, **kwargs):
        return self.admin.call(model, method, *args, **kwargs)

    def ids(self, model, *domain, **context):
        return self.call(model, "search", list(domain), context=context)

    def source(self, code="master"):
        names = ["owner_id", "user_id", "company_id", "missing_text"]
        return self.call("construction.source", "search_read", [["code", "=", code]], names)[0]


@pytest.fixture
def firm(stack):
    return Firm(stack)


@pytest.fixture
def sender(stack):
    return Sender(stack)


def answers(sender, status, **changed):
    """Wait until it answers so: another process learns of a change with its next request."""
    return wait_for(lambda: (lambda a: a.status == status and a)(sender.post(event(), **changed)), 20)


def is_503(sender):
    answer = answers(sender, 503)
    assert answer.type == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    wrong = answers(sender, 401, secret="whsec_" + "AAAA" * 8)
    unknown = answers(sender, 401, code="nobody", secret="whsec_" + "AAAA" * 8)
    assert wrong.text == unknown.text, "who does not know the secret learns nothing"


@contextlib.contextmanager
def written(firm, model, ids, values, back):
    firm.call(model, "write", ids, values)
    try:
        yield
    finally:
        firm.call(model, "write", ids, back)


def test_a_service_user_without_its_group(firm, sender):
    user = firm.source()["user_id"][0]
    names = firm.call("res.users", "read", [user], ["group_ids"])[0]["group_ids"]
    service = firm.call("res.groups", "search", [["name", "=ilike", "%master%"], ["id", "in", names]])
    assert service
    kept = [group for group in names if group not in service]
    with written(firm, "res.users", [user], {"group_ids": [[6, 0, kept]]}, {"group_ids": [[6, 0, names]]}):
        is_503(sender)
        assert firm.source()["missing_text"]
        firm.call("ir.cron", "method_direct_trigger", cron(firm, "_cron_watch"))
        assert open_items(firm), "its owner is told"
    answers(sender, 202)
    firm.call("ir.cron", "method_direct_trigger", cron(firm, "_cron_watch"))
    assert not open_items(firm)


def test_a_source_whose_row_somebody_holds(stack, sender):
    body = event()
    with stack.transaction() as cursor:
        cursor.execute("SELECT id FROM construction_source WHERE code = 'master' FOR UPDATE")
        answer = sender.post(body)
        assert answer.status == 503, "a web worker is not held until it is let go"
        assert int(answer.headers["Retry-After"]) > 0
    assert sender.post(body).status == 202
    known = stack.sql("SELECT count(*) FROM construction_message WHERE event_id = %s", body["id"])
    assert known == [(1,)]


def cron(firm, name):
    return firm.ids("ir.cron", ["code", "ilike", name], ["model_id.model", "=", "construction.source"])


def open_items(firm):
    key = ["cause_key", "=", "source:master:stands"]
    return firm.ids("construction.exception", key, ["state", "=", "open"])


def test_a_service_user_cannot_be_lost(firm, sender):
    user = firm.source()["user_id"][0]
    for method in ("action_archive", "unlink"):
        with pytest.raises(RpcError, match="service user|referenc|still|required"):
            firm.call("res.users", method, [user])
    answers(sender, 202)


def test_an_owner_who_leaves_is_replaced(firm, sender):
    source = firm.source()
    owner = source["owner_id"][0]
    firm.call("res.users", "action_archive", [owner])
    try:
        assert firm.source()["owner_id"][0] != owner
        answers(sender, 202)
    finally:
        firm.call("res.users", "action_unarchive", [owner])
        firm.call("construction.source", "write", [source["id"]], {"owner_id": owner})
    answers(sender, 202)


def test_what_no_guard_of_odoo_has_seen(new_stack):
    """A script against the database, a restored dump: the source stands all the same."""
    stack = new_stack("standing")
    sender = Sender(stack)
    mine = "WHERE id = (SELECT {} FROM construction_source WHERE code = 'master')"
    people = "WHERE id > 1 AND construction_is_service IS NOT TRUE"
    cases = [
        ("res_company", mine.format("company_id"), 503),
        ("res_users", mine.format("user_id"), 503),
        ("res_users", mine.format("owner_id"), 202),
        ("res_users", people, 503),
    ]
    answers(sender, 202)
    for table, whose, status in cases:
        changed = stack.sql(f"UPDATE {table} SET active = false {whose} AND active RETURNING id")
        assert changed, (table, whose)
        forget(stack)
        is_503(sender) if status == 503 else answers(sender, status)
        stack.sql(f"UPDATE {table} SET active = true WHERE id = ANY(%s)", [row[0] for row in changed])
    forget(stack)
    answers(sender, 202)


def forget(stack):
    """So that no process remembers what it read before."""
    stack.sql("INSERT INTO orm_signaling_default DEFAULT VALUES")


def test_an_addon_that_was_removed_and_installed_again(new_stack):
    """Its groups were dropped with it, and its types ended: the source says what is missing.

    What stands on it goes with it, and stays away.
    """
    stack = new_stack("removed")
    sender = Sender(stack)
    admin = stack.client("admin")
    name = "construction_master_sync"
    module = admin.call("ir.module.module", "search", [["name", "=", name]])
    admin.call("ir.module.module", "button_immediate_uninstall", module)
    assert sender.post(event()).status in (422, 503)
    admin.call("ir.module.module", "button_immediate_install", module)
    answer = wait_for(lambda: (lambda a: a.status == 503 and a)(sender.post(event())), 30)
    assert answer.type == "application/problem+json"
    source = Firm(stack).source()
    assert "lacks the rights" in source["missing_text"]
    manager = stack.client("integration_manager")
    manager.call("construction.source", "action_go_live", [source["id"]])
    answers(sender, 202)
