"""Workers, job runner, web server and PostgreSQL killed during the feed: nothing lost, nothing twice."""

import random
import time
from collections import Counter

import feed
import requests
import scenario
from test_feed import EXPECTED, assert_job_cost, assert_no_difference, settle
from wire import wait_for

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
    wait_for(lambda: not stack.sql(PENDING)[0][0], 240, "the end of the feed")
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


PENDING = "SELECT count(*) FROM construction_message WHERE state IN ('received', 'retry')"
