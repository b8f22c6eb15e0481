# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The demonstration feed over HTTP and the real job runner: its end state to the cent, whatever the order."""

import json
import pathlib
import random
import re
from dataclasses import replace
from decimal import Decimal

import feed
import pytest
import scenario
from pytest_stack import ROOT, start
from wire import wait_for

from odoo.addons.construction_procurement_sync.lib.duplicates import normalise_reference

EXPECTED = json.loads((ROOT / "setup" / "feed" / "expected.json").read_text())
FIGURES = ("budget_revised", "committed", "accrued", "actual", "pending")


# what is still to be done: a transaction that leaves something to do leaves a job for it
BUSY = """SELECT (SELECT count(*) FROM construction_message WHERE state IN ('received', 'retry'))
               + (SELECT count(*) FROM queue_job WHERE channel LIKE 'root.construction.%%'
                   AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started'))"""


def settle(stack, seconds=600):
    wait_for(lambda: not stack.sql(BUSY)[0][0], seconds, "the end of the feed")
    return feed.message_counts(stack.client("integration_manager"))


def documents(stack):
    """Every document of the feed by its own keys, without ids, names of sequences or times of work."""
    orders = stack.sql(
        """SELECT o.construction_external_key, o.state, o.construction_revision, o.date_order::text,
                  l.construction_external_line, l.product_qty, l.price_unit, l.qty_received,
                  l.construction_closed_short, c.code, t.code
             FROM purchase_order o JOIN purchase_order_line l ON l.order_id = o.id
        LEFT JOIN construction_cost_code c ON c.id = l.cost_code_id
        LEFT JOIN construction_cost_type t ON t.id = l.cost_type_id"""
    )
    receipts = stack.sql(
        """SELECT p.construction_external_key, p.state, p.construction_refused, p.date_done::text,
                  l.construction_external_line, sum(m.quantity)
             FROM stock_picking p JOIN stock_move m ON m.picking_id = p.id
             JOIN purchase_order_line l ON l.id = m.purchase_line_id
            WHERE m.state = 'done' GROUP BY 1, 2, 3, 4, 5"""
    )
    bills = stack.sql(
        """SELECT b.ref, b.move_type, b.state, b.invoice_date::text, b.date::text, b.amount_total,
                  l.construction_external_line, l.quantity, l.price_unit, l.price_subtotal,
                  (SELECT string_agg(h.rule, ',' ORDER BY h.rule) FROM construction_hold h
                    WHERE h.move_id = b.id AND h.state = 'open')
             FROM account_move b JOIN account_move_line l ON l.move_id = b.id
            WHERE b.construction_external_key IS NOT NULL AND l.display_type = 'product'"""
    )
    # of two bills that are one, either may come first and the other is held
    bills = [(normalise_reference(bill[0]), *bill[1:]) for bill in bills]
    requests = stack.sql(
        """SELECT r.construction_external_key, r.state, l.product_qty, c.code
             FROM purchase_request r JOIN purchase_request_line l ON l.request_id = r.id
             JOIN construction_cost_code c ON c.id = l.cost_code_id"""
    )
    masters = stack.sql(
        """SELECT 'supplier', construction_external_key, name FROM res_partner
            WHERE construction_external_key IS NOT NULL
     UNION ALL SELECT 'item', construction_external_key, default_code FROM product_product
            WHERE construction_external_key IS NOT NULL
     UNION ALL SELECT 'code', construction_external_key, name FROM construction_cost_code
            WHERE construction_external_key IS NOT NULL
     UNION ALL SELECT 'job', construction_external_key, job_number FROM project_project
            WHERE construction_external_key IS NOT NULL"""
    )
    found = dict(orders=orders, receipts=receipts, bills=bills, requests=requests, masters=masters)
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def ledger(stack):
    """What the ledger says of each document line, summed."""
    return sorted(
        stack.sql(
            """SELECT e.kind, coalesce(e.stage, ''), c.code, t.code, u.name, sum(e.amount),
                      sum(e.amount_currency)
                 FROM construction_cost_entry e
                 JOIN construction_cost_code c ON c.id = e.cost_code_id
            LEFT JOIN construction_cost_type t ON t.id = e.cost_type_id
                 JOIN res_currency u ON u.id = e.currency_id
             GROUP BY 1, 2, 3, 4, 5 HAVING sum(e.amount) <> 0 OR sum(e.amount_currency) <> 0"""
        )
    )


