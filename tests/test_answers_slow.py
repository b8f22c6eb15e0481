# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The rows of the answer table for who sends slowly or not to the end, byte by byte."""

import http.client
import json
import select
import socket
import threading
import time

import pytest
from wire import STRUCTURED, Answer, Sender, event, messages, problem, signed


@pytest.fixture
def sender(stack):
    return Sender(stack)


class Raw:
    """A request written byte by byte."""

    def __init__(self, sender, body, length=None, code=None, chunked=False, signature=True):
        headers = signed(body, sender.secret) if signature else {}
        headers["Content-Type"] = STRUCTURED
        if chunked:
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(len(body) if length is None else length)
        lines = [f"POST /construction/v1/{code or sender.code}/events HTTP/1.1", "Host: x"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket = socket.create_connection((sender.address.hostname, sender.address.port), timeout=60)
        self.write("\r\n".join([*lines, "", ""]).encode())

    def write(self, data):
        self.socket.sendall(data)

    def answer(self):
        """The answer, read as a client does that has nothing more to send."""
        response = http.client.HTTPResponse(self.socket)
        response.begin()
        return Answer(response)

    def trickle(self, data, seconds):
        """Write a byte a second until the other side has had enough. :return: how long that took"""
        start = time.monotonic()
        for position in range(seconds):
            readable, _w, _x = select.select([self.socket], [], [], 1)
            if readable:
                break
            self.write(data[position : position + 1])
        return time.monotonic() - start


def test_a_body_that_pauses_is_408(sender, stack):
    for chunked in (False, True):
        new = event()
        body = json.dumps(new).encode()
        raw = Raw(sender, body, chunked=chunked)
        raw.write(b"%x\r\n" % len(body) + body[:50] if chunked else body[:50])
        time.sleep(3)
        problem(raw.answer(), 408)
        assert messages(stack, new["id"]) == []
        assert sender.post(new).status == 202, "the sender tries again"


def test_a_body_that_ends_short_is_400(sender, stack):
    for chunked in (False, True):
        new = event()
        body = json.dumps(new).encode()
        raw = Raw(sender, body, chunked=chunked)
        raw.write(b"%x\r\n" % len(body) + body[:50] if chunked else body[:50])
        raw.socket.shutdown(socket.SHUT_WR)
        problem(raw.answer(), 400)
        assert messages(stack, new["id"]) == []


@pytest.mark.parametrize("chunked", [False, True])
def test_slow_ones_do_not_hold_the_workers(sender, chunked):
    """One byte a second, unsigned, on both web workers: all are done within the time for a body."""
    body = b"x" * 5000
    slow = [Raw(sender, body, chunked=chunked, signature=False) for _each in range(2)]
    if chunked:
        for raw in slow:
            raw.write(b"1388\r\n")
    threads = [threading.Thread(target=raw.trickle, args=(body, 60)) for raw in slow]
    for thread in threads:
        thread.start()
    start = time.monotonic()
    assert sender.post(event()).status == 202
    assert time.monotonic() - start < 10
    for thread in threads:
        thread.join()
    assert time.monotonic() - start < 12
    for raw in slow:
        problem(raw.answer(), 408)


def test_a_slow_form_is_not_read(sender):
    """Odoo itself would read the fields of a form before it asks us."""
    raw = Raw(sender, b"a=" + b"x" * 5000, signature=False)
    raw.socket.close()
    start = time.monotonic()
    problem(sender.post(b"a=1", "application/x-www-form-urlencoded"), 415)
    assert time.monotonic() - start < 10
