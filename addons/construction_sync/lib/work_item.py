# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What may stand in a work item, whatever an error brought: text, key and figures that a database takes.

Opening a work item is the last resort of everything that goes wrong, so nothing in it may go wrong.
"""

import hashlib
import math

SENTENCE_BYTES = 4000
KEY_BYTES = 500
WORD_BYTES = 1000
MAX_FIGURES = 100
MAX_DEPTH = 6


def text(value, limit=WORD_BYTES):
    """Plain text of at most ``limit`` bytes in UTF-8.

    >>> text("a\\x00b\\ud800c")
    'ab?c'
    >>> text("€€", 5)
    '…'
    """
    try:
        value = value if isinstance(value, str) else str(value)
    except Exception:  # an object of an error may not even be able to say what it is
        value = f"<{type(value).__name__}>"
    data = value.replace("\x00", "").encode("utf-8", "replace")
    if len(data) <= limit:
        return data.decode("utf-8")
    return data[: limit - 3].decode("utf-8", "ignore") + "…" if limit > 5 else "…"


def cause_key(value, limit=KEY_BYTES):
    """A key that an index takes; a longer one keeps its beginning and a hash of the whole.

    >>> cause_key("missing:supplier:S-1")
    'missing:supplier:S-1'
    >>> len(cause_key("x" * 9000)) <= 500
    True
    """
    whole = text(value, 10 * 1024 * 1024)
    if len(whole.encode("utf-8")) <= limit:
        return whole
    mark = "#" + hashlib.sha256(whole.encode("utf-8")).hexdigest()[:32]
    return whole.encode("utf-8")[: limit - len(mark)].decode("utf-8", "ignore") + mark


def figures(value, depth=0):
    """The same figures as JSON that a database takes: no NaN, no NUL, no objects, no endless nesting.

    >>> figures({"a": float("nan"), 3: [1, 2.5, None], "t": (True, "x\\x00")})
    {'a': 'nan', '3': [1, 2.5, None], 't': [True, 'x']}
    """
    if value is None or isinstance(value, (bool, int)) and abs(value) < 2**63:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, dict) and depth < MAX_DEPTH:
        return {text(name): figures(value[name], depth + 1) for name in list(value)[:MAX_FIGURES]}
    if isinstance(value, (list, tuple, set, frozenset)) and depth < MAX_DEPTH:
        return [figures(entry, depth + 1) for entry in list(value)[:MAX_FIGURES]]
    return text(value)
