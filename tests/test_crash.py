# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Workers, job runner, web server and PostgreSQL killed during the feed: nothing lost, nothing twice."""

import os
import random
import time
from collections import Counter

import feed
import psycopg2
import requests
import scenario
from test_feed import BUSY, EXPECTED, assert_job_cost, assert_no_difference, settle
from wire import BATCH, Sender, wait_for
from wire import event as wire_event

SEED = 7
KILLS = ["worker", "jobs", "postgres", "worker", "web", "worker", "postgres", "jobs", "web", "worker"]


def send_until_taken(sender, event):
    """As a sender does that was told to try again: the same delivery until it is answered 202."""
    for _attempt in range(120):
        try:
            status, answer = sender.send(event)
        except requests.RequestException:
            status, answer = 0, {}
        if status == 202:
            return answer["status"]
        assert status in (0, 500, 502, 503), (status, answer)
        time.sleep(0.5)
    raise AssertionError(f"{event.id} was never taken")


def crash(stack, what):
    """Kill, and bring back what a supervisor would."""
    if what == "postgres":
        stack.postgres("kill")
        stack.postgres("start")
    else:
        stack.control("kill", what)
    stack.control("up")


def hurry(stack):
    """Have the clock do now what it does once a minute: look for jobs that died, and sweep."""
    stack.sql("SELECT pg_notify('queue_job', 'nudge')")
    stack.sql(
        "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' WHERE nextcall > now() AT TIME ZONE 'UTC'"
        " AND ir_actions_server_id IN (SELECT id FROM ir_act_server WHERE code LIKE '%%_cron_sweep()%%')"
    )
    stack.sql("SELECT pg_notify('cron_trigger', %s)", stack.database, database="postgres")


def test_ten_crashes_change_nothing(new_stack):
    stack = new_stack("crash")
    moments = random.Random(SEED)
    events = scenario.events()
    senders = feed.senders(stack.info)
    kills = dict(zip(sorted(moments.sample(range(5, len(events)), len(KILLS))), KILLS, strict=True))
    answers = Counter()
    for position, event in enumerate(events):
        if position in kills:
            time.sleep(moments.uniform(0, 1.5))  # somewhere in the middle of a job
            crash(stack, kills[position])
        answers[send_until_taken(senders[event.source], event)] += 1
    assert answers.total() == len(events)
    # the sweeper picks up, within its minute, what lost its job
    end = time.monotonic() + 240
    while stack.sql(BUSY)[0][0]:
        assert time.monotonic() < end, "the feed does not come to its end"
        hurry(stack)
        time.sleep(2)
    assert settle(stack) == EXPECTED["messages"]
    assert_job_cost(stack, EXPECTED["job_cost"])
    assert_no_difference(stack)
    for table in ("purchase_order", "stock_picking", "account_move", "purchase_request"):
        twice = stack.sql(
            f"SELECT construction_external_key, count(*) FROM {table}"
            " WHERE construction_external_key IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        )
        assert twice == [], table
    assert stack.sql("SELECT count(*) FROM construction_message")[0][0] == len(events)


def stuck(stack):
    """Back ends of the job workers that wait for a lock on the suppliers' table."""
    return stack.sql(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        " AND query ILIKE '%%insert into \"res_partner\"%%'"
    )


def kill_at_work(stack):
    """Kill the job server while it works on a supplier."""

    def at_work():
        # the runner looks for jobs that died when something wakes it, or once a minute
        stack.sql("SELECT pg_notify('queue_job', 'nudge')")
        return stuck(stack)

    wait_for(at_work, 90, "a job at work on the supplier")
    stack.control("kill", "jobs")
    # a back end that waits for a lock does not see that its client is gone
    for (pid,) in stuck(stack):
        stack.sql("SELECT pg_terminate_backend(%s)", pid)
    stack.control("up")


def test_message_that_kills_its_worker_is_set_aside(new_stack):
    stack = new_stack("deadly")
    sender = Sender(stack)
    supplier = wire_event("master.supplier.upserted", "DEADLY", data={"supplier": "DEADLY", "name": "Deadly"})
    others = [wire_event() for _each in range(64)]
    lock = psycopg2.connect(host=stack.pghost, dbname=stack.database, user=os.environ.get("PGUSER", "odoo"))
    with lock, lock.cursor() as cursor:
        # as long as this is held, whoever writes a supplier hangs until it is killed
        cursor.execute("LOCK TABLE res_partner IN SHARE ROW EXCLUSIVE MODE")
        assert sender.post([supplier, *others], BATCH).status == 202
        for _death in range(4):
            kill_at_work(stack)
        state = "SELECT state FROM construction_message WHERE subject = 'DEADLY'"

        def set_aside():
            stack.sql("SELECT pg_notify('queue_job', 'nudge')")
            return stack.sql(state) == [("dead",)]

        wait_for(set_aside, 90, "the end of the tries")
    lock.close()
    codes = "SELECT count(*) FROM construction_message WHERE state = 'done'"
    wait_for(lambda: stack.sql(codes)[0][0] == len(others), 120, "the other messages")
    buyer = stack.client("integration_manager")
    domain = [["cause_key", "like", "deadly:"], ["state", "=", "open"]]
    (item,) = buyer.call("construction.exception", "search", domain)
    buyer.call("construction.exception", "action_replay", [item])
    wait_for(lambda: stack.sql(state) == [("done",)], 60, "the replay")