def assert_job_cost(stack, expected):
    report = feed.job_cost(stack.client("cost_controller"))
    found = {
        code[:8]: {name: f"{Decimal(str(figures[name])):.2f}" for name in FIGURES}
        for code, figures in report.items()
    }
    wanted = {code: figures for code, figures in expected.items() if code != "total"}
    assert found == wanted
    for name in FIGURES:
        total = sum(Decimal(figures[name]) for figures in found.values())
        assert f"{total:.2f}" == expected["total"][name], name


def assert_no_difference(stack):
    """Each bill's journal items agree with the ledger's actual cost."""
    [(booked,)] = stack.sql(
        """SELECT sum(l.balance) FROM account_move_line l JOIN account_move m ON m.id = l.move_id
            WHERE m.state = 'posted' AND l.construction_job_id IS NOT NULL AND l.display_type = 'product'"""
    )
    [(actual,)] = stack.sql("SELECT sum(amount) FROM construction_cost_entry WHERE kind = 'actual'")
    assert booked == actual


@pytest.fixture(scope="module")
def fed(request):
    """A stack that the feed was sent to once, in the order of the month."""
    stack = start("feed")
    request.addfinalizer(lambda: stack.control("reset"))
    events = scenario.events()
    stack.answers = feed.send_all(stack.info, events) + feed.redeliver(stack.info, events)
    stack.counts = settle(stack)
    stack.before = (documents(stack), ledger(stack))
    return stack


def test_the_month_to_the_cent(fed):
    assert fed.answers == {(202, "accepted"): 120, (202, "duplicate"): 4}
    assert fed.counts == EXPECTED["messages"]
    causes = {}
    for item in feed.open_exceptions(fed.client("integration_manager")):
        causes[item["category"]] = causes.get(item["category"], 0) + 1
    assert causes == EXPECTED["exceptions"]
    assert_job_cost(fed, EXPECTED["job_cost"])
    assert_no_difference(fed)


def test_nothing_alarms_in_vain(fed):
    """No error in the log for what was tried again, no mail to anybody for each document."""
    lines = pathlib.Path(fed.info["log"]).read_text().splitlines()
    assert [line for line in lines if re.search(r" (ERROR|CRITICAL) ", line)] == []
    about = "SELECT m.model, m.subject FROM mail_mail JOIN mail_message m ON m.id = mail_message_id"
    found = fed.sql(f"{about} WHERE m.model IS NOT NULL AND m.model <> 'construction.exception'")
    assert found == []


def test_a_second_run_changes_nothing(fed):
    answers = feed.send_all(fed.info, scenario.events())
    assert answers == {(202, "duplicate"): 120}
    assert settle(fed) == EXPECTED["messages"]
    assert (documents(fed), ledger(fed)) == fed.before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_and_doubled_gives_the_same(fed, new_stack, seed):
    shuffled = new_stack(f"shuffle{seed}")
    events = scenario.events()
    # once more to the letter, and once more as an event of its own
    twins = [replace(event, id=f"{event.id}-twin") for event in events]
    story = events + events + twins
    random.Random(seed).shuffle(story)
    feed.send_all(shuffled.info, story, master_batch=False)
    settle(shuffled)
    found = documents(shuffled)
    for name, rows in fed.before[0].items():
        assert found[name] == rows, name
    assert ledger(shuffled) == fed.before[1]


def test_mapping_the_missing_code_moves_the_bills(fed):
    """The last one on this stack: a buyer says what 09 29 00 means, and the rest follows."""
    buyer = fed.client("buyer")
    [item] = buyer.search_read(
        "construction.exception",
        [("missing_key", "=", scenario.MISSING_CODE), ("state", "=", "open")],
        ["id"],
    )
    [code] = buyer.search_read("construction.cost.code", [("code", "=", "09 20 00")], ["id"])
    buyer.call("construction.exception", "write", [item["id"]], {"fix_res_id": code["id"]})
    buyer.call("construction.exception", "action_map_and_replay", [item["id"]])
    counts = settle(fed)
    assert counts.get("waiting", 0) == 0
    assert counts["exception"] == EXPECTED["messages"]["exception"] - 3
    report = feed.job_cost(fed.client("cost_controller"))
    [figures] = [figures for name, figures in report.items() if name.startswith("09 20 00")]
    wanted = EXPECTED["after_mapping"]["09 20 00"]
    assert {name: f"{figures[name]:.2f}" for name in FIGURES} == wanted
