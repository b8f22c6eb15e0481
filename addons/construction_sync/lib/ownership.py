# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may write a group of fields of a record: rules in, an owner out."""

import hashlib
import json
from dataclasses import dataclass

GROUPS = ("identity", "address", "terms_tax", "bank", "status", "hierarchy")
# what a person confirms, whoever owns it
FINANCE = frozenset(("terms_tax", "bank"))


@dataclass(frozen=True)
class Owner:
    """A source, or Odoo (``source`` None); with ``key`` only what it says of this key of its own."""

    source: int | None = None
    key: str | None = None


ODOO = Owner()


@dataclass(frozen=True)
class Rule:
    """What says who owns: of one record or of a kind; a group, or all (None); ``made``: who made it."""

    owner: Owner
    group: str | None = None
    of_record: bool = False
    made: bool = False

    @property
    def rank(self):
        """What a person said of the record, then of its kind, then who made it; a group before all."""
        return (2 if self.made else 0 if self.of_record else 1, self.group is None)


def owner_of(group, rules):
    """The owner of a group of fields; without a rule it is Odoo: a person made the record.

    >>> made = Rule(Owner(7, "J-1"), of_record=True, made=True)
    >>> owner_of("status", [made, Rule(Owner(8), "status")])
    Owner(source=8, key=None)
    >>> owner_of("identity", [made, Rule(Owner(8), "status")])
    Owner(source=7, key='J-1')
    >>> owner_of("identity", []) == ODOO
    True
    """
    fitting = [rule for rule in rules if rule.group in (None, group)]
    return min(fitting, key=lambda rule: rule.rank).owner if fitting else ODOO


def may_write(group, rules, source, key):
    """Whether an event of a source about its key writes a group at once.

    >>> may_write("bank", [Rule(Owner(7))], 7, "S-1")
    False
    >>> may_write("status", [Rule(Owner(7, "J-1"), made=True)], 7, "J-2")
    False
    """
    owner = owner_of(group, rules)
    return group not in FINANCE and owner.source == source and owner.key in (None, key)


def split(vals, groups):
    """Values by the group that their fields belong to; what nobody declared is identity.

    :param dict groups: {group: names of fields}

    >>> split({"name": "A", "active": False}, {"status": ("active",)})
    {'identity': {'name': 'A'}, 'status': {'active': False}}
    """
    group_of = {name: group for group, names in groups.items() for name in names}
    parts = {}
    for name, value in vals.items():
        parts.setdefault(group_of.get(name, "identity"), {})[name] = value
    return parts


def mark(values):
    """What tells the values that are proposed from others; the values cannot be read from it.

    >>> mark({"a": 1, "b": 2}) == mark({"b": 2, "a": 1}) != mark({"a": 1})
    True
    """
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value):
    """A value as it can be kept and compared.

    >>> plain((1, None))
    [1, None]
    """
    return json.loads(json.dumps(value, sort_keys=True, default=str))
