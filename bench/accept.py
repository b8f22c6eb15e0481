# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many single events a second are accepted, beside three routes of Odoo's own kind.

The routes take turns, some hundred requests each, and every round gives a ratio of its own:
what else the machine does meanwhile falls on all of them.
"""

import base64
import hashlib
import hmac
import json
import statistics
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone

import psycopg2

from . import client

TYPE = "bench.order.noted"
LINES = 5
GOALS = {"empty": 0.75, "hook": 1.5, "json2": 1.5}
NAMES = {
    "empty": "an empty auth=none route",
    "events": "a signed event, stored",
    "hook": "/web/hook, one record",
    "json2": "JSON-2 create, one record",
}


@dataclass
class Route:
    rates: list = field(default_factory=list)
    odoo_ms: list = field(default_factory=list)
    postgres_ms: list = field(default_factory=list)
    slowest_ms: list = field(default_factory=list)

    def cpu_ms(self):
        return [sum(pair) for pair in zip(self.odoo_ms, self.postgres_ms, strict=True)]


class Accept:
    """One table of rates and ratios.

    :param dict info: what ``prepare_accept`` wrote, with port, database and process id
    :param int count: requests to a route in a round
    :param bool waits: see ``client.send``
    """

    def __init__(self, info, count, rounds, connections, waits=False):
        self.info = info
        self.waits = waits
        self.count = count
        self.rounds = rounds
        self.connections = connections
        self.routes = {name: Route() for name in NAMES}
        self.client_cpu = self.client_seconds = 0.0
        self.size = 0

    # ---- what is sent ----------------------------------------------------------------

    def requests(self, name):
        return [getattr(self, f"_{name}_request")(event()) for _each in range(self.count)]

    def _padded(self, value):
        """All routes get bodies of one size; JSON ends in spaces where they differ."""
        body = json.dumps(value).encode()
        self.size = max(self.size, len(body))
        return body.ljust(self.size)

    def _json(self, path, value, **headers):
        return client.request(path, {"Content-Type": "application/json", **headers}, self._padded(value))

    def _empty_request(self, value):
        return self._json("/construction/bench/empty", value)

    def _hook_request(self, value):
        return self._json(self.info["hook"], value)

    def _json2_request(self, value):
        return self._json(
            "/json/2/construction.bench.row/create",
            {"vals_list": [row(value)]},
            Authorization=f"bearer {self.info['api_key']}",
        )

    def _events_request(self, value):
        body = self._padded(value)
        headers = {
            "Content-Type": "application/cloudevents+json",
            "webhook-id": f"msg_{uuid.uuid4().hex}",
            "webhook-timestamp": str(int(time.time())),
        }
        headers["webhook-signature"] = sign(self.info["secret"], headers, body)
        return client.request("/construction/v1/bench/events", headers, body)

    # ---- measuring -------------------------------------------------------------------

    def run(self):
        self._json2_request(event())  # the largest body sets the size
        for name in NAMES:  # both workers load what they need
            self._measure(name, Route())
        self.client_cpu = self.client_seconds = 0.0
        for _round in range(self.rounds):
            for name, route in self.routes.items():
                self._measure(name, route)
        return self

    def _measure(self, name, route):
        requests = self.requests(name)
        odoo = client.descendants(self.info["pid"])
        postgres = self._backends()
        before = client.process_cpu(odoo), client.process_cpu(postgres)
        load = client.send(("127.0.0.1", self.info["port"]), requests, self.connections, self.waits)
        after = client.process_cpu(odoo), client.process_cpu(postgres)
        wrong = {s: n for s, n in load.statuses.items() if s not in (200, 202)}
        if wrong:
            raise SystemExit(f"{name}: answers {load.statuses}")
        self.client_cpu += load.client_cpu
        self.client_seconds += load.seconds
        route.rates.append(load.rate())
        route.odoo_ms.append((after[0] - before[0]) / self.count * 1000)
        route.postgres_ms.append((after[1] - before[1]) / self.count * 1000)
        route.slowest_ms.append(statistics.quantiles(load.latencies, n=20)[-1] * 1000)

    def _backends(self):
        """The database server's processes, where they are on this machine.

        Each request of Odoo's connects once more, to list the databases: those short-lived
        processes are in the account of their parent.
        """
        with psycopg2.connect(dbname=self.info["database"]) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND"
                    " (datname = current_database() OR backend_type IN"
                    " ('walwriter', 'checkpointer', 'background writer'))"
                )
                pids = [pid for (pid,) in cursor.fetchall()]
        connection.close()
        return pids + [client.parent(pids[0])] if pids else []

    # ---- the result ------------------------------------------------------------------

    def table(self):
        yield (
            f"{'':30}{'requests/s':>12}{'slowest 5 %':>13}{'CPU, Odoo':>12}{'PostgreSQL':>12}{'together':>11}"
        )
        for name, route in self.routes.items():
            yield (
                f"{NAMES[name]:30}{median(route.rates):>10.1f}/s"
                f"{median(route.slowest_ms):>10.1f} ms{median(route.odoo_ms):>9.2f} ms"
                f"{median(route.postgres_ms):>9.2f} ms{median(route.cpu_ms()):>8.2f} ms"
            )
        yield ""
        yield f"{'events against':30}{'by rate':>12}{'by CPU':>13}{'goal':>12}   of rounds"
        for name, goal in GOALS.items():
            rate, cpu = self.ratios(name)
            reached = "reached" if median(rate) >= goal else "not reached"
            yield (
                f"{NAMES[name]:30}{median(rate):>12.2f}{median(cpu):>13.2f}{goal:>12.2f}"
                f"   {reached:12} {min(rate):.2f} to {max(rate):.2f}"
            )
        share = self.client_cpu / self.client_seconds * 100
        yield ""
        yield (
            f"{self.rounds} rounds of {self.count} requests, {self.connections} at a time, "
            f"{self.size} bytes each; the client took {share:.0f} % of one core."
        )

    def ratios(self, name):
        """Events against a route: by requests a second, and by CPU a request (inverse)."""
        events, other = self.routes["events"], self.routes[name]
        rate = [a / b for a, b in zip(events.rates, other.rates, strict=True)]
        cpu = [b / a for a, b in zip(events.cpu_ms(), other.cpu_ms(), strict=True)]
        return rate, cpu


def median(values):
    return statistics.median(values)


def event():
    """An event of an approved order, five lines long; its own id, its own order."""
    key = uuid.uuid4().hex[:12]
    return {
        "specversion": "1.0",
        "id": uuid.uuid4().hex,
        "source": "/bench",
        "type": TYPE,
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "subject": f"PO-{key}",
        "dataschema": f"https://example.com/{TYPE}/v1",
        "correlationid": key,
        "data": {
            "order": f"PO-{key}",
            "job": "J-1",
            "supplier": "S-1",
            "currency": "USD",
            "ordered_at": "2026-03-02T09:00:00-06:00",
            "lines": [
                {
                    "line": str(number + 1),
                    "item": "BOLT",
                    "description": "Anchor bolts, hot-dip galvanized",
                    "quantity": "100",
                    "uom": "EA",
                    "unit_price": "10.25",
                    "cost_code": "03 30 00",
                }
                for number in range(LINES)
            ],
        },
    }


def row(value):
    """The same as values of the plain model."""
    return {
        "type_name": value["type"],
        "event_source": value["source"],
        "event_id": value["id"],
        "subject": value["subject"],
        "occurred_at": value["time"][:19].replace("T", " "),
        "correlation": value["correlationid"],
        "data": json.dumps(value["data"]),
        "state": "received",
    }


def sign(secret, headers, body):
    """A Standard Webhooks signature."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
