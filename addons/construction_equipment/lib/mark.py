# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A mark of what a person saw: another one where something of it has changed."""

import hashlib
import json


def mark(*said):
    """
    >>> mark(1, 8.0, "J-1") == mark(1, 8.0, "J-1"), mark(1, 8.0, "J-1") == mark(1, 7.0, "J-1")
    (True, False)
    >>> mark(0.1 + 0.2) == mark(0.3)
    True
    """
    return hashlib.sha256(json.dumps(_plain(said), default=str).encode()).hexdigest()


def _plain(value):
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return f"{value:.6f}" if isinstance(value, float) else value
