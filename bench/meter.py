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
        backend = [self.env.cr._cnx.info.backend_pid]
        self.env.invalidate_all()
        before = time.perf_counter(), time.process_time(), process_cpu(backend)
        yield
        after = time.perf_counter(), time.process_time(), process_cpu(backend)
        wall, odoo, postgres = (b - a for a, b in zip(before, after, strict=True))
        self.phases[name] = {
            "count": count,
            "wall": wall,
            "odoo": odoo,
            "postgres": postgres,
            "cpu": odoo + postgres,
        }

    def save(self, **more):
        with open(os.environ["BENCH_RESULT"], "w") as file:
            json.dump({"phases": self.phases, **more}, file)
