# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One spelling of an outside key, the same in the crosswalk and on the record that it means."""

import unicodedata


def clean(key):
    """A key without white space around it, with single blanks within, composed (NFC).

    Case is kept: ``s-1`` and ``S-1`` are two keys.

    >>> clean("  K   1 ")
    'K 1'
    """
    return " ".join(unicodedata.normalize("NFC", str(key)).split())
