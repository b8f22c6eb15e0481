# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from .lib.cause import CAUSES, Cause, Causes


def dated(records, date, correlation=None):
    """Documents such that their cost entries bear the date of what happened, and who told of it.

    :param str correlation: identity of the event that told of it
    :return: the same records; what is changed through these is posted so
    """
    # one object for all documents of a batch, or each would have environments of its own
    causes = records.env.cr.cache.setdefault(CAUSES, Causes())
    cause = Cause(date, correlation)
    causes.update(((record._name, record.id), cause) for record in records)
    return records.with_context(**{CAUSES: causes})
