# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whose a work item is: rules that name a person for what they say of an item, the first that fits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What is known of a work item, or of a source that needs an owner (then little)."""

    category: str | None = None
    cause_key: str | None = None
    source: int | None = None
    kind: int | None = None
    job: int | None = None


@dataclass(frozen=True)
class Rule:
    """What is empty fits all; ``user`` is the person it names."""

    user: int
    category: str | None = None
    cause_prefix: str | None = None
    source: int | None = None
    kind: int | None = None
    job: int | None = None

    def fits(self, facts):
        """
        >>> Rule(7, category="hold", cause_prefix="bank:").fits(Facts("hold", "bank:S-1"))
        True
        >>> Rule(7, category="hold", job=3).fits(Facts("hold", "bank:S-1"))
        False
        """
        return all(
            wanted is None or wanted == getattr(facts, name)
            for name, wanted in (
                ("category", self.category),
                ("source", self.source),
                ("kind", self.kind),
                ("job", self.job),
            )
        ) and (not self.cause_prefix or (facts.cause_key or "").startswith(self.cause_prefix))


def candidates(rules, facts):
    """The people whom rules name for these facts, in order and once each.

    >>> candidates([Rule(1, category="hold"), Rule(2), Rule(1)], Facts("data"))
    [2, 1]
    """
    return list(dict.fromkeys(rule.user for rule in rules if rule.fits(facts)))
