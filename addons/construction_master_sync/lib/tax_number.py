# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tax numbers as they are compared: however they are written, one number is one."""

import re


def tax_key(number):
    """Letters and digits of a tax number, or None when it has none.

    >>> tax_key("US 12-3456789") == tax_key("us123456789")
    True
    """
    return re.sub(r"[^0-9A-Z]", "", (number or "").upper()) or None
