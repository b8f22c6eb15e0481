# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Closed periods of the ledger: entries up to and including the lock date are refused."""

from datetime import timedelta


def is_locked(date, lock_date):
    return bool(lock_date) and date <= lock_date


def next_open_date(date, lock_date):
    """The date itself when its period is open, or the first day after the lock."""
    return lock_date + timedelta(days=1) if is_locked(date, lock_date) else date
