# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import gc
from types import SimpleNamespace

from ..lib import transaction


class Cursor:
    pass


def test_each_transaction_has_notes_of_its_own():
    one, other = (SimpleNamespace(cr=Cursor()) for _number in range(2))
    transaction.notes(one)["at work"] = 1
    assert transaction.notes(SimpleNamespace(cr=one.cr)) == {"at work": 1}
    assert transaction.notes(other) == {}


def test_they_end_with_it():
    env = SimpleNamespace(cr=Cursor())
    before = len(transaction._notes)
    transaction.notes(env)["at work"] = 1
    assert len(transaction._notes) == before + 1
    del env
    gc.collect()
    assert len(transaction._notes) == before
