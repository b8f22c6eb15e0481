# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is at work in a transaction, and stays so when a savepoint within it is rolled back."""

from weakref import WeakKeyDictionary

_notes = WeakKeyDictionary()


def notes(env):
    """A dict of the transaction, and so of the cursor, of an environment.

    Odoo empties ``cr.cache`` and ``cr.precommit`` whenever a savepoint is rolled back: what is noted there
    by who works around that savepoint is gone, and with it the end that he wanted to put to it. This dict
    is emptied by nobody: who puts something in takes it out again, in a ``finally``.

    :param env: an Odoo environment
    """
    return _notes.setdefault(env.cr, {})
