# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A client that costs little: requests made beforehand, plain sockets, one selector.

Odoo's HTTP workers end a connection after each answer, so every request has one of its own.
"""

import os
import re
import selectors
import socket
import time
from dataclasses import dataclass

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Load:
    """One run: its time, the client's own CPU seconds, and what was answered."""

    seconds: float
    client_cpu: float
    statuses: dict
    latencies: list

    def rate(self):
        return sum(self.statuses.values()) / self.seconds


def request(path, headers, body):
    """The bytes of a POST."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Exchange:
    def __init__(self, address, data, waits):
        self.started = time.perf_counter()
        self.socket = socket.create_connection(address)
        self.socket.sendall(data)
        self.socket.setblocking(False)
        self.answer = b""
        self.waits = waits

    def read(self):
        """:return: whether the answer is there"""
        part = self.socket.recv(65536)
        self.answer += part
        if part and (self.waits or not self._complete()):
            return False
        self.socket.close()
        return True

    def _complete(self):
        head, separator, body = self.answer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        return bool(separator and length and len(body) >= int(length[1]))

    def status(self):
        return int(self.answer.split(b" ", 2)[1]) if self.answer else 0


def send(address, requests, connections, waits=False):
    """Send all requests, ``connections`` of them at a time.

    :param address: (host, port)
    :param list requests: bytes each
    :param bool waits: wait until the server closes, in place of closing when the answer is there,
        as clients and proxies do; Odoo's server then waits 10 ms for more before it closes
    """
    statuses, latencies = {}, []
    pending = iter(requests)
    before = time.process_time()
    started = time.perf_counter()
    with selectors.DefaultSelector() as selector:

        def begin():
            data = next(pending, None)
            if data is not None:
                exchange = _Exchange(address, data, waits)
                selector.register(exchange.socket, selectors.EVENT_READ, exchange)

        for _connection in range(connections):
            begin()
        while selector.get_map():
            for key, _events in selector.select():
                exchange = key.data
                if not exchange.read():
                    continue
                selector.unregister(exchange.socket)
                latencies.append(time.perf_counter() - exchange.started)
                status = exchange.status()
                statuses[status] = statuses.get(status, 0) + 1
                begin()
    return Load(time.perf_counter() - started, time.process_time() - before, statuses, latencies)


def process_cpu(pids):
    """CPU seconds, user and system, of these processes and of those they have waited for."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in pids) / os.sysconf("SC_CLK_TCK")


def parent(pid):
    """The process that started this one, or 0."""
    return int(_stat(pid)[1])


def _stat(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(") ", 1)[1].split()
    except FileNotFoundError:
        return ["0"] * 20


def descendants(pid):
    """A process and all below it."""
    found, unseen = [], [pid]
    while unseen:
        current = unseen.pop()
        found.append(current)
        try:
            with open(f"/proc/{current}/task/{current}/children") as file:
                unseen += [int(child) for child in file.read().split()]
        except FileNotFoundError:
            pass
    return found
