# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a key means, and what has become of the record that it means."""

from typing import NamedTuple

ALIVE = "alive"
ARCHIVED = "archived"
# deleted, or its model is no longer installed
GONE = "gone"
# of a company that is not the source's
FOREIGN = "foreign"


class Meaning(NamedTuple):
    """A record by model and id, its state, and the crosswalk entry that says so."""

    model: str
    id: int
    state: str = ALIVE
    entry: int | None = None
    is_alias: bool = False
    # stamps of the newest whole states that were applied, by event type
    applied: dict | None = None
    # said by a source that uses the keys of the one that asks, and by none whose keys that uses
    beside: bool = False
