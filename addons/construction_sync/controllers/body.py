# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The bytes of a request, within a limit of size and one of time."""

import contextlib
import socket
import threading

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from .problem import Refused

# a sender, or the proxy before us, brings a body of 10 MiB within 7.5 seconds in all, however it
# spreads its bytes: else two slow ones hold two workers
SECONDS = 5
BYTES_PER_SECOND = 4 * 1024**2


def read(httprequest, limit):
    """The body's bytes, at most ``limit``, declared or chunked.

    :raises Refused: 413 for a larger one, 408 for one that is not there in time, 400 for one
        that ends short
    """
    declared = httprequest.content_length
    expected = limit if declared is None else min(declared, limit)
    # Odoo hides the connection from the environment that it shows, and so does its own bus find it
    environ = httprequest._HTTPRequest__environ
    deadline = Deadline(environ.get("werkzeug.socket"), SECONDS + expected / BYTES_PER_SECOND)
    if (declared or 0) > limit:
        raise Refused(413)
    # one byte more than allowed tells a body that was cut from one that just fits
    httprequest.max_content_length = limit + 1
    try:
        body = httprequest.get_data()
    except RequestEntityTooLarge as error:
        raise Refused(413) from error
    except ClientDisconnected as error:
        # a worker waits two seconds for the next byte; see ODOO_HTTP_SOCKET_TIMEOUT
        if deadline.is_over or isinstance(error.__context__, TimeoutError):
            raise Refused(408, headers={"Connection": "close"}) from error
        raise Refused(400, "the body ends short") from error
    if len(body) > limit:
        raise Refused(413)
    deadline.cancel()
    return body


class Deadline:
    """Ends the reading side of a connection when its time is over.

    It is cancelled only when all is read: the server also reads on after an early answer, lest
    the sender sees a broken connection in its place, and a slow one would hold it there.
    """

    def __init__(self, connection, seconds):
        self.is_over = False
        self._socket = connection
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        if self._socket is not None:
            self._timer.start()

    def cancel(self):
        self._timer.cancel()

    def _end(self):
        self.is_over = True
        with contextlib.suppress(OSError):  # it is closed already
            self._socket.shutdown(socket.SHUT_RD)
