# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Coding of a line (job, cost code, cost type) inside an analytic distribution.

Plain Python: a distribution is what Odoo stores, ``{"12,34,56": 100.0}``: one key for each
combination of analytic accounts, with the percentage of the line that goes there. A *dimension* is
any hashable name that the caller gives to an account (here the job, code and type plans); accounts
without a dimension belong to other plans and are carried along untouched.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A share of a line: one account at most for each dimension."""

    accounts: tuple = ()  # ((dimension, account id), ...), sorted by dimension
    others: tuple = ()
    percent: float = 0.0

    def account(self, dimension):
        return dict(self.accounts).get(dimension)

    def with_account(self, dimension, account):
        accounts = dict(self.accounts)
        accounts.pop(dimension, None)
        if account:
            accounts[dimension] = account
        return Part(_sorted(accounts), self.others, self.percent)


def _sorted(accounts):
    return tuple(sorted(accounts.items(), key=lambda item: str(item[0])))


def parse(distribution, dimension_of):
    """Parts of a distribution.

    :param distribution: ``{"1,2": 60.0, "3": 40.0}`` or None
    :param dimension_of: mapping account id -> dimension; missing = another plan

    >>> parse({"1,2": 100}, {1: "job", 2: "code"})[0].account("code")
    2
    """
    parts = []
    for key, percent in (distribution or {}).items():
        if key == "__update__":
            continue
        accounts, others = {}, []
        for account in map(int, key.split(",")):
            dimension = dimension_of.get(account)
            if dimension is None or dimension in accounts:
                others.append(account)
            else:
                accounts[dimension] = account
        parts.append(Part(_sorted(accounts), tuple(others), float(percent)))
    return parts


def join(parts, main):
    """Bring parts that were entered plan by plan together on the parts that have the main dimension.

    ``{"job": 100, "code": 100}`` means the same as ``{"job,code": 100}``. Parts without the main
    dimension are spread over those which miss what they bring; nothing is changed when there is no
    such part.

    >>> [p] = join(parse({"1": 100, "2": 100}, {1: "job", 2: "code"}), "job")
    >>> p.accounts
    (('code', 2), ('job', 1))
    """
    leading = [part for part in parts if part.account(main)]
    loose = [part for part in parts if not part.account(main)]
    if not leading:
        return parts
    rest = []
    for dimensions in sorted({tuple(d for d, _ in part.accounts) for part in loose}, key=str):
        group = [part for part in loose if tuple(d for d, _ in part.accounts) == dimensions]
        takes = [p for p in leading if dimensions and not any(p.account(d) for d in dimensions)]
        if not takes:
            rest += group
            continue
        leading = [p for p in leading if p not in takes] + _spread(takes, group)
        rest += [Part((), part.others, part.percent) for part in group if part.others]
    return leading + rest


def _spread(takes, group):
    result = []
    for part in takes:
        left = part.percent
        for loose in group:
            share = part.percent * loose.percent / 100
            left -= share
            accounts = dict(part.accounts) | dict(loose.accounts)
            result.append(Part(_sorted(accounts), part.others, share))
        if left > 0.005:
            result.append(Part(part.accounts, part.others, left))
    return result


def single(parts, dimension):
    """The one account of a dimension that every part has, or None."""
    accounts = {part.account(dimension) for part in parts if part.accounts}
    return accounts.pop() if len(accounts) == 1 else None


def recode(distribution, dimension_of, changes, main):
    """Distribution after setting (or clearing, with None) the accounts of some dimensions.

    Shares over other dimensions and other plans stay as they were.

    >>> recode({"1": 100}, {1: "job"}, {"code": 5}, "job")
    {'1,5': 100.0}
    >>> recode({}, {}, {"job": 1, "code": None}, "job")
    {'1': 100.0}
    """
    parts = join(parse(distribution, dimension_of), main)
    coded = [part for part in parts if part.accounts]
    plain = [part for part in parts if not part.accounts]
    if not coded:
        # One share of another plan over the whole line takes the coding; otherwise it stands beside.
        whole = len(plain) == 1 and plain[0].percent == 100
        coded, plain = ([plain[0]], []) if whole else ([Part(percent=100.0)], plain)
    for dimension, account in changes.items():
        coded = [part.with_account(dimension, account) for part in coded]
    return render(coded + plain)


def exchange(distribution, old, new):
    """Distribution with one account in the place of another: what was shared over both is added up.

    >>> exchange({"1,11": 60.0, "1,12": 40.0}, 11, 12)
    {'1,12': 100.0}
    >>> exchange({"1,12": 40.0}, 11, 13)
    {'1,12': 40.0}
    """
    result = {}
    for key, percent in (distribution or {}).items():
        accounts = [] if key == "__update__" else [int(account) for account in key.split(",")]
        if old in accounts:
            key = ",".join(map(str, sorted({new if account == old else account for account in accounts})))
        result[key] = percent if key not in result else round(result[key] + percent, 6)
    return result


def uncoded(distribution, dimension_of):
    """Distribution without the accounts that have a dimension: what is left is of other plans.

    >>> uncoded({"1,3": 60.0, "2": 40.0}, {1: "job", 2: "job"})
    {'3': 60.0}
    """
    return render(Part((), part.others, part.percent) for part in parse(distribution, dimension_of))


def render(parts):
    """Odoo's form of the parts; equal keys are added, empty ones dropped."""
    result = {}
    for part in parts:
        ids = [account for _dimension, account in part.accounts] + list(part.others)
        if ids:
            key = ",".join(str(account) for account in sorted(ids))
            result[key] = round(result.get(key, 0.0) + part.percent, 6)
    return result
