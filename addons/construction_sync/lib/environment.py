# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a database is to this process: production, a test, or a copy that takes and sends nothing.

A copy holds all that its original holds, its uuid and its secrets too. So a database is production only
where ``CONSTRUCTION_ENVIRONMENT`` names it exactly: its uuid, its name and the address it serves. A copy
that is wanted as a test is named the same way, with ``test`` instead.
"""

VARIABLE = "CONSTRUCTION_ENVIRONMENT"
PRODUCTION = "production"
TEST = "test"
COPY = "copy"


def name_of(kind, uuid, database, base_url):
    """What the variable must say for this database to be of a kind.

    >>> name_of("production", "5d2f", "firm", "https://erp.firm.example/")
    'production:5d2f@firm@https://erp.firm.example'
    """
    return f"{kind}:{uuid}@{database}@{(base_url or '').strip().rstrip('/')}"


def role(variable, uuid, database, base_url, was_production=False, neutralized=False):
    """What a database is.

    :param str variable: the value of ``CONSTRUCTION_ENVIRONMENT``; None or empty where it is not set
    :param bool was_production: whether it ever was production, which a copy remembers as well
    :param bool neutralized: whether Odoo's neutralize scripts ran over it, as they do over copies
    :return: PRODUCTION or TEST where it is named exactly so; else COPY where it was production or is
        neutralized, and TEST for all others

    >>> role("production:u@d@https://a", "u", "d", "https://a/")
    'production'
    >>> role("production:u@d@https://a", "u", "d_copy", "https://a", was_production=True)
    'copy'
    >>> role(None, "u", "d", "https://a")
    'test'
    """
    said = (variable or "").strip().rstrip("/")
    if uuid and database and base_url:
        if said == name_of(PRODUCTION, uuid, database, base_url) and not neutralized:
            return PRODUCTION
        if said == name_of(TEST, uuid, database, base_url):
            return TEST
    return COPY if was_production or neutralized else TEST
