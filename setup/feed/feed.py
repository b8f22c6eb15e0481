# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Send the demonstration feed to a running stack, and read what became of it."""

import textwrap
import time
from collections import Counter, defaultdict

import rpc
import scenario
from sender import Sender

STATES = ("received", "retry", "waiting", "exception", "dead", "superseded", "ignored", "rejected", "done")
PATIENCE = 600


def say(text=""):
    print(text, flush=True)


def senders(stack):
    return {
        code: Sender(stack["base_url"], code, source["secret"])
        for code, source in stack["sources"].items()
        if code in ("master", "field", "suppliers")
    }


def send_all(stack, events, by_source=None, master_batch=True):
    """Send events in the given order. :return: Counter of (HTTP status, what was answered)"""
    by_source = by_source or senders(stack)
    answers = Counter()
    if master_batch:
        masters = [event for event in events if event.source == "master"]
        events = [event for event in events if event.source != "master"]
        status, answer = by_source["master"].send_batch(masters, "msg_master-of-october")
        answers.update((status, result["status"]) for result in answer.get("results", ()))
    for event in events:
        status, answer = by_source[event.source].send(event)
        answers[status, answer.get("status", answer.get("title"))] += 1
    return answers


def redeliver(stack, events):
    """What happens in the field: deliveries come twice, and events in another delivery."""
    by_source = senders(stack)
    by_id = {event.id: event for event in events}
    answers = Counter()
    for event_id in scenario.REDELIVERED:
        event = by_id[event_id]
        status, answer = by_source[event.source].send(event)
        answers[status, answer.get("status")] += 1
    event = by_id[scenario.RESENT]
    status, answer = by_source[event.source].send(event, f"msg_again-{event.id}")
    answers[status, answer.get("status")] += 1
    return answers


def wait_until_settled(odoo, progress=say):
    """Return when nothing has moved for some seconds; raise when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    last, still = None, 0
    while time.monotonic() < deadline:
        counts = message_counts(odoo)
        busy = counts.get("received", 0) + counts.get("retry", 0)
        if counts == last and not busy:
            still += 1
            if still >= 5:
                return counts
        else:
            if counts != last:
                progress("    " + ", ".join(f"{counts[s]} {s}" for s in STATES if counts.get(s)))
            still = 0
        last = counts
        time.sleep(1)
    raise RuntimeError(f"not settled after {PATIENCE} s: {last}")


def message_counts(odoo):
    rows = odoo.call(
        "construction.message", "formatted_read_group", [], groupby=["state"], aggregates=["__count"]
    )
    return {row["state"]: row["__count"] for row in rows}


def open_exceptions(odoo):
    return odoo.search_read(
        "construction.exception",
        [("state", "=", "open")],
        ["category", "sentence", "message_total"],
        order="category, id",
    )


def print_events(odoo):
    """What became of each event: those done by type, every other one with its reason."""
    fields = ["type_name", "subject", "state", "problem"]
    messages = odoo.search_read("construction.message", [], fields, order="type_name, id")
    by_type = defaultdict(lambda: defaultdict(list))
    for message in messages:
        by_type[message["type_name"]][message["state"]].append(message)
    for kind, by_state in by_type.items():
        say(f"    {kind}")
        for state in sorted(by_state, key=STATES.index, reverse=True):
            if state == "done":
                subjects = (message["subject"].replace(" ", "\u00a0") for message in by_state[state])
                line = "done: " + ", ".join(subjects)
                filled = textwrap.fill(line, 116, initial_indent=" " * 8, subsequent_indent=" " * 14)
                say(filled.replace("\u00a0", " "))
                continue
            for message in by_state[state]:
                reason = (message["problem"] or "").splitlines()[:1]
                say(f"        {state}: {message['subject']}: {''.join(reason)}"[:160])


def job_cost(odoo):
    """Rows of the job-cost report of the demonstration job, by cost code."""
    names = ("budget_revised", "committed", "accrued", "actual", "pending")
    rows = odoo.search_read(
        "construction.job.cost.report",
        [("job_id.job_number", "=", scenario.JOB)],
        ["cost_code_id", *names],
    )
    result = {}
    for row in rows:
        code = row["cost_code_id"][1]
        figures = result.setdefault(code, dict.fromkeys(names, 0.0))
        for name in names:
            figures[name] = round(figures[name] + row[name], 2)
    return dict(sorted(result.items()))


def print_job_cost(report):
    names = ("budget_revised", "committed", "accrued", "actual", "pending")
    titles = ("Budget", "Committed", "of which rec.", "Actual", "Pending")
    say(f"{'':38}" + "".join(f"{title:>15}" for title in titles))
    total = dict.fromkeys(names, 0.0)
    for code, figures in report.items():
        say(f"{code[:37]:38}" + "".join(f"{figures[name]:>15,.2f}" for name in names))
        for name in names:
            total[name] += figures[name]
    say(f"{'Total':38}" + "".join(f"{total[name]:>15,.2f}" for name in names))


def main(stack):
    events = scenario.events()
    say(f"Sending {len(events)} events of three systems to {stack['base_url']}")
    answers = send_all(stack, events) + redeliver(stack, events)
    for (status, word), count in sorted(answers.items(), key=str):
        say(f"    {status} {word}: {count}")
    say("Waiting for them to be applied")
    odoo = rpc.client(stack, "integration_manager")
    counts = wait_until_settled(odoo)
    say("What became of each event")
    print_events(odoo)
    say("In all")
    say("    " + ", ".join(f"{counts[state]} {state}" for state in STATES if counts.get(state)))
    exceptions = open_exceptions(odoo)
    say(f"Exceptions, {len(exceptions)} by cause")
    for item in exceptions:
        say(f"    [{item['category']}] {item['message_total']} blocked: {item['sentence'].splitlines()[0]}")
    say(f"Job cost of {scenario.JOB}")
    print_job_cost(job_cost(rpc.client(stack, "cost_controller")))
    if any(status >= 400 for status, _word in answers):
        raise SystemExit("some deliveries were refused")
