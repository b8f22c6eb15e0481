# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time of a phase in an Odoo shell: by the clock, of this process and of its database backend."""

import json
import os
import time
from contextlib import contextmanager

from .client import process_cpu


class Meter:
    def __init__(self, env):
        self.env = env
        self.phases = {}

    @contextmanager
    def phase(self, name, count):
        self.env.invalidate_all()
        before = time.perf_counter(), time.process_time(), process_cpu(self._backends())
        yield
        # a session that was opened meanwhile is counted from its beginning
        after = time.perf_counter(), time.process_time(), process_cpu(self._backends())
        wall, odoo, postgres = (b - a for a, b in zip(before, after, strict=True))
        self.phases[name] = {
            "count": count,
            "wall": wall,
            "odoo": odoo,
            "postgres": postgres,
            "cpu": odoo + postgres,
        }

    def _backends(self):
        """The sessions of the measured database: the hub works in one of its own."""
        with self.env.registry.cursor() as cr:
            cr.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            return [row[0] for row in cr.fetchall()]

    def save(self, **more):
        with open(os.environ["BENCH_RESULT"], "w") as file:
            json.dump({"phases": self.phases, **more}, file)
