# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One address for a running stack: web sockets to Odoo's evented port, all else to its HTTP workers.

    python front.py PORT HTTP_PORT EVENTED_PORT

Odoo answers 500 to a web socket on an HTTP worker, and every screen then says that the connection is
lost. In production a reverse proxy with TLS tells them apart; on a developer's machine this does. It
looks at the first line of a connection (Odoo takes one request on each) and passes bytes unchanged.
"""

import asyncio
import contextlib
import sys

ADDRESS = "127.0.0.1"
EVENTED = (b"GET /websocket", b"GET /bus/websocket")
PART = 65536
AWAY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def copy(reader, writer):
    """Copy bytes until their sender ends. :return: whether there were any"""
    any_came = False
    with contextlib.suppress(OSError):  # whoever went away, in whatever way
        while part := await reader.read(PART):
            any_came = True
            writer.write(part)
            await writer.drain()
    return any_came


async def pass_on(reader, writer):
    """Copy bytes until their sender ends, then end towards the receiver."""
    await copy(reader, writer)
    with contextlib.suppress(OSError):
        if writer.can_write_eof():
            writer.write_eof()


async def serve(client_reader, client_writer, http_port, evented_port):
    """Pass one connection on to the port that its first line asks for."""
    upstream = None
    try:
        first = await client_reader.read(PART)
        if not first:
            return
        port = evented_port if first.startswith(EVENTED) else http_port
        try:
            reader, upstream = await asyncio.open_connection(ADDRESS, port)
        except OSError:
            client_writer.write(AWAY)
            await client_writer.drain()
            return
        upstream.write(first)
        sending = asyncio.create_task(pass_on(client_reader, upstream))
        if not await copy(reader, client_writer):
            # it was ended between taking the connection and answering
            client_writer.write(AWAY)
            await client_writer.drain()
        sending.cancel()
    except ConnectionError:
        pass  # whoever went away needs no answer
    finally:
        for writer in (upstream, client_writer):
            if writer:
                writer.close()


async def main(port, http_port, evented_port):
    server = await asyncio.start_server(
        lambda reader, writer: serve(reader, writer, http_port, evented_port), ADDRESS, port, backlog=512
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
